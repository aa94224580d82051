"""The page docs/storms.md and its picture.

Belongs here: the words, and which figures stand where. Does not: any figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import matplotlib as mpl
import polars as pl
from matplotlib.figure import Figure

from benchmarks.storms.comparators import MODELS
from benchmarks.storms.forecasts import BASE, OURS, compared, reliability

EVES = (date(2024, 8, 4), date(2025, 10, 9), date(2025, 11, 13))
DRAWN = {OURS: "o-", "HAR-RV": "s--", "logistic of three ranks": "^:"}

HEAD = """# Odds of a storm

On this page: what `mart_storm_odds_daily` says, what it was worth on real history, and what others would have
said. Written by `python -m benchmarks.storms FOLDER docs/storms.md`, where FOLDER holds the public collections
that the tests read. The libraries of the others are the package's extra `storms`, which nothing else needs.
Twice the same to the digit: seeds are fixed, and the rule has nothing to draw.

**In short.** A storm is a week whose volatility is in the top fifth of the year known on its eve. After elevated
days storms came nearly three times as often as after any day, after quiet ones a third as often. But that the
odds are better than the plain base rate of the day **is not shown**: the intervals of both scores take in zero.
They did well in 2024 and badly in 2025. **Volatility alone is shown to be better than the base rate**, as
persistence and, clearest, as HAR-RV; a logistic model of all three figures only just, over fewer days. That
funding and open interest add to volatility is not shown. HAR-RV scored better than the rule, too, but its
intervals take in zero. So the rule, which anybody can check by counting, stays in the mart, and HAR-RV stands
beside it on this page.
Odds of a storm say how far the price may move, never which way.

## The rule

Three figures are ranked among the last 365 days of the asset: the week's volatility, the day's funding, and open
interest in units of the asset. Two or more in the top fifth: `elevated`. Else volatility in the lowest fifth:
`quiet`. Else `usual`. The odds are the share of the asset's past days in that state that a storm followed, of
those whose week was over. Nothing is fitted.

"""
DATA = """## The history

Binance's hours and settlements of BTCUSDT (2022-01 to 2026-04) and SOLUSDT (2024-01 to 2026-04, since the last
hole in the files), and the open interest of its coin-margined perpetuals by Coinalyze, until 2025-10-25; later
days have a state only where two figures decide it. Ranks, states, outcomes and odds come from the compiled
queries of the marts.

The split: no days are set apart. Every figure is walk-forward: the odds of a day rest on that day and those
before it; models are fitted every 28 days, from the 180th day of an asset on, on days whose week was over.

Tried before this rule was kept: three. Open interest in units of the asset; in USD, which did worse (storms
after 28 % of bitcoin's elevated days instead of 45 %); volatility alone, which is *persistence* below. The cuts
at four fifths and one fifth were given before we looked. Of 27 elevated days whose volatility was in the lowest
fifth none was followed by a storm; the order of the states stays as it was given, for they are few. The hidden
Markov model was tried on all of the past and on the last year, and was no better.

"""
INTERVALS = """
Intervals are at 95 %: of shares Wilson's, with seven days counted as one; of scores by drawing blocks of 28 days
again, both assets together, 5,000 times (of areas 500). Each pair is compared over the days on which both have
odds. Lower scores are better; area is that under the curve, of the first one. *Better* and *worse* stand where
both intervals lie on one side of zero.

"""
MODELS_SAID = """
Persistence knows whether volatility is high now. HAR-RV weighs the volatilities of the day, the week and the
month. GARCH(1,1) is of daily returns. The hidden Markov model has two states of the day's volatility. The
logistic model weighs the three ranks; isotonic is the same, put right by its own past. The base rate's area
lies below one half: it lags, and years with many storms follow years with few.

## Can the odds be relied on?

![Share of storms against the odds given](storms.svg)

Days in order of their odds, in fifths: the odds given on average, and the share that storms followed.

"""
EVES_SAID = """
A storm here is of hours over a week: bitcoin's crash of 2025-10-10, which came back within hours, made no week
of the top fifth. Four of these six weeks were storms, and **one was announced**: that of 5 August 2024 in
bitcoin, when open interest was the highest of its year and volatility high already. The eve of 10 October 2025
was a usual day in bitcoin and a quiet one in solana, where the storm came: **nothing in these figures told of
it**. Nor of 14 November.

## What does not work

- **Build-ups warn of nothing**, neither of a fall nor of a storm: of bitcoin's 45 build-up days from 2022 on, 7
  were followed by a storm, 16 %, as any day was (225 of 1,445). `mart_regime_backtest` counts both.
- **Elevated days of 2025**: odds of 42 %, and storms after 24 %.
- **Quiet says more than elevated**: storms after quiet days were rarer than after others in each year.
- **Assets with little history**: below 28 past days of a state there are no odds; a demo of ninety days has none.
- **Years of proof**: 2,000 days are some 200 weeks of two assets that storm together.
"""


def page(odds: pl.DataFrame, marts: Mapping[str, pl.DataFrame]) -> str:
    backtest, daily = marts["mart_storm_backtest"], marts["mart_storm_odds_daily"]
    return "".join([
        HEAD, DATA,
        "## What came after which state\n\n| asset | year | state | days | storms | share | 95 % interval | mean odds |\n",
        "|---|---|---|---:|---:|---:|---|---:|\n", *map(_came, _in_order(backtest).iter_rows(named=True)),
        "\n`mart_storm_backtest` has these of every publication, with the scores of each row.\n\n## Beside others\n",
        INTERVALS, _table(BASE), *(compared(odds, name, BASE) for name in (OURS, *MODELS)),
        "\n", _table(OURS), *(compared(odds, name, OURS) for name in MODELS),
        MODELS_SAID, "| model | odds given → storms that came (days) |\n|---|---|\n",
        *(_reliable(odds, name) for name in (BASE, OURS, *MODELS)),
        "\n## On the eve\n\nWhat the odds were on the day before three crashes, as known then:\n\n",
        "| eve | asset | state | odds | 95 % interval | base rate | next week |\n|---|---|---|---:|---|---:|---|\n",
        *(_eve(row) for row in _eves(daily, odds)), EVES_SAID,
    ])  # fmt: skip


def picture(odds: pl.DataFrame, target: Path) -> None:
    with mpl.rc_context({"svg.hashsalt": "storms", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(5, 5), layout="constrained")
        panel = figure.add_subplot()
        panel.plot([0, 0.6], [0, 0.6], color="#999999", linewidth=0.8)
        for name, mark in DRAWN.items():
            given, came, _ = zip(*reliability(odds, name), strict=True)
            panel.plot(given, came, mark, label=name)
        panel.set(xlabel="odds given, mean of a fifth of the days", ylabel="share followed by a storm", xlim=(0, 0.6), ylim=(0, 0.6))
        panel.legend(frameon=False)
        figure.savefig(target, metadata={"Date": None})


def _table(with_whom: str) -> str:
    one_score = f"{with_whom} | difference"
    head = f"| beside the {with_whom.removeprefix('our ')} | days | Brier | {one_score} | log loss | {one_score} | area | |\n"
    return head + "|---|---:|---:|---:|---|---:|---:|---|---|---|\n"


def _in_order(backtest: pl.DataFrame) -> pl.DataFrame:
    """All years of each asset, then each year of all assets."""
    wanted = backtest.filter((pl.col("year") == "all") | (pl.col("asset") == "all"))
    place = pl.col("state").replace_strict({"elevated": 0, "usual": 1, "quiet": 2, "any": 3})
    return wanted.sort(pl.col("year") != "all", pl.col("asset") == "all", "asset", "year", place)


def _came(row: dict[str, object]) -> str:
    mean = f"{row['mean_odds']:.1%}" if row["mean_odds"] is not None else "none given"
    return (
        f"| {row['asset']} | {row['year']} | {row['state']} | {row['days']:,} | {row['storms']:,} | {row['share']:.1%} "
        f"| {row['low']:.0%} to {row['high']:.0%} | {mean} |\n"
    )


def _reliable(odds: pl.DataFrame, name: str) -> str:
    groups = " · ".join(f"{given:.0%} → {came:.0%} ({days})" for given, came, days in reliability(odds, name))
    return f"| {name} | {groups} |\n"


def _eves(daily: pl.DataFrame, odds: pl.DataFrame) -> list[dict[str, Any]]:
    rows = daily.filter(pl.col("date").is_in(EVES)).join(odds.select("asset", "date", "storm"), on=["asset", "date"], how="left")
    return rows.sort("date", "asset").to_dicts()


def _eve(row: dict[str, Any]) -> str:
    came = {1.0: "a storm", 0.0: "no storm"}.get(row["storm"], "not known")
    given = f"{row['odds']:.1%} | {row['low']:.0%} to {row['high']:.0%}" if row["odds"] is not None else "none | "
    return f"| {row['date']} | {row['asset']} | {row['state']} | {given} | {row['base_rate']:.1%} | {came} |\n"
