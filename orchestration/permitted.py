"""A person's query of the published file: what it may do, and what each of its statements gives.

It reads: the published tables, and files of the data folder. It writes nothing, opens nothing else and loads nothing, but where all is
allowed. Where limits are given, a query ends at them. Belongs here: these rules. Does not: how results are shown (querying, agents).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb

from ingestion.errors import SettingsError
from orchestration.published import connected

READS = ("SELECT", "EXPLAIN", "SET")
OF_A_SESSION = re.compile(r"\s*create\s+(or\s+replace\s+)?temp(orary)?\s", re.IGNORECASE)
EXPLAINED = re.compile(r"\s*explain\s+(analyze\s+)?(\([^)]*\)\s*)?", re.IGNORECASE)
COMMENTS = re.compile(r"(?:\s*(?:--[^\n]*(?:\n|$)|/\*.*?\*/))*", re.DOTALL)
ADVICE = "`perps sql` only reads; --unsafe allows what DuckDB allows"
ASK_LESS = "ask for fewer days, venues or coins, add up before you join, or read a mart in place of its facts"

Result = tuple[list[str], list[tuple[Any, ...]]]
"""Column names and rows."""


@dataclass(frozen=True)
class Limits:
    """What a query may take: it is stopped after so many seconds and at so much memory, and gives at most so many rows, and one more."""

    rows: int
    seconds: float
    memory_megabytes: int = 1000
    threads: int = 2


class Queries:
    """One connection, for as many queries as one likes. Use as a context manager."""

    def __init__(self, path: Path, data_dir: Path, is_unsafe: bool = False, limits: Limits | None = None, advice: str = ADVICE) -> None:
        """`path` is the file; files below `data_dir` may be read too; `advice` is for whom a statement is refused.

        Raises SettingsError when nothing is published.
        """
        self._is_unsafe, self._connection, self._limits, self._advice = is_unsafe, connected(path), limits, advice
        if limits:  # without a folder to spill to: a query writes nothing
            self._connection.execute(f"set memory_limit = '{limits.memory_megabytes}MB'; set temp_directory = ''")
            self._connection.execute(f"set threads = {limits.threads}")
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
                self._check(statement.type.name, statement.query)
            for statement in statements:
                with self._stopped_in_time():
                    cursor = self._connection.execute(statement)
                    is_answer = statement.type.name not in ("SET", "CREATE")
                    rows = (cursor.fetchmany(self._limits.rows + 1) if self._limits else cursor.fetchall()) if is_answer else []
                if is_answer:
                    yield [column[0] for column in cursor.description or []], rows
        except duckdb.PermissionException as error:
            raise SettingsError(f"{error}; {self._advice}, and files outside the data folder") from None
        except duckdb.InterruptException as error:
            if not self._limits:
                raise
            raise SettingsError(f"stopped after {self._limits.seconds:g} s: {ASK_LESS}") from error
        except duckdb.OutOfMemoryException as error:
            if not self._limits:
                raise SettingsError(str(error)) from None
            raise SettingsError(f"it needs more than {self._limits.memory_megabytes} MB: {ASK_LESS}") from error
        except duckdb.Error as error:
            raise SettingsError(str(error)) from None

    @contextmanager
    def _stopped_in_time(self) -> Iterator[None]:
        timer = Timer(self._limits.seconds, self._connection.interrupt) if self._limits else None
        if timer:
            timer.daemon = True
            timer.start()
        try:
            yield
        finally:
            if timer:
                timer.cancel()

    def tables(self, query: str) -> set[str]:
        """Names of the published tables that a query reads, without their schema; none of what is no single query."""
        try:
            return {name.rpartition(".")[2].strip('"') for name in self._connection.get_table_names(query)}
        except duckdb.Error:
            return set()

    def _check(self, kind: str, text: str) -> None:
        """Raises SettingsError for a statement that does more than read."""
        plain = COMMENTS.sub("", text, count=1)
        if kind == "EXPLAIN":
            for inner in duckdb.extract_statements(EXPLAINED.sub("", plain, count=1)):
                self._check(inner.type.name, inner.query)  # EXPLAIN ANALYZE runs what it explains
        elif kind not in READS and not (kind == "CREATE" and (not text or OF_A_SESSION.match(plain))):  # PIVOT makes a type without a text
            first = " ".join(plain.split())
            raise SettingsError(f"{first[:60]}{'…' if len(first) > 60 else ''}: {kind} is refused; {self._advice}")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
