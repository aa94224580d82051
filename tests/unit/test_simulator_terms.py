"""Terms that change, as the venues tell them: contracts before and after, lists of their day, intervals, names."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from changed_worlds import FIRST_MS, FIRST_S, LAST_MS, LAST_S, MIDNIGHT, ask, board_of, bybit_list

from simulator.changes import NewTerms
from simulator.switchboard import Switchboard


def both_hours(board: Switchboard, symbol: str, column: str) -> list[float]:
    """The truth of the hour before midnight and of the one after it."""
    assert board.truth is not None
    rows = board.truth.candles().filter(pl.col("symbol") == symbol).filter(pl.col("opened_at").dt.epoch("ms").is_in([LAST_MS, FIRST_MS]))
    return rows[column].to_list()


def _kucoin(board: Switchboard) -> list[float]:
    path = "/api/v1/kline/query"
    return [row[5] for row in ask(board, "kucoin", path, symbol="XBTUSDTM", granularity=60, from_=LAST_MS, to=FIRST_MS)["data"]]


def _mexc(board: Switchboard) -> list[float]:
    found: list[float] = ask(board, "mexc", "/kline/BTC_USDT", interval="Min60", start=LAST_S, end=FIRST_S)["data"]["vol"]
    return found


def _gate(board: Switchboard) -> list[float]:
    rows = ask(board, "gate", "/futures/usdt/candlesticks", contract="BTC_USDT", interval="1h", from_=LAST_S, to=FIRST_S)
    return [row["v"] for row in rows]


def _okx(board: Switchboard) -> list[float]:
    bounds = {"before": LAST_MS - 1, "after": FIRST_MS + 1}
    rows = ask(board, "okx", "/api/v5/market/candles", instId="BTC-USDT-SWAP", bar="1H", **bounds)["data"]
    return [float(row[5]) for row in reversed(rows)]


def _htx(board: Switchboard) -> list[float]:
    path, bounds = "/linear-swap-ex/market/history/kline", {"from_": LAST_S, "to": FIRST_S}
    rows = ask(board, "htx", path, contract_code="BTC-USDT", period="60min", **bounds)["data"]
    return [row["vol"] / 2 for row in rows]  # bought and sold


def _bitmex(board: Switchboard) -> list[float]:
    bounds = {"startTime": MIDNIGHT.isoformat(), "endTime": (MIDNIGHT + timedelta(hours=1)).isoformat()}
    return [row["volume"] for row in ask(board, "bitmex", "/trade/bucketed", binSize="1h", **bounds) if row["symbol"] == "XBTUSDT"]


COUNTED = {
    "kucoin": ("XBTUSDTM", _kucoin, 1024), "mexc": ("BTC_USDT", _mexc, 8192), "gate": ("BTC_USDT", _gate, 8192),
    "okx": ("BTC-USDT-SWAP", _okx, 128), "htx": ("BTC-USDT", _htx, 1024), "bitmex": ("XBTUSDT", _bitmex, 2**20),
}  # fmt: skip


@pytest.mark.parametrize("venue", COUNTED)
def test_contracts_are_counted_by_the_size_of_their_hour(venue: str) -> None:
    """A bitcoin is so many contracts until midnight, and four from then on; the base that was traded is the truth's on both sides."""
    symbol, read, before = COUNTED[venue]
    board = board_of(venue, NewTerms(venue, symbol, 2, {"contract_base": 0.25}))
    old, new = both_hours(board, symbol, "volume_base")
    assert read(board) == [old * before, new * 4]
    still = board_of(venue)
    assert both_hours(still, symbol, "volume_base") == [old, new]
    assert read(still) == [old * before, new * before]


def test_an_inverse_contract_of_another_size() -> None:
    """100 USD a contract until midnight, 10 from then on."""
    board = board_of("okx", NewTerms("okx", "BTC-USD-SWAP", 2, {"contract_usd": 10.0}))
    bounds = {"before": LAST_MS - 1, "after": FIRST_MS + 1}
    rows = ask(board, "okx", "/api/v5/market/candles", instId="BTC-USD-SWAP", bar="1H", **bounds)["data"]
    old, new = both_hours(board, "BTC-USD-SWAP", "volume_usd")
    assert [float(row[5]) for row in reversed(rows)] == [old / 100, new / 10]
    rows = ask(board, "okx", "/api/v5/rubik/stat/contracts/open-interest-history", instId="BTC-USD-SWAP", period="1H",
               begin=LAST_MS - 1, end=FIRST_MS + 1)["data"]  # fmt: skip
    assert [float(row[1]) * size for row, size in zip(reversed(rows), (100, 10), strict=True)] == [float(row[3]) for row in rows[::-1]]


def test_a_list_is_that_of_its_day() -> None:
    terms = {"contract_base": 0.25, "funding_interval_hours": 4, "underlying_class": "equity"}
    board = board_of("kucoin", NewTerms("kucoin", "XBTUSDTM", 2, terms))
    told = []
    for hour in (47, 48):
        board.set_now(MIDNIGHT + timedelta(hours=hour - 48))
        (row,) = (row for row in ask(board, "kucoin", "/api/v1/contracts/active")["data"] if row["symbol"] == "XBTUSDTM")
        told.append((row["multiplier"], row["fundingRateGranularity"] // 3_600_000, row["assetClass"]))
    assert told == [(2.0**-10, 8, "CRYPTO"), (0.25, 4, "STOCK")]


def test_what_is_settled_when_the_interval_changes_was_due_for_the_old_one() -> None:
    board = board_of("mexc", NewTerms("mexc", "BTC_USDT", 2, {"funding_interval_hours": 4}))
    rows = ask(board, "mexc", "/funding_rate/history", symbol="BTC_USDT", page_size=6)["data"]["resultList"]
    assert [((row["settleTime"] - FIRST_MS) // 3_600_000, row["collectCycle"]) for row in rows] == [
        (12, 4), (8, 4), (4, 4), (0, 8), (-8, 8), (-16, 8)
    ]  # fmt: skip
    assert board.truth is not None
    hours = board.truth.funding().filter(symbol="BTC_USDT")["funding_interval_hours"].to_list()
    assert hours[:13] == [8] * 7 + [4] * 6


def test_a_market_counted_by_the_thousand_and_then_by_one() -> None:
    """Another name, and the same money: 1000PEPE at a thousand times the price."""
    board = board_of("bybit", NewTerms("bybit", "1000PEPEUSDT", 2, {"symbol": "PEPEUSDT", "unit": 1.0}))
    rows = {row["symbol"]: row for status in ("Trading", "Closed") for row in bybit_list(board, status) if "PEPE" in row["symbol"]}
    assert {name: (row["status"], row["baseCoin"]) for name, row in rows.items()} == {
        "1000PEPEUSDT": ("Closed", "1000PEPE"), "PEPEUSDT": ("Trading", "PEPE"),
    }  # fmt: skip
    assert (rows["1000PEPEUSDT"]["deliveryTime"], rows["PEPEUSDT"]["launchTime"]) == (str(FIRST_MS), str(FIRST_MS))
    spans = {}
    for name in rows:
        klines = ask(board, "bybit", "/v5/market/kline", category="linear", symbol=name, interval=60)["result"]["list"]
        spans[name] = ((int(klines[-1][0]) - FIRST_MS) // 3_600_000, (int(klines[0][0]) - FIRST_MS) // 3_600_000)
    assert spans == {"1000PEPEUSDT": (-48, -1), "PEPEUSDT": (0, 11)}  # the running hour has not begun to trade
    assert board.truth is not None
    daily = board.truth.daily_volume().filter(asset="PEPE").sort("date").select("symbol", "asset_multiplier", "close").rows()
    assert [row[:2] for row in daily[1:3]] == [("1000PEPEUSDT", 1000.0), ("PEPEUSDT", 1.0)]
    assert daily[1][2] / daily[2][2] == pytest.approx(1000, rel=0.1)


def test_what_does_not_change_is_what_it_was() -> None:
    """The changes of one market move no figure of another, nor its own money before them."""
    change = NewTerms("kucoin", "XBTUSDTM", 2, {"contract_base": 0.25, "funding_interval_hours": 4})
    still, changed = (board_of("kucoin", *changes).truth for changes in ((), (change,)))
    assert still is not None
    assert changed is not None
    assert changed.candles().equals(still.candles())
    assert changed.open_interest().equals(still.open_interest())
    before = pl.col("settled_at") <= MIDNIGHT
    assert changed.funding().filter(before).equals(still.funding().filter(before))
