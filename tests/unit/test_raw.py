"""Raw: versions are only added, months follow the event, and what is held does not depend on how it came."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.store.entity import Entity, unix
from ingestion.store.fitting import META, WITHDRAWN, fit, raw_schema
from ingestion.store.raw import RawTable

PRICES = Entity.of("prices", "*symbol? *time:int price:float? note?", event=unix("time", "ms"))
START = datetime(2026, 1, 30, tzinfo=UTC)
HOUR_MS = 3_600_000
Row = tuple[str | None, int, float | None, int]
"""symbol, hour since START, price, hour at which it was fetched"""


def frame(*rows: Row) -> pl.DataFrame:
    start_ms = int(START.timestamp() * 1000)
    cells = [
        (symbol, start_ms + hour * HOUR_MS, price, None, START + timedelta(hours=fetched), f"sha{fetched}", "run", False)
        for symbol, hour, price, fetched in rows
    ]
    return pl.DataFrame(cells, schema=raw_schema(PRICES), orient="row")


def add(table: RawTable, *rows: Row) -> int:
    versions = table.new_versions(frame(*rows))
    table.add(versions)
    return sum(len(part) for part in versions.values())


def everything(table: RawTable) -> list[tuple[Any, ...]]:
    parts = [pl.read_parquet(table.part(month), hive_partitioning=False) for month in table.months()]
    found = pl.concat([frame(), *parts]).sort("symbol", "time", "_fetched_at")
    hour = (pl.col("time") - int(START.timestamp() * 1000)) // HOUR_MS
    known = (pl.col("_fetched_at") - START).dt.total_hours()
    return found.select("symbol", hour.alias("hour"), "price", known.alias("known")).rows()


def latest(rows: list[tuple[Any, ...]]) -> dict[tuple[Any, Any], Any]:
    return {(symbol, hour): price for symbol, hour, price, _ in sorted(rows, key=lambda row: row[3])}


@pytest.fixture
def table(tmp_path: Path) -> RawTable:
    return RawTable(tmp_path / "raw", "source", PRICES)


def test_an_unchanged_value_adds_nothing_and_a_changed_one_a_version(table: RawTable) -> None:
    assert add(table, ("BTC", 0, 1.0, 10), ("ETH", 0, 7.0, 10)) == 2
    before = table.part("2026-01").stat().st_mtime_ns
    assert add(table, ("BTC", 0, 1.0, 11), ("ETH", 0, 7.0, 11)) == 0
    assert table.part("2026-01").stat().st_mtime_ns == before
    assert add(table, ("BTC", 0, 2.0, 12), ("ETH", 0, 7.0, 12)) == 1
    assert everything(table) == [("BTC", 0, 1.0, 10), ("BTC", 0, 2.0, 12), ("ETH", 0, 7.0, 10)]
    assert table.rows() == 3


def test_one_answer_fetched_again_adds_nothing_even_if_it_tells_a_key_twice(table: RawTable) -> None:
    """As ingestion reads it: the last of the two counts, so that it is the same value each time."""
    added = []
    for known in range(4):
        rows = frame(("BTC", 0, 1.0, known), ("BTC", 0, 2.0, known))
        good, _ = fit(PRICES, rows)
        versions = table.new_versions(good)
        table.add(versions)
        added.append(sum(len(part) for part in versions.values()))
    assert added == [1, 0, 0, 0]
    assert latest(everything(table)) == {("BTC", 0): 2.0}


def test_a_value_that_comes_back_is_a_version_again(table: RawTable) -> None:
    for known, price in enumerate([1.0, 2.0, 1.0]):
        assert add(table, ("BTC", 0, price, known)) == 1
    assert latest(everything(table)) == {("BTC", 0): 1.0}


def test_a_value_withdrawn_is_a_version(table: RawTable) -> None:
    assert [add(table, ("BTC", 0, price, known)) for known, price in enumerate([1.0, None, None, 1.0])] == [1, 1, 0, 1]


def test_a_missing_part_of_the_key_is_a_value_of_its_own(table: RawTable) -> None:
    assert add(table, (None, 0, 1.0, 0), ("BTC", 0, 1.0, 0)) == 2
    assert add(table, (None, 0, 1.0, 1), ("BTC", 0, 2.0, 1)) == 1


def test_the_month_is_the_events_not_the_fetchs(table: RawTable) -> None:
    add(table, ("BTC", 47, 1.0, 500), ("BTC", 48, 2.0, 500))
    assert table.months() == ["2026-01", "2026-02"]
    assert [pl.read_parquet(table.part(month))["price"].to_list() for month in table.months()] == [[1.0], [2.0]]


def test_only_touched_months_are_written(table: RawTable) -> None:
    add(table, ("BTC", 0, 1.0, 0), ("BTC", 48, 1.0, 0))
    before = table.part("2026-01").stat().st_mtime_ns
    assert list(table.new_versions(frame(("BTC", 0, 1.0, 5), ("BTC", 48, 9.0, 5)))) == ["2026-02"]
    add(table, ("BTC", 0, 1.0, 5), ("BTC", 48, 9.0, 5))
    assert table.part("2026-01").stat().st_mtime_ns == before


def test_the_empty_part_has_the_columns_and_is_no_month(table: RawTable) -> None:
    table.ensure()
    part = table.part("0000-00")
    assert pl.read_parquet_schema(part) == raw_schema(PRICES)
    assert [*raw_schema(PRICES)] == ["symbol", "time", "price", "note", *META, WITHDRAWN]
    assert (pl.read_parquet(part).height, table.months(), table.last_event(), table.last_day()) == (0, [], None, None)
    before = part.stat().st_mtime_ns
    table.ensure()
    assert part.stat().st_mtime_ns == before


def test_a_column_added_later_is_null_in_older_rows(tmp_path: Path) -> None:
    old = RawTable(tmp_path, "source", Entity.of("prices", "*symbol? *time:int price:float?", event=unix("time", "ms")))
    old.ensure()
    versions = old.new_versions(frame(("BTC", 0, 1.0, 0)).drop("note"))
    old.add(versions)
    new = RawTable(tmp_path, "source", PRICES)
    new.ensure()
    assert pl.read_parquet_schema(new.part("0000-00")) == raw_schema(PRICES)
    assert add(new, ("BTC", 0, 1.0, 1), ("BTC", 1, 2.0, 1)) == 1
    assert pl.read_parquet(new.part("2026-01"), hive_partitioning=False).schema == raw_schema(PRICES)


@pytest.mark.parametrize(
    ("hour", "day"), [(23, date(2026, 1, 30)), (22, date(2026, 1, 29)), (24, date(2026, 1, 30)), (47, date(2026, 1, 31))]
)
def test_the_high_water_mark_vouches_for_whole_days_only(hour: int, day: date, table: RawTable) -> None:
    """The candle of 23:00 ends its day; that of 22:00 leaves an hour open."""
    add(table, ("BTC", 0, 1.0, 0), ("BTC", hour, 1.0, 0))
    assert table.last_event() == START + timedelta(hours=hour)
    assert table.last_day() == day


histories = st.lists(st.sampled_from([1.0, 2.0, 3.0, None]), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None)
@given(history=histories, batch=st.integers(1, 3))
def test_fetched_in_time_every_past_state_can_be_read_again(
    history: list[float | None], batch: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    table = RawTable(tmp_path_factory.mktemp("raw"), "source", PRICES)
    rows: list[Row] = [("BTC", 0, price, known) for known, price in enumerate(history)]
    for start in range(0, len(rows), batch):
        add(table, *rows[start : start + batch])
    for known, price in enumerate(history):
        assert latest([row for row in everything(table) if row[3] <= known]) == {("BTC", 0): price}
    for start in range(0, len(rows), batch):
        assert add(table, *rows[start : start + batch]) == 0  # once more changes nothing


observations = st.lists(st.tuples(st.sampled_from(["BTC", "ETH"]), st.sampled_from([0, 1, 48]), st.integers(0, 5)), unique=True, max_size=8)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), seen=observations)
def test_any_order_gives_the_same_versions_when_every_fetch_says_something_new(
    data: st.DataObject, seen: list[tuple[str, int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A fetch that repeats an earlier value leaves no trace by design, so a value that returns needs the order of time."""
    rows: list[Row] = [(symbol, hour, float(known), known) for symbol, hour, known in seen]
    table = RawTable(tmp_path_factory.mktemp("raw"), "source", PRICES)
    for row in data.draw(st.permutations(rows)):
        add(table, row)
    assert everything(table) == sorted(rows, key=lambda row: (row[0] or "", row[1], row[3]))


def test_marks_of_markets_leave_out_what_one_run_wrote(table: RawTable) -> None:
    """Else a commit in the middle of a catch-up would shorten what is still to be asked for."""
    rows = frame(("BTC", 47, 1.0, 0), ("ETH", 23, 1.0, 0)).with_columns(_run_id=pl.lit("before"))
    own = frame(("ETH", 95, 1.0, 1)).with_columns(_run_id=pl.lit("own"))
    for one in (rows, own):
        table.add(table.new_versions(one))
    assert table.last_days("symbol", 30, but_of_run="own") == {"BTC": date(2026, 1, 31), "ETH": date(2026, 1, 30)}
    assert table.last_days("symbol", 30)["ETH"] == date(2026, 2, 2)
