"""A dead source leaves the others published and itself named: in the status, in the run, and in the exit code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from house import FEW, House
from typer.testing import CliRunner

from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.venue.registry import selected
from orchestration.cli import app
from orchestration.status import entities
from simulator import Simulator, Truth

LAST = datetime.now(UTC).date() - timedelta(days=1)


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(Truth(start=LAST - timedelta(days=4), days=6, assets=["BTC", "ETH"]), now=datetime.now(UTC)) as one:
        yield one


@pytest.fixture(scope="module")
def without_defillama(house: Callable[..., House], simulator: Simulator) -> House:
    return house(simulator.base_urls(), PERPS_SOURCES=FEW)


@pytest.mark.parametrize(("back", "kind"), list(enumerate(["refuse", "500", "garbage"])))
def test_the_others_are_published(without_defillama: House, simulator: Simulator, back: int, kind: str) -> None:
    one = without_defillama
    simulator.fail("defillama", kind)
    try:
        outcome = one.sync(LAST - timedelta(days=back))
    finally:
        simulator.heal()
    assert outcome.is_success
    assert outcome.exit_code == 1
    assert any(problem.startswith("defillama/") for problem in outcome.problems)
    assert all(problem.startswith("defillama/") for problem in outcome.problems)
    assert {venue for (venue,) in one.query("select distinct venue from mart_venue_share_daily")} == {"binance", "hyperliquid", "okx"}
    assert one.query("select count(*) from fct_protocol_fees_daily") == [(0,)]
    assert outcome.metadata["defillama/protocols"]["status"] == "failed"
    assert set(one.query("select status from mart_freshness where source = 'defillama'")) == {("failed",)}
    states = {(line.source, line.status) for line in entities(one.enter())}
    assert ("defillama", "failed") in states
    assert ("hyperliquid", "failed") not in states
    assert CliRunner().invoke(app, ["status"]).exit_code == 1


def test_when_no_source_answers_nothing_is_built(house: Callable[..., House], simulator: Simulator) -> None:
    one = house(simulator.base_urls(), PERPS_SOURCES=FEW)
    for source in simulator.base_urls():
        simulator.fail(source, "500")
    try:
        outcome = one.sync(LAST)
    finally:
        simulator.heal()
    assert not outcome.is_success
    assert any("no source answered" in problem for problem in outcome.problems)
    assert not (one.folder / "published").exists()


def test_a_source_without_its_key_is_not_configured_and_asked_nothing(house: Callable[..., House], simulator: Simulator) -> None:
    one = house(simulator.base_urls(), THEGRAPH_API_KEY="")
    settings = one.enter()
    results = {one.source: one for one in ingest(settings, selected(settings, ["perpetual_protocol", "aevo"]), Window(LAST, LAST))}
    assert {name: result.status for name, result in results.items()} == {"perpetual_protocol": "not_configured", "aevo": "ok"}
    assert (results["perpetual_protocol"].requests, results["perpetual_protocol"].problem) == (0, None)
    assert {line.status for line in entities(settings) if line.source == "perpetual_protocol"} == {"not_configured"}


def test_a_dead_market_leaves_the_other_markets(house: Callable[..., House], simulator: Simulator) -> None:
    one = house(simulator.base_urls(), PERPS_SOURCES=FEW)
    simulator.fail("hyperliquid", "500", every_nth=7)
    try:
        outcome = one.sync(LAST, sources=["hyperliquid"])
    finally:
        simulator.heal()
    assert one.query("select count(*) > 0 from fct_candles_hourly where venue = 'hyperliquid'") == [(True,)]
    assert outcome.is_success
