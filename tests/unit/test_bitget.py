"""Bitget: what a run asks for, pages wider than their hours, funding by page number, error codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from fetched import DAY, END, HOUR, START, fetching

from ingestion.errors import BadAnswer, NotFound, Rejected
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

BITGET = all_sources()["bitget"]
USDT, USDC, COIN = "USDT-FUTURES", "USDC-FUTURES", "COIN-FUTURES"
Answer = Callable[[dict[str, str]], Any]
run = fetching("bitget")


def contract(symbol: str, **more: Any) -> dict[str, Any]:
    return {
        "symbol": symbol, "category": USDT, "baseCoin": "B", "quoteCoin": "USDT", "type": "perpetual", "status": "online",
        "launchTime": "", "offTime": "-1", "fundInterval": "8",
    } | more  # fmt: skip


def venue(*listed: dict[str, Any], **paths: Answer) -> Callable[[httpx.Request], Any]:
    """These contracts, and answers by the last part of the path; everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name, params = request.url.path.rsplit("/", 1)[1].replace("-", "_"), dict(request.url.params)
        data = [row for row in listed if row["category"] == params["category"]] if name == "instruments" else []
        data = paths[name](params) if name in paths else data
        return data if isinstance(data, httpx.Response) else {"code": "00000", "msg": "success", "data": data}

    return answer


def candle(at: int) -> list[str]:
    return [str(at), "1", "2", "0.5", "1.5", "10", "15"]


def test_a_snapshot_is_six_requests(settings: Any, wire: Any) -> None:
    line = wire(venue(contract("AUSDT")))
    assert run(settings, line).status == "ok"
    assert sorted(params["category"] for params in line.params("v3/market/instruments")) == [COIN, USDC, USDT]
    assert sorted(params["productType"] for params in line.params("/tickers")) == [COIN, USDC, USDT]
    assert len(line.asked) == 6


def test_one_day_is_two_requests_a_market_an_hour_wider_than_it(settings: Any, wire: Any) -> None:
    """Whether bounds belong to a range is not said: neither reading may lose an hour."""
    line = wire(venue(contract("AUSDT"), contract("BUSD", category=COIN)))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    span = {"granularity": "1H", "startTime": str(START - HOUR), "endTime": str(END), "limit": "50"}
    names = [{"symbol": "AUSDT", "productType": USDT}, {"symbol": "BUSD", "productType": COIN}]
    assert sorted(line.params("/candles"), key=str) == sorted([name | span for name in names], key=str)
    pages = [name | {"pageSize": "100", "pageNo": "1"} for name in names]
    assert sorted(line.params("/history-fund-rate"), key=str) == sorted(pages, key=str)
    assert len(line.asked) == 6 + 4


def test_only_perpetuals_that_trade_are_asked_for(settings: Any, wire: Any, held: Any) -> None:
    listed = [
        contract("AUSDT", status="limit_open"), contract("BUSDT", status="listed"), contract("CUSDT", status="offline"),
        contract("DUSDZ26", category=COIN, type="delivery"), contract("EUSDT", launchTime=str(END)),
        contract("FUSDT", launchTime=str(START + HOUR)),
    ]  # fmt: skip
    line = wire(venue(*listed))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [params["symbol"] for params in line.params("/candles")] == ["AUSDT", "FUSDT"]
    assert len(held(settings, "bitget", "instruments")) == 6


def test_the_largest_markets_are_chosen_by_their_volume_in_usd(make_settings: Any, wire: Any) -> None:
    def tickers(params: dict[str, str]) -> Any:
        rows = {USDT: [("AUSDT", "9000", "5")], COIN: [("BUSD", "1", "60")]}.get(params["productType"], [])
        return [{"symbol": symbol, "ts": "1", "baseVolume": base, "usdtVolume": usd} for symbol, base, usd in rows]

    line = wire(venue(contract("AUSDT"), contract("BUSD", category=COIN), tickers=tickers))
    run(make_settings(markets="top:1"), line, Window(DAY, DAY))
    assert [params["symbol"] for params in line.params("/candles")] == ["BUSD"]


@pytest.mark.parametrize("is_inclusive", [True, False])
def test_long_windows_go_through_the_history_path_without_a_gap(is_inclusive: bool, settings: Any, wire: Any, held: Any) -> None:
    """200 rows a page, and the newest are kept; whether the bounds belong to it makes no difference."""

    def candles(params: dict[str, str]) -> Any:
        first, last = int(params["startTime"]), int(params["endTime"])
        rows = (
            [candle(at) for at in range(first, last + HOUR, HOUR)]
            if is_inclusive
            else [candle(at) for at in range(first + HOUR, last, HOUR)]
        )
        return rows[-int(params["limit"]) :]

    line = wire(venue(contract("AUSDT"), history_candles=candles))
    first = date(2025, 10, 1)
    assert run(settings, line, Window(first, first + timedelta(days=19))).problem is None
    start = int(datetime(2025, 9, 30, tzinfo=UTC).timestamp() * 1000)
    assert line.params("/market/candles") == []
    assert [int(params["limit"]) for params in line.params("/history-candles")] == [200, 200, 21 * 24 - 2 * 198 + 2]
    assert [row["ts"] for row in held(settings, "bitget", "candles")] == list(range(start, start + 21 * 24 * HOUR, HOUR))


def test_funding_pages_end_at_the_windows_start_and_only_the_window_is_kept(settings: Any, wire: Any, held: Any) -> None:
    """Pages have no bounds: rows of the running day and of days before come along."""

    def rates(params: dict[str, str]) -> Any:
        newest = END + 6 * HOUR - (int(params["pageNo"]) - 1) * 100 * HOUR // 2
        return [{"symbol": "AUSDT", "fundingTime": str(newest - n * HOUR // 2), "fundingRate": "0.5"} for n in range(100)]

    line = wire(venue(contract("AUSDT"), history_fund_rate=rates))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [params["pageNo"] for params in line.params("/history-fund-rate")] == ["1", "2"]  # 54 of 100 hours
    assert [row["funding_time"] for row in held(settings, "bitget", "funding_rates")] == list(range(START, END, HOUR // 2))


def test_a_category_that_fails_stops_no_other_and_is_told(settings: Any, wire: Any, held: Any) -> None:
    def tickers(params: dict[str, str]) -> Any:
        if params["productType"] == COIN:
            return httpx.Response(400, json={"code": "40017", "msg": "Parameter verification failed"})
        return [{"symbol": "AUSDT", "ts": str(START), "holdingAmount": "3", "deliveryTime": None}]

    result = run(settings, wire(venue(contract("AUSDT"), tickers=tickers)))
    assert result.status == "failed"
    assert "tickers: error 40017: Parameter verification failed (×1: all COIN-FUTURES)" in (result.problem or "")
    assert [(row["symbol"], row["holding_amount"]) for row in held(settings, "bitget", "tickers")] == [("AUSDT", 3.0)]


def test_a_symbol_that_is_gone_or_just_listed_is_no_failure(settings: Any, wire: Any, held: Any) -> None:
    def candles(params: dict[str, str]) -> Any:
        gone = httpx.Response(400, json={"code": "40034", "msg": "Parameter GONEUSDT does not exist", "data": None})
        return {"GONEUSDT": gone, "NEWUSDT": ""}.get(params["symbol"], [candle(START)])

    line = wire(venue(contract("GONEUSDT"), contract("NEWUSDT"), contract("AUSDT"), candles=candles))
    assert run(settings, line, Window(DAY, DAY)).status == "ok"
    assert [(row["symbol"], row["turnover"]) for row in held(settings, "bitget", "candles")] == [("AUSDT", 15.0)]


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [("40034", 400, NotFound), ("40309", 400, NotFound), ("40017", 400, Rejected), ("40017", 200, Rejected), ("45001", 200, BadAnswer)],
)
def test_another_code_than_zeros_is_an_error(code: str, status: int, error: type[Exception], payload: Any) -> None:
    body = {"code": code, "msg": "why not", "data": None}
    with pytest.raises(error, match=rf"bitget candles \[AUSDT\]: error {code}: why not"):
        BITGET.check(payload("bitget", "candles", body, status=status, params={"symbol": "AUSDT"}))


def test_every_path_has_a_budget_of_its_own() -> None:
    assert {name: limit.amount / limit.seconds for name, limit in BITGET.limits.items()} == {
        "instruments": 20, "contracts": 20, "tickers": 20, "candles": 20, "history_candles": 20, "history_fund_rate": 20,
    }  # fmt: skip
