"""Aster: Binance's ways on hosts and budgets of its own, tags for what is no coin, no history of open interest."""

from __future__ import annotations

from typing import Any

import httpx
from fetched import START, fetching

from ingestion.venue.registry import all_sources

ASTER = all_sources()["aster"]
run = fetching("aster")


def symbol(name: str, **more: Any) -> dict[str, Any]:
    base = {"symbol": name, "contractType": "PERPETUAL", "status": "TRADING", "baseAsset": name[:3], "quoteAsset": "USDT"}
    return base | {"underlyingType": "COIN", "underlyingSubType": [], "onboardDate": 1} | more


def test_open_interest_is_asked_of_markets_that_trade_and_tags_are_one_text(settings: Any, wire: Any, held: Any) -> None:
    symbols = [symbol("BTCUSDT", underlyingSubType=["Top"]), symbol("AAPLUSDT", underlyingSubType=["AOS2", "STOCK"]),
               symbol("OLDUSDT", status="SETTLING")]  # fmt: skip

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[-1]
        interest = {"symbol": request.url.params.get("symbol"), "time": START, "openInterest": "1.5"}
        return {"exchangeInfo": {"symbols": symbols}, "openInterest": interest}.get(name, [])

    line = wire(answer)
    assert run(settings, line).problem is None
    assert {request.url.host for request in line.asked} == {"fapi.asterdex.com"}
    columns = ["product", "symbol", "underlying_type", "underlying_sub_type", "base_asset", "status"]
    assert [tuple(row.values()) for row in held(settings, "aster", "instruments", columns)] == [
        ("um", "AAPLUSDT", "COIN", "AOS2,STOCK", "AAP", "TRADING"), ("um", "BTCUSDT", "COIN", "Top", "BTC", "TRADING"),
        ("um", "OLDUSDT", "COIN", "", "OLD", "SETTLING"),
    ]  # fmt: skip
    assert [row["symbol"] for row in held(settings, "aster", "open_interest")] == ["AAPLUSDT", "BTCUSDT"]


def test_two_budgets_share_what_an_address_may_spend() -> None:
    assert sum(limit.amount for limit in ASTER.limits.values()) == 2400
    assert {limit.seconds for limit in ASTER.limits.values()} == {60}
    assert set(ASTER.no_public_api) == {"liquidations"}
