"""Everybody's odds of every day, side by side, and the tables that compare them.

Belongs here: joining, and rows of tables. Does not: the words of the page (page.py).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from benchmarks.storms import scores
from benchmarks.storms.comparators import MODELS
from benchmarks.storms.series import Floats, Model, series_of, walked

OURS, BASE = "our rule", "base rate"


def forecasts(days: pl.DataFrame, marts: Mapping[str, pl.DataFrame], models: Mapping[str, Model] = MODELS) -> pl.DataFrame:
    """asset, date, storm (1 or 0), and a column of odds for each model; null where it has none."""
    frames = [
        pl.DataFrame(
            {
                "asset": [one.asset] * len(one),
                "date": one.dates,
                "storm": one.storm,
                **{name: walked(one, model) for name, model in models.items()},
            }
        )
        for one in series_of(days, marts["mart_storm_outcomes_daily"])
    ]
    ours = marts["mart_storm_odds_daily"].select("asset", "date", pl.col("base_rate").alias(BASE), pl.col("odds").alias(OURS))
    both = pl.concat(frames).with_columns(pl.col(pl.Float64).fill_nan(None))
    return both.join(ours, on=["asset", "date"], how="left").drop_nulls("storm").sort("date", "asset")


def compared(odds: pl.DataFrame, name: str, with_whom: str) -> str:
    """A row of a table: both over the days on which both have odds, and whether the difference is sure."""
    told = odds.drop_nulls([name, with_whom])
    storm, days = told["storm"].to_numpy(), told["date"].cast(pl.Int32).to_numpy().astype(float)
    one, other = told[name].to_numpy(), told[with_whom].to_numpy()
    cells = [name, f"{len(told):,}"]
    is_sure = []
    for score in (scores.brier, scores.log_loss):
        losses, theirs = score(one, storm), score(other, storm)
        low, high = scores.mean_interval(losses - theirs, days)
        cells += [f"{losses.mean():.4f}", f"{theirs.mean():.4f}", f"{low:+.4f} to {high:+.4f}"]
        is_sure.append(1 if high < 0 else -1 if low > 0 else 0)
    low, high = scores.area_interval(one, storm, days)
    verdict = {2: "better", -2: "worse"}.get(sum(is_sure), "not clear")
    return f"| {' | '.join(cells)} | {scores.area(one, storm):.2f} ({low:.2f} to {high:.2f}) | {verdict} |\n"


def reliability(odds: pl.DataFrame, name: str, bins: int = 5) -> list[tuple[float, float, int]]:
    """Mean odds, share of storms and days, of days in order of their odds, in as many groups of equal size as odds differ."""
    told = odds.drop_nulls(name).sort(name, "date", "asset")
    edges = np.unique(np.quantile(told[name].to_numpy(), np.linspace(0, 1, bins + 1)[1:-1]))
    group: Floats = np.searchsorted(edges, told[name].to_numpy(), side="right").astype(float)
    rows = told.with_columns(pl.Series("group", group)).group_by("group").agg(pl.col(name).mean(), pl.col("storm").mean(), pl.len())
    return [(row[1], row[2], row[3]) for row in rows.sort("group").iter_rows()]
