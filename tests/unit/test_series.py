"""Declared histories: what a run asks for, what it keeps of it, and what becomes of a source that does not do what it says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import polars as pl
import pytest

from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.replay import replay
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.raw import RawTable
from ingestion.venue.paging import Back
from ingestion.venue.series import Series
from ingestion.venue.table import Table, serves
from ingestion.venue.venue import Venue

NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
DAY = date(2026, 3, 9)
YESTERDAY = Window(DAY, DAY)
HOUR = 3_600_000
START = int(datetime(2026, 3, 9, tzinfo=UTC).timestamp() * 1000)
END = START + 24 * HOUR
LIST = Table.of("list", "*symbol *observed_on:day=~ listed:ms? size:float", is_snapshot=True)
RATES = Table.of("rates", "*symbol=@symbol *at:ms rate:float")
Rates = Callable[[str, int, int], Any]


class Kiosk(Venue):
    """A list, and a history of hourly rates, four rows a page, newest first."""

    name = "kiosk"
    hosts = {"till": "https://kiosk.test"}
    limits = {}
    tables = (LIST, RATES)
    endpoints = (serves("list", "till", "/list", LIST), serves("rates", "till", "/rates", RATES.at("rows")))
    series = (
        Series("rates", RATES, Back(4), lambda market, page: {"params": {"symbol": market.symbol, "from": page.start, "to": page.last}}),
    )

    async def snapshot(self, session: Session) -> list[Market]:
        answer = await session.get("list")
        return session.select(Market(row["symbol"], listed_ms=row["listed"]) for row in answer.rows("list"))


class Kept(Kiosk):
    """Keeps two days."""

    series = tuple(
        Series(one.endpoint, one.table, one.pages, one.ask, kept=timedelta(days=2), is_kept_whole=is_whole)
        for one, is_whole in [(Kiosk.series[0], False)]
    )


def venue(*listed: dict[str, Any], rates: Rates) -> Callable[[httpx.Request], Any]:
    def answer(request: httpx.Request) -> Any:
        if request.url.path == "/list":
            return list(listed)
        asked = dict(request.url.params)
        return {"rows": rates(asked["symbol"], int(asked["from"]), int(asked["to"]))}

    return answer


def hourly(symbol: str, first: int, last: int) -> list[dict[str, Any]]:
    """The newest four of a row every hour."""
    stamps = range(-(-first // HOUR) * HOUR, last + 1, HOUR)
    return [{"at": at, "rate": at / HOUR} for at in reversed(stamps)][:4]


def listing(*symbols: str, **more: Any) -> list[dict[str, Any]]:
    return [{"symbol": symbol, "size": 1} | more for symbol in symbols]


def run(settings: Any, line: Any, window: Window = YESTERDAY, source: Venue | None = None, **more: Any) -> SourceResult:
    (result,) = ingest(settings, [source or Kiosk()], window, transports={"kiosk": line.transport}, **({"clock": lambda: NOW} | more))
    return result


def stamps(settings: Any, symbol: str | None = None) -> list[int]:
    table = RawTable(settings.raw_dir, "kiosk", RATES.entity)
    rows: Iterable[Any] = pl.concat([pl.read_parquet(table.part(month)) for month in table.months()]).iter_rows(named=True)
    return sorted(row["at"] for row in rows if symbol in (None, row["symbol"]))


def test_a_day_comes_whole_in_pages(settings: Any, wire: Any) -> None:
    line = wire(venue(*listing("A", "B"), rates=hourly))
    assert run(settings, line).problem is None
    assert stamps(settings, "A") == stamps(settings, "B") == list(range(START, END, HOUR))
    assert len(line.params("/rates")) == 2 * 6


def test_what_lies_outside_the_bounds_is_not_kept_and_replay_gives_the_same(settings: Any, make_settings: Any, wire: Any) -> None:
    """A source that gives an hour more on both sides; the running day among it."""
    rows = [{"at": at, "rate": 0.5} for at in range(START - 2 * HOUR, END + 3 * HOUR, 8 * HOUR)]
    assert run(settings, wire(venue(*listing("A"), rates=lambda *_: rows[:3]))).problem is None
    inside = [row["at"] for row in rows[:3] if START <= row["at"] < END]
    assert stamps(settings) == inside
    assert len(inside) == 2
    before = {path: pl.read_parquet(path) for path in sorted(settings.raw_dir.glob("kiosk/rates/*/part.parquet"))}
    for path in before:
        path.unlink()
    replay(settings, settings.landing_dir, [Kiosk()])
    assert all(pl.read_parquet(path).equals(frame) for path, frame in before.items())


def test_a_source_that_ignores_the_bounds_is_told_and_keeps_nothing(settings: Any, wire: Any) -> None:
    old = [{"at": START - 30 * 24 * HOUR + n, "rate": 0.5} for n in range(3)]
    line = wire(venue(*listing("A", "B"), rates=lambda symbol, *of: old if symbol == "A" else hourly(symbol, *of)))
    result = run(settings, line)
    (failure,) = result.outcomes["rates"].failures
    assert (failure.market, failure.detail.split(":")[0]) == ("A", "bounds ignored")
    assert stamps(settings, "A") == []


def test_pages_that_do_not_lead_on_cost_their_market(settings: Any, wire: Any) -> None:
    page = [{"at": END - HOUR, "rate": n} for n in range(4)]
    line = wire(venue(*listing("A", "B"), rates=lambda symbol, first, last: page if symbol == "A" else hourly(symbol, first, last)))
    result = run(settings, line)
    assert [failure.market for failure in result.outcomes["rates"].failures] == ["A"]
    assert stamps(settings, "B") == list(range(START, END, HOUR))
    assert len(line.params("/rates")) <= 10


@pytest.mark.parametrize("listed", [START * 1000, START * 1_000_000, "soon", -1, None], ids=["in us", "in ns", "text", "less", "none"])
def test_a_listing_that_cannot_be_steers_nothing(listed: Any, settings: Any, wire: Any) -> None:
    odd = listing("A", listed=listed if not isinstance(listed, str) else None)
    assert run(settings, wire(venue(*odd, *listing("B"), rates=hourly))).error is None
    assert stamps(settings, "A") == list(range(START, END, HOUR))


def test_a_market_listed_in_the_day_is_asked_for_from_its_first_hour(settings: Any, wire: Any) -> None:
    line = wire(venue(*listing("A", listed=START + 20 * HOUR + 5), rates=hourly))
    assert run(settings, line).problem is None
    assert {int(params["from"]) for params in line.params("/rates")} == {START + 20 * HOUR}


def test_another_unit_of_time_is_set_aside_and_told(settings: Any, wire: Any) -> None:
    in_seconds = [{"at": (START + n * HOUR) // 1000, "rate": 0.5} for n in range(3)]
    result = run(settings, wire(venue(*listing("A"), rates=lambda *_: in_seconds)))
    assert (result.status, stamps_or_none(settings)) == ("failed", [])
    assert "bounds ignored" in str(result.problem) or "set aside" in str(result.problem)


def stamps_or_none(settings: Any) -> list[int]:
    return stamps(settings) if RawTable(settings.raw_dir, "kiosk", RATES.entity).months() else []


def test_a_market_that_failed_two_nights_is_caught_up(settings: Any, wire: Any) -> None:
    """The mark of progress is each market's own: the others' rows of these nights do not hide that B's are missing."""

    def answer(has_failed: bool) -> Any:
        return venue(*listing("A", "B"), rates=lambda symbol, *of: {"no": 1} if has_failed and symbol == "B" else hourly(symbol, *of))

    for night in range(4):
        day = DAY + timedelta(days=night)
        now = NOW + timedelta(days=night)
        run(settings, wire(answer(night in (1, 2))), Window(day, day), catch_up=True, clock=lambda now=now: now)
    assert stamps(settings, "A") == stamps(settings, "B") == list(range(START, START + 4 * 24 * HOUR, HOUR))


def test_days_that_the_source_no_longer_has_are_a_limitation(settings: Any, wire: Any) -> None:
    line = wire(venue(*listing("A"), rates=hourly))
    result = run(settings, line, Window(DAY - timedelta(days=9), DAY), source=Kept())
    assert result.limitations == ["rates: the source keeps 2 days, nothing older can be had"]
    assert min(int(params["from"]) for params in line.params("/rates")) == int((NOW - timedelta(days=2)).timestamp() * 1000)
    assert run(settings, wire(venue(*listing("A"), rates=hourly)), source=Kept()).limitations == []


SPOILT = [None, "text", [], {}, True, 1.5]


@pytest.mark.parametrize("value", SPOILT, ids=str)
@pytest.mark.parametrize("field", ["at", "rate"])
def test_one_spoiled_row_costs_itself_only(field: str, value: Any, settings: Any, wire: Any) -> None:
    def rates(symbol: str, first: int, last: int) -> list[dict[str, Any]]:
        rows = hourly(symbol, first, last)
        return [row | {field: value} if (symbol, row["at"]) == ("A", START + 5 * HOUR) else row for row in rows]

    result = run(settings, wire(venue(*listing("A", "B"), rates=rates)))
    assert result.error is None
    expected = set(range(START, END, HOUR))
    assert stamps(settings, "B") == sorted(expected)
    assert set(stamps(settings, "A")) >= expected - {START + 5 * HOUR}


def test_a_source_that_is_never_done_is_given_up_and_keeps_what_came(make_settings: Any, wire: Any) -> None:
    class Endless(Kiosk):
        async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
            await super().history(session, window, markets)
            await asyncio.Event().wait()

    settings = make_settings(source_hours=1 / 3600)
    result = run(settings, wire(venue(*listing("A"), rates=hourly)), source=Endless())
    assert (result.status, "not done within" in str(result.error)) == ("failed", True)
    assert stamps(settings, "A") == list(range(START, END, HOUR))
