"""Lighter's dialect: the recorded fields, bounds and counts, percents without sign, both sides in the daily figure, errors."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from simulated import Simulated

from simulator import Truth
from simulator.dialects.lighter import DIALECT, VENUE

HOUR_MS = 3_600_000
TRUTH = Truth(seed=3, days=40, venues=[VENUE])
NOW = datetime(2026, 8, 5, 12, 30, tzinfo=UTC)
SIMULATED = Simulated("lighter", TRUTH, NOW)
ask = SIMULATED.ask
HOUR = int(NOW.timestamp() * 1000) // HOUR_MS * HOUR_MS
BTC = {"market_id": 0, "resolution": "1h"}


def get(path: str, **params: Any) -> Any:
    body = orjson.loads(ask(path, **params).content)
    assert body["code"] == 200, body
    return body


@pytest.mark.recorded
def test_answers_have_the_recorded_fields(shared: Path) -> None:
    def recorded(name: str) -> Any:
        return json.loads((shared / "fixtures/sources/lighter" / f"{name}.json").read_text())["response"]

    details = get("/orderBookDetails")["order_book_details"][0]
    real = recorded("orderBookDetails__20260911")["order_book_details"][0]
    assert {name: type(value) for name, value in real.items()}.items() <= {name: type(value) for name, value in details.items()}.items()
    bounds = {"start_timestamp": HOUR - 3 * HOUR_MS, "end_timestamp": HOUR, "count_back": 3}
    candle = get("/candles", **BTC, **bounds)["c"][0]
    assert {name: type(value) for name, value in candle.items()} == {
        name: type(value) for name, value in recorded("candles__ETH-1m")["c"][0].items()
    }


def test_the_end_of_candles_is_exclusive_and_that_of_fundings_inclusive() -> None:
    bounds = {"start_timestamp": HOUR - 3 * HOUR_MS, "end_timestamp": HOUR}
    assert [row["t"] for row in get("/candles", **BTC, **bounds, count_back=9)["c"]] == [HOUR - n * HOUR_MS for n in (3, 2, 1)]
    assert [row["t"] for row in get("/candles", **BTC, **bounds, count_back=1)["c"]] == [HOUR - HOUR_MS]
    bounds = {name: value // 1000 for name, value in bounds.items()}
    found = get("/fundings", **BTC, **bounds, count_back=9)["fundings"]
    assert [row["timestamp"] for row in found] == [(HOUR - n * HOUR_MS) // 1000 for n in (3, 2, 1, 0)]


def test_rates_are_percents_and_the_side_that_pays() -> None:
    rows = get("/fundings", **BTC, start_timestamp=0, end_timestamp=HOUR, count_back=0)["fundings"]
    assert len(rows) == 750
    truth = TRUTH.funding().filter(symbol="BTC").filter(pl.col("settled_at") <= NOW).tail(750)["funding_rate"].to_list()
    assert any(rate < 0 for rate in truth)
    assert all(float(row["rate"]) >= 0 for row in rows)
    signed = [round(float(row["rate"]) / 100, 12) * (-1 if row["direction"] == "short" else 1) for row in rows]
    assert signed == truth


def test_the_daily_figure_counts_both_sides_of_the_last_hour() -> None:
    asked = {"kind": "open_interest", "period": "w", "filter": "byMarket", "value": "1000PEPE"}
    points = get("/exchangeMetrics", **asked)["metrics"]
    assert [row["timestamp"] for row in points] == [int(datetime(2026, 7, 29, tzinfo=UTC).timestamp()) + n * 86400 for n in range(8)]
    truth = TRUTH.daily_open_interest().filter(symbol="1000PEPE").filter(pl.col("date") < NOW.date()).tail(7)
    assert [row["data"] for row in points[:7]] == [2 * value for value in truth["open_interest_usd"]]
    assert len(get("/exchangeMetrics", **asked | {"period": "all"})["metrics"]) == 36
    volume = get("/exchangeMetrics", **asked | {"kind": "volume"})["metrics"][0]["data"]
    day = NOW.date() - timedelta(days=7)
    liquidated = get("/exchangeMetrics", **asked | {"kind": "liquidation_volume"})["metrics"][0]["data"]
    truth = TRUTH.liquidations().filter(symbol="1000PEPE", date=day)["liquidated_usd"]
    assert len(truth) > 2
    assert liquidated == pytest.approx(truth.sum(), rel=1e-15)
    assert volume == TRUTH.daily_volume().filter(symbol="1000PEPE", date=day)["volume_usd"][0]


def test_the_token_list_says_what_markets_are_of() -> None:
    tokens = {row["symbol"]: row for row in get("/tokenlist")["tokens"]}
    assert tokens["kPEPE"]["backend_symbol"] == "1000PEPE"
    assert (tokens["AAPL"]["asset_type"], tokens["AAPL"]["categories"]) == ("RWA", ["STOCK"])


def test_errors_are_numbers() -> None:
    def error(path: str, **params: Any) -> tuple[int, int]:
        reply = ask(path, **params)
        return reply.status, orjson.loads(reply.content)["code"]

    bounds = {"start_timestamp": 0, "end_timestamp": HOUR, "count_back": 1}
    assert error("/candles", **BTC | {"market_id": 77}, **bounds) == (400, 21602)
    assert error("/candles", **BTC | {"resolution": "2h"}, **bounds) == (400, 20001)
    assert error("/candles", **BTC, start_timestamp="x", end_timestamp=1, count_back=1) == (400, 20001)
    assert error("/exchangeMetrics", kind="open_interest", period="d", filter="byMarket", value="BTC") == (400, 20001)
    assert error("/nothing")[0] == 404
    assert (DIALECT.too_many(1.0, False).status, orjson.loads(DIALECT.too_many(1.0, False).content)["code"]) == (429, 23000)
