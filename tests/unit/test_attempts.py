"""The book of attempts: what each run tried of each entity, so that no failure hides behind a later success of another kind."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import polars as pl

from ingestion.run.attempts import ATTEMPTS, OWN_SOURCE
from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.store.raw import RawTable
from ingestion.venue.registry import all_sources

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
