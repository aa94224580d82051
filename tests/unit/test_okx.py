"""OKX: what a run asks for, pages backwards from the end, errors inside HTTP 200."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from fetched import DAY, END, HOUR, NOW, START, fetching

from ingestion.errors import BadAnswer, NotFound, Rejected
from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

OKX = all_sources()["okx"]
ALL = {"instType": "SWAP"}
NOW_MS = int(NOW.timestamp() * 1000)
run = fetching("okx")


def swap(name: str, **more: Any) -> dict[str, Any]:
    return {"instId": name, "ctVal": "1", "ctMult": "1", "ctValCcy": "X", "state": "live", "listTime": "", "expTime": ""} | more


def venue(swaps: list[dict[str, Any]], **paths: Callable[[dict[str, str]], Any]) -> Callable[[httpx.Request], Any]:
    """These swaps, and answers by the last part of the path; everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1].replace("-", "_")
        data = swaps if name == "instruments" else paths[name](dict(request.url.params)) if name in paths else []
        return data if isinstance(data, httpx.Response) else {"code": "0", "msg": "", "data": data}

    return answer


def candle(at: int) -> list[str]:
    return [str(at), "1", "2", "0.5", "1.5", "10", "0.1", "7.5", "1"]


def test_a_snapshot_asks_for_all_markets_at_once(settings: Any, wire: Any) -> None:
    line = wire(venue([swap("A-USDT-SWAP")]))
    assert run(settings, line).status == "ok"
    for path in ("instruments", "tickers", "open-interest", "mark-price"):
        assert line.params(f"/{path}") == [ALL], path
    assert line.params("/index-tickers") == [{"quoteCcy": name} for name in ("USDT", "USD", "USDC")]
    assert line.params("/funding-rate") == [{"instId": "ANY"}]
    assert len(line.asked) == 8 + 1  # and the newest liquidations of the one swap


def test_one_day_is_four_requests_a_market_with_both_bounds_outside(settings: Any, wire: Any) -> None:
    line = wire(venue([swap("A-USDT-SWAP"), swap("B-USDT-SWAP", state="suspend"), swap("C-USDT-SWAP", state="preopen")]))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    bounds = {"after": str(END), "before": str(START - 1)}
    names = ("A-USDT-SWAP", "B-USDT-SWAP")
    assert line.params("/candles") == [{"instId": name, "bar": "1H", "limit": "300"} | bounds for name in names]
    assert line.params("/funding-rate-history") == [{"instId": name, "limit": "100"} | bounds for name in names]
    history = {"period": "1H", "limit": "100", "end": str(END), "begin": str(START - 1)}
    assert line.params("/open-interest-history") == [{"instId": name} | history for name in names]
    closings = {"instType": "SWAP", "state": "filled", "limit": "100", "after": str(NOW_MS), "before": str(NOW_MS - 25 * HOUR - 1)}
    families = ("A-USDT", "B-USDT")  # what there is now, whatever day was asked for
    assert line.params("/liquidation-orders") == [{"instFamily": family} | closings for family in families]
    assert len(line.asked) == 8 + 2 * 4


def test_the_largest_markets_are_chosen_by_base_volume_times_price(make_settings: Any, wire: Any) -> None:
    """volCcy24h is base: 10 at 5 USD is less than 1 at 60; vol24h counts contracts."""
    rows = [
        {"instId": "A-USDT-SWAP", "last": "5", "vol24h": "1000", "volCcy24h": "10", "ts": "1"},
        {"instId": "B-USDT-SWAP", "last": "60", "vol24h": "1", "volCcy24h": "1", "ts": "1"},
    ]
    line = wire(venue([swap("A-USDT-SWAP"), swap("B-USDT-SWAP")], tickers=lambda params: rows))
    run(make_settings(markets="top:1"), line, Window(DAY, DAY))
    assert [params["instId"] for params in line.params("/candles")] == ["B-USDT-SWAP"]


def test_long_windows_go_backwards_through_the_history_path(settings: Any, wire: Any, held: Any) -> None:
    """Newest first, 300 rows, both bounds exclusive: nothing between two pages is lost."""
    first, last = date(2025, 1, 1), date(2025, 1, 30)
    start = int(datetime(2024, 12, 31, tzinfo=UTC).timestamp() * 1000)
    end = start + 31 * 24 * HOUR

    def candles(params: dict[str, str]) -> Any:
        older, newer = int(params["after"]), int(params["before"])
        return [candle(at) for at in range(end - HOUR, start - HOUR, -HOUR) if newer < at < older][: int(params["limit"])]

    line = wire(venue([swap("A-USDT-SWAP")], history_candles=candles))
    assert run(settings, line, Window(first, last)).problem is None
    assert line.params("/candles") == []
    assert [int(params["after"]) for params in line.params("/history-candles")] == [end, end - 300 * HOUR, end - 600 * HOUR]
    assert [row["ts"] for row in held(settings, "okx", "candles")] == list(range(start, end, HOUR))
    assert line.params("/open-interest-history") == []  # kept for 1440 hours only


def test_a_page_of_a_hundred_may_be_cut_and_goes_on(settings: Any, wire: Any) -> None:
    def rates(params: dict[str, str]) -> Any:
        older = int(params["after"])
        count = 100 if older == END else 3
        return [{"instId": "A-USDT-SWAP", "fundingTime": str(older - n - 1), "fundingRate": "0"} for n in range(count)]

    line = wire(venue([swap("A-USDT-SWAP")], funding_rate_history=rates))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [int(params["after"]) for params in line.params("/funding-rate-history")] == [END, END - 100]


def test_liquidations_of_one_millisecond_are_not_lost_between_two_pages(settings: Any, wire: Any, held: Any) -> None:
    """150 of them, two each millisecond; the page is cut in the middle of one."""
    at = [NOW_MS - 5 - n // 2 for n in range(1, 151)]

    def closings(params: dict[str, str]) -> Any:
        rows = [
            {"posSide": "long", "side": "sell", "sz": str(n), "bkPx": "7", "ts": str(stamp)}
            for n, stamp in enumerate(at)
            if int(params["before"]) < stamp < int(params["after"])
        ]
        return [{"instId": "A-USDT-SWAP", "details": rows[:100]}] if rows else []

    line = wire(venue([swap("A-USDT-SWAP")], liquidation_orders=closings))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [int(params["after"]) - NOW_MS for params in line.params("/liquidation-orders")] == [0, -54]
    assert [row["sz"] for row in held(settings, "okx", "liquidations")] == sorted(range(150), key=lambda n: (at[n], n))


def test_hourly_snapshots_hold_a_whole_day_of_liquidations_that_come_late_and_live_a_day(settings: Any, wire: Any, held: Any) -> None:
    """288 of a day, one each five minutes; told 69 minutes late and kept for 22 hours, as others measured."""
    hours, clock = [], {"now": NOW}

    def closings(params: dict[str, str]) -> Any:
        now = int(clock["now"].timestamp() * 1000)
        seen = range(now - 22 * HOUR, now - 69 * 60_000 + 1, 300_000)
        rows = [
            {"posSide": "long", "side": "sell", "sz": "1", "bkPx": "7", "ts": str(at)}
            for at in seen
            if int(params["before"]) < at < int(params["after"])
        ]
        return [{"instId": "A-USDT-SWAP", "details": rows[::-1][:100]}] if rows else []

    line = wire(venue([swap("A-USDT-SWAP")], liquidation_orders=closings))
    for hour in range(27):  # of the day, and until its last have come
        clock["now"] = datetime(2026, 3, 9, tzinfo=UTC) + timedelta(hours=hour)
        (result,) = ingest(settings, [OKX], None, transports={"okx": line.transport}, clock=lambda: clock["now"])
        hours.append(result.problem)
    assert set(hours) == {None}
    day = [row["ts"] for row in held(settings, "okx", "liquidations") if START + 24 * HOUR <= row["ts"] < END]
    assert day == list(range(START + 24 * HOUR, END, 300_000))


def test_days_of_which_liquidations_are_gone_are_told(settings: Any, wire: Any) -> None:
    """Of yesterday those before eight in the morning, 22 hours ago, are here only if a snapshot took them."""
    line = wire(venue([swap("A-USDT-SWAP")]))
    (told,) = [one for one in run(settings, line, Window(DAY, DAY)).limitations if one.startswith("liquidations")]
    assert "the source keeps 22 hours" in told
    assert len(line.params("/liquidation-orders")) == 1
    assert run(settings, line).limitations == []


def test_nothing_is_asked_from_before_the_hour_of_the_listing(settings: Any, wire: Any) -> None:
    late, never = str(START + 10 * HOUR + 5), str(END + HOUR)
    line = wire(venue([swap("A-USDT-SWAP", listTime=late), swap("B-USDT-SWAP", listTime=never)]))
    run(settings, line, Window(DAY, DAY))
    assert [(params["instId"], int(params["before"])) for params in line.params("/candles")] == [("A-USDT-SWAP", START + 10 * HOUR - 1)]


def test_a_delisted_swap_stops_no_other_and_is_no_failure(settings: Any, wire: Any, held: Any) -> None:
    def candles(params: dict[str, str]) -> Any:
        if params["instId"] == "OLD-USDT-SWAP":
            return httpx.Response(200, json={"code": "51001", "msg": "Instrument ID does not exist", "data": []})
        return [candle(START)]

    line = wire(venue([swap("OLD-USDT-SWAP"), swap("A-USDT-SWAP")], candles=candles))
    assert run(settings, line, Window(DAY, DAY)).status == "ok"
    assert [(row["inst_id"], row["bar"], row["vol_ccy_quote"]) for row in held(settings, "okx", "candles")] == [("A-USDT-SWAP", "1H", 7.5)]


def test_a_busy_venue_is_asked_again(settings: Any, wire: Any, held: Any) -> None:
    """50011 comes with HTTP 429, and 50013 inside 200."""
    left = [(200, "50013"), (429, "50011")]

    def interest(params: dict[str, str]) -> Any:
        if left:
            status, code = left.pop()
            return httpx.Response(status, json={"code": code, "msg": "busy", "data": []})
        return [{"instId": "A-USDT-SWAP", "oi": "3", "oiCcy": "0.3", "oiUsd": "30", "ts": str(START)}]

    assert run(settings, wire(venue([swap("A-USDT-SWAP")], open_interest=interest))).status == "ok"
    assert [(row["oi"], row["oi_ccy"], row["oi_usd"]) for row in held(settings, "okx", "open_interest")] == [(3, 0.3, 30)]


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [("51001", 200, NotFound), ("51000", 200, Rejected), ("51000", 400, Rejected), ("50011", 200, BadAnswer), ("1", 200, Rejected)],
)
def test_another_code_than_zero_is_an_error(code: str, status: int, error: type[Exception], payload: Any) -> None:
    body = {"code": code, "msg": "why not", "data": []}
    with pytest.raises(error, match=rf"okx candles \[A-USDT-SWAP\]: error {code}: why not"):
        OKX.check(payload("okx", "candles", body, status=status, params={"instId": "A-USDT-SWAP"}))


def test_every_path_has_a_budget_of_its_own() -> None:
    assert {name: limit.amount / limit.seconds for name, limit in OKX.limits.items()} == {
        "instruments": 10, "funding_rate": 5, "tickers": 10, "mark_price": 5, "index_tickers": 10, "open_interest": 10,
        "candles": 20, "history_candles": 10, "funding_rate_history": 5, "open_interest_history": 5,
        "liquidation_orders": 20,
    }  # fmt: skip
