"""Gate's dialect: seconds, doubled open interest, bounds, rows past the limit, one hour of liquidations, errors with labels."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl
from simulated import Simulated

from simulator import Truth
from simulator.dialect import Query
from simulator.dialects.gate import DIALECT, VENUE

TRUTH = Truth(seed=5, days=40, venues=[VENUE])
NOW = datetime(2026, 8, 5, 12, 30, tzinfo=UTC)
SIMULATED = Simulated("gate", TRUTH, NOW, "/futures/")
body = SIMULATED.body
HOUR = int(NOW.timestamp()) // 3600 * 3600


def truth_at(frame: pl.DataFrame, column: str, symbol: str, second: int) -> dict[str, Any]:
    return frame.filter(symbol=symbol).row(by_predicate=pl.col(column).dt.epoch("s") == second, named=True)


def test_the_list_counts_one_side_and_statistics_and_tickers_both() -> None:
    (inverse,) = body("btc/contracts")
    assert (inverse["type"], inverse["quanto_multiplier"]) == ("inverse", "0")
    held = truth_at(TRUTH.open_interest(), "observed_at", "BTC_USD", HOUR)
    assert inverse["position_size"] == held["open_interest_usd"]
    linear = next(row for row in body("usdt/contracts") if row["name"] == "ETH_USDT")
    held = truth_at(TRUTH.open_interest(), "observed_at", "ETH_USDT", HOUR)
    assert linear["position_size"] * float(linear["quanto_multiplier"]) == held["open_interest_base"]
    assert (linear["enable_decimal"], linear["funding_interval"]) == (False, 28800)
    (newest,) = body("usdt/contract_stats", contract="ETH_USDT", interval="1h", from_=HOUR, limit=10)
    assert (newest["open_interest"], newest["open_interest_usd"]) == (2 * linear["position_size"], 2 * held["open_interest_usd"])
    assert newest["open_interest"] % 2 == 0
    ticker = next(row for row in body("usdt/tickers") if row["contract"] == "ETH_USDT")
    assert float(ticker["total_size"]) == 2 * linear["position_size"]


def test_candles_include_both_bounds_and_refuse_a_limit_beside_them() -> None:
    fixed = {"contract": "BTC_USDT", "interval": "1h"}
    rows = body("usdt/candlesticks", **fixed, from_=HOUR - 7200, to=HOUR - 3600)
    assert [row["t"] for row in rows] == [HOUR - 7200, HOUR - 3600]
    truth = truth_at(TRUTH.candles(), "opened_at", "BTC_USDT", HOUR - 7200)
    assert (rows[0]["v"] * 2.0**-13, float(rows[0]["sum"])) == (truth["volume_base"], truth["volume_usd"])
    assert body("usdt/candlesticks", 400, **fixed, from_=0, to=HOUR, limit=5)["label"] == "INVALID_PARAM_VALUE"
    assert "too long ago" in body("usdt/candlesticks", 400, **fixed, from_=HOUR - 10_001 * 3600, to=HOUR)["message"]
    (inverse, _) = body("btc/candlesticks", contract="BTC_USD", interval="1h", from_=HOUR - 7200, to=HOUR - 3600)
    assert inverse["v"] == truth_at(TRUTH.candles(), "opened_at", "BTC_USD", HOUR - 7200)["volume_usd"]


def test_statistics_run_past_their_limit() -> None:
    fixed = {"contract": "BTC_USDT", "interval": "1h", "from_": HOUR - 20 * 3600}
    rows = body("usdt/contract_stats", **fixed, limit=10, to=HOUR - 19 * 3600)
    assert [row["time"] for row in rows] == [HOUR - n * 3600 for n in range(20, 8, -1)]
    assert len(body("usdt/contract_stats", **fixed, limit=2000)) == 21
    assert body("usdt/contract_stats", 400, **fixed, limit=2001)["label"] == "INVALID_PARAM_VALUE"


def test_funding_is_late_and_newest_first() -> None:
    rows = body("usdt/funding_rate", contract="PEPE_USDT", limit=3)
    assert [row["t"] % 14400 for row in rows] == [2, 2, 2]  # four-hourly
    assert rows[0]["t"] - rows[1]["t"] == 14400
    at = rows[1]["t"]
    assert body("usdt/funding_rate", contract="PEPE_USDT", from_=at, to=at) == [rows[1]]


def test_liquidations_of_all_contracts_come_by_the_hour() -> None:
    wanted = (
        TRUTH.liquidations().filter(product="usdt").filter(pl.col("liquidated_at") < NOW).sort("liquidated_at").tail(1).row(0, named=True)
    )
    at = int(wanted["liquidated_at"].timestamp())
    (row,) = (row for row in body("usdt/liq_orders", from_=at, to=at) if row["contract"] == wanted["symbol"])
    size, order, left = (float(row[name]) for name in ("size", "order_size", "left"))
    assert (size > 0) == (wanted["side"] == "long")
    assert order * size < 0
    multiplier = next(float(one["quanto_multiplier"]) for one in body("usdt/contracts") if one["name"] == wanted["symbol"])
    assert abs(order - left) * multiplier * float(row["fill_price"]) == wanted["liquidated_usd"]
    assert body("usdt/liq_orders", 400, from_=at - 3601, to=at)["message"] == "range from/to must in 1 hour"
    times = [row["time"] for row in body("usdt/liq_orders", from_=HOUR - 3600, to=HOUR)]
    assert times == sorted(times, reverse=True)


def test_unknown_contracts_have_a_label_and_limits_are_per_path() -> None:
    assert body("usdt/funding_rate", 400, contract="NO_USDT")["label"] == "CONTRACT_NOT_FOUND"
    assert body("btc/funding_rate", 400, contract="BTC_USDT")["label"] == "CONTRACT_NOT_FOUND"
    assert DIALECT.bucket(Query("GET", "/a")) != DIALECT.bucket(Query("GET", "/b"))
