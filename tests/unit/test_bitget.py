"""Bitget: which contracts are asked for, pages wider than their hours, funding without bounds, recordings of older paths."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from fetched import DAY, END, HOUR, START, fetching

from ingestion.errors import BadAnswer, Rejected, Unroutable
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

BITGET = all_sources()["bitget"]
run = fetching("bitget")


def venue(*symbols: dict[str, Any], **series: Callable[[dict[str, str]], Any]) -> Any:
    """USDT contracts; `series` answers by the last part of the path, everything else is empty."""
    base = {"category": "USDT-FUTURES", "baseCoin": "X", "quoteCoin": "USDT", "type": "perpetual", "status": "online"}

    def answer(request: httpx.Request) -> Any:
        name, params = request.url.path.rsplit("/", 1)[1].replace("-", "_"), dict(request.url.params)
        is_list = name == "instruments" and params["category"] == "USDT-FUTURES"
        data = [base | one for one in symbols] if is_list else series[name](params) if name in series else []
        return data if isinstance(data, httpx.Response) else {"code": "00000", "data": data}

    return answer


def candle(at: int) -> list[str]:
    return [str(at), "1", "2", "0.5", "1.5", "10", "15"]


def test_only_perpetuals_that_trade_are_asked_for(settings: Any, wire: Any, held: Any) -> None:
    states = {"AUSDT": {"status": "limit_open"}, "BUSDT": {"status": "listed"}, "CUSDT": {"status": "offline"},
              "DUSDZ26": {"type": "delivery"}, "EUSDT": {"launchTime": str(END)}, "FUSDT": {"launchTime": str(START + HOUR)}}  # fmt: skip
    line = wire(venue(*({"symbol": name} | more for name, more in states.items())))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [params["symbol"] for params in line.params("/candles")] == ["AUSDT", "FUSDT"]
    assert [row["symbol"] for row in held(settings, "bitget", "instruments")] == list(states)


@pytest.mark.parametrize("is_inclusive", [True, False])
def test_old_windows_go_through_the_history_path_without_a_gap(is_inclusive: bool, settings: Any, wire: Any, held: Any) -> None:
    """200 rows a page, and the newest are kept; whether the bounds belong to it makes no difference."""

    def candles(params: dict[str, str]) -> Any:
        first, last = int(params["startTime"]), int(params["endTime"])
        hours = range(first, last + HOUR, HOUR) if is_inclusive else range(first + HOUR, last, HOUR)
        return [candle(at) for at in hours][-int(params["limit"]) :]

    line = wire(venue({"symbol": "AUSDT"}, history_candles=candles))
    first = date(2025, 10, 1)
    assert run(settings, line, Window(first, first + timedelta(days=19))).problem is None
    assert line.params("/market/candles") == []
    assert [int(params["limit"]) for params in line.params("/history-candles")] == [200, 200, 21 * 24 - 2 * 198 + 2]
    start = START - (DAY - first).days * 24 * HOUR
    assert [row["ts"] for row in held(settings, "bitget", "candles")] == list(range(start, start + 21 * 24 * HOUR, HOUR))


def test_funding_pages_end_at_the_windows_start_and_only_the_window_is_kept(settings: Any, wire: Any, held: Any) -> None:
    """Pages have no bounds: rows of the running day and of days before come along."""

    def rates(params: dict[str, str]) -> Any:
        newest = END + 6 * HOUR - (int(params["pageNo"]) - 1) * 100 * HOUR // 2
        return [{"symbol": "AUSDT", "fundingTime": str(newest - n * HOUR // 2), "fundingRate": "0.5"} for n in range(100)]

    line = wire(venue({"symbol": "AUSDT"}, history_fund_rate=rates))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [params["pageNo"] for params in line.params("/history-fund-rate")] == ["1", "2"]  # 54 of 100 hours
    assert [row["funding_time"] for row in held(settings, "bitget", "funding_rates")] == list(range(START, END, HOUR // 2))


def test_a_symbol_that_is_gone_or_just_listed_is_no_failure(settings: Any, wire: Any, held: Any) -> None:
    gone = httpx.Response(400, json={"code": "40034", "msg": "Parameter GONEUSDT does not exist", "data": None})
    answers = {"GONEUSDT": gone, "NEWUSDT": "", "AUSDT": [candle(START)]}
    line = wire(venue(*({"symbol": name} for name in answers), candles=lambda params: answers[params["symbol"]]))
    assert run(settings, line, Window(DAY, DAY)).status == "ok"
    assert [(row["symbol"], row["turnover"]) for row in held(settings, "bitget", "candles")] == [("AUSDT", 15.0)]


@pytest.mark.recorded
def test_recordings_of_older_paths(recorded: Any, typed: Any) -> None:
    for number, error in ((1, BadAnswer), (2, Rejected)):
        one, _ = recorded(f"venues/bitget/errors__cx_handle_errors_err{number}.json", "bitget", "tickers")
        with pytest.raises(error, match=r"error (01001|invalid-parameter: invalid size)"):
            BITGET.check(one)
    without, _ = recorded("venues/bitget/klines__cx_fetch_ohlcv_row.json", "bitget", "history_candles")
    with pytest.raises(Unroutable, match="no 'symbol'"):
        typed(without)


def test_every_path_has_a_budget_of_its_own() -> None:
    assert {name: limit.amount / limit.seconds for name, limit in BITGET.limits.items()} == dict.fromkeys(BITGET.hosts, 20)
