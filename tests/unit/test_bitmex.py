"""BitMEX: a closed venue is loaded on demand and never daily; the archive's files, and REST where one is missing."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from fetched import fetching

from ingestion.errors import BadAnswer, NotFound, Rejected
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

BITMEX = all_sources()["bitmex"]
NOW = datetime(2026, 11, 10, 6, tzinfo=UTC)
DAY = date(2026, 9, 1)
HEADER = "timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional,trdType\n"
TRADES = HEADER + (
    "2026-09-01D10:59:59.999999999,XBTUSD,Buy,300,50000,PlusTick,a,600000,0.006,300,Regular\n"
    "2026-09-01D10:00:00.138718000,XBTUSD,Sell,100,40000,MinusTick,b,250000,0.0025,100,Regular\n"
    "2026-09-01D10:30:00.000000000,XBTUSD,Sell,200,80000,MinusTick,c,250000,0.0025,200,Regular\n"
    "2026-09-01D11:00:00.000000000,XBTUSD,Buy,7,70000,PlusTick,d,10000,0.0001,7,Regular\n"
    "2026-09-01D11:00:00.000000000,.BXBT,Buy,,70000,PlusTick,e,,,,Referential\n"
)
run = fetching("bitmex", NOW)


def answers(**paths: Callable[[httpx.Request], Any]) -> Callable[[httpx.Request], Any]:
    """By the last part of the path; everything else is an empty list."""

    def answer(request: httpx.Request) -> Any:
        name = "trades" if request.url.path.endswith(".csv.gz") else request.url.path.rsplit("/", 1)[1]
        return paths[name](request) if name in paths else []

    return answer


def file(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=gzip.compress(TRADES.encode()))


def missing(request: httpx.Request) -> httpx.Response:
    return httpx.Response(403, content=b"<Error><Code>AccessDenied</Code></Error>")


@pytest.mark.parametrize("window", [None, Window(date(2026, 9, 24), date(2026, 9, 24)), Window(date(2026, 11, 9), date(2026, 11, 9))])
def test_after_the_end_nothing_is_asked(window: Window | None, settings: Any, wire: Any) -> None:
    line = wire(answers())
    result = run(settings, line, window)
    assert (result.status, result.problem, line.asked) == ("closed", None, [])


def test_a_range_is_one_file_a_day_one_list_and_one_page_of_funding(settings: Any, wire: Any, held: Any) -> None:
    line = wire(answers(trades=file))
    result = run(settings, line, Window(date(2026, 9, 22), date(2026, 11, 9)))
    assert (result.status, result.problem) == ("closed", None)
    assert sorted(request.url.path.rsplit("/", 1)[1] for request in line.asked) == [
        "20260922.csv.gz", "20260923.csv.gz", "funding", "instrument",
    ]  # fmt: skip
    assert line.params("/instrument") == [{"count": "500", "start": "0"}]
    span = {"startTime": "2026-09-22T00:00:00.000Z", "endTime": "2026-09-23T23:59:59.999Z"}
    assert line.params("/funding") == [span | {"count": "500", "start": "0"}]
    assert [row["trades"] for row in held(settings, "bitmex", "trade_hours")] == [3, 1]


def test_trades_become_hours_in_the_order_of_their_stamps(payload: Any, typed: Any) -> None:
    for body in (TRADES.encode(), gzip.compress(TRADES.encode())):
        rows = typed(payload("bitmex", "trades", body))["trade_hours"]
        assert [list(row.values()) for row in rows] == [
            ["XBTUSD", datetime(2026, 9, 1, 10, tzinfo=UTC), 40000, 80000, 40000, 50000, 600, 1100000, 0.011, 600, 3],
            ["XBTUSD", datetime(2026, 9, 1, 11, tzinfo=UTC), 70000, 70000, 70000, 70000, 7, 10000, 0.0001, 7, 1],
        ]


@pytest.mark.parametrize(
    "spoiled",
    ["2026-09-01D11:30:00.0,XBTUSD,Buy,7,high,PlusTick,e,1,1,1,Regular\n", "2026-09-01D11:30:00.0,XBTUSD,Buy,7,,PlusTick,e,1,1,1,Regular\n",
     "2026-09-01D11:30:00.0,XBTUSD,Buy,many,5,PlusTick,e,1,1,1,Regular\n", "yesterday,XBTUSD,Buy,7,5,PlusTick,e,1,1,1,Regular\n",
     "2026-09-01D11:30:00.0,,Buy,7,5,PlusTick,e,1,1,1,Regular\n", "2026-09-01D11:30:00.0,XBTUSD,Buy,7,inf,PlusTick,e,1,1,1,Regular\n"],
)  # fmt: skip
def test_a_spoiled_trade_costs_its_hour(spoiled: str, settings: Any, wire: Any, held: Any) -> None:
    """Its hour would be told without it, and nobody would know."""
    lines = [spoiled, *TRADES.splitlines(keepends=True)[1:]]
    body = gzip.compress((HEADER + "".join(lines)).encode())
    result = run(settings, wire(answers(trades=lambda request: httpx.Response(200, content=body))), Window(DAY, DAY))
    hours = [row["hour"].hour for row in held(settings, "bitmex", "trade_hours")]
    assert hours == [10] + ([11] if "XBTUSD" not in spoiled or "yesterday" in spoiled else [])
    assert result.outcomes["trade_hours"].rows_quarantined == 1


def test_a_list_that_ignores_its_offset_is_not_asked_for_ever(settings: Any, wire: Any) -> None:
    settled = [{"symbol": f"A{n}", "timestamp": "2026-09-01T04:00:00Z", "fundingRate": 0.1} for n in range(500)]
    line = wire(answers(trades=file, funding=lambda request: settled))
    result = run(settings, line, Window(DAY, DAY))
    assert "the rows from 500 on are those of the page before" in (result.problem or "")
    assert len(line.params("/funding")) == 2


@pytest.mark.parametrize("spoiled", [None, 7, {"typ": "FFWCSX"}, {"symbol": "A", "timestamp": "soon", "listing": "soon"}], ids=str)
def test_a_spoiled_instrument_costs_itself(spoiled: Any, settings: Any, wire: Any, held: Any) -> None:
    told = {"symbol": "XBTUSD", "timestamp": "2026-09-01T00:00:00Z", "typ": "FFWCSX", "state": "Open", "underlying": "XBT",
            "quoteCurrency": "USD", "isInverse": True, "isQuanto": False, "listing": "", "expiry": None}  # fmt: skip
    result = run(settings, wire(answers(trades=file, instrument=lambda request: [spoiled, told])), Window(DAY, DAY))
    assert [row["symbol"] for row in held(settings, "bitmex", "instruments")] == ["XBTUSD"]
    assert [row["symbol"] for row in held(settings, "bitmex", "instrument_states")] == ["XBTUSD"]
    assert [result.outcomes[name].rows_quarantined for name in ("instruments", "instrument_states")] == [1, 1]


def test_sums_do_not_depend_on_the_order_of_rows(payload: Any, typed: Any) -> None:
    """0.1 + 0.2 + 0.3 is not 0.3 + 0.2 + 0.1 in doubles."""
    lines = [f"2026-09-01D10:00:0{n}.0,XBTUSD,Buy,1,5,PlusTick,a,1,{base},1,Regular\n" for n, base in enumerate((0.1, 0.2, 0.3))]
    found = {typed(payload("bitmex", "trades", (HEADER + "".join(order)).encode()))["trade_hours"][0]["home_notional"]
             for order in (lines, lines[::-1])}  # fmt: skip
    assert found == {0.6}


def test_a_day_without_a_file_is_asked_of_rest_by_the_close_of_its_bars(settings: Any, wire: Any, held: Any) -> None:
    bar = {"symbol": "XBTUSD", "open": 1, "high": 2, "low": 1, "close": 2, "trades": 3, "volume": 4, "turnover": 5,
           "homeNotional": 6, "foreignNotional": 7}  # fmt: skip
    pages = {"0": [bar | {"timestamp": f"2026-09-01T{1 + n // 100:02d}:00:00.000Z", "symbol": f"A{n}USD"} for n in range(1000)],
             "1000": [bar | {"timestamp": "2026-09-02T00:00:00.000Z"}]}  # fmt: skip
    line = wire(answers(trades=missing, bucketed=lambda request: pages[request.url.params["start"]]))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    asked = {"binSize": "1h", "partial": "false", "startTime": "2026-09-01T01:00:00.000Z", "endTime": "2026-09-02T00:00:00.000Z"}
    assert line.params("/trade/bucketed") == [asked | {"count": "1000", "start": start} for start in ("0", "1000")]
    rows = held(settings, "bitmex", "trade_bins")
    assert len(rows) == 1001
    assert rows[-1]["timestamp"] == datetime(2026, 9, 2, tzinfo=UTC)
    (settings.raw_dir / "bitmex/trade_bins/month=2026-09/part.parquet").stat()


def test_the_last_bar_of_a_month_is_kept_with_its_month(settings: Any, wire: Any) -> None:
    bar = {"symbol": "XBTUSD", "timestamp": "2026-09-01T00:00:00.000Z", "trades": 0, "volume": 0}
    line = wire(answers(trades=missing, bucketed=lambda request: [bar]))
    assert run(settings, line, Window(date(2026, 8, 31), date(2026, 8, 31))).months == {"2026-08"}


def test_rest_gone_leaves_the_archive(settings: Any, wire: Any, held: Any) -> None:
    gone = lambda request: httpx.Response(404, json={"error": {"message": "Not Found", "name": "HTTPError"}})  # noqa: E731
    line = wire(answers(trades=file, instrument=gone, funding=gone))
    result = run(settings, line, Window(DAY, DAY))
    assert result.status == "failed"
    assert "HTTP 404: HTTPError: Not Found" in (result.problem or "")
    assert len(held(settings, "bitmex", "trade_hours")) == 2
    assert result.outcomes["trade_hours"].failures == []


@pytest.mark.parametrize("body", [b"\x1f\x8b\x08rubbish", gzip.compress(TRADES.encode())[:-20], b"<html>no CSV</html>"])
def test_a_broken_file_is_no_trades(body: bytes, payload: Any) -> None:
    with pytest.raises(BadAnswer):
        BITMEX.endpoint("trades").parse(payload("bitmex", "trades", body))


def test_errors_have_a_name_and_a_message(payload: Any) -> None:
    body = {"error": {"message": "Invalid binSize.", "name": "HTTPError"}}
    for status in (200, 400):
        with pytest.raises(Rejected, match=rf"bitmex trade_bucketed: HTTP {status}: HTTPError: Invalid binSize\."):
            BITMEX.check(payload("bitmex", "trade_bucketed", body, status=status))
    for status in (403, 404):
        with pytest.raises(NotFound, match="no such file"):
            BITMEX.check(payload("bitmex", "trades", b"<Error>", status=status))
