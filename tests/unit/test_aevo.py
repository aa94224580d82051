"""Aevo: two calls for what is now, trades backwards until nothing new comes, funding in pages of fifty, nanoseconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from fetched import DAY, fetching

from ingestion.errors import NotFound, Rejected
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

AEVO = all_sources()["aevo"]
NS = 1_000_000
START = int(datetime(2026, 3, 8, tzinfo=UTC).timestamp() * 1000) * NS  # with the look-back of a day
HOUR = 3_600_000 * NS
END = START + 48 * HOUR
run = fetching("aevo")


def perpetual(name: str, **more: Any) -> dict[str, Any]:
    return {
        "instrument_name": name,
        "instrument_id": "1",
        "instrument_type": "PERPETUAL",
        "underlying_asset": "X",
        "is_active": True,
    } | more


def trade(name: str, at: int) -> dict[str, Any]:
    return {"trade_id": name, "instrument_name": "A-PERP", "side": "buy", "price": "2.5", "amount": "0.1", "created_timestamp": str(at)}


def venue(listed: list[dict[str, Any]], **paths: Callable[[dict[str, str]], Any]) -> Callable[[httpx.Request], Any]:
    """These perpetuals, and answers by the last part of the path; everything else is empty."""
    empty = {"markets": listed, "coingecko_statistics": [], "trade_history": {"count": "0"}, "funding_history": {"funding_history": []}}

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1].replace("-", "_")
        return paths[name](dict(request.url.params)) if name in paths else empty[name]

    return answer


def test_a_snapshot_is_two_requests(settings: Any, wire: Any, held: Any) -> None:
    rows = [{"ticker_id": "A-PERP", "open_interest": "26.2", "target_volume": "5", "index_price": "3", "funding_rate": "0"}]
    listed = [perpetual("A-PERP", mark_price="3.5", index_price="3"), perpetual("B-PERP", is_active=False)]
    line = wire(venue(listed, coingecko_statistics=lambda params: rows))
    assert run(settings, line).status == "ok"
    assert [request.url.path for request in line.asked] == ["/markets", "/coingecko-statistics"]
    assert line.params("/markets") == [{"instrument_type": "PERPETUAL"}]
    (state,) = held(settings, "aevo", "statistics")
    assert (state["open_interest"], state["next_funding_rate_timestamp"]) == (26.2, None)
    assert [row["mark_price"] for row in held(settings, "aevo", "prices")] == [3.5, None]


def test_one_quiet_day_is_two_requests_a_trading_market(settings: Any, wire: Any) -> None:
    line = wire(venue([perpetual("A-PERP"), perpetual("B-PERP", is_active=False), perpetual("C-31DEC26", instrument_type="OPTION")]))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    bounds = {"start_time": str(START), "end_time": str(END - 1)}
    assert line.params("/instrument/A-PERP/trade-history") == [bounds]
    assert line.params("/funding-history") == [{"instrument_name": "A-PERP", "limit": "50"} | bounds]
    assert len(line.asked) == 4


def test_trades_that_share_an_instant_survive_a_cut_between_them(settings: Any, wire: Any, held: Any) -> None:
    """Pages of three, newest first; the second and third cut through trades of the same nanosecond."""
    stamps = [END - 5, END - 7, END - 9, END - 9, END - 9, START, START]
    rows = [trade(f"t{number}", at) for number, at in enumerate(stamps)]

    def trades(params: dict[str, str]) -> Any:
        found = [row for row in rows if int(params["start_time"]) <= int(row["created_timestamp"]) <= int(params["end_time"])]
        return {"count": str(len(found)), "trade_history": found[:3]}

    line = wire(venue([perpetual("A-PERP")], trade_history=trades))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [int(params["end_time"]) for params in line.params("/trade-history")] == [END - 1, END - 9, END - 10, START]
    assert sorted(row["trade_id"] for row in held(settings, "aevo", "trades")) == [f"t{number}" for number in range(7)]


def test_fewer_trades_than_counted_is_a_failure(settings: Any, wire: Any) -> None:
    rows = {"count": "9", "trade_history": [trade("t", START)]}
    result = run(settings, wire(venue([perpetual("A-PERP")], trade_history=lambda params: rows)), Window(DAY, DAY))
    assert result.status == "failed"
    assert "trade_history: 1 of 9 trades came (A-PERP)" in (result.problem or "").replace("(×1: ", "(")


def test_a_page_without_a_time_goes_back_by_a_nanosecond(settings: Any, wire: Any, held: Any) -> None:
    pages = iter([[trade("odd", 0) | {"created_timestamp": None}], [trade("t", START)]])
    answers = lambda params: {"count": "2", "trade_history": next(pages, [])}  # noqa: E731
    line = wire(venue([perpetual("A-PERP")], trade_history=answers))
    result = run(settings, line, Window(DAY, DAY))
    assert [int(params["end_time"]) for params in line.params("/trade-history")] == [END - 1, END - 2, START]
    assert [row["trade_id"] for row in held(settings, "aevo", "trades")] == ["t"]
    assert "1 of 2 rows set aside, the first because created_timestamp is missing" in (result.problem or "")


def test_funding_goes_backwards_in_pages_of_fifty(settings: Any, wire: Any, held: Any) -> None:
    first = date(2026, 3, 6)  # with the look-back 120 hours
    start = END - 120 * HOUR

    def rates(params: dict[str, str]) -> Any:
        due = [at for at in range(END - HOUR, start - HOUR, -HOUR) if int(params["start_time"]) <= at <= int(params["end_time"])]
        return {"funding_history": [["A-PERP", str(at), "0.00001", "2"] for at in due[:50]]}

    line = wire(venue([perpetual("A-PERP")], funding_history=rates))
    assert run(settings, line, Window(first, DAY)).problem is None
    ends = [END - 1, END - 50 * HOUR - 1, END - 100 * HOUR - 1]
    assert [int(params["end_time"]) for params in line.params("/funding-history")] == ends
    assert [row["timestamp"] for row in held(settings, "aevo", "funding_rates")] == list(range(start, END, HOUR))


def test_the_largest_markets_are_chosen_by_volume(make_settings: Any, wire: Any) -> None:
    rows = [{"ticker_id": "A-PERP", "target_volume": "9"}, {"ticker_id": "B-PERP", "target_volume": "10"}]
    line = wire(venue([perpetual("A-PERP"), perpetual("B-PERP")], coingecko_statistics=lambda params: rows))
    run(make_settings(markets="top:1"), line, Window(DAY, DAY))
    assert [params["instrument_name"] for params in line.params("/funding-history")] == ["B-PERP"]


def test_statistics_that_fail_leave_the_rest(settings: Any, wire: Any, held: Any) -> None:
    gone = lambda params: httpx.Response(400, json={"error": "INTERNAL"})  # noqa: E731
    result = run(settings, wire(venue([perpetual("A-PERP")], coingecko_statistics=gone)), Window(DAY, DAY))
    assert "HTTP 400: INTERNAL" in (result.problem or "")
    assert len(held(settings, "aevo", "instruments")) == 1
    assert result.outcomes["trades"].payloads == 1


def test_errors_are_a_text(payload: Any) -> None:
    for status in (200, 400):
        with pytest.raises(Rejected, match=rf"aevo funding_history \[A-PERP\]: HTTP {status}: ERR_MALFORMED_REQUEST"):
            AEVO.check(
                payload("aevo", "funding_history", {"error": "ERR_MALFORMED_REQUEST"}, status=status, params={"instrument_name": "A-PERP"})
            )
    with pytest.raises(NotFound):
        AEVO.check(payload("aevo", "trade_history", {"error": "INSTRUMENT_NOT_FOUND"}, status=404, match={"instrument_name": "A-PERP"}))
    AEVO.check(payload("aevo", "markets", []))
