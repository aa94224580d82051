"""What is kept of Dagster's history and logs, and for how long: an hourly job would write gigabytes a year.

Belongs here: runs, their events and their logs that are older than the settings say. Does not: data (joining), publications (publication/).
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from ingestion.settings import Settings
from orchestration.living import is_held
from orchestration.months import ONE, START
from orchestration.remainders import delete_runs

ENDED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
RUN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
AT_ONCE = 100
Brought = tuple[str, str | None]  # an asset, and its month
SNAPSHOT = "snapshot"  # the job that runs hourly
WASTE_SHARE, WASTE_BYTES = 0.25, 1_000_000


@dataclass(frozen=True)
class Pruned:
    """How many runs, and logs of runs, went; whether nothing is left that should go."""

    runs: int
    logs: int
    is_all: bool


def prune(settings: Settings, instance: dg.DagsterInstance, now: datetime | None = None, longest_seconds: float = 10.0) -> Pruned:
    """Remove what is older than PERPS_KEEP_HISTORY_DAYS and PERPS_KEEP_LOG_DAYS, for so long at most; the rest goes the next time.

    Of runs that brought an asset's month its data the last one stays, for it is why the month shows as there; hourly ones do not.
    """
    now, ends_at = now or datetime.now(UTC), time.monotonic() + longest_seconds
    of_before = dg.RunsFilter(statuses=list(ENDED), created_before=now - timedelta(days=settings.keep_history_days))
    runs, last_kept, brought = 0, None, set[Brought]()
    while is_in_time := time.monotonic() < ends_at:  # newest first
        found = [one.dagster_run for one in instance.get_run_records(of_before, AT_ONCE, cursor=last_kept)]
        if not found:
            break
        gone = []
        for run in found:
            if new := _brought(instance, run) - brought:
                brought |= new
                last_kept = run.run_id
            else:
                gone.append(run)
        delete_runs(settings.data_dir / "dagster", instance, gone)
        runs += len(gone)
    _prune_locks(settings, now - timedelta(days=settings.keep_history_days))
    return Pruned(runs, _prune_logs(settings, now - timedelta(days=settings.keep_log_days)), is_all=is_in_time)


def _brought(instance: dg.DagsterInstance, run: dg.DagsterRun) -> set[Brought]:
    """Which months of which assets a run of days brought up to date; no hourly run has any."""
    if run.status is not dg.DagsterRunStatus.SUCCESS or run.job_name == SNAPSHOT or {ONE, START}.isdisjoint(run.tags):
        return set()
    logged = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    events = [one.dagster_event for one in logged if one.dagster_event]
    return {(str(event.asset_key), event.partition) for event in events}


def vacuum(settings: Settings) -> int:
    """Give the disk back what removed runs held; bytes. A file that somebody uses at this moment is left for the next time."""
    freed = 0
    for path in sorted((settings.data_dir / "dagster").rglob("*.db")):
        before = path.stat().st_size
        try:
            with closing(sqlite3.connect(path, timeout=5)) as connection:
                pages, free, page = (
                    connection.execute(f"pragma {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
                )
                if free > WASTE_SHARE * pages and free * page > WASTE_BYTES:
                    connection.execute("vacuum")
                    connection.execute("pragma wal_checkpoint(truncate)")
        except sqlite3.Error:
            continue
        freed += max(0, before - path.stat().st_size)
    return freed


def _prune_logs(settings: Settings, before: datetime) -> int:
    """What runs of the UI printed: a folder each."""
    old = [path for path in _of_runs(settings.data_dir / "dagster" / "storage") if path.is_dir() and _is_older(path, before)]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return len(old)


def _prune_locks(settings: Settings, before: datetime) -> None:
    for path in _of_runs(settings.state_dir / "runs"):
        if path.suffix == ".lock" and _is_older(path, before) and not is_held(settings, path.stem):
            path.unlink(missing_ok=True)


def _of_runs(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*") if RUN_ID.fullmatch(path.stem)]


def _is_older(path: Path, before: datetime) -> bool:
    return path.stat().st_mtime < before.timestamp()
