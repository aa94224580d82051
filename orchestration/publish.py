"""Publication: a versioned, read-only copy of facts, quality and marts, swapped in whole.

Readers open `published/perps.duckdb`, a symlink to `perps-<version>.duckdb`; `published/parquet` links to the same tables as files.
They never wait for a writer and keep the version they opened. The last three versions stay; rollback is a relink.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingestion import landing
from ingestion.errors import PerpsError
from ingestion.settings import Settings

SCHEMAS = ("marts", "facts", "quality")
KEPT = 3
STORAGE_VERSION = "v1.2.0"  # readable by the DuckDB clients that BI tools ship
OUR_OWN = "fetched_at"  # says when we asked, not what the market did: equal data publish equal tables
SIMULATED_NOTE = "SIMULATED DATA. "


@dataclass(frozen=True)
class Publication:
    """What is out."""

    version: str
    path: Path
    rows: dict[str, int]
    is_simulated: bool


def publish(settings: Settings, run_id: str) -> Publication:
    """Copy, verify, swap. Raises PerpsError when a copied table differs from its original; the last publication then stays."""
    folder = settings.published_dir
    folder.mkdir(parents=True, exist_ok=True)
    version = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    target, parquet = folder / f"perps-{version}.duckdb", folder / f"parquet-{version}"
    is_simulated = landing.is_simulated(settings.data_dir)
    partial = folder / f".building-{version}.duckdb"
    for leftover in folder.glob(".building-*"):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    rows = _copy(settings.warehouse, partial, version, run_id, is_simulated)
    building = folder / f".building-{version}"
    _export(partial, building, rows)
    partial.chmod(0o444)
    partial.replace(target)
    building.replace(parquet)
    _relink(folder / "parquet", parquet.name)
    _relink(folder / "perps.duckdb", target.name)
    _prune(folder)
    return Publication(version, folder / "perps.duckdb", rows, is_simulated)


def versions(settings: Settings) -> list[str]:
    """Versions kept, newest first."""
    return sorted((path.stem.removeprefix("perps-") for path in settings.published_dir.glob("perps-*.duckdb")), reverse=True)


def current_version(settings: Settings) -> str | None:
    link = settings.published_dir / "perps.duckdb"
    return link.readlink().name.removeprefix("perps-").removesuffix(".duckdb") if link.is_symlink() else None


def rollback(settings: Settings, version: str | None = None) -> str:
    """Point the publication at an older version (default: the one before the current). Raises PerpsError when there is none."""
    current, kept = current_version(settings), versions(settings)
    older = [one for one in kept if current is None or one < current]
    chosen = version or (older[0] if older else None)
    if chosen is None or chosen not in kept:
        raise PerpsError(f"no version {version or 'before ' + str(current)} in {settings.published_dir}; kept: {', '.join(kept) or 'none'}")
    _relink(settings.published_dir / "parquet", f"parquet-{chosen}")
    _relink(settings.published_dir / "perps.duckdb", f"perps-{chosen}.duckdb")
    return chosen


def _copy(warehouse: Path, target: Path, version: str, run_id: str, is_simulated: bool) -> dict[str, int]:
    rows = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach {_literal(str(warehouse))} as source (read_only)")
        connection.execute(f"attach {_literal(str(target))} as target (storage_version '{STORAGE_VERSION}')")
        for schema in SCHEMAS:
            connection.execute(f"create schema if not exists target.{schema}")
        for schema, table, comment in _relations(connection):
            name = f'{schema}."{table}"'
            flag = str(is_simulated).lower()
            columns = f"* exclude ({OUR_OWN})" if OUR_OWN in _columns(connection, schema, table) else "*"
            connection.execute(f"create table target.{name} as select {columns}, {flag} as is_simulated from source.{name}")
            connection.execute(f"comment on table target.{name} is {_literal((SIMULATED_NOTE if is_simulated else '') + comment)}")
            for column, text in _columns(connection, schema, table).items():
                if text and column != OUR_OWN:
                    connection.execute(f'comment on column target.{name}."{column}" is {_literal(text)}')
            before, after = (_count(connection, f"{side}.{name}") for side in ("source", "target"))
            if before != after:
                raise PerpsError(f"publication of {name}: {after} rows copied of {before}; nothing was swapped")
            rows[f"{schema}.{table}"] = after
        columns = "version varchar, run_id varchar, published_at timestamptz, is_simulated boolean"
        connection.execute(f"create table target.quality.publication ({columns})")
        connection.execute("insert into target.quality.publication values (?, ?, ?, ?)", [version, run_id, datetime.now(UTC), is_simulated])
        rows["quality.publication"] = 1
        connection.execute("checkpoint target")
        connection.execute("detach target")
    return rows


def _relations(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """Tables and views to copy, with their descriptions."""
    parts = [
        f"select schema_name, {name}, coalesce(comment, '') from {function}() where database_name = 'source' and schema_name in (?, ?, ?)"
        for name, function in (("table_name", "duckdb_tables"), ("view_name", "duckdb_views"))
    ]
    return connection.execute(f"{' union all '.join(parts)} order by 1, 2", [*SCHEMAS, *SCHEMAS]).fetchall()


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> dict[str, str | None]:
    """Columns of the original with their descriptions."""
    query = "select column_name, comment from duckdb_columns() where database_name = 'source' and schema_name = ? and table_name = ?"
    return dict(connection.execute(query, [schema, table]).fetchall())


def _export(database: Path, folder: Path, rows: dict[str, int]) -> None:
    """The same tables as parquet, named by table: unique across schemas."""
    folder.mkdir(parents=True)
    with duckdb.connect(str(database), read_only=True) as connection:
        for name in rows:
            schema, table = name.split(".", 1)
            file = _literal(str(folder / f"{table}.parquet"))
            connection.execute(f'copy {schema}."{table}" to {file} (format parquet, compression zstd)')


def _relink(link: Path, name: str) -> None:
    temporary = link.with_name(f".{link.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(name)
    temporary.replace(link)


def _prune(folder: Path) -> None:
    for path in sorted(folder.glob("perps-*.duckdb"), reverse=True)[KEPT:]:
        path.unlink()
        shutil.rmtree(folder / f"parquet-{path.stem.removeprefix('perps-')}", ignore_errors=True)


def _count(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    row = connection.execute(f"select count(*) from {name}").fetchone()
    return int(row[0]) if row else 0


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
