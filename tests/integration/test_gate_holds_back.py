"""A corrupt venue-day is absent from every mart and the rest is there, through later runs and rebuilds, until it is fetched clean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from house import House, days_from

from orchestration import compiled, pending
from orchestration.steps.marts import build_marts
from orchestration.steps.publishing import publish_marts
from simulator import Simulator, Truth

DAYS = 22
LAST = datetime.now(UTC).date() - timedelta(days=1)
FIRST = LAST - timedelta(days=DAYS - 1)
CORRUPT = {  # venue → (day, what is wrong with it), far enough from the start for a history, days apart
    ("binance", LAST - timedelta(days=3)): "oi_x1000",
    ("hyperliquid", LAST - timedelta(days=5)): "missing_hours",
    ("binance", LAST - timedelta(days=7)): "negative_volume",
    ("hyperliquid", LAST - timedelta(days=1)): "oi_x1000",
}
SOURCES = ["binance", "hyperliquid", "defillama"]  # no archive: two versions of a day would heal each other


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(Truth(start=FIRST, days=DAYS + 1), now=datetime.now(UTC)) as one:
        yield one


@pytest.fixture(scope="module")
def corrupted(house: Callable[..., House], simulator: Simulator) -> House:
    one = house(simulator.base_urls(), PERPS_SOURCES=",".join(SOURCES))
    for (venue, day), kind in CORRUPT.items():
        simulator.corrupt(venue=venue, date=day, kind=kind)
    one.snapshots(simulator, days_from(FIRST, DAYS - 1))
    outcome = one.sync(FIRST, LAST - timedelta(days=1), SOURCES)
    assert outcome.is_success
    assert outcome.exit_code == 1
    assert any("held back" in problem for problem in outcome.problems)
    return one


@pytest.fixture(scope="module")
def later(corrupted: House, simulator: Simulator) -> House:
    """The same after the next day's run: what comes below needs it, in whatever process it is run."""
    corrupted.snapshots(simulator, [LAST])
    assert corrupted.sync(LAST, sources=SOURCES).exit_code == 1
    return corrupted


def venue_days(house: House) -> set[tuple[str, date]]:
    return set(house.query("select venue, date from mart_venue_share_daily"))


def assert_held_back(house: House, last: date) -> None:
    """The corrupt venue-days, and only they, are missing; the asset mart counts one venue on them."""
    expected = {(venue, day) for venue in ("binance", "hyperliquid") for day in days_from(FIRST, DAYS) if day <= last}
    assert expected - venue_days(house) == set(CORRUPT)
    assert set(house.query("select venue, date from facts_all.fct_volume_daily where is_held_back")) == set(CORRUPT)
    assert set(house.query("select venue, date from facts.fct_volume_daily")) & set(CORRUPT) == set()
    for venue, day in CORRUPT:
        assert set(house.query(f"select venues from mart_asset_daily where date = '{day}'")) == {(1,)}
        other = "hyperliquid" if venue == "binance" else "binance"
        (own,) = house.query(f"select sum(volume_usd) from fct_volume_daily where venue = '{other}' and date = '{day}' and asset = 'BTC'")
        assert house.query(f"select volume_usd from mart_asset_daily where asset = 'BTC' and date = '{day}'") == [pytest.approx(own)]


def test_corrupt_venue_days_are_held_back_and_named(corrupted: House) -> None:
    assert_held_back(corrupted, LAST - timedelta(days=1))
    failed = set(corrupted.query("select venue_or_protocol, date from gate_results where not is_passed"))
    assert failed == set(CORRUPT)
    why = corrupted.query(
        "select fact, failed_expectations from gate_results where not is_passed and failed_expectations like '%critical%'"
    )
    assert {fact for fact, _ in why} >= {"fct_open_interest_daily", "fct_candles_hourly"}


def test_the_next_days_run_keeps_them_out(later: House) -> None:
    assert_held_back(later, LAST)


def test_a_full_rebuild_keeps_them_out(later: House) -> None:
    settings = later.enter()
    pending.forget(settings)
    settings.warehouse.unlink()
    assert later.build().is_success
    assert_held_back(later, LAST)


def test_marts_alone_built_again_keep_them_out(later: House) -> None:
    settings = later.enter()
    marts = {node.asset for node in compiled.plan(settings).of_layers("marts")}
    assert list(build_marts(settings, marts))
    assert list(publish_marts(settings, "marts-only"))
    assert_held_back(later, LAST)


def test_fetched_again_and_clean_they_appear(later: House, simulator: Simulator) -> None:
    simulator.clean()
    days = sorted({day for _, day in CORRUPT})
    later.snapshots(simulator, days, minute=57)  # a later observation of the day: there is no asking again for the earlier one
    outcome = later.sync(days[0], LAST, SOURCES)
    assert outcome.exit_code == 0, outcome.problems
    assert len(venue_days(later)) == 2 * DAYS
    assert later.query("select count(*) from gate_results where not is_passed") == [(0,)]


def test_when_everything_is_broken_the_last_publication_stays(corrupted: House, simulator: Simulator) -> None:
    before = (corrupted.folder / "published" / "current").readlink()
    for day in days_from(FIRST, DAYS):
        for venue in ("binance", "hyperliquid"):
            simulator.corrupt(venue=venue, date=day, kind="negative_volume")
    outcome = corrupted.sync(FIRST, LAST, SOURCES)
    assert outcome.exit_code == 1
    assert not outcome.is_success
    assert "published/perps" not in outcome.metadata
    assert (corrupted.folder / "published" / "current").readlink() == before
    assert any("gate_is_open" in problem and "fct_candles_hourly" in problem for problem in outcome.problems)
    again = corrupted.build()
    assert not again.is_success, "a closed gate must not open by being asked again"
    assert (corrupted.folder / "published" / "current").readlink() == before
