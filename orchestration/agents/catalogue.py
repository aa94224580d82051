"""What is published, for somebody who has never seen it: tables, columns with their units, what is fresh and what was held back.

Belongs here: reading the published file's own comments and its two tables about itself. Does not: queries of others (asking.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import duckdb

from ingestion.errors import SettingsError
from ingestion.settings import Settings
from orchestration.agents.rules import rules_of
from orchestration.publication.relations import MOMENTS, SCHEMAS, SIMULATED_NOTE
from orchestration.published import connected, published_file
from orchestration.warehouse import literal

DAYS_HELD_BACK, MOST_HELD_BACK = 30, 100
RELATIONS = f"""
    select schema_name, name, any_value(comment) from (
        select schema_name, table_name as name, comment from duckdb_tables() where database_name = current_database()
        union all
        select schema_name, view_name, comment from duckdb_views() where database_name = current_database()
    ) as relations
    where schema_name in ({", ".join(map(literal, SCHEMAS))})
    group by schema_name, name
    order by list_position([{", ".join(map(literal, SCHEMAS))}], schema_name), name
"""


@dataclass(frozen=True)
class Table:
    """A published table: what a row is of, and the names of its columns, which carry their unit."""

    table: str
    schema_name: str
    description: str
    columns: list[str]


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Description:
    """`rules`: what must not be added up or compared in this table."""

    table: str
    schema_name: str
    description: str
    rows: int
    first: str | None
    last: str | None
    columns: list[Column]
    rules: list[str]


@dataclass(frozen=True)
class Freshness:
    """`last_day`: newest day of each fact that the gate passed. `not_well`: what of the sources is stale, failed or has rows set aside."""

    version: str
    published_at: str
    is_simulated: bool
    last_day: dict[str, str]
    entities_by_status: dict[str, int]
    not_well: list[dict[str, Any]]
    held_back_days: int
    held_back: list[dict[str, Any]]


def tables(settings: Settings, search: str = "") -> list[Table]:
    """All published tables, marts first; with `search` those of which the name, the description or a column has one of its words."""
    with connected(published_file(settings)) as connection:
        found = [
            Table(name, schema, (comment or "").removeprefix(SIMULATED_NOTE), [one.name for one in _columns(connection, schema, name)])
            for schema, name, comment in connection.execute(RELATIONS).fetchall()
        ]
    words = search.lower().split()
    return [one for one in found if not words or any(word in f"{one.table} {one.description} {one.columns}".lower() for word in words)]


def describe(settings: Settings, table: str) -> Description:
    """A published table, its columns with their units, and its rules. Raises SettingsError for a name that is none, with the nearest."""
    with connected(published_file(settings)) as connection:
        known = {name: (schema, comment or "") for schema, name, comment in connection.execute(RELATIONS).fetchall()}
        name = table.rpartition(".")[2].strip('" ').lower()
        if name not in known:
            near = get_close_matches(name, known, n=3, cutoff=0.4)
            raise SettingsError(f"no table {table!r} is published; nearest: {', '.join(near) or 'none'}. list_tables names them all")
        schema, comment = known[name]
        columns = _columns(connection, schema, name)
        dated = next((one for one in MOMENTS if one in {column.name for column in columns}), None)
        span = f'cast(min("{dated}") as varchar), cast(max("{dated}") as varchar)' if dated else "null, null"
        rows, first, last = connection.execute(f'select count(*), {span} from "{schema}"."{name}"').fetchall()[0]
    rules = [rule.text for rule in rules_of(name, [one.name for one in columns])]
    return Description(name, schema, comment, rows, first, last, columns, rules)


def freshness(settings: Settings, days: int = DAYS_HELD_BACK) -> Freshness:
    """Which version is out, how new it is, which sources are not well, and what the gate held back in the newest days."""
    with connected(published_file(settings)) as connection:
        version, published_at, is_simulated = _rows(connection, "select version, published_at, is_simulated from quality.publication")[0]
        last = _rows(connection, "select fact, max(date) from mart_published_days group by fact order by fact")
        counted = _rows(connection, "select status, count(*) from mart_freshness group by status order by status")
        not_well = _named(
            connection,
            "select source, entity, status, last_event_at, round(lag_hours, 1) as lag_hours, last_error, rows_quarantined, "
            "quarantined_because, limitations from mart_freshness "
            "where status not in ('ok', 'closed', 'not_configured') or rows_quarantined > 0 order by source, entity",
        )
        recent = f"not is_passed and date > (select max(date) from quality.gate_results) - {int(days)}"
        total = _rows(connection, f"select count(*) from (select distinct fact, venue_or_protocol, date from gate_results where {recent})")
        held = _named(
            connection,
            "select fact, venue_or_protocol, date, failed_expectations as because from quality.gate_results "
            f"where {recent} order by date desc, fact, venue_or_protocol limit {MOST_HELD_BACK}",
        )
    days_by_fact = {fact: str(day) for fact, day in last}
    return Freshness(version, str(published_at), is_simulated, days_by_fact, dict(counted), not_well, total[0][0], held)


def columns_of(settings: Settings, names: Sequence[str]) -> dict[str, list[str]]:
    """Columns of these published tables; without those that are none."""
    with connected(published_file(settings)) as connection:
        schemas = {name: schema for schema, name, _ in connection.execute(RELATIONS).fetchall()}
        return {name: [one.name for one in _columns(connection, schemas[name], name)] for name in names if name in schemas}


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[Column]:
    query = "select column_name, data_type, coalesce(comment, '') from duckdb_columns() where database_name = current_database()"
    rows = connection.execute(f"{query} and schema_name = '{schema}' and table_name = '{table}' order by column_index").fetchall()
    return [Column(*row) for row in rows]


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def _named(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    cursor = connection.execute(query)
    names = [one[0] for one in cursor.description or []]
    return [{name: str(value) if hasattr(value, "isoformat") else value for name, value in zip(names, row, strict=True)}
            for row in cursor.fetchall()]  # fmt: skip
