"""Bitget's dialect: pages by number, ranges, base coin, coin-margined candles swapped, errors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import polars as pl
from simulated import Simulated

from simulator import Truth
from simulator.dialect import Query
from simulator.dialects.bitget import DIALECT, VENUE

HOUR_MS = 3_600_000
TRUTH = Truth(seed=3, days=100, venues=[VENUE])
NOW = datetime(2026, 10, 5, 12, 30, tzinfo=UTC)
SIMULATED = Simulated("bitget", TRUTH, NOW, "/api/")
ask = SIMULATED.body
HOUR = int(NOW.timestamp() * 1000) // HOUR_MS * HOUR_MS
BTC = {"symbol": "BTCUSDT", "productType": "USDT-FUTURES"}


def candles(path: str = "candles", **params: Any) -> Any:
    return ask(f"v2/mix/market/{path}", **BTC | {"granularity": "1H"} | params)["data"]


def test_candles_are_oldest_first_and_the_newest_are_kept() -> None:
    rows = candles(startTime=HOUR - 6 * HOUR_MS, endTime=HOUR - HOUR_MS)
    assert [int(row[0]) for row in rows] == [HOUR - n * HOUR_MS for n in (6, 5, 4, 3, 2)]
    cut = candles(startTime=HOUR - 6 * HOUR_MS, endTime=HOUR - HOUR_MS, limit=2)
    assert [int(row[0]) for row in cut] == [HOUR - n * HOUR_MS for n in (3, 2)]


def test_only_candles_know_the_running_hour_and_only_history_the_old_ones() -> None:
    assert int(candles(limit=1)[0][0]) == HOUR
    assert int(candles("history-candles", limit=1)[0][0]) == HOUR - HOUR_MS
    old = {"startTime": HOUR - 90 * 24 * HOUR_MS, "endTime": HOUR - 84 * 24 * HOUR_MS}
    assert candles(**old) == []
    assert len(candles("history-candles", limit=200, **old)) == 6 * 24


def test_amounts_of_coin_margined_candles_are_swapped() -> None:
    names = {"symbol": "BTCUSD", "productType": "COIN-FUTURES", "endTime": HOUR, "limit": 1}
    (row,) = candles(**names)
    truth = TRUTH.candles().filter(symbol="BTCUSD").row(by_predicate=pl.col("opened_at").dt.epoch("ms") == HOUR - HOUR_MS, named=True)
    assert (float(row[5]), float(row[6])) == (truth["volume_usd"], truth["volume_base"])
    (linear,) = candles(endTime=HOUR, limit=1)
    assert float(linear[5]) < float(linear[6])


def test_open_interest_is_base_coin() -> None:
    row = {row["symbol"]: row for row in ask("v2/mix/market/tickers", productType="USDT-FUTURES")["data"]}["BTCUSDT"]
    truth = TRUTH.open_interest().filter(symbol="BTCUSDT").filter(pl.col("observed_at").dt.epoch("ms") == HOUR)
    base = truth["open_interest_base"][0]
    assert float(row["holdingAmount"]) == base
    assert float(row["markPrice"]) * base == truth["open_interest_usd"][0]


def test_funding_has_pages_and_no_bounds() -> None:
    pages = [ask("v2/mix/market/history-fund-rate", **BTC, pageSize=500, pageNo=page, endTime=1)["data"] for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [100, 100, 70, 0]
    stamps = [int(row["fundingTime"]) for page in pages for row in page]
    assert stamps == sorted(stamps, reverse=True)


def test_dated_contracts_stand_in_the_same_lists() -> None:
    listed = ask("v3/market/instruments", category="COIN-FUTURES")["data"]
    assert [(row["symbol"], row["type"]) for row in listed] == [("BTCUSD", "perpetual"), ("BTCUSDZ26", "delivery")]
    assert [row["deliveryTime"] for row in ask("v2/mix/market/tickers", productType="COIN-FUTURES")["data"]] == [None, "1798185600000"]


def test_errors_are_codes_with_http_400_and_limits_are_per_path() -> None:
    gone = ask("v2/mix/market/candles", 400, symbol="GONEUSDT", productType="USDT-FUTURES", granularity="1H")
    assert (gone["code"], gone["msg"]) == ("40034", "Parameter GONEUSDT does not exist")
    assert ask("v2/mix/market/tickers", 400, productType="x")["code"] == "400172"
    assert ask("v2/mix/market/candles", 400, **BTC, granularity="1h")["code"] == "40020"
    long = {"granularity": "1H", "startTime": HOUR - 91 * 24 * HOUR_MS, "endTime": HOUR}
    for wrong in (long, {"granularity": "1H", "limit": 1001}, {"granularity": "1H", "limit": "x"}):
        assert ask("v2/mix/market/candles", 400, **BTC, **wrong)["code"] == "40017"
    assert DIALECT.bucket(Query("GET", "/a")) != DIALECT.bucket(Query("GET", "/b"))
    reply = DIALECT.too_many(1.0, False)
    assert (reply.status, orjson.loads(reply.content)["code"]) == (429, "429")
