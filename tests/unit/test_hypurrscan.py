"""Hypurrscan: one request for all readings of the counter, recorded ones value by value, the simulator's against the truth."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import httpx
import polars as pl
import pytest

from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources
from simulator import Simulator, Truth

HYPURRSCAN = all_sources()["hypurrscan"]
NOW = datetime(2025, 4, 18, 0, 30, tzinfo=UTC)
DAY = Window(date(2025, 4, 17), date(2025, 4, 17))
READING = {"time": 1744250601, "total_fees": 290315605842723.0, "total_spot_fees": 4652730452283.0}


def run(settings: Any, line: Any, window: Window | None = DAY) -> Any:
    (result,) = ingest(settings, [HYPURRSCAN], window, transports={"hypurrscan": line.transport}, clock=lambda: NOW)
    return result


def test_all_readings_are_one_request_and_a_snapshot_asks_nothing(settings: Any, wire: Any, held: Any) -> None:
    line = wire(lambda request: [READING])
    assert run(settings, line, None).problem is None
    assert line.asked == []
    assert run(settings, line).problem is None
    assert [request.url.path for request in line.asked] == [HYPURRSCAN.endpoint("fees").path]
    assert [tuple(row.values())[:3] for row in held(settings, "hypurrscan", "fees")] == [(1744250601, 290315605842723.0, 4652730452283.0)]


def test_readings_seen_before_add_no_versions(settings: Any, wire: Any, held: Any) -> None:
    for more in ([], [READING | {"time": 1744251443}]):
        assert run(settings, wire(lambda request, more=more: [READING, *more])).problem is None
    assert [row["time"] for row in held(settings, "hypurrscan", "fees")] == [1744250601, 1744251443]


@pytest.mark.parametrize("body", [httpx.Response(500, text="Internal Server Error"), {"error": "Not Found"}], ids=str)
def test_an_answer_without_readings_is_a_failure_and_no_rows(body: Any, settings: Any, wire: Any, held: Any) -> None:
    assert run(settings, wire(lambda request: body)).status == "failed"
    assert held(settings, "hypurrscan", "fees") == []


@pytest.mark.recorded
def test_recorded_readings(recorded: Any, typed: Any) -> None:
    """80.8 million USD on 2024-11-17 10:53:48, of which 0.3 million are spot's; and 308.8 million on 2025-04-24."""
    one, _ = recorded("sources/hypurrscan/fees__head-20250418.json", "hypurrscan", "fees")
    first = typed(one)["fees"][0]
    assert list(first.values()) == [1731840828, 80767272053328.0, 319702005563.0]
    other, _ = recorded("sources/hypurrscan/fees__tail-20250424.json", "hypurrscan", "fees")
    assert round(typed(other)["fees"][-1]["total_fees"] / 1e12, 1) == 308.8


def test_the_simulated_counter_grows_by_the_fees_of_each_day(make_settings: Any) -> None:
    truth = Truth(start=date(2026, 7, 1), days=4, assets=["BTC"])
    now = datetime(2026, 7, 4, 0, 30, tzinfo=UTC)
    with Simulator(truth, now=now) as simulator:
        one = make_settings(base_url=simulator.base_urls(), rate_limit_factor=1000)
        (result,) = ingest(one, [HYPURRSCAN], Window(date(2026, 7, 3), date(2026, 7, 3)), clock=lambda: now)
    assert (result.problem, result.requests) == (None, 1)
    rows = pl.read_parquet(f"{one.raw_dir}/hypurrscan/fees/*/part.parquet", hive_partitioning=False).sort("time")
    midnights = rows.filter(pl.col("time") % 86_400 == 0)["total_fees"] / 1e6
    daily = [float(usd) for usd in truth.protocol_daily["hyperliquid"]["fees"][:3]]
    assert midnights.diff().drop_nulls().to_list() == pytest.approx(daily, abs=1e-3)
