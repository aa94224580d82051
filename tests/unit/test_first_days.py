"""From which day on a changed raw file differs: worked out by hand on a file of a few rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import polars as pl
import pytest

from ingestion.settings import Settings
from ingestion.store.entity import Entity
from ingestion.store.fitting import raw_schema
from ingestion.store.layout import stamp
from ingestion.store.raw import RawTable
from ingestion.venue.registry import all_sources
from orchestration.first_days import Look, look, remember

FILE = "hyperliquid/candles/month=2026-05/part.parquet"
NEXT_FILE = FILE.replace("2026-05", "2026-06")
CANDLES: Entity = next(one for one in all_sources()["hyperliquid"].entities if one.name == "candles")
Row = tuple[str, datetime, datetime]  # coin, when it opened, when it was fetched


def at(day: int, hour: int = 0, month: int = 5) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


OLD: list[Row] = [("BTC", at(9, 22), at(10, 1)), ("BTC", at(9, 23), at(10, 1)), ("ETH", at(3, 9), at(3, 10))]


def add(settings: Settings, rows: Iterable[Row], close: float = 1.0) -> None:
    schema = raw_schema(CANDLES)
    figures = dict.fromkeys(("open", "high", "low", "volume"), 1.0) | {"close": close, "interval": "1h", "close_time": 0, "trades": 1}
    frame = [
        {
            **figures,
            "coin": coin,
            "open_time": int(opened.timestamp() * 1000),
            "_fetched_at": fetched,
            "_payload_sha256": "x",
            "_run_id": "x",
        }
        for coin, opened, fetched in rows
    ]
    table = RawTable(settings.raw_dir, "hyperliquid", CANDLES)
    table.add(table.new_versions(pl.DataFrame(frame, schema=schema)))


def stamps(settings: Settings) -> dict[str, str]:
    parts = sorted(settings.raw_dir.glob("*/*/month=*/part.parquet"))
    return {str(path.relative_to(settings.raw_dir)): stamp(path.stat().st_size, path.stat().st_mtime_ns) for path in parts}


def built(settings: Settings) -> dict[str, str]:
    """A build that has ended, and remembers what it saw."""
    now = stamps(settings)
    remember(settings, look(settings, now, now, {}).seen)
    return now


def looked(settings: Settings, before: dict[str, str]) -> Look:
    now = stamps(settings)
    return look(settings, {file for file, _ in set(now.items()) ^ set(before.items())}, now, before)


ARRIVALS = {
    "the next day, the file having been read on it": ([("BTC", at(10), at(11, 1))], date(2026, 5, 9)),
    "an hour of that day": ([("BTC", at(10, 5), at(11, 1))], date(2026, 5, 10)),
    "days later: the day of the last read can close": ([("BTC", at(20, 5), at(21, 1))], date(2026, 5, 10)),
    "a late row of an older day": ([("BTC", at(5, 7), at(11, 1))], date(2026, 5, 5)),
    "a restated value": ([("BTC", at(9, 22), at(11, 1))], date(2026, 5, 9)),
    "a market back after a week: the day on which it fell silent can close": ([("ETH", at(10, 5), at(11, 1))], date(2026, 5, 3)),
    "a market that is new": ([("SOL", at(10, 5), at(11, 1))], date(2026, 5, 10)),
}


@pytest.mark.parametrize("name", ARRIVALS)
def test_the_first_day_of_what_arrived_and_of_what_it_closes(name: str, settings: Settings) -> None:
    rows, first = ARRIVALS[name]
    add(settings, OLD)
    before = built(settings)
    add(settings, rows, close=2.0)
    assert looked(settings, before).days == {FILE: first}


def test_a_month_begins_where_the_one_before_was_read_last(settings: Settings) -> None:
    add(settings, [("BTC", at(31, 22), at(31, 23))])
    before = built(settings)
    add(settings, [("BTC", at(1, 5, month=6), at(2, 1, month=6))])
    assert looked(settings, before).days == {NEXT_FILE: date(2026, 5, 31)}


def test_no_day_is_known_of_a_file_that_differs_otherwise(settings: Settings) -> None:
    add(settings, OLD)
    assert looked(settings, {}).days == {}  # never seen
    before = built(settings)
    part = settings.raw_dir / FILE
    rows = pl.read_parquet(part, hive_partitioning=False)
    for other in (rows.head(2), rows.with_columns(close=pl.lit(7.0)), pl.concat([rows, rows.head(1).with_columns(coin=pl.lit("SOL"))])):
        other.write_parquet(part)
        assert looked(settings, before).days == {}
    part.unlink()
    assert looked(settings, before).days == {}


def test_what_an_unfinished_build_saw_is_not_what_was_built(settings: Settings) -> None:
    """Killed between its last statement and its note, or an older state put back: stamps do not fit, so the month it is."""
    add(settings, OLD)
    before = built(settings)
    add(settings, [("BTC", at(10, 5), at(11, 1))])
    built(settings)
    add(settings, [("BTC", at(11, 5), at(12, 1))])
    assert looked(settings, before).days == {}


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"engine": "0.0", "files": {}}'])
def test_a_lost_memory_means_whole_months(content: str, settings: Settings) -> None:
    add(settings, OLD)
    before = built(settings)
    (settings.state_dir / "seen.json").write_text(content)
    add(settings, [("BTC", at(10, 5), at(11, 1))])
    assert looked(settings, before).days == {}
