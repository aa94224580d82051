"""Rows of a query as the page carries them: column by column, words as numbers of a list, figures with six digits.

Also how a query is filled: `{newest}` is the newest published day, `{kept}` the days of a long history that are kept (every day of the
newest year, Sundays before it), `{year}` the newest year, `{recent}` the thirty newest days.
Belongs here: reading. Does not: what is asked (pages/).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from inspect import cleandoc
from typing import Any

import duckdb

from ingestion.errors import SettingsError

DIGITS = 6
DENSE_DAYS = 365  # every day of them is kept; before them one of seven
RECENT_DAYS = 30


@dataclass(frozen=True)
class Days:
    """The newest published day, and from when on every day is kept."""

    newest: date

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, table: str) -> Days | None:
        """Those of a table; None: it has no day."""
        (newest,) = connection.execute(f"select max(date) from {table}").fetchall()[0]
        return cls(newest) if isinstance(newest, date) else None

    @property
    def dense_from(self) -> date:
        return self.newest - timedelta(days=DENSE_DAYS - 1)

    def fill(self, query: str) -> str:
        """The query as it is asked and shown."""
        kept = f"(date >= date '{self.dense_from}' or date_part('dow', date) = 0)"
        recent = f"date > date '{self.newest - timedelta(days=RECENT_DAYS)}'"
        filled = query.replace("{newest}", f"date '{self.newest}'")
        filled = filled.replace("{kept}", kept).replace("{year}", f"date >= date '{self.dense_from}'").replace("{recent}", recent)
        return cleandoc(filled)


@dataclass(frozen=True)
class Rows:
    """What a query gave."""

    columns: list[str]
    values: list[tuple[Any, ...]]

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, query: str, whose: str) -> Rows:
        """Raises SettingsError, with whose query it is, when the published file cannot answer it."""
        try:
            cursor = connection.execute(query)
            return cls([column[0] for column in cursor.description or []], cursor.fetchall())
        except duckdb.Error as error:
            raise SettingsError(f"report, {whose}: {error}") from error

    def packed(self) -> dict[str, Any]:
        """As JSON has it: a list of figures, or `words` and their numbers, for each column."""
        return {name: _packed([row[place] for row in self.values]) for place, name in enumerate(self.columns)}


def _packed(values: list[Any]) -> Any:
    plain = [_plain(value) for value in values]
    if any(isinstance(value, str) for value in plain):
        words = list(dict.fromkeys(value for value in plain if value is not None))
        place = {word: number for number, word in enumerate(words)}
        return {"words": words, "at": [None if value is None else place[value] for value in plain]}
    return plain


def _plain(value: Any) -> Any:
    """A value of DuckDB as JSON has it: days and moments as text, lists as words with commas, no figure that is none."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(map(str, value))
    number = float(value)
    return _short(number) if math.isfinite(number) else None


def _short(number: float) -> float | int:
    """Six digits, without a point where none is needed."""
    rounded = float(f"{number:.{DIGITS}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def as_json(value: Any) -> str:
    """JSON that may stand inside a page: nothing in it can end a script or begin a tag."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
