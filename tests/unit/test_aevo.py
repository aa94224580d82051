"""Aevo: trades instead of candles, in pages that may cut between trades of one instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
from fetched import DAY, fetching

from ingestion.run.window import Window

HOUR = 3_600 * 10**9
START = int(datetime(2026, 3, 8, tzinfo=UTC).timestamp()) * 10**9  # with the look-back of a day
END = START + 48 * HOUR
run = fetching("aevo")


def trade(name: str, at: int | None) -> dict[str, Any]:
    return {
        "trade_id": name,
        "instrument_name": "A-PERP",
        "side": "buy",
        "price": "2.5",
        "amount": "0.1",
        "created_timestamp": at and str(at),
    }


def venue(trades: Callable[[dict[str, str]], Any]) -> Callable[[httpx.Request], Any]:
    """Two perpetuals, one of them closed; trades as given, everything else empty."""
    listed = {"instrument_id": "1", "instrument_type": "PERPETUAL", "underlying_asset": "X"}
    markets = [listed | {"instrument_name": name, "is_active": name < "B"} for name in ("A-PERP", "B-PERP")]
    empty = {"markets": markets, "coingecko-statistics": [], "funding-history": {"funding_history": []}}

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1]
        return empty[name] if name in empty else trades(dict(request.url.params))

    return answer


def test_trades_that_share_an_instant_survive_a_cut_between_them(settings: Any, wire: Any, held: Any) -> None:
    """Pages of three, newest first; the second and third cut through trades of the same nanosecond. The closed market is not asked for."""
    stamps = [END - 5, END - 7, END - 9, END - 9, END - 9, START, START]
    rows = [trade(f"t{number}", at) for number, at in enumerate(stamps)]

    def trades(params: dict[str, str]) -> Any:
        found = [row for row in rows if int(params["start_time"]) <= int(row["created_timestamp"]) <= int(params["end_time"])]
        return {"count": str(len(found)), "trade_history": found[:3]}

    line = wire(venue(trades))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [int(params["end_time"]) for params in line.params("/trade-history")] == [END - 1, END - 9, END - 10, START]
    assert sorted(row["trade_id"] for row in held(settings, "aevo", "trades")) == [f"t{number}" for number in range(7)]


def test_fewer_trades_than_counted_is_a_failure(settings: Any, wire: Any) -> None:
    result = run(settings, wire(venue(lambda params: {"count": "9", "trade_history": [trade("t", START)]})), Window(DAY, DAY))
    assert result.status == "failed"
    assert "trade_history: 1 of 9 trades came" in (result.problem or "")


def test_a_page_without_a_time_goes_back_by_a_nanosecond(settings: Any, wire: Any, held: Any) -> None:
    pages = iter([[trade("odd", None)], [trade("t", START)]])
    line = wire(venue(lambda params: {"count": "2", "trade_history": next(pages, [])}))
    result = run(settings, line, Window(DAY, DAY))
    assert [int(params["end_time"]) for params in line.params("/trade-history")] == [END - 1, END - 2, START]
    assert [row["trade_id"] for row in held(settings, "aevo", "trades")] == ["t"]
    assert "1 of 2 rows set aside, the first because created_timestamp is missing" in (result.problem or "")
