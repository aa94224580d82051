"""Our own states, outcomes, odds and back-test of any days: the compiled queries of the marts, over tables of those days.

Belongs here: laying the days out as the tables that those queries read. Does not: any rule; a rule is in the queries.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import polars as pl

from ingestion.settings import load_settings
from orchestration import compiled
from orchestration.building import everything
from orchestration.environment import DBT_PROJECT_DIR
from orchestration.plan import Node, Plan

MARTS = ("mart_market_regime_daily", "mart_storm_outcomes_daily", "mart_storm_odds_daily", "mart_storm_backtest")
GIVEN = {
    "mart_asset_daily": "select asset, date, close, realised_volatility_7d, realised_volatility_hours, funding_rate_8h from days",
    "mart_leverage_daily": """select asset, date, open_interest_base as open_interest_index, 'coinalyze' as open_interest_basis
        from days where open_interest_base is not null""",
}


def judged(days: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Mart → its rows, of days as history.days gives them."""
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect(f"{scratch}/warehouse.duckdb") as connection:
        plan = compiled.plan(load_settings(_env_file=None, data_dir=Path(scratch)))
        connection.execute("set timezone = 'UTC'")
        for schema in ("seeds", "facts", "marts", "quality"):
            connection.execute(f"create schema {schema}")
        connection.register("days", days.to_arrow())
        _laid_out(connection, plan)
        found = {}
        for name in MARTS:
            node = _node(plan, name)
            connection.execute(f"create table {node.relation} as {everything(node.sql)}")
            found[name] = connection.execute(f"select * from {node.relation} order by all").pl()
    return found


def _laid_out(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """The days as tables with every column of the marts they stand for, what is not given null. Nothing was refused."""
    seed = _node(plan, "regime_thresholds")
    connection.execute(f"create table {seed.relation} as select * from read_csv('{DBT_PROJECT_DIR / seed.sql}', header = true)")
    thresholds = _node(plan, "dim_regime_thresholds")
    connection.execute(f"create table {thresholds.relation} as {thresholds.sql}")
    for name in (*GIVEN, "fct_asset_aggregates_daily", "gate_results"):
        node = _node(plan, name)
        columns = ", ".join(f'"{column}" {dtype}' for column, dtype in node.columns.items())
        connection.execute(f"create table {node.relation} ({columns})")
        if name in GIVEN:
            connection.execute(f"insert into {node.relation} by name {GIVEN[name]}")


def _node(plan: Plan, name: str) -> Node:
    return next(node for node in plan.nodes if node.name == name)
