"""MEXC: what a run asks for, columns, pages of funding, errors inside HTTP 200, one answer without its list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from fetched import DAY, END, HOUR, START, fetching

from ingestion.errors import BadAnswer, NotAvailable, NotFound, Rejected
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

MEXC = all_sources()["mexc"]
NOTHING: dict[str, list[Any]] = {name: [] for name in ("time", "open", "close", "high", "low", "vol", "amount")}
Answer = Callable[[str, dict[str, str]], Any]
run = fetching("mexc")


def contract(symbol: str, **more: Any) -> dict[str, Any]:
    return {
        "symbol": symbol, "baseCoin": "B", "quoteCoin": "Q", "settleCoin": "Q", "contractSize": 0.5, "futureType": 1, "state": 0,
        "isHidden": False, "conceptPlate": [], "createTime": 1, "openingTime": 0,
    } | more  # fmt: skip


def columns(stamps: list[int]) -> dict[str, list[Any]]:
    """Candles of these seconds."""
    values = {"open": 1.0, "close": 1.5, "high": 2.0, "low": 0.5, "vol": 10.0, "amount": 15.5}
    return {"time": stamps} | {name: [value] * len(stamps) for name, value in values.items()}


def page(rows: list[dict[str, Any]], total: int = 1) -> dict[str, Any]:
    return {"resultList": rows, "totalPage": total}


def venue(*listed: dict[str, Any], **paths: Answer) -> Callable[[httpx.Request], Any]:
    """These contracts, and answers by the first part of the path; everything else is empty."""
    empty = {"detail": list(listed), "ticker": [], "kline": NOTHING, "funding_rate": page([], 0)}

    def answer(request: httpx.Request) -> Any:
        name, *rest = request.url.path.removeprefix("/api/v1/contract/").split("/")
        data = paths[name](rest[0] if rest else "", dict(request.url.params)) if name in paths else empty[name]
        return data if isinstance(data, httpx.Response) else {"success": True, "code": 0, "data": data}

    return answer


def asked_for(line: Any) -> list[str]:
    return [request.url.path.rsplit("/", 1)[1] for request in line.asked if "/kline/" in request.url.path]


def test_a_snapshot_is_two_requests_for_everything(settings: Any, wire: Any, held: Any) -> None:
    tickers = [{"symbol": "A_USDT", "timestamp": START, "holdVol": 7, "fairPrice": 7.3e-05}]
    plates = ["mc-trade-zone-Stock", "mc-trade-zone-tradfi"]
    line = wire(venue(contract("A_USDT", conceptPlate=plates), ticker=lambda rest, params: tickers))
    assert run(settings, line).status == "ok"
    assert [request.url.path.rsplit("/", 1)[1] for request in line.asked] == ["detail", "ticker"]
    assert [row["concept_plate"] for row in held(settings, "mexc", "instruments")] == ["mc-trade-zone-Stock,mc-trade-zone-tradfi"]
    assert [(row["hold_vol"], row["fair_price"]) for row in held(settings, "mexc", "tickers")] == [(7.0, 7.3e-05)]


def test_one_day_is_two_requests_a_market(settings: Any, wire: Any) -> None:
    """Bounds are in seconds, and reach beyond the hours; funding has none."""
    line = wire(venue(contract("A_USDT")))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert line.params("/kline/A_USDT") == [{"interval": "Min60", "start": str(START // 1000 - 1), "end": str(END // 1000)}]
    assert line.params("/funding_rate/history") == [{"symbol": "A_USDT", "page_size": "100", "page_num": "1"}]
    assert len(line.asked) == 4


def test_only_perpetuals_that_trade_are_asked_for(settings: Any, wire: Any, held: Any) -> None:
    listed = [
        contract("A_USDT", state=4), contract("B_USDT", state=3), contract("C_USDT", isHidden=True), contract("D_USDT", futureType=2),
        contract("E_USDT", openingTime=END), contract("F_USDT", openingTime=END - HOUR),
    ]  # fmt: skip
    line = wire(venue(*listed))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert asked_for(line) == ["A_USDT", "F_USDT"]
    assert len(held(settings, "mexc", "instruments")) == 6


def test_the_largest_markets_are_chosen_by_amount_which_is_base_on_inverse_ones(make_settings: Any, wire: Any) -> None:
    rows = [
        {"symbol": "A_USDT", "timestamp": 1, "lastPrice": 900, "volume24": 9000, "amount24": 50},
        {"symbol": "B_USD", "timestamp": 1, "lastPrice": 30, "volume24": 1, "amount24": 2},
    ]
    line = wire(venue(contract("A_USDT"), contract("B_USD"), ticker=lambda rest, params: rows))
    run(make_settings(markets="top:1"), line, Window(DAY, DAY))
    assert asked_for(line) == ["B_USD"]


def test_long_windows_have_no_gap_and_no_more_than_2000_rows(settings: Any, wire: Any, held: Any) -> None:
    """Both bounds within the range; the newest are kept."""

    def klines(rest: str, params: dict[str, str]) -> Any:
        first = -(-int(params["start"]) // 3600) * 3600
        return columns(list(range(first, int(params["end"]) + 1, 3600))[-2000:])

    line = wire(venue(contract("A_USDT"), kline=klines))
    first = date(2025, 10, 1)
    assert run(settings, line, Window(first, first + timedelta(days=119))).problem is None
    start = int(datetime(2025, 9, 30, tzinfo=UTC).timestamp())
    assert len(asked_for(line)) == 2  # 2904 hours
    rows = held(settings, "mexc", "klines")
    assert [row["time"] for row in rows] == list(range(start, start + 2904 * 3600, 3600))
    assert {(row["symbol"], row["interval"], row["high"], row["close"], row["amount"]) for row in rows} == {
        ("A_USDT", "Min60", 2.0, 1.5, 15.5)
    }


@pytest.mark.parametrize(("days", "size"), [(1, 100), (30, 1000)])
def test_funding_pages_end_at_the_windows_start_and_only_the_window_is_kept(
    days: int, size: int, settings: Any, wire: Any, held: Any
) -> None:
    """The venue knows no bounds: rows of the running day and of days before come along."""
    window = Window(DAY - timedelta(days=days - 1), DAY)
    start, width = START - (days - 1) * 24 * HOUR, (days + 2) * 24 * HOUR // 180

    def rates(rest: str, params: dict[str, str]) -> Any:
        newest = END + 6 * width - (int(params["page_num"]) - 1) * 100 * width  # whatever was asked, a page has 100 rows
        row = {"symbol": "A_USDT", "fundingRate": 0.5, "collectCycle": 4}
        return page([row | {"settleTime": newest - n * width} for n in range(100)], 50)

    line = wire(venue(contract("A_USDT"), funding_rate=rates))
    assert run(settings, line, window).problem is None
    asked = line.params("/funding_rate/history")
    assert [(params["page_num"], params["page_size"]) for params in asked] == [("1", str(size)), ("2", str(size))]
    stamps = [row["settle_time"] for row in held(settings, "mexc", "funding_rates")]
    assert stamps == list(range(END - width, start - 1, -width))[::-1]
    assert {row["collect_cycle"] for row in held(settings, "mexc", "funding_rates")} == {4}


def test_the_last_page_of_funding_is_the_last(settings: Any, wire: Any) -> None:
    row = {"symbol": "A_USDT", "settleTime": END - 1, "fundingRate": 0.5, "collectCycle": 4}
    line = wire(venue(contract("A_USDT"), funding_rate=lambda rest, params: page([row], 2)))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [params["page_num"] for params in line.params("/funding_rate/history")] == ["1", "2"]


def test_a_contract_that_is_gone_stops_no_other_and_is_no_failure(settings: Any, wire: Any, held: Any) -> None:
    def klines(rest: str, params: dict[str, str]) -> Any:
        if rest == "GONE_USDT":
            return httpx.Response(200, json={"success": False, "code": 1001, "message": "Contract does not exist!"})
        return columns([START // 1000])

    line = wire(venue(contract("GONE_USDT"), contract("A_USDT"), kline=klines))
    assert run(settings, line, Window(DAY, DAY)).status == "ok"
    assert [row["symbol"] for row in held(settings, "mexc", "klines")] == ["A_USDT"]


def test_tickers_that_fail_leave_the_history(settings: Any, wire: Any, held: Any) -> None:
    line = wire(venue(contract("A_USDT"), ticker=lambda rest, params: httpx.Response(200, json={"success": False, "code": 600})))
    result = run(settings, line, Window(DAY, DAY))
    assert result.status == "failed"
    assert "ticker: error 600" in (result.problem or "")
    assert asked_for(line) == ["A_USDT"]


def test_a_busy_venue_is_asked_again(settings: Any, wire: Any, held: Any) -> None:
    left = [510, 510]

    def klines(rest: str, params: dict[str, str]) -> Any:
        if left:
            return httpx.Response(200, json={"success": False, "code": left.pop(), "message": "Requests are too frequent"})
        return columns([START // 1000])

    assert run(settings, wire(venue(contract("A_USDT"), kline=klines)), Window(DAY, DAY)).status == "ok"
    assert len(held(settings, "mexc", "klines")) == 1


@pytest.mark.parametrize(("code", "error"), [(1001, NotFound), (600, Rejected), (510, BadAnswer)])
def test_another_code_than_zero_is_an_error(code: int, error: type[Exception], payload: Any) -> None:
    body = {"success": False, "code": code, "message": "why not"}
    with pytest.raises(error, match=rf"mexc kline \[A_USDT\]: error {code}: why not"):
        MEXC.check(payload("mexc", "kline", body, match={"symbol": "A_USDT"}))


def test_a_firewall_is_no_answer_and_stops_the_run(payload: Any) -> None:
    with pytest.raises(NotAvailable, match="HTTP 403"):
        MEXC.check(payload("mexc", "ticker", b"<html>", status=403))
    assert MEXC.refusals == {403}
    with pytest.raises(Rejected, match="without an envelope"):
        MEXC.check(payload("mexc", "ticker", [1]))


def test_every_path_has_a_budget_of_its_own() -> None:
    assert {name: limit.amount / limit.seconds for name, limit in MEXC.limits.items()} == {
        "detail": 0.2, "ticker": 10, "kline": 10, "funding_history": 10,
    }  # fmt: skip
