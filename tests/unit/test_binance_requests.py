"""Binance REST: which requests a window makes, what they cost, and what a failing part leaves standing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

BINANCE = all_sources()["binance"]
HOUR = 3_600_000
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = date(2026, 3, 9)
NAMES = {"um": "BTCUSDT", "cm": "BTCUSD_PERP"}
Answer = Callable[[httpx.Request], Any]


def day_ms(day: date) -> int:
    return int(datetime.combine(day, datetime.min.time(), UTC).timestamp() * 1000)


def instrument(symbol: str, **more: Any) -> dict[str, Any]:
    base = {"symbol": symbol, "contractType": "PERPETUAL", "status": "TRADING", "baseAsset": "B", "quoteAsset": "Q", "onboardDate": 1}
    return base | more


def venue(um: list[dict[str, Any]], cm: list[dict[str, Any]] | None = None, **series: Answer) -> Answer:
    """A Binance of these instruments; `series` answers by the last part of the path, everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[-1]
        if name in series:
            return series[name](request)
        if name == "exchangeInfo":
            return {"symbols": um if "fapi" in request.url.host else cm or []}
        if name == "openInterest":
            return {"symbol": request.url.params["symbol"], "time": day_ms(DAY), "openInterest": "1"}
        return []

    return answer


def run(settings: Any, line: Any, window: Window | None, **more: Any) -> SourceResult:
    (result,) = ingest(settings, [BINANCE], window, clock=lambda: NOW, transports={"binance": line.transport}, **more)
    return result


def test_a_day_is_one_page_of_klines_with_the_look_back(settings: Any, wire: Any) -> None:
    line = wire(venue([instrument("BTCUSDT")], [instrument("BTCUSD_PERP", contractStatus="TRADING", contractSize=100)]))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    start, end = day_ms(DAY) - 24 * HOUR, day_ms(DAY) + 24 * HOUR
    for prefix, symbol in (("fapi", "BTCUSDT"), ("dapi", "BTCUSD_PERP")):
        asked = {"symbol": symbol, "interval": "1h", "startTime": str(start), "endTime": str(end - 1), "limit": "48"}
        assert line.params(f"{prefix}/v1/klines") == [asked]
    assert [request.url.host for request in line.asked if request.url.path.endswith("klines")] == ["fapi.binance.com", "dapi.binance.com"]


def test_long_windows_are_cut_at_499_hours(settings: Any, wire: Any) -> None:
    line = wire(venue([instrument("BTCUSDT")]))
    run(settings, line, Window(DAY - timedelta(days=41), DAY))
    asked = line.params("klines")
    assert [int(page["limit"]) for page in asked] == [499, 499, 34]  # 43 days with the look-back
    assert [int(page["endTime"]) + 1 - int(page["startTime"]) for page in asked] == [499 * HOUR, 499 * HOUR, 34 * HOUR]
    assert [int(page["startTime"]) for page in asked[1:]] == [int(page["endTime"]) + 1 for page in asked[:-1]]
    assert [BINANCE.endpoint("um_klines").weight(page) for page in asked] == [2, 2, 1]


@pytest.mark.parametrize(("limit", "weight"), [(99, 1), (100, 2), (499, 2), (500, 5), (1000, 5), (1001, 10)])
def test_klines_cost_what_the_vendor_says(limit: int, weight: int) -> None:
    assert BINANCE.endpoint("cm_klines").weight({"limit": limit}) == weight


def test_all_tickers_cost_forty_and_all_premiums_ten() -> None:
    assert [BINANCE.endpoint("um_ticker").weight(params) for params in ({}, {"symbol": "BTCUSDT"})] == [40, 1]
    assert [BINANCE.endpoint("um_premium_index").weight(params) for params in ({}, {"symbol": "BTCUSDT"})] == [10, 1]


def test_nothing_is_asked_from_before_a_market_was_listed(settings: Any, wire: Any) -> None:
    listed = day_ms(DAY) + 10 * HOUR
    line = wire(venue([instrument("NEWUSDT", onboardDate=listed)]))
    run(settings, line, Window(DAY - timedelta(days=41), DAY))
    assert len(line.params("klines")) == 1
    assert [page["startTime"] for page in line.params("fundingRate")] == [str(listed)]


def test_funding_goes_on_from_the_last_row_until_a_short_page(settings: Any, wire: Any) -> None:
    first = day_ms(DAY) - 24 * HOUR

    def pages(request: httpx.Request) -> Any:
        start = int(request.url.params["startTime"])
        rows = 1000 if start == first else 3
        return [{"symbol": "BTCUSDT", "fundingTime": start + 7 * n, "fundingRate": "0.0001"} for n in range(rows)]

    line = wire(venue([instrument("BTCUSDT")], fundingRate=pages))
    result = run(settings, line, Window(DAY, DAY))
    assert [int(page["startTime"]) for page in line.params("fundingRate")] == [first, first + 7 * 999 + 1]
    assert {(page["limit"], page["endTime"]) for page in line.params("fundingRate")} == {("1000", str(day_ms(DAY) + 24 * HOUR - 1))}
    assert result.outcomes["funding_rates"].rows_parsed == 1003


def settled_by(symbols: list[str], hours: int) -> Answer:
    """These symbols, each settled every so many hours, 3 ms late; one symbol's rows or, without one, those of all, oldest first."""

    def answer(request: httpx.Request) -> Any:
        params = request.url.params
        if "dapi" in request.url.host:
            return (
                []
                if params.get("symbol")
                else httpx.Response(400, json={"code": -1102, "msg": "Mandatory parameter 'symbol' was not sent"})
            )
        names = [params["symbol"]] if "symbol" in params else symbols
        stamps = [
            at for at in range(0, day_ms(DAY) + 48 * HOUR, hours * HOUR) if int(params["startTime"]) <= at + 3 <= int(params["endTime"])
        ]
        rows = [{"symbol": name, "fundingTime": at + 3, "fundingRate": "0.0001", "markPrice": "1"} for at in stamps for name in names]
        return rows[: int(params["limit"])]

    return answer


def test_funding_of_all_markets_comes_in_answers_that_surely_hold_it(settings: Any, wire: Any, held: Any) -> None:
    """60 markets, were each settled every hour: 15 hours are 900 rows, so two days are four requests in place of sixty."""
    names = [f"S{n}USDT" for n in range(60)]
    cm = [instrument("BTCUSD_PERP", contractStatus="TRADING", contractSize=100)]
    line = wire(venue([instrument(name) for name in names], cm, fundingRate=settled_by(names, 1)))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    start = day_ms(DAY) - 24 * HOUR
    pieces = [(first, min(first + 15 * HOUR, start + 48 * HOUR) - 1) for first in range(start, start + 48 * HOUR, 15 * HOUR)]
    asked = [(int(page["startTime"]), int(page["endTime"])) for page in line.params("fapi/v1/fundingRate")]
    assert asked == pieces
    assert not any("symbol" in page for page in line.params("fapi/v1/fundingRate"))
    assert [page["symbol"] for page in line.params("dapi/v1/fundingRate")] == ["BTCUSD_PERP"]
    rows = held(settings, "binance", "funding_rates")
    assert {(row["symbol"], row["funding_time"]) for row in rows} == {
        (name, start + hour * HOUR + 3) for name in names for hour in range(48)
    }
    assert len(rows) == 60 * 48


@pytest.mark.parametrize(
    ("markets", "window", "asked"),
    [("*", Window(DAY, DAY), 1), ("S0*,S1*", Window(DAY, DAY), 2), ("top:2", Window(DAY, DAY), 2),
     ("*", Window(DAY - timedelta(days=90), DAY), 3)],
)  # fmt: skip
def test_funding_is_asked_for_by_symbol_where_that_is_fewer_or_not_all_are_wanted(
    markets: str, window: Window, asked: int, make_settings: Any, wire: Any
) -> None:
    """Three markets in 92 days are eight answers of 300 hours, and three by symbol."""
    names = ["S0USDT", "S1USDT", "X2USDT"]
    line = wire(venue([instrument(name) for name in names], fundingRate=settled_by(names, 8)))
    assert run(make_settings(markets=markets), line, window).problem is None
    pages = line.params("fundingRate")
    assert (len(pages), any("symbol" in page for page in pages)) == (asked, asked > 1)


def test_an_answer_of_all_markets_that_may_be_cut_is_told(settings: Any, wire: Any) -> None:
    """More symbols are settled than are listed: a full answer is no whole one."""
    names = [f"S{n}USDT" for n in range(1200)]
    line = wire(venue([instrument(name) for name in names[:850]], fundingRate=settled_by(names, 8)))
    assert "an answer that holds no more may lack some" in (run(settings, line, Window(DAY, DAY)).problem or "")


def test_open_interest_history_is_asked_only_as_far_as_it_is_kept(settings: Any, wire: Any) -> None:
    """By symbol on USD-M, by pair and contract type on COIN-M; the venue refuses what is older than 30 days."""
    line = wire(venue([instrument("BTCUSDT")], [instrument("BTCUSD_PERP", contractStatus="TRADING", contractSize=100)]))
    run(settings, line, Window(DAY - timedelta(days=60), DAY))
    asked = line.params("openInterestHist")
    oldest = int((NOW - timedelta(days=30)).timestamp() * 1000)
    assert all(int(page["startTime"]) > oldest for page in asked)
    assert all(int(page["endTime"]) - int(page["startTime"]) < 500 * HOUR for page in asked)
    names = [{name: page[name] for name in ("symbol", "pair", "contractType") if name in page} for page in asked]
    assert names.count({"symbol": "BTCUSDT"}) + names.count({"pair": "BTCUSD", "contractType": "PERPETUAL"}) == len(names) >= 4
    assert {(page["period"], page["limit"]) for page in asked} == {("1h", "500")}


def test_old_days_ask_for_no_open_interest_at_all(settings: Any, wire: Any) -> None:
    line = wire(venue([instrument("BTCUSDT")]))
    assert run(settings, line, Window(date(2025, 1, 1), date(2025, 1, 2))).problem is None
    assert line.params("openInterestHist") == []


def test_only_perpetuals_that_trade_are_followed(settings: Any, wire: Any) -> None:
    listed = [
        instrument("BTCUSDT"),
        instrument("TSLAUSDT", contractType="TRADIFI_PERPETUAL"),
        instrument("BTCUSDT_260327", contractType="CURRENT_QUARTER"),
        instrument("GONEUSDT", status="SETTLING"),
    ]
    line = wire(venue(listed))
    result = run(settings, line, None)
    assert sorted(page["symbol"] for page in line.params("openInterest")) == ["BTCUSDT", "TSLAUSDT"]
    assert result.outcomes["instruments"].rows_added == 4
    assert line.params("klines") == line.params("fundingRate") == []


def test_the_largest_markets_are_ranked_in_usd_across_both_products(make_settings: Any, wire: Any) -> None:
    """COIN-M tickers count contracts: 3 million contracts of 100 USD are more than 200 million USDT."""

    def tickers(request: httpx.Request) -> Any:
        base = {"closeTime": day_ms(DAY), "lastPrice": "1"}
        um = [base | {"symbol": name, "volume": "9", "quoteVolume": volume} for name, volume in (("A", "200000000"), ("B", "10"))]
        return um if "fapi" in request.url.host else [base | {"symbol": "BTCUSD_PERP", "volume": "3000000", "baseVolume": "5"}]

    cm = [instrument("BTCUSD_PERP", contractStatus="TRADING", contractSize=100)]
    line = wire(venue([instrument("A"), instrument("B")], cm, **{"24hr": tickers}))
    run(make_settings(markets="top:1"), line, None)
    assert [page["symbol"] for page in line.params("openInterest")] == ["BTCUSD_PERP"]
