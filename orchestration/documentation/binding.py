"""The type of every column of every relation, found without data: the compiled queries are bound on empty tables.

Belongs here: the empty warehouse in memory. Does not: what a column means (relations.py).
"""

from __future__ import annotations

import duckdb

from ingestion.store.fitting import META, WITHDRAWN
from orchestration.plan import Node, Plan

# What every raw table has beside its own columns, and the months that its folders are named by.
PROVENANCE = {**dict.fromkeys(META, "varchar"), "_fetched_at": "timestamptz", WITHDRAWN: "boolean", "month": "varchar"}
TYPES = """
    select schema_name, table_name, column_name, lower(data_type)
    from duckdb_columns() where database_name = 'warehouse' and not internal
    order by schema_name, table_name, column_index
"""
SHORT = {"timestamp with time zone": "timestamptz"}
Types = dict[str, dict[str, str]]


def types(plan: Plan) -> Types:
    """Types by column, by relation, in the order in which a query gives them."""
    found: Types = {}
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse; use warehouse")
        for schema in sorted({node.schema for node in plan.nodes}):
            connection.execute(f'create schema if not exists "{schema}"')
        for node in plan.nodes:
            connection.execute(_declared(node))
        for schema, table, column, data_type in connection.execute(TYPES).fetchall():
            found.setdefault(f'"{schema}"."{table}"', {})[column] = SHORT.get(data_type, data_type)
    return found


def _declared(node: Node) -> str:
    """A contract says its own types, and so do sources and seeds; of the rest the query does."""
    if node.kind not in ("source", "seed") and not node.has_contract:
        return f"create view {node.relation} as {node.sql}"
    columns = {**PROVENANCE, **node.columns} if node.layer == "source" and node.schema == "raw" else node.columns
    ordered = sorted(columns.items(), key=lambda column: column[0] in PROVENANCE)
    written = ", ".join(f'"{name}" {kind}' for name, kind in ordered)
    return f"create table {node.relation} ({written})"
