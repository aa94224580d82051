"""The warehouse in DuckLake beside the warehouse in a file: the same days, what each step takes, and whether both publish the same.

Belongs here: both runs and the comparison. Does not: how a job is run in a process (chaos/killing.py).
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.chaos import children, data
from benchmarks.chaos.killing import undisturbed_job
from benchmarks.report import progress, show
from ingestion.venue.registry import all_sources
from orchestration.environment import NO_KEY
from simulator.child import SimulatorProcess

STEPS = ("build_facts", "judge_facts", "build_marts", "publish")
DAYS = 3


def run() -> bool:
    """Print the table; True when every published table has the same rows after each day."""
    last = datetime.now(UTC).date() - timedelta(days=1)
    days = [last - timedelta(days=number) for number in reversed(range(DAYS))]
    lines: list[tuple[object, ...]] = []
    with (
        SimulatorProcess(days[0] - timedelta(days=30), 30 + DAYS + 1, datetime.now(UTC)) as simulator,
        tempfile.TemporaryDirectory() as made,
    ):
        shared = {f"PERPS_BASE_URL__{source.upper()}": url for source, url in simulator.base_urls().items()}
        shared |= {"PERPS_MARKETS": "*", "PERPS_RATE_LIMIT_FACTOR": "1000"}
        shared |= {source.key_variable: NO_KEY for source in all_sources().values() if source.key_variable}
        file, lake = Path(made) / "file", Path(made) / "lake"
        places = {file: shared, lake: shared | {"PERPS_LAKE_CATALOG": f"sqlite:{made}/catalog.sqlite"}}
        is_right = True
        for day in days:
            for folder, environment in places.items():
                code, took = undisturbed_job(children.job, environment | {"PERPS_DATA_DIR": str(folder)}, "daily", (day, day))
                is_right &= code == 0
                lines.append((day, folder.name, *(round(took.get(step, 0.0), 1) for step in STEPS)))
                progress(f"{day} in {folder.name}: {took}")
            published = data.published(file)
            differing = data.differing(published, data.published(lake))
            is_right &= not differing
            progress(f"{day}: {len(published)} tables, other rows in: {', '.join(differing) or 'none'}")
    show("The warehouse in a file and in DuckLake, seconds", ("day", "warehouse", *STEPS), lines)
    return is_right
