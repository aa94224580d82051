"""A row of a mart rests on its day and what was before it: without the days that came later it is the same row."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from house import FEW, House, days_from

from simulator import Simulator, Truth

DAYS = 40
LAST = datetime.now(UTC).date() - timedelta(days=1)
FIRST = LAST - timedelta(days=DAYS - 1)
SOURCES = f"{FEW},hyperliquid_stats,binance_archive,coingecko"
TIMES = ("date", "opened_at", "settled_at", "observed_at")  # what a fact's row is of
DAY_OF_MART = {"mart_market_overview_periodic": "ends_on"}
WITHOUT_DAYS = {"mart_freshness"}


@pytest.fixture(scope="module")
def built(house: Callable[..., House]) -> Iterator[House]:
    with Simulator(Truth(start=FIRST, days=DAYS + 1), now=datetime.now(UTC)) as simulator:
        one = house(simulator.base_urls(), PERPS_SOURCES=SOURCES)
        one.snapshots(simulator, days_from(FIRST, DAYS))
        one.step(FIRST, LAST)
        yield one


@pytest.mark.parametrize("days_kept", [DAYS - 1, DAYS - 9, 5])
def test_rows_do_not_change_with_what_comes_after_them(built: House, days_kept: int) -> None:
    settings, last = built.enter(), FIRST + timedelta(days=days_kept - 1)
    whole = settings.warehouse.with_suffix(".whole")
    shutil.copy(settings.warehouse, whole)
    try:
        forget_after(settings.warehouse, last)
        built.build_marts()
        with closing(duckdb.connect(str(settings.warehouse), read_only=True)) as connection:
            connection.execute(f"attach '{whole}' as whole (read_only)")
            assert_equal_up_to(connection, last)
    finally:
        shutil.move(whole, settings.warehouse)


def forget_after(warehouse: object, last: object) -> None:
    with closing(duckdb.connect(str(warehouse))) as connection:
        connection.execute("set timezone = 'UTC'")
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'facts' and table_name like 'fct_%'"
        ).fetchall()
        for (table,) in tables:
            columns = {name for (name, *_) in connection.execute(f"describe facts.{table}").fetchall()}
            for time in [time for time in TIMES if time in columns][:1]:
                connection.execute(f"delete from facts.{table} where cast({time} as date) > date '{last}'")


def assert_equal_up_to(connection: duckdb.DuckDBPyConnection, last: object) -> None:
    found = connection.execute("select distinct table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
    marts = {name for (name,) in found} - WITHOUT_DAYS
    assert len(marts) >= 8
    for mart in marts:
        day = DAY_OF_MART.get(mart, "date")
        rows = [f"select * from {place}.{mart} where {day} <= date '{last}'" for place in ("marts", "whole.marts")]
        (kept,) = connection.execute(f"select count(*) from ({rows[1]})").fetchone() or (0,)
        assert kept > 0 or day == "ends_on", mart
        for one, other in (rows, rows[::-1]):
            assert connection.execute(f"{one} except all {other}").fetchall() == [], mart
