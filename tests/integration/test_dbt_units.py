"""dbt on the same project: its unit tests, one for every unit conversion, and its own build beside what the plan makes of the same raw."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from house import House

from ingestion.settings import Settings
from orchestration import compiled, dbt
from simulator import Simulator, Truth

if TYPE_CHECKING:
    from dbt.artifacts.schemas.run import RunResult

LAST = datetime.now(UTC).date() - timedelta(days=1)
FIRST = LAST - timedelta(days=2)


@pytest.fixture(scope="module")
def built(house: Callable[..., House]) -> Iterator[Settings]:
    """A few days, built by the plan."""
    with Simulator(Truth(start=FIRST, days=4, assets=["BTC", "PEPE"]), now=datetime.now(UTC)) as simulator:
        one = house(simulator.base_urls(), PERPS_SOURCES="binance,hyperliquid,defillama")
        outcome = one.sync(FIRST, LAST)
        assert outcome.exit_code == 0, outcome.problems
        yield one.enter()


@pytest.fixture(scope="module")
def by_dbt(built: Settings, house: Callable[..., House]) -> tuple[Settings, list[RunResult]]:
    """Another warehouse, which dbt builds itself from the same raw and the same verdicts, and what came of all its nodes."""
    other = house({}).enter()
    shutil.copytree(built.raw_dir, other.raw_dir)
    shutil.copytree(built.ledger_dir, other.ledger_dir)
    return other, dbt.run(other, ["build", "--full-refresh"])


def test_every_conversion(by_dbt: tuple[Settings, list[RunResult]]) -> None:
    results = [result for result in by_dbt[1] if result.node.resource_type == "unit_test"]
    failed = {result.node.name: result.message for result in results if str(result.status) != "pass"}
    assert failed == {}
    assert len(results) >= 150


def test_the_plan_makes_what_dbt_makes(built: Settings, by_dbt: tuple[Settings, list[RunResult]]) -> None:
    """Tables, types, descriptions, views and the outcome of data tests."""
    other, results = by_dbt
    assert {str(result.status) for result in results} <= {"success", "pass", "warn", "no-op"}
    plan = compiled.plan(built)
    with closing(duckdb.connect(str(built.warehouse), read_only=True)) as ours, closing(duckdb.connect()) as theirs:
        theirs.execute(f"attach '{other.warehouse}' as warehouse (read_only); use warehouse")
        for node in plan.nodes:
            if node.layer == "source":
                continue
            assert _columns(ours, node.relation) == _columns(theirs, node.relation), node.name
            if node.is_table:
                rows = f"select * from {node.relation} order by all"
                assert ours.execute(rows).fetchall() == theirs.execute(rows).fetchall(), node.name
        assert _told(ours) == _told(theirs)
    assert len([node for node in plan.nodes if node.is_table]) > 40


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[Any, ...]]:
    return [row[:2] for row in connection.execute(f"describe {relation}").fetchall()]


def _told(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Descriptions of facts and marts and their columns."""
    where = "where schema_name in ('facts', 'marts') and database_name = 'warehouse'"
    tables = f"select schema_name, table_name, '' as name, comment from duckdb_tables() {where}"
    columns = f"select schema_name, table_name, column_name, comment from duckdb_columns() {where}"
    return connection.execute(f"{tables} union all {columns} order by all").fetchall()
