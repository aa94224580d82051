"""The terms of markets that facts and marts were built with: when one of the past changes, the days it held on are made again.

Belongs here: the remembered terms and what differs from them. Does not: what a term means (int_markets, dim_markets).
A row reads the version of a market that was valid at its time; before its first version the oldest counts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from orchestration.touched import ALL, NONE, Months, month_of
from orchestration.warehouse import literal

DAYS = {
    "fct_volume_daily": "date",
    "fct_open_interest_daily": "date",
    "fct_funding_rates": "settled_at",
    "fct_candles_hourly": "opened_at",
    "fct_premiums_hourly": "observed_at",
}


@dataclass(frozen=True)
class Terms:
    """`query`: market_id, valid_from, what counts from then on; `remembered` is the table that keeps it, `facts` have rows of markets."""

    query: str
    remembered: str
    facts: Collection[str]


# The end of a market counts from that day on, for facts leave out what is answered for it later.
OF_FACTS = Terms(
    """
    select market_id, resolves_from as valid_from, hash(terms) as terms
    from (
        select * exclude (valid_from, valid_to, listed_at, delisted_at, resolves_to, is_current) from intermediate.int_markets
    ) as terms
    union all
    select market_id, delisted_at, 0 from intermediate.int_markets where delisted_at is not null
    """,
    "quality.market_terms_of_facts",
    tuple(DAYS),
)
OF_MARTS = Terms(
    "select market_id, valid_from, asset, asset_multiplier, underlying_class from facts.dim_markets",
    "quality.market_terms_of_marts",
    ("fct_volume_daily", "fct_open_interest_daily", "fct_funding_rates"),
)


def changed_months(connection: duckdb.DuckDBPyConnection, of: Terms, last: str) -> Months:
    """Months of whose days a term is another than when it was remembered; all, when nothing was."""
    if not _is_there(connection, of.remembered):
        return ALL
    query = f"""
        with now as ({of.query}), differing as (
            (select * from now except select * from {of.remembered}) union all (select * from {of.remembered} except select * from now)
        ), firsts as (select market_id, min(valid_from) as first_from from now group by market_id)
        select differing.market_id, cast(min(differing.valid_from) as date), min(differing.valid_from) <= min(firsts.first_from)
        from differing left join firsts on differing.market_id = firsts.market_id group by differing.market_id
    """
    found = connection.execute(query).fetchall()
    since = min((first for _, first, is_the_oldest in found if is_the_oldest is False), default=None)
    months = Months.since(since, last) if since and month_of(since) <= last else NONE
    return months | _held(connection, of.facts, [market for market, _, is_the_oldest in found if is_the_oldest is not False])


def remember(connection: duckdb.DuckDBPyConnection, of: Terms) -> None:
    """What is built is built with the terms there are now."""
    connection.execute(f"create or replace table {of.remembered} as {of.query}")


def _held(connection: duckdb.DuckDBPyConnection, facts: Collection[str], markets: Collection[str]) -> Months:
    """All days on which one of these markets has facts: a term of its oldest version counts for all days before."""
    if not markets:
        return NONE
    chosen = ", ".join(literal(market) for market in markets)
    parts = [f"select month, cast({DAYS[fact]} as date) as day from facts.{fact} where market_id in ({chosen})" for fact in facts]
    found = connection.execute(f"select month, min(day) from ({' union all '.join(parts)}) group by month").fetchall()
    return Months.of([month for month, _ in found], min(day for _, day in found)) if found else NONE


def _is_there(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    schema, table = name.split(".")
    query = f"select count(*) from duckdb_tables() where schema_name = {literal(schema)} and table_name = {literal(table)}"
    return connection.execute(query).fetchall() != [(0,)]
