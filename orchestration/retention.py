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

ENDED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
RUN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
AT_ONCE = 100
SNAPSHOT = "snapshot"  # the job that runs hourly
WASTE_SHARE, WASTE_BYTES = 0.25, 1_000_000


@dataclass(frozen=True)
class Pruned:
    """How many runs, and logs of runs, went."""

    runs: int
    logs: int


def prune(settings: Settings, instance: dg.DagsterInstance, now: datetime | None = None, longest_seconds: float = 10.0) -> Pruned:
    """Remove what is older than PERPS_KEEP_HISTORY_DAYS and PERPS_KEEP_LOG_DAYS, for so long at most; the rest goes the next time.

    A run that brought a month its data stays, for it is why the month shows as there; the hourly ones, which are most of it, do not.
    """
    now, ends_at = now or datetime.now(UTC), time.monotonic() + longest_seconds
    of_before = dg.RunsFilter(statuses=list(ENDED), created_before=now - timedelta(days=settings.keep_history_days))
    runs, cursor = 0, None
    while time.monotonic() < ends_at and (found := instance.get_run_records(of_before, AT_ONCE, cursor=cursor, ascending=True)):
        for one in found:
            if _is_of_a_month(one.dagster_run):
                cursor = one.dagster_run.run_id
            else:
                instance.delete_run(one.dagster_run.run_id)
                runs += 1
    _prune_locks(settings, now - timedelta(days=settings.keep_history_days))
    return Pruned(runs, _prune_logs(settings, now - timedelta(days=settings.keep_log_days)))


def _is_of_a_month(run: dg.DagsterRun) -> bool:
    return run.status is dg.DagsterRunStatus.SUCCESS and run.job_name != SNAPSHOT and not {ONE, START}.isdisjoint(run.tags)


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
