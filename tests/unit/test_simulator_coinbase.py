"""Coinbase's dialect: base alone, included ISO bounds, funding by offset and number, a venue outside of everybody's truth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from simulated import Simulated

from simulator import Truth
from simulator.dialects import venues
from simulator.dialects.coinbase import VENUE

TRUTH = Truth(seed=3, days=60, venues=[VENUE])
NOW = datetime(2026, 8, 20, 12, 30, tzinfo=UTC)
SIMULATED = Simulated("coinbase", TRUTH, NOW, "/api/v1/instruments")
body = SIMULATED.body
LAST = datetime(2026, 8, 20, 11, tzinfo=UTC)


def truth_of(symbol: str, frame: pl.DataFrame, column: str, at: datetime) -> dict[str, Any]:
    return frame.filter(symbol=symbol).row(by_predicate=pl.col(column) == at, named=True)


def test_a_closed_venue_is_no_part_of_everybodys_truth() -> None:
    assert "coinbase" not in {venue.name for venue in venues()}


def test_candles_count_base_between_included_bounds() -> None:
    bounds = {"start": (LAST - timedelta(hours=2)).isoformat(), "end": LAST.isoformat()}
    rows = body("/1000PEPE-PERP/candles", granularity="ONE_HOUR", **bounds)["aggregations"]
    assert [row["start"] for row in rows] == [f"2026-08-20T{hour:02}:00:00.000Z" for hour in (9, 10, 11)]
    truth = truth_of("1000PEPE-PERP", TRUTH.candles(), "opened_at", LAST)
    assert (float(rows[-1]["close"]), float(rows[-1]["volume"])) == (truth["close"], truth["volume_base"])
    assert truth["volume_usd"] == truth["volume_base"] * truth["close"]
    assert len(body("/BTC-PERP/candles", granularity="ONE_HOUR", start="2026-07-01T00:00:00Z")["aggregations"]) == 300
    assert body("/BTC-PERP/candles", 400, granularity="60")["title"] == "INVALID_GRANULARITY"


def test_funding_is_newest_first_by_offset() -> None:
    listed = {row["symbol"]: row for row in body("")}
    page = body("/ETH-PERP/funding", result_limit=500)["results"]
    assert (len(page), page[0]["event_time"]) == (100, "2026-08-20T12:00:00.000Z")
    assert {row["instrument_id"] for row in page} == {listed["ETH-PERP"]["instrument_id"]}
    then = body(f"/{listed['ETH-PERP']['instrument_id']}/funding", result_offset=1)["results"]
    assert (len(then), then[0]) == (25, page[1])
    truth = truth_of("ETH-PERP", TRUTH.funding(), "settled_at", LAST)
    assert (float(page[1]["funding_rate"]), float(page[1]["mark_price"])) == (truth["funding_rate"], truth["mark_price"])


def test_the_list_has_open_interest_in_base_and_spot_beside_it() -> None:
    listed = {row["symbol"]: row for row in body("")}
    truth = truth_of("BTC-PERP", TRUTH.open_interest(), "observed_at", LAST + timedelta(hours=1))
    assert float(listed["BTC-PERP"]["open_interest"]) == truth["open_interest_base"]
    assert float(listed["BTC-PERP"]["quote"]["mark_price"]) == truth["price_used"]
    assert listed["BTC-PERP"]["funding_interval"] == "3600000000000"
    assert (listed["BTC-USDC"]["type"], listed["1000PEPE-PERP"]["base_asset_name"]) == ("SPOT", "1000PEPE")
    assert body("/NOPE-PERP/funding", 404)["title"] == "INSTRUMENT_NOT_FOUND"
