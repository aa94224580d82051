"""A warehouse in DuckLake: tables are parquet files, and a catalogue (SQLite, DuckDB, PostgreSQL) says which of them a snapshot has.

Belongs here: DuckLake's own words, its extensions, its upkeep. Does not: what is built in it (building.py), opening it (warehouse.py).
Source: https://ducklake.select/docs.
"""

from __future__ import annotations

import importlib.util
from datetime import timedelta
from pathlib import Path

import duckdb

from ingestion.errors import SettingsError
from ingestion.settings import Settings

NAME = "warehouse"  # of the database, as models were compiled
EXTENSIONS = {"sqlite": ("sqlite_scanner", "ducklake"), "postgres": ("postgres_scanner", "ducklake"), "duckdb": ("ducklake",)}
SNAPSHOTS_KEPT = timedelta(days=7)


def attach(connection: duckdb.DuckDBPyConnection, settings: Settings, name: str, *, read_only: bool = False) -> None:
    """Attach the lake under a name. Raises SettingsError where DuckLake's extensions are not there."""
    kind, _, where = settings.lake_catalog.partition(":")
    for extension in EXTENSIONS[kind]:
        _load(connection, extension)
    catalog = where if kind == "duckdb" else settings.lake_catalog
    options = [f"data_path {_text(str(files(settings)))}", *(["read_only"] if read_only else [])]
    connection.execute(f"attach {_text('ducklake:' + catalog)} as {name} ({', '.join(options)})")


def files(settings: Settings) -> Path:
    """The folder of the tables' files."""
    return settings.data_dir / "lake"


def is_there(settings: Settings) -> bool:
    """Whether the catalogue knows the facts: it may be of another machine, or new."""
    with duckdb.connect() as connection:
        try:
            attach(connection, settings, "lake", read_only=True)
        except duckdb.Error:
            return False
        query = "select count(*) from duckdb_tables() where database_name = 'lake' and schema_name = 'facts'"
        return bool(connection.execute(query).fetchall()[0][0])


def tidy(connection: duckdb.DuckDBPyConnection) -> None:
    """Join small files, forget snapshots older than a week, remove what only they had: without it a lake grows by every build."""
    kept = int(SNAPSHOTS_KEPT.total_seconds())
    connection.execute(f"call ducklake_merge_adjacent_files('{NAME}')")
    connection.execute(f"call ducklake_expire_snapshots('{NAME}', older_than => now() - to_seconds({kept}))")
    connection.execute(f"call ducklake_cleanup_old_files('{NAME}', cleanup_all => true)")


def _load(connection: duckdb.DuckDBPyConnection, extension: str) -> None:
    """From the package that carries it, so that no network is needed; else what DuckDB has installed on this machine."""
    package = importlib.util.find_spec(f"duckdb_extension_{extension}")
    found = [
        file
        for folder in (package.submodule_search_locations or [] if package else [])
        for file in Path(folder).rglob("*.duckdb_extension")
    ]
    try:
        connection.execute(f"load {_text(str(found[0])) if found else extension}")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        advice = f"install duckdb-extension-{extension.replace('_', '-')} of DuckDB's version, {duckdb.__version__}"
        raise SettingsError(f"PERPS_LAKE_CATALOG needs DuckDB's extension {extension}: {reason}; {advice}") from None


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
