"""A person's query of the published file: what it may do, and what each of its statements gives.

It reads: the published tables, and files of the data folder. It writes nothing, opens nothing else and loads nothing, but where all is
allowed. Belongs here: that rule. Does not: how results are printed (querying).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from ingestion.errors import SettingsError
from orchestration.published import connected

READS = ("SELECT", "EXPLAIN", "SET")
OF_A_SESSION = re.compile(r"\s*create\s+(or\s+replace\s+)?temp(orary)?\s", re.IGNORECASE)
EXPLAINED = re.compile(r"\s*explain\s+(analyze\s+)?(\([^)]*\)\s*)?", re.IGNORECASE)
COMMENTS = re.compile(r"(?:\s*(?:--[^\n]*(?:\n|$)|/\*.*?\*/))*", re.DOTALL)
ADVICE = "`perps sql` only reads; --unsafe allows what DuckDB allows"

Result = tuple[list[str], list[tuple[Any, ...]]]
"""Column names and rows."""


class Queries:
    """One connection, for as many queries as one likes. Use as a context manager."""

    def __init__(self, path: Path, data_dir: Path, is_unsafe: bool = False) -> None:
        """`path` is the file; files below `data_dir` may be read too. Raises SettingsError when nothing is published."""
        self._is_unsafe, self._connection = is_unsafe, connected(path)
        if not is_unsafe:
            folders = ", ".join(f"'{_quoted(one)}/'" for one in dict.fromkeys((data_dir.absolute(), data_dir.resolve())))
            self._connection.execute(f"set allowed_directories = [{folders}]")
            self._connection.execute("set enable_external_access = false")
            self._connection.execute("set lock_configuration = true")

    def __enter__(self) -> Queries:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(self, query: str) -> Iterator[Result]:
        """The result of each statement that has one. Raises SettingsError, before anything runs, for one that does more than read."""
        try:
            statements = self._connection.extract_statements(query)
            if not statements:
                raise SettingsError("an empty query")
            for statement in () if self._is_unsafe else statements:
                _check(statement.type.name, statement.query)
            for statement in statements:
                cursor = self._connection.execute(statement)
                if statement.type.name not in ("SET", "CREATE"):
                    yield [column[0] for column in cursor.description or []], cursor.fetchall()
        except duckdb.PermissionException as error:
            raise SettingsError(f"{error}; {ADVICE}, and files outside the data folder") from None
        except duckdb.Error as error:
            raise SettingsError(str(error)) from None


def _check(kind: str, text: str) -> None:
    """Raises SettingsError for a statement that does more than read."""
    plain = COMMENTS.sub("", text, count=1)
    if kind == "EXPLAIN":
        for inner in duckdb.extract_statements(EXPLAINED.sub("", plain, count=1)):
            _check(inner.type.name, inner.query)  # EXPLAIN ANALYZE runs what it explains
    elif kind not in READS and not (kind == "CREATE" and (not text or OF_A_SESSION.match(plain))):  # PIVOT makes a type without a text
        first = " ".join(plain.split())
        raise SettingsError(f"{first[:60]}{'…' if len(first) > 60 else ''}: {kind} is refused; {ADVICE}")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
