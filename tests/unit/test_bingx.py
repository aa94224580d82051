"""BingX: which contracts are asked for, a market that is suspended meanwhile, a share of a pool."""

from __future__ import annotations

from typing import Any

import httpx
from fetched import DAY, END, START, fetching

from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

run = fetching("bingx")


def venue(*listed: dict[str, Any]) -> Any:
    """These contracts; rates and open interest of each, but of GONE-USDT, which is suspended; everything else is an empty window."""

    def answer(request: httpx.Request) -> Any:
        name, symbol = request.url.path.rsplit("/", 1)[1], request.url.params.get("symbol")
        if symbol == "GONE-USDT":
            return {"code": 109415, "msg": "suspended", "data": {}}
        data = {
            "contracts": [{"asset": "X", "currency": "USDT", "status": 1, "launchTime": 1} | row for row in listed],
            "fundingRate": [{"symbol": symbol, "fundingRate": "-0.00001", "fundingTime": START, "markPrice": "3"}],
            "openInterest": {"openInterest": "7.5", "symbol": symbol, "time": START},
        }
        return {"code": 0, "msg": "", "data": data.get(name)}

    return answer


def test_only_contracts_that_trade_are_asked_for(settings: Any, wire: Any, held: Any) -> None:
    """That its API is closed for orders does not matter; a later listing has no past."""
    states = {
        "A-USDT": {},
        "B-USDC": {"apiStateOpen": "false"},
        "C-USDT": {"status": 25},
        "D-USDT": {"status": 5},
        "E-USDT": {"launchTime": END},
    }
    line = wire(venue(*({"symbol": name} | more for name, more in states.items())))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [params["symbol"] for params in line.params("/openInterest")] == ["A-USDT", "B-USDC", "E-USDT"]
    assert [params["symbol"] for params in line.params("/klines")] == ["A-USDT", "B-USDC"]
    assert [row["symbol"] for row in held(settings, "bingx", "instruments")] == list(states)


def test_a_suspended_contract_is_no_failure_and_stops_no_other(settings: Any, wire: Any, held: Any) -> None:
    assert run(settings, wire(venue({"symbol": "GONE-USDT"}, {"symbol": "A-USDT"})), Window(DAY, DAY)).status == "ok"
    assert [(row["symbol"], row["funding_rate"]) for row in held(settings, "bingx", "funding_rates")] == [("A-USDT", -0.00001)]


def test_a_fifth_of_the_venues_pool_is_spent() -> None:
    assert {limit.amount / limit.seconds for limit in all_sources()["bingx"].limits.values()} == {10}  # of 500 in 10 s
