"""docs/requests.md says how many requests a day costs: as many as the adapters send."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.settings import load_settings
from ingestion.venue.planning import Planned, plan
from ingestion.venue.registry import all_sources
from simulator import Simulator, Truth

NOW = datetime(2026, 7, 4, 12, tzinfo=UTC)
ROW = re.compile(r"^\| `(\w+)` \| (\d+) \| (\d+) \|", re.MULTILINE)


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth(start=date(2026, 7, 1), days=5)


def test_a_day_costs_what_the_docs_say(truth: Truth, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {name: (int(fixed), int(each)) for name, fixed, each in ROW.findall((repository / "docs/requests.md").read_text())}
    assert len(said) >= 15
    for source in all_sources().values():
        if source.key_variable:
            monkeypatch.setenv(source.key_variable, "no-key-of-anybody")
    markets = {name: sum(market.venue == name for market in truth.perpetuals()) for name in said}
    day = NOW.date() - timedelta(days=1)
    with Simulator(truth, now=NOW) as simulator:
        settings = load_settings(_env_file=None, data_dir=tmp_path, base_url=simulator.base_urls(), rate_limit_factor=1000)
        results = ingest(settings, [all_sources()[name] for name in said], Window(day, day), clock=lambda: NOW)
    assert {result.source: result.problem for result in results if result.problem} == {}
    sent = {result.source: result.requests for result in results}
    assert_planned(plan(settings, [all_sources()[name] for name in said], Window(day, day), clock=lambda: NOW), sent)
    assert sent == {name: fixed + each * markets[name] for name, (fixed, each) in said.items()}


def assert_planned(planned: list[Planned], sent: dict[str, int]) -> None:
    """`perps sync --plan` counts the same day before it is sent, given the lists: to a tenth for every source."""
    assert [(one.source, one.problem) for one in planned if one.problem] == []
    assert [one.source for one in planned if abs(one.requests - sent[one.source]) > 0.1 * sent[one.source]] == []


def test_a_range_is_planned_by_its_pages(tmp_path: Path) -> None:
    """Forty days: some histories take several pages of which the plan knows only how many rows they have."""
    first, names = date(2026, 5, 1), ("binance", "okx", "bybit", "dydx")
    now = datetime(2026, 6, 11, 12, tzinfo=UTC)
    with Simulator(Truth(start=first, days=43, assets=["BTC"]), now=now) as simulator:
        settings = load_settings(_env_file=None, data_dir=tmp_path, base_url=simulator.base_urls(), rate_limit_factor=1000)
        chosen = [all_sources()[name] for name in names]
        day = now.date() - timedelta(days=1)
        ingest(settings, chosen, Window(day, day), clock=lambda: now)
        window = Window(first, day)
        planned = {one.source: one for one in plan(settings, chosen, window, clock=lambda: now)}
        sent = {result.source: result.requests for result in ingest(settings, chosen, window, clock=lambda: now)}
    assert {name: one.requests for name, one in planned.items()} == pytest.approx(sent, rel=0.25)
    assert planned["binance"].weight > planned["binance"].requests  # 499 candles weigh two


def test_without_a_list_the_plan_says_so(tmp_path: Path) -> None:
    settings = load_settings(_env_file=None, data_dir=tmp_path)
    (one,) = plan(settings, [all_sources()["okx"]], Window(date(2026, 5, 1), date(2026, 5, 1)), clock=lambda: NOW)
    assert (one.markets, one.requests) == (None, 1)
    assert "no instruments in landing" in one.problem


def test_every_source_is_in_the_table(repository: Path) -> None:
    text = (repository / "docs/requests.md").read_text()
    assert [name for name in all_sources() if f"`{name}`" not in text] == []
