"""The chain as the command line runs it, in this process, in a data folder of its own."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from dagster import DagsterInstance

from expectations.gate import judge
from ingestion.ingest import ingest
from ingestion.registry import all_sources, selected
from ingestion.settings import Settings
from ingestion.source import Window
from orchestration import dbt, pending
from orchestration.environment import prepare
from orchestration.publish import publish
from orchestration.runs import Outcome, execute
from simulator import Simulator

VOLATILE = {"run_id", "judged_at", "attempted_at", "last_fetched_at", "lag_hours", "measured_at", "version", "published_at"}
FEW = "binance,hyperliquid,okx,defillama"  # for what does not depend on the venue: every source more makes a run longer
BOOKKEEPING = {"dim_source_entities", "mart_freshness", "publication", "gate_results"}


class House:
    """A data folder and the settings that go with it; every source that needs a key has one, made up."""

    def __init__(self, folder: Path, base_urls: dict[str, str], **settings: str) -> None:
        self.folder = folder
        self.environment = {f"PERPS_BASE_URL__{source.upper()}": url for source, url in base_urls.items()}
        self.environment |= {"PERPS_DATA_DIR": str(folder), "PERPS_SOURCES": "", "PERPS_MARKETS": "*"}
        self.environment |= {source.key_variable: "no-key-of-anybody" for source in all_sources().values() if source.key_variable}
        self.environment |= {"PERPS_RATE_LIMIT_FACTOR": "1000", "PERPS_ATTEMPTS": "2", "PERPS_RETRY_SECONDS": "0.01", **settings}

    def enter(self) -> Settings:
        """Make this house the one that settings and Dagster mean."""
        os.environ.update(self.environment)
        return prepare()

    def sync(self, first: date, last: date | None = None, sources: list[str] | None = None) -> Outcome:
        """The daily job. Dagster's history of it is kept in memory: on disk it takes a third of a run, and nothing later reads it."""
        chosen = self.enter().sources
        return execute("daily", (first, last or first), sources or chosen or None, instance=DagsterInstance.ephemeral())

    def step(self, first: date, last: date, has_views: bool = False) -> None:
        """What `sync` does, step by step and without Dagster, whose own bookkeeping takes as long again; nothing may go wrong.

        Views read raw as it is: a house that has them from a step before needs them no second time.
        """
        settings = self.enter()
        problems = [one.problem for one in ingest(settings, selected(settings), Window(first, last)) if one.problem]
        assert not problems, problems
        pending.write_touched(settings, [])
        views = ["perps_warehouse.staging", "perps_warehouse.intermediate"] if has_views else []
        self._build(settings, "--full-refresh", "--exclude", "perps_warehouse.marts", *views)
        report = judge(settings.warehouse, settings.ledger_dir, None, "step", datetime.now(UTC))
        assert report.is_open, report.reasons
        assert report.failed_subject_days == 0, [suite.expectations for suite in report.suites if suite.failed_subject_days]
        self.build_marts()
        publish(settings, "step")

    def build_marts(self) -> None:
        """The marts from the facts and verdicts that are there."""
        self._build(self.enter(), "--select", "perps_warehouse.marts")

    def _build(self, settings: Settings, *arguments: str) -> None:
        broken = [f"{one.node.name}: {one.message}" for one in dbt.build(settings, arguments) if str(one.status) in dbt.FAILED]
        assert not broken, broken

    def build(self) -> Outcome:
        self.enter()
        return execute("build", instance=DagsterInstance.ephemeral())

    def snapshots(self, simulator: Simulator, days: list[date], minute: int = 55) -> None:
        """As if the hourly job had run in the last minutes of each of these days."""
        settings, before = self.enter(), simulator.now
        for day in days:
            at = datetime.combine(day, time(23, minute), UTC)
            simulator.set_now(at)
            ingest(settings, selected(settings), None, clock=lambda at=at: at)
        simulator.set_now(before)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with self.open() as connection:
            return connection.execute(sql).fetchall()

    def frame(self, sql: str) -> pl.DataFrame:
        with self.open() as connection:
            return connection.execute(sql).pl()

    def open(self) -> duckdb.DuckDBPyConnection:
        """The published file, as any reader opens it."""
        connection = duckdb.connect(str(self.folder / "published" / "perps.duckdb"), read_only=True)
        connection.execute("set timezone = 'UTC'")
        connection.execute("set search_path = 'marts,facts,quality'")
        return connection

    def published(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every published table without the columns that say when a run was, rows sorted: equal publications compare equal."""
        with self.open() as connection:
            names = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
            return {table: _rows(connection, f"{schema}.{table}") for schema, table in names if table not in BOOKKEEPING}


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[Any, ...]]:
    columns = [name for (name, *_) in connection.execute(f"describe {table}").fetchall() if name not in VOLATILE]
    names = ", ".join(f'"{name}"' for name in columns)
    return connection.execute(f"select {names} from {table} order by all").fetchall()


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]
