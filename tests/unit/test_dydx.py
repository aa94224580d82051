"""dYdX: settled markets in the list, a chain that had a beginning, pauses in milliseconds, times with their zone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from fetched import DAY, fetching

from ingestion.run.replay import route
from ingestion.run.session import Session
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

DYDX = all_sources()["dydx"]
START = datetime(2026, 3, 8, tzinfo=UTC)  # with the look-back of a day
STATES = {"BTC-USD": ("ACTIVE", "3"), "GOING-USD": ("FINAL_SETTLEMENT", "3"), "OLD-USD": ("FINAL_SETTLEMENT", None)}
MARKETS = {
    name: {"ticker": name, "status": status, "oraclePrice": price, "openInterest": "0", "volume24H": "1" if price else "0"}
    for name, (status, price) in STATES.items()
}
run = fetching("dydx")


def iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def rate(at: str, ticker: str = "BTC-USD") -> dict[str, Any]:
    return {"ticker": ticker, "rate": "0.1", "price": "3", "effectiveAtHeight": "7", "effectiveAt": at}


def indexer(**routes: Callable[[httpx.Request], Any]) -> Callable[[httpx.Request], Any]:
    def answer(request: httpx.Request) -> Any:
        kind = request.url.path.split("/")[2]
        if kind in routes:
            return routes[kind](request)
        return {"perpetualMarkets": {"markets": MARKETS}, "candles": {"candles": []}}.get(kind, {"historicalFunding": []})

    return answer


@pytest.mark.parametrize(("days", "names"), [(1, ["BTC", "GOING"]), (7, ["BTC", "GOING"]), (8, ["BTC", "GOING", "OLD"])])
def test_a_settled_market_is_asked_for_on_its_last_day_and_in_backfills(days: int, names: list[str], settings: Any, wire: Any) -> None:
    line = wire(indexer())
    run(settings, line, Window(DAY - timedelta(days=days - 1), DAY))
    for part in ("/candles/", "/historicalFunding/"):
        asked = [request.url.path for request in line.asked if part in request.url.path]
        assert sorted(path.rsplit("/", 1)[1] for path in asked) == [f"{name}-USD" for name in names]


def test_nothing_is_asked_before_the_chain_began(settings: Any, wire: Any) -> None:
    line = wire(indexer())
    run(settings, line, Window(date(2023, 1, 1), date(2023, 10, 26)))
    assert len(line.params("/candles/perpetualMarkets/BTC-USD")) == 1
    assert [one["limit"] for one in line.params("/historicalFunding/BTC-USD")] == ["24"]


def test_funding_goes_back_from_the_end_until_the_start_is_reached(settings: Any, wire: Any, held: Any) -> None:
    """Rows before the start, which come as well, are of another answer."""
    late = timedelta(milliseconds=219)
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n) + late for n in range(24 * 90)]

    def rates(request: httpx.Request) -> Any:
        before = [at for at in hours if at <= datetime.fromisoformat(request.url.params["effectiveBeforeOrAt"])]
        return {"historicalFunding": [rate(iso(at)) for at in reversed(before[-int(request.url.params["limit"]) :])]}

    line = wire(indexer(historicalFunding=rates, perpetualMarkets=lambda request: {"markets": {"BTC-USD": MARKETS["BTC-USD"]}}))
    assert run(settings, line, Window(DAY - timedelta(days=49), DAY)).problem is None
    asked = [(one["effectiveBeforeOrAt"], one["limit"]) for one in line.params("/historicalFunding/BTC-USD")]
    newest_left = datetime(2026, 3, 10, tzinfo=UTC) - timedelta(hours=1000) + late
    assert asked == [("2026-03-09T23:59:59.999Z", "1000"), (iso(newest_left - timedelta(milliseconds=1)), "225")]
    stamps = [row["effective_at"] for row in held(settings, "dydx", "funding_rates")]
    assert stamps == [at for at in hours if datetime(2026, 1, 18, tzinfo=UTC) <= at < datetime(2026, 3, 10, tzinfo=UTC)]


def test_what_a_settled_market_says_of_long_ago_is_no_fault_and_not_of_this_window(settings: Any, wire: Any, held: Any) -> None:
    line = wire(indexer(historicalFunding=lambda request: {"historicalFunding": [rate(iso(START - timedelta(days=90)))]}))
    assert run(settings, line, Window(DAY - timedelta(days=7), DAY)).problem is None
    assert held(settings, "dydx", "funding_rates") == []


def test_a_throttled_request_waits_its_milliseconds_and_goes_on(settings: Any, wire: Any) -> None:
    """300 ms; read as seconds it would be longer than any pause and end the run. Candles have a budget of their own."""
    answers = iter([httpx.Response(429, json={"errors": [{"msg": "Too many requests"}]}, headers={"Retry-After": "300"})])
    line = wire(indexer(perpetualMarkets=lambda request: next(answers, {"markets": MARKETS})))
    assert run(settings, line).problem is None
    assert len(line.asked) == 2
    budgets = {name: (limit.amount, limit.seconds, limit.retry_after_ms) for name, limit in DYDX.limits.items()}
    assert budgets == {"api": (100, 10, True), "candles": (1000, 10, True)}
    assert {one.name: one.host for one in DYDX.endpoints} == {"perpetual_markets": "api", "historical_funding": "api", "candles": "candles"}


@pytest.mark.parametrize(
    ("url", "reason"),
    [("https://api.dydx.exchange/v3/historical-funding/BTC-USD", "no source claims https://api.dydx.exchange"),
     ("https://indexer.v4testnet.dydx.exchange/v4/candles/perpetualMarkets/BTC-USD", "no source claims"),
     ("https://indexer.dydx.trade/v4/orderbooks/perpetualMarket/BTC-USD", "dydx does not use GET /v4/orderbooks")],
)  # fmt: skip
def test_what_is_not_ours_has_a_reason(url: str, reason: str) -> None:
    assert str(route(all_sources(), "GET", url, {}, None)).startswith(reason)


def test_a_time_without_a_zone_is_not_guessed(payload: Any, settings: Any) -> None:
    rows = [rate("2025-12-08T16:00:00.219"), rate("2025-12-08T17:00:00.219Z")]
    session = Session(DYDX, settings, "run", client=None)
    session.take(payload("dydx", "historical_funding", {"historicalFunding": rows}))
    asyncio.run(session.commit())
    outcome = session.outcomes["funding_rates"]
    assert (outcome.rows_added, outcome.rows_quarantined) == (1, 1)
    assert "effective_at = '2025-12-08T16:00:00.219' is not Datetime" in outcome.quarantined_because
