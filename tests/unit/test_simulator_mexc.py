"""MEXC's dialect: contracts, columns in seconds, pages of funding, errors inside HTTP 200."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import polars as pl
from simulated import Simulated

from simulator import Truth
from simulator.dialect import Query
from simulator.dialects.mexc import DIALECT, VENUE

HOUR_MS = 3_600_000
TRUTH = Truth(seed=3, days=70, venues=[VENUE])
NOW = datetime(2026, 9, 5, 12, 30, tzinfo=UTC)
SIMULATED = Simulated("mexc", TRUTH, NOW, "/")
body = SIMULATED.body
HOUR = int(NOW.timestamp() * 1000) // HOUR_MS * HOUR_MS


def data(path: str, **params: Any) -> Any:
    whole = body(path, **params)
    assert (whole["success"], whole["code"]) == (True, 0)
    return whole["data"]


def test_contracts_are_worth_their_size() -> None:
    listed = {row["symbol"]: row for row in data("detail")}
    held = {row["symbol"]: row for row in data("ticker")}
    assert sorted(listed) == ["BTC_USD", "BTC_USDT", "ETH_USDT", "PEPE_USDT"] == sorted(held)
    assert (listed["BTC_USD"]["settleCoin"], listed["BTC_USD"]["contractSize"]) == ("BTC", 100)
    for name in ("BTC_USDT", "PEPE_USDT", "BTC_USD"):
        size, last = listed[name]["contractSize"], HOUR - HOUR_MS
        found = data(f"kline/{name}", interval="Min60", start=last // 1000, end=last // 1000)
        truth = TRUTH.candles().filter(symbol=name).row(by_predicate=pl.col("opened_at").dt.epoch("ms") == last, named=True)
        interest = TRUTH.open_interest().filter(symbol=name).row(by_predicate=pl.col("observed_at").dt.epoch("ms") == HOUR, named=True)
        own, other = ("usd", "base") if name == "BTC_USD" else ("base", "usd")
        assert (found["vol"][0] * size, found["amount"][0]) == (truth[f"volume_{own}"], truth[f"volume_{other}"])
        assert held[name]["holdVol"] * size == interest[f"open_interest_{own}"]


def test_candles_are_columns_in_seconds_oldest_first() -> None:
    found = data("kline/BTC_USDT", interval="Min60", start=HOUR // 1000 - 3 * 3600, end=HOUR // 1000)
    assert found["time"] == [HOUR // 1000 - n * 3600 for n in (3, 2, 1, 0)]
    assert {len(column) for column in found.values()} == {4}
    everything = data("kline/BTC_USDT", interval="Min60")
    assert len(everything["time"]) == (HOUR - TRUTH.start_ms) // HOUR_MS + 1


def test_funding_has_pages_and_no_bounds() -> None:
    name = {"symbol": "PEPE_USDT", "page_size": 100}
    pages = [data("funding_rate/history", **name, page_num=number, end_time=1) for number in (1, 2, 5)]
    hours = (HOUR - TRUTH.start_ms) // HOUR_MS
    total = hours // 4 + 1
    assert (pages[0]["totalCount"], pages[0]["totalPage"]) == (total, -(-total // 100))
    assert [len(one["resultList"]) for one in pages] == [100, 100, total - 400]
    assert [row["settleTime"] for row in pages[0]["resultList"]] == [HOUR - n * 4 * HOUR_MS for n in range(100)]
    assert {row["collectCycle"] for row in pages[0]["resultList"]} == {4}


def test_a_symbols_own_answer_comes_without_a_list() -> None:
    assert data("ticker", symbol="BTC_USD")["symbol"] == "BTC_USD"
    assert data("detail", symbol="BTC_USD")["contractSize"] == 100


def test_errors_are_codes_inside_http_200() -> None:
    assert body("kline/XBT_USDT", interval="Min60") == {"success": False, "code": 1001, "message": "Contract does not exist!"}
    assert body("kline/BTC_USDT", interval="1H")["code"] == 600
    assert body("kline/BTC_USDT", interval="Min60", start="x")["code"] == 600
    assert body("funding_rate/history", symbol="BTC_USDT", page_num=0)["code"] == 600
    assert DIALECT.bucket(Query("GET", "/kline/A")) != DIALECT.bucket(Query("GET", "/ticker"))
    reply = DIALECT.too_many(1.0, False)
    assert (reply.status, orjson.loads(reply.content)["code"]) == (200, 510)
