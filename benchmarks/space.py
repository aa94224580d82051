"""What hourly snapshots take on disk, before and after `perps compact`, and what replaying them takes.

Belongs here: a month of snapshots of every source of the simulated market, an hour of simulated time each. Does not: other commands.
"""

from __future__ import annotations

import tempfile
import time
from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.report import progress, show
from ingestion.run.ingest import ingest
from ingestion.run.replay import replay
from ingestion.settings import Settings, load_settings
from ingestion.store.joining import join_closed_months
from ingestion.venue.registry import all_sources
from simulator import Simulator, Truth

FIRST = date(2026, 9, 1)
HOURS_A_YEAR = 8760


def run(days: int) -> bool:
    """Measure and print the table; whether what was joined replays to the same rows."""
    days = min(days, monthrange(FIRST.year, FIRST.month)[1])
    with tempfile.TemporaryDirectory() as folder:
        settings = _snapshots(Path(folder) / "data", days)
        before = _measured(settings, Path(folder) / "before")
        began = time.process_time()
        list(join_closed_months(settings.landing_dir, datetime(FIRST.year, FIRST.month + 1, 5, tzinfo=UTC)))
        joining = time.process_time() - began
        after = _measured(settings, Path(folder) / "after")
        raw = _size(settings.raw_dir)
    hours = days * 24
    lines = [
        ("landing, files", before[0], after[0], _of_year(before[0], hours), _of_year(after[0], hours)),
        ("landing, MB", _mb(before[1]), _mb(after[1]), _of_year(_mb(before[1]), hours), _of_year(_mb(after[1]), hours)),
        ("replay, CPU s", round(before[2], 1), round(after[2], 1), _of_year(before[2], hours), _of_year(after[2], hours)),
        ("raw, MB", _mb(raw[1]), _mb(raw[1]), _of_year(_mb(raw[1]), hours), _of_year(_mb(raw[1]), hours)),
    ]
    header = ("", "as landed", "joined", "a year as landed", "a year joined")
    show(f"{hours} hourly snapshots of {len(all_sources())} sources; joining takes {joining:.0f} s of CPU", header, lines)
    return before[3] == after[3] > 0 and after[0] < before[0]


def _snapshots(folder: Path, days: int) -> Settings:
    began = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
    with Simulator(Truth(start=FIRST - timedelta(days=2), days=days + 3), now=began) as simulator:
        settings = load_settings(
            data_dir=folder, base_url=simulator.base_urls(), rate_limit_factor=1e6, retry_seconds=0, attempts=2, _env_file=None
        )
        for hour in range(days * 24):
            at = began + timedelta(hours=hour, minutes=55)
            simulator.set_now(at)
            ingest(settings, list(all_sources().values()), None, clock=lambda at=at: at)  # type: ignore[misc]
            if hour % 24 == 23:
                progress(f"{hour + 1} snapshots")
    return settings


def _measured(settings: Settings, folder: Path) -> tuple[int, int, float, int]:
    """Files and bytes of landing, CPU seconds and rows of a replay into an empty folder."""
    files, size = _size(settings.landing_dir)
    began = time.process_time()
    report = replay(replace(settings, data_dir=folder), settings.landing_dir, all_sources().values())
    return files, size, time.process_time() - began, report.rows_added


def _size(folder: Path) -> tuple[int, int]:
    found = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return len(found), sum(found)


def _mb(size: int) -> float:
    return round(size / 1e6, 1)


def _of_year(amount: float, hours: int) -> int:
    return round(amount * HOURS_A_YEAR / hours)
