"""A session: it commits as it goes, its own commits change nothing it has planned, and one answer's trouble is that answer's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import polars as pl
import pytest

from ingestion.errors import BadAnswer
from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store import landing
from ingestion.store.raw import RawTable
from ingestion.venue.registry import all_sources
from ingestion.wire.hosts import NEVER_REACHED_TRIES
from ingestion.wire.payload import Payload

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = Window(date(2026, 3, 9), date(2026, 3, 9))
START_MS = DAY.start_ms
Fetch = Callable[[Session, int], Any]


def run(settings: Any, source: Any, line: Any, window: Window | None = DAY, **more: Any) -> SourceResult:
    (result,) = ingest(settings, [source], window, clock=lambda: AT, transports={source.name: line.transport}, **more)
    return result


def price(request: httpx.Request) -> list[list[Any]]:
    """A row of a time of its own."""
    number = int(request.url.params.get("n", 0))
    return [["APPLE", START_MS + number, 1.0 + number, "x" * 100]]


def landed(settings: Any, source: str) -> list[str]:
    return [str(path) for path in sorted(settings.landing_dir.glob(f"{source}/*/*.parquet"))]


async def by_get(session: Session, number: int) -> None:
    await session.get("items", params={"n": number})


async def by_fetch_and_take(session: Session, number: int) -> None:
    session.take(await session.fetch("items", params={"n": number}))


@pytest.mark.parametrize("fetch", [by_get, by_fetch_and_take], ids=["get", "fetch and take"])
@pytest.mark.parametrize("is_frame", [False, True], ids=["tuples", "frames"])
def test_a_long_range_is_committed_as_it_comes_however_it_is_fetched(
    fetch: Fetch, is_frame: bool, shop: Any, settings: Any, wire: Any, monkeypatch: pytest.MonkeyPatch, held: Any
) -> None:
    monkeypatch.setattr("ingestion.run.session.COMMIT_BYTES", 2000)

    class Long(shop):  # type: ignore[misc]
        async def history(self, session: Session, window: Window, markets: Any) -> None:
            for number in range(40):
                await fetch(session, number)

    def frames(payload: Payload) -> dict[str, pl.DataFrame]:
        rows = [[str(value) for value in row] for row in payload.json]
        return {"items": pl.DataFrame(rows, schema=["name", "time", "price", "note"], orient="row")}

    source = Long()
    if is_frame:
        source.endpoints = (replace(source.endpoint("items"), parse=frames),)
    result = run(settings, source, wire(price))
    assert result.problem is None
    assert result.outcomes["items"].rows_added == 40
    assert len(landed(settings, "shop")) >= 6


def test_after_a_commit_that_failed_nothing_more_is_asked_for_or_written(
    shop: Any, settings: Any, wire: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the rows after the hole would say that all before them is there."""
    monkeypatch.setattr("ingestion.run.session.COMMIT_BYTES", 2000)
    write, written = landing.write, []

    def second_fails(folder: Any, payloads: Any) -> Any:
        written.append(folder)
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        return write(folder, payloads)

    monkeypatch.setattr("ingestion.run.holding.landing.write", second_fails)

    class Long(shop):  # type: ignore[misc]
        async def history(self, session: Session, window: Window, markets: Any) -> None:
            for first in (0, 20):
                items = range(first, first + 20)
                await session.each("items", items, lambda number: session.get("items", params={"n": number}))

    line = wire(price)
    result = run(settings, Long(), line)
    assert "what was held cannot be written: [Errno 28] No space left on device" in (result.error or "")
    assert {str(failure) for failure in result.outcomes["items"].failures} == {result.error}
    assert len(written) == 2
    (part,) = RawTable(settings.raw_dir, "shop", Long.entities[0]).months()
    kept = pl.read_parquet(settings.raw_dir / "shop" / "items" / f"month={part}" / "part.parquet", hive_partitioning=False)
    assert 0 < len(kept) == result.outcomes["items"].rows_added < 20
    assert len(line.asked) <= 20


def test_sources_that_hold_much_together_commit_sooner(shop: Any, settings: Any, wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.run.session.LEAST_COMMIT_BYTES", 500)
    monkeypatch.setattr("ingestion.run.session.TOGETHER_BYTES", 3000)

    class Long(shop):  # type: ignore[misc]
        async def history(self, session: Session, window: Window, markets: Any) -> None:
            for number in range(40):
                await by_get(session, number)

    names = ("shop", "stall", "market")
    sources = []
    for name in names:
        source = Long()
        source.name = name
        sources.append(source)
    results = ingest(settings, sources, DAY, clock=lambda: AT, transports={name: wire(price).transport for name in names})
    assert [result.outcomes["items"].rows_added for result in results] == [40, 40, 40]
    assert all(len(landed(settings, name)) >= 3 for name in names)


def test_rows_are_typed_as_they_come_and_none_is_lost(shop: Any, settings: Any, wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.run.holding.SETTLE_ROWS", 3)

    class Long(shop):  # type: ignore[misc]
        async def history(self, session: Session, window: Window, markets: Any) -> None:
            await session.each("items", range(20), lambda number: session.get("items", params={"n": number}))

    source = Long()
    assert run(settings, source, wire(price)).outcomes["items"].rows_added == 20
    table = RawTable(settings.raw_dir, "shop", source.entity("items"))
    rows = pl.read_parquet(table.part("2026-03"), hive_partitioning=False)
    assert rows.sort("time")["price"].to_list() == [1.0 + number for number in range(20)]
    whole = pl.read_parquet(settings.landing_dir / "shop" / "*" / "*.parquet")
    bodies = {sha: json.loads(body) for sha, body in whole.select("sha256", "body").rows()}
    for sha, time, value in rows.select("_payload_sha256", "time", "price").rows():
        assert bodies[sha][0][1:3] == [time, value]


def test_a_commit_in_the_middle_of_a_catch_up_shortens_nothing(settings: Any, wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window of COIN-M is worked out after USDⓈ-M has been committed: it reaches as far back all the same."""
    listing = {"contractType": "PERPETUAL", "status": "TRADING", "contractStatus": "TRADING", "onboardDate": 1, "contractSize": 100}
    listing |= {"baseAsset": "BTC", "quoteAsset": "USDT"}

    def answer(request: httpx.Request) -> Any:
        name, is_coin_margined = request.url.path.rsplit("/", 1)[-1], "dapi" in request.url.host
        if name == "exchangeInfo":
            return {"symbols": [listing | {"symbol": "BTCUSD_PERP" if is_coin_margined else "BTCUSDT"}]}
        if name == "klines":
            last = int(request.url.params["endTime"]) + 1 - 3_600_000
            return [[last, "1", "2", "0.5", "1.5", "10", last + 1, "15", 3, "4", "6", "0"]]
        return {"symbol": "BTCUSDT", "time": START_MS, "openInterest": "1"} if name == "openInterest" else []

    old = date(2026, 2, 27)
    binance = all_sources()["binance"]
    run(settings, binance, wire(answer), Window(old, old))
    monkeypatch.setattr("ingestion.run.session.COMMIT_BYTES", 1)
    line = wire(answer)
    run(settings, binance, line, catch_up=True)
    first = {request.url.host: int(request.url.params["startTime"]) for request in line.asked if request.url.path.endswith("klines")}
    assert first == dict.fromkeys(["fapi.binance.com", "dapi.binance.com"], Window(old, old).start_ms)
    assert len(landed(settings, "binance")) >= 3


@pytest.mark.parametrize("error", [ZeroDivisionError, RecursionError, OverflowError, OSError, AssertionError], ids=lambda one: one.__name__)
def test_whatever_a_parser_does_costs_its_answer_only_and_the_body_is_kept(error: Any, shop: Any, settings: Any, wire: Any) -> None:
    def parse(payload: Payload) -> Any:
        if payload.params.get("n") == 1:
            raise error("odd")
        return {"items": payload.json}

    class Fan(shop):  # type: ignore[misc]
        async def history(self, session: Session, window: Window, markets: Any) -> None:
            await session.each("items", range(3), lambda number: session.get("items", params={"n": number}, market=f"M{number}"))

    source = Fan()
    source.endpoints = (replace(source.endpoint("items"), parse=parse),)
    result = run(settings, source, wire(price))
    assert result.error is None
    assert [failure.market for failure in result.outcomes["items"].failures] == ["M1"]
    assert result.outcomes["items"].rows_added == 2
    bodies = pl.read_parquet(settings.landing_dir / "shop" / "*" / "*.parquet")["body"].to_list()
    assert len(set(bodies)) == 3


def test_an_adapter_that_stumbles_over_one_market_goes_on_with_the_others(shop: Any, settings: Any, wire: Any) -> None:
    """Reading on from the last row of an answer whose last row has no time, say."""

    async def work(session: Session, number: int) -> None:
        rows = (await session.get("items", params={"n": number})).json
        int(None if number == 1 else rows[-1][1])  # type: ignore[arg-type]

    class Fan(shop):  # type: ignore[misc]
        async def history(self, session: Session, window: Window, markets: Any) -> None:
            await session.each("items", range(3), lambda number: work(session, number))

    result = run(settings, Fan(), wire(price))
    (failure,) = result.outcomes["items"].failures
    assert isinstance(failure, BadAnswer)
    assert "TypeError" in str(failure)
    assert "test_session.py" in str(failure)
    assert result.outcomes["items"].rows_added == 3


def test_the_days_since_the_last_row_are_caught_up(settings: Any) -> None:
    session = Session(all_sources()["binance"], settings, "run", client=None)
    session.catch_up = True
    assert session.window_for("klines", DAY) == Window(DAY.first - timedelta(days=1), DAY.last)


def test_a_market_that_failed_from_its_first_run_on_is_caught_up_whole(settings: Any, wire: Any) -> None:
    """What the other market has says nothing of it: it starts where a run last got all. What is asked for no market goes by the same."""
    listing = {"contractType": "PERPETUAL", "status": "TRADING", "onboardDate": 1, "baseAsset": "X", "quoteAsset": "USDT"}
    asked: dict[str, list[int]] = {"AUSDT": [], "BUSDT": []}
    failing: list[int] = []

    def answer(request: httpx.Request) -> Any:
        name, params = request.url.path.rsplit("/", 1)[-1], request.url.params
        if name == "exchangeInfo":
            return {"symbols": [listing | {"symbol": symbol} for symbol in asked] if "fapi" in request.url.host else []}
        if name != "klines" or "fapi" not in request.url.host:
            return {"symbol": "AUSDT", "time": START_MS, "openInterest": "1"} if name == "openInterest" else []
        asked[params["symbol"]].append((int(params["startTime"]) - START_MS) // 86_400_000)
        if params["symbol"] == "BUSDT" and failing:
            return httpx.Response(200, json={"code": -1000, "msg": "odd"})
        last = int(params["endTime"]) + 1 - 3_600_000
        return [[last, "1", "2", "0.5", "1.5", "10", last + 1, "15", 3, "4", "6", "0"]]

    binance, failing[:] = all_sources()["binance"], [1]
    for number in range(4):
        at, day = AT + timedelta(days=number), DAY.first + timedelta(days=number)
        failing[:] = [1] if number < 2 else []
        transports = {"binance": wire(answer).transport}
        ingest(settings, [binance], Window(day, day), run_id=f"{number}", clock=lambda at=at: at, catch_up=True, transports=transports)
        if number == 1:
            session = Session(binance, settings, "run", client=None)
            session.catch_up = True
            following = Window(day + timedelta(days=1), day + timedelta(days=1))
            assert session.window_for("klines", following).first == DAY.first - timedelta(days=1)
    assert asked == {"AUSDT": [-1, 0, 1, 2], "BUSDT": [-1, -1, -1, 2]}  # with a day of look-back


def test_without_a_network_every_source_ends_after_few_tries(make_settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A try costs at most eight seconds: two hosts one after the other, three tries each, are done within a minute."""
    asked: dict[str, list[tuple[str, int]]] = {}

    class Nowhere(httpx.AsyncBaseTransport):
        def __init__(self, name: str) -> None:
            self.tries = asked.setdefault(name, [])
            self.round = 0

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            self.round += 1
            mine = self.round
            await asyncio.sleep(0.001)
            self.tries.append((request.url.host, mine))
            raise httpx.ConnectError("no network")

    for variable in ("COINGLASS_API_KEY", "THEGRAPH_API_KEY"):
        monkeypatch.setenv(variable, "no key of anybody")
    sources = [source for source in all_sources().values() if not source.closed_on]
    wires = {source.name: Nowhere(source.name) for source in sources}
    results = ingest(make_settings(attempts=9), sources, DAY, clock=lambda: AT, transports=wires)  # type: ignore[arg-type]
    assert {result.source: result.status for result in results} == {source.name: "failed" for source in sources}
    for result in results:
        hosts = {host for host, _ in asked[result.source]}
        assert len(asked[result.source]) <= 8 * NEVER_REACHED_TRIES * len(hosts), result.source
        assert "ConnectError" in (result.problem or ""), result.source


def test_a_market_without_a_name_is_none(settings: Any, shop: Any) -> None:
    session, markets = Session(shop(), settings, "run", None), [Market("A"), Market("B", 2.0)]
    odd: list[Any] = [None, 5, ["A"], {}]
    assert session.select([*(Market(name) for name in odd), *markets]) == markets


def test_rows_of_an_answer_give_what_is_single_and_nothing_else(settings: Any, shop: Any, payload: Any) -> None:
    """A list or an object fits no column, and would end a comparison or a look-up of whoever reads the rows."""
    session = Session(shop(), settings, "run", None)
    answer = session.take(payload("shop", "items", [["A", START_MS, [1], {"a": 1}], ["B", "soon", "1.5", None]]))
    assert answer.rows("items") == [
        {"name": "A", "time": START_MS, "price": None, "note": None}, {"name": "B", "time": "soon", "price": "1.5", "note": None},
    ]  # fmt: skip


def test_items_of_a_long_list_are_worked_on_many_at_once_and_not_all(
    shop: Any, settings: Any, wire: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list is known from the start: so is how much there is to do. What goes wrong with one item ends no worker."""
    monkeypatch.setattr("ingestion.run.session.AT_ONCE", 3)
    at_work, most, done, told = 0, 0, [], []

    async def work(number: int) -> None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(0)
        at_work -= 1
        if number % 4 == 0:
            raise ValueError(number)
        done.append(number)

    class Long(shop):  # type: ignore[misc]
        async def history(self, session: Session, window: Window, markets: Any) -> None:
            await session.each("items", range(20), work)
            await session.each("items", range(20), lambda number: session.get("items", params={"n": number}))

    result = run(settings, Long(), wire(price), progress=lambda source, count, known: told.append((count, known)))
    assert most == 3
    assert done == [number for number in range(20) if number % 4]
    assert len(result.outcomes["items"].failures) == 5
    assert told == [(1, 1), *((count, 21) for count in range(2, 22))]  # the first request is the list's
