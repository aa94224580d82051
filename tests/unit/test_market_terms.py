"""Terms of the past that change make their days again: which, on three markets by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from orchestration.market_terms import OF_MARTS, changed_months, remember
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
