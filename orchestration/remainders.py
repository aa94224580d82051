"""What Dagster leaves of a run that it deletes: verdicts of checks, and the snapshots of its job and plan. Nothing else removes them.

Belongs here: those rows of Dagster's own files, for it has no call that removes them. Does not: which runs go, and when (retention).
An operator whose dagster.yaml keeps the history elsewhere has no such files, and keeps these rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import dagster as dg

WAIT_SECONDS = 15.0


def delete_runs(home: Path, history: dg.DagsterInstance, runs: Collection[dg.DagsterRun]) -> None:
    """Delete these runs with all that belongs to them. Verdicts go first: a kill leaves a run that goes the next time."""
    ids = [run.run_id for run in runs]
    with _opened(home / "event_log.db") as events:
        if events:
            events.execute("delete from asset_check_executions where run_id in (select value from json_each(?))", (json.dumps(ids),))
    for run_id in ids:
        history.delete_run(run_id)
    jobs = sorted({run.job_snapshot_id for run in runs if run.job_snapshot_id})
    parts = [job for job in jobs if history.has_job_snapshot(job) and history.get_job_snapshot(job).lineage_snapshot]
    _delete_snapshots(home, [*parts, *sorted({run.execution_plan_snapshot_id for run in runs if run.execution_plan_snapshot_id})])


def _delete_snapshots(home: Path, snapshots: Collection[str]) -> None:
    """Those that no run names any more. A whole job's is none of them: parts of that job name it."""
    with _opened(home / "runs.db") as runs:
        if runs:
            named = "select 1 from runs where instr(run_body, ?) order by id desc limit 1"
            unused = [one for one in snapshots if not runs.execute(named, (one,)).fetchone()]
            runs.executemany("delete from snapshots where snapshot_id = ?", [(one,) for one in unused])


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection | None]:
    """One transaction on a file of Dagster's; None where it has none."""
    if not path.exists():
        yield None
        return
    with closing(sqlite3.connect(path, timeout=WAIT_SECONDS)) as connection, connection:
        yield connection
