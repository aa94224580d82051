"""dYdX: pages of candles and of funding, settled markets, the two budgets, error bodies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from ingestion.errors import NotAvailable, NotFound, Rejected
from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

DYDX = all_sources()["dydx"]
DAY = date(2026, 3, 9)
START = datetime(2026, 3, 8, tzinfo=UTC)  # with the look-back of a day
MARKETS = {
    "BTC-USD": {"ticker": "BTC-USD", "status": "ACTIVE", "oraclePrice": "3", "openInterest": "2", "volume24H": "5"},
    "GOING-USD": {"ticker": "GOING-USD", "status": "FINAL_SETTLEMENT", "oraclePrice": "3", "openInterest": "0", "volume24H": "1"},
    "OLD-USD": {"ticker": "OLD-USD", "status": "FINAL_SETTLEMENT", "oraclePrice": None, "openInterest": "0", "volume24H": "0"},
}


def iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def rate(at: datetime, ticker: str = "BTC-USD") -> dict[str, Any]:
    return {"ticker": ticker, "rate": "0.1", "price": "3", "effectiveAtHeight": "7", "effectiveAt": iso(at)}


def indexer(**routes: Callable[[httpx.Request], Any]) -> Callable[[httpx.Request], Any]:
    def answer(request: httpx.Request) -> Any:
        kind = request.url.path.split("/")[2]
        if kind in routes:
            return routes[kind](request)
        return {"perpetualMarkets": {"markets": MARKETS}, "candles": {"candles": []}}.get(kind, {"historicalFunding": []})

    return answer


def run(settings: Any, line: Any, window: Window | None = None) -> SourceResult:
    (result,) = ingest(settings, [DYDX], window, transports={"dydx": line.transport})
    return result


def test_a_snapshot_is_one_request(settings: Any, wire: Any, held: Any) -> None:
    line = wire(indexer())
    assert run(settings, line).problem is None
    assert [request.url.path for request in line.asked] == ["/v4/perpetualMarkets"]
    states = held(settings, "dydx", "market_states", ["ticker", "status", "oracle_price", "open_interest"])
    assert [tuple(row.values()) for row in states] == [
        ("BTC-USD", "ACTIVE", 3.0, 2.0), ("GOING-USD", "FINAL_SETTLEMENT", 3.0, 0.0), ("OLD-USD", "FINAL_SETTLEMENT", None, 0.0),
    ]  # fmt: skip
    assert [row["ticker"] for row in held(settings, "dydx", "instruments")] == ["BTC-USD", "GOING-USD", "OLD-USD"]


@pytest.mark.parametrize(("days", "names"), [(1, ["BTC", "GOING"]), (7, ["BTC", "GOING"]), (8, ["BTC", "GOING", "OLD"])])
def test_a_settled_market_is_asked_for_on_its_last_day_and_in_backfills(days: int, names: list[str], settings: Any, wire: Any) -> None:
    line = wire(indexer())
    run(settings, line, Window(DAY - timedelta(days=days - 1), DAY))
    for part in ("/candles/", "/historicalFunding/"):
        asked = [request.url.path for request in line.asked if part in request.url.path]
        assert sorted(path.rsplit("/", 1)[1] for path in asked) == [f"{name}-USD" for name in names]


def test_candles_are_asked_in_pages_of_exactly_as_many_hours_as_an_answer_holds(settings: Any, wire: Any, held: Any) -> None:
    def candles(request: httpx.Request) -> Any:
        """Newest first, from inclusive, to exclusive."""
        asked = request.url.params
        first, end = datetime.fromisoformat(asked["fromISO"]), datetime.fromisoformat(asked["toISO"])
        hours = [first + timedelta(hours=n) for n in range(int((end - first) / timedelta(hours=1)))]
        prices = dict.fromkeys(("open", "high", "low", "close", "baseTokenVolume", "usdVolume", "startingOpenInterest"), "1")
        rows = [{"ticker": "BTC-USD", "resolution": "1HOUR", "startedAt": iso(at), "trades": 1} | prices for at in reversed(hours)]
        return {"candles": rows[: int(asked["limit"])]}

    line = wire(indexer(candles=candles, perpetualMarkets=lambda request: {"markets": {"BTC-USD": MARKETS["BTC-USD"]}}))
    assert run(settings, line, Window(DAY - timedelta(days=49), DAY)).problem is None
    first = datetime(2026, 1, 18, tzinfo=UTC)  # 50 days and the look-back
    middle, last = first + timedelta(hours=1000), datetime(2026, 3, 10, tzinfo=UTC)
    asked = [(one["fromISO"], one["toISO"], one["resolution"], one["limit"]) for one in line.params("/candles/perpetualMarkets/BTC-USD")]
    assert asked == [(iso(first), iso(middle), "1HOUR", "1000"), (iso(middle), iso(last), "1HOUR", "1000")]
    assert len(held(settings, "dydx", "candles")) == 51 * 24


def test_nothing_is_asked_before_the_chain_began(settings: Any, wire: Any) -> None:
    line = wire(indexer())
    run(settings, line, Window(date(2023, 1, 1), date(2023, 10, 26)))
    starts = [one["fromISO"] for one in line.params("/candles/perpetualMarkets/BTC-USD")]
    assert len(starts) == 1
    assert [one["limit"] for one in line.params("/historicalFunding/BTC-USD")] == ["24"]


def test_funding_goes_back_from_the_end_until_the_start_is_reached(settings: Any, wire: Any, held: Any) -> None:
    late = timedelta(milliseconds=219)
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n) + late for n in range(24 * 90)]

    def rates(request: httpx.Request) -> Any:
        asked = request.url.params
        before = [at for at in hours if at <= datetime.fromisoformat(asked["effectiveBeforeOrAt"])]
        return {"historicalFunding": [rate(at) for at in reversed(before[-int(asked["limit"]) :])]}

    line = wire(indexer(historicalFunding=rates, perpetualMarkets=lambda request: {"markets": {"BTC-USD": MARKETS["BTC-USD"]}}))
    assert run(settings, line, Window(DAY - timedelta(days=49), DAY)).problem is None
    asked = [(one["effectiveBeforeOrAt"], one["limit"]) for one in line.params("/historicalFunding/BTC-USD")]
    newest_left = datetime(2026, 3, 10, tzinfo=UTC) - timedelta(hours=1000) + late
    assert asked == [("2026-03-09T23:59:59.999Z", "1000"), (iso(newest_left - timedelta(milliseconds=1)), "225")]
    stamps = [row["effective_at"] for row in held(settings, "dydx", "funding_rates")]
    assert stamps == [at for at in hours if datetime(2026, 1, 18, tzinfo=UTC) <= at < datetime(2026, 3, 10, tzinfo=UTC)]
    assert len(stamps) == 51 * 24  # the row before the start, which came as well, is of another answer


def test_what_a_settled_market_says_of_long_ago_is_no_fault_and_not_of_this_window(settings: Any, wire: Any, held: Any) -> None:
    line = wire(indexer(historicalFunding=lambda request: {"historicalFunding": [rate(START - timedelta(days=90))]}))
    assert run(settings, line, Window(DAY - timedelta(days=7), DAY)).problem is None
    assert held(settings, "dydx", "funding_rates") == []


def test_a_short_page_of_funding_is_the_last(settings: Any, wire: Any) -> None:
    line = wire(indexer(historicalFunding=lambda request: {"historicalFunding": [rate(START, request.url.path.rsplit("/", 1)[1])]}))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert line.params("/historicalFunding/BTC-USD") == [{"effectiveBeforeOrAt": "2026-03-09T23:59:59.999Z", "limit": "48"}]


def test_retry_after_is_in_milliseconds_and_candles_have_a_budget_of_their_own() -> None:
    assert {name: (limit.amount, limit.seconds, limit.retry_after_ms) for name, limit in DYDX.limits.items()} == {
        "api": (100, 10, True), "candles": (1000, 10, True),
    }  # fmt: skip
    assert {one.name: one.host for one in DYDX.endpoints} == {"perpetual_markets": "api", "historical_funding": "api", "candles": "candles"}


def test_a_throttled_request_waits_its_milliseconds_and_goes_on(settings: Any, wire: Any, held: Any) -> None:
    """300 ms; read as seconds it would be longer than any pause and end the run."""
    answers = iter([httpx.Response(429, json={"errors": [{"msg": "Too many requests"}]}, headers={"Retry-After": "300"})])
    line = wire(indexer(perpetualMarkets=lambda request: next(answers, {"markets": MARKETS})))
    assert run(settings, line).problem is None
    assert len(line.asked) == 2
    assert len(held(settings, "dydx", "instruments")) == 3


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [(400, "ticker must be a valid ticker (BTC-USD, etc)", NotFound), (404, "MATIC-USD not found in markets of type perpetual", NotFound),
     (400, "limit must be a positive integer that is not greater than max: 1000", Rejected), (200, "odd", Rejected),
     (403, "Because you appear to be a resident of a jurisdiction", NotAvailable)],
)  # fmt: skip
def test_errors_are_told_in_the_venues_words(status: int, message: str, kind: type[Exception], payload: Any) -> None:
    body = {"errors": [{"msg": message, "param": "x", "location": "query"}]}
    one = payload("dydx", "candles", body, status=status, match={"ticker": "X-USD"})
    with pytest.raises(kind) as error:
        DYDX.check(one)
    assert f"dydx candles [X-USD]: HTTP {status}: {message}" in str(error.value)


def test_a_page_of_html_is_a_rejection(payload: Any) -> None:
    with pytest.raises(Rejected, match="HTTP 418: <html>"):
        DYDX.check(payload("dydx", "candles", b"<html>", status=418))


def test_a_refused_market_is_named_and_stops_no_other(settings: Any, wire: Any, held: Any) -> None:
    def rates(request: httpx.Request) -> Any:
        ticker = request.url.path.rsplit("/", 1)[1]
        return httpx.Response(400, json={"errors": [{"msg": "odd"}]}) if ticker == "GOING-USD" else {"historicalFunding": [rate(START)]}

    result = run(settings, wire(indexer(historicalFunding=rates)), Window(DAY, DAY))
    assert "GOING-USD" in (result.problem or "")
    assert [row["ticker"] for row in held(settings, "dydx", "funding_rates")] == ["BTC-USD"]
