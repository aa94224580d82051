"""Clocks that disagree: ours minutes or hours off, or a source's; what answers are stamped with, and what a person is told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import polars as pl
import pytest

from ingestion.run.attempts import ATTEMPTS, OWN_SOURCE
from ingestion.run.ingest import ingest
from ingestion.run.outcome import EntityOutcome, SourceResult
from ingestion.settings import Settings
from ingestion.store.raw import RawTable
from ingestion.venue.registry import source_of
from ingestion.wire.clocks import Clocks, told_time
from orchestration.machine import facts
from orchestration.overview import overview
from orchestration.records import Checked
from orchestration.status import entities
from orchestration.steps.fetching import fetch
from orchestration.timing import Apart, apart, fetched_later

TRUE = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ITEM_MS = int((TRUE - 2 * HOUR).timestamp() * 1000)


def answer(shows: datetime, price: float = 1.0, **headers: str) -> httpx.Response:
    """One item, sent by a host whose clock shows this."""
    told = {"Date": format_datetime(shows, usegmt=True), **headers}
    return httpx.Response(200, json=[["APPLE", ITEM_MS, price, None]], headers=told)


def run(settings: Settings, shop: Any, wire: Any, ours: datetime, theirs: Mapping[str, datetime], price: float = 1.0) -> dict[str, Any]:
    """Shops of these names asked at once, their clocks showing `theirs`, ours showing `ours`."""
    shops = [type("Named", (shop,), {"name": name})() for name in theirs]
    wires = {name: wire(lambda request, shows=shows: answer(shows, price)).transport for name, shows in theirs.items()}
    return {one.source: one for one in ingest(settings, shops, None, clock=lambda: ours, transports=wires)}


def stamps(settings: Settings, shop: Any, name: str) -> list[tuple[float, datetime]]:
    rows = pl.read_parquet(RawTable(settings.raw_dir, name, shop().entity("items")).part("2026-03"), hive_partitioning=False)
    return rows.sort("_fetched_at").select("price", "_fetched_at").rows()


@pytest.mark.parametrize("off", [2 * HOUR, -3 * HOUR, timedelta(days=400)], ids=["ahead", "behind", "a year ahead"])
def test_a_later_right_version_counts_after_a_clock_that_was_wrong(off: timedelta, settings: Settings, shop: Any, wire: Any) -> None:
    """By our clock alone the later answer would be the older one: for a year, where the clock was a year ahead."""
    names = ["a", "b", "c"]
    run(settings, shop, wire, TRUE + off, dict.fromkeys(names, TRUE), price=1.0)
    run(settings, shop, wire, TRUE + HOUR, dict.fromkeys(names, TRUE + HOUR), price=2.0)
    assert stamps(settings, shop, "b") == [(1.0, TRUE), (2.0, TRUE + HOUR)]


def test_one_host_is_not_believed_against_the_others(settings: Settings, shop: Any, wire: Any) -> None:
    found = run(settings, shop, wire, TRUE, {"liar": TRUE + 900 * HOUR, "b": TRUE, "c": TRUE})
    assert [stamps(settings, shop, name)[0][1] for name in ("liar", "b")] == [TRUE, TRUE]
    assert {name: one.clock_seconds for name, one in found.items()} == {"liar": 900 * 3600, "b": None, "c": None}


def test_a_source_asked_alone_is_believed(settings: Settings, shop: Any, wire: Any) -> None:
    run(settings, shop, wire, TRUE + 2 * HOUR, {"a": TRUE})
    assert stamps(settings, shop, "a") == [(1.0, TRUE)]


@pytest.mark.parametrize("off", [timedelta(0), timedelta(minutes=4), -timedelta(minutes=4)])
def test_a_few_minutes_change_no_stamp(off: timedelta, settings: Settings, shop: Any, wire: Any) -> None:
    found = run(settings, shop, wire, TRUE + off, {"a": TRUE})
    assert (stamps(settings, shop, "a"), found["a"].clock_seconds) == ([(1.0, TRUE + off)], None)


def test_attempts_are_ordered_by_the_true_time_and_keep_the_difference(settings: Settings, shop: Any, wire: Any) -> None:
    run(settings, shop, wire, TRUE + 2 * HOUR, {"a": TRUE})
    table = RawTable(settings.raw_dir, OWN_SOURCE, ATTEMPTS)
    (row,) = pl.read_parquet(table.part("2026-03"), hive_partitioning=False).to_dicts()
    assert (row["attempted_at"], row["last_fetched_at"], row["clock_seconds"]) == (TRUE, TRUE, -7200)


def test_the_order_of_answers_is_the_order_of_stamps() -> None:
    """Dates are whole seconds: a stamp that followed each of them would go back and forth."""
    shows = iter([TRUE + timedelta(seconds=second) for second in range(20)])
    now = [TRUE]
    clocks = Clocks(lambda: now[0])

    async def asked() -> list[datetime]:
        found = []
        for second in range(20):
            now[0] = TRUE + 2 * HOUR + timedelta(seconds=second, milliseconds=137 * second % 1000)
            await clocks.hear("a", next(shows), now[0], now[0])
            found.append(clocks.now())
        return found

    found = asyncio.run(asked())
    assert found == sorted(set(found))
    assert abs(found[-1] - (TRUE + timedelta(seconds=19))) < timedelta(seconds=2)


def test_a_clock_that_is_set_right_in_mid_run_is_right_from_then_on() -> None:
    now = [TRUE + 2 * HOUR]
    clocks = Clocks(lambda: now[0])
    asyncio.run(clocks.hear("a", TRUE, now[0], now[0]))
    assert clocks.now() == TRUE
    now[0] = TRUE
    asyncio.run(clocks.hear("a", TRUE, now[0], now[0]))
    assert clocks.now() == TRUE


def test_a_slow_answer_is_not_a_wrong_clock() -> None:
    """An archive's file takes twenty minutes; its Date is that of the first of them."""
    clocks = Clocks(lambda: TRUE)
    asyncio.run(clocks.hear("a", TRUE - timedelta(minutes=20), TRUE - timedelta(minutes=20), TRUE))
    assert clocks.apart_seconds("a") is None


def test_one_old_answer_is_not_a_wrong_clock() -> None:
    """A cache between that does not tell how long it has kept it."""
    clocks = Clocks(lambda: TRUE, ["a", "b"])
    for source, shows in (("b", TRUE), ("a", TRUE), ("a", TRUE - HOUR)):
        asyncio.run(clocks.hear(source, shows, TRUE, TRUE))
    assert (clocks.apart_seconds("a"), clocks.now()) == (None, TRUE)


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"Date": "Tue, 10 Mar 2026 12:00:00 GMT"}, TRUE),
        ({"Date": "Tue, 10 Mar 2026 11:00:00 GMT", "Age": "3600"}, TRUE),
        ({"Date": "Tue, 10 Mar 2026 12:00:00 GMT", "Age": "old"}, None),
        ({"Date": "soon"}, None),
        ({}, None),
    ],
    ids=["plain", "kept by a cache", "odd age", "odd date", "none"],
)
def test_what_headers_tell(headers: dict[str, str], told: datetime | None) -> None:
    assert told_time(httpx.Headers(headers)) == told


def test_most_sources_say_who_is_wrong() -> None:
    assert apart({"a": 7200, "b": 7000, "c": None}) == [Apart(("a", "b"), 7000, is_ours=True)]
    assert apart({"a": 7200, "b": None, "c": None}) == [Apart(("a",), 7200, is_ours=False)]
    assert apart({"a": None}) == apart({}) == []


def needs(settings: Settings, names: list[str], now: datetime) -> dict[str, tuple[str, str]]:
    return {need.what: (need.where, need.why) for need in overview(settings, names, now).needs}


def ask_three(settings: Settings, wire: Any, ours: datetime, theirs: datetime, odd: datetime | None = None) -> list[str]:
    """Three sources of the registry, which answer at this time by their clocks; what they answer is of no use. Their names."""
    shown = {"aevo": theirs, "bitget": theirs, "okx": odd or theirs}
    wires = {name: wire(lambda request, shows=shows: answer(shows)).transport for name, shows in shown.items()}
    ingest(settings, [source_of(name) for name in shown], None, clock=lambda: ours, transports=wires)
    return list(shown)


def test_status_says_that_our_clock_is_wrong_until_it_is_right(make_settings: Any, wire: Any) -> None:
    settings = make_settings(attempts=1)
    names = ask_three(settings, wire, TRUE + 2 * HOUR, TRUE)
    where, why = needs(settings, names, TRUE + 2 * HOUR)["clock"]
    assert (where, why) == ("aevo, bitget, okx", "this machine's clock was 120 minutes ahead of theirs")
    assert overview(settings, names, TRUE).is_bad
    assert {line.clock_seconds for line in entities(settings) if line.source == "okx" and line.status == "failed"} == {-7200}
    ask_three(settings, wire, TRUE + HOUR, TRUE + HOUR)
    assert "clock" not in needs(settings, names, TRUE + HOUR)


def test_status_names_a_source_whose_clock_is_odd(make_settings: Any, wire: Any) -> None:
    settings = make_settings(attempts=1)
    names = ask_three(settings, wire, TRUE, TRUE, odd=TRUE - 2 * HOUR)
    assert needs(settings, names, TRUE)["odd clock"] == ("okx", "120 minutes behind this machine's")


def test_rows_fetched_later_than_now_are_named(settings: Settings, shop: Any, wire: Any) -> None:
    """What a clock that was ahead left behind where no host told its time."""
    silent = wire(lambda request: [["APPLE", ITEM_MS, 1.0, None]]).transport
    ingest(settings, [shop()], None, clock=lambda: TRUE + 2 * HOUR, transports={"shop": silent})
    assert fetched_later(settings, TRUE) == dict.fromkeys(("perps/ingestion_attempts", "shop/items"), TRUE + 2 * HOUR)
    assert needs(settings, [], TRUE)["in the future"][1] == "fetched up to 2026-03-10 14:00 UTC, which is still to come"
    assert fetched_later(settings, TRUE + 2 * HOUR) == {}
    assert any(fact.what == "raw" and fact.is_wrong for fact in facts(settings, TRUE))


def test_a_run_and_the_ui_name_whose_clock_is_apart(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    source = source_of("aevo")
    result = SourceResult("aevo", "ok", {one.name: EntityOutcome(payloads=1) for one in source.entities}, requests=1, clock_seconds=-7200)
    monkeypatch.setattr("orchestration.steps.fetching.ingest", lambda *given, **more: [result])
    *told, attempts = fetch(settings, "run", [source], None)
    assert attempts.metadata["clocks"] == "aevo: this machine's clock was 120 minutes ahead of theirs"
    checks = [record for record in told if isinstance(record, Checked)]
    assert checks
    assert not any(check.passed or check.is_error for check in checks)
    assert {check.metadata["clock of the source"] for check in checks} == {"-7,200 s against ours"}
