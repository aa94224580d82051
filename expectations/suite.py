"""What a suite is: a profile (SQL) of one fact and the expectations on its columns.

Belongs here: the two value types. Does not: Great Expectations (gate.py translates), thresholds, or any one fact's rules.
"""

from dataclasses import dataclass
from typing import Literal

from expectations.thresholds import MAX_OFF_SIZE_SHARE, MAX_UNPRICED_SHARE

Severity = Literal["critical", "warning"]


@dataclass(frozen=True)
class Expectation:
    """One bound on one profile column; a NULL there means "not evaluated" and passes."""

    name: str
    column: str
    reason: str
    minimum: float | None = None
    maximum: float | None = None
    severity: Severity = "critical"

    @property
    def expected(self) -> str:
        """The bound in words, as the ledger shows it."""
        if self.minimum is None:
            return f"<= {self.maximum:g}"
        if self.maximum is None:
            return f">= {self.minimum:g}"
        return f"{self.minimum:g} .. {self.maximum:g}"


@dataclass(frozen=True)
class Suite:
    """The rules of one fact.

    `profile` yields one row per subject and day with columns `subject`, `date`, `rows` and the figures the expectations name; its
    parameters are $history_day (first day read), $first_day (first day judged) and $end_day (exclusive).
    `future_filter` is the condition of a row that lies after $now. `required_with` names the facts that have the same origin:
    when one of them has rows in the window, this one must have some too.
    """

    fact: str
    subject_column: str
    required_columns: tuple[str, ...]
    date_expression: str
    future_filter: str
    profile: str
    expectations: tuple[Expectation, ...]
    required_with: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """The figures of the profile."""
        return sorted({expectation.column for expectation in self.expectations})


def unpriced(rows: str) -> tuple[Expectation, Expectation]:
    """Rows without a dollar value: one market's unknown contract size is a warning, most markets' is a failure."""
    return (
        no_warning_of("unpriced_rows", f"Some {rows} have no dollar value (unknown contract size or price): they count nowhere."),
        Expectation(
            name="dollar_values_are_known",
            column="unpriced_share",
            reason=f"Most {rows} have no dollar value: the join that prices them is broken.",
            maximum=MAX_UNPRICED_SHARE,
        ),
    )


def contract_sizes(amounts: str) -> tuple[Expectation, Expectation]:
    """Contracts whose turnover says another size than the list in force."""
    return (
        Expectation(
            name="contract_sizes_fit_turnover",
            column="off_size_share",
            reason=f"By the turnover told beside them, contracts are not worth what the list says: {amounts} are off by as much.",
            maximum=MAX_OFF_SIZE_SHARE,
        ),
        no_warning_of("off_size_markets", "A market's contracts are not worth what the list says, by its own turnover."),
    )


def none_of(column: str, reason: str) -> Expectation:
    """No row of the subject-day may have this defect."""
    return Expectation(name=f"no_{column}", column=column, reason=reason, maximum=0)


def no_warning_of(column: str, reason: str) -> Expectation:
    """As `none_of`, but the day is published all the same."""
    return Expectation(name=f"no_{column}", column=column, reason=reason, maximum=0, severity="warning")
