"""Binance's dialect: units, paging rules, errors, the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import polars as pl
import pytest

from simulator import Truth
from simulator.dialect import Query, Reply
from simulator.switchboard import Switchboard

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
TRUTH = Truth(seed=3, days=60)
NOW = datetime(2026, 8, 25, 12, 30, tzinfo=UTC)


@pytest.fixture
def board() -> Switchboard:
    return Switchboard(TRUTH, NOW)


def ask(board: Switchboard, path: str, **params: object) -> Reply:
    return board.respond("binance", Query("GET", path, {name: str(value) for name, value in params.items()}))


def rows(board: Switchboard, path: str, **params: object) -> Any:
    reply = ask(board, path, **params)
    assert reply.status == 200, reply.content
    return orjson.loads(reply.content)


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def test_klines_page_forward_to_the_truth(board: Switchboard) -> None:
    found: list[list[Any]] = []
    start = TRUTH.start_ms
    while page := rows(board, "/fapi/v1/klines", symbol="1000PEPEUSDT", interval="1h", startTime=start, limit=499):
        found += page
        start = page[-1][0] + 1
    hours = TRUTH.candles().filter(venue="binance", symbol="1000PEPEUSDT", product="um").filter(pl.col("opened_at") < NOW)
    whole, running = found[:-1], found[-1]
    assert [int(row[0]) for row in whole] == hours["opened_at"].dt.epoch("ms").to_list()[:-1]
    for column, name in ((1, "open"), (2, "high"), (3, "low"), (4, "close"), (5, "volume_base"), (7, "volume_quote")):
        assert [float(row[column]) for row in whole] == hours[name].to_list()[:-1]
    assert running[0] == ms(NOW.replace(minute=0))
    assert 0 < float(running[5]) < hours["volume_base"][-1]


def test_coin_margined_klines_are_contracts_and_the_newest_rows(board: Switchboard) -> None:
    page = rows(board, "/dapi/v1/klines", symbol="BTCUSD_PERP", interval="1h", startTime=TRUTH.start_ms, endTime=ms(NOW), limit=10)
    assert [row[0] for row in page] == [ms(NOW.replace(minute=0)) - back * HOUR_MS for back in range(9, -1, -1)]
    hours = TRUTH.candles().filter(symbol="BTCUSD_PERP").filter(pl.col("opened_at") < NOW)
    assert [int(row[5]) * 100 for row in page[:-1]] == hours["volume_usd"].to_list()[-10:-1]
    assert [float(row[7]) for row in page[:-1]] == hours["volume_base"].to_list()[-10:-1]


def test_daily_klines_are_the_days_sums(board: Switchboard) -> None:
    page = rows(board, "/fapi/v1/klines", symbol="ETHUSDT", interval="1d", startTime=TRUTH.start_ms, limit=20)
    days = TRUTH.daily_volume().filter(venue="binance", symbol="ETHUSDT").sort("date")
    assert [float(row[7]) for row in page] == days["volume_usd"].to_list()[:20]
    assert [float(row[2]) for row in page] == days["high"].to_list()[:20]


def test_weights_are_those_of_the_limit_and_per_host(board: Switchboard) -> None:
    used = []
    for limit in (99, 499, 1000, 1500):
        used.append(int(ask(board, "/fapi/v1/klines", symbol="BTCUSDT", interval="1h", limit=limit).headers["X-MBX-USED-WEIGHT-1M"]))
    assert used == [1, 3, 8, 18]
    assert ask(board, "/dapi/v1/exchangeInfo").headers["X-MBX-USED-WEIGHT-1M"] == "1"


def test_funding_ascends_from_start_and_rounds_to_the_truth(board: Switchboard) -> None:
    page = rows(board, "/fapi/v1/fundingRate", symbol="BTCUSDT", startTime=TRUTH.start_ms, limit=1000)
    truth = TRUTH.funding().filter(venue="binance", symbol="BTCUSDT", product="um").filter(pl.col("settled_at") < NOW)
    assert [round(row["fundingTime"] / 60_000) * 60_000 for row in page] == truth["settled_at"].dt.epoch("ms").to_list()
    assert [float(row["fundingRate"]) for row in page] == truth["funding_rate"].to_list()
    assert [float(row["markPrice"]) for row in page] == truth["mark_price"].to_list()
    assert len({row["fundingTime"] % 60_000 for row in page}) > 1
    assert rows(board, "/fapi/v1/fundingRate", symbol="BTCUSDT", startTime=TRUTH.start_ms, limit=2) == page[:2]
    assert rows(board, "/fapi/v1/fundingRate", symbol="BTCUSDT", limit=2) == page[-2:]


def test_open_interest_snapshot_history_and_truth_agree(board: Switchboard) -> None:
    held = TRUTH.open_interest().filter(venue="binance", symbol="SOLUSDT")
    truth = held.row(by_predicate=pl.col("observed_at") == NOW.replace(minute=0), named=True)
    snapshot = rows(board, "/fapi/v1/openInterest", symbol="SOLUSDT")
    mark = float(rows(board, "/fapi/v1/premiumIndex", symbol="SOLUSDT")["markPrice"])
    history = rows(board, "/futures/data/openInterestHist", symbol="SOLUSDT", period="1h", limit=1)[0]
    assert float(snapshot["openInterest"]) == float(history["sumOpenInterest"]) == truth["open_interest_base"]
    assert float(snapshot["openInterest"]) * mark == float(history["sumOpenInterestValue"]) == truth["open_interest_usd"]


def test_coin_margined_history_is_by_pair_in_contracts_and_base(board: Switchboard) -> None:
    row = rows(board, "/futures/data/openInterestHist", pair="ETHUSD", contractType="PERPETUAL", period="1h", limit=1)[0]
    truth = TRUTH.open_interest().filter(symbol="ETHUSD_PERP").row(by_predicate=pl.col("observed_at") == NOW.replace(minute=0), named=True)
    assert float(row["sumOpenInterest"]) * 10 == truth["open_interest_usd"]
    assert float(row["sumOpenInterestValue"]) == truth["open_interest_base"]
    assert rows(board, "/futures/data/openInterestHist", pair="ETHUSD", contractType="CURRENT_QUARTER", period="1h") == []


def test_the_clock_decides_what_is_listed(board: Switchboard) -> None:
    def listed() -> set[str]:
        return {row["symbol"] for row in rows(board, "/fapi/v1/exchangeInfo")["symbols"]}

    board.set_now(TRUTH.start + timedelta(days=10))
    assert "MATICUSDT" in listed()
    assert "ASTERUSDT" not in listed()
    board.set_now(NOW)
    assert "MATICUSDT" not in listed()
    assert "ASTERUSDT" in listed()
    with pytest.raises(ValueError, match="within the truth"):
        board.set_now(TRUTH.end + timedelta(days=1))


def test_corruption_shows_and_is_cleaned(board: Switchboard) -> None:
    day = NOW.date() - timedelta(days=1)
    start = ms(datetime(day.year, day.month, day.day, tzinfo=UTC))

    def klines() -> list[Any]:
        return list(rows(board, "/fapi/v1/klines", symbol="BTCUSDT", interval="1h", startTime=start, limit=24))

    def held() -> float:
        return float(
            rows(board, "/futures/data/openInterestHist", symbol="BTCUSDT", period="1h", startTime=start, endTime=start)[0][
                "sumOpenInterest"
            ]
        )

    clean, clean_held = klines(), held()
    board.corrupt("binance", day, "missing_hours")
    board.corrupt("binance", day, "negative_volume", symbol="BTCUSDT")
    board.corrupt("binance", day, "oi_x1000")
    assert len([row for row in klines() if row[0] < start + DAY_MS]) == 18
    assert [float(row[5]) < 0 for row in klines()].count(True) == 1
    assert held() == 1000 * clean_held
    board.clean()
    assert klines() == clean
    with pytest.raises(ValueError, match="unknown corruption"):
        board.corrupt("binance", day, "nonsense")
