"""Regimes of real bitcoin, 2022 to 2026: Binance's archive, with open interest and liquidations of CoinGlass and Coinalyze.

Expected figures are computed here, from the zips and by brute force, without our models.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from house import House
from real_leverage import load_leverage
from real_market import load_aggregates

from benchmarks.storms.history import days
from benchmarks.storms.ours import judged
from orchestration.charts import Span, draw
from orchestration.published import published_file
from simulator import Simulator

pytestmark = pytest.mark.recorded
FIRST, LAST = date(2022, 1, 1), date(2026, 4, 30)
CRASH = date(2025, 10, 10)
WEEK = timedelta(days=7)
RANKS = {  # figure → what makes two days alike
    "liquidations_usd": ["liquidations_coverage"],
    "realised_volatility_7d": [],
    "price_change_1d": [],
    "funding_rate_8h": ["funding_source"],
    "leverage_index": ["open_interest_basis"],
}
SIZE = {"price_change_1d": "abs(price_change_1d)", "funding_rate_8h": "round(funding_rate_8h, 12)"}  # up and down alike; ties are ties


@pytest.fixture(scope="module")
def bitcoin(house: Callable[..., House], shared: Path) -> Iterator[House]:
    data = shared / "data"
    with Simulator(static={"binance_archive": data / "binance_vision_um_raw"}) as server:
        one = house(server.base_urls(), PERPS_MARKETS="BTCUSDT", PERPS_SOURCES="binance_archive")
        load_aggregates(one, data)
        load_leverage(one, data)
        one.step(FIRST, LAST)
        yield one


@pytest.fixture(scope="module")
def closes(shared: Path) -> dict[int, float]:
    """Hour (since 1970) → last price in it, of all zips of BTCUSDT."""
    folder = shared / "data/binance_vision_um_raw/futures/um/monthly/klines/BTCUSDT/1h"
    found = {}
    for path in sorted(folder.glob("*.zip")):
        with zipfile.ZipFile(path) as packed:
            lines = packed.read(packed.namelist()[0]).decode().splitlines()
        text = "\n".join(line for line in lines if line[0].isdigit())
        rows = pl.read_csv(io.StringIO(text), has_header=False, infer_schema_length=None)
        stamps, prices = rows.to_series(0), rows.to_series(4).cast(pl.Float64)
        found |= {stamp // 3_600_000: close for stamp, close in zip(stamps, prices, strict=True)}
    return found


def volatility(closes: dict[int, float], day: date) -> float:
    """Of the 168 hours up to the end of the day, from close to close, a year having 8760 hours."""
    end = ((day - date(1970, 1, 1)).days + 1) * 24
    returns = [math.log(closes[hour] / closes[hour - 1]) for hour in range(end - 168, end)]
    return math.sqrt(sum(one**2 for one in returns) / 168 * 8760)


def row(house: House, day: date, columns: str) -> tuple[object, ...]:
    ((*found,),) = house.query(f"select {columns} from mart_market_regime_daily where asset = 'BTC' and date = '{day}'")
    return tuple(found)


@pytest.mark.parametrize(("days_after", "factor"), [(0, 1.49), (1, 1.69), (2, 1.48)])
def test_volatility_rises_above_the_week_before_by_what_the_closes_say(
    bitcoin: House, closes: dict[int, float], days_after: int, factor: float
) -> None:
    day = CRASH + timedelta(days=days_after)
    expected, before = volatility(closes, day), volatility(closes, day - WEEK)
    assert expected / before == pytest.approx(factor, abs=0.005)
    ours, ours_before = (row(bitcoin, one, "realised_volatility_7d")[0] for one in (day, day - WEEK))
    assert ours == pytest.approx(expected, rel=1e-3)
    assert ours_before == pytest.approx(before, rel=1e-3)


def test_longs_paid_in_the_days_before(bitcoin: House) -> None:
    week = [CRASH - timedelta(days=back) for back in range(1, 8)]
    assert all(0 < row(bitcoin, day, "funding_rate_8h")[0] < 0.0003 for day in week)
    assert {row(bitcoin, day, "funding_source")[0] for day in week} == {"venues"}


def test_open_interest_of_all_venues_fell_by_a_fifth_and_the_regime_says_so(bitcoin: House) -> None:
    interest = [row(bitcoin, day, "round(open_interest_usd / 1e9, 1), leverage_coverage") for day in (CRASH - timedelta(days=1), CRASH)]
    assert interest == [(90.2, "all_venues"), (70.5, "all_venues")]
    fell = 70.505796e9 / 90.237623e9 * 121579.3 / 112714.9 - 1  # dollars, and the price of a bitcoin at the end of each day
    regime, reasons, change, liquidated, coverage = row(
        bitcoin, CRASH, "regime, reasons, open_interest_change_1d, liquidations_usd, liquidations_coverage"
    )
    assert change == pytest.approx(fell, abs=1e-4) == pytest.approx(-0.157, abs=1e-3)
    assert (round(liquidated / 1e6, 1), coverage) == (403.7, "binance")
    assert regime == "deleveraging"
    assert [reason.split(",")[0] for reason in reasons] == [
        "open interest -15.7 % in a day", "liquidations of 403.7 million USD (binance)", "realised volatility of 41.1 % a year",
    ]  # fmt: skip
    assert row(bitcoin, CRASH + timedelta(days=1), "regime") == ("deleveraging",)


def test_the_worst_days_of_2022_are_found(bitcoin: House) -> None:
    """Terra's collapse, Celsius and Three Arrows, FTX."""
    regimes = "select date from mart_market_regime_daily where regime = 'deleveraging' and year(date) = 2022"
    days = {day for (day,) in bitcoin.query(regimes)}
    assert {date(2022, 5, 12), date(2022, 6, 14), date(2022, 11, 10)} <= days
    assert len(days) <= 15
    assert row(bitcoin, date(2022, 6, 13), "regime, round(price_change_1d, 3)") == ("stress", -0.154)
    assert row(bitcoin, date(2022, 11, 9), "regime, round(price_change_1d, 3)") == ("stress", -0.142)


@pytest.mark.parametrize("figure", RANKS)
def test_ranks_are_those_of_a_count(bitcoin: House, figure: str) -> None:
    alike = ["asset", *RANKS[figure]]
    rank = "leverage_rank" if figure == "leverage_index" else f"{figure}_rank"
    found = bitcoin.frame(
        f"select asset, date, {', '.join(RANKS[figure] or ['0 as nothing'])}, {SIZE.get(figure, figure)} as figure, {rank} as rank"
        " from mart_market_regime_daily left join (select asset, date, leverage_index, open_interest_basis from mart_leverage_daily)"
        " using (asset, date)"
    )
    known = found.drop_nulls("figure")
    pairs = known.join(known.select(*alike, pl.col("date").alias("other_date"), pl.col("figure").alias("other")), on=alike)
    age = (pl.col("date") - pl.col("other_date")).dt.total_days()
    counted = (
        pairs.filter(age.is_between(0, 364))
        .group_by("asset", "date")
        .agg(days=pl.len(), below=(pl.col("other") <= pl.col("figure")).sum())
        .with_columns(expected=pl.when(pl.col("days") >= 60).then(pl.col("below") / pl.col("days")))
    )
    both = found.join(counted, on=["asset", "date"], how="left")
    assert both.filter(pl.col("rank").is_not_null()).height > 250
    assert both.filter(pl.col("rank").ne_missing(pl.col("expected"))).is_empty()


def test_the_back_test_counts_what_a_loop_counts(bitcoin: House, closes: dict[int, float]) -> None:
    ends = {hour: close for hour, close in closes.items() if hour % 24 == 23}
    price = {date(1970, 1, 1) + timedelta(days=hour // 24): close for hour, close in ends.items()}
    days = bitcoin.query("select date, regime from mart_market_regime_daily where regime is not null order by date")
    judged, crowded, onsets, before = [], [], [], ""
    for day, regime in days:
        ahead = [price.get(day + timedelta(days=step)) for step in range(1, 15)]
        if None not in ahead:
            is_followed = min(close for close in ahead if close) <= 0.9 * price[day]
            judged.append(is_followed)
            crowded.extend([is_followed] if regime == "build_up" else [])
            onsets.extend([is_followed] if regime == "build_up" != before else [])
        before = regime
    columns = "event, days_judged, days_followed, events, events_followed"
    assert bitcoin.query(f"select {columns} from mart_regime_backtest where asset = 'BTC' order by event") == [
        ("build_up_days", len(judged), sum(judged), len(crowded), sum(crowded)),
        ("build_up_onsets", len(judged), sum(judged), len(onsets), sum(onsets)),
    ]
    assert (len(judged), sum(judged), len(crowded), sum(crowded), len(onsets), sum(onsets)) == (1445, 233, 45, 0, 18, 0)


def test_storms_of_the_page_are_those_of_the_whole_chain(bitcoin: House, shared: Path) -> None:
    """The page reads the zips by itself; here adapters, facts and gate lie between. Later, open interest is an aggregator's."""
    columns = "date, state, realised_volatility_7d_rank, funding_rate_8h_rank, open_interest_rank, is_storm"
    before = pl.col("date") < date(2024, 11, 1)
    of_chain = bitcoin.frame(f"select {columns} from mart_storm_outcomes_daily where asset = 'BTC'").filter(before)
    of_page = judged(days(shared / "data"))["mart_storm_outcomes_daily"].filter(pl.col("asset") == "BTC", before)
    both = of_chain.join(of_page.select(columns.split(", ")), on="date", suffix="_page")
    assert 900 < both.height <= of_chain.height <= of_page.height + 1  # the chain knows how the first hour began
    for name in ("realised_volatility_7d_rank", "funding_rate_8h_rank", "open_interest_rank"):
        assert both.select((pl.col(name) - pl.col(f"{name}_page")).abs().max()).item() < 0.05, name
    for name in ("state", "is_storm"):
        assert both.filter(pl.col(name).ne_missing(pl.col(f"{name}_page"))).height <= 20, name
    asked = "select state, odds > 0.4, base_rate < 0.2 from mart_storm_odds_daily where asset = 'BTC' and date = '2024-08-04'"
    assert bitcoin.query(asked) == [("elevated", True, True)]


def test_build_ups_warn_of_no_storm_either(bitcoin: House) -> None:
    of_days = """select count(*) filter (regime = 'build_up'), count(*) filter (regime = 'build_up' and is_storm), count(*),
        count(*) filter (is_storm) from mart_regime_outcomes_daily where is_followed is not null and is_storm is not null"""
    told = "select events_weeks_known, events_before_storm, days_weeks_known, days_before_storm from mart_regime_backtest"
    counted = bitcoin.query(of_days)
    assert bitcoin.query(f"{told} where asset = 'BTC' and event = 'build_up_days'") == counted
    assert counted == [(45, 7, 1445, 225)]  # 16 % after build-ups, 16 % after any day


def test_the_picture_of_that_autumn_has_its_highest_bar_on_the_day_and_says_whose_it_is(bitcoin: House) -> None:
    span = Span(date(2025, 9, 1), date(2025, 11, 30), "BTC")
    figure = draw("regime", published_file(bitcoin.enter()), span)
    longs, shorts = ([bar.get_height() for bar in bars] for bars in figure.axes[1].containers[:2])
    days = [span.first + timedelta(days=number) for number in range(91)]
    heights = {day: upper + lower for day, upper, lower in zip(days, longs, shorts, strict=True)}
    assert max(heights, key=lambda day: heights[day]) == CRASH
    assert heights[CRASH] == pytest.approx(286.4 + 117.3, abs=0.1)
    assert heights[date(2025, 11, 4)] == sorted(heights.values())[-2]  # the second cluster, when bitcoin fell below 100,000
    assert "binance only, not the whole market (74 of 91 days)" in "".join(text.get_text() for text in figure.texts)


def universe(shared: Path, name: str) -> pl.DataFrame:
    """BTCUSDT in a file of the exchange's own daily bars and settlements, collected from its API."""
    return pl.read_csv(shared / "data/binance_um_universe" / f"{name}.csv.gz", infer_schema_length=None).filter(symbol="BTCUSDT")


def test_days_added_up_from_hours_are_the_days_the_exchange_itself_gives(bitcoin: House, shared: Path) -> None:
    days = universe(shared, "klines_1d").select(
        pl.from_epoch("timestamp", "ms").dt.date().alias("date"), "high", "low", "close", "quote_volume"
    )
    ours = bitcoin.frame("select date, high, low, close, volume_usd from fct_volume_daily where market_id = 'binance:BTCUSDT'")
    both = days.filter(pl.col("date") < date(2026, 3, 19)).join(ours, on="date", suffix="_ours")  # its last day is cut short
    assert len(both) == 799
    for name in ("high", "low", "close"):
        assert (both[name] == both[f"{name}_ours"]).all()
    off = both.filter((pl.col("quote_volume") / pl.col("volume_usd") - 1).abs() > 1e-9)["date"].to_list()
    assert off == [date(2024, 3, 27), date(2024, 3, 28), date(2025, 1, 14)]  # archive and API are two versions of the truth


def test_settlements_are_those_the_exchange_itself_gives(bitcoin: House, shared: Path) -> None:
    rates = universe(shared, "funding_recent").select(
        pl.from_epoch("timestamp", "ms").dt.round("1h").dt.cast_time_unit("us").alias("at"), "funding_rate"
    )
    ours = bitcoin.frame("select settled_at as at, funding_rate from fct_funding_rates where market_id = 'binance:BTCUSDT'")
    both = rates.join(ours.with_columns(pl.col("at").dt.replace_time_zone(None)), on="at", suffix="_ours")
    assert len(both) == len(rates) == 200
    assert (both["funding_rate"] == both["funding_rate_ours"]).all()
