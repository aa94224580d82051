"""Running a job from the command line: in this process, recorded in Dagster's history like any run of the UI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import dagster as dg

from ingestion.registry import all_sources
from orchestration.tags import CATCH_UP

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}  # problems are printed from the result; the UI has the log


@dataclass
class Outcome:
    """What a run came to: `problems` are failed steps and failed checks of severity error."""

    run_id: str
    is_success: bool
    problems: list[str] = field(default_factory=list)
    metadata: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        return 0 if self.is_success and not self.problems else 1


@cache
def definitions() -> dg.Definitions:
    """The code location, loaded once a process."""
    from orchestration.definitions import defs

    return defs()


def execute(
    job: str,
    days: tuple[date, date] | None = None,
    sources: list[str] | None = None,
    catch_up: bool = False,
    instance: dg.DagsterInstance | None = None,
) -> Outcome:
    """Run a job for these days (both included) and sources; steps downstream of raw always run whole. Default: in Dagster's own history.

    One day is a partition. A range is one run without partitions: Dagster would write events per asset and day, which for years of
    days takes longer than fetching them.
    """
    resolved = definitions().resolve_job_def(job)
    selection = _selection(resolved, sources) if sources else None
    config: dict[str, Any] = dict(QUIET)
    is_one_day = days is not None and days[0] == days[1]
    if days and not is_one_day:
        config["ops"] = {"fetch_sources": {"config": {"first_day": days[0].isoformat(), "last_day": days[1].isoformat()}}}
    with instance or dg.DagsterInstance.get() as history:
        result = resolved.execute_in_process(
            run_config=config,
            instance=history,
            tags={CATCH_UP: "true"} if catch_up else {},
            partition_key=days[0].isoformat() if days and is_one_day else None,
            raise_on_error=False,
            asset_selection=selection,
        )
        return _outcome(result)


def _selection(job: dg.JobDefinition, sources: list[str]) -> list[dg.AssetKey]:
    """The job's assets without the raw ones of other sources."""
    others = set(all_sources()) - set(sources)
    return sorted(key for key in job.asset_layer.executable_asset_keys if key.path[0] not in others)


def _outcome(result: dg.ExecuteInProcessResult) -> Outcome:
    problems = []
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            cause = data.error.cause if data.error and data.error.cause else data.error
            problems.append(f"{event.step_key}: {(cause.message if cause else 'failed').strip()}")
    failed = [one for one in result.get_asset_check_evaluations() if not one.passed and one.severity == dg.AssetCheckSeverity.ERROR]
    problems += _grouped([(one.asset_key.path, one.check_name, _why(one.metadata)) for one in failed])
    metadata = {
        "/".join(event.asset_key.path): {name: value.value for name, value in event.materialization.metadata.items()}
        for event in result.all_events
        if event.is_step_materialization and event.asset_key
    }
    return Outcome(result.run_id, result.success, problems, metadata)


def _why(metadata: Mapping[str, dg.MetadataValue[Any]]) -> str:
    """What a failed check says of itself."""
    counts = [f"{metadata[name].value} {name}" for name in ("held back", "failing rows") if name in metadata]
    texts = [str(metadata[name].value) for name in ("problem", "reasons", "newest") if name in metadata]
    return ": ".join(part for part in [*counts, *texts] if part)


def _grouped(failed: list[tuple[Sequence[str], str, str]]) -> list[str]:
    """One line per reason: a dead source fails all its entities for the same one."""
    same: dict[tuple[str, str], list[str]] = {}
    for path, check, why in failed:
        same.setdefault((path[0], why), []).append(f"{path[-1]} {check}" if check != "arrived" else path[-1])
    return [f"{first}/{names[0]}{f' and {len(names) - 1} more' if len(names) > 1 else ''}: {why}" for (first, why), names in same.items()]
