"""Aster's dialect: the recorded fields, every symbol's interval, tags, no marks in funding, Binance's errors."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import orjson
import polars as pl
import pytest
from simulated import Simulated

from simulator import Truth
from simulator.dialect import Query
from simulator.dialects.aster import VENUE

TRUTH = Truth(seed=3, days=20, venues=[VENUE])
NOW = datetime(2026, 7, 15, 12, 30, tzinfo=UTC)
SIMULATED = Simulated("aster", TRUTH, NOW, "/fapi/v1/")
ask, get = SIMULATED.ask, SIMULATED.body


@pytest.mark.recorded
def test_answers_have_the_recorded_fields(shared: Path) -> None:
    for path, name in (("fundingInfo", "fundingInfo__20260911"), ("ticker/24hr", "ticker24hr__20260911")):
        real = json.loads((shared / f"fixtures/sources/aster/{name}.json").read_text())["response"][0]
        ours = get(path)[0]
        assert {key: type(value) for key, value in real.items()}.items() <= {key: type(value) for key, value in ours.items()}.items(), path


def test_every_symbol_has_its_interval_and_its_tags() -> None:
    intervals = {row["symbol"]: row["fundingIntervalHours"] for row in get("fundingInfo")}
    assert intervals == {"BTCUSDT": 8, "ETHUSDT": 8, "1000PEPEUSDT": 4, "AAPLUSDT": 1}
    symbols = {row["symbol"]: row for row in get("exchangeInfo")["symbols"]}
    assert {row["underlyingType"] for row in symbols.values()} == {"COIN"}
    assert symbols["AAPLUSDT"]["underlyingSubType"] == ["AOS2", "STOCK"]


def test_funding_is_ascending_from_its_start_without_marks() -> None:
    start = int(datetime(2026, 7, 3, tzinfo=UTC).timestamp() * 1000)
    rows = get("fundingRate", symbol="1000PEPEUSDT", startTime=start, limit=3)
    truth = TRUTH.funding().filter(symbol="1000PEPEUSDT").filter(pl.col("settled_at").dt.epoch("ms") >= start).head(3)
    assert [float(row["fundingRate"]) for row in rows] == truth["funding_rate"].to_list()
    assert {frozenset(row) for row in rows} == {frozenset({"symbol", "fundingRate", "fundingTime"})}
    newest = get("fundingRate", symbol="1000PEPEUSDT", limit=1)
    assert newest[0]["fundingTime"] > rows[-1]["fundingTime"]


def test_open_interest_is_now_and_has_no_history() -> None:
    found = get("openInterest", symbol="BTCUSDT")
    truth = TRUTH.open_interest().filter(symbol="BTCUSDT").filter(pl.col("observed_at") <= NOW)["open_interest_base"].last()
    assert (float(found["openInterest"]), found["time"]) == (truth, int(NOW.timestamp() * 1000))
    reply = SIMULATED.board.respond("aster", Query("GET", "/futures/data/openInterestHist", {"symbol": "BTCUSDT", "period": "1h"}))
    assert reply.status == 404


def test_klines_go_on_from_their_start_and_errors_are_binances() -> None:
    start = int(datetime(2026, 7, 3, tzinfo=UTC).timestamp() * 1000)
    rows = get("klines", symbol="BTCUSDT", interval="1h", startTime=start, limit=2)
    assert [row[0] for row in rows] == [start, start + 3_600_000]
    assert orjson.loads(ask("klines", symbol="XUSDT", interval="1h").content)["code"] == -1121
    assert orjson.loads(ask("klines", symbol="BTCUSDT", interval="7h").content)["code"] == -1120
    assert orjson.loads(ask("klines", symbol="BTCUSDT", interval="1h", limit=1501).content)["code"] == -1130
    assert orjson.loads(ask("openInterest").content)["code"] == -1102
