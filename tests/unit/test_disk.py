"""What the data folder takes, and how it grows."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ingestion.settings import Settings
from orchestration import disk
from orchestration.looking import _disk
from orchestration.overview import as_json, overview


def grow(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)


def test_a_file_with_two_names_takes_its_room_once(settings: Settings) -> None:
    grow(settings.published_dir / "v1" / "a.parquet", 1000)
    (settings.published_dir / "v2").mkdir()
    os.link(settings.published_dir / "v1" / "a.parquet", settings.published_dir / "v2" / "a.parquet")
    grow(settings.warehouse, 500)
    assert disk.zones(settings) == {"warehouse.duckdb": 500, "published": 1000}


def test_growth_is_told_from_the_notes_of_a_month(settings: Settings) -> None:
    """60 kB in 30 days are 2 kB a day; the note of before does not count, and a day is noted once."""
    grow(settings.landing_dir / "a", 7)
    disk.note(settings, date(2026, 1, 1))
    grow(settings.landing_dir / "a", 10_000)
    disk.note(settings, date(2026, 3, 1))
    assert disk.growth(settings, disk.zones(settings), date(2026, 3, 1)) == {}
    grow(settings.landing_dir / "b", 60_000)
    grow(settings.raw_dir / "c", 300)
    disk.note(settings, date(2026, 3, 1))
    assert disk.growth(settings, {"landing": 70_000, "raw": 300}, date(2026, 3, 31)) == {"landing": 2000, "raw": 10}


def test_status_tells_zones_and_growth(settings: Settings) -> None:
    grow(settings.landing_dir / "a", 1000)
    grow(settings.landing_dir / "b", 8000)
    grow(settings.raw_dir / "c", 500)
    found = overview(settings, ["kraken"], datetime(2026, 3, 5, tzinfo=UTC))
    assert _disk(found) == "10 kB: landing 9 kB, raw 500 B"
    found.disk_bytes_per_day = {"landing": 2000, "raw": 125}
    assert _disk(found) == "10 kB: landing 9 kB, raw 500 B; a day adds 2 kB, most of it landing"
    assert json.loads(as_json(found))["disk_bytes"] == {"landing": 9000, "raw": 500}


def test_nothing_is_noted_where_nothing_is(settings: Settings) -> None:
    disk.note(settings)
    assert not settings.data_dir.exists()


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (1500, "2 kB"), (12e9, "12 GB"), (-3000, "-3 kB"), (2e12, "2.0 TB")]
)
def test_sizes_are_told_in_words(size: float, text: str) -> None:
    assert disk.told(size) == text
