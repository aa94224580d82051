"""From failed expectations to a verdict per subject-day, and to the report of a suite.

Belongs here: the mapping. Does not: Great Expectations (its results arrive here as row numbers), files.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from expectations.report import ExpectationReport, SuiteReport
from expectations.suite import Expectation, Suite
from expectations.windows import Window

if TYPE_CHECKING:
    import pandas as pd

SAMPLE_SIZE = 5
Failures = Mapping[str, Sequence[int]]


class Verdict(NamedTuple):
    """One row of the ledger."""

    fact: str
    venue_or_protocol: str
    date: dt.date
    suite: str
    passed: bool
    evaluated: int
    failed_expectations: str
    rows: int
    run_id: str
    judged_at: dt.datetime

    @property
    def key(self) -> tuple[str, str, dt.date, str]:
        """What there is one verdict of."""
        return (self.fact, self.venue_or_protocol, self.date, self.suite)

    def says_the_same(self, other: Verdict) -> bool:
        """Equal in all but who judged and when."""
        return self._replace(run_id="", judged_at=other.judged_at) == other._replace(run_id="")


def verdicts(suite: Suite, frame: pd.DataFrame, failures: Failures, run_id: str, judged_at: dt.datetime) -> list[Verdict]:
    """One verdict per profile row: failed when a critical expectation failed; warnings are told, not counted."""
    broken: dict[int, list[Expectation]] = defaultdict(list)
    for expectation in suite.expectations:
        for row in failures[expectation.name]:
            broken[row].append(expectation)
    evaluated = frame[[expectation.column for expectation in suite.expectations]].notna().sum(axis=1)
    return [
        Verdict(
            fact=suite.fact,
            venue_or_protocol=subject,
            date=day,
            suite=suite.fact.removeprefix("fct_"),
            passed=all(expectation.severity != "critical" for expectation in broken.get(number, ())),
            evaluated=int(count),
            failed_expectations=json.dumps([_told(expectation, frame, number) for expectation in broken.get(number, ())]),
            rows=int(rows),
            run_id=run_id,
            judged_at=judged_at,
        )
        for number, (subject, day, rows, count) in enumerate(zip(frame["subject"], frame["date"], frame["rows"], evaluated, strict=True))
    ]


def suite_report(
    suite: Suite, frame: pd.DataFrame, failures: Failures, judged: Sequence[Verdict], touched: Sequence[Window]
) -> SuiteReport:
    """The figures of a suite for checks and status; shares count the touched months only."""
    counted = [verdict for verdict in judged if any(window.holds(verdict.date) for window in touched)]
    return SuiteReport(
        fact=suite.fact,
        subject_days=len(judged),
        failed_subject_days=sum(not verdict.passed for verdict in judged),
        touched_subject_days=len(counted),
        failed_touched_subject_days=sum(not verdict.passed for verdict in counted),
        expectations=tuple(_expectation_report(expectation, frame, failures[expectation.name]) for expectation in suite.expectations),
    )


def _expectation_report(expectation: Expectation, frame: pd.DataFrame, failed: Sequence[int]) -> ExpectationReport:
    newest_first = sorted(failed, key=lambda row: frame["date"].iloc[row], reverse=True)[:SAMPLE_SIZE]
    return ExpectationReport(
        name=expectation.name,
        column=expectation.column,
        severity=expectation.severity,
        expected=expectation.expected,
        reason=expectation.reason,
        evaluated=int(frame[expectation.column].notna().sum()),
        unexpected=len(failed),
        sample=tuple(
            f"{frame['subject'].iloc[row]} {frame['date'].iloc[row]}: {_observed(expectation, frame, row):g}" for row in newest_first
        ),
    )


def _told(expectation: Expectation, frame: pd.DataFrame, row: int) -> dict[str, str | float]:
    return {
        "expectation": expectation.name,
        "column": expectation.column,
        "observed": _observed(expectation, frame, row),
        "expected": expectation.expected,
        "severity": expectation.severity,
    }


def _observed(expectation: Expectation, frame: pd.DataFrame, row: int) -> float:
    """Four digits: sums of floats in another order must not look like another verdict."""
    return float(f"{frame[expectation.column].iloc[row]:.4g}")
