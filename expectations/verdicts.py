"""From failed expectations to a verdict per subject-day, and to the report of a suite.

Belongs here: the mapping. Does not: Great Expectations (its results arrive here as row numbers), files.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

import polars as pl

from expectations.report import ExpectationReport, SuiteReport
from expectations.suite import Expectation, Suite

SAMPLE_SIZE = 5
# Expectation → the rows that fail it, and fact → its suite and its profile.
Failures = Mapping[str, Sequence[int]]
Frames = Mapping[str, tuple[Suite, pl.DataFrame]]

INSTANT = pl.Datetime("us", "UTC")


def verdicts(suite: Suite, frame: pl.DataFrame, failures: Failures, run_id: str, judged_at: dt.datetime) -> pl.DataFrame:
    """One verdict per profile row: failed when a critical expectation failed; warnings are told, not counted."""
    broken = _broken(suite, failures)
    held_back = [number for number, names in broken.items() if any(one.severity == "critical" for one in names)]
    told = {number: json.dumps([_told(one, frame, number) for one in names]) for number, names in broken.items()}
    return frame.with_row_index("number").select(
        fact=pl.lit(suite.fact),
        venue_or_protocol="subject",
        date="date",
        suite=pl.lit(suite.fact.removeprefix("fct_")),
        is_passed=~pl.col("number").is_in(held_back),
        evaluated=pl.sum_horizontal(pl.col(one.column).is_not_null().cast(pl.Int64) for one in suite.expectations),
        failed_expectations=pl.col("number").replace_strict(told, default="[]", return_dtype=pl.String),
        row_count="rows",
        run_id=pl.lit(run_id),
        judged_at=pl.lit(judged_at, dtype=INSTANT),
    )


def suite_report(suite: Suite, frame: pl.DataFrame, failures: Failures, judged: pl.DataFrame, counted: pl.DataFrame) -> SuiteReport:
    """The figures of a suite for checks and status; `counted` are the verdicts of the touched months, which shares are of."""
    return SuiteReport(
        fact=suite.fact,
        subject_days=judged.height,
        failed_subject_days=judged.filter(~pl.col("is_passed")).height,
        touched_subject_days=counted.height,
        failed_touched_subject_days=counted.filter(~pl.col("is_passed")).height,
        expectations=tuple(_expectation_report(expectation, frame, failures[expectation.name]) for expectation in suite.expectations),
    )


def _broken(suite: Suite, failures: Failures) -> dict[int, list[Expectation]]:
    """Row number → what it failed, in the order of the suite."""
    broken: dict[int, list[Expectation]] = defaultdict(list)
    for expectation in suite.expectations:
        for row in failures[expectation.name]:
            broken[row].append(expectation)
    return broken


def _expectation_report(expectation: Expectation, frame: pl.DataFrame, failed: Sequence[int]) -> ExpectationReport:
    newest_first = sorted(failed, key=lambda row: frame["date"][row], reverse=True)[:SAMPLE_SIZE]
    return ExpectationReport(
        name=expectation.name,
        column=expectation.column,
        severity=expectation.severity,
        expected=expectation.expected,
        reason=expectation.reason,
        evaluated=frame.height - frame[expectation.column].null_count(),
        unexpected=len(failed),
        sample=tuple(f"{frame['subject'][row]} {frame['date'][row]}: {_observed(expectation, frame, row):g}" for row in newest_first),
    )


def _told(expectation: Expectation, frame: pl.DataFrame, row: int) -> dict[str, str | float]:
    return {
        "expectation": expectation.name,
        "column": expectation.column,
        "observed": _observed(expectation, frame, row),
        "expected": expectation.expected,
        "severity": expectation.severity,
    }


def _observed(expectation: Expectation, frame: pl.DataFrame, row: int) -> float:
    """Four digits: sums of floats in another order must not look like another verdict."""
    return float(f"{frame[expectation.column][row]:.4g}")
