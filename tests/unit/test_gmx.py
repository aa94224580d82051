"""GMX: all pools in a snapshot of three calls, days of the squid taken whole or not at all, candles from now back, its errors."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from fetched import DAY, fetching

from ingestion.errors import Rejected
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

GMX = all_sources()["gmx"]
SQUID = GMX.endpoint("positionChanges").path
NOW = datetime(2026, 3, 10, 0, 30, tzinfo=UTC)
START = int(datetime(2026, 3, 8, tzinfo=UTC).timestamp())  # with the look-back of a day
SERIES = ("positionChanges", "tradeActions", "fundingRateSnapshots", "fundingBalanceOiSnapshots")
STAMPS = dict.fromkeys(("positionChanges", "tradeActions"), "timestamp")
run = fetching("gmx", NOW)


def pool(name: str, index: str, **more: Any) -> dict[str, Any]:
    lists = {"indexToken": index, "longToken": "0x1", "shortToken": "0x2", "isListed": True, "listingDate": "2023-08-08T00:00:00.000Z"}
    return {"name": name, "marketToken": f"0x{name[:3]}{index[-1]}", **lists, **more}


POOLS = [
    pool("BTC/USD [BTC-USDC]", "0xB1"), pool("BTC/USD [BTC-BTC]", "0xb1", marketToken="0xBTC2"), pool("ETH/USD [ETH-USDC]", "0xE1"),
    pool("OLD/USD [OLD-USDC]", "0x01", isListed=False), pool("SWAP-ONLY [USDC-USDT]", "0x" + "0" * 40), pool("NEW/USD [A-B]", "0x99"),
]  # fmt: skip
TOKENS = [{"symbol": "BTC", "address": "0xB1", "decimals": 8, "synthetic": True}, {"symbol": "ETH", "address": "0xE1", "decimals": 18}]
SIDES = {"longOpenInterestUsd": "5", "shortOpenInterestUsd": "4", "longOpenInterestInTokens": "3", "shortOpenInterestInTokens": "2"}
INFOS = {
    "marketInfos": [{"marketTokenAddress": "0xBTC1", "isDisabled": False, **SIDES}],
    "positionsVolume": [{"market": "0xbtc1", "volume": str(7 * 10**30)}, {"market": "0xETH1", "volume": str(9 * 10**30)}],
}


class Squid:
    """Answers everything; `rows` says how many rows of a list a window holds, `broken` which offsets fail."""

    def __init__(self, rows: dict[str, int] | None = None, broken: frozenset[tuple[str, int]] = frozenset()) -> None:
        self.rows, self.broken = rows or {}, broken

    def __call__(self, request: httpx.Request) -> Any:
        path = request.url.path
        if path == "/markets":
            return {"markets": POOLS}
        if path == "/tokens":
            return {"tokens": TOKENS}
        if path == "/prices/candles":
            return {"period": "1h", "candles": [[START, 2.0, 4.0, 1.0, 3.0]]}
        body = json.loads(request.content)
        name, asked = body["operationName"], body.get("variables")
        if name == "marketInfos":
            return {"data": INFOS}
        if (name, asked["offset"]) in self.broken:
            return {"errors": [{"message": "statement timeout"}], "data": None}
        numbers = range(asked["offset"], min(self.rows.get(name, 0), asked["offset"] + asked["limit"]))
        return {"data": {name: [self.row(name, asked["from"], number) for number in numbers]}}

    @staticmethod
    def row(name: str, start: int, number: int) -> dict[str, Any]:
        fill = {"id": f"{start}:{number}", "timestamp": start + number, "isLong": True, "sizeDeltaUsd": "1", "sizeDeltaInTokens": "1"}
        factors = {"fundingFactorPerSecondLong": "-1", "fundingFactorPerSecondShort": "1"}
        order = {"eventName": "OrderExecuted", "orderType": 7, "executionPrice": "3", "type": "decrease", "market": "0xBTC1"}
        return {**fill, **factors, **order, **SIDES, "marketAddress": f"0x{number}", "snapshotTimestamp": start}


def bodies(line: Any, name: str) -> list[dict[str, Any]]:
    found = [json.loads(request.content) for request in line.asked if request.method == "POST"]
    return [body for body in found if body["operationName"] == name]


def test_a_snapshot_is_three_requests(settings: Any, wire: Any, held: Any) -> None:
    line = wire(Squid())
    assert run(settings, line).problem is None
    assert sorted(request.url.path for request in line.asked) == [SQUID, "/markets", "/tokens"]
    names = ["market_token", "name", "is_listed", "listing_date"]
    assert [tuple(row.values()) for row in held(settings, "gmx", "markets", names)][:2] == [
        ("0xBTC1", "BTC/USD [BTC-USDC]", True, datetime(2023, 8, 8, tzinfo=UTC)),
        ("0xBTC2", "BTC/USD [BTC-BTC]", True, datetime(2023, 8, 8, tzinfo=UTC)),
    ]
    assert len(held(settings, "gmx", "markets")) == 6
    assert [(row["symbol"], row["decimals"], row["synthetic"]) for row in held(settings, "gmx", "tokens")] == [
        ("BTC", 8, True), ("ETH", 18, None),
    ]  # fmt: skip
    (state,) = held(settings, "gmx", "market_states")
    assert [state[name] for name in ("long_open_interest_usd", "short_open_interest_in_tokens", "volume_1d")] == ["5", "2", str(7 * 10**30)]


def test_a_day_costs_one_request_a_list_and_one_an_index_token(settings: Any, wire: Any, held: Any) -> None:
    """Two pools of BTC share its candles; a closed pool, one that only swaps and one without a token have none."""
    line = wire(Squid(dict.fromkeys(SERIES, 3)))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert line.params("/prices/candles") == [{"tokenSymbol": name, "period": "1h", "limit": "50"} for name in ("BTC", "ETH")]
    for name in SERIES:
        asked = [(body["variables"]["from"], body["variables"]["to"], body["variables"]["offset"]) for body in bodies(line, name)]
        assert sorted(asked) == [(START, START + 86_400, 0), (START + 86_400, START + 2 * 86_400, 0)]
        stamp = STAMPS.get(name, "snapshotTimestamp")
        assert f"orderBy: [{stamp}_ASC, id_ASC]" in bodies(line, name)[0]["query"]
        assert f"{stamp}_gte: $from, {stamp}_lt: $to" in bodies(line, name)[0]["query"]
    assert 'eventName_eq: "OrderExecuted", orderType_eq: 7' in bodies(line, "tradeActions")[0]["query"]
    counts = {name: len(held(settings, "gmx", name)) for name in ("candles", "position_changes", "liquidations")}
    assert counts == {"candles": 2, "position_changes": 6, "liquidations": 6}
    assert [row["funding_factor_per_second_long"] for row in held(settings, "gmx", "funding_rates")] == ["-1"] * 6
    assert len(held(settings, "gmx", "open_interest")) == 6


@pytest.mark.parametrize(("rows", "offsets"), [(0, [0]), (999, [0]), (1000, [0, 1000]), (2500, [0, 1000, 2000])])
def test_pages_of_a_day_end_with_a_short_one(rows: int, offsets: list[int], settings: Any, wire: Any, held: Any) -> None:
    line = wire(Squid({"positionChanges": rows}))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    asked = Counter((body["variables"]["from"], body["variables"]["offset"]) for body in bodies(line, "positionChanges"))
    assert asked == Counter((start, offset) for start in (START, START + 86_400) for offset in offsets)
    assert len(held(settings, "gmx", "position_changes")) == 2 * rows


def test_half_a_day_of_fills_is_none_at_all(settings: Any, wire: Any, held: Any) -> None:
    line = wire(Squid({"positionChanges": 1500, "fundingRateSnapshots": 2}, frozenset({("positionChanges", 1000)})))
    result = run(settings, line, Window(DAY, DAY))
    assert result.status == "failed"
    assert "positionChanges: statement timeout (×2)" in (result.problem or "")
    assert held(settings, "gmx", "position_changes") == []
    assert len(held(settings, "gmx", "funding_rates")) == 4


@pytest.mark.parametrize(
    ("first", "last", "limits", "is_limited"),
    [(date(2025, 2, 1), date(2025, 2, 2), {"9674"}, False), (date(2024, 1, 1), date(2025, 2, 2), {"10000"}, True),
     (date(2024, 1, 1), date(2024, 1, 2), set(), True)],
    ids=["within reach", "half of it", "beyond"],
)  # fmt: skip
def test_candles_go_back_from_now_as_far_as_they_reach(
    first: date, last: date, limits: set[str], is_limited: bool, settings: Any, wire: Any
) -> None:
    """10,000 hours before 2026-03-10: nobody is asked for days that lie wholly before them."""
    line = wire(Squid())
    result = run(settings, line, Window(first, last))
    assert {one["limit"] for one in line.params("/prices/candles")} == limits
    assert bool(result.limitations) == is_limited
    assert result.problem is None


def test_what_lies_beside_the_asked_days_is_kept_by_no_candle(settings: Any, wire: Any, held: Any) -> None:
    """An answer goes on until now, whatever the days: the hours of others are not this run's."""
    hours = {"period": "1h", "candles": [[START + 3600 * number, 2.0, 4.0, 1.0, 3.0] for number in range(-2, 60)]}
    line = wire(lambda request: hours if "candles" in request.url.path else Squid()(request))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [row["time"] for row in held(settings, "gmx", "candles")] == [START + 3600 * number for number in range(48)] * 2


def test_a_squid_that_heeds_no_offset_is_named_and_not_asked_for_ever(settings: Any, wire: Any, held: Any) -> None:
    def answer(request: httpx.Request) -> Any:
        if b'"positionChanges"' not in request.content:
            return Squid()(request)
        start = json.loads(request.content)["variables"]["from"]
        return {"data": {"positionChanges": [Squid.row("positionChanges", start, number) for number in range(1000)]}}

    line = wire(answer)
    result = run(settings, line, Window(DAY, DAY))
    assert "the page from row 1000 on is the one before it" in (result.problem or "")
    assert len(bodies(line, "positionChanges")) == 4
    assert held(settings, "gmx", "position_changes") == []


@pytest.mark.parametrize(
    ("markets", "tokens"), [("top:1", ["ETH"]), ("BTC*", ["BTC"]), ("top:2", ["BTC", "ETH"]), ("gmx:ETH/USD*", ["ETH"])]
)
def test_markets_are_chosen_by_name_or_by_the_volume_of_the_last_day(
    markets: str, tokens: list[str], make_settings: Any, wire: Any
) -> None:
    line = wire(Squid())
    run(make_settings(markets=markets), line, Window(DAY, DAY))
    assert [one["tokenSymbol"] for one in line.params("/prices/candles")] == tokens


def test_an_error_of_the_squid_comes_with_http_200(payload: Any) -> None:
    one = payload("gmx", "tradeActions", {"errors": [{"message": "a"}, {"message": "b"}]}, method="POST")
    with pytest.raises(Rejected, match="gmx tradeActions: a; b"):
        GMX.check(one)
    GMX.check(payload("gmx", "tradeActions", {"data": {"tradeActions": []}}, method="POST"))


def test_a_squid_that_is_down_leaves_lists_and_candles(settings: Any, wire: Any, held: Any) -> None:
    def answer(request: httpx.Request) -> Any:
        return {"errors": [{"message": "down"}]} if request.method == "POST" else Squid()(request)

    result = run(settings, wire(answer), Window(DAY, DAY))
    assert result.status == "failed"
    assert "marketInfos: down" in (result.problem or "")
    assert len(held(settings, "gmx", "candles")) == 2
