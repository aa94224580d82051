"""Coinbase International: a closed venue without an address; from a mirror its pages, by bounds and by offset; errors of two APIs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from fetched import fetching

from ingestion.errors import BadAnswer, NotAvailable, NotFound, Rejected, Unroutable
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

COINBASE = all_sources()["coinbase"]
NOW = datetime(2026, 11, 10, 6, tzinfo=UTC)
MOVED = datetime(2026, 9, 9, tzinfo=UTC)
DAY = date(2026, 9, 8)
Answer = Callable[[dict[str, str]], Any]
run = fetching("coinbase", NOW)


def perpetual(symbol: str, **more: Any) -> dict[str, Any]:
    row = {"symbol": symbol, "instrument_id": "7", "type": "PERP", "base_asset_name": "B", "quote_asset_name": "USDC", "notional_24hr": "1"}
    return row | {"funding_interval": "3600000000000", "quote": {}} | more


def venue(listed: list[Any], **series: Answer) -> Callable[[httpx.Request], Any]:
    """`series` answers by the last part of the path, everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1]
        empty: Any = {"instruments": listed, "candles": {"aggregations": []}, "funding": {"results": []}}[name]
        return series[name](dict(request.url.params)) if name in series else empty

    return answer


@pytest.fixture
def mirrored(make_settings: Any) -> Any:
    return make_settings(base_url={"coinbase": "https://mirror.test"})


def test_its_api_is_gone_and_is_not_asked(settings: Any, wire: Any) -> None:
    line = wire(venue([perpetual("BTC-PERP")]))
    result = run(settings, line, Window(DAY, DAY))
    assert (result.status, result.problem, line.asked) == ("closed", None, [])
    assert result.limitations == ["the API is shut since 2026-09-09: set PERPS_BASE_URL__COINBASE to a mirror, or replay kept answers"]


@pytest.mark.parametrize("window", [None, Window(date(2026, 9, 9), date(2026, 9, 9)), Window(date(2026, 11, 9), date(2026, 11, 9))])
def test_from_the_day_its_books_are_deribits_not_even_a_mirror_is_asked(window: Window | None, mirrored: Any, wire: Any) -> None:
    line = wire(venue([perpetual("BTC-PERP")]))
    assert (run(mirrored, line, window).status, line.asked) == ("closed", [])


def test_a_mirror_is_asked_up_to_the_last_day(mirrored: Any, wire: Any) -> None:
    """The window ends with the venue; spot is in the list and is no market; a day and less of funding is one short page."""
    line = wire(venue([perpetual("BTC-PERP"), perpetual("BTC-USDC", type="SPOT")]))
    assert run(mirrored, line, Window(DAY, DAY + timedelta(days=30))).problem is None
    assert [request.url.path for request in line.asked] == [
        "/api/v1/instruments", "/api/v1/instruments/BTC-PERP/candles", "/api/v1/instruments/BTC-PERP/funding",
    ]  # fmt: skip
    bounds = {"start": "2026-09-08T00:00:00.000Z", "end": "2026-09-08T23:59:59.999Z"}
    assert line.params("/candles") == [{"granularity": "ONE_HOUR"} | bounds]
    assert line.params("/funding") == [{"result_offset": "0", "result_limit": "100"}]


def test_candles_are_pages_of_300_hours(mirrored: Any, wire: Any, held: Any) -> None:
    def candles(params: dict[str, str]) -> Any:
        return {"aggregations": [{"start": params["start"], "open": "1", "high": "3", "low": "1", "close": "2.5", "volume": "1e-3"}]}

    line = wire(venue([perpetual("BTC-PERP")], candles=candles))
    run(mirrored, line, Window(date(2026, 1, 1), date(2026, 1, 31)))
    starts = [datetime.fromisoformat(params["start"]) for params in line.params("/candles")]
    assert starts == [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=300 * n) for n in range(3)]
    rows = held(mirrored, "coinbase", "candles", ["instrument", "granularity", "start", "open", "high", "low", "close", "volume"])
    assert [tuple(row.values()) for row in rows] == [("BTC-PERP", "ONE_HOUR", at, 1, 3, 1, 2.5, 0.001) for at in starts]


def test_funding_goes_back_by_offset_from_the_end_to_the_window(mirrored: Any, wire: Any, held: Any) -> None:
    """Newest first, without bounds: 264 hours before the end are three pages; what lies outside of the window is left out."""
    hours = [MOVED - timedelta(hours=n + 1) for n in range(2000)]

    def funding(params: dict[str, str]) -> Any:
        offset, limit = int(params["result_offset"]), int(params["result_limit"])
        rows = [{"instrument_id": "7", "event_time": at.isoformat(), "funding_rate": "0.00001"} for at in hours[offset : offset + limit]]
        return {"results": rows}

    first = (MOVED - timedelta(hours=264)).date()
    line = wire(venue([perpetual("BTC-PERP")], funding=funding))
    assert run(mirrored, line, Window(first, first)).problem is None
    assert [tuple(params.values()) for params in line.params("/funding")] == [("0", "100"), ("100", "100"), ("200", "100")]
    rows = held(mirrored, "coinbase", "funding_rates")
    assert [row["event_time"] for row in rows] == sorted(hours[240:264])
    assert {(row["instrument_id"], row["instrument"], row["mark_price"]) for row in rows} == {("7", "BTC-PERP", None)}


def test_a_market_the_mirror_lacks_stops_no_other(mirrored: Any, wire: Any, held: Any) -> None:
    serve = venue([perpetual("OLD-PERP"), perpetual("BTC-PERP", quote={"timestamp": "2026-09-08T12:00:00Z", "mark_price": "2"})])

    def answer(request: httpx.Request) -> Any:
        is_gone = "OLD" in request.url.path
        return httpx.Response(404, json={"title": "INSTRUMENT_NOT_FOUND", "status": 404}) if is_gone else serve(request)

    line = wire(answer)
    assert run(mirrored, line, Window(DAY, DAY)).status == "closed"
    assert len(line.params("/BTC-PERP/candles")) == 1
    assert [(row["symbol"], row["funding_interval"]) for row in held(mirrored, "coinbase", "instruments")] == [
        ("BTC-PERP", 3600000000000), ("OLD-PERP", 3600000000000),
    ]  # fmt: skip
    assert [(row["symbol"], row["mark_price"]) for row in held(mirrored, "coinbase", "tickers")] == [("BTC-PERP", 2)]


@pytest.mark.parametrize(
    "spoiled",
    [None, 7, {"type": "PERP"}, perpetual("A-PERP") | {"symbol": 7}, perpetual("A-PERP", funding_interval="hourly"),
     perpetual("A-PERP", base_asset_name=None)],
    ids=str,
)  # fmt: skip
def test_a_spoiled_instrument_costs_itself(spoiled: Any, mirrored: Any, wire: Any, held: Any) -> None:
    quotes = [{"timestamp": "2026-09-08T12:00:00Z", "mark_price": "2"}, {"timestamp": "soon"}, {}, None, "none"]
    line = wire(
        venue([spoiled, *(perpetual(f"Q{n}-PERP", quote=quote, notional_24hr="much" if n else "1") for n, quote in enumerate(quotes))])
    )
    result = run(mirrored, line, Window(DAY, DAY))
    assert [row["symbol"] for row in held(mirrored, "coinbase", "instruments")] == [f"Q{n}-PERP" for n in range(5)]
    assert [row["symbol"] for row in held(mirrored, "coinbase", "tickers")] == ["Q0-PERP"]
    assert [result.outcomes[name].rows_quarantined for name in ("instruments", "tickers")] == [1, 1]
    assert len(line.params("/Q0-PERP/candles")) == 1


@pytest.mark.parametrize(
    ("body", "status", "error", "text"),
    [
        ({"title": "INSTRUMENT_NOT_FOUND", "status": 404}, 404, NotFound, "HTTP 404: INSTRUMENT_NOT_FOUND"),
        ({"title": "INVALID_GRANULARITY", "status": 400}, 400, Rejected, "HTTP 400: INVALID_GRANULARITY"),
        ({"errors": [{"id": "not_found", "message": "Not found"}]}, 200, NotFound, "HTTP 200: not_found: Not found"),
        ({"error": "rate_limit_exceeded", "message": "slow"}, 200, BadAnswer, "HTTP 200: rate_limit_exceeded: slow"),
        ({"error_response": {"error": "UNKNOWN_FAILURE_REASON", "message": ""}}, 200, Rejected, "HTTP 200: UNKNOWN_FAILURE_REASON"),
    ],
)
def test_errors_of_both_apis_are_told(body: Any, status: int, error: type[Exception], text: str, payload: Any) -> None:
    with pytest.raises(error, match=rf"coinbase candles \[A-PERP\]: {text}"):
        COINBASE.check(payload("coinbase", "candles", body, status=status, match={"instrument": "A-PERP"}))


def test_answers_are_no_errors(payload: Any) -> None:
    for body in ([], {"aggregations": []}, {"results": [], "pagination": {}}, {"products": [], "num_products": 0}):
        COINBASE.check(payload("coinbase", "candles", body))
    with pytest.raises(NotAvailable, match="HTTP 403"):
        COINBASE.check(payload("coinbase", "products", b"<html>blocked</html>", status=403))


def test_a_recording_that_names_no_product_belongs_to_no_market(payload: Any) -> None:
    with pytest.raises(Unroutable, match="no 'product_id'"):
        COINBASE.endpoint("product_candles").parse(
            payload("coinbase", "product_candles", {"candles": [{"start": "1"}]}, match={"product_id": "{product_id}"})
        )
