"""The same days run twice, in any order, or replayed from landing: identical published tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import pytest
from house import ANY_NAME, FEW, House, days_from

from ingestion.errors import SettingsError
from ingestion.run.replay import replay
from ingestion.venue.registry import all_sources
from orchestration import pending
from orchestration.as_of import published_as_of
from orchestration.steps.facts import build_facts
from orchestration.steps.judging import judge_facts
from simulator import Simulator, Truth

LAST = datetime.now(UTC).date() - timedelta(days=1)
RUN = days_from(LAST - timedelta(days=2), 3)
TRUTH_DAYS = 8


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    truth = Truth(start=LAST - timedelta(days=TRUTH_DAYS - 1), days=TRUTH_DAYS + 1, assets=["BTC", "ETH", "PEPE", "AAPL", "ASTER"])
    with Simulator(truth, now=datetime.now(UTC)) as one:
        yield one


class Known(NamedTuple):
    """What was published after the first day, and when that was."""

    at: datetime
    tables: dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def known() -> list[Known]:
    return []


@pytest.fixture(scope="module")
def in_order(house: Callable[..., House], simulator: Simulator, known: list[Known]) -> House:
    """In a folder with a name that much could go wrong with; those that it is compared with are in plain ones."""
    one = house(simulator.base_urls(), ANY_NAME, PERPS_SOURCES=FEW)
    for day in RUN:
        assert one.sync(day).exit_code == 0
        known.append(Known(datetime.now(UTC), one.published()))
    return one


def test_what_was_known_at_an_earlier_time_can_be_asked_again(in_order: House, known: list[Known]) -> None:
    """Days that came later are not in it; the second question finds what the first one built."""
    settings, told = in_order.enter(), list[str]()
    first = known[0]
    path = published_as_of(settings, first.at, told.append)
    assert in_order.published(path) == first.tables
    assert first.tables != in_order.published()
    before = path.stat().st_ino
    assert published_as_of(settings, first.at, told.append).stat().st_ino == before
    assert len(told) == 1
    with pytest.raises(SettingsError, match="nothing had been fetched by"):
        published_as_of(settings, first.at - timedelta(days=400))


def assert_same(first: House, second: House) -> None:
    ours, theirs = first.published(), second.published()
    assert ours.keys() == theirs.keys()
    for table, rows in ours.items():
        assert rows == theirs[table], table
    assert len(ours["fct_candles_hourly"]) > 500
    verdicts = "select fact, venue_or_protocol, date, suite, is_passed, failed_expectations, row_count from gate_results order by all"
    assert first.query(verdicts) == second.query(verdicts)


def test_a_day_run_again_changes_nothing(in_order: House) -> None:
    before = in_order.published()
    assert in_order.sync(RUN[-1]).exit_code == 0
    assert in_order.published() == before


def test_a_full_rebuild_changes_nothing(in_order: House) -> None:
    """Built day by day, and built whole from the same raw: the same tables."""
    before = in_order.published()
    assert in_order.build(is_whole=True).exit_code == 0
    assert in_order.published() == before


def test_days_in_any_order(in_order: House, house: Callable[..., House], simulator: Simulator) -> None:
    other = house(simulator.base_urls(), PERPS_SOURCES=FEW)
    for day in (RUN[1], RUN[2], RUN[0]):
        assert other.sync(day).exit_code == 0
    assert_same(in_order, other)


def test_replay_from_landing(in_order: House, house: Callable[..., House]) -> None:
    other = house({}, PERPS_SOURCES=FEW)
    report = replay(other.enter(), in_order.folder / "landing", all_sources().values())
    assert report.rows_added > 1000
    assert other.build().exit_code == 0
    assert_same(in_order, other)


def test_an_older_month_fetched_twice_and_a_run_ended_behind_the_gate(house: Callable[..., House]) -> None:
    """Nothing new is not nothing arrived: the gate stays open, the publication stays, and a run that was interrupted is gone on with."""
    first = LAST - timedelta(days=40)
    with Simulator(Truth(start=first, days=42, assets=["BTC", "PEPE"]), now=datetime.now(UTC)) as one:
        other = house(one.base_urls(), PERPS_SOURCES="binance,hyperliquid")
        for _ in range(2):
            outcome = other.sync(first, first + timedelta(days=3))
            assert (outcome.exit_code, outcome.problems) == (0, [])
        before = other.published()
        assert other.sync(first + timedelta(days=4)).exit_code == 0
        clean = other.published()
        settings = other.enter()
        for steps in ((build_facts,), (build_facts, partial(judge_facts, run_id="ended here"))):
            pending.forget_months(settings, first, first)
            for step in steps:
                list(step(settings))
            outcome = other.sync(first, first + timedelta(days=4))
            assert (outcome.exit_code, outcome.problems) == (0, [])
            assert other.published() == clean
        assert len(clean["fct_volume_daily"]) > len(before["fct_volume_daily"])


def test_a_lake_publishes_what_a_file_does(house: Callable[..., House], simulator: Simulator, known: list[Known], in_order: House) -> None:
    """Day by day, as the file: the second day changes what is there."""
    for extension in ("ducklake", "sqlite_scanner"):
        pytest.importorskip(f"duckdb_extension_{extension}", reason=f"DuckDB's extension {extension} is no installed package")
    one = house(simulator.base_urls(), PERPS_SOURCES=FEW)
    one.environment["PERPS_LAKE_CATALOG"] = f"sqlite:{one.folder}/catalog.sqlite"
    for day in RUN[:2]:
        assert one.sync(day).exit_code == 0
    assert one.published() == known[1].tables
    assert not (one.folder / "warehouse.duckdb").exists()
