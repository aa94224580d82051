"""MEXC: which contracts are asked for, funding pages without bounds, a venue that is busy, budgets by path."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fetched import DAY, END, HOUR, START, fetching

from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

MEXC = all_sources()["mexc"]
NOTHING: dict[str, list[Any]] = {name: [] for name in ("time", "open", "close", "high", "low", "vol", "amount")}
ONE = {"time": [START // 1000]} | {name: [1.5] for name in NOTHING if name != "time"}
run = fetching("mexc")


def venue(*listed: dict[str, Any], **paths: Callable[[str, dict[str, str]], Any]) -> Callable[[httpx.Request], Any]:
    """These contracts, and answers by the first part of the path; everything else is empty."""
    base = {"baseCoin": "B", "quoteCoin": "Q", "settleCoin": "Q", "contractSize": 0.5, "futureType": 1, "state": 0, "isHidden": False,
            "conceptPlate": [], "createTime": 1, "openingTime": 0}  # fmt: skip
    empty = {"detail": [base | one for one in listed], "ticker": [], "kline": NOTHING, "funding_rate": {"resultList": [], "totalPage": 0}}

    def answer(request: httpx.Request) -> Any:
        name, *rest = request.url.path.removeprefix("/api/v1/contract/").split("/")
        data = paths[name](rest[0] if rest else "", dict(request.url.params)) if name in paths else empty[name]
        return data if "success" in data else {"success": True, "code": 0, "data": data}

    return answer


def test_only_perpetuals_that_trade_are_asked_for(settings: Any, wire: Any, held: Any) -> None:
    states = {"A_USDT": {"state": 4}, "B_USDT": {"state": 3}, "C_USDT": {"isHidden": True}, "D_USDT": {"futureType": 2},
              "E_USDT": {"openingTime": END}, "F_USDT": {"openingTime": END - HOUR}}  # fmt: skip
    line = wire(venue(*({"symbol": name} | more for name, more in states.items())))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [request.url.path.rsplit("/", 1)[1] for request in line.asked if "/kline/" in request.url.path] == ["A_USDT", "F_USDT"]
    assert [row["symbol"] for row in held(settings, "mexc", "instruments")] == list(states)


@pytest.mark.parametrize(("days", "size"), [(1, 100), (30, 1000)])
def test_funding_pages_end_at_the_windows_start_and_only_the_window_is_kept(
    days: int, size: int, settings: Any, wire: Any, held: Any
) -> None:
    """The venue knows no bounds: rows of the running day and of days before come along."""
    start, width = START - (days - 1) * 24 * HOUR, (days + 2) * 24 * HOUR // 180

    def rates(rest: str, params: dict[str, str]) -> Any:
        newest = END + 6 * width - (int(params["page_num"]) - 1) * 100 * width  # whatever was asked, a page has 100 rows
        row = {"symbol": "A_USDT", "fundingRate": 0.5, "collectCycle": 4}
        return {"resultList": [row | {"settleTime": newest - n * width} for n in range(100)], "totalPage": 50}

    line = wire(venue({"symbol": "A_USDT"}, funding_rate=rates))
    assert run(settings, line, Window(DAY - timedelta(days=days - 1), DAY)).problem is None
    asked = line.params("/funding_rate/history")
    assert [(params["page_num"], params["page_size"]) for params in asked] == [("1", str(size)), ("2", str(size))]
    stamps = [row["settle_time"] for row in held(settings, "mexc", "funding_rates")]
    assert stamps == list(range(END - width, start - 1, -width))[::-1]


def test_the_last_page_of_funding_is_the_last(settings: Any, wire: Any) -> None:
    row = {"symbol": "A_USDT", "settleTime": END - 1, "fundingRate": 0.5, "collectCycle": 4}
    line = wire(venue({"symbol": "A_USDT"}, funding_rate=lambda rest, params: {"resultList": [row], "totalPage": 2}))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [params["page_num"] for params in line.params("/funding_rate/history")] == ["1", "2"]


def test_a_contract_that_is_gone_is_no_failure_and_a_busy_venue_is_asked_again(settings: Any, wire: Any, held: Any) -> None:
    """Both are told inside HTTP 200."""
    busy = [{"success": False, "code": 510, "message": "Requests are too frequent"}] * 2
    gone = {"success": False, "code": 1001, "message": "Contract does not exist!"}
    klines = lambda rest, params: gone if rest == "GONE_USDT" else busy.pop() if busy else ONE  # noqa: E731
    assert run(settings, wire(venue({"symbol": "GONE_USDT"}, {"symbol": "A_USDT"}, kline=klines)), Window(DAY, DAY)).status == "ok"
    assert [(row["symbol"], row["amount"]) for row in held(settings, "mexc", "klines")] == [("A_USDT", 1.5)]


def test_every_path_has_a_budget_of_its_own_and_a_firewall_stops_the_run() -> None:
    budgets = {name: limit.amount / limit.seconds for name, limit in MEXC.limits.items()}
    assert budgets == {"detail": 0.2, "ticker": 10, "kline": 10, "funding_history": 10}
    assert MEXC.refusals == {403}
