"""Lighter: what a run asks for, pages inside their bounds, what answers leave out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from fetched import DAY, END, HOUR, NOW, START, fetching

from ingestion.errors import Unroutable
from ingestion.run.window import Window

run = fetching("lighter")


def market(symbol: str, number: int, **more: Any) -> dict[str, Any]:
    return {"symbol": symbol, "market_id": number, "market_type": "perp", "status": "active", "open_interest": 2} | more


BTC, ETH = market("BTC", 1, daily_quote_token_volume=9), market("ETH", 0, daily_quote_token_volume=5)
GOING = market("GOING", 8, status="inactive", daily_quote_token_volume=1)
OLD = market("OLD", 9, status="inactive", daily_quote_token_volume=0)


def venue(markets: list[dict[str, Any]], **paths: Callable[[dict[str, str]], Any]) -> Callable[[httpx.Request], Any]:
    """These markets, and answers by the last part of the path; everything else is empty."""
    empty = {"candles": {"r": "1h", "c": None}, "fundings": {"resolution": "1h", "fundings": []}, "exchangeMetrics": {"metrics": []}}
    tokens = [{"market": "PERPS", "symbol": "BTC", "asset_type": "CRYPTO", "categories": ["LAYER_1", "MAJOR"], "name": "Bitcoin"}]

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1]
        if name in paths:
            body = paths[name](dict(request.url.params))
            return body if isinstance(body, httpx.Response) else {"code": 200} | body
        known = {"orderBookDetails": {"order_book_details": markets}, "tokenlist": {"tokens": tokens}} | empty
        return {"code": 200} | known[name]

    return answer


def test_a_snapshot_is_two_requests(settings: Any, wire: Any, held: Any) -> None:
    line = wire(venue([BTC, OLD]))
    assert run(settings, line).problem is None
    assert [(request.url.path, dict(request.url.params)) for request in line.asked] == [
        ("/api/v1/orderBookDetails", {"filter": "perp"}), ("/api/v1/tokenlist", {}),
    ]  # fmt: skip
    states = held(settings, "lighter", "market_states", ["symbol", "status", "open_interest", "mark_price"])
    assert [tuple(row.values()) for row in states] == [("BTC", "active", 2.0, None), ("OLD", "inactive", 2.0, None)]
    assert [row["market_id"] for row in held(settings, "lighter", "instruments")] == [1, 9]
    tokens = held(settings, "lighter", "tokens", ["market", "symbol", "backend_symbol", "name", "asset_type", "categories"])
    assert [tuple(row.values()) for row in tokens] == [("PERPS", "BTC", None, "Bitcoin", "CRYPTO", "LAYER_1,MAJOR")]


def test_a_token_list_that_fails_stops_no_market(settings: Any, wire: Any) -> None:
    line = wire(venue([BTC], tokenlist=lambda params: httpx.Response(400, json={"code": 20001, "message": "no"})))
    result = run(settings, line, Window(DAY, DAY))
    assert [len(outcome.failures) for name, outcome in result.outcomes.items() if name == "tokens"] == [1]
    assert len(line.params("/candles")) == 1


def test_one_day_is_three_requests_a_market(settings: Any, wire: Any) -> None:
    line = wire(venue([BTC, GOING, OLD]))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert len(line.asked) == 2 + 2 * 3
    hours = {"resolution": "1h", "count_back": "48"}
    bounds = {"start_timestamp": str(START), "end_timestamp": str(END - 1)}
    assert line.params("/candles") == [{"market_id": number, **hours, **bounds} for number in ("1", "8")]
    bounds = {"start_timestamp": str(START // 1000), "end_timestamp": str(END // 1000 - 1)}
    assert line.params("/fundings") == [{"market_id": number, **hours, **bounds} for number in ("1", "8")]
    kind = {"period": "w", "kind": "liquidation_volume", "filter": "byMarket"}
    assert line.params("/exchangeMetrics") == [kind | {"value": name} for name in ("BTC", "GOING")]


def test_a_backfill_also_asks_for_what_ended_and_for_days_without_a_snapshot(settings: Any, wire: Any) -> None:
    line = wire(venue([BTC, OLD]))
    assert run(settings, line, Window(DAY - timedelta(days=7), DAY)).problem is None
    assert [params["market_id"] for params in line.params("/candles")] == ["1", "9"]
    asked = sorted((params["value"], params["kind"]) for params in line.params("/exchangeMetrics"))
    assert asked == [(name, kind) for name in ("BTC", "OLD") for kind in ("liquidation_volume", "open_interest")]


@pytest.mark.parametrize(("days", "period"), [(3, "w"), (5, "w"), (6, "m"), (26, "m"), (27, "q"), (87, "q"), (88, "y"), (400, "all")])
def test_the_shortest_period_that_reaches_back_is_asked_for(days: int, period: str, settings: Any, wire: Any) -> None:
    line = wire(venue([BTC]))
    first = NOW.date() - timedelta(days=days)
    run(settings, line, Window(first, first))  # the look-back makes it a day more
    assert [params["period"] for params in line.params("/exchangeMetrics")] == [period]


@pytest.mark.parametrize("is_end_inclusive", [True, False])
@pytest.mark.parametrize("ignores_start", [True, False])
def test_long_windows_lose_no_hour_however_the_bounds_are_meant(
    is_end_inclusive: bool, ignores_start: bool, settings: Any, wire: Any, held: Any
) -> None:
    first = int(datetime(2026, 1, 30, tzinfo=UTC).timestamp() * 1000)

    def candles(params: dict[str, str]) -> Any:
        start, end, count = (int(params[name]) for name in ("start_timestamp", "end_timestamp", "count_back"))
        last = end if is_end_inclusive else end - 1
        stamps = [at for at in range(first - 999 * HOUR, END, HOUR) if at <= last and (ignores_start or at >= start)]
        return {"r": "1h", "c": [dict.fromkeys("ohlc", 1.5) | {"t": at} for at in stamps[-min(count, 500) :]]}

    line = wire(venue([BTC], candles=candles))
    assert run(settings, line, Window(date(2026, 1, 31), DAY)).problem is None
    assert len(line.params("/candles")) == 2
    rows = held(settings, "lighter", "candles", ["timestamp", "base_volume", "quote_volume"])
    assert [row["timestamp"] for row in rows] == list(range(first, END, HOUR))
    assert {(row["base_volume"], row["quote_volume"]) for row in rows} == {(0.0, 0.0)}  # left out means zero


def test_nothing_is_asked_from_before_the_listing(settings: Any, wire: Any) -> None:
    line = wire(venue([BTC | {"created_at": str(END)}, ETH | {"created_at": str(END - 1)}]))
    run(settings, line, Window(DAY, DAY))
    assert [params["market_id"] for params in line.params("/candles")] == ["0"]
    assert [params["value"] for params in line.params("/exchangeMetrics")] == ["ETH"]


@pytest.mark.parametrize(("first", "kept"), [(-40, []), (-3, [0]), (-1, [0, 1])])
def test_of_the_period_that_a_metric_tells_what_was_asked_for_is_kept(
    first: int, kept: list[int], settings: Any, wire: Any, held: Any
) -> None:
    points = [{"timestamp": START // 1000 + (first + n) * 86_400, "data": n} for n in range(4)]
    line = wire(venue([BTC], exchangeMetrics=lambda params: {"metrics": points}))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    days = [(row["timestamp"] - START // 1000) // 86_400 for row in held(settings, "lighter", "exchange_metrics")]
    assert days == kept


def test_a_market_that_was_not_there_yet_is_no_fault_of_its_metrics(settings: Any, wire: Any, held: Any) -> None:
    line = wire(venue([BTC], exchangeMetrics=lambda params: {"metrics": [{"timestamp": START // 1000, "data": 1}]}))
    assert run(settings, line, Window(date(2026, 1, 1), date(2026, 1, 1))).problem is None
    assert held(settings, "lighter", "exchange_metrics") == []


def test_series_are_held_in_their_own_units(settings: Any, wire: Any, held: Any) -> None:
    paths = {
        "fundings": lambda params: {
            "resolution": "1h", "fundings": [{"timestamp": START // 1000, "value": "0.9", "rate": "0.0012", "direction": "short"}],
        },
        "exchangeMetrics": lambda params: {"metrics": [{"timestamp": START // 1000, "data": 93566.25}]},
    }  # fmt: skip
    run(settings, wire(venue([BTC], **paths)), Window(DAY, DAY))
    columns = ["market_id", "resolution", "timestamp", "value", "rate", "direction"]
    (funding,) = held(settings, "lighter", "fundings", columns)
    assert list(funding.values()) == [1, "1h", START // 1000, 0.9, 0.0012, "short"]
    (metric,) = held(settings, "lighter", "exchange_metrics", ["kind", "symbol", "timestamp", "data"])
    assert list(metric.values()) == ["liquidation_volume", "BTC", START // 1000, 93566.25]


def test_the_largest_markets_are_chosen_by_their_usd_volume(make_settings: Any, wire: Any) -> None:
    line = wire(venue([ETH, BTC, GOING]))
    run(make_settings(markets="top:1"), line, Window(DAY, DAY))
    assert [params["market_id"] for params in line.params("/fundings")] == ["1"]


@pytest.mark.recorded
def test_a_recording_of_candles_needs_its_market(recorded: Any, typed: Any) -> None:
    nameless, _ = recorded("sources/lighter/candles__ETH-1m.json", "lighter", "candles")
    with pytest.raises(Unroutable, match="the request has no 'market_id'"):
        typed(nameless)
