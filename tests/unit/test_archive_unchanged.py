"""The archive's files that raw has already: told by their checksum, and not fetched again; those that may be there in part are."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from test_attempts import newest
from test_binance_archive import FUTURES, NOW, asked, packed, run, shelf

from ingestion.run.held import Held
from ingestion.store.raw import RawTable
from ingestion.venue.registry import all_sources

JANUARY = f"{FUTURES}/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2026-01.zip"
METRICS = f"{FUTURES}/daily/metrics/BTCUSDT/BTCUSDT-metrics-2026-01-{{:02}}.zip"


@pytest.fixture
def settings(make_settings: Any) -> Any:
    return make_settings(markets="BTCUSDT", attempts=1)


def hours(volume: float = 2.0) -> bytes:
    """January's candles, the price 100 throughout."""
    first = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
    starts = [first + hour * 3_600_000 for hour in range(31 * 24)]
    return packed("\n".join(f"{at},100,100,100,100,{volume},{at + 3_599_999},{100 * volume},3,1,100,0" for at in starts))


def metrics(day: int) -> bytes:
    """Open interest at 00:05 of the day and at the midnight after it."""
    times = (datetime(2026, 1, day, 0, 5, tzinfo=UTC), datetime(2026, 1, day, tzinfo=UTC) + timedelta(days=1))
    return packed("\n".join(f"{at:%Y-%m-%d %H:%M:%S},BTCUSDT,5,500,1,1,1,1" for at in times))


def with_checksums(files: dict[str, bytes]) -> dict[str, bytes | str]:
    sums = {f"{path}.CHECKSUM": f"{hashlib.sha256(body).hexdigest()}  a.zip" for path, body in files.items()}
    return {**files, **sums}


def test_a_file_that_raw_has_is_asked_for_its_checksum_only(settings: Any, wire: Any, held: Any) -> None:
    files = {JANUARY: hours(), METRICS.format(5): metrics(5), METRICS.format(31): metrics(31)}
    first = wire(shelf(with_checksums(files)))
    assert run(settings, first, date(2026, 1, 1), date(2026, 1, 31)).problem is None
    again = wire(shelf(with_checksums(files)))
    result = run(settings, again, date(2026, 1, 1), date(2026, 1, 31), NOW + timedelta(hours=1))
    assert result.problem is None
    assert files.keys() - set(asked(again)) == {JANUARY, METRICS.format(5)}, "the last metrics of a month may be there in part"
    assert len(again.asked) == len(first.asked) - 2
    assert (result.outcomes["klines"].unchanged, result.outcomes["metrics"].unchanged) == (1, 1)
    assert (len(held(settings, "binance_archive", "klines")), len(held(settings, "binance_archive", "metrics"))) == (744, 4)
    booked = newest(settings)["klines"]
    assert booked["last_fetched_at"] == booked["attempted_at"], "it was looked at, though nothing was fetched"


def test_a_file_uploaded_again_is_fetched_and_one_that_goes_back_to_what_it_was_too(settings: Any, wire: Any, held: Any) -> None:
    for hour, volume in enumerate((2.0, 3.0, 2.0)):
        line = wire(shelf(with_checksums({JANUARY: hours(volume)})))
        assert run(settings, line, date(2026, 1, 1), date(2026, 1, 31), NOW + timedelta(hours=hour)).problem is None
        assert JANUARY in asked(line)
    assert [row["volume"] for row in held(settings, "binance_archive", "klines")[:3]] == [2.0, 3.0, 2.0]


def test_without_a_checksum_file_everything_is_fetched(settings: Any, wire: Any) -> None:
    for _ in range(2):
        line = wire(shelf({JANUARY: hours()}))
        assert run(settings, line, date(2026, 1, 1), date(2026, 1, 31)).problem is None
        assert JANUARY in asked(line)


def test_what_raw_holds_is_the_newest_body_of_each_day_but_of_midnight(settings: Any, wire: Any) -> None:
    files = {METRICS.format(day): metrics(day) for day in (5, 6)}
    assert run(settings, wire(shelf(files)), date(2026, 1, 5), date(2026, 1, 6)).problem is None
    table = RawTable(settings.raw_dir, "binance_archive", all_sources()["binance_archive"].entity("metrics"))
    found = Held(table, "symbol")
    said = {day: one.sha256 for day, one in found.of("BTCUSDT", "2026-01").items()}
    assert said == {date(2026, 1, day): hashlib.sha256(metrics(day)).hexdigest() for day in (5, 6)}
    assert (found.of("ETHUSDT", "2026-01"), found.of("BTCUSDT", "2025-12")) == ({}, {})
