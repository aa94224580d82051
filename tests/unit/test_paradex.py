"""Paradex: what a run asks for, samples of the funding series at the ends of periods, evenings of a backfill, errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from fetched import DAY, NOW, fetching

from ingestion.errors import BadAnswer, NotAvailable, NotFound, Rejected
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

PARADEX = all_sources()["paradex"]
HOUR = 3_600_000
MIDNIGHT = int(datetime(2026, 3, 9, tzinfo=UTC).timestamp() * 1000)
BTC = "BTC-USD-PERP"
run = fetching("paradex")


def market(symbol: str, **more: Any) -> dict[str, Any]:
    return {"symbol": symbol, "asset_kind": "PERP", "base_currency": symbol.split("-")[0], "funding_period_hours": 8, "open_at": 0} | more


def state(symbol: str, **more: Any) -> dict[str, Any]:
    return {"symbol": symbol, "created_at": MIDNIGHT, "mark_price": "3", "open_interest": "2", "volume_24h": "5"} | more


def venue(markets: list[dict[str, Any]], **paths: Callable[[dict[str, str]], Any]) -> Callable[[httpx.Request], Any]:
    """These markets, and answers by the last part of the path; everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name, params = request.url.path.rsplit("/", 1)[1], dict(request.url.params)
        if name in paths:
            found = paths[name](params)
            return found if isinstance(found, httpx.Response) else {"results": found}
        states = [state(row["symbol"]) for row in markets] if params.get("market") == "ALL" else []
        return {"results": {"markets": markets, "summary": states}.get(name)}

    return answer


def test_a_snapshot_is_two_requests_and_knows_perpetuals_only(settings: Any, wire: Any, held: Any) -> None:
    option = {"symbol": "BTC-USD-90000-C", "asset_kind": "PERP_OPTION", "base_currency": "BTC"}
    empty = {"symbol": "BTC-USD-90000-C", "created_at": MIDNIGHT, "mark_price": "", "open_interest": "0", "funding_rate": ""}
    line = wire(venue([market(BTC, tags=["LAYER-1", "TOP"]), option], summary=lambda params: [state(BTC, funding_rate="0.5"), empty]))
    assert run(settings, line).problem is None
    assert [(request.url.path, dict(request.url.params)) for request in line.asked] == [
        ("/v1/markets", {}), ("/v1/markets/summary", {"market": "ALL"}),
    ]  # fmt: skip
    columns = ["symbol", "asset_kind", "base_currency", "open_at", "funding_period_hours", "tags"]
    assert [tuple(row.values()) for row in held(settings, "paradex", "instruments", columns)] == [(BTC, "PERP", "BTC", 0, 8, "LAYER-1,TOP")]
    columns = ["symbol", "created_at", "mark_price", "underlying_price", "open_interest", "volume_24h", "funding_rate"]
    assert [tuple(row.values()) for row in held(settings, "paradex", "market_summaries", columns)] == [(BTC, MIDNIGHT, 3, None, 2, 5, 0.5)]


def test_one_day_is_a_page_of_candles_and_a_sample_at_every_end_of_a_period(settings: Any, wire: Any) -> None:
    line = wire(venue([market(BTC), market("ALT-USD-PERP", funding_period_hours=12)]))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    bounds = {"start_at": str(MIDNIGHT - 24 * HOUR), "end_at": str(MIDNIGHT + 24 * HOUR - 1)}
    fixed = {"resolution": "60", "price_kind": "last"}
    assert line.params("/klines") == [{"symbol": name} | fixed | bounds for name in (BTC, "ALT-USD-PERP")]
    asked = [(params["market"], (int(params["end_at"]) - MIDNIGHT) // HOUR) for params in line.params("/data")]
    assert asked == [(BTC, hour) for hour in (-8, 0, 8, 16)] + [("ALT-USD-PERP", hour) for hour in (-12, 0, 12)]
    assert {(int(params["end_at"]) - int(params["start_at"]), params["page_size"]) for params in line.params("/data")} == {(300_000, "1")}
    assert line.params("/summary") == [{"market": "ALL"}]


def test_a_backfill_asks_for_the_last_minute_of_every_day_and_for_nothing_to_come(settings: Any, wire: Any) -> None:
    line = wire(venue([market(BTC, open_at=MIDNIGHT - 5 * 24 * HOUR)]))
    last = NOW.date()
    assert run(settings, line, Window(last - timedelta(days=7), last)).problem is None
    evenings = line.params("/summary")[1:]
    assert [(int(params["end"]) + 1 - MIDNIGHT) // HOUR for params in evenings] == [-96, -72, -48, -24, 0, 24]
    assert {int(params["end"]) + 1 - int(params["start"]) for params in evenings} == {60_000}
    samples = [(int(params["end_at"]) - MIDNIGHT) // HOUR for params in line.params("/data")]
    assert samples == list(range(-5 * 24 + 8, 25, 8))  # after the listing, and not after now


def test_samples_and_candles_are_held_as_they_came(settings: Any, wire: Any, held: Any) -> None:
    row = {
        "market": BTC, "created_at": MIDNIGHT - 700, "funding_index": "-12.5", "funding_premium": "4", "funding_rate": "0.00005",
        "funding_rate_8h": "0.00005", "funding_period_hours": 8,
    }  # fmt: skip
    paths = {
        "data": lambda params: [row] if params["end_at"] == str(MIDNIGHT) else [],
        "klines": lambda params: [[MIDNIGHT, 3961.28, 3962, 3960, 3961.5, 0.25]],
    }
    run(settings, wire(venue([market(BTC)], **paths)), Window(DAY, DAY))
    (sample,) = held(settings, "paradex", "funding_data")
    assert list(sample.values())[:7] == [BTC, MIDNIGHT - 700, -12.5, 4, 0.00005, 0.00005, 8]
    (candle,) = held(settings, "paradex", "klines")
    assert list(candle.values())[:9] == [BTC, "60", "last", MIDNIGHT, 3961.28, 3962, 3960, 3961.5, 0.25]


def test_a_sample_of_the_last_second_of_a_month_belongs_to_the_next(settings: Any, wire: Any) -> None:
    first = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)
    row = {"market": BTC, "created_at": first - 700, "funding_index": "1", "funding_rate": "0"}
    line = wire(venue([market(BTC)], data=lambda params: [row] if params["end_at"] == str(first) else []))
    run(settings, line, Window(date(2026, 3, 1), date(2026, 3, 1)))
    assert [path.parent.name for path in sorted((settings.raw_dir / "paradex/funding_data").glob("month=2*/part.parquet"))] == [
        "month=2026-03"
    ]


def test_the_largest_markets_are_chosen_by_usd_volume(make_settings: Any, wire: Any) -> None:
    states = [state("A-USD-PERP", volume_24h="9"), state("B-USD-PERP", volume_24h="10")]
    line = wire(venue([market("A-USD-PERP"), market("B-USD-PERP")], summary=lambda params: states))
    run(make_settings(markets="top:1"), line, Window(DAY, DAY))
    assert [params["symbol"] for params in line.params("/klines")] == ["B-USD-PERP"]


@pytest.mark.parametrize(
    ("status", "body", "kind", "text"),
    [
        (400, {"error": "INVALID_SYMBOL", "message": "no"}, NotFound, "HTTP 400: error INVALID_SYMBOL: no"),
        (400, {"error": "VALIDATION_ERROR", "message": "start"}, Rejected, "HTTP 400: error VALIDATION_ERROR: start"),
        (200, {"error": "INTERNAL_ERROR", "message": "later"}, BadAnswer, "HTTP 200: error INTERNAL_ERROR"),
        (400, {"error": "GEO_IP_BLOCKED", "message": "not there"}, NotAvailable, "HTTP 400: error GEO_IP_BLOCKED"),
        (200, {"message": "?"}, Rejected, "HTTP 200: error none"),
        (200, [], Rejected, "an answer without results"),
        (403, b"<html>", NotAvailable, "HTTP 403"),
    ],
)
@pytest.mark.parametrize("endpoint", ["markets", "summary", "klines", "funding_data"])
def test_errors_are_words(endpoint: str, status: int, body: Any, kind: type[Exception], text: str, payload: Any) -> None:
    with pytest.raises(kind, match=rf"paradex {endpoint} \[{BTC}\]: {text}"):
        PARADEX.check(payload("paradex", endpoint, body, status=status, params={"market": BTC}))
    PARADEX.check(payload("paradex", endpoint, {"results": []}))


def test_liquidations_are_among_all_trades() -> None:
    assert set(PARADEX.no_public_api) == {"liquidations"}
