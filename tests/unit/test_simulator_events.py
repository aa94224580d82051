"""What happens to markets, as the venues tell it: off the list and back, halts, rows that come late, never, or are taken back."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta

from changed_worlds import FIRST_MS, FIRST_S, MIDNIGHT, ask, board_of, bybit_list

from simulator import Truth
from simulator.changes import Halt, Lacks, MissedSettlement, Relisted, Withdrawn, ZeroInterest
from simulator.changing import CHANGING_WORLD, DAYS
from simulator.dialect import Query
from simulator.dialects import dialects, venues
from simulator.switchboard import Switchboard


def test_off_the_list_and_back() -> None:
    """No row of any kind between, and a place in the list, as ended, at a venue that keeps them."""
    board = board_of("bybit", Relisted("bybit", "ETHUSDT", 24, 48), hour=36)
    assert "ETHUSDT" in {row["symbol"] for row in bybit_list(board, "Closed")}
    board.set_now(MIDNIGHT + timedelta(hours=12))
    assert "ETHUSDT" in {row["symbol"] for row in bybit_list(board, "Trading")}
    day, known = (FIRST_MS - 24 * 3_600_000, FIRST_MS - 1), {"category": "linear", "symbol": "ETHUSDT"}
    for path, names, more in (
        ("kline", ("start", "end"), {"interval": 60}), ("open-interest", ("startTime", "endTime"), {"intervalTime": "1h"}),
        ("funding/history", ("startTime", "endTime"), {}),
    ):  # fmt: skip
        during = dict(zip(names, day, strict=True))
        after = dict(zip(names, (FIRST_MS, FIRST_MS + 12 * 3_600_000), strict=True))
        assert ask(board, "bybit", f"/v5/market/{path}", **known, **during, **more)["result"]["list"] == []
        assert ask(board, "bybit", f"/v5/market/{path}", **known, **after, **more)["result"]["list"] != []
    gone = board_of("kucoin", Relisted("kucoin", "ETHUSDTM", 24, 48), hour=36)
    assert "ETHUSDTM" not in {row["symbol"] for row in ask(gone, "kucoin", "/api/v1/contracts/active")["data"]}


def test_a_chain_stands_still_and_then_settles_eight_times_in_an_hour() -> None:
    board = board_of("dydx", Halt("dydx", "", 40, 48))
    candles = ask(board, "dydx", "/candles/perpetualMarkets/BTC-USD", resolution="1HOUR")["candles"]
    started = [datetime.fromisoformat(row["startedAt"]) for row in candles if not row["startedAt"].startswith("2026-08-03T12")]
    assert [(at - MIDNIGHT) / timedelta(hours=1) for at in started[10:15]] == [1, 0, -9, -10, -11]
    rows = ask(board, "dydx", "/historicalFunding/BTC-USD")["historicalFunding"]
    minutes = [(datetime.fromisoformat(row["effectiveAt"]) - MIDNIGHT) // timedelta(minutes=1) for row in rows]
    assert [at for at in reversed(minutes) if -600 < at < 120] == [-540, *range(9), 60]
    assert board.truth is not None
    theirs = board.truth.funding().filter(symbol="BTC-USD", date=MIDNIGHT.date())
    assert [at.minute for at in theirs["settled_at"] if at.hour == 0] == [1, 2, 3, 4, 5, 6, 7, 8, 0]
    assert set(theirs["funding_interval_hours"]) == {1}


def test_a_settlement_that_is_missed_is_in_no_answer() -> None:
    board = board_of("gate", MissedSettlement("gate", "BTC_USDT", 40))
    rows = ask(board, "gate", "/futures/usdt/funding_rate", contract="BTC_USDT", limit=4)
    assert [(row["t"] - FIRST_S) // 3600 for row in rows] == [8, 0, -16, -24]


def test_an_open_interest_of_zero_is_told_and_is_no_truth() -> None:
    board = board_of("kucoin", ZeroInterest("kucoin", "ETHUSDTM", 46, 48))
    path, bounds = "/api/ua/v1/market/open-interest", {"startAt": FIRST_MS - 3 * 3_600_000, "endAt": FIRST_MS}
    rows = ask(board, "kucoin", path, symbol="ETHUSDTM", interval="1hour", **bounds)["data"]
    assert [float(row["openInterest"]) > 0 for row in rows] == [True, False, False, True]
    assert board.truth is not None
    last = board.truth.daily_open_interest().filter(symbol="ETHUSDTM", date=MIDNIGHT.date() - timedelta(days=1))
    assert last["observed_at"].to_list() == [MIDNIGHT - timedelta(hours=3)]


def test_a_field_is_not_there_for_a_day() -> None:
    board = board_of("kraken", Lacks("kraken", "/derivatives/api/v3/instruments", "base", 24, 48))
    told = []
    for hour in (23, 24, 47, 48):
        board.set_now(MIDNIGHT + timedelta(hours=hour - 48))
        rows = ask(board, "kraken", "/derivatives/api/v3/instruments")["instruments"]
        told.append({"base" in row for row in rows if row["symbol"].startswith("P")})
        assert all("quote" in row for row in rows if row["symbol"].startswith("P"))
    assert told == [{True}, {False}, {False}, {True}]


def test_a_row_of_the_archive_is_taken_back() -> None:
    """Its file has 24 rows while the truth has 23, and 23 from noon of the next day on."""
    board = board_of("binance", Withdrawn("binance", "BTCUSDT", 29, 60), hour=59)
    assert board.truth is not None
    hours = board.truth.candles().filter(symbol="BTCUSDT", date=date(2026, 8, 2))["opened_at"].dt.hour().to_list()
    assert hours == [*range(5), *range(6, 24)]
    assert _archived_hours(board) == [*range(24)]
    board.set_now(MIDNIGHT + timedelta(hours=12))
    assert _archived_hours(board) == hours


def _archived_hours(board: Switchboard) -> list[int]:
    key = "/data/futures/um/daily/klines/BTCUSDT/1h/BTCUSDT-1h-2026-08-02.zip"
    with zipfile.ZipFile(io.BytesIO(board.respond("binance_archive", Query("GET", key)).content)) as archive:
        lines = archive.read("BTCUSDT-1h-2026-08-02.csv").decode().splitlines()[1:]
    return [datetime.fromtimestamp(int(line.split(",")[0]) / 1000, UTC).hour for line in lines]


def test_every_change_of_the_changing_world_finds_its_market() -> None:
    truth = Truth(seed=3, days=DAYS + 1, venues=venues())
    symbols = {(market.venue, market.symbol) for market in truth.markets} | {(market.venue, "") for market in truth.markets}
    for change in CHANGING_WORLD:
        if isinstance(change, Lacks):
            assert change.source in dialects()
        else:
            assert (change.venue, change.symbol) in symbols, change
    assert Truth(seed=3, days=DAYS + 1, changes=CHANGING_WORLD).instruments()["valid_from"].drop_nulls().len() > 20
