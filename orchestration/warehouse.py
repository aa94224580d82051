"""The warehouse file: opening it to write, and its views over what other zones hold.

Belongs here: the connection and the views. Does not: building relations (building.py), locks (locks.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ingestion.settings import Settings
from orchestration.plan import Plan

ONE_THREAD = "set threads = 1"  # done with a few days, it costs half of what two do that wait for one another


@contextmanager
def opened(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, to write. The caller holds its lock."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set preserve_insertion_order = false; set enable_progress_bar = false")
        yield connection


def create_source_views(connection: duckdb.DuckDBPyConnection, plan: Plan, data_dir: Path) -> None:
    """Views over the parquet of raw and of the verdicts. Every entity has at least an empty part (ingest.ensure_tables)."""
    connection.execute("begin")  # one commit for all: each waits for the disk
    for schema in sorted({node.schema for node in plan.nodes}):
        connection.execute(f'create schema if not exists "{schema}"')
    for node in plan.sources:
        parts = literal(f"{pattern(data_dir)}/{node.sql}/month=*/part.parquet")
        read = f"read_parquet({parts}, hive_partitioning = true, hive_types = {{'month': 'varchar'}}, union_by_name = true)"
        connection.execute(f"create or replace view {node.relation} as select * from {read}")
    connection.execute("commit")


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def pattern(path: Path) -> str:
    """What finds this path and no other where DuckDB reads `*`, `?` and `[…]` as a pattern: any name of a folder may hold them."""
    return re.sub(r"[*?\[]", r"[\g<0>]", str(path))
