"""Records as Dagster's events: what every asset function of defs/ hands its step through.

A run that the command line has done already carries the tag REPORTED: its step is not done again, its journal is read out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from ingestion.errors import PerpsError
from ingestion.settings import load_settings
from orchestration.journal import find
from orchestration.living import hold
from orchestration.records import Checked, FilePath, Made, Markdown, Record, Records
from orchestration.tags import REPORTED

Event = dg.MaterializeResult[Any] | dg.AssetCheckResult


class ReportedFailure(PerpsError):
    """What a step of the command line failed with, said again in Dagster's history."""


def shown(context: dg.AssetExecutionContext, step: str, work: Callable[[], Records]) -> Iterator[Event]:
    """The step's events. An asset that needed nothing is told as unchanged, since Dagster would skip what comes after it otherwise."""
    hold(load_settings(), context.run_id)
    assets, checks = set(context.selected_asset_keys), set(context.selected_asset_check_keys)
    made: set[dg.AssetKey] = set()
    for record in _reported(context, step) or work():
        key = dg.AssetKey(list(record.asset))
        if isinstance(record, Made) and key in assets and key not in made:
            made.add(key)
            yield dg.MaterializeResult(asset_key=key, metadata=_metadata(record))
        elif isinstance(record, Checked) and dg.AssetCheckKey(key, record.name) in checks:
            yield _check(record, key)
    for key in sorted(assets - made):
        yield dg.MaterializeResult(asset_key=key, metadata={"unchanged": True})


def _reported(context: dg.AssetExecutionContext, step: str) -> Records | None:
    run_id = context.run.tags.get(REPORTED)
    journal = find(load_settings(), run_id) if run_id else None
    if run_id is None:
        return None
    if journal is None:
        raise ReportedFailure(f"the journal of run {run_id} is gone")

    def told() -> Iterator[Record]:
        yield from journal.of_step(step)
        if journal.error and (journal.failed_step or step) == step:
            raise ReportedFailure(journal.error)

    return told()


def _check(record: Checked, key: dg.AssetKey) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.ERROR if record.is_error else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(asset_key=key, check_name=record.name, passed=record.passed, severity=severity, metadata=_metadata(record))


def _metadata(record: Record) -> dict[str, Any]:
    return {name: _value(value) for name, value in record.metadata.items()}


def _value(value: Any) -> Any:
    if isinstance(value, Markdown):
        return dg.MetadataValue.md(str(value))
    if isinstance(value, FilePath):
        return dg.MetadataValue.path(str(value))
    return value
