"""Aster: what a run asks for, where it differs from Binance's fapi, errors with a status and inside HTTP 200."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fetched import DAY, END, HOUR, START, fetching

from ingestion.errors import NotAvailable, NotFound, Rejected
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

ASTER = all_sources()["aster"]
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
run = fetching("aster", NOW)


def symbol(name: str, **more: Any) -> dict[str, Any]:
    base = {"symbol": name, "contractType": "PERPETUAL", "status": "TRADING", "baseAsset": name[:3], "quoteAsset": "USDT"}
    return base | {"underlyingType": "COIN", "underlyingSubType": [], "onboardDate": 1} | more


def venue(symbols: list[dict[str, Any]], **series: Any) -> Any:
    """These symbols, and answers by the last part of the path; everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[-1]
        if name in series:
            return series[name](request.url.params)
        if name == "exchangeInfo":
            return {"symbols": symbols}
        return {"symbol": request.url.params["symbol"], "time": START, "openInterest": "1.5"} if name == "openInterest" else []

    return answer


def test_a_snapshot_is_four_requests_and_one_a_trading_market(settings: Any, wire: Any, held: Any) -> None:
    line = wire(venue([symbol("BTCUSDT", underlyingSubType=["Top"]), symbol("AAPLUSDT", underlyingSubType=["AOS2", "STOCK"]),
                       symbol("OLDUSDT", status="SETTLING")]))  # fmt: skip
    assert run(settings, line).problem is None
    assert [request.url.path for request in line.asked] == [
        "/fapi/v1/exchangeInfo", "/fapi/v1/ticker/24hr", "/fapi/v1/premiumIndex", "/fapi/v1/fundingInfo", "/fapi/v1/openInterest",
        "/fapi/v1/openInterest",
    ]  # fmt: skip
    assert {request.url.host for request in line.asked} == {"fapi.asterdex.com"}
    columns = ["product", "symbol", "underlying_type", "underlying_sub_type", "base_asset", "status", "onboard_date"]
    assert [tuple(row.values()) for row in held(settings, "aster", "instruments", columns)] == [
        ("um", "AAPLUSDT", "COIN", "AOS2,STOCK", "AAP", "TRADING", 1),
        ("um", "BTCUSDT", "COIN", "Top", "BTC", "TRADING", 1),
        ("um", "OLDUSDT", "COIN", "", "OLD", "SETTLING", 1),
    ]
    interest = held(settings, "aster", "open_interest", ["product", "symbol", "time", "open_interest"])
    assert [tuple(row.values()) for row in interest] == [("um", name, START, 1.5) for name in ("AAPLUSDT", "BTCUSDT")]


def test_one_day_is_two_requests_a_market_and_no_history_of_open_interest(settings: Any, wire: Any, held: Any) -> None:
    kline = [START, "1", "2", "0.5", "1.5", "10", START + HOUR - 1, "15.25", 3, "4", "6", "0"]
    rate = {"symbol": "BTCUSDT", "fundingRate": "-0.0375", "fundingTime": START + 4}
    line = wire(venue([symbol("BTCUSDT")], klines=lambda params: [kline], fundingRate=lambda params: [rate]))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert len(line.asked) == 5 + 2
    bounds = {"symbol": "BTCUSDT", "startTime": str(START), "endTime": str(END - 1)}
    assert line.params("/klines") == [bounds | {"interval": "1h", "limit": "48"}]
    assert line.params("/fundingRate") == [bounds | {"limit": "1000"}]
    (candle,) = held(settings, "aster", "klines", ["product", "symbol", "interval", "open_time", "volume", "quote_volume", "trades"])
    assert list(candle.values()) == ["um", "BTCUSDT", "1h", START, 10, 15.25, 3]
    (funding,) = held(settings, "aster", "funding_rates", ["symbol", "funding_time", "funding_rate", "mark_price"])
    assert list(funding.values()) == ["BTCUSDT", START + 4, -0.0375, None]


def test_prices_of_all_symbols_come_in_one_answer(settings: Any, wire: Any, held: Any) -> None:
    """The vendor's example of premiumIndex."""
    row = {
        "symbol": "BTCUSDT", "markPrice": "11793.63104562", "indexPrice": "11781.80495970", "estimatedSettlePrice": "11781.16138815",
        "lastFundingRate": "0.00038246", "nextFundingTime": 1597392000000, "interestRate": "0.00010000", "time": 1597370495002,
    }  # fmt: skip
    run(settings, wire(venue([symbol("BTCUSDT")], premiumIndex=lambda params: [row])))
    (found,) = held(settings, "aster", "premium_index", ["symbol", "time", "mark_price", "index_price", "last_funding_rate"])
    assert list(found.values()) == ["BTCUSDT", 1597370495002, 11793.63104562, 11781.8049597, 0.00038246]


def test_the_largest_markets_are_chosen_by_quote_volume(make_settings: Any, wire: Any) -> None:
    tickers = [
        {"symbol": "AUSDT", "lastPrice": "1", "volume": "900", "quoteVolume": "9", "closeTime": START},
        {"symbol": "BUSDT", "lastPrice": "1", "volume": "1", "quoteVolume": "10", "closeTime": START},
    ]
    line = wire(venue([symbol("AUSDT"), symbol("BUSDT")], **{"24hr": lambda params: tickers}))
    run(make_settings(markets="top:1"), line, Window(DAY, DAY))
    assert [params["symbol"] for params in line.params("/klines")] == ["BUSDT"]


@pytest.mark.parametrize(
    ("status", "body", "kind", "text"),
    [
        (400, {"code": -1121, "msg": "Invalid symbol."}, NotFound, "error -1121: Invalid symbol."),
        (200, {"code": -1130, "msg": "limit"}, Rejected, "error -1130: limit"),
        (403, b"<html>", NotAvailable, "HTTP 403"),
    ],
)
@pytest.mark.parametrize(
    "endpoint", ["um_exchange_info", "um_funding_info", "um_klines", "um_funding_rate", "um_open_interest", "um_premium_index", "um_ticker"]
)
def test_errors_are_binances(endpoint: str, status: int, body: Any, kind: type[Exception], text: str, payload: Any) -> None:
    with pytest.raises(kind, match=rf"aster {endpoint} \[X\]: {text}"):
        ASTER.check(payload("aster", endpoint, body, status=status, params={"symbol": "X"}))


def test_two_budgets_share_what_an_address_may_spend() -> None:
    assert sum(limit.amount for limit in ASTER.limits.values()) == 2400
    assert {limit.seconds for limit in ASTER.limits.values()} == {60}
    assert set(ASTER.no_public_api) == {"liquidations"}
