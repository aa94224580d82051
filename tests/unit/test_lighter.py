"""Lighter: what is asked for of markets that end, pages inside their bounds, metrics of whole periods."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from fetched import DAY, END, HOUR, NOW, START, fetching

from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

run = fetching("lighter")


def market(symbol: str, number: int, volume: float, status: str = "active", **more: Any) -> dict[str, Any]:
    traded = {"open_interest": 2, "daily_quote_token_volume": volume}
    return {"symbol": symbol, "market_id": number, "market_type": "perp", "status": status} | traded | more


BTC, NEW = market("BTC", 1, 9), market("NEW", 2, 5, created_at=str(END))
GOING, OLD = market("GOING", 8, 1, "inactive"), market("OLD", 9, 0, "inactive")


def venue(markets: list[dict[str, Any]], **paths: Callable[[dict[str, str]], Any]) -> Callable[[httpx.Request], Any]:
    """These markets, and answers by the last part of the path; everything else is empty."""
    empty = {"candles": {"r": "1h", "c": None}, "fundings": {"resolution": "1h", "fundings": []}, "exchangeMetrics": {"metrics": []}}
    known = {"orderBookDetails": {"order_book_details": markets}, "tokenlist": {"tokens": []}} | empty

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1]
        return {"code": 200} | (paths[name](dict(request.url.params)) if name in paths else known[name])

    return answer


@pytest.mark.parametrize("days", [0, 7])
def test_what_trades_is_asked_for_and_in_a_backfill_what_ended_and_days_without_a_snapshot(days: int, settings: Any, wire: Any) -> None:
    line = wire(venue([BTC, GOING, OLD, NEW]))
    assert run(settings, line, Window(DAY - timedelta(days=days), DAY)).problem is None
    names, kinds = (["1", "8", "9"], ["liquidation_volume", "open_interest"]) if days else (["1", "8"], ["liquidation_volume"])
    assert [params["market_id"] for params in line.params("/candles")] == names
    assert sorted({(params.get("value", ""), params["kind"]) for params in line.params("/exchangeMetrics")}) == [
        ("", "active_account_count"),
        *((name, kind) for name in ("BTC", "GOING", "OLD")[: len(names)] for kind in kinds),
    ]


def test_after_an_outage_open_interest_of_its_days_is_asked_for_and_what_ended_in_it(settings: Any, wire: Any) -> None:
    """Snapshots of 03-08, 03-09 and 03-13: of 03-10 to 03-12 nobody saw anything. What came of one market is not asked for again."""
    source, asked, ended = all_sources()["lighter"], [], []

    def metrics(params: dict[str, str]) -> Any:
        is_given = params["kind"] == "open_interest" and params["value"] == "BTC"
        days = range(int(datetime(2026, 3, 8, tzinfo=UTC).timestamp()), int(datetime(2026, 3, 15, tzinfo=UTC).timestamp()), 86400)
        return {"metrics": [{"timestamp": day, "data": 5} for day in days] if is_given else []}

    def candles(params: dict[str, str]) -> Any:
        return {"r": "1h", "c": [{"t": int(params["end_timestamp"]) + 1 - HOUR, "o": 1, "h": 1, "l": 1, "c": 1}]}

    venue_now = venue([BTC, GOING, OLD], exchangeMetrics=metrics, candles=candles)
    for day in (8, 9, 13, 14, 15):
        line, at = wire(venue_now), datetime(2026, 3, day, 0, 30, tzinfo=UTC)
        window = None if day == 13 else Window(date(2026, 3, day - 1), date(2026, 3, day - 1))
        ingest(settings, [source], window, transports={"lighter": line.transport}, clock=lambda at=at: at, catch_up=window is not None)
        asked.append([params["value"] for params in line.params("/exchangeMetrics") if params["kind"] == "open_interest"])
        ended.append("9" in {params["market_id"] for params in line.params("/candles")})
    assert asked == [[], [], [], ["BTC", "GOING", "OLD"], ["GOING", "OLD"]]
    assert ended == [False, False, False, True, False]


@pytest.mark.parametrize(("days", "period"), [(3, "w"), (5, "w"), (6, "m"), (26, "m"), (27, "q"), (87, "q"), (88, "y"), (400, "all")])
def test_the_shortest_period_that_reaches_back_is_asked_for(days: int, period: str, settings: Any, wire: Any) -> None:
    line = wire(venue([BTC]))
    first = NOW.date() - timedelta(days=days)
    run(settings, line, Window(first, first))  # the look-back makes it a day more
    assert [params["period"] for params in line.params("/exchangeMetrics")] == [period, period]  # of the market, of the whole exchange


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


@pytest.mark.parametrize(("first", "kept"), [(-40, []), (-3, [0]), (-1, [0, 1])])
def test_of_the_period_that_a_metric_tells_what_was_asked_for_is_kept(
    first: int, kept: list[int], settings: Any, wire: Any, held: Any
) -> None:
    """A market that was not there yet is no fault of its metrics."""
    points = [{"timestamp": START // 1000 + (first + n) * 86_400, "data": n} for n in range(4)]
    line = wire(venue([BTC], exchangeMetrics=lambda params: {"metrics": points}))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [(row["timestamp"] - START // 1000) // 86_400 for row in held(settings, "lighter", "exchange_metrics")] == kept
