"""Extended: which markets are asked for, bounds that are not heeded, a market that is gone, one budget."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx
from fetched import DAY, END, HOUR, NOW, START, fetching

from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

EXTENDED = all_sources()["extended"]
MIGRATED = 1752829532673  # 2025-07-18, of everything older than the move
run = fetching("extended")


def market(name: str, **more: Any) -> dict[str, Any]:
    base = {"name": name, "type": "PERPETUAL", "status": "ACTIVE", "assetName": name.split("-")[0], "createdAt": MIGRATED}
    return base | {"marketStats": {"dailyVolume": "9", "openInterestBase": "2"}} | more


def venue(*listed: dict[str, Any], **paths: Callable[[httpx.Request], Any]) -> Callable[[httpx.Request], Any]:
    """These markets, and answers by the last part of the path; everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1]
        data = list(listed) if name == "markets" else paths[name](request) if name in paths else []
        return data if isinstance(data, httpx.Response) else {"status": "OK", "data": data}

    return answer


def test_only_perpetuals_that_trade_are_asked_for(settings: Any, wire: Any) -> None:
    """What was moved has a life before the move: its record's date is no bound. Without a name of the program it is refused."""
    others = [market(f"{status}-USD", status=status) for status in ("DELISTED", "PRELISTED", "REDUCE_ONLY", "DISABLED")]
    line = wire(venue(market("OLD-USD"), market("SPOT-USD", type="SPOT"), market("NEW-USD", createdAt=END), *others))
    before = date(2025, 6, 1)
    assert run(settings, line, Window(before, before)).problem is None
    assert [request.url.path.split("/")[5] for request in line.asked[1:] if "candles" in request.url.path] == ["OLD-USD"]
    assert len(line.asked) == 4
    assert all(request.headers["User-Agent"] for request in line.asked)


def test_an_answer_that_does_not_heed_its_end_is_told(settings: Any, wire: Any) -> None:
    now = int(NOW.timestamp() * 1000)
    bars = [{"o": "1", "l": "0.5", "h": "2", "c": "1.5", "v": "10", "T": now - n * HOUR} for n in range(5)]
    result = run(settings, wire(venue(market("A-USD"), trades=lambda request: bars)), Window(date(2026, 1, 12), date(2026, 1, 12)))
    assert "bounds ignored" in (result.problem or "")


def test_a_market_that_is_gone_stops_no_other_and_is_no_failure(settings: Any, wire: Any, held: Any) -> None:
    def rates(request: httpx.Request) -> Any:
        if "GONE" in request.url.path:
            return httpx.Response(404, json={"status": "ERROR", "error": {"code": 1001, "message": "Market not found"}})
        return [{"m": "A-USD", "f": "-0.000002", "T": START + 1693}]

    line = wire(venue(market("GONE-USD"), market("A-USD"), funding=rates))
    assert run(settings, line, Window(DAY, DAY)).status == "ok"
    columns = ["market", "time", "funding_rate"]
    assert [tuple(row.values()) for row in held(settings, "extended", "funding_rates", columns)] == [("A-USD", START + 1693, -0.000002)]


def test_a_minute_has_a_thousand_requests() -> None:
    (limit,) = EXTENDED.limits.values()
    assert limit.amount * timedelta(minutes=1).total_seconds() / limit.seconds == 1000
    assert {one.weight({}) for one in EXTENDED.endpoints} == {1}
