"""The live, keyless APIs still say what the adapters expect. Run by hand: `.venv/bin/pytest -m live`; never part of `make test`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.settings import load_settings
from ingestion.venue.registry import all_sources

MARKETS = "top:1"
YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)


@pytest.mark.live
@pytest.mark.parametrize("name", list(all_sources()))
def test_a_day_arrives_and_fits(name: str, tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, base_url={}, markets="BTCUSDT" if name == "binance_archive" else MARKETS)
    (result,) = ingest(settings, [all_sources()[name]], Window(YESTERDAY - timedelta(days=2), YESTERDAY))
    assert result.problem is None
    for entity, outcome in result.outcomes.items():
        assert outcome.rows_quarantined == 0, entity
    assert sum(outcome.rows_added for outcome in result.outcomes.values()) > 0
