"""docs/requests.md says how many requests a day costs: as many as the adapters send."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.settings import load_settings
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
    assert sent == {name: fixed + each * markets[name] for name, (fixed, each) in said.items()}


def test_every_source_is_in_the_table(repository: Path) -> None:
    text = (repository / "docs/requests.md").read_text()
    assert [name for name in all_sources() if f"`{name}`" not in text] == []
