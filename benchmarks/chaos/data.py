"""Looking at a data folder: equal to another, whole, nothing left over. Belongs here: the looking. Does not: what happened before."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from ingestion.settings import load_settings
from ingestion.venue.registry import all_sources
from orchestration.publish import current_version, versions

VOLATILE = {"run_id", "judged_at", "attempted_at", "last_fetched_at", "lag_hours", "measured_at", "version", "published_at"}
BOOKKEEPING = {"dim_source_entities", "mart_freshness", "publication", "gate_results"}
Rows = list[tuple[Any, ...]]


def published(folder: Path) -> dict[str, Rows]:
    """Every published table without the columns that say when a run was, rows sorted."""
    with _opened(folder) as connection:
        names = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        return {f"{schema}.{table}": _rows(connection, f"{schema}.{table}") for schema, table in names if table not in BOOKKEEPING}


def raw(folder: Path, sources: Iterable[str]) -> dict[str, Rows]:
    """Every version of every row of what has a history: what the source said, as often as it is held."""
    found = {}
    with duckdb.connect() as connection:
        for source in (all_sources()[name] for name in sources):
            for entity in (one for one in source.entities if not one.is_snapshot):
                columns = ", ".join(f'"{name}"' for name in entity.columns)
                parts = f"read_parquet('{folder}/raw/{source.name}/{entity.name}/month=*/part.parquet', hive_partitioning = false)"
                found[f"{source.name}/{entity.name}"] = connection.execute(f"select {columns} from {parts} order by all").fetchall()
    return found


def bodies_missing(folder: Path) -> int:
    """Payloads that rows of raw name and landing does not hold."""
    with duckdb.connect() as connection:
        rows = f"read_parquet('{folder}/raw/[a-z]*/*/month=2*/part.parquet', hive_partitioning = false, union_by_name = true)"
        named = f"select distinct _payload_sha256 as sha256 from {rows} where _payload_sha256 <> ''"
        landed = f"select sha256 from read_parquet('{folder}/landing/*/*/*.parquet')"
        return len(connection.execute(f"{named} except {landed}").fetchall())


def left_over(folder: Path) -> list[str]:
    """Files and folders that a killed process left and that a run which ended well has not cleared."""
    found = [path for pattern in ("*.partial", ".building-*", ".removing-*", ".current.*", "*.building") for path in folder.rglob(pattern)]
    settings = load_settings(_env_file=None, data_dir=folder)
    found += [path for path in (settings.published_dir / "versions").glob("*") if path.name not in versions(settings)]
    return sorted({str(path.relative_to(folder)) for path in found})


def is_whole(folder: Path) -> bool:
    """Nothing is published yet, or the version that is linked opens, says its name, and its parquet has as many rows, table by table."""
    settings = load_settings(_env_file=None, data_dir=folder)
    if current_version(settings) is None:
        return not (settings.published_dir / "perps.duckdb").exists()
    with _opened(folder) as connection:
        if connection.execute("select version from quality.publication").fetchall() != [(current_version(settings),)]:
            return False
        served = "select schema_name, table_name from duckdb_tables() union all select schema_name, view_name from duckdb_views()"
        served = f"select * from ({served} where not internal) where schema_name <> 'old_names'"
        for schema, table in connection.execute(served).fetchall():
            file = settings.published_dir / "parquet" / ("facts_all" if schema == "facts_all" else "") / f"{table}.parquet"
            counts = f"select (select count(*) from {schema}.{table}), (select count(*) from read_parquet('{file}'))"
            mine, theirs = connection.execute(counts).fetchall()[0]
            if mine != theirs:
                return False
    return True


def numbers(folder: Path, tables: Iterable[str]) -> set[int]:
    """Of a publication of which every row carries a number: those in its file and in its parquet."""
    parquet = folder / "published" / "parquet"
    with _opened(folder) as connection:
        read = [one for table in tables for one in (table, f"read_parquet('{parquet}/{table.split('.')[1]}.parquet')")]
        return {n for one in read for (n,) in connection.execute(f"select distinct n from {one}").fetchall()}


def differing(ours: dict[str, Rows], theirs: dict[str, Rows]) -> list[str]:
    return sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))


def _opened(folder: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(folder / "published" / "perps.duckdb"), read_only=True)
    connection.execute("set timezone = 'UTC'")
    return connection


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> Rows:
    columns = [name for (name, *_) in connection.execute(f"describe {table}").fetchall() if name not in VOLATILE]
    names = ", ".join(f'"{name}"' for name in columns)
    return connection.execute(f"select {names} from {table} order by all").fetchall()
