"""The terms of markets that the marts were built with: when one of the past changes, the months it held in are made again.

Belongs here: the remembered terms and what differs from them. Does not: what a term means (int_markets, dim_markets).
A mart reads the version of a market that was valid on each day; before its first version the oldest counts.
"""

from __future__ import annotations

import duckdb

from orchestration.touched import ALL, NONE, Months, between
from orchestration.warehouse import literal

TERMS = "select market_id, valid_from, asset, asset_multiplier, underlying_class from facts.dim_markets"
REMEMBERED = "quality.market_terms_of_marts"
FACTS = ("fct_volume_daily", "fct_open_interest_daily", "fct_funding_rates")


def changed_months(connection: duckdb.DuckDBPyConnection, last: str) -> Months:
    """Months of whose days a term is another than when it was remembered; all, when nothing was."""
    if not _is_there(connection):
        return ALL
    query = f"""
        with now as ({TERMS}), differing as (
            (select * from now except select * from {REMEMBERED}) union all (select * from {REMEMBERED} except select * from now)
        ), firsts as (select market_id, min(valid_from) as first_from from now group by market_id)
        select differing.market_id, strftime(min(differing.valid_from), '%Y-%m'), min(differing.valid_from) <= min(firsts.first_from)
        from differing left join firsts on differing.market_id = firsts.market_id group by differing.market_id
    """
    months = NONE
    for market, first, is_the_oldest in connection.execute(query).fetchall():
        months |= _held(connection, market) if is_the_oldest in (True, None) else Months.of(between(first, last))
    return months


def remember(connection: duckdb.DuckDBPyConnection) -> None:
    """The marts are built with the terms there are now."""
    connection.execute(f"create or replace table {REMEMBERED} as {TERMS}")


def _held(connection: duckdb.DuckDBPyConnection, market: str) -> Months:
    """All months in which a market has facts: a term of its oldest version counts for all days before."""
    parts = " union ".join(f"select month from facts.{fact} where market_id = {literal(market)}" for fact in FACTS)
    return Months.of(month for (month,) in connection.execute(parts).fetchall())


def _is_there(connection: duckdb.DuckDBPyConnection) -> bool:
    schema, table = REMEMBERED.split(".")
    query = f"select count(*) from duckdb_tables() where schema_name = {literal(schema)} and table_name = {literal(table)}"
    return connection.execute(query).fetchall() != [(0,)]
