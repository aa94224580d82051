"""Aevo's dialect: trades that add up to the hour, newest first in pages of fifty, nanoseconds as text."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
from simulated import Simulated

from simulator import Truth
from simulator.dialects.aevo import VENUE

TRUTH = Truth(seed=3, days=10, venues=[VENUE])
NOW = datetime(2026, 7, 8, 12, 30, tzinfo=UTC)
SIMULATED = Simulated("aevo", TRUTH, NOW)
body = SIMULATED.said
HOUR = int(NOW.replace(minute=0).timestamp()) * 10**9


def test_trades_of_an_hour_are_its_candle() -> None:
    bounds = {"start_time": HOUR - 3_600 * 10**9, "end_time": HOUR - 1}
    answer = body("/instrument/1000PEPE-PERP/trade-history", **bounds)
    trades = answer["trade_history"]
    assert answer["count"] == "4"
    assert [int(trade["created_timestamp"]) - bounds["start_time"] for trade in trades] == [3_600 * 10**9 - 1, 1, 1, 0]
    opened = NOW.replace(hour=11, minute=0)
    truth = TRUTH.candles().filter(symbol="1000PEPE-PERP").row(by_predicate=pl.col("opened_at") == opened, named=True)
    assert [float(trade["price"]) for trade in trades] == [truth["close"], truth["low"], truth["high"], truth["open"]]
    assert sum(float(trade["price"]) * float(trade["amount"]) for trade in trades) == truth["volume_usd"]
    assert sum(float(trade["amount"]) for trade in trades) == truth["volume_base"]


def test_a_page_is_the_newest_fifty_of_the_query() -> None:
    answer = body("/instrument/BTC-PERP/trade-history", end_time=HOUR - 1)
    assert int(answer["count"]) == 4 * (7 * 24 + 12)
    assert len(answer["trade_history"]) == 50
    oldest = int(answer["trade_history"][-1]["created_timestamp"])
    again = body("/instrument/BTC-PERP/trade-history", end_time=oldest)
    assert again["trade_history"][0]["trade_id"] in {trade["trade_id"] for trade in answer["trade_history"][-2:]}


def test_open_interest_funding_and_lists() -> None:
    states = {row["ticker_id"]: row for row in body("/coingecko-statistics")}
    truth = {row["symbol"]: row for row in TRUTH.open_interest().filter(observed_at=NOW.replace(minute=0)).to_dicts()}
    assert {name: float(row["open_interest"]) for name, row in states.items()} == {n: r["open_interest_base"] for n, r in truth.items()}
    rows = body("/funding-history", instrument_name="ETH-PERP", limit=99)["funding_history"]
    assert len(rows) == 50
    rates = TRUTH.funding().filter(pl.col("symbol") == "ETH-PERP", pl.col("settled_at") <= NOW).tail(50)["funding_rate"].to_list()
    assert [float(row[2]) for row in rows] == rates[::-1]
    assert body("/markets", instrument_type="OPTION") == []
    assert [row["underlying_asset"] for row in body("/markets")] == ["BTC", "ETH", "1000PEPE"]


def test_errors_are_a_text() -> None:
    assert body("/funding-history", instrument_name="MATIC-PERP") == {"error": "INSTRUMENT_NOT_FOUND"}
    assert body("/instrument/BTC-PERP/trade-history", start_time="x") == {"error": "ERR_MALFORMED_REQUEST"}
