"""Extended: what a run asks for, candles without a lower bound, pages of funding, errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from ingestion.errors import BadAnswer, NotAvailable, NotFound, Rejected
from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

EXTENDED = all_sources()["extended"]
HOUR = 3_600_000
NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
DAY = date(2026, 3, 9)
START = int(datetime(2026, 3, 8, tzinfo=UTC).timestamp() * 1000)  # with the look-back of a day
END = START + 48 * HOUR
MIGRATED = 1752829532673  # 2025-07-18, of everything older than the move


def market(name: str, **more: Any) -> dict[str, Any]:
    base = {"name": name, "type": "PERPETUAL", "status": "ACTIVE", "assetName": name.split("-")[0], "createdAt": MIGRATED}
    return base | {"marketStats": {"dailyVolume": "9", "openInterestBase": "2"}} | more


def venue(*listed: dict[str, Any], **paths: Callable[[httpx.Request], Any]) -> Callable[[httpx.Request], Any]:
    """These markets, and answers by the last part of the path; everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1].replace("-", "_")
        data = list(listed) if name == "markets" else paths[name](request) if name in paths else []
        return data if isinstance(data, httpx.Response) else {"status": "OK", "data": data}

    return answer


def run(settings: Any, line: Any, window: Window | None = None) -> SourceResult:
    (result,) = ingest(settings, [EXTENDED], window, transports={"extended": line.transport}, clock=lambda: NOW)
    return result


def bar(at: int) -> dict[str, Any]:
    return {"o": "1", "l": "0.5", "h": "2", "c": "1.5", "v": "10", "T": at}


def test_a_snapshot_is_one_request_for_everything(settings: Any, wire: Any, held: Any) -> None:
    stats = {"markPrice": "5.5", "indexPrice": "5", "openInterest": "11.2", "openInterestBase": "2.0000000", "nextFundingRate": 0}
    line = wire(venue(market("A-USD", marketStats=stats, category="RWA", subCategory="Equity"), market("B-USD", type="SPOT")))
    assert run(settings, line).status == "ok"
    assert len(line.asked) == 1
    assert line.asked[0].headers["User-Agent"]  # else it is refused
    columns = ["name", "type", "category", "sub_category", "asset_name", "created_at"]
    assert [tuple(row.values()) for row in held(settings, "extended", "instruments", columns)] == [
        ("A-USD", "PERPETUAL", "RWA", "Equity", "A", MIGRATED), ("B-USD", "SPOT", None, None, "B", MIGRATED),
    ]  # fmt: skip
    columns = ["name", "observed_at", "status", "mark_price", "index_price", "open_interest", "open_interest_base"]
    assert [tuple(row.values()) for row in held(settings, "extended", "market_stats", columns)] == [
        ("A-USD", NOW, "ACTIVE", 5.5, 5, 11.2, 2), ("B-USD", NOW, "ACTIVE", None, None, None, 2),
    ]  # fmt: skip


def test_one_day_is_three_requests_a_market(settings: Any, wire: Any) -> None:
    """As many candles as hours, and one more: the end may belong to them."""
    line = wire(venue(market("A-USD")))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    bounds = {"startTime": str(START), "endTime": str(END - 1)}
    assert line.params("/info/candles/A-USD/trades") == [{"interval": "PT1H", "limit": "49", "endTime": str(END)}]
    assert line.params("/info/A-USD/funding") == [bounds | {"limit": "1000"}]
    assert line.params("/info/A-USD/open-interests") == [{"interval": "P1H"} | bounds | {"limit": "300"}]
    assert len(line.asked) == 4


def test_only_perpetuals_that_trade_are_asked_for(settings: Any, wire: Any) -> None:
    """What was moved has a life before the move: its record's date is no bound."""
    others = [market(f"{status}-USD", status=status) for status in ("DELISTED", "PRELISTED", "REDUCE_ONLY", "DISABLED")]
    line = wire(venue(market("OLD-USD"), market("SPOT-USD", type="SPOT"), market("NEW-USD", createdAt=END), *others))
    before = date(2025, 6, 1)
    assert run(settings, line, Window(before, before)).problem is None
    assert [request.url.path.split("/")[5] for request in line.asked[1:] if "candles" in request.url.path] == ["OLD-USD"]
    assert len(line.asked) == 4


def test_long_windows_are_read_in_as_few_answers_as_hold_them(settings: Any, wire: Any, held: Any) -> None:
    """Newest first: candles back from the end, open interest 300 rows at a time, funding until a short page."""
    first = int(datetime(2026, 1, 11, tzinfo=UTC).timestamp() * 1000)  # 48 days, 1392 hours with the look-back

    def bounds(request: httpx.Request) -> range:
        start, end = int(request.url.params["startTime"]), int(request.url.params["endTime"])
        return range(end // HOUR * HOUR, start - 1, -HOUR)

    def candles(request: httpx.Request) -> Any:
        end, limit = int(request.url.params["endTime"]), int(request.url.params["limit"])
        return [bar(at) for at in range(end, end - limit * HOUR, -HOUR)]

    def rates(request: httpx.Request) -> Any:
        return [{"m": "A-USD", "f": "0.000013", "T": at + 1} for at in bounds(request)][: int(request.url.params["limit"])]

    def interests(request: httpx.Request) -> Any:
        return [{"i": "10", "I": "2", "t": at} for at in bounds(request)][:300]

    line = wire(venue(market("A-USD"), trades=candles, funding=rates, open_interests=interests))
    assert run(settings, line, Window(date(2026, 1, 12), DAY)).problem is None
    hours = list(range(first, END, HOUR))
    assert len(hours) == 1392
    assert [row["time"] for row in held(settings, "extended", "candles")] == hours
    assert [row["time"] - 1 for row in held(settings, "extended", "funding_rates")] == hours
    assert [row["time"] for row in held(settings, "extended", "open_interest")] == hours
    asked = [len(line.params(path)) for path in ("/trades", "/funding", "/open-interests")]
    assert asked == [1, 2, 5]


def test_an_answer_that_does_not_heed_its_end_is_told(settings: Any, wire: Any) -> None:
    now = int(NOW.timestamp() * 1000)
    line = wire(venue(market("A-USD"), trades=lambda request: [bar(now - n * HOUR) for n in range(5)]))
    result = run(settings, line, Window(date(2026, 1, 12), date(2026, 1, 12)))
    assert result.problem is not None
    assert "bounds ignored" in result.problem


def test_a_market_that_is_gone_stops_no_other_and_is_no_failure(settings: Any, wire: Any, held: Any) -> None:
    def rates(request: httpx.Request) -> Any:
        if "GONE" in request.url.path:
            return httpx.Response(404, json={"status": "ERROR", "error": {"code": 1001, "message": "Market not found"}})
        return [{"m": "A-USD", "f": "-0.000002", "T": START + 1693}]

    line = wire(venue(market("GONE-USD"), market("A-USD"), funding=rates))
    assert run(settings, line, Window(DAY, DAY)).status == "ok"
    columns = ["market", "time", "funding_rate"]
    assert [tuple(row.values()) for row in held(settings, "extended", "funding_rates", columns)] == [("A-USD", START + 1693, -0.000002)]


def test_the_largest_markets_are_chosen_by_volume(make_settings: Any, wire: Any) -> None:
    volumes = {"A-USD": "50", "B-USD": "9", "C-USD": "60.5"}
    line = wire(venue(*(market(name, marketStats={"dailyVolume": volume}) for name, volume in volumes.items())))
    assert run(make_settings(markets="top:2"), line, Window(DAY, DAY)).problem is None
    assert [request.url.path.split("/")[5] for request in line.asked if "candles" in request.url.path] == ["C-USD", "A-USD"]


@pytest.mark.parametrize(
    ("code", "error"), [(1001, NotFound), ("NOT_FOUND", NotFound), (1002, NotFound), (1005, Rejected), (1010, BadAnswer)]
)
def test_an_error_is_an_object_with_a_code(code: Any, error: type[Exception], payload: Any) -> None:
    body = {"status": "ERROR", "error": {"code": code, "message": "no"}}
    with pytest.raises(error, match=rf"extended candles \[A-USD\]: error {code}: no"):
        EXTENDED.check(payload("extended", "candles", body, status=400, match={"market": "A-USD"}))


def test_what_is_no_envelope_is_no_answer(payload: Any) -> None:
    EXTENDED.check(payload("extended", "markets", {"status": "ok", "data": []}))  # the vendor's pages have both spellings
    with pytest.raises(NotAvailable, match="HTTP 403"):
        EXTENDED.check(payload("extended", "markets", b"error code: 1010", status=403))
    with pytest.raises(Rejected, match="without an envelope"):
        EXTENDED.check(payload("extended", "markets", [1]))


def test_a_minute_has_a_thousand_requests() -> None:
    (limit,) = EXTENDED.limits.values()
    assert limit.amount * timedelta(minutes=1).total_seconds() / limit.seconds == 1000
    assert {one.name: one.weight({}) for one in EXTENDED.endpoints} == dict.fromkeys(("markets", "candles", "funding", "open_interests"), 1)
