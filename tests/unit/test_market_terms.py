"""Terms of the past that change make their days again: which, on three markets by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from orchestration.market_terms import DAYS, OF_FACTS, OF_MARTS, changed_months, remember
from orchestration.touched import ALL, NONE, Months

LAST = "2026-06"
MARKETS = [  # market, from when, asset, multiplier, class
    ("a", "2026-01-10", "AAA", 1.0, "crypto"), ("a", "2026-03-15", "AAA", 1.0, "equity"), ("b", "2026-02-01", "BBB", 1000.0, "crypto"),
]  # fmt: skip


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """Markets with facts in January (before its first version, for b), February and April."""
    with duckdb.connect() as connection:
        connection.execute("create schema facts; create schema quality")
        columns = "market_id varchar, valid_from timestamptz, asset varchar, asset_multiplier double, underlying_class varchar"
        connection.execute(f"create table facts.dim_markets ({columns}, is_current boolean)")
        connection.executemany("insert into facts.dim_markets values (?, ?, ?, ?, ?, true)", MARKETS)
        connection.execute("set timezone = 'UTC'")
        for fact, day in (
            ("fct_volume_daily", "date date"),
            ("fct_open_interest_daily", "date date"),
            ("fct_funding_rates", "settled_at timestamptz"),
        ):
            connection.execute(f"create table facts.{fact} (market_id varchar, month varchar, {day})")
        volume = "('b', '2026-01', '2026-01-07'), ('b', '2026-04', '2026-04-02'), ('c', '2025-11', '2025-11-30')"
        connection.execute(f"insert into facts.fct_volume_daily values {volume}")
        connection.execute(
            "insert into facts.fct_funding_rates values ('a', '2026-02', '2026-02-01'), ('b', '2026-01', '2026-01-06 08:00:00+00')"
        )
        yield connection


CHANGES = {
    "update facts.dim_markets set is_current = false": NONE,
    "update facts.dim_markets set underlying_class = 'index' where valid_from >= '2026-03-01'": Months.since(date(2026, 3, 15), LAST),
    "delete from facts.dim_markets where valid_from >= '2026-03-01'": Months.since(date(2026, 3, 15), LAST),
    "update facts.dim_markets set asset_multiplier = 1 where market_id = 'b'": Months.of(["2026-01", "2026-04"], date(2026, 1, 6)),
    "insert into facts.dim_markets values ('a', '2026-05-02', 'AAA', 1, 'crypto', true)": Months.since(date(2026, 5, 2), LAST),
    "insert into facts.dim_markets values ('c', '2026-05-02', 'CCC', 1, 'crypto', true)": Months.of(["2025-11"], date(2025, 11, 30)),
    "delete from facts.dim_markets where market_id = 'b'": Months.of(["2026-01", "2026-04"], date(2026, 1, 6)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_touches_the_months_it_counts_in(change: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    assert changed_months(warehouse, OF_MARTS, LAST) == ALL
    remember(warehouse, OF_MARTS)
    assert changed_months(warehouse, OF_MARTS, LAST) == NONE
    warehouse.execute(change)
    assert changed_months(warehouse, OF_MARTS, LAST) == CHANGES[change]
    remember(warehouse, OF_MARTS)
    assert changed_months(warehouse, OF_MARTS, LAST) == NONE


TERMS = {
    "update markets set is_current = false, valid_to = '2026-05-01', listed_at = '2025-01-01'": NONE,
    "update markets set delisted_at = '2026-05-05' where market_id = 'a'": Months.since(date(2026, 5, 5), LAST),
    "update markets set resolves_to = '2026-06-03'; insert into markets by name (select 'a' as market_id, timestamptz '2026-06-03' as "
    "resolves_from, 'AAA' as asset, 4 as funding_interval_hours)": Months.since(date(2026, 6, 3), LAST),
    "insert into markets by name (select 'b' as market_id, timestamptz '1970-01-01' as resolves_from, 'BBB' as asset)": Months.of(
        ["2026-02"], date(2026, 2, 3)
    ),
    "insert into markets by name (select 'new' as market_id, timestamptz '1970-01-01' as resolves_from, 'NEW' as asset)": NONE,
}


@pytest.mark.parametrize("change", TERMS)
def test_facts_are_made_again_from_the_day_on_which_a_term_of_theirs_is_another(change: str) -> None:
    """Told late: `b` has a candle of the third of February and was on no list then. `new` has none."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'; create schema facts; create schema quality; create schema intermediate")
        moments = ", ".join(
            f"{name} timestamptz" for name in ("valid_from", "valid_to", "listed_at", "delisted_at", "resolves_from", "resolves_to")
        )
        columns = f"market_id varchar, asset varchar, funding_interval_hours integer, is_current boolean, {moments}"
        connection.execute(f"create table intermediate.int_markets ({columns}); set search_path = 'main,intermediate'")
        connection.execute(
            "insert into int_markets (market_id, asset, funding_interval_hours, resolves_from) values ('a', 'AAA', 8, '1970-01-01')"
        )
        for fact, day in DAYS.items():
            connection.execute(f"create table facts.{fact} (market_id varchar, month varchar, {day} timestamptz)")
        connection.execute("insert into facts.fct_candles_hourly values ('b', '2026-02', '2026-02-03 07:00:00')")
        remember(connection, OF_FACTS)
        connection.execute(change.replace("markets", "int_markets"))
        assert changed_months(connection, OF_FACTS, LAST) == TERMS[change]
