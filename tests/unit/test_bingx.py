"""BingX: what a run asks for, both forms of a candle, pages, errors inside HTTP 200."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from ingestion.errors import BadAnswer, NotAvailable, NotFound, Rejected
from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

BINGX = all_sources()["bingx"]
HOUR = 3_600_000
NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
DAY = date(2026, 3, 9)
START = int(datetime(2026, 3, 8, tzinfo=UTC).timestamp() * 1000)  # with the look-back of a day
END = START + 48 * HOUR


def contract(symbol: str, **more: Any) -> dict[str, Any]:
    return {"symbol": symbol, "asset": symbol.split("-")[0], "currency": "USDT", "status": 1, "launchTime": 1} | more


def venue(*listed: dict[str, Any], **paths: Callable[[dict[str, str]], Any]) -> Callable[[httpx.Request], Any]:
    """These contracts, and answers by the last part of the path; everything else is an empty window."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1]
        data = list(listed) if name == "contracts" else paths[name](dict(request.url.params)) if name in paths else None
        return data if isinstance(data, httpx.Response) else {"code": 0, "msg": "", "data": data}

    return answer


def run(settings: Any, line: Any, window: Window | None = None) -> SourceResult:
    (result,) = ingest(settings, [BINGX], window, transports={"bingx": line.transport}, clock=lambda: NOW)
    return result


def interest(params: dict[str, str]) -> Any:
    return {"openInterest": "7.5", "symbol": params["symbol"], "time": START}


def test_a_snapshot_is_three_lists_and_one_request_for_each_listed_contract(settings: Any, wire: Any, held: Any) -> None:
    def marks(params: dict[str, str]) -> Any:
        return [{"symbol": "A-USDT", "markPrice": "5.5", "indexPrice": "5", "lastFundingRate": "0.0001", "fundingIntervalHours": 4}]

    listed = [contract("A-USDT"), contract("B-USDC", apiStateOpen="false"), contract("C-USDT", status=25), contract("D-USDT", status=5)]
    line = wire(venue(*listed, openInterest=interest, premiumIndex=marks))
    assert run(settings, line).status == "ok"
    assert [request.url.path.rsplit("/", 1)[1] for request in line.asked[:3]] == ["contracts", "premiumIndex", "ticker"]
    assert line.params("/openInterest") == [{"symbol": "A-USDT"}, {"symbol": "B-USDC"}]
    assert len(line.asked) == 5
    assert [(row["symbol"], row["status"]) for row in held(settings, "bingx", "instruments")] == [
        ("A-USDT", 1), ("B-USDC", 1), ("C-USDT", 25), ("D-USDT", 5),
    ]  # fmt: skip
    columns = ["symbol", "time", "open_interest"]
    assert [tuple(row.values()) for row in held(settings, "bingx", "open_interest", columns)] == [
        ("A-USDT", START, 7.5), ("B-USDC", START, 7.5),
    ]  # fmt: skip
    columns = ["symbol", "observed_at", "mark_price", "funding_interval_hours"]
    assert [tuple(row.values()) for row in held(settings, "bingx", "premium_index", columns)] == [("A-USDT", NOW, 5.5, 4)]


def test_one_day_is_two_more_requests_a_market_with_both_bounds(settings: Any, wire: Any) -> None:
    """The hours of the window come whether or not the bounds belong to it."""
    line = wire(venue(contract("A-USDT"), contract("LATER-USDT", launchTime=END), openInterest=interest))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    bounds = {"startTime": str(START - 1), "endTime": str(END), "limit": "1440"}
    assert line.params("/klines") == [{"symbol": "A-USDT", "interval": "1h"} | bounds]
    assert line.params("/fundingRate") == [
        {"symbol": "A-USDT", "startTime": str(START), "endTime": str(END - 1), "limit": "1000"}
    ]  # fmt: skip
    assert len(line.asked) == 3 + 2 + 2


def test_the_largest_markets_are_chosen_by_turnover(make_settings: Any, wire: Any) -> None:
    """volume is base: 900 of one coin are worth less than 50 of the other."""
    tickers = [("A-USDT", "900", "50"), ("B-USDT", "1", "60"), ("C-USDT", "1", "40")]

    def ticker(params: dict[str, str]) -> Any:
        return [{"symbol": symbol, "closeTime": START, "volume": base, "quoteVolume": quote} for symbol, base, quote in tickers]

    line = wire(venue(*(contract(symbol) for symbol, *_ in tickers), ticker=ticker, openInterest=interest))
    assert run(make_settings(markets="top:2"), line).problem is None
    assert [params["symbol"] for params in line.params("/openInterest")] == ["B-USDT", "A-USDT"]


def test_long_windows_have_no_gap_though_answers_end_at_1440_rows(settings: Any, wire: Any, held: Any) -> None:
    """Newest first, both bounds within the range, the oldest cut without a word."""

    def klines(params: dict[str, str]) -> Any:
        first, last = -(-int(params["startTime"]) // HOUR), int(params["endTime"]) // HOUR
        row = {"open": "1", "high": "2", "low": "0.5", "close": "1.5", "volume": "10"}
        return [row | {"time": at * HOUR} for at in range(last, first - 1, -1)][: int(params["limit"])]

    line = wire(venue(contract("A-USDT"), klines=klines, openInterest=interest))
    first = date(2025, 12, 1)
    assert run(settings, line, Window(first, first + timedelta(days=89))).problem is None
    start = int(datetime(2025, 11, 30, tzinfo=UTC).timestamp() * 1000)
    assert len(line.params("/klines")) == 2  # 2184 hours
    rows = held(settings, "bingx", "klines")
    assert [row["time"] for row in rows] == list(range(start, start + 2184 * HOUR, HOUR))
    assert {(row["interval"], row["close"], row["volume"]) for row in rows} == {("1h", 1.5, 10.0)}


def test_candles_as_lists_are_candles_too(payload: Any, typed: Any) -> None:
    """The vendor's older page shows them so."""
    rows = [[START, "1", "2", "0.5", "1.5", "10"], {"time": START + HOUR, "open": 3, "high": 4, "low": 2, "close": 3.5, "volume": 20}]
    asked = {"symbol": "A-USDT", "interval": "1h"}
    assert [list(row.values()) for row in typed(payload("bingx", "klines", {"code": 0, "data": rows}, params=asked))["klines"]] == [
        ["A-USDT", "1h", START, 1, 2, 0.5, 1.5, 10], ["A-USDT", "1h", START + HOUR, 3, 4, 2, 3.5, 20],
    ]  # fmt: skip
    assert typed(payload("bingx", "klines", {"code": 0, "data": None}, params=asked))["klines"] == []


def test_funding_goes_backward_from_before_the_oldest_until_a_short_page(settings: Any, wire: Any) -> None:
    left = [1000, 1000, 3]

    def rates(params: dict[str, str]) -> Any:
        end = int(params["endTime"])
        return [{"symbol": "A-USDT", "fundingRate": "0.5", "fundingTime": end - 10 * n} for n in range(left.pop(0))]

    line = wire(venue(contract("A-USDT"), fundingRate=rates, openInterest=interest))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [int(params["endTime"]) for params in line.params("/fundingRate")] == [END - 1 - 9991 * n for n in range(3)]


def test_a_suspended_contract_is_no_failure_and_stops_no_other(settings: Any, wire: Any, held: Any) -> None:
    def rates(params: dict[str, str]) -> Any:
        if params["symbol"] == "GONE-USDT":
            return httpx.Response(200, json={"code": 109415, "msg": "suspended", "data": {}})
        return [{"symbol": "A-USDT", "fundingRate": "-0.00001", "fundingTime": START, "markPrice": "3"}]

    line = wire(venue(contract("GONE-USDT"), contract("A-USDT"), fundingRate=rates, openInterest=interest))
    assert run(settings, line, Window(DAY, DAY)).status == "ok"
    columns = ["symbol", "funding_time", "funding_rate", "mark_price"]
    assert [tuple(row.values()) for row in held(settings, "bingx", "funding_rates", columns)] == [("A-USDT", START, -0.00001, 3)]


def test_marks_that_fail_are_told_and_the_rest_goes_on(settings: Any, wire: Any, held: Any) -> None:
    line = wire(venue(contract("A-USDT"), openInterest=interest, premiumIndex=lambda params: httpx.Response(400, json={"code": 100400})))
    result = run(settings, line)
    assert result.problem is not None
    assert "premium_index" in result.problem
    assert len(held(settings, "bingx", "open_interest")) == 1


@pytest.mark.parametrize(
    ("code", "error"),
    [(109415, NotFound), (100204, NotFound), (100400, Rejected), (100413, NotAvailable), (100001, NotAvailable), (100503, BadAnswer)],
)
def test_another_code_than_zero_is_an_error(code: int, error: type[Exception], payload: Any) -> None:
    """Though the status is 200 and `data` may be an object where a list belongs."""
    with pytest.raises(error, match=rf"bingx ticker \[A-USDT\]: error {code}: no"):
        BINGX.check(payload("bingx", "ticker", {"code": code, "msg": "no", "data": {}}, params={"symbol": "A-USDT"}))


def test_a_fifth_of_the_venues_pool_is_spent() -> None:
    assert {limit.amount / limit.seconds for limit in BINGX.limits.values()} == {10}  # of 500 in 10 s
