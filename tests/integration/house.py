"""The chain as the command line runs it, in this process, in a data folder of its own."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from ingestion.run.ingest import ingest
from ingestion.settings import Settings
from ingestion.venue.registry import all_sources, selected
from orchestration import pending
from orchestration.environment import prepare
from orchestration.runs import Outcome, execute
from simulator import Simulator

VOLATILE = {"run_id", "judged_at", "attempted_at", "last_fetched_at", "lag_hours", "measured_at", "version", "published_at"}
FEW = "binance,hyperliquid,okx,defillama"  # for what does not depend on the venue: every source more makes a run longer
ANY_NAME = "o'brien's [data] {x} %d é"  # SQL, globs, templates, addresses and markup read each of these as something of theirs
BOOKKEEPING = {"dim_source_entities", "mart_freshness", "publication", "gate_results"}


class House:
    """A data folder and the settings that go with it; every source that needs a key has one, made up."""

    def __init__(self, folder: Path, base_urls: dict[str, str], **settings: str) -> None:
        self.folder = folder
        self.facts = "facts"  # the schema that facts are read from: "facts_all" has what the gate refused, too
        self.environment = {f"PERPS_BASE_URL__{source.upper()}": url for source, url in base_urls.items()}
        self.environment |= {"PERPS_DATA_DIR": str(folder), "PERPS_SOURCES": "", "PERPS_MARKETS": "*"}
        self.environment |= {source.key_variable: "no-key-of-anybody" for source in all_sources().values() if source.key_variable}
        self.environment |= {"PERPS_RATE_LIMIT_FACTOR": "1000", "PERPS_ATTEMPTS": "2", "PERPS_RETRY_SECONDS": "0.01", **settings}

    def enter(self) -> Settings:
        """Make this house the one that settings mean."""
        os.environ.update(self.environment)
        return prepare()

    def sync(self, first: date, last: date | None = None, sources: list[str] | None = None) -> Outcome:
        """The daily job."""
        self.enter()
        return execute("daily", (first, last or first), sources)

    def step(self, first: date, last: date) -> None:
        """The daily job, everything built and judged anew; nothing may go wrong, no day be held back."""
        pending.forget(self.enter())
        outcome = self.sync(first, last)
        assert outcome.exit_code == 0, outcome.problems

    def build(self, is_whole: bool = False) -> Outcome:
        settings = self.enter()
        if is_whole:
            pending.forget(settings)
        return execute("build")

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

    def open(self, path: Path | None = None) -> duckdb.DuckDBPyConnection:
        """The published file, or another of its kind, as any reader opens it."""
        connection = duckdb.connect(str(path or self.folder / "published" / "perps.duckdb"), read_only=True)
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"set search_path = '{','.join(dict.fromkeys(['marts', self.facts, 'facts', 'quality']))}'")
        return connection

    def published(self, path: Path | None = None) -> dict[str, list[tuple[Any, ...]]]:
        """Every published table without the columns that say when a run was, rows sorted: equal publications compare equal."""
        with self.open(path) as connection:
            names = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
            return {table: _rows(connection, f"{schema}.{table}") for schema, table in names if table not in BOOKKEEPING}


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[Any, ...]]:
    columns = [name for (name, *_) in connection.execute(f"describe {table}").fetchall() if name not in VOLATILE]
    names = ", ".join(f'"{name}"' for name in columns)
    return connection.execute(f"select {names} from {table} order by all").fetchall()


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]
