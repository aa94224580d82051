"""What a judgement found, in plain values that checks, status and tests read.

Belongs here: the value types. Does not: how they come about (verdicts.py, gate.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from expectations.suite import Severity


@dataclass(frozen=True)
class ExpectationReport:
    """One expectation over all judged rows; `sample` holds the newest failing ones as text."""

    name: str
    column: str
    severity: Severity
    expected: str
    reason: str
    evaluated: int
    unexpected: int
    sample: tuple[str, ...]

    @property
    def success(self) -> bool:
        """No row failed it."""
        return self.unexpected == 0


@dataclass(frozen=True)
class SuiteReport:
    """One suite; the one called `arrival` judges the facts as a whole and has a row per fact."""

    fact: str
    subject_days: int = 0
    failed_subject_days: int = 0
    touched_subject_days: int = 0
    failed_touched_subject_days: int = 0
    expectations: tuple[ExpectationReport, ...] = ()

    @property
    def passed(self) -> bool:
        """No subject-day failed; warnings do not count."""
        return self.failed_subject_days == 0


@dataclass(frozen=True)
class GateReport:
    """The whole judgement; `is_open` False means: do not build marts, keep the last publication, `reasons` says why."""

    run_id: str
    judged_at: datetime
    suites: tuple[SuiteReport, ...]
    arrival: SuiteReport
    reasons: tuple[str, ...]
    # day → verdicts added, changed or withdrawn; who judged and when is no change
    changes: Mapping[date, int] = field(default_factory=dict)

    @property
    def verdicts_changed(self) -> int:
        """Verdicts added, changed or withdrawn."""
        return sum(self.changes.values())

    @property
    def months_changed(self) -> frozenset[str]:
        """Months (`YYYY-MM`) in which a verdict was added, changed or withdrawn: what rests on them is to be built again."""
        return frozenset(f"{day:%Y-%m}" for day in self.changes)

    @property
    def first_day_changed(self) -> date | None:
        """The first day with such a verdict."""
        return min(self.changes, default=None)

    @property
    def is_open(self) -> bool:
        """Whether marts may be built from what passed."""
        return not self.reasons

    @property
    def subject_days(self) -> int:
        """Verdicts given."""
        return sum(suite.subject_days for suite in self.suites)

    @property
    def failed_subject_days(self) -> int:
        """Verdicts that hold a subject-day back."""
        return sum(suite.failed_subject_days for suite in self.suites)

    def suite(self, fact: str) -> SuiteReport:
        """The report of one fact."""
        return next(suite for suite in self.suites if suite.fact == fact)
