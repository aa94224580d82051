"""DuckDB computes the profiles: small frames, one row per subject and day.

Belongs here: the one read-only connection to the warehouse. Does not: judging them (gate.py), or any rule. Days are written into the
statements, not bound: for a bound parameter DuckDB imports pandas, which costs more than the query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from expectations.suite import Suite
from expectations.windows import Window, is_in

if TYPE_CHECKING:
    import duckdb

FEW_DAYS = timedelta(62)  # two months
KEYS = {"subject": pl.String(), "date": pl.Date(), "rows": pl.Int64()}
Reading = Callable[[], AbstractContextManager["duckdb.DuckDBPyConnection"]]
"""Opens a warehouse that is no file, to read."""


@dataclass(frozen=True)
class Profile:
    """What DuckDB found of one fact; `frame` is empty when columns are missing, `rows` counts the touched days."""

    suite: Suite
    frame: pl.DataFrame
    missing_columns: tuple[str, ...] = ()
    future_rows: int = 0
    rows: int = 0


def read_profiles(
    warehouse: Path | Reading,
    suites: Iterable[Suite],
    touched: Sequence[Window],
    judged: Mapping[str, Sequence[Window]],
    now: datetime,
    rows_elsewhere: Mapping[str, int],
) -> dict[str, Profile]:
    """The profile of every fact over its judged windows; the warehouse is closed again on return.

    `rows_elsewhere` are those of touched days that are not judged now.
    """
    import duckdb

    if isinstance(warehouse, Path) and not warehouse.is_file():
        raise FileNotFoundError(f"no warehouse at {warehouse}: build the facts before they are judged")
    with duckdb.connect(str(warehouse), read_only=True) if isinstance(warehouse, Path) else warehouse() as connection:
        connection.execute("set TimeZone = 'UTC'")
        if all(window.end_day - window.first_day <= FEW_DAYS for windows in judged.values() for window in windows):
            connection.execute("set threads = 1")  # done with a few days, it costs less than two that wait for one another
        columns = _columns(connection)
        found = {suite.fact: _profile(connection, suite, columns[suite.fact], touched, judged[suite.fact], now) for suite in suites}
    return {fact: replace(profile, rows=profile.rows + rows_elsewhere[fact]) for fact, profile in found.items()}


def _profile(
    connection: duckdb.DuckDBPyConnection,
    suite: Suite,
    columns: set[str],
    touched: Sequence[Window],
    judged: Sequence[Window],
    now: datetime,
) -> Profile:
    missing_columns = tuple(name for name in suite.required_columns if name not in columns)
    if missing_columns:
        return Profile(suite, _typed(pl.DataFrame(), suite), missing_columns)
    frames = [_typed(_window_frame(connection, suite, window), suite) for window in judged]
    frame = pl.concat([_typed(pl.DataFrame(), suite), *frames]).sort("subject", "date")
    rows = int(frame.filter(is_in(touched))["rows"].sum())
    return Profile(suite, frame, future_rows=_future_rows(connection, suite, now), rows=rows)


def _future_rows(connection: duckdb.DuckDBPyConnection, suite: Suite, now: datetime) -> int:
    statement = f"select count(*) from facts.{suite.fact} where {suite.future_filter}"
    found = connection.execute(_written(statement, {"now": now})).fetchone()
    return int(found[0]) if found else 0


def _window_frame(connection: duckdb.DuckDBPyConnection, suite: Suite, window: Window) -> pl.DataFrame:
    days = {"history_day": window.history_day, "first_day": window.first_day, "end_day": window.end_day}
    return connection.execute(_written(suite.profile, days)).pl()


def _written(statement: str, instants: Mapping[str, date]) -> str:
    """The statement with its parameters as literals; they are days and instants, nothing that anyone typed."""
    for name, value in instants.items():
        literal = f"timestamptz '{value.astimezone(UTC)}'" if isinstance(value, datetime) else f"date '{value}'"
        statement = statement.replace(f"${name}", literal)
    return statement


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    query = "select table_name, column_name from information_schema.columns where table_schema = 'facts'"
    for fact, name in connection.execute(query).fetchall():
        found[fact].add(name)
    return found


def _typed(frame: pl.DataFrame, suite: Suite) -> pl.DataFrame:
    """Every figure a float, null for "not evaluated"."""
    schema = KEYS | dict.fromkeys(suite.columns, pl.Float64())
    if not frame.width:
        return pl.DataFrame(schema=schema)
    return frame.select(pl.col(name).cast(dtype) for name, dtype in schema.items()).with_columns(pl.col(suite.columns).fill_nan(None))
