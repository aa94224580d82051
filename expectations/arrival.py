"""Suite-wide failures: what closes the whole gate instead of holding single days back.

Belongs here: the facts as a whole (columns, rows, future times) and the share of failing days. Does not: single subject-days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import polars as pl

from expectations.profiling import Profile
from expectations.report import SuiteReport
from expectations.suite import Expectation, Suite
from expectations.thresholds import MAX_FAILED_SHARE, MIN_FAILED_SUBJECT_DAYS

if TYPE_CHECKING:
    from datetime import date

ARRIVAL = Suite(
    fact="arrival",
    subject_column="fact",
    required_columns=(),
    date_expression="",
    future_filter="",
    profile="",
    expectations=(
        Expectation("no_missing_columns", "missing_columns", "A fact without a column its suite reads cannot be judged.", maximum=0),
        Expectation(
            name="rows_arrived",
            column="rows_where_required",
            reason="Facts of the same origin have rows in these days and this one has none: the model that builds it is broken.",
            minimum=1,
        ),
        Expectation(
            name="no_future_rows",
            column="future_rows",
            reason="Rows later than now: a wrong time unit. They are never judged, so never published.",
            maximum=0,
            severity="warning",
        ),
    ),
)


def arrival_frame(profiles: Mapping[str, Profile], today: date) -> pl.DataFrame:
    """One row per fact; `rows_where_required` is null where having no rows is legitimate."""
    found = profiles.values()
    return pl.DataFrame(
        {
            "subject": list(profiles),
            "date": [today] * len(profiles),
            "rows": [profile.rows for profile in found],
            "missing_columns": [float(len(profile.missing_columns)) for profile in found],
            "rows_where_required": [_rows_where_required(profile, profiles) for profile in found],
            "future_rows": [float(profile.future_rows) for profile in found],
        },
        schema_overrides={"rows_where_required": pl.Float64},
    )


def nothing_arrived(profiles: Mapping[str, Profile], is_due: bool, has_verdicts: bool) -> list[str]:
    """Why a judgement without a row in the touched days closes the gate; empty where nothing had to arrive.

    `is_due`: sources delivered rows of these days. `has_verdicts`: there were rows of these days before. A range fetched again
    brings neither, only what exists now: that is no reason to close.
    """
    if any(profile.rows for profile in profiles.values()):
        return []
    if has_verdicts:
        return ["nothing is left: no fact has a row in the touched days, which were judged before"]
    return ["nothing arrived: no fact has a row in the touched days"] if is_due else []


def closing_reasons(profiles: Mapping[str, Profile], suites: Iterable[SuiteReport]) -> list[str]:
    """Why the gate closes though something arrived; empty when it stays open."""
    reasons = [
        f"{profile.suite.fact} lacks the columns {', '.join(profile.missing_columns)}"
        for profile in profiles.values()
        if profile.missing_columns
    ]
    reasons += [
        f"{profile.suite.fact} has no row in the touched days, though {' and '.join(profile.suite.required_with)} has"
        for profile in profiles.values()
        if _rows_where_required(profile, profiles) == 0
    ]
    return reasons + [reason for suite in suites if (reason := _too_many_failed(suite))]


def _rows_where_required(profile: Profile, profiles: Mapping[str, Profile]) -> float | None:
    is_required = any(profiles[fact].rows for fact in profile.suite.required_with if fact in profiles)
    return float(profile.rows) if is_required and not profile.missing_columns else None


def _too_many_failed(suite: SuiteReport) -> str:
    failed, judged = suite.failed_touched_subject_days, suite.touched_subject_days
    if failed < MIN_FAILED_SUBJECT_DAYS or failed <= MAX_FAILED_SHARE * judged:
        return ""
    return f"{suite.fact}: {failed} of {judged} subject-days fail, more than {MAX_FAILED_SHARE:.0%}"
