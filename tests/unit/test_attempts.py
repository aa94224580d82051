"""The book of attempts: what each run tried of each entity, so that no failure hides behind a later success of another kind."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import polars as pl

from ingestion.run.attempts import ATTEMPTS, OWN_SOURCE
from ingestion.run.ingest import ingest
from ingestion.run.outcome import EntityOutcome, SourceResult
from ingestion.run.window import Window
from ingestion.store.raw import RawTable
from ingestion.venue.registry import all_sources
from orchestration.status import entities

BINANCE = all_sources()["binance"]
AT = datetime(2026, 3, 10, 0, 30, tzinfo=UTC)
DAY = Window(date(2026, 3, 9), date(2026, 3, 9))
DAY_MS = 1_773_014_400_000
TRADING = {"contractType": "PERPETUAL", "status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT", "onboardDate": 1}
PERPETUAL = {"symbol": "BTCUSDT"} | TRADING


def healthy(request: httpx.Request) -> Any:
    name = request.url.path.rsplit("/", 1)[-1]
    if name == "exchangeInfo":
        return {"symbols": [PERPETUAL] if "fapi" in request.url.host else []}
    if name == "openInterest":
        return {"symbol": "BTCUSDT", "time": DAY_MS, "openInterest": "7"}
    return [[DAY_MS + 5 * 3_600_000, "1", "2", "0.5", "1.5", "10", 1, "15", 3, "4", "6", "0"]] if name == "klines" else []


def without_klines(request: httpx.Request) -> Any:
    return httpx.Response(503) if request.url.path.endswith("klines") else healthy(request)


def run(settings: Any, wire: Any, answer: Any, window: Window | None = DAY, at: datetime = AT) -> None:
    ingest(settings, [BINANCE], window, run_id=f"run-{at:%H%M}", clock=lambda: at, transports={"binance": wire(answer).transport})


def newest(settings: Any) -> dict[str, dict[str, Any]]:
    """Per entity the newest attempt that was booked."""
    table = RawTable(settings.raw_dir, OWN_SOURCE, ATTEMPTS)
    rows = pl.concat([pl.read_parquet(table.part(month), hive_partitioning=False) for month in table.months()]).sort("attempted_at")
    return {row["entity"]: row for row in rows.to_dicts()}


def test_a_source_that_ran_out_of_time_is_booked_as_failed(settings: Any) -> None:
    """Its market has come, and what else there would have been nobody knows: of histories; a snapshot that came is whole."""

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if "spot" in request.url.path or "fundingRate" in request.url.path:
                await asyncio.sleep(60)
            return httpx.Response(200, json=healthy(request))

    settings.source_hours = 0.2 / 3600
    ingest(settings, [BINANCE], DAY, run_id="run", clock=lambda: AT, transports={"binance": Slow()})
    found = newest(settings)
    assert (found["klines"]["rows_added"], found["klines"]["status"]) == (1, "failed")
    assert "not done within" in found["klines"]["error"]
    assert found["open_interest"]["status"] == "ok"


def test_a_run_books_every_entity_it_tried(settings: Any, wire: Any) -> None:
    run(settings, wire, healthy)
    found = newest(settings)
    assert set(found) == {entity.name for entity in BINANCE.entities}
    row = found["klines"]
    assert (row["status"], row["rows_added"], row["requests"], row["error"]) == ("ok", 1, 1, None)
    assert (row["day_from"], row["day_to"], row["attempted_at"]) == (DAY.first, DAY.last, AT)
    assert row["last_event_at"] == datetime(2026, 3, 9, 5, tzinfo=UTC)
    assert (row["last_fetched_at"], row["_run_id"]) == (AT, "run-0030")


def test_a_failure_of_one_entity_is_its_own(settings: Any, wire: Any) -> None:
    run(settings, wire, without_klines)
    found = newest(settings)
    assert [name for name, row in found.items() if row["status"] == "failed"] == ["klines"]
    assert "HTTP 503" in found["klines"]["error"]
    assert "BTCUSDT" in found["klines"]["error"]


def test_a_venue_that_is_down_has_no_entity_that_is_well(settings: Any, wire: Any) -> None:
    """Without its list of instruments no series was even asked for: that is a failure of each of them."""
    run(settings, wire, lambda request: httpx.Response(503))
    assert {row["status"] for row in newest(settings).values()} == {"failed"}


def test_a_later_snapshot_does_not_hide_the_failed_history(settings: Any, wire: Any) -> None:
    run(settings, wire, without_klines)
    run(settings, wire, healthy, window=None, at=AT + timedelta(minutes=25))
    found = newest(settings)
    assert found["klines"]["status"] == "failed"
    assert (found["open_interest"]["status"], found["open_interest"]["attempted_at"]) == ("ok", AT + timedelta(minutes=25))


def test_a_later_success_ends_the_failure(settings: Any, wire: Any) -> None:
    run(settings, wire, without_klines)
    run(settings, wire, healthy, at=AT + timedelta(hours=1))
    assert newest(settings)["klines"]["status"] == "ok"


def test_the_last_event_is_that_of_raw_when_a_run_brings_nothing(settings: Any, wire: Any) -> None:
    run(settings, wire, healthy)
    run(settings, wire, without_klines, at=AT + timedelta(hours=1))
    assert newest(settings)["klines"]["last_event_at"] == datetime(2026, 3, 9, 5, tzinfo=UTC)


def test_a_catch_up_run_asks_from_the_day_after_the_last_whole_one(settings: Any, wire: Any) -> None:
    """The held candle of 05:00 leaves its day open: a run for a later day goes back to it, one day of look-back included."""
    run(settings, wire, healthy)
    line = wire(healthy)
    later = Window(date(2026, 3, 13), date(2026, 3, 13))
    at = AT + timedelta(days=4)
    ingest(settings, [BINANCE], later, catch_up=True, clock=lambda: at, transports={"binance": line.transport})
    (page,) = line.params("klines")
    assert int(page["startTime"]) == DAY_MS - 24 * 3_600_000
    assert int(page["endTime"]) == DAY_MS + 5 * 24 * 3_600_000 - 1
    plain = wire(healthy)
    ingest(settings, [BINANCE], later, clock=lambda: at, transports={"binance": plain.transport})
    assert int(plain.params("klines")[0]["startTime"]) == DAY_MS + 3 * 24 * 3_600_000


def test_a_catch_up_run_goes_back_a_month_at_most(settings: Any, wire: Any) -> None:
    run(settings, wire, healthy)
    line, last = wire(healthy), date(2026, 8, 1)
    at = AT + timedelta(days=150)
    ingest(settings, [BINANCE], Window(last, last), catch_up=True, clock=lambda: at, transports={"binance": line.transport})
    first = min(int(page["startTime"]) for page in line.params("klines"))
    assert datetime.fromtimestamp(first / 1000, UTC).date() == last - timedelta(days=31)  # 30 days and one of look-back


def with_an_odd_candle(odd: int) -> Any:
    """A day of candles, of which so many have a word where a figure belongs."""

    def answer(request: httpx.Request) -> Any:
        if not request.url.path.endswith("klines") or "fapi" not in request.url.host:
            return healthy(request)
        return [[DAY_MS + hour * 3_600_000, "1", "2", "0.5", "1.5" if hour >= odd else "n/a", "10", 1, "15", 3, "4", "6", "0"]
                for hour in range(24)]  # fmt: skip

    return answer


def told(settings: Any, at: datetime = AT) -> tuple[Any, ...]:
    """What status says of Binance's candles."""
    (line,) = [line for line in entities(settings, at) if (line.source, line.entity) == ("binance", "klines")]
    return line.status, line.rows_quarantined, line.quarantined_because, line.limitations


def test_rows_set_aside_are_in_status_for_a_day(settings: Any, wire: Any) -> None:
    """A run that goes well an hour later does not hide them; a day later they are history."""
    run(settings, wire, with_an_odd_candle(2))
    run(settings, wire, healthy, at=AT + timedelta(hours=1))
    assert told(settings) == ("ok", 2, "close = n/a is not Float64", None)
    run(settings, wire, healthy, at=AT + timedelta(hours=23))
    assert told(settings) == ("ok", 2, "close = n/a is not Float64", None)
    run(settings, wire, healthy, at=AT + timedelta(hours=48))
    assert told(settings) == ("ok", 0, None, None)


def test_more_than_a_tenth_set_aside_is_a_failure_in_status(settings: Any, wire: Any) -> None:
    run(settings, wire, with_an_odd_candle(3))
    assert told(settings)[:2] == ("failed", 3)


def test_a_retention_shorter_than_the_days_asked_is_in_status(settings: Any, wire: Any) -> None:
    """Binance keeps 29 days of open interest: of the two months asked for the older one cannot be had."""
    run(settings, wire, healthy, Window(date(2026, 1, 10), DAY.last))
    limited = {line.entity: line.limitations for line in entities(settings, AT) if line.source == "binance" and line.limitations}
    assert limited == {"open_interest_history": "the source keeps 29 days, nothing older can be had"}


def test_what_is_said_of_no_entity_is_said_of_all() -> None:
    outcomes = {name: EntityOutcome() for name in ("candles", "candles_8h")}
    found = SourceResult("x", "ok", outcomes, limitations=["candles: kept 5 days", "candles_8h: a paid plan", "the API is shut"])
    assert found.limitations_of("candles") == ["kept 5 days", "the API is shut"]
    assert found.limitations_of("candles_8h") == ["a paid plan", "the API is shut"]


def test_a_table_of_attempts_from_before_is_read(settings: Any, wire: Any) -> None:
    """Its files lack the columns that came later."""
    run(settings, wire, healthy)
    table = RawTable(settings.raw_dir, OWN_SOURCE, ATTEMPTS)
    (month,) = table.months()
    older = pl.read_parquet(table.part(month), hive_partitioning=False).drop("quarantined_because", "limitations")
    older.write_parquet(table.part(month))
    assert told(settings) == ("ok", 0, None, None)
