"""What a judgement found, in plain values that checks, status and tests read.

Belongs here: the value types. Does not: how they come about (verdicts.py, gate.py).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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
    subject_days: int
    failed_subject_days: int
    touched_subject_days: int
    failed_touched_subject_days: int
    expectations: tuple[ExpectationReport, ...]

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
    verdicts_changed: int = 0
    # Great Expectations' own results by suite, for Data Docs
    validations: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

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
