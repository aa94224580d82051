"""Dagster's history of what the command line did: its journals, told to Dagster as runs of the same jobs.

Belongs here: when and how. Does not: what a step of such a run says (showing.py reads it out of the journal).
"""

from __future__ import annotations

import dagster as dg

from ingestion.settings import Settings
from orchestration.journal import Journal, unreported
from orchestration.tags import CATCH_UP, REPORTED

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
MOST_AT_ONCE = 20


def catch_up(settings: Settings, instance: dg.DagsterInstance | None = None, repository: dg.RepositoryDefinition | None = None) -> int:
    """Take the runs of the command line that are over into the history, oldest first; gives how many."""
    journals = unreported(settings)[:MOST_AT_ONCE]
    if not journals:
        return 0
    found = repository or _repository()
    with instance or dg.DagsterInstance.get() as history:
        for journal in journals:
            _report(journal, history, found)
    return len(journals)


def _report(journal: Journal, history: dg.DagsterInstance, repository: dg.RepositoryDefinition) -> None:
    """One run of the job it was, under its own id; a step that the run did not reach is skipped or told as unchanged."""
    job = repository.get_job(journal.job)
    is_one_day = journal.first_day is not None and journal.first_day == journal.last_day
    tags = {REPORTED: journal.run_id, "perps/began_at": journal.began_at, "perps/ended_at": journal.ended_at or "killed"}
    config: dict[str, object] = dict(QUIET)
    if journal.first_day and not is_one_day:
        days = {"first_day": journal.first_day, "last_day": journal.last_day}
        config["ops"] = {"fetch_sources": {"config": days}}
    if history.get_run_by_id(journal.run_id) is None:
        job.execute_in_process(
            run_config=config,
            instance=history,
            run_id=journal.run_id,
            tags=tags | ({CATCH_UP: "true"} if journal.is_catch_up else {}),
            partition_key=journal.first_day if is_one_day else None,
            raise_on_error=False,
            asset_selection=_selection(job, journal.sources) if journal.sources else None,
        )
    journal.path.unlink(missing_ok=True)


def _selection(job: dg.JobDefinition, sources: list[str]) -> list[dg.AssetKey]:
    """The job's assets without the raw ones of other sources."""
    from ingestion.registry import all_sources

    others = set(all_sources()) - set(sources)
    return sorted(key for key in job.asset_layer.executable_asset_keys if key.path[0] not in others)


def _repository() -> dg.RepositoryDefinition:
    from orchestration.definitions import defs

    return defs().get_repository_def()
