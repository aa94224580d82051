"""Perpetual Protocol's dialect: three operations, pages by id, quarters that add up to the truth, rates per day."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import polars as pl
import pytest

from simulator import Truth
from simulator.dialect import Query
from simulator.dialects.perpetual_protocol import DIALECT, VENUE
from simulator.switchboard import Switchboard

TRUTH = Truth(seed=3, days=10, venues=[VENUE])
NOW = datetime(2026, 7, 8, 12, 30, tzinfo=UTC)
HOUR_S = int(NOW.replace(minute=0).timestamp())
EVENTS = ("positionChangeds", "positionLiquidateds", "fundingUpdateds")


@pytest.fixture
def board() -> Switchboard:
    return Switchboard(TRUTH, NOW)


def data(board: Switchboard, operation: str, **variables: str) -> Any:
    body = {"operationName": operation, "variables": variables}
    return orjson.loads(board.respond("perpetual_protocol", Query("POST", "/", {}, body)).content)["data"]


def test_the_truth_has_all_but_liquidations() -> None:
    assert DIALECT.venue is VENUE
    assert all(len(frame) for frame in (TRUTH.candles(), TRUTH.funding(), TRUTH.open_interest(), TRUTH.premiums()))
    assert TRUTH.liquidations().is_empty()


def test_quarters_add_up_to_the_hour_and_rates_are_per_day(board: Switchboard) -> None:
    bounds = {"start": str(HOUR_S - 3600), "end": str(HOUR_S)}
    found = data(board, "events", **bounds, **dict.fromkeys(EVENTS, ""))
    opened = NOW.replace(hour=11, minute=0)
    for symbol in (market.symbol for market in TRUTH.markets):
        rows = [row for row in found["positionChangeds"] if row["baseToken"] == symbol]
        rows.sort(key=lambda row: int(row["blockNumberLogIndex"]))
        truth = TRUTH.candles().filter(symbol=symbol).row(by_predicate=pl.col("opened_at") == opened, named=True)
        assert [float(row["swappedPrice"]) for row in rows] == [truth[name] for name in ("open", "high", "low", "close")]
        assert sum(abs(float(row["exchangedPositionSize"])) for row in rows) == truth["volume_base"]
        assert sum(abs(float(row["exchangedPositionNotional"])) for row in rows) == truth["volume_usd"]
        assert all(float(row["exchangedPositionSize"]) * float(row["exchangedPositionNotional"]) < 0 for row in rows)
        (funding,) = (row for row in found["fundingUpdateds"] if row["baseToken"] == symbol)
        rate = TRUTH.funding().filter(symbol=symbol).row(by_predicate=pl.col("settled_at") == opened, named=True)["funding_rate"]
        assert float(funding["dailyFundingRate"]) / 24 == pytest.approx(rate, rel=1e-15)


def test_pages_go_on_by_id_and_end_at_the_head(board: Switchboard) -> None:
    bounds = {"start": str(HOUR_S - 7 * 86_400), "end": str(HOUR_S)}
    first = data(board, "events", **bounds, **dict.fromkeys(EVENTS, ""))["positionChangeds"]
    last = first[-1]["id"]
    rest = data(board, "events", **bounds, **dict.fromkeys(EVENTS, last))["positionChangeds"]
    assert (len(first), len(rest)) == (1000, 2 * 4 * 7 * 24 - 1000)
    assert max(row["id"] for row in first) < min(row["id"] for row in rest)
    board.option("perpetual_protocol.head", str(HOUR_S - 3600))
    late = data(board, "events", start=str(HOUR_S - 3600), end=str(HOUR_S), **dict.fromkeys(EVENTS, ""))
    assert (late["positionChangeds"], late["_meta"]["block"]["timestamp"]) == ([], HOUR_S - 3600)


def test_the_longs_are_the_open_interest(board: Switchboard) -> None:
    rows = data(board, "positions", after="")["traderMarkets"]
    truth = {row["symbol"]: row["open_interest_base"] for row in TRUTH.open_interest().filter(observed_at=NOW.replace(minute=0)).to_dicts()}
    for symbol, held in truth.items():
        sizes = [float(row["takerPositionSize"]) for row in rows if row["baseToken"] == symbol]
        assert sum(size for size in sizes if size > 0) == held
        assert 0 < -sum(size for size in sizes if size < 0) < held
    assert {row["id"] for row in data(board, "markets", after="")["markets"]} == set(truth)
