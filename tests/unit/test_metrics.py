"""A metric as SQL, on a few rows whose figures are worked out by hand."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from bi.metrics import Dataset, datasets

ROWS = """
    ('a', 'BTC', date '2026-01-01', 100.0, 10.0, 0.10), ('b', 'BTC', date '2026-01-01', 300.0, 30.0, 0.20),
    ('a', 'BTC', date '2026-01-02', 200.0, 20.0, null), ('b', 'BTC', date '2026-01-02', null, 60.0, 0.40)
"""


def measure(name: str, agg: str, expr: str | None = None) -> dict[str, Any]:
    return {"name": name, "agg": agg, "expr": expr}


def simple(name: str, label: str | None = None, **more: Any) -> dict[str, Any]:
    shared = {"label": label or name, "description": "", "type": "simple", "filter": None}
    return {"name": name, **shared, "type_params": {"measure": {"name": name}}, **more}


def ratio(name: str, numerator: str, denominator: str) -> dict[str, Any]:
    parts = {"numerator": {"name": numerator}, "denominator": {"name": denominator}}
    return {"name": name, "label": name.title(), "description": "", "type": "ratio", "filter": None, "type_params": parts}


def column(name: str) -> dict[str, Any]:
    return {"name": name, "data_type": "double", "description": ""}


def manifest(*metrics: dict[str, Any]) -> dict[str, Any]:
    """Two tables: days of venues, and what a venue is."""
    measures = [
        measure("volume", "sum", "volume_usd"),
        measure("interest", "sum", "open_interest_usd"),
        measure("mean", "average", "volume_usd"),
    ]
    measures += [measure("days", "count_distinct", "date"), measure("highest", "max", "funding"), measure("lowest", "min", "funding")]
    measures += [
        measure("paid", "sum", "funding * open_interest_usd"),
        measure("weight", "sum", "case when funding is not null then open_interest_usd end"),
    ]
    dimensions = [{"name": "date", "type": "time"}, {"name": "asset", "type": "categorical"}]
    days = {"name": "venue_days", "description": "", "measures": measures, "dimensions": dimensions}
    days |= {"entities": [{"name": "venue", "type": "foreign"}], "node_relation": {"alias": "mart_days", "schema_name": "marts"}}
    venues = {"name": "venues", "description": "", "measures": [], "dimensions": [{"name": "kind", "type": "categorical"}]}
    venues |= {"entities": [{"name": "venue", "type": "primary"}], "node_relation": {"alias": "dim_venues", "schema_name": "facts"}}
    names = {"mart_days": ["venue", "asset", "date", "volume_usd", "open_interest_usd", "funding"], "dim_venues": ["venue", "kind"]}
    nodes = {
        name: {"name": name, "resource_type": "model", "columns": {one: column(one) for one in found}} for name, found in names.items()
    }
    return {"semantic_models": {"days": days, "venues": venues}, "metrics": {one["name"]: one for one in metrics}, "nodes": nodes}


def only(*metrics: dict[str, Any]) -> Dataset:
    [found] = datasets(manifest(*metrics))
    return found


@pytest.fixture
def tables() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create schema marts; create schema facts")
    connection.execute(
        "create table marts.mart_days (venue text, asset text, date date, volume_usd double, open_interest_usd double, funding double)"
    )
    connection.execute(f"insert into marts.mart_days values {ROWS}")
    connection.execute("create table facts.dim_venues as select * from (values ('a', 'cex'), ('b', 'dex')) as venues(venue, kind)")
    return connection


@pytest.mark.parametrize(("name", "value"), [("volume", 600.0), ("mean", 200.0), ("days", 2), ("highest", 0.4), ("lowest", 0.1)])
def test_an_aggregate_is_what_its_name_says(name: str, value: float, tables: duckdb.DuckDBPyConnection) -> None:
    [metric] = only(simple(name, "For people")).metrics
    assert tables.execute(f"select {metric.sql} from marts.mart_days").fetchall() == [(pytest.approx(value),)]


@pytest.mark.parametrize(
    ("numerator", "denominator", "value"),
    [
        ("interest", "days", 60.0),  # a stock over two days: (40 + 80) ÷ 2, not 120
        ("paid", "weight", 0.31),  # (0.1 × 10 + 0.2 × 30 + 0.4 × 60) ÷ (10 + 30 + 60): who has no rate weighs nothing
    ],
)
def test_a_ratio_is_one_of_sums(numerator: str, denominator: str, value: float, tables: duckdb.DuckDBPyConnection) -> None:
    [metric] = only(simple(numerator), simple(denominator), ratio("of_both", numerator, denominator)).metrics
    assert metric.name == "of_both"  # its parts have no label, so they are none for people
    assert tables.execute(f"select {metric.sql} from marts.mart_days").fetchall() == [(pytest.approx(value),)]
    assert tables.execute(f"select {metric.sql} from marts.mart_days where asset = 'none'").fetchall() == [(None,)]


def test_rows_come_with_what_they_name_and_how_long_ago_they_were(tables: duckdb.DuckDBPyConnection) -> None:
    found = only(simple("volume", "Volume"))
    assert found.dimensions == ("date", "asset", "venue", "kind")
    rows = tables.execute(f"select kind, days_ago, volume_usd from ({found.query}) order by days_ago, kind").fetchall()
    assert rows == [("cex", 0, 200.0), ("dex", 0, None), ("cex", 1, 100.0), ("dex", 1, 300.0)]


def test_what_is_not_known_here_is_refused() -> None:
    with pytest.raises(ValueError, match="volume"):
        only(simple("volume", "Volume", filter={"where_filters": []}))
    with pytest.raises(ValueError, match="volume"):
        only(simple("volume", "Volume", type="cumulative"))
