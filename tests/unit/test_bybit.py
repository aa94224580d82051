"""Bybit: cursors, markets before their launch and after their end, stamps that are no times, and what a failing part leaves standing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fetched import DAY, END, HOUR, START, fetching

from ingestion.run.window import Window

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
Answer = Callable[[httpx.Request], Any]
run = fetching("bybit", NOW)


def ok(rows: list[Any], **more: Any) -> dict[str, Any]:
    return {"retCode": 0, "retMsg": "OK", "result": {"list": rows} | more, "time": START}


def perpetual(symbol: str, **more: Any) -> dict[str, Any]:
    kind = "InversePerpetual" if symbol.endswith("USD") else "LinearPerpetual"
    return {"symbol": symbol, "contractType": kind, "status": "Trading", "baseCoin": "B", "quoteCoin": "Q", "launchTime": "1"} | more


def venue(
    linear: list[Any], inverse: list[Any] | None = None, ended: list[Any] | None = None, early: list[Any] | None = None, **series: Answer
) -> Answer:
    """A Bybit of these instruments; `series` answers by the last two parts of the path, everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.removeprefix("/v5/market/").replace("/", "_").replace("-", "_")
        category = request.url.params["category"]
        if name in series:
            return series[name](request)
        if name == "instruments_info" and "status" in request.url.params:
            others = ended if request.url.params["status"] == "Closed" else early
            return ok(others or [] if category == "linear" else [])
        if name == "instruments_info":
            return ok(linear if category == "linear" else inverse or [], category=category, nextPageCursor="")
        return ok([], category=category)

    return answer


def test_instruments_come_by_cursor_and_only_trading_perpetuals_are_asked_for(settings: Any, wire: Any, held: Any) -> None:
    pages = {"": [perpetual("BTCUSDT")], "p2": [perpetual("BTC-26JUN26", contractType="LinearFutures")], "p3": [perpetual("ETHPERP")]}
    following = {"": "p2", "p2": "p3", "p3": ""}

    def listed(request: httpx.Request) -> Any:
        cursor = request.url.params.get("cursor", "")
        if request.url.params["category"] == "inverse" or "status" in request.url.params:
            return ok([], nextPageCursor="")
        return ok(pages[cursor], nextPageCursor=following[cursor])

    line = wire(venue([], instruments_info=listed))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert sorted(page["symbol"] for page in line.params("kline")) == ["BTCUSDT", "ETHPERP"]
    assert {page["limit"] for page in line.params("instruments-info")} == {"1000"}
    assert [row["symbol"] for row in held(settings, "bybit", "instruments")] == ["BTC-26JUN26", "BTCUSDT", "ETHPERP"]


def test_pre_market_contracts_are_asked_for_once_they_trade(settings: Any, wire: Any, held: Any) -> None:
    """As the recorded PRE02ZROUSDT; one in its auctions has no candles yet."""
    phases = {"PRE02ZROUSDT": "ContinuousTrading", "NEWUSDT": "CallAuction"}
    early = [perpetual(name, status="PreLaunch", preListingInfo={"curAuctionPhase": phase}) for name, phase in phases.items()]
    line = wire(venue([perpetual("BTCUSDT")], [perpetual("BTCUSD")], early=[*early, perpetual("ODDUSDT", status="PreLaunch")]))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    asked = [(page["category"], page.get("status")) for page in line.params("instruments-info")]
    assert sorted(asked, key=str) == [
        ("inverse", "Closed"), ("inverse", None), ("linear", "Closed"), ("linear", "PreLaunch"), ("linear", None),
    ]  # fmt: skip
    assert sorted(page["symbol"] for page in line.params("kline")) == ["BTCUSD", "BTCUSDT", "PRE02ZROUSDT"]
    found = {row["symbol"]: row["auction_phase"] for row in held(settings, "bybit", "instruments")}
    assert found == {"BTCUSDT": None, "BTCUSD": None, "ODDUSDT": None, **phases}


def test_a_pre_market_that_is_refused_costs_itself(settings: Any, wire: Any) -> None:
    def listed(request: httpx.Request) -> Any:
        if request.url.params.get("status") == "PreLaunch":
            return {"retCode": 10001, "retMsg": "params error: status invalid"}
        return ok([perpetual("BTCUSDT")] if request.url.params["category"] == "linear" and "status" not in request.url.params else [])

    line = wire(venue([], instruments_info=listed))
    assert "status invalid" in (run(settings, line, Window(DAY, DAY)).problem or "")
    assert [page["symbol"] for page in line.params("kline")] == ["BTCUSDT"]


def test_a_perpetual_taken_off_within_the_window_is_asked_for(settings: Any, wire: Any) -> None:
    closed = {"status": "Closed"}
    ended = [
        perpetual("GONEUSDT", deliveryTime=str(START + HOUR), **closed), perpetual("LONGUSDT", deliveryTime=str(START - 1), **closed),
        perpetual("BTC-8MAR26", deliveryTime=str(START + HOUR), **closed | {"contractType": "LinearFutures"}),
        perpetual("BTCUSDT", deliveryTime=str(START + HOUR), **closed),  # listed anew since
    ]  # fmt: skip
    line = wire(venue([perpetual("BTCUSDT")], ended=ended))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert sorted(page["symbol"] for page in line.params("kline")) == ["BTCUSDT", "GONEUSDT"]


@pytest.mark.parametrize("stamp", [str(START // 1000), "-5", "x", None, str(START * 1000)])
def test_a_page_with_a_stamp_that_is_no_time_leads_on_by_its_other_rows(stamp: Any, settings: Any, wire: Any, held: Any) -> None:
    """In another unit it would lie before all that was asked for, or after, and there would be no next page."""
    full = [{"symbol": "A", "fundingRate": "0.1", "fundingRateTimestamp": str(END - n)} for n in range(1, 200)]
    pages = [[*full, full[0] | {"fundingRateTimestamp": stamp}], [full[0] | {"fundingRateTimestamp": str(START)}]]
    line = wire(venue([perpetual("AUSDT")], funding_history=lambda request: ok(pages.pop(0), category="linear")))
    result = run(settings, line, Window(DAY, DAY))
    assert (result.problem, result.outcomes["funding_rates"].rows_quarantined) == (None, 1)
    assert [int(page["endTime"]) for page in line.params("funding/history")] == [END - 1, END - 200]
    assert len(held(settings, "bybit", "funding_rates")) == 200


def test_one_category_that_fails_leaves_the_other(settings: Any, wire: Any, held: Any) -> None:
    def tickers(request: httpx.Request) -> Any:
        if request.url.params["category"] == "inverse":
            return {"retCode": 10001, "retMsg": "params error", "result": {}}
        return ok([{"symbol": "BTCUSDT", "openInterest": "4", "turnover24h": "1"}], category="linear")

    result = run(settings, wire(venue([perpetual("BTCUSDT")], tickers=tickers)), None)
    assert result.status == "failed"
    assert "error 10001: params error" in (result.problem or "")
    assert "all inverse" in (result.problem or "")
    assert [(row["symbol"], row["open_interest"]) for row in held(settings, "bybit", "tickers")] == [("BTCUSDT", 4.0)]
