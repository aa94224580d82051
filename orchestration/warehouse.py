"""The warehouse, a file or a lake: opening it, and its views over what other zones hold.

Belongs here: the connection and the views. Does not: building relations (building.py), locks (locks.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from ingestion.errors import PerpsError
from ingestion.settings import Settings
from orchestration import lake
from orchestration.plan import Plan

ONE_THREAD = "set threads = 1"  # done with a few days, it costs half of what two do that wait for one another


class Busy(PerpsError):
    """Another program has the warehouse open."""


@contextmanager
def opened(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, to write. The caller holds its lock. Raises Busy."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() if settings.lake_catalog else _connected(settings.warehouse) as connection:
        if settings.lake_catalog:
            lake.attach(connection, settings, lake.NAME)
            connection.execute(f"use {lake.NAME}")
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set preserve_insertion_order = false; set enable_progress_bar = false")
        yield connection


@contextmanager
def read(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, to read, by its tables' own names."""
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        attach(connection, settings, lake.NAME)
        connection.execute(f"use {lake.NAME}")
        yield connection


def attach(connection: duckdb.DuckDBPyConnection, settings: Settings, name: str) -> None:
    """Attach it under a name, to read."""
    if settings.lake_catalog:
        lake.attach(connection, settings, name, read_only=True)
    else:
        connection.execute(f"attach {literal(str(settings.warehouse))} as {name} (read_only)")


def ensure_free(settings: Settings) -> None:
    """Raise Busy where another program has the warehouse open, before hours are spent on fetching. A run of ours is waited for."""
    if not settings.lake_catalog and settings.warehouse.exists():
        with suppress(Timeout), FileLock(settings.state_dir / "warehouse.lock", timeout=0), opened(settings):
            pass


def _connected(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path))
    except duckdb.IOException as error:
        held = re.search(r"Conflicting lock is held in (.*?\(PID \d+\))", str(error))
        if held is None:
            raise
        raise Busy(f"{path} is open in another program, {held[1]}: close it there, or let it open the published file instead") from None


def create_source_views(connection: duckdb.DuckDBPyConnection, plan: Plan, data_dir: Path) -> None:
    """Views over the parquet of raw and of the verdicts. Every entity has at least an empty part (ingest.ensure_tables)."""
    connection.execute("begin")  # one commit for all: each waits for the disk
    for schema in sorted({node.schema for node in plan.nodes}):
        connection.execute(f'create schema if not exists "{schema}"')
    for node in plan.sources:
        parts = literal(f"{pattern(data_dir)}/{node.sql}/month=*/part.parquet")
        read = f"read_parquet({parts}, hive_partitioning = true, hive_types = {{'month': 'varchar'}}, union_by_name = true)"
        connection.execute(f"create or replace view {node.relation} as select * from {read}")
        describe(connection, "view", node.relation, node.comment, node.column_comments)
    connection.execute("commit")


def drop_leftovers(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Remove from the schemas of models and of raw what is no relation of the plan, or is one of another kind: a renamed mart would
    stay with the figures of its last day. `quality` also holds what we remember there, and is left alone."""
    wanted = {(node.schema, node.name): "table" if node.is_table else "view" for node in plan.nodes}
    schemas = ", ".join(literal(name) for name in sorted({node.schema for node in plan.nodes} - {"quality"}))
    for kind in ("view", "table"):
        query = f"select schema_name, {kind}_name from duckdb_{kind}s() where schema_name in ({schemas}) and not internal"
        for schema, name in connection.execute(query).fetchall():
            if wanted.get((schema, name)) != kind:
                connection.execute(f"drop {kind} {address(schema, name)}")


def address(schema: str, table: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in (schema, table))


def describe(connection: duckdb.DuckDBPyConnection, kind: str, relation: str, comment: str, columns: Mapping[str, str]) -> None:
    """Give a table or view, and its columns, their descriptions, where there are any."""
    if comment:
        connection.execute(f"comment on {kind} {relation} is {literal(comment)}")
    for name, text in columns.items():
        if text and (kind == "table" or not is_lake(connection)):  # which keeps none for the columns of a view
            connection.execute(f'comment on column {relation}."{name}" is {literal(text)}')


def is_lake(connection: duckdb.DuckDBPyConnection) -> bool:
    query = "select type from duckdb_databases() where database_name = current_database()"
    return bool(connection.execute(query).fetchall()[0][0] == "ducklake")


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def pattern(path: Path) -> str:
    """What finds this path and no other where DuckDB reads `*`, `?` and `[…]` as a pattern: any name of a folder may hold them."""
    return re.sub(r"[*?\[]", r"[\g<0>]", str(path))
