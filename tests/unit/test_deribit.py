"""Deribit: which instruments are asked for, charts in columns, two budgets, one door to the common books."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from fetched import DAY, END, HOUR, START, fetching

from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

DERIBIT = all_sources()["deribit"]
run = fetching("deribit")
COLUMNS = {"open": [1, 2.5], "high": [3, 3], "low": [1, 2], "close": [2.5, 2], "volume": [0, 1e-3], "cost": [0, 2.25]}


def perpetual(name: str, settled_in: str = "USDC", **more: Any) -> dict[str, Any]:
    base = {"instrument_name": name, "kind": "future", "base_currency": "X", "settlement_period": "perpetual", "contract_size": 1}
    return base | {"settlement_currency": settled_in, "is_active": True} | more


def venue(*listed: dict[str, Any]) -> Any:
    """These instruments; a chart of A, of others no data; everything else is empty."""
    chart = COLUMNS | {"status": "ok", "ticks": [START, START + HOUR]}

    def answer(request: httpx.Request) -> Any:
        name, is_a = request.url.path.rsplit("_", 1)[1], request.url.params.get("instrument_name", "").startswith("A_")
        found = {"instruments": list(listed), "data": chart if is_a else {"status": "no_data", "ticks": [], "open": []}}
        return {"jsonrpc": "2.0", "result": found.get(name, [])}

    return answer


def test_a_day_is_of_perpetuals_that_trade_and_of_currencies_that_they_settle_in(settings: Any, wire: Any, held: Any) -> None:
    """A chart is columns, and one without data has none."""
    listed = [perpetual("A_USDC-PERPETUAL"), perpetual("BTC-PERPETUAL", "BTC", creation_timestamp=START + 5)]
    others = [perpetual("NEW_USDC-PERPETUAL", creation_timestamp=END + 1), perpetual("OLD_USDC-PERPETUAL", is_active=False)]
    line = wire(venue(*listed, *others, perpetual("ETH-27MAR26", "ETH", settlement_period="month")))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [params["currency"] for params in line.params("/get_book_summary_by_currency")] == ["BTC", "USDC"]
    for method in ("/get_tradingview_chart_data", "/get_funding_rate_history"):
        assert [params["instrument_name"] for params in line.params(method)] == ["A_USDC-PERPETUAL", "BTC-PERPETUAL"]
    columns = ["instrument_name", "resolution", "tick", "open", "high", "low", "close", "volume", "cost"]
    assert [tuple(row.values()) for row in held(settings, "deribit", "charts", columns)] == [
        ("A_USDC-PERPETUAL", "60", START, 1, 3, 1, 2.5, 0, 0), ("A_USDC-PERPETUAL", "60", START + HOUR, 2.5, 3, 2, 2, 0.001, 2.25),
    ]  # fmt: skip


def test_columns_of_unequal_length_are_no_answer(payload: Any) -> None:
    params = {"instrument_name": "A-PERPETUAL", "resolution": "60"}
    one = payload("deribit", "chart", {"result": COLUMNS | {"status": "ok", "ticks": [1, 2, 3]}}, params=params)
    with pytest.raises(ValueError, match="shorter"):
        DERIBIT.endpoint("chart").parse(one)


def test_too_many_requests_are_asked_again_whatever_the_status(settings: Any, wire: Any) -> None:
    error = {"jsonrpc": "2.0", "error": {"code": 10028, "message": "too_many_requests"}}
    left, serve = [httpx.Response(429, json=error), httpx.Response(400, json=error)], venue(perpetual("A_USDC-PERPETUAL"))
    line = wire(lambda request: left.pop() if left else serve(request))
    assert run(settings, line).status == "ok"
    assert len(line.asked) == 4


def test_instruments_have_a_budget_of_their_own_and_one_door_is_used() -> None:
    """drb.coinbase.com serves the same books under the same names: asked too, they would count twice."""
    assert {name: limit.amount / limit.seconds for name, limit in DERIBIT.limits.items()} == {"api": 20, "instruments": 1}
    assert DERIBIT.endpoint("instruments").host == "instruments"
    assert set(DERIBIT.hosts.values()) == {"https://www.deribit.com"}
    assert list(DERIBIT.no_public_api) == ["liquidations"]
