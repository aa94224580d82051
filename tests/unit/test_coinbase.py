"""Coinbase International: an API that is shut, a mirror of it up to its last day, names that are numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from fetched import fetching

from ingestion.errors import Unroutable
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources
from simulator.dialects import venues

DAY = date(2026, 9, 8)  # the last before its books became Deribit's
run = fetching("coinbase", datetime(2026, 11, 10, 6, tzinfo=UTC))


def perpetual(symbol: str, **more: Any) -> dict[str, Any]:
    row = {"symbol": symbol, "instrument_id": "7", "type": "PERP", "base_asset_name": "B", "quote_asset_name": "USDC", "notional_24hr": "1"}
    return row | {"funding_interval": "3600000000000", "quote": {}} | more


def venue(*listed: Any) -> Callable[[httpx.Request], Any]:
    """These instruments; of OLD-PERP nothing is known, everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        if "OLD" in request.url.path:
            return httpx.Response(404, json={"title": "INSTRUMENT_NOT_FOUND", "status": 404})
        name = request.url.path.rsplit("/", 1)[1]
        return {"instruments": list(listed), "candles": {"aggregations": []}, "funding": {"results": []}}[name]

    return answer


@pytest.fixture
def mirrored(make_settings: Any) -> Any:
    return make_settings(base_url={"coinbase": "https://mirror.test"})


def test_its_api_is_gone_and_is_not_asked(settings: Any, wire: Any) -> None:
    line = wire(venue(perpetual("BTC-PERP")))
    result = run(settings, line, Window(DAY, DAY))
    assert (result.status, result.problem, line.asked) == ("closed", None, [])
    assert result.limitations == ["the API is shut since 2026-09-09: set PERPS_BASE_URL__COINBASE to a mirror, or replay kept answers"]
    assert "coinbase" not in {one.name for one in venues()}


@pytest.mark.parametrize("window", [None, Window(date(2026, 9, 9), date(2026, 9, 9)), Window(date(2026, 11, 9), date(2026, 11, 9))])
def test_from_the_day_its_books_are_deribits_not_even_a_mirror_is_asked(window: Window | None, mirrored: Any, wire: Any) -> None:
    line = wire(venue(perpetual("BTC-PERP")))
    assert (run(mirrored, line, window).status, line.asked) == ("closed", [])


def test_a_mirror_is_asked_up_to_the_last_day(mirrored: Any, wire: Any, held: Any) -> None:
    """The window ends with the venue; spot is in the list and is no market; a market that the mirror lacks stops no other."""
    quote = {"timestamp": "2026-09-08T12:00:00Z", "mark_price": "2"}
    line = wire(venue(perpetual("OLD-PERP"), perpetual("BTC-PERP", quote=quote), perpetual("BTC-USDC", type="SPOT")))
    result = run(mirrored, line, Window(DAY, DAY + timedelta(days=30)))
    assert (result.status, result.problem) == ("closed", None)
    assert [params["end"] for params in line.params("/BTC-PERP/candles")] == ["2026-09-08T23:59:59.999Z"]
    assert not any("BTC-USDC" in request.url.path for request in line.asked)
    assert [(row["symbol"], row["mark_price"]) for row in held(mirrored, "coinbase", "tickers")] == [("BTC-PERP", 2)]


@pytest.mark.parametrize(
    "spoiled",
    [None, 7, {"type": "PERP"}, perpetual("A-PERP") | {"symbol": 7}, perpetual("A-PERP", funding_interval="hourly"),
     perpetual("A-PERP", base_asset_name=None)],
    ids=str,
)  # fmt: skip
def test_a_spoiled_instrument_costs_itself(spoiled: Any, mirrored: Any, wire: Any, held: Any) -> None:
    quotes = [{"timestamp": "2026-09-08T12:00:00Z", "mark_price": "2"}, {"timestamp": "soon"}, {}, None, "none"]
    sound = [perpetual(f"Q{n}-PERP", quote=quote, notional_24hr="much" if n else "1") for n, quote in enumerate(quotes)]
    result = run(mirrored, wire(venue(spoiled, *sound)), Window(DAY, DAY))
    assert [row["symbol"] for row in held(mirrored, "coinbase", "instruments")] == [f"Q{n}-PERP" for n in range(5)]
    assert [row["symbol"] for row in held(mirrored, "coinbase", "tickers")] == ["Q0-PERP"]
    assert [result.outcomes[name].rows_quarantined for name in ("instruments", "tickers")] == [1, 1]


def test_a_recording_that_names_no_product_belongs_to_no_market(payload: Any) -> None:
    one = payload("coinbase", "product_candles", {"candles": [{"start": "1"}]}, match={"product_id": "{product_id}"})
    with pytest.raises(Unroutable, match="no 'product_id'"):
        all_sources()["coinbase"].endpoint("product_candles").parse(one)
