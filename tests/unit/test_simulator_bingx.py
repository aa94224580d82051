"""BingX's dialect: values, ranges, what is cut, errors inside HTTP 200."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import polars as pl
import pytest

from simulator import Truth
from simulator.dialect import Query
from simulator.dialects.bingx import VENUE
from simulator.switchboard import Switchboard

HOUR_MS = 3_600_000
TRUTH = Truth(seed=3, days=70, venues=[VENUE])
NOW = datetime(2026, 9, 5, 12, 30, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
HOUR = NOW_MS // HOUR_MS * HOUR_MS
SYMBOLS = ["1000PEPE-USDT", "BTC-USDC", "BTC-USDT", "ETH-USDT", "NCSKAAPL2USD-USDT"]


@pytest.fixture
def board() -> Switchboard:
    return Switchboard(TRUTH, NOW)


def body(board: Switchboard, path: str, **params: Any) -> Any:
    reply = board.respond("bingx", Query("GET", path, {name: str(value) for name, value in params.items()}))
    assert reply.status == 200, reply.content
    return orjson.loads(reply.content)


def data(board: Switchboard, path: str, **params: Any) -> Any:
    whole = body(board, path, **params)
    assert whole["code"] == 0, whole
    return whole["data"]


def test_a_suspended_contract_is_in_the_list_of_contracts_alone(board: Switchboard) -> None:
    listed = {row["symbol"]: row["status"] for row in data(board, "/v2/quote/contracts")}
    assert listed == dict.fromkeys(SYMBOLS, 1) | {"NCCOCOFFEE2USD-USDT": 25}
    for path in ("premiumIndex", "ticker"):
        assert sorted(row["symbol"] for row in data(board, f"/v2/quote/{path}")) == SYMBOLS
    assert body(board, "/v3/quote/klines", symbol="NCCOCOFFEE2USD-USDT", interval="1h") == {
        "code": 109415, "msg": "NCCOCOFFEE2USD-USDT is suspended", "data": {},
    }  # fmt: skip


def test_volume_is_base_and_open_interest_a_value_in_quote(board: Switchboard) -> None:
    for symbol in SYMBOLS:
        last = HOUR - HOUR_MS
        (row,) = data(board, "/v3/quote/klines", symbol=symbol, interval="1h", startTime=last, endTime=last)
        truth = TRUTH.candles().filter(symbol=symbol).row(by_predicate=pl.col("opened_at").dt.epoch("ms") == last, named=True)
        assert (float(row["volume"]), float(row["close"])) == (truth["volume_base"], truth["close"])
        held = TRUTH.open_interest().filter(symbol=symbol).row(by_predicate=pl.col("observed_at").dt.epoch("ms") == HOUR, named=True)
        found = data(board, "/v2/quote/openInterest", symbol=symbol)
        assert (float(found["openInterest"]), found["time"]) == (held["open_interest_usd"], NOW_MS)
        (mark,) = (row for row in data(board, "/v2/quote/premiumIndex") if row["symbol"] == symbol)
        assert float(found["openInterest"]) / float(mark["markPrice"]) == held["open_interest_base"]


def test_candles_are_newest_first_and_end_at_1440(board: Switchboard) -> None:
    asked = {"symbol": "BTC-USDT", "interval": "1h"}
    rows = data(board, "/v3/quote/klines", **asked, startTime=HOUR - 2 * HOUR_MS, endTime=HOUR)
    assert [row["time"] for row in rows] == [HOUR, HOUR - HOUR_MS, HOUR - 2 * HOUR_MS]
    many = data(board, "/v3/quote/klines", **asked, startTime=0, limit=1440)
    assert [many[0]["time"], many[-1]["time"], len(many)] == [HOUR, HOUR - 1439 * HOUR_MS, 1440]
    assert len(data(board, "/v3/quote/klines", **asked)) == 500
    assert data(board, "/v3/quote/klines", **asked, startTime=NOW_MS + HOUR_MS) is None


def test_funding_is_newest_first_and_a_page_of_2000_is_refused(board: Switchboard) -> None:
    rows = data(board, "/v2/quote/fundingRate", symbol="NCSKAAPL2USD-USDT", startTime=0, endTime=NOW_MS)
    assert [row["fundingTime"] for row in rows] == [HOUR - n * 4 * HOUR_MS for n in range(100)]
    assert body(board, "/v2/quote/fundingRate", symbol="BTC-USDT", limit=2000)["code"] == 100400
    (mark,) = (row for row in data(board, "/v2/quote/premiumIndex") if row["symbol"] == "BTC-USDT")
    settled = data(board, "/v2/quote/fundingRate", symbol="BTC-USDT", limit=1)[0]
    assert (mark["updateTime"], mark["nextFundingTime"]) == (settled["fundingTime"], settled["fundingTime"] + 8 * HOUR_MS)


def test_errors_are_codes_inside_http_200(board: Switchboard) -> None:
    assert body(board, "/v3/quote/klines", symbol="BTCUSDT", interval="1h")["code"] == 100400
    assert body(board, "/v3/quote/klines", symbol="BTC-USDT", interval="60")["code"] == 100400
    assert body(board, "/v3/quote/klines", symbol="BTC-USDT", interval="1h", endTime="x")["code"] == 100400
    assert body(board, "/v2/quote/openInterest")["code"] == 100400
