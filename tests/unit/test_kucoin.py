"""KuCoin: what a run asks for, pages with room on both sides, errors inside HTTP 200, weights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from fetched import DAY, END, HOUR, NOW, START, fetching

from ingestion.errors import BadAnswer, NotFound, Rejected
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

KUCOIN = all_sources()["kucoin"]
Answer = Callable[[dict[str, str]], Any]
run = fetching("kucoin")


def contract(symbol: str, **more: Any) -> dict[str, Any]:
    return {
        "symbol": symbol, "type": "FFWCSX", "baseCurrency": "B", "quoteCurrency": "USDT", "settleCurrency": "USDT", "multiplier": 1.0,
        "isInverse": False, "status": "Open", "firstOpenDate": 1,
    } | more  # fmt: skip


def venue(*listed: dict[str, Any], **paths: Answer) -> Callable[[httpx.Request], Any]:
    """These contracts, and answers by the last part of the path; everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1].replace("-", "_")
        data = list(listed) if name == "active" else paths[name](dict(request.url.params)) if name in paths else []
        return data if isinstance(data, httpx.Response) else {"code": "200000", "data": data}

    return answer


def test_a_snapshot_is_one_request_for_everything(settings: Any, wire: Any, held: Any) -> None:
    line = wire(venue(contract("XBTUSDTM", openInterest="7", markPrice=5.5), contract("XBTMZ26", type="FFICSX")))
    assert run(settings, line).status == "ok"
    assert len(line.asked) == 1
    assert [(row["symbol"], row["type"]) for row in held(settings, "kucoin", "instruments")] == [
        ("XBTMZ26", "FFICSX"),
        ("XBTUSDTM", "FFWCSX"),
    ]
    states = held(settings, "kucoin", "contract_states")
    assert [(row["symbol"], row["observed_at"], row["open_interest"], row["mark_price"]) for row in states] == [
        ("XBTMZ26", NOW, None, None), ("XBTUSDTM", NOW, 7.0, 5.5),
    ]  # fmt: skip


def test_one_day_is_three_requests_a_market_with_both_bounds(settings: Any, wire: Any) -> None:
    """The hours of the window come whether or not the bounds belong to it."""
    line = wire(venue(contract("AUSDTM")))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    name = {"symbol": "AUSDTM"}
    assert line.params("/kline/query") == [name | {"granularity": "60", "from": str(START - 1), "to": str(END)}]
    assert line.params("/funding-rates") == [name | {"from": str(START), "to": str(END - 1)}]
    history = {"interval": "1hour", "startAt": str(START), "endAt": str(END - 1), "pageSize": "200"}
    assert line.params("/open-interest") == [name | history]
    assert {request.url.host for request in line.asked} == {"api-futures.kucoin.com", "api.kucoin.com"}
    assert len(line.asked) == 4


def test_only_perpetuals_that_trade_are_asked_for(settings: Any, wire: Any) -> None:
    listed = [
        contract("AUSDTM", status="Paused"), contract("BUSDTM", status="Init"), contract("CUSDTM", status="Settled"),
        contract("DMZ26", type="FFICSX"), contract("EUSDTM", firstOpenDate=END),
    ]  # fmt: skip
    line = wire(venue(*listed))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [params["symbol"] for params in line.params("/kline/query")] == ["AUSDTM"]
    assert [params["symbol"] for params in line.params("/funding-rates")] == ["AUSDTM"]


def test_the_largest_markets_are_chosen_by_turnover(make_settings: Any, wire: Any) -> None:
    """volumeOf24h is base on linear contracts; inverse ones count USD in one of the two."""
    linear = contract("AUSDTM", volumeOf24h=900.0, turnoverOf24h=50.0)
    inverse = contract("BUSDM", isInverse=True, multiplier=-1.0, volumeOf24h=70.0, turnoverOf24h=0.001)
    line = wire(venue(linear, inverse))
    run(make_settings(markets="top:1"), line, Window(DAY, DAY))
    assert [params["symbol"] for params in line.params("/kline/query")] == ["BUSDM"]


def test_long_windows_have_no_gap_though_answers_end_at_200_rows(settings: Any, wire: Any, held: Any) -> None:
    """Oldest first, both bounds within the range, cut without a word."""

    def klines(params: dict[str, str]) -> Any:
        first = -(-int(params["from"]) // HOUR) * HOUR
        return [[at, 1, 2, 0.5, 1.5, 10] for at in range(first, int(params["to"]) + 1, HOUR)][:200]

    line = wire(venue(contract("AUSDTM"), query=klines))
    first = date(2025, 10, 1)
    assert run(settings, line, Window(first, first + timedelta(days=19))).problem is None
    start = int(datetime(2025, 9, 30, tzinfo=UTC).timestamp() * 1000)
    assert len(line.params("/kline/query")) == 3  # 504 hours
    rows = held(settings, "kucoin", "candles")
    assert [row["time"] for row in rows] == list(range(start, start + 504 * HOUR, HOUR))
    assert {(row["granularity"], row["volume"], row["turnover"]) for row in rows} == {(60, 10.0, None)}


@pytest.mark.parametrize(
    ("path", "stamp", "end", "full"), [("funding_rates", "timepoint", "to", 100), ("open_interest", "ts", "endAt", 200)]
)
def test_newest_first_goes_backward_until_a_short_page(settings: Any, wire: Any, path: str, stamp: str, end: str, full: int) -> None:
    left = [full, full, 3]

    def rows(params: dict[str, str]) -> Any:
        return [{"symbol": "AUSDTM", "fundingRate": 0.5, "openInterest": "1", stamp: int(params[end]) - 10 * n} for n in range(left.pop(0))]

    line = wire(venue(contract("AUSDTM"), **{path: rows}))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    asked = line.params("/" + path.replace("_", "-"))
    assert [int(params[end]) for params in asked] == [END - 1 - (10 * (full - 1) + 1) * n for n in range(3)]


def test_a_contract_that_is_gone_stops_no_other_and_is_no_failure(settings: Any, wire: Any, held: Any) -> None:
    def klines(params: dict[str, str]) -> Any:
        if params["symbol"] == "GONEUSDTM":
            return httpx.Response(200, json={"code": "100003", "msg": "Contract parameter invalid"})
        return [[START, 1, 2, 0.5, 1.5, 10, 15.5]]

    line = wire(venue(contract("GONEUSDTM"), contract("AUSDTM"), query=klines))
    assert run(settings, line, Window(DAY, DAY)).status == "ok"
    assert [(row["symbol"], row["turnover"]) for row in held(settings, "kucoin", "candles")] == [("AUSDTM", 15.5)]


def test_a_busy_venue_is_asked_again(settings: Any, wire: Any, held: Any) -> None:
    left = [(200, "200002"), (429, "429000")]

    def interest(params: dict[str, str]) -> Any:
        if left:
            status, code = left.pop()
            return httpx.Response(status, json={"code": code, "msg": "Too many requests"})
        return [{"openInterest": "3", "ts": START}]

    assert run(settings, wire(venue(contract("AUSDTM"), open_interest=interest)), Window(DAY, DAY)).status == "ok"
    rows = held(settings, "kucoin", "open_interest")
    assert [(row["symbol"], row["interval"], row["open_interest"]) for row in rows] == [("AUSDTM", "1hour", 3.0)]


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [("100003", "Contract parameter invalid", NotFound), ("400100", "The symbol Not Exists", NotFound),
     ("400100", "granularity is invalid", Rejected), ("429000", "Too many requests", BadAnswer)],
)  # fmt: skip
def test_another_code_than_200000_is_an_error(code: str, message: str, error: type[Exception], payload: Any) -> None:
    with pytest.raises(error, match=rf"kucoin kline \[AUSDTM\]: error {code}: {message}"):
        KUCOIN.check(payload("kucoin", "kline", {"code": code, "msg": message}, params={"symbol": "AUSDTM"}))


def test_requests_cost_their_weight_of_a_pool_shared_by_two_hosts() -> None:
    assert {one.name: one.weight({}) for one in KUCOIN.endpoints} == {
        "contracts": 3, "kline": 3, "funding_rates": 5, "open_interest": 5,
    }  # fmt: skip
    assert sum(limit.amount for limit in KUCOIN.limits.values()) == 2000
