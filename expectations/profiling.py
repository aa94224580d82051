"""DuckDB computes the profiles: small pandas frames, one row per subject and day.

Belongs here: the one read-only connection to the warehouse. Does not: judging them (gate.py), or any rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.suite import Suite
from expectations.windows import Window

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

KEYS = ["subject", "date", "rows"]


@dataclass(frozen=True)
class Profile:
    """What DuckDB found of one fact; `frame` is empty when columns are missing, `rows` counts the touched days."""

    suite: Suite
    frame: pd.DataFrame
    missing_columns: tuple[str, ...] = ()
    future_rows: int = 0
    rows: int = 0


def read_profiles(
    warehouse: Path, suites: Iterable[Suite], touched: Sequence[Window], judged: Sequence[Window], now: datetime
) -> dict[str, Profile]:
    """The profile of every fact over the judged windows; the warehouse is closed again on return."""
    import duckdb

    if not warehouse.is_file():
        raise FileNotFoundError(f"no warehouse at {warehouse}: build the facts before they are judged")
    with closing(duckdb.connect(str(warehouse), read_only=True)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        return {suite.fact: _profile(connection, suite, touched, judged, now) for suite in suites}


def _profile(
    connection: duckdb.DuckDBPyConnection, suite: Suite, touched: Sequence[Window], judged: Sequence[Window], now: datetime
) -> Profile:
    import pandas as pd

    nothing = pd.DataFrame(columns=KEYS)
    missing_columns = _missing_columns(connection, suite)
    if missing_columns:
        return Profile(suite, _typed(nothing, suite), missing_columns)
    frames = [_window_frame(connection, suite, window) for window in judged]
    frame = _typed(pd.concat(frames, ignore_index=True) if frames else nothing, suite)
    is_touched = [any(window.holds(day) for window in touched) for day in frame["date"]]
    return Profile(suite, frame, future_rows=_future_rows(connection, suite, now), rows=int(frame.loc[is_touched, "rows"].sum()))


def _future_rows(connection: duckdb.DuckDBPyConnection, suite: Suite, now: datetime) -> int:
    found = connection.execute(f"select count(*) from facts.{suite.fact} where {suite.future_filter}", {"now": now}).fetchone()
    return int(found[0]) if found else 0


def _window_frame(connection: duckdb.DuckDBPyConnection, suite: Suite, window: Window) -> pd.DataFrame:
    parameters = {"history_day": window.history_day, "first_day": window.first_day, "end_day": window.end_day}
    return connection.execute(suite.profile, parameters).df()


def _missing_columns(connection: duckdb.DuckDBPyConnection, suite: Suite) -> tuple[str, ...]:
    found = connection.execute(
        "select column_name from information_schema.columns where table_schema = 'facts' and table_name = $fact", {"fact": suite.fact}
    ).fetchall()
    present = {name for (name,) in found}
    return tuple(name for name in suite.required_columns if name not in present)


def _typed(frame: pd.DataFrame, suite: Suite) -> pd.DataFrame:
    """Subjects as text, days as dates, every figure a float with NaN for "not evaluated"; sorted, rows numbered."""
    import pandas as pd

    figures = sorted({expectation.column for expectation in suite.expectations})
    typed = pd.DataFrame(
        {
            "subject": frame["subject"].astype(object),
            "date": pd.to_datetime(frame["date"]).dt.date if len(frame) else pd.Series(dtype=object),
            "rows": frame["rows"].astype("int64"),
            **{name: frame[name].astype("float64") if len(frame) else pd.Series(dtype="float64") for name in figures},
        }
    )
    return typed.sort_values(["subject", "date"], ignore_index=True)
