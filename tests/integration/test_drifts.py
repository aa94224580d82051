"""docs/drift.md says where each change of a source shows: the simulator makes it, and doctor, status, exit code and checks are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from house import House
from typer.testing import CliRunner

from ingestion.venue.examination import examine
from ingestion.venue.registry import source_of
from orchestration.cli import app
from orchestration.journal import find
from orchestration.records import Checked
from orchestration.runs import execute
from simulator import Simulator, Truth

LAST = datetime.now(UTC).date() - timedelta(days=1)
ROW = re.compile(r"^\| (.+?) \| .+? \| ([\w–]+) \| (\w+) \| (\d) \| `(\w+)` fails \|$", re.MULTILINE)


class Case(NamedTuple):
    """What happens to a source, the table in which it shows, and the day that is asked for."""

    source: str
    table: str
    what: Callable[[Simulator], None]
    days_back: int = 0


CASES = {
    "a field that is needed has another name": Case(
        "bybit", "instruments", lambda s: s.drift("bybit", "renamed", "baseCoin", to="baseAsset")
    ),
    "a field that may be empty has another name": Case("mexc", "tickers", lambda s: s.drift("mexc", "renamed", "fairPrice", to="fair")),
    "a word that the source never used": Case(
        "okx", "instruments", lambda s: s.drift("okx", "revalued", "state", to="halted", path="instruments")
    ),
    "stamps in another unit": Case("okx", "funding_rates", lambda s: s.drift("okx", "scaled", "fundingTime", to="-1000")),
    "bounds are no longer heeded": Case("dydx", "funding_rates", lambda s: s.drift("dydx", "unheeded", "effectiveBeforeOrAt"), days_back=6),
    "a list is empty": Case("deribit", "instruments", lambda s: s.drift("deribit", "emptied", "result", path="get_instruments")),
    "a history is empty": Case("aster", "klines", lambda s: s.drift("aster", "emptied", path="klines")),
    "the host has moved": Case("hyperliquid", "asset_contexts", lambda s: s.fail("hyperliquid", "moved")),
    "this region is refused": Case("binance", "instruments", lambda s: s.fail("binance", "451")),
    "too many requests": Case("lighter", "instruments", lambda s: s.fail("lighter", "ratelimit")),
    "a page of a web site in place of an answer": Case("kraken", "instruments", lambda s: s.fail("kraken", "garbage")),
    "nobody answers": Case("extended", "instruments", lambda s: s.fail("extended", "refuse")),
}


@pytest.fixture(scope="module")
def said(repository: Path) -> dict[str, tuple[str, str, str, str]]:
    return {name: tuple(cells) for name, *cells in ROW.findall((repository / "docs/drift.md").read_text())}  # type: ignore[misc]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    truth = Truth(start=LAST - timedelta(days=102), days=104, assets=["BTC", "ETH", "SOL", "XRP", "DOGE"])
    with Simulator(truth, now=datetime.now(UTC)) as one:
        yield one


@pytest.fixture(scope="module")
def well(house: Callable[..., House], simulator: Simulator) -> House:
    """All of them have been fetched for three days, and nothing was wrong."""
    one = house(simulator.base_urls(), PERPS_ATTEMPTS="3")
    one.enter()
    outcome = execute("ingest", (LAST - timedelta(days=3), LAST - timedelta(days=1)), [case.source for case in CASES.values()])
    assert outcome.problems == []
    return one


def test_every_drift_of_the_docs_is_tried(said: dict[str, tuple[str, str, str, str]]) -> None:
    assert set(said) == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_drift_shows_where_the_docs_say(name: str, well: House, simulator: Simulator, said: dict[str, tuple[str, str, str, str]]) -> None:
    case, settings = CASES[name], well.enter()
    day = LAST - timedelta(days=case.days_back)
    case.what(simulator)
    try:
        (looked,) = examine(settings, [source_of(case.source)], clock=lambda: simulator.now)
        outcome = execute("ingest", (day, day), [case.source])
    finally:
        simulator.heal()
    doctor, status, exit_code, check = said[name]
    assert {finding.kind for finding in looked.findings} & {doctor} == ({doctor} - {"–"})
    assert (outcome.exit_code, outcome.metadata[f"{case.source}/{case.table}"]["status"]) == (int(exit_code), status)
    assert any(problem.startswith(f"{case.source}/") for problem in outcome.problems)
    journal = find(settings, outcome.run_id)
    assert journal is not None
    failed = {(record.asset, record.name) for _, record in journal.records if isinstance(record, Checked) and not record.passed}
    assert ((case.source, case.table), check) in failed
    shown = CliRunner().invoke(app, ["status", "--source", case.source, "--all"])
    assert shown.exit_code == 1
    assert re.search(rf"{case.source} +│ {case.table} +│.*│ {status}", shown.output), shown.output


def test_doctor_finds_nothing_where_nothing_is_wrong(well: House, simulator: Simulator) -> None:
    found = examine(well.enter(), [source_of(case.source) for case in CASES.values()], clock=lambda: simulator.now)
    assert [(one.source, one.findings) for one in found if one.state != "ok"] == []
