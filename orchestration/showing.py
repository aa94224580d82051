"""Records as Dagster's events: what every asset function of defs/ hands its step through.

A run that the command line has done already carries the tag REPORTED: its step is not done again, its journal is read out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import dagster as dg

from ingestion.errors import PerpsError
from ingestion.settings import load_settings
from orchestration.journal import find
from orchestration.living import hold
from orchestration.records import Asset, Checked, FilePath, Made, Markdown, Record, Records
from orchestration.tags import PROBLEMS, REPORTED

Event = dg.MaterializeResult[Any] | dg.AssetCheckResult


class ReportedFailure(PerpsError):
    """What a step of the command line failed with, said again in Dagster's history."""


def shown(context: dg.AssetExecutionContext, step: str, work: Callable[[], Records], order: Sequence[Asset] = ()) -> Iterator[Event]:
    """The step's events. An asset that needed nothing is told as unchanged, since Dagster would skip what comes after it otherwise.

    `order` is the one in which the step makes its assets, each after those it needs: Dagster wants to hear of them so.
    """
    if REPORTED not in context.run.tags:
        hold(load_settings(), context.run_id)
    checks = set(context.selected_asset_check_keys)
    ordered = [dg.AssetKey(list(asset)) for asset in order]
    problems = 0
    waiting = dict.fromkeys([*(key for key in ordered if key in context.selected_asset_keys), *sorted(context.selected_asset_keys)])
    for record in _reported(context, step) or work():
        key = dg.AssetKey(list(record.asset))
        if isinstance(record, Made) and key in waiting:
            before = ordered[: ordered.index(key)] if key in ordered else []
            yield from _unchanged(waiting, before)
            del waiting[key]
            yield dg.MaterializeResult(asset_key=key, metadata=_metadata(record))
        elif isinstance(record, Checked) and dg.AssetCheckKey(key, record.name) in checks:
            problems += record.is_error and not record.passed
            yield _check(record, key)
    yield from _unchanged(waiting, list(waiting))
    if problems:  # the run goes on, and may end as a success: the list of runs shows that it is none of the command line's
        context.instance.add_run_tags(context.run_id, {PROBLEMS: f"{problems} in {step}"})


def _unchanged(waiting: dict[dg.AssetKey, None], keys: Iterable[dg.AssetKey]) -> Iterator[Event]:
    for key in keys:
        if key in waiting:
            del waiting[key]
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
