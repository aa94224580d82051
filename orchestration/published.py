"""Reading what is published: one way to open the file, for the command line, the demo and the pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from ingestion.errors import SettingsError
from ingestion.settings import Settings


def published_file(settings: Settings) -> Path:
    return settings.published_dir / "perps.duckdb"


def connected(path: Path) -> duckdb.DuckDBPyConnection:
    """Read-only, in UTC, with tables that need no schema. Raises SettingsError when nothing is published."""
    if not path.exists():
        raise SettingsError(f"{path}: nothing published yet; run `perps sync` or `perps demo`, or set PERPS_DATA_DIR")
    connection = duckdb.connect(str(path), read_only=True)
    connection.execute("set timezone = 'UTC'")
    connection.execute("set search_path = 'marts,facts,quality'")
    return connection


def ask(path: Path, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and rows. Raises SettingsError for what is no query of these tables."""
    with connected(path) as connection:
        try:
            cursor = connection.execute(query)
            if cursor is None:  # nothing but space and comments
                raise SettingsError("an empty query")
            return [column[0] for column in cursor.description or []], cursor.fetchall()
        except duckdb.Error as error:
            raise SettingsError(str(error)) from None
