"""Hyperliquid: coins that end, what builders list, candles that are kept, and what a failing part leaves standing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from fetched import DAY, END, HOUR, NOW, START, fetching

from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

HYPERLIQUID = all_sources()["hyperliquid"]
run = fetching("hyperliquid")


def coin(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "szDecimals": 1, "maxLeverage": 3} | more


def context(volume: str = "1") -> dict[str, Any]:
    return {"funding": "0.00001", "openInterest": "2", "dayNtlVlm": volume, "markPx": "3"}


def exchange(dexes: dict[str, list[dict[str, Any]]], **kinds: Callable[[dict[str, Any]], Any]) -> Callable[[httpx.Request], Any]:
    """The info endpoint with these coins by dex ('' is the main one); `kinds` answers by type, everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        body = json.loads(request.content)
        if body["type"] in kinds:
            return kinds[body["type"]](body)
        if body["type"] == "perpDexs":
            return [None, *({"name": name, "fullName": name} for name in dexes if name)]
        if body["type"] == "metaAndAssetCtxs":
            coins = dexes[body.get("dex", "")]
            return [{"universe": coins, "collateralToken": 0}, [context("0" if one["name"] == "OLD" else "1") for one in coins]]
        return []

    return answer


TOKENS = [{"name": "USDC", "index": 0, "fullName": None}, {"name": "USDE", "index": 235, "fullName": "USDe"}]  # of the recorded spotMeta


@pytest.mark.parametrize(("days", "names"), [(1, ["BTC", "GOING"]), (7, ["BTC", "GOING"]), (8, ["BTC", "GOING", "OLD"])])
def test_a_delisted_coin_is_asked_for_on_its_last_day_and_in_backfills(days: int, names: list[str], settings: Any, wire: Any) -> None:
    line = wire(exchange({"": [coin("BTC"), coin("GOING", isDelisted=True), coin("OLD", isDelisted=True)]}))
    run(settings, line, Window(date(2026, 3, 10 - days), DAY))
    assert sorted(body["coin"] for body in line.bodies("fundingHistory")) == names


def test_what_builders_list_and_are_margined_in_is_asked_once_each_where_there_are_builders(settings: Any, wire: Any, held: Any) -> None:
    said = [["xyz:AAPL", {"category": "stocks", "displayName": "AAPL"}], ["hyna:BTC", {"category": "crypto"}], "odd", ["hyna:ODD", None]]

    def contexts(body: dict[str, Any]) -> Any:
        name = f"{body['dex']}:AAPL" if body.get("dex") else "BTC"
        return [{"universe": [coin(name)], "collateralToken": 235 if body.get("dex") == "hyna" else 0}, [context()]]

    answers = {"perpConciseAnnotations": lambda body: said, "spotMeta": lambda body: {"universe": [], "tokens": TOKENS}}
    line = wire(exchange({"": [], "xyz": [], "hyna": []}, metaAndAssetCtxs=contexts, **answers))
    run(settings, line)
    assert (len(line.bodies("perpConciseAnnotations")), len(line.bodies("spotMeta"))) == (1, 1)
    found = [(row["name"], row["category"], row["display_name"]) for row in held(settings, "hyperliquid", "annotations")]
    assert found == [("hyna:BTC", "crypto", None), ("xyz:AAPL", "stocks", "AAPL")]
    assert [(row["token"], row["name"]) for row in held(settings, "hyperliquid", "tokens")] == [(0, "USDC"), (235, "USDE")]


@pytest.mark.parametrize(("dexes", "kinds"), [({"": [coin("BTC")]}, []), ({"": [], "xyz": [coin("xyz:A")]}, ["perpConciseAnnotations"])])
def test_lists_that_nothing_needs_are_not_asked_for(dexes: Any, kinds: list[str], settings: Any, wire: Any) -> None:
    line = wire(exchange(dexes))
    assert run(settings, line).problem is None
    assert [kind for kind in ("perpConciseAnnotations", "spotMeta") if line.bodies(kind)] == kinds


def test_an_answer_of_candles_holds_all_that_are_kept_and_no_empty_page_follows(settings: Any, wire: Any, held: Any) -> None:
    """200 days are 4,800 rows and one request a coin; a page that the venue cut is gone on from."""
    first = NOW.date() - timedelta(days=200)

    def candles(body: dict[str, Any]) -> Any:
        asked, most = body["req"], 5000 if body["req"]["coin"] == "BTC" else 3000
        stamps = range(-(-asked["startTime"] // HOUR) * HOUR, asked["endTime"] + 1, HOUR)[:most]
        row = {"s": asked["coin"], "i": "1h", "o": "1", "h": "1", "l": "1", "c": "1", "v": "1", "n": 1}
        return [row | {"t": at, "T": at + HOUR - 1} for at in stamps]

    line = wire(exchange({"": [coin("BTC"), coin("CUT")]}, candleSnapshot=candles))
    assert run(settings, line, Window(first, DAY)).problem is None
    asked = [body["req"]["coin"] for body in line.bodies("candleSnapshot")]
    assert sorted(asked) == ["BTC", "CUT", "CUT"]
    assert len(held(settings, "hyperliquid", "candles")) == 2 * 201 * 24  # with the look-back


def test_contexts_that_do_not_pair_with_their_coins_are_an_error_of_that_dex(settings: Any, wire: Any, held: Any) -> None:
    def contexts(body: dict[str, Any]) -> Any:
        name = "xyz:AAPL" if body.get("dex") else "BTC"
        return [{"universe": [coin(name)]}, [context()] * (2 if body.get("dex") else 1)]

    result = run(settings, wire(exchange({"": [], "xyz": []}, metaAndAssetCtxs=contexts)))
    assert result.status == "failed"
    assert "1 coins but 2 contexts" in (result.problem or "")
    assert [row["name"] for row in held(settings, "hyperliquid", "asset_contexts")] == ["BTC"]


def test_candles_older_than_the_5000_that_are_kept_are_not_asked_for_and_status_says_so(settings: Any, wire: Any) -> None:
    line = wire(exchange({"": [coin("BTC")]}))
    later = fetching("hyperliquid", NOW + timedelta(hours=5000))  # 2026-10-04, 14 h
    result = later(settings, line, Window(DAY, DAY))
    assert result.limitations == ["candles: the source keeps 208 days, nothing older can be had"]
    assert [body["req"]["startTime"] for body in line.bodies("candleSnapshot")] == []
    assert [body["startTime"] for body in line.bodies("fundingHistory")] == [START]
    later(settings, line, Window(DAY, date(2026, 3, 10)))
    assert [body["req"]["startTime"] for body in line.bodies("candleSnapshot")] == [START + 54 * HOUR]  # 2026-03-10, 6 h


def test_a_full_last_page_at_the_end_of_the_window_asks_no_more(settings: Any, wire: Any) -> None:
    rows = [{"coin": "BTC", "fundingRate": "0", "time": END - 500 + n} for n in range(500)]
    line = wire(exchange({"": [coin("BTC")]}, fundingHistory=lambda body: rows))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert len(line.bodies("fundingHistory")) == 1


@pytest.mark.parametrize(
    ("kind", "body", "weight"),
    [("perpDexs", {}, 20), ("metaAndAssetCtxs", {}, 20), ("fundingHistory", {"startTime": 0, "endTime": 40 * HOUR}, 22),
     ("fundingHistory", {"startTime": 0, "endTime": 9000 * HOUR}, 45),
     ("candleSnapshot", {"req": {"startTime": 0, "endTime": 120 * HOUR}}, 22),
     ("candleSnapshot", {"req": {"startTime": 0, "endTime": 6000 * HOUR}}, 20 + 5000 / 60)],
)  # fmt: skip
def test_requests_cost_what_the_vendor_says(kind: str, body: dict[str, Any], weight: float) -> None:
    assert HYPERLIQUID.endpoint(kind).weight(body) == weight


@pytest.mark.parametrize("nothing", [None, []])
def test_a_coin_without_a_series_is_no_failure(nothing: Any, settings: Any, wire: Any) -> None:
    line = wire(exchange({"": [coin("BTC")]}, fundingHistory=lambda body: httpx.Response(200, content=json.dumps(nothing))))
    assert run(settings, line, Window(DAY, DAY)).status == "ok"


def test_an_unknown_coin_answers_500_null_and_stops_no_other(make_settings: Any, wire: Any, held: Any) -> None:
    def candles(body: dict[str, Any]) -> Any:
        if body["req"]["coin"].startswith("GONE"):
            return httpx.Response(500, text="null")
        return [{"t": START, "T": START + 1, "s": body["req"]["coin"], "i": "1h", "o": "1", "h": "1", "l": "1", "c": "1", "v": "1", "n": 1}]

    names = [f"GONE{n}" for n in range(6)] + ["BTC", "ETH"]
    settings = make_settings(concurrency=1, attempts=2)
    result = run(settings, wire(exchange({"": [coin(name) for name in names]}, candleSnapshot=candles)), Window(DAY, DAY))
    assert [row["coin"] for row in held(settings, "hyperliquid", "candles")] == ["BTC", "ETH"]
    assert "GONE0" in (result.problem or "GONE0")
