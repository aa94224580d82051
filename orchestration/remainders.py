"""What Dagster leaves of a run that it deletes: verdicts of checks, and the snapshots of its job and plan. Nothing else removes them.

Belongs here: those rows. Does not: which runs go, and when (retention).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, cast

import dagster as dg
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.runs.schema import RunsTable, SnapshotsTable
from sqlalchemy import delete, select

if TYPE_CHECKING:
    from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage
    from dagster._core.storage.runs.sql_run_storage import SqlRunStorage


def delete_runs(history: dg.DagsterInstance, runs: Collection[dg.DagsterRun]) -> None:
    """Delete these runs with all that belongs to them. What belongs to a run goes first: a kill leaves a run that goes next time."""
    ids = [run.run_id for run in runs]
    events, storage = cast("SqlEventLogStorage", history.event_log_storage), cast("SqlRunStorage", history.run_storage)
    with events.index_connection() as connection:
        connection.execute(delete(AssetCheckExecutionsTable).where(AssetCheckExecutionsTable.c.run_id.in_(ids)))
    for run_id in ids:
        history.delete_run(run_id)
    _delete_snapshots(history, storage, runs)


def _delete_snapshots(history: dg.DagsterInstance, storage: SqlRunStorage, runs: Iterable[dg.DagsterRun]) -> None:
    """Those that no run has any more. A whole job's stays: parts of that job name it."""
    plans = {run.execution_plan_snapshot_id for run in runs if run.execution_plan_snapshot_id}
    jobs = {run.job_snapshot_id for run in runs if run.job_snapshot_id}
    parts = {job for job in jobs if history.has_job_snapshot(job) and history.get_job_snapshot(job).lineage_snapshot}
    with storage.connect() as connection:
        unused = [one for one in sorted(plans | parts) if not _is_used(connection, one)]
        connection.execute(delete(SnapshotsTable).where(SnapshotsTable.c.snapshot_id.in_(unused)))


def _is_used(connection: Any, snapshot: str) -> bool:
    """Whether a run that is left names it."""
    found = select(RunsTable.c.id).where(RunsTable.c.run_body.contains(snapshot)).order_by(RunsTable.c.id.desc()).limit(1)
    return connection.execute(found).first() is not None
