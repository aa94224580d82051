"""The benchmarks' own ground: what their exchange serves, its truth, and that a wrong row is found in whatever a program loaded."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from benchmarks import history
from benchmarks.days import midnight_ms
from benchmarks.exchange.exchange import FUNDING, INTEREST, KLINES, Exchange
from benchmarks.exchange.series import DAY_MS, HOUR_MS, series
from benchmarks.exchange.server import Connection
from benchmarks.loaded import Loaded
from benchmarks.measure import MemoryWatch, measure
from benchmarks.programs import phases
from benchmarks.report import ratio
from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.settings import Settings
from ingestion.store.raw import RawTable
from ingestion.venue.registry import all_sources

FIRST, NOW = date(2026, 3, 1), date(2026, 3, 11)
START, END = midnight_ms(FIRST), midnight_ms(NOW)
SYMBOLS, DAYS = 3, 10


@pytest.fixture
def exchange() -> Exchange:
    return Exchange(SYMBOLS, START, END, END + DAY_MS)


def ask(exchange: Exchange, path: str, **parameters: object) -> Any:
    status, body = exchange.answer(path, {name: str(value) for name, value in parameters.items()})
    assert status == 200, body
    return json.loads(body)


def pages(exchange: Exchange, path: str, stamp: Callable[[Any], int], **parameters: object) -> list[Any]:
    """All rows, page by page from the first stamp on."""
    rows: list[Any] = []
    start = START
    while page := ask(exchange, path, startTime=start, endTime=END - 1, **parameters):
        rows += page
        start = stamp(page[-1]) + 1
    return rows


def test_pages_of_any_size_hold_every_row_once(exchange: Exchange) -> None:
    for limit in (7, 100, 1500):
        rows = pages(exchange, KLINES, lambda row: int(row[0]), symbol="BTCUSDT", interval="1h", limit=limit)
        assert [row[0] for row in rows] == list(range(START, END, HOUR_MS))


def test_without_a_start_a_page_holds_the_newest(exchange: Exchange) -> None:
    rows = ask(exchange, KLINES, symbol="ETHUSDT", interval="1h", limit=2)
    assert [row[0] for row in rows] == [END - 2 * HOUR_MS, END - HOUR_MS]


def test_nothing_is_served_that_has_not_happened(exchange: Exchange) -> None:
    later = {"symbol": "BTCUSDT", "startTime": END, "endTime": END + DAY_MS - 1}
    assert ask(exchange, KLINES, interval="1h", **later) == ask(exchange, FUNDING, **later) == []
    exchange.answer("/control/clock", {"now_ms": str(END + DAY_MS)})
    assert len(ask(exchange, KLINES, interval="1h", **later)) == 24
    assert len(ask(exchange, FUNDING, **later)) == 3


def test_what_is_served_adds_up_to_the_truth(exchange: Exchange) -> None:
    """The texts on the wire, added as decimals, against sums of the series."""
    truth = ask(exchange, "/control/truth", start_ms=START, end_ms=END)
    candles, settlements = [], []
    for symbol in exchange.markets:
        candles += pages(exchange, KLINES, lambda row: int(row[0]), symbol=symbol, interval="1h", limit=500)
        settlements += pages(exchange, FUNDING, lambda row: int(row["fundingTime"]), symbol=symbol, limit=1000)
    assert len(candles) == truth["candles"] == SYMBOLS * DAYS * 24
    assert len(settlements) == truth["settlements"] == SYMBOLS * DAYS * 3
    assert sum(int(row[4].replace(".", "")) for row in candles) == int(truth["close"])
    assert sum(int(row[7].replace(".", "")) for row in candles) == int(truth["quote_volume"])
    assert sum(int(row["fundingRate"].replace(".", "")) for row in settlements) == int(truth["funding_rate"])


def test_a_row_depends_on_nothing_but_its_market_and_hour() -> None:
    whole, part = series(2, 1000, 1200), series(2, 1100, 1150)
    for name in ("hours", "open", "high", "low", "close", "volume", "quote_volume", "funding_rate", "open_interest"):
        assert getattr(whole, name)[100:150].tolist() == getattr(part, name).tolist()
    assert whole.close[:-1].tolist() == whole.open[1:].tolist()
    assert (whole.low <= whole.open).all()
    assert (whole.high >= whole.close).all()


@pytest.mark.parametrize(
    ("path", "parameters", "status", "code"),
    [
        (KLINES, {"symbol": "NOPEUSDT", "interval": "1h"}, 400, -1121),
        (KLINES, {"symbol": "BTCUSDT", "interval": "7h"}, 400, -1120),
        (KLINES, {"symbol": "BTCUSDT", "interval": "1h", "limit": "1501"}, 400, -1130),
        (FUNDING, {"symbol": "BTCUSDT", "startTime": "yesterday"}, 400, -1130),
        (INTEREST, {"symbol": "BTCUSDT", "period": "1h", "startTime": str(END - 31 * DAY_MS)}, 400, -1130),
        ("/fapi/v1/nothing", {}, 404, -5000),
    ],
)
def test_it_refuses_as_the_exchange_does(exchange: Exchange, path: str, parameters: dict[str, str], status: int, code: int) -> None:
    answered, body = exchange.answer(path, parameters)
    assert (answered, json.loads(body)["code"]) == (status, code)


def test_requests_in_pieces_and_several_at_once_are_answered_in_order() -> None:
    written: list[bytes] = []

    class Transport(asyncio.Transport):
        def write(self, data: Any) -> None:
            written.append(bytes(data))

    connection = Connection(lambda path, parameters: (200, f"{path} {parameters.get('a', '')}".encode()))
    connection.connection_made(Transport())
    for piece in (b"GET /one?a=1 HTTP/1.1\r\nHost: x\r", b"\n\r\nGET /two HTTP/1.1\r\n\r\nGET /thr", b"ee HTTP/1.1\r\n\r\n"):
        connection.data_received(piece)
    assert [answer.split(b"\r\n\r\n")[1] for answer in written] == [b"/one 1", b"/two ", b"/three "]
    assert [b"Content-Length: %d\r\n" % length in answer for length, answer in zip((6, 5, 7), written, strict=True)] == [True] * 3


# --- what a program loaded ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def served(exchange: Exchange) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Candles and settlements as a program would have loaded them."""
    candles, settlements = [], []
    for symbol in exchange.markets:
        for row in pages(exchange, KLINES, lambda row: int(row[0]), symbol=symbol, interval="1h", limit=500):
            candles.append((symbol, row[0], float(row[4]), float(row[7])))
        for one in pages(exchange, FUNDING, lambda row: int(row["fundingTime"]), symbol=symbol):
            settlements.append((symbol, one["fundingTime"], float(one["fundingRate"])))
    columns = ["symbol", "open_time", "close", "quote_volume"]
    funding = pl.DataFrame(settlements, schema=["symbol", "funding_time", "funding_rate"], orient="row")
    return pl.DataFrame(candles, schema=columns, orient="row"), funding


def differences(exchange: Exchange, folder: Path, candles: pl.DataFrame, funding: pl.DataFrame, **more: bool) -> list[str]:
    with duckdb.connect(str(folder / "loaded.duckdb")) as connection:
        for table, rows in (("klines", candles), ("funding", funding)):
            connection.register("rows", rows)
            connection.execute(f"create or replace table {table} as from rows")
    found = Loaded("klines", "main.funding", folder / "loaded.duckdb", **more).differences(exchange.truth(START, END))
    return [line.split(":")[0] for line in found]


def test_right_rows_have_no_differences(exchange: Exchange, served: tuple[pl.DataFrame, pl.DataFrame], tmp_path: Path) -> None:
    assert differences(exchange, tmp_path, *served) == []


def first_row(column: str, value: pl.Expr) -> pl.Expr:
    return pl.when(pl.int_range(pl.len()) == 0).then(value).otherwise(pl.col(column)).alias(column)


def test_one_wrong_digit_is_found(exchange: Exchange, served: tuple[pl.DataFrame, pl.DataFrame], tmp_path: Path) -> None:
    candles, funding = served
    off_by_one = {
        "sum of close": (candles.with_columns(first_row("close", pl.col("close") + 0.0001)), funding),
        "sum of quote volume": (candles.with_columns(first_row("quote_volume", pl.col("quote_volume") - 0.0000001)), funding),
        "sum of funding rates": (candles, funding.with_columns(first_row("funding_rate", pl.col("funding_rate") + 0.00000001))),
    }
    for name, wrong in off_by_one.items():
        assert differences(exchange, tmp_path, *wrong) == [name]


def test_missing_and_doubled_rows_are_found(exchange: Exchange, served: tuple[pl.DataFrame, pl.DataFrame], tmp_path: Path) -> None:
    candles, funding = served
    assert "candles" in differences(exchange, tmp_path, candles[1:], funding)
    assert "settlements" in differences(exchange, tmp_path, candles, pl.concat([funding, funding[:1]]))
    instead = pl.concat([candles[1:], candles[1:2]])  # as many as there should be, one of them twice
    assert "distinct candles" in differences(exchange, tmp_path, instead, funding)


def test_a_program_without_quote_volume_is_checked_for_the_rest(
    exchange: Exchange, served: tuple[pl.DataFrame, pl.DataFrame], tmp_path: Path
) -> None:
    candles, funding = served
    assert differences(exchange, tmp_path, candles.drop("quote_volume"), funding, quote_volume=False) == []
    assert differences(exchange, tmp_path, candles.drop("quote_volume")[1:], funding, quote_volume=False) != []


def test_a_program_that_loaded_nothing_has_failed(exchange: Exchange, tmp_path: Path) -> None:
    (problem,) = Loaded("klines", "funding", tmp_path / "none.duckdb").differences(exchange.truth(START, END))
    assert problem.startswith("unreadable")


# --- measuring ---------------------------------------------------------------------------------------------------------------------------


def test_a_phase_asks_for_what_is_new() -> None:
    fresh, again, more = phases(FIRST, NOW)
    assert (fresh.asked_from, fresh.last) == (FIRST, NOW)
    assert (again.asked_from, again.last) == (NOW, NOW)
    assert (more.asked_from, more.last, more.end) == (NOW + timedelta(days=1), NOW + timedelta(days=1), NOW + timedelta(days=2))


def test_a_slow_round_does_not_move_a_ratio() -> None:
    assert ratio([2.0, 20.0, 2.0], [1.0, 10.0, 1.0]) == 2.0


def test_cpu_is_counted_with_the_childrens(tmp_path: Path) -> None:
    work = [sys.executable, "-c", "sum(range(5_000_000))"]
    alone = measure([sys.executable, "-c", "pass"], {}, tmp_path)
    with_child = measure([sys.executable, "-c", f"import subprocess; subprocess.run({work!r}, check=True)"], {}, tmp_path)
    assert with_child.cpu_seconds > alone.cpu_seconds + 0.02


def test_memory_is_counted_with_the_childrens_and_without_ours() -> None:
    """A child holds 100 MB and its child 150 MB until told to end."""
    held = "x = bytearray(150_000_000); print('ready', flush=True); input()"
    code = f"import subprocess, sys; x = bytearray(100_000_000); subprocess.run([sys.executable, '-c', {held!r}])"
    mine = bytearray(300_000_000)
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        assert child.stdout.readline() == "ready\n"
        watch = MemoryWatch(child.pid)
        watch.look()
        child.communicate("\n")
    assert 250 < watch.peak_megabytes < 250 + len(mine) / 1e6


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"exit 3(.|\n)*what went wrong"):
        measure([sys.executable, "-c", "print('what went wrong'); raise SystemExit(3)"], {}, tmp_path)


# --- raw data of any size ----------------------------------------------------------------------------------------------------------------


def test_generated_raw_data_hold_what_the_series_say(settings: Settings) -> None:
    last = date(2026, 3, 2)
    history.write(settings, 2, date(2026, 2, 27), last - timedelta(days=1))
    history.write(settings, 2, last, last)
    tables = {one.name: RawTable(settings.raw_dir, history.SOURCE, one) for one in all_sources()[history.SOURCE].entities}
    assert [tables[name].rows() for name in ("klines", "funding_rates", "metrics")] == [2 * 4 * 24, 2 * 4 * 3, 2 * 4 * 24]
    assert tables["klines"].months() == ["2026-02", "2026-03"]
    assert {tables[name].last_day() for name in ("klines", "metrics")} == {last}
    klines = pl.read_parquet(tables["klines"].part("2026-03"), hive_partitioning=False).filter(pl.col("symbol") == "ETHUSDT")
    truth = series(1, midnight_ms(date(2026, 3, 1)) // HOUR_MS, midnight_ms(date(2026, 3, 3)) // HOUR_MS)
    assert klines["close"].to_list() == (truth.close / 1e4).tolist()
    assert klines["quote_volume"].to_list() == (truth.quote_volume / 1e7).tolist()


def test_the_warehouse_reads_the_exchange_as_it_is(exchange: Exchange, settings: Settings) -> None:
    """The one program of the comparison that is ours, in process: all rows, right."""
    import httpx

    def answer(request: httpx.Request) -> httpx.Response:
        status, body = exchange.answer(request.url.path, dict(request.url.params))
        return httpx.Response(status, content=body, headers={"content-type": "application/json"})

    source = all_sources()["binance"]
    window, transports = Window(FIRST, NOW - timedelta(days=1)), {"binance": httpx.MockTransport(answer)}
    (result,) = ingest(settings, [source], window, clock=lambda: datetime.combine(NOW, time(), UTC), transports=transports)
    assert result.problem is None
    parts = f"read_parquet('{settings.raw_dir}/binance/{{}}/month=2*/part.parquet')"
    assert Loaded(parts.format("klines"), parts.format("funding_rates")).differences(exchange.truth(START, END)) == []
