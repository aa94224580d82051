"""Aster's dialect: the recorded fields, every symbol's interval, tags, no marks in funding, Binance's errors."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from simulator import Truth
from simulator.dialect import Query, Reply
from simulator.dialects.aster import VENUE
from simulator.switchboard import Switchboard

TRUTH = Truth(seed=3, days=20, venues=[VENUE])
NOW = datetime(2026, 7, 15, 12, 30, tzinfo=UTC)


@pytest.fixture
def board() -> Switchboard:
    return Switchboard(TRUTH, NOW)


def ask(board: Switchboard, path: str, **params: Any) -> Reply:
    return board.respond("aster", Query("GET", f"/fapi/v1/{path}", {name: str(value) for name, value in params.items()}))


def get(board: Switchboard, path: str, **params: Any) -> Any:
    reply = ask(board, path, **params)
    assert reply.status == 200, reply.content
    return orjson.loads(reply.content)


@pytest.mark.recorded
def test_answers_have_the_recorded_fields(board: Switchboard, shared: Path) -> None:
    for path, name in (("fundingInfo", "fundingInfo__20260911"), ("ticker/24hr", "ticker24hr__20260911")):
        real = json.loads((shared / f"fixtures/sources/aster/{name}.json").read_text())["response"][0]
        ours = get(board, path)[0]
        assert {key: type(value) for key, value in real.items()}.items() <= {key: type(value) for key, value in ours.items()}.items(), path


def test_every_symbol_has_its_interval_and_its_tags(board: Switchboard) -> None:
    intervals = {row["symbol"]: row["fundingIntervalHours"] for row in get(board, "fundingInfo")}
    assert intervals == {"BTCUSDT": 8, "ETHUSDT": 8, "1000PEPEUSDT": 4, "AAPLUSDT": 1}
    symbols = {row["symbol"]: row for row in get(board, "exchangeInfo")["symbols"]}
    assert {row["underlyingType"] for row in symbols.values()} == {"COIN"}
    assert symbols["AAPLUSDT"]["underlyingSubType"] == ["AOS2", "STOCK"]


def test_funding_is_ascending_from_its_start_without_marks(board: Switchboard) -> None:
    start = int(datetime(2026, 7, 3, tzinfo=UTC).timestamp() * 1000)
    rows = get(board, "fundingRate", symbol="1000PEPEUSDT", startTime=start, limit=3)
    truth = TRUTH.funding().filter(symbol="1000PEPEUSDT").filter(pl.col("settled_at").dt.epoch("ms") >= start).head(3)
    assert [float(row["fundingRate"]) for row in rows] == truth["funding_rate"].to_list()
    assert {frozenset(row) for row in rows} == {frozenset({"symbol", "fundingRate", "fundingTime"})}
    newest = get(board, "fundingRate", symbol="1000PEPEUSDT", limit=1)
    assert newest[0]["fundingTime"] > rows[-1]["fundingTime"]


def test_open_interest_is_now_and_has_no_history(board: Switchboard) -> None:
    found = get(board, "openInterest", symbol="BTCUSDT")
    truth = TRUTH.open_interest().filter(symbol="BTCUSDT").filter(pl.col("observed_at") <= NOW)["open_interest_base"].last()
    assert (float(found["openInterest"]), found["time"]) == (truth, int(NOW.timestamp() * 1000))
    reply = board.respond("aster", Query("GET", "/futures/data/openInterestHist", {"symbol": "BTCUSDT", "period": "1h"}))
    assert reply.status == 404


def test_klines_go_on_from_their_start_and_errors_are_binances(board: Switchboard) -> None:
    start = int(datetime(2026, 7, 3, tzinfo=UTC).timestamp() * 1000)
    rows = get(board, "klines", symbol="BTCUSDT", interval="1h", startTime=start, limit=2)
    assert [row[0] for row in rows] == [start, start + 3_600_000]
    assert orjson.loads(ask(board, "klines", symbol="XUSDT", interval="1h").content)["code"] == -1121
    assert orjson.loads(ask(board, "klines", symbol="BTCUSDT", interval="7h").content)["code"] == -1120
    assert orjson.loads(ask(board, "klines", symbol="BTCUSDT", interval="1h", limit=1501).content)["code"] == -1130
    assert orjson.loads(ask(board, "openInterest").content)["code"] == -1102
