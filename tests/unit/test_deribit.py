"""Deribit: what a run asks for, pages of what an answer holds, columns, errors of the envelope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from fetched import DAY, END, HOUR, START, fetching

from ingestion.errors import BadAnswer, NotAvailable, NotFound, Rejected
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

DERIBIT = all_sources()["deribit"]
run = fetching("deribit")


def perpetual(name: str, settled_in: str = "USDC", **more: Any) -> dict[str, Any]:
    base = {"instrument_name": name, "kind": "future", "base_currency": "X", "settlement_period": "perpetual", "contract_size": 1}
    return base | {"settlement_currency": settled_in, "is_active": True} | more


def venue(listed: list[Any], **methods: Callable[[dict[str, str]], Any]) -> Any:
    """These instruments; `methods` answers by the method's name without get_, everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.removeprefix("/api/v2/public/get_")
        empty: Any = {"tradingview_chart_data": {"status": "no_data"}}.get(name, [])
        found = listed if name == "instruments" else methods[name](dict(request.url.params)) if name in methods else empty
        return found if isinstance(found, httpx.Response) else {"jsonrpc": "2.0", "result": found}

    return answer


def test_a_snapshot_is_one_list_and_one_summary_for_each_settlement_currency(settings: Any, wire: Any, held: Any) -> None:
    """currency=any is refused for summaries; which currencies there are is in the list, dated futures do not count."""

    def summary(params: dict[str, str]) -> Any:
        return [{"instrument_name": f"{params['currency']}-PERPETUAL", "creation_timestamp": START, "open_interest": 7, "mark_price": 1e-9}]

    listed = [perpetual("BTC-PERPETUAL", "BTC"), perpetual("A_USDC-PERPETUAL"), perpetual("B_USDC-PERPETUAL")]
    listed += [perpetual("ETH-27MAR26", "ETH", settlement_period="month")]
    line = wire(venue(listed, book_summary_by_currency=summary))
    assert run(settings, line).status == "ok"
    assert line.params("/get_instruments") == [{"currency": "any", "kind": "future", "expired": "false"}]
    assert line.params("/get_book_summary_by_currency") == [{"currency": name, "kind": "future"} for name in ("BTC", "USDC")]
    assert len(line.asked) == 3
    rows = held(settings, "deribit", "book_summaries", ["instrument_name", "creation_timestamp", "open_interest", "mark_price"])
    assert [tuple(row.values()) for row in rows] == [("BTC-PERPETUAL", START, 7, 1e-9), ("USDC-PERPETUAL", START, 7, 1e-9)]
    assert len(held(settings, "deribit", "instruments")) == 4


def test_a_summary_that_fails_stops_neither_the_other_nor_the_series(settings: Any, wire: Any, held: Any) -> None:
    def summary(params: dict[str, str]) -> Any:
        if params["currency"] == "BTC":
            return httpx.Response(400, json={"jsonrpc": "2.0", "error": {"code": -32602, "message": "Invalid params"}})
        return [{"instrument_name": "A_USDC-PERPETUAL", "creation_timestamp": START}]

    line = wire(venue([perpetual("BTC-PERPETUAL", "BTC"), perpetual("A_USDC-PERPETUAL")], book_summary_by_currency=summary))
    result = run(settings, line, Window(DAY, DAY))
    assert result.problem is not None
    assert "book_summary: error -32602: Invalid params" in result.problem
    assert len(held(settings, "deribit", "book_summaries")) == 1
    assert len(line.params("/get_tradingview_chart_data")) == 2


def test_a_day_is_two_requests_for_each_perpetual_that_trades(settings: Any, wire: Any) -> None:
    late, gone = perpetual("NEW_USDC-PERPETUAL", creation_timestamp=END + 1), perpetual("OLD_USDC-PERPETUAL", is_active=False)
    line = wire(venue([perpetual("A_USDC-PERPETUAL"), perpetual("BTC-PERPETUAL", "BTC", creation_timestamp=START + 5), late, gone]))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    bounds = {"start_timestamp": str(START), "end_timestamp": str(END - 1)}
    names = ("A_USDC-PERPETUAL", "BTC-PERPETUAL")
    assert line.params("/get_tradingview_chart_data") == [{"instrument_name": name, "resolution": "60"} | bounds for name in names]
    assert line.params("/get_funding_rate_history") == [{"instrument_name": name} | bounds for name in names]
    assert len(line.asked) == 3 + 2 * 2


def test_long_windows_are_pages_of_what_an_answer_holds(settings: Any, wire: Any) -> None:
    line = wire(venue([perpetual("A_USDC-PERPETUAL")]))
    run(settings, line, Window(date(2025, 1, 2), date(2025, 12, 31)))
    start = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp() * 1000)

    def pages(method: str) -> list[tuple[float, float]]:
        found = [(int(params["start_timestamp"]), int(params["end_timestamp"]) + 1) for params in line.params(method)]
        return [((first - start) / HOUR, (last - start) / HOUR) for first, last in found]

    assert pages("/get_tradingview_chart_data") == [(0, 5000), (5000, 8760)]
    assert pages("/get_funding_rate_history") == [(744 * n, min(744 * n + 744, 8760)) for n in range(12)]


def test_a_chart_is_columns_and_one_without_data_has_none(settings: Any, wire: Any, held: Any) -> None:
    def chart(params: dict[str, str]) -> Any:
        if params["instrument_name"] == "B_USDC-PERPETUAL":
            return {"status": "no_data", "ticks": [], "open": []}
        columns = {"open": [1, 2.5], "high": [3, 3], "low": [1, 2], "close": [2.5, 2], "volume": [0, 1e-3], "cost": [0, 2.25]}
        return columns | {"status": "ok", "ticks": [START, START + HOUR]}

    line = wire(venue([perpetual("A_USDC-PERPETUAL"), perpetual("B_USDC-PERPETUAL")], tradingview_chart_data=chart))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    columns = ["instrument_name", "resolution", "tick", "open", "high", "low", "close", "volume", "cost"]
    assert [tuple(row.values()) for row in held(settings, "deribit", "charts", columns)] == [
        ("A_USDC-PERPETUAL", "60", START, 1, 3, 1, 2.5, 0, 0),
        ("A_USDC-PERPETUAL", "60", START + HOUR, 2.5, 3, 2, 2, 0.001, 2.25),
    ]


def test_columns_of_unequal_length_are_no_answer(payload: Any) -> None:
    columns: dict[str, Any] = {name: [1] for name in ("open", "high", "low", "close", "volume", "cost")}
    body = {"result": {"status": "ok", "ticks": [1, 2]} | columns}
    params = {"instrument_name": "A-PERPETUAL", "resolution": "60"}
    with pytest.raises(ValueError, match="shorter"):
        DERIBIT.endpoint("chart").parse(payload("deribit", "chart", body, params=params))


def test_the_largest_markets_are_chosen_by_usd(make_settings: Any, wire: Any) -> None:
    """volume is base."""

    def summary(params: dict[str, str]) -> Any:
        rows = [("A_USDC-PERPETUAL", 1e9, 10), ("B_USDC-PERPETUAL", 1, 11)]
        return [{"instrument_name": name, "creation_timestamp": START, "volume": base, "volume_usd": usd} for name, base, usd in rows]

    line = wire(venue([perpetual("A_USDC-PERPETUAL"), perpetual("B_USDC-PERPETUAL")], book_summary_by_currency=summary))
    run(make_settings(markets="top:1"), line, Window(DAY, DAY))
    assert [params["instrument_name"] for params in line.params("/get_funding_rate_history")] == ["B_USDC-PERPETUAL"]


def test_an_unknown_instrument_stops_no_other_and_is_no_failure(settings: Any, wire: Any, held: Any) -> None:
    def funding(params: dict[str, str]) -> Any:
        if params["instrument_name"] == "OLD_USDC-PERPETUAL":
            data = {"reason": "wrong format", "param": "instrument_name"}
            return httpx.Response(400, json={"jsonrpc": "2.0", "error": {"code": -32602, "message": "Invalid params", "data": data}})
        return [{"timestamp": START, "interest_1h": 1.25e-5, "interest_8h": 1e-4, "index_price": 80000}]

    line = wire(venue([perpetual("OLD_USDC-PERPETUAL"), perpetual("A_USDC-PERPETUAL")], funding_rate_history=funding))
    assert run(settings, line, Window(DAY, DAY)).status == "ok"
    rows = held(settings, "deribit", "funding_rates", ["instrument_name", "timestamp", "interest_1h", "interest_8h", "index_price"])
    assert [tuple(row.values()) for row in rows] == [("A_USDC-PERPETUAL", START, 1.25e-5, 1e-4, 80000)]


def test_too_many_requests_are_asked_again(settings: Any, wire: Any) -> None:
    error = {"jsonrpc": "2.0", "error": {"code": 10028, "message": "too_many_requests"}}
    left = [httpx.Response(429, json=error), httpx.Response(400, json=error)]
    serve = venue([perpetual("A_USDC-PERPETUAL")])
    line = wire(lambda request: left.pop() if left else serve(request))
    assert run(settings, line).status == "ok"
    assert len(line.asked) == 4


@pytest.mark.parametrize(
    ("code", "data", "status", "error"),
    [
        (13020, None, 400, NotFound),
        (-32602, {"param": "instrument_name"}, 400, NotFound),
        (-32602, {"param": "resolution"}, 400, Rejected),
        (10028, None, 400, BadAnswer),
        (11051, None, 200, BadAnswer),
        (13004, None, 200, Rejected),
    ],
)
def test_an_error_of_the_envelope_is_one_whatever_the_status(
    code: int, data: Any, status: int, error: type[Exception], payload: Any
) -> None:
    body = {"jsonrpc": "2.0", "error": {"code": code, "message": "why not"} | ({"data": data} if data else {})}
    with pytest.raises(error, match=rf"deribit chart \[A-PERPETUAL\]: error {code}: why not"):
        DERIBIT.check(payload("deribit", "chart", body, status=status, params={"instrument_name": "A-PERPETUAL"}))


def test_bodies_without_an_envelope_are_no_answers(payload: Any) -> None:
    with pytest.raises(NotAvailable, match="HTTP 403"):
        DERIBIT.check(payload("deribit", "instruments", b"<html>error code: 1020</html>", status=403))
    with pytest.raises(Rejected, match="without a result"):
        DERIBIT.check(payload("deribit", "instruments", {"jsonrpc": "2.0"}))
    with pytest.raises(Rejected, match="without an envelope"):
        DERIBIT.check(payload("deribit", "instruments", [1]))
    DERIBIT.check(payload("deribit", "instruments", {"result": None}))


def test_instruments_have_a_budget_of_their_own() -> None:
    assert {name: limit.amount / limit.seconds for name, limit in DERIBIT.limits.items()} == {"api": 20, "instruments": 1}
    assert DERIBIT.endpoint("instruments").host == "instruments"
    assert list(DERIBIT.no_public_api) == ["liquidations"]


def test_only_one_door_to_the_common_books_is_used() -> None:
    """drb.coinbase.com serves the same books under the same names: asked too, they would count twice."""
    assert set(DERIBIT.hosts.values()) == {"https://www.deribit.com"}
