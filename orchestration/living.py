"""Which runs are alive: a run holds a lock for as long as its process lives, so that a killed one is told from a slow one.

Belongs here: the locks, and the look at Dagster's list of runs that needs no Dagster. Does not: ending dead runs (history.py).
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from filelock import FileLock, Timeout

from ingestion.settings import Settings

STARTING_SECONDS = 60.0  # a run of the UI that took no step for so long after it started never will: its first one waits for nothing
_held: dict[Path, FileLock] = {}


def lock_of(settings: Settings, run_id: str) -> FileLock:
    folder = settings.state_dir / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / f"{run_id}.lock")


def hold(settings: Settings, run_id: str) -> None:
    """Keep the run's lock until this process ends, however it ends."""
    lock = lock_of(settings, run_id)
    path = Path(lock.lock_file)
    if path not in _held:
        lock.acquire()
        _held[path] = lock


def is_held(settings: Settings, run_id: str) -> bool | None:
    """Whether a process holds the run's lock; None: nobody ever took it."""
    lock = lock_of(settings, run_id)
    path = Path(lock.lock_file)
    if path in _held:
        return True
    if not path.exists():
        return None
    try:
        with lock.acquire(timeout=0):
            return False
    except Timeout:
        return True


def dead_runs(settings: Settings) -> list[str]:
    """Runs that Dagster's history calls started, and whose process is gone."""
    database = settings.data_dir / "dagster" / "runs.db"
    if not database.exists():
        return []
    query = "select run_id, coalesce(start_time, unixepoch(update_timestamp)) from runs where status in ('STARTED', 'CANCELING')"
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            started = connection.execute(query).fetchall()
    except sqlite3.Error:  # being made, or locked for a moment: the next look will do
        return []
    return [run_id for run_id, since in started if _is_dead(settings, run_id, since)]


def _is_dead(settings: Settings, run_id: str, since: float) -> bool:
    held = is_held(settings, run_id)
    return time.time() - since > STARTING_SECONDS if held is None else not held
