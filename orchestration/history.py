"""Dagster's history of what the command line did: its journals, told to Dagster as runs of the same jobs.

Belongs here: when and how. Does not: what a step of such a run says (showing.py reads it out of the journal).
"""

from __future__ import annotations

import time
from contextlib import nullcontext, suppress

import dagster as dg
from filelock import FileLock, Timeout

from ingestion.settings import Settings
from orchestration.journal import Journal, unreported
from orchestration.living import dead_runs
from orchestration.months import config_of, partitions_of
from orchestration.records import Made, Record
from orchestration.steps.fetching import ATTEMPTS_ASSET
from orchestration.steps.judging import LEDGER_ASSET
from orchestration.steps.publishing import PUBLICATION_ASSET
from orchestration.tags import CATCH_UP, LAUNCHED_BY, REPORTED

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
LONGEST_SECONDS = 20.0  # a sensor has a minute
LAST_ASSET = {  # of a step that failed before it brought anything up to date
    "fetch_sources": ATTEMPTS_ASSET,
    "build_facts": ("facts", "dim_venues"),
    "judge_facts": LEDGER_ASSET,
    "build_marts": ("marts", "mart_freshness"),
    "publish": PUBLICATION_ASSET,
}


def catch_up(
    settings: Settings,
    instance: dg.DagsterInstance | None = None,
    repository: dg.RepositoryDefinition | None = None,
    longest_seconds: float = LONGEST_SECONDS,
) -> int:
    """Take runs of the command line that are over into the history, oldest first, for so long at most; gives how many."""
    taken, began = 0, time.monotonic()
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    with suppress(Timeout), FileLock(settings.state_dir / "history.lock", timeout=0):  # one teller at a time, whoever comes second leaves
        journals = unreported(settings)
        if not journals:
            return 0
        found = repository or _repository()
        with nullcontext(instance) if instance else dg.DagsterInstance.get() as history:
            for journal in journals:
                if time.monotonic() - began > longest_seconds:
                    break
                _report(journal, history, found)
                taken += 1
    return taken


def end_dead_runs(settings: Settings, instance: dg.DagsterInstance | None = None) -> list[str]:
    """Report runs whose process was killed as failed: the queue would wait for them for ever. Gives their ids."""
    found = dead_runs(settings)
    if found:
        with nullcontext(instance) if instance else dg.DagsterInstance.get() as history:
            for run_id in found:
                run = history.get_run_by_id(run_id)
                if run and not run.is_finished:
                    history.report_run_failed(run, "the process of this run was killed")
    return found


def _report(journal: Journal, history: dg.DagsterInstance, repository: dg.RepositoryDefinition) -> None:
    """One run of the job it was, under its own id; a step that the run did not reach is skipped or told as unchanged."""
    job = repository.get_job(journal.job)
    tags = {
        REPORTED: journal.run_id,
        LAUNCHED_BY: "perps",
        "perps/began_at": journal.began_at,
        "perps/ended_at": journal.ended_at or "killed",
    }
    config: dict[str, object] = dict(QUIET)
    if journal.first_day and journal.last_day:
        tags |= partitions_of(journal.first_day, journal.last_day)
        config |= config_of(journal.first_day, journal.last_day)
    elif journal.job == "snapshot":
        tags |= partitions_of(journal.began_at, journal.began_at)
    if history.get_run_by_id(journal.run_id) is None:
        job.execute_in_process(
            run_config=config,
            instance=history,
            run_id=journal.run_id,
            tags=tags | ({CATCH_UP: "true"} if journal.is_catch_up else {}),
            raise_on_error=False,
            asset_selection=_selection(job, journal),
        )
    journal.path.unlink(missing_ok=True)


def _selection(job: dg.JobDefinition, journal: Journal) -> list[dg.AssetKey]:
    """What the run brought up to date or failed at; of one that found nothing to do, the end of its job.

    Dagster writes several events for every asset that a run plans: those that nothing happened to would cost more than the run.
    """
    known = {tuple(key.path): key for key in job.asset_layer.executable_asset_keys}
    found = {known[record.asset] for _, record in journal.records if record.asset in known and not _is_of_view(record)}
    if journal.failed_step in LAST_ASSET:
        found.add(dg.AssetKey(list(LAST_ASSET[journal.failed_step])))
    end = [dg.AssetKey(list(path)) for path in (PUBLICATION_ASSET, ATTEMPTS_ASSET) if path in known]
    return sorted(found or end[:1] or known.values())


def _is_of_view(record: Record) -> bool:
    """A view that a whole build made again: it holds nothing."""
    return isinstance(record, Made) and "seconds" in record.metadata and "dagster/row_count" not in record.metadata


def _repository() -> dg.RepositoryDefinition:
    from orchestration.definitions import defs

    return defs().get_repository_def()
