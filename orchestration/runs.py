"""Running a job from the command line: the steps of the chain in this process, one after the other, without Dagster.

Belongs here: which steps a job has, and what a run came to. Does not: the steps (steps/), nor Dagster's history of runs (history.py),
which reads the journal that every run leaves.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from ingestion.errors import PerpsError
from ingestion.settings import Settings, load_settings
from orchestration import progress
from orchestration.journal import Journal
from orchestration.locks import warehouse_lock
from orchestration.records import Checked, Made, Records

if TYPE_CHECKING:
    from ingestion.run.adapter import Adapter

Step = Callable[[], Records]
BUILD_STEPS = ("build_facts", "judge_facts", "build_marts", "publish")
JOBS: Mapping[str, tuple[str, ...]] = {
    "daily": ("fetch_sources", *BUILD_STEPS),
    "ingest": ("fetch_sources",),
    "snapshot": ("fetch_sources",),
    "build": BUILD_STEPS,
    "pictures": ("draw_pictures", "write_report"),
}


@dataclass
class Outcome:
    """What a run came to: `problems` are failed steps and failed checks of severity error, `is_idle` that nothing was left to build."""

    run_id: str
    is_success: bool
    problems: list[str] = field(default_factory=list)
    metadata: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_idle: bool = False

    @property
    def exit_code(self) -> int:
        return 0 if self.is_success and not self.problems else 1


def execute(
    job: str,
    days: tuple[date, date] | None = None,
    sources: Sequence[str] | None = None,
    catch_up: bool = False,
    is_loss_accepted: bool = False,
) -> Outcome:
    """Run a job for these days (both included) and sources; default: those of PERPS_SOURCES, else all.

    `is_loss_accepted`: publish even if much of what is out would go. A failed step ends the run, as does a failed check that blocks;
    everything done before stays and is gone on from next time.
    """
    settings, run_id = load_settings(), str(uuid.uuid4())
    outcome = Outcome(run_id, is_success=True)
    steps = _steps(settings, run_id, days, list(sources) if sources else None, catch_up, is_loss_accepted)
    failed: list[Checked] = []
    with Journal.begun(settings, run_id, job, days, sources, catch_up) as journal, ExitStack() as held:
        for name in JOBS[job]:
            if name == "build_facts" and _is_nothing_due(settings):
                outcome.is_idle = True
                break
            if name == BUILD_STEPS[0]:
                held.enter_context(warehouse_lock(settings))  # to the publication: what is judged is what was built, and is published
            progress.begin(name)
            try:
                if name == "fetch_sources" and "build_facts" in JOBS[job]:
                    _say_if_busy(settings)
                for record in steps[name]():
                    journal.add(name, record)
                    if isinstance(record, Made):
                        outcome.metadata["/".join(record.asset)] = dict(record.metadata)
                    elif not record.passed and record.is_error:
                        failed.append(record)
            except Exception as error:  # the boundary of a step: whatever went wrong is told in a sentence, and in the history
                told = str(error) if isinstance(error, PerpsError) else f"{type(error).__name__}: {error}"
                journal.fail(name, told)
                outcome.problems.append(f"{name}: {told}")
            if outcome.problems or any(check.is_blocking for check in failed):
                outcome.is_success = False
                break
        untold = [check for check in failed if not any(check.name in problem for problem in outcome.problems)]
        outcome.problems += _grouped([(check.asset, check.name, _why(check.metadata)) for check in untold])
        journal.end(outcome.is_success)
    return outcome


def _steps(
    settings: Settings, run_id: str, days: tuple[date, date] | None, sources: list[str] | None, catch_up: bool, is_loss_accepted: bool
) -> dict[str, Step]:
    """Every step as a call without arguments; what a step imports, it imports when it runs."""

    def fetch_sources() -> Records:
        from ingestion.run.window import Window
        from ingestion.venue.registry import selected
        from orchestration.steps.fetching import fetch

        chosen: list[Adapter] = selected(settings, sources)
        yield from fetch(settings, run_id, chosen, Window(*days) if days else None, catch_up, progress=progress.current())

    def build_facts() -> Records:
        from orchestration.steps.facts import build_facts

        yield from build_facts(settings)

    def judge_facts() -> Records:
        from orchestration.steps.judging import judge_facts

        yield from judge_facts(settings, run_id)

    def build_marts() -> Records:
        from orchestration.steps.marts import build_marts

        yield from build_marts(settings)

    def publish() -> Records:
        from orchestration.steps.publishing import publish_marts

        yield from publish_marts(settings, run_id, is_loss_accepted)

    def draw_pictures() -> Records:
        from orchestration.steps.drawing import draw_pictures

        yield from draw_pictures(settings)

    def write_report() -> Records:
        from orchestration.steps.reporting import report

        yield from report(settings)

    found = (fetch_sources, build_facts, judge_facts, build_marts, publish, draw_pictures, write_report)
    return {step.__name__: step for step in found}


def _say_if_busy(settings: Settings) -> None:
    """Another program has the warehouse open: said while there is time to close it. What exists only now is fetched all the same."""
    from orchestration.warehouse import Busy, ensure_free

    try:
        ensure_free(settings)
    except Busy as busy:
        sys.stderr.write(f"{busy}; meanwhile the sources are asked\n")


def _is_nothing_due(settings: Settings) -> bool:
    from orchestration import pending

    return pending.is_nothing_due(settings)


def _why(metadata: Mapping[str, Any]) -> str:
    """What a failed check says of itself."""
    counts = [f"{metadata[name]} {name}" for name in ("held back", "failing rows") if name in metadata]
    texts = [str(metadata[name]) for name in ("problem", "reasons", "newest failures") if name in metadata]
    return ": ".join(part for part in [*counts, *texts] if part)


def _grouped(failed: Sequence[tuple[Sequence[str], str, str]]) -> list[str]:
    """One line per reason: a dead source fails all its entities for the same one."""
    same: dict[tuple[str, str], list[str]] = {}
    for path, check, why in failed:
        same.setdefault((path[0], why), []).append(f"{path[-1]} {check}" if check != "arrived" else path[-1])
    return [f"{first}/{names[0]}{f' and {len(names) - 1} more' if len(names) > 1 else ''}: {why}" for (first, why), names in same.items()]
