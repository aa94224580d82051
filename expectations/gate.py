"""The gate: judges the touched days of every fact and keeps the verdict ledger.

Belongs here: the public functions. Does not: rules (suites/), SQL and DuckDB (profiling.py), Great Expectations (validation.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

import polars as pl

from expectations import judge_process
from expectations.arrival import ARRIVAL, arrival_frame, closing_reasons, nothing_arrived
from expectations.ledger import ensure_ledger, read_ledger, replace_verdicts
from expectations.profiling import Profile, Reading, read_profiles
from expectations.report import GateReport, SuiteReport
from expectations.suites import SUITES
from expectations.verdicts import Failures, Frames, suite_report, verdicts
from expectations.windows import Window, is_in, judged_windows, touched_windows

__all__ = ["GateReport", "data_docs_index", "ensure_ledger", "judge"]


class Validator(Protocol):
    """What tells which rows fail which expectation: Great Expectations, but for unit tests of the rules."""

    def failures(self, frames: Frames) -> Mapping[str, Failures]:
        """Fact → expectation → the rows that fail it."""

    def write_data_docs(self, directory: Path, run_id: str, judged_at: datetime) -> None:
        """Show the last judgement under `directory`."""


def judge(
    warehouse: Path | Reading,
    ledger: Path,
    months: Sequence[str] | None,
    run_id: str,
    now: datetime,
    *,
    first_day: date | None = None,
    by_month: Collection[str] = (),
    delivered: Collection[str] | None = None,
    data_docs: Path | None = None,
    validator: Validator | None = None,
) -> GateReport:
    """Judge the closed UTC days of the touched months (None: all days) and those that rest on them; write their verdicts.

    Before `first_day`, where it is given, nothing changed but in the facts `by_month`: there verdicts stay, and count as they are.
    `delivered` are those of the touched months of whose closed days sources gave new rows, other than of what exists only now; None:
    not known, so all of them. `data_docs` is where the judgement is shown as HTML. `validator` is Great Expectations if none is given.
    """
    now = now.astimezone(UTC)
    touched = touched_windows(months, now)
    windows = {one.fact: judged_windows(months, now, None if one.fact in by_month else first_day) for one in SUITES}
    ensure_ledger(ledger)
    if not touched:
        return _nothing_to_judge(run_id, now)
    validator = validator or judge_process.shared()
    verdicts_before = read_ledger(ledger, touched)
    staying = {fact: verdicts_before.filter((pl.col("fact") == fact) & ~is_in(judged)) for fact, judged in windows.items()}
    profiles = read_profiles(
        warehouse, SUITES, touched, windows, now, {fact: int(rows["row_count"].sum()) for fact, rows in staying.items()}
    )
    judged, suites, arrival = _judged(profiles, validator, touched, staying, run_id, now)
    is_due = delivered is None or bool(touched_windows(list(delivered), now))
    gone = nothing_arrived(profiles, is_due, has_verdicts=not verdicts_before.is_empty())
    kept = {fact for fact, profile in profiles.items() if gone or profile.missing_columns}
    changes = replace_verdicts(ledger, judged, {fact: windows[fact] for fact in profiles.keys() - kept})
    reasons = (*closing_reasons(profiles, suites), *gone)
    if data_docs and (changes or reasons or not data_docs_index(data_docs).is_file()):
        validator.write_data_docs(data_docs, run_id, now)
    return GateReport(run_id, now, suites, arrival, reasons, changes)


def data_docs_index(directory: Path) -> Path:
    """The page to open; written a moment after the judgement."""
    return directory / "gx" / "uncommitted" / "data_docs" / "local_site" / "index.html"


def _judged(
    profiles: Mapping[str, Profile],
    validator: Validator,
    touched: Sequence[Window],
    staying: Mapping[str, pl.DataFrame],
    run_id: str,
    now: datetime,
) -> tuple[pl.DataFrame, tuple[SuiteReport, ...], SuiteReport]:
    """Verdicts, the report of each suite, and the report on the facts as a whole. Shares count the verdicts that stay, too."""
    frames = {fact: (profile.suite, profile.frame) for fact, profile in profiles.items()}
    frames[ARRIVAL.fact] = (ARRIVAL, arrival_frame(profiles, now.date()))
    failures = validator.failures(frames)
    given = {fact: verdicts(suite, frame, failures[fact], run_id, now) for fact, (suite, frame) in frames.items()}
    counted = {fact: pl.concat([new, staying[fact]]) if fact in staying else new for fact, new in given.items()}
    reports = [
        suite_report(suite, frame, failures[fact], given[fact], counted[fact].filter(is_in(touched)))
        for fact, (suite, frame) in frames.items()
    ]
    arrival = reports.pop()
    return pl.concat(given[fact] for fact in profiles), tuple(reports), arrival


def _nothing_to_judge(run_id: str, now: datetime) -> GateReport:
    return GateReport(run_id, now, tuple(SuiteReport(suite.fact) for suite in SUITES), SuiteReport(ARRIVAL.fact), reasons=())
