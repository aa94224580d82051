"""Extended's dialect: the list, candles back from their end, late rates, both amounts of open interest, errors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import polars as pl
import pytest

from simulator import Truth
from simulator.dialect import Query
from simulator.dialects.extended import VENUE
from simulator.switchboard import Switchboard

HOUR_MS = 3_600_000
TRUTH = Truth(seed=3, days=70, venues=[VENUE])
NOW = datetime(2026, 9, 5, 12, 30, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
HOUR = NOW_MS // HOUR_MS * HOUR_MS
NAMES = ["1000PEPE-USD", "AAPL_24_5-USD", "ASTER-USD", "BTC-USD", "ETH-USD"]


@pytest.fixture
def board() -> Switchboard:
    return Switchboard(TRUTH, NOW)


def reply(board: Switchboard, path: str, **params: Any) -> tuple[int, Any]:
    found = board.respond("extended", Query("GET", path, {name: str(value) for name, value in params.items()}))
    return found.status, orjson.loads(found.content)


def data(board: Switchboard, path: str, **params: Any) -> Any:
    status, body = reply(board, path, **params)
    assert (status, body["status"]) == (200, "OK"), body
    return body["data"]


def test_the_list_has_more_than_perpetuals_that_trade(board: Switchboard) -> None:
    rows = data(board, "/info/markets")
    assert sorted(row["name"] for row in rows if row["type"] == "PERPETUAL" and row["status"] == "ACTIVE") == NAMES
    others = {row["name"]: (row["type"], row["status"]) for row in rows if row["name"] not in NAMES}
    assert others == {"BTCSPOT-USD": ("SPOT", "ACTIVE"), "GILD-USD": ("PERPETUAL", "PRELISTED"), "OLD-USD": ("PERPETUAL", "DELISTED")}
    assert all(row["active"] for row in rows)
    created = {row["name"]: row["createdAt"] for row in rows}
    assert (created["BTC-USD"], created["ETH-USD"]) == (1752829532673, 1752829532673)  # as recorded
    (aster,) = (market for market in TRUTH.markets if market.symbol == "ASTER-USD")
    assert created["ASTER-USD"] == aster.listed_ms > TRUTH.start_ms


def test_amounts_are_base_and_usd_of_one_side(board: Switchboard) -> None:
    stats = {row["name"]: row["marketStats"] for row in data(board, "/info/markets")}
    for name in NAMES:
        (row,) = data(board, f"/info/candles/{name}/trades", interval="PT1H", limit=1, endTime=HOUR - 1)
        truth = TRUTH.candles().filter(symbol=name).row(by_predicate=pl.col("opened_at").dt.epoch("ms") == HOUR - HOUR_MS, named=True)
        assert (row["T"], float(row["v"]), float(row["c"])) == (HOUR - HOUR_MS, truth["volume_base"], truth["close"])
        held = TRUTH.open_interest().filter(symbol=name).row(by_predicate=pl.col("observed_at").dt.epoch("ms") == HOUR, named=True)
        amounts = (held["open_interest_usd"], held["open_interest_base"])
        assert (float(stats[name]["openInterest"]), float(stats[name]["openInterestBase"])) == amounts
        (past,) = data(board, f"/info/{name}/open-interests", interval="P1H", startTime=HOUR, endTime=NOW_MS)
        assert (past["t"], float(past["i"]), float(past["I"])) == (HOUR, *amounts)


def test_candles_go_back_from_their_end(board: Switchboard) -> None:
    asked = {"interval": "PT1H", "limit": 3}
    assert [row["T"] for row in data(board, "/info/candles/BTC-USD/trades", **asked)] == [HOUR - n * HOUR_MS for n in range(3)]
    rows = data(board, "/info/candles/BTC-USD/trades", **asked, endTime=HOUR - 10 * HOUR_MS)
    assert [row["T"] for row in rows] == [HOUR - n * HOUR_MS for n in (10, 11, 12)]
    assert len(data(board, "/info/candles/BTC-USD/trades", interval="PT1H", limit=20_000)) == 66 * 24 + 13


def test_rates_are_of_an_hour_late_and_have_six_decimals(board: Switchboard) -> None:
    rows = data(board, "/info/ETH-USD/funding", startTime=HOUR - 3 * HOUR_MS, endTime=NOW_MS)
    assert [row["T"] // HOUR_MS * HOUR_MS for row in rows] == [HOUR - n * HOUR_MS for n in range(4)]
    assert all(700 <= row["T"] % HOUR_MS <= 1700 and len(row["f"].partition(".")[2]) == 6 for row in rows)
    truth = TRUTH.funding().filter(symbol="ETH-USD").row(by_predicate=pl.col("settled_at").dt.epoch("ms") == HOUR, named=True)
    assert (float(rows[0]["f"]), truth["funding_interval_hours"]) == (truth["funding_rate"], 1)
    bounds = {"startTime": 0, "endTime": NOW_MS}
    assert [len(data(board, "/info/ETH-USD/funding", **bounds, **more)) for more in ({}, {"limit": 7})] == [1000, 7]


def test_open_interest_ends_at_300_rows(board: Switchboard) -> None:
    rows = data(board, "/info/BTC-USD/open-interests", interval="P1H", startTime=0, endTime=NOW_MS)
    assert [row["t"] for row in rows] == [HOUR - n * HOUR_MS for n in range(300)]


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        ("/info/candles/DOGE-USD/trades", {"interval": "PT1H", "limit": 1}, 1001),
        ("/info/candles/BTC-USD/trades", {"interval": "1h", "limit": 1}, 1005),
        ("/info/candles/BTC-USD/trades", {"interval": "PT1H"}, 400),
        ("/info/BTC-USD/open-interests", {"interval": "PT1H", "startTime": 0, "endTime": 1}, 1005),
        ("/info/BTC-USD/funding", {"endTime": 1}, 400),
    ],
)
def test_errors_have_an_object_with_a_code(board: Switchboard, path: str, params: dict[str, Any], code: int) -> None:
    status, body = reply(board, path, **params)
    assert (status >= 400, body["status"], body["error"]["code"]) == (True, "ERROR", code)
