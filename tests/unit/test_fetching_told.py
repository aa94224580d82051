"""What a raw asset's page says of a run: only what is of that asset."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.run.outcome import EntityOutcome, SourceResult
from ingestion.settings import load_settings
from ingestion.venue.registry import all_sources
from orchestration.records import Made
from orchestration.steps.fetching import _report


def test_what_cannot_be_had_is_told_of_the_entity_it_is_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERPS_DATA_DIR", str(tmp_path))
    source = all_sources()["binance"]
    outcomes = {entity.name: EntityOutcome() for entity in source.entities}
    result = SourceResult("binance", "ok", outcomes, None, ["open_interest_history: the source keeps 29 days"], 167)
    told = {}
    for entity in source.entities:
        for record in _report(load_settings(), source, entity, result):
            if isinstance(record, Made):
                told[entity.name] = record.metadata
    assert {name: one["not available"] for name, one in told.items() if "not available" in one} == {
        "open_interest_history": "the source keeps 29 days"
    }
    assert told["klines"]["requests of the source"] == 167
