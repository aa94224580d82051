"""The world changes: contracts, names, classes, intervals and listings, a chain halts, a list lacks a field. The truth comes back.

One house is built day by day with the lists of each day, at the end of a month and again in the next. What it publishes is what was true
of each hour, and what a replay from landing gives, built from nothing; what it knew of a day does not change with what came after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

import polars as pl
import pytest
from comparing import assert_equal, in_assets, without_estimates
from house import House, days_from
from test_no_look_ahead import Rows, marts

from ingestion.run.ingest import ingest
from ingestion.run.replay import replay
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources, selected
from orchestration.runs import Outcome
from simulator import Simulator, Truth
from simulator.changing import CHANGING_WORLD, DAYS
from simulator.dialects import venues

VENUES = ("kucoin", "mexc", "gate", "okx", "bybit", "hyperliquid", "dydx", "kraken", "lighter", "bingx", "extended", "htx")
FIRST, HALTED = date(2026, 8, 28), date(2026, 8, 31)
TOLD = {  # what is told on the day after: a word that the venue never used, a field that no row has
    date(2026, 8, 30): [
        ("kraken", "instruments: base is empty in all 6 rows, and was not before"),
        (
            "kucoin",
            "instruments: market_type says NASDAQ, which it never did before (known: CRYPTO); "
            "instruments: asset_class says STOCK, which it never did before (known: CRYPTO)",
        ),
    ]
}
MONTH_END, LAST = date(2026, 8, 31), FIRST + timedelta(days=DAYS - 1)


class Built(NamedTuple):
    house: House
    then: dict[str, Rows]  # the marts at the end of the month
    outcomes: list[Outcome]


@pytest.fixture(scope="module")
def truth() -> Truth:
    mine = [venue for venue in venues() if venue.name in VENUES]
    return Truth(start=FIRST, days=DAYS + 1, assets=["BTC", "ETH", "PEPE", "AAPL"], venues=mine, changes=CHANGING_WORLD)


@pytest.fixture(scope="module")
def built(house: Callable[..., House], truth: Truth) -> Iterator[Built]:
    """Of each day what exists only now, in its last minutes, and the day itself, two hours after it, with the list of then."""
    with Simulator(truth, now=truth.start) as simulator:
        one = house(simulator.base_urls(), PERPS_SOURCES=",".join(VENUES))
        one.facts = "facts_all"  # of the halted day, too
        then, outcomes = {}, []
        for day in days_from(FIRST, DAYS):
            one.snapshots(simulator, [day])
            fetch(one, simulator, day)
            if day == MONTH_END:
                outcomes.append(one.build())
                then = marts(one, MONTH_END)
        outcomes.append(one.build())
        yield Built(one, then, outcomes)


def fetch(one: House, simulator: Simulator, day: date) -> None:
    """As a run two hours after the day would: the world is that of then."""
    at, settings = datetime.combine(day + timedelta(days=1), time(2), UTC), one.enter()
    simulator.set_now(at)
    found = ingest(settings, selected(settings), Window(day, day), clock=lambda: at)
    assert sorted((result.source, result.problem) for result in found if result.problem) == TOLD.get(day, [])


def until(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("date") <= LAST)


def test_only_the_day_of_the_halt_is_held_back(built: Built) -> None:
    """A halt that no seed tells of is hours that lack; nothing else looks wrong."""
    held = built.house.query("select fact, venue_or_protocol, date from gate_results where not is_passed")
    assert held == [("fct_candles_hourly", "dydx", HALTED)]
    assert all("held back: hours_are_complete (dydx" in problem for outcome in built.outcomes for problem in outcome.problems)


def test_candles(built: Built, truth: Truth) -> None:
    theirs = in_assets(until(truth.candles()), "volume_base")
    ours = built.house.frame("select * from fct_candles_hourly")
    values = ["open", "high", "low", "close", "volume_base", "volume_usd", "asset"]
    assert_equal(without_estimates(ours), without_estimates(theirs), ["market_id", "opened_at"], values)


def test_daily_volume(built: Built, truth: Truth) -> None:
    theirs = in_assets(until(truth.daily_volume()), "volume_base")
    ours = built.house.frame("select * from fct_volume_daily")
    values = ["open", "close", "volume_base", "volume_usd", "hours", "is_complete"]
    assert_equal(without_estimates(ours), without_estimates(theirs), ["market_id", "date"], values)


def test_open_interest(built: Built, truth: Truth) -> None:
    theirs = in_assets(until(truth.daily_open_interest()), "open_interest_base")
    ours = built.house.frame("select * from fct_open_interest_daily")
    assert_equal(ours, theirs, ["market_id", "date"], ["open_interest_usd"])
    rounded = pl.col("market_id").str.contains("-USD-SWAP$")  # the venue rounds the base of inverse contracts
    assert_equal(ours.filter(~rounded), theirs.filter(~rounded), ["market_id", "date"], ["open_interest_base"])


def test_funding(built: Built, truth: Truth) -> None:
    ours = built.house.frame("select * from fct_funding_rates")
    key, values = ["market_id", "settled_at"], ["funding_rate", "funding_interval_hours", "funding_rate_8h"]
    assert_equal(ours, until(truth.funding()), key, values)


def test_the_settlements_a_halt_kept_waiting_are_all_there(built: Built) -> None:
    found = built.house.query(
        f"select count(*), count(distinct settled_at) from fct_funding_rates where market_id = 'dydx:BTC-USD' "
        f"and settled_at >= '{HALTED} 09:00' and settled_at < '{HALTED} 18:00'"
    )
    assert found == [(9, 9)]  # those due at 9 to 16, and that of 17


def test_liquidations(built: Built, truth: Truth) -> None:
    told = ("gate", "okx")
    key = ["venue", "asset", "date", "side"]
    theirs = until(truth.liquidations()).filter(pl.col("venue").is_in(told)).group_by(key).agg(pl.col("liquidated_usd").sum())
    ours = built.house.frame(f"select * from fct_liquidations_daily where venue in {told}")
    assert_equal(ours, theirs, key, ["liquidated_usd"], 1e-12)


def test_what_was_a_coin_that_day_counts_as_one(built: Built, truth: Truth) -> None:
    coins = until(truth.daily_volume()).filter(pl.col("underlying_class") == "crypto")
    coins = coins.filter((pl.col("venue") != "dydx") | (pl.col("date") != HALTED))
    for table, key in (("mart_venue_share_daily", "venue"), ("mart_asset_daily", "asset")):
        ours = built.house.frame(f"select * from {table} where volume_usd is not null")
        theirs = coins.group_by(key, "date").agg(pl.col("volume_usd").sum())
        assert_equal(ours, theirs, [key, "date"], ["volume_usd"], 5e-16)


def test_terms_are_dated(built: Built, truth: Truth) -> None:
    """A version of each market for each of its terms, from the day they hold."""
    terms = ["contract_size", "underlying_class", "funding_interval_hours"]
    tells_no_interval = (pl.col("venue") == "mexc") | (pl.col("market_id") == "htx:BTC-USD")
    theirs = truth.instruments().filter(pl.col("valid_from").is_not_null() & ~tells_no_interval)
    ours = built.house.frame("select * from dim_markets").join(theirs, on=["market_id", "valid_from"], how="semi")
    assert_equal(ours, theirs, ["market_id", "valid_from"], terms)


def test_a_replay_from_landing_built_from_nothing_gives_the_same_tables(built: Built, house: Callable[..., House]) -> None:
    """Month by month with the lists of each day, or all at once with all of them: row by row."""
    other = house({}, PERPS_SOURCES=",".join(VENUES))
    report = replay(other.enter(), built.house.folder / "landing", all_sources().values())
    assert report.rows_added > 1000
    other.build(is_whole=True)
    ours, theirs = built.house.published(), other.published()
    assert ours.keys() == theirs.keys()
    assert [table for table, rows in ours.items() if rows != theirs[table]] == []
    assert len(ours["fct_candles_hourly"]) > 2000


def test_what_was_known_of_a_day_does_not_change_with_what_came_after(built: Built) -> None:
    now = marts(built.house, MONTH_END)
    assert built.then.keys() == now.keys()
    assert [table for table, rows in built.then.items() if rows != now[table]] == []
    assert {"mart_asset_daily", "mart_venue_share_daily"} <= {table for table, rows in now.items() if rows}
