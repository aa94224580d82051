"""Definitions of the figures: what the published file says of its own columns. None is written a second time."""

from __future__ import annotations

import duckdb

QUERY = """
    select table_name || '.' || column_name as name, any_value(comment order by schema_name) as comment from duckdb_columns()
    where database_name = current_database() and comment is not null group by 1 order by 1
"""


def definitions(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """By `table.column`."""
    return dict(connection.execute(QUERY).fetchall())
