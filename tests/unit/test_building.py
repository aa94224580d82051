"""Running a plan in DuckDB: what is built whole, what refilled by month, what a broken relation or a failed test stops. By hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.building import BuildError, Building
from orchestration.plan import Check, Node, Plan
from orchestration.records import Checked, Made, Record
from orchestration.touched import WHOLE, Due, Months
from orchestration.warehouse import create_source_views, drop_leftovers

TYPES = {"market": "varchar", "day": "date", "value": "double", "month": "varchar"}
MONTHLY = (
    "select market, cast(day as date) as day, value, month from raw.rows where "
    "/*touched*/ list_contains(getvariable('touched_months'), month) /*end touched*/"
)
SOURCE = Node("source.rows", "rows", "source", "source", "raw", "raw/venue/rows")
FACT = Node(
    "fct", "fct_rows", "incremental", "facts", "facts", MONTHLY, ("source.rows",), TYPES, "Rows; one's own.", {"value": "What it's worth."},
    has_contract=True,
)  # fmt: skip
TOTAL = Node(
    "mart", "mart_total", "table", "marts", "marts", "select sum(value) as total from facts.fct_rows", ("fct",), {"total": "double"},
    has_contract=True,
)  # fmt: skip
PLAN = Plan(
    (SOURCE, FACT, TOTAL),
    (
        Check("key_is_unique", "select day from facts.fct_rows group by day having count(*) > 1", ("fct",), "fct", True),
        Check("values_are_small", "select * from facts.fct_rows where value > 1000", ("fct",), "fct", False),
    ),
)


@pytest.fixture
def raw(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse over two months of raw, a row each; the path has an apostrophe in it."""
    folder = tmp_path / "o'brien"
    write(folder, "2026-01", 1.0)
    write(folder, "2026-02", 2.0)
    with duckdb.connect() as connection:
        create_source_views(connection, PLAN, folder)
        connection.execute("create table place as select ? as folder", [str(folder)])
        yield connection


def write(folder: Path, month: str, value: float) -> None:
    part = folder / "raw" / "venue" / "rows" / f"month={month}" / "part.parquet"
    part.parent.mkdir(parents=True, exist_ok=True)
    target = str(part).replace("'", "''")
    duckdb.execute(f"copy (select 'BTC' as market, '{month}-03' as day, cast({value} as double) as value) to '{target}'")


def rewrite(connection: duckdb.DuckDBPyConnection, month: str, value: float) -> None:
    ((folder,),) = connection.execute("select folder from place").fetchall()
    write(Path(folder), month, value)


def run(connection: duckdb.DuckDBPyConnection, due: Mapping[str, Due], plan: Plan = PLAN, is_whole: bool = False) -> list[Record]:
    return list(Building(plan, connection, due, is_whole).run([node for node in plan.nodes if node.id in due]))


def whole(connection: duckdb.DuckDBPyConnection, plan: Plan = PLAN) -> list[Record]:
    return run(connection, {node.id: WHOLE for node in plan.nodes if node.kind != "source"}, plan, is_whole=True)


def values(connection: duckdb.DuckDBPyConnection) -> list[float]:
    return [value for (value,) in connection.execute("select value from facts.fct_rows order by day").fetchall()]


def test_a_whole_build_makes_tables_as_declared_and_tests_them(raw: duckdb.DuckDBPyConnection) -> None:
    records = whole(raw)
    made = {record.asset: record.metadata["dagster/row_count"] for record in records if isinstance(record, Made)}
    assert made == {("facts", "fct_rows"): 2, ("marts", "mart_total"): 1}
    assert {record.name: record.passed for record in records if isinstance(record, Checked)} == {
        "key_is_unique": True,
        "values_are_small": True,
    }
    assert raw.execute("select total from marts.mart_total").fetchall() == [(3.0,)]
    told = raw.execute("select comment from duckdb_tables() where table_name = 'fct_rows'").fetchall()
    told += raw.execute("select comment from duckdb_columns() where table_name = 'fct_rows' and column_name = 'value'").fetchall()
    assert told == [("Rows; one's own.",), ("What it's worth.",)]


def test_only_touched_months_are_made_again(raw: duckdb.DuckDBPyConnection) -> None:
    whole(raw)
    for month in ("2026-01", "2026-02"):
        rewrite(raw, month, 50.0)
    january = Months.of(["2026-01"])
    run(raw, {"fct": Due(january, january)})
    assert values(raw) == [50.0, 2.0]


def test_a_month_that_became_empty_loses_its_rows(raw: duckdb.DuckDBPyConnection) -> None:
    whole(raw)
    ((folder,),) = raw.execute("select folder from place").fetchall()
    (Path(folder) / "raw/venue/rows/month=2026-02/part.parquet").unlink()
    february = Months.of(["2026-02"])
    run(raw, {"fct": Due(february, february)})
    assert values(raw) == [1.0]


def test_a_failed_statement_leaves_the_relation_as_it_was_and_what_needs_it_alone(raw: duckdb.DuckDBPyConnection) -> None:
    whole(raw)
    broken = Plan((SOURCE, Node(**{**vars(FACT), "sql": "select nothing from raw.rows"}), TOTAL), ())
    with pytest.raises(BuildError, match="fct_rows: Binder Error"):
        run(raw, {"fct": WHOLE, "mart": WHOLE}, broken)
    assert values(raw) == [1.0, 2.0]


def test_a_test_of_severity_error_stops_what_needs_the_table_and_a_warning_does_not(raw: duckdb.DuckDBPyConnection) -> None:
    rewrite(raw, "2026-02", 5000.0)
    records = whole(raw)
    assert {record.name: (record.passed, record.is_error) for record in records if isinstance(record, Checked)}["values_are_small"] == (
        False, False,
    )  # fmt: skip
    assert ("marts", "mart_total") in {record.asset for record in records}
    strict = Plan(PLAN.nodes, (Check("values_are_small", PLAN.checks[1].sql, ("fct",), "fct", True),))
    raw.execute("drop table marts.mart_total")
    with pytest.raises(BuildError, match="values_are_small: 1 failing rows"):
        list(Building(strict, raw, {"fct": WHOLE, "mart": WHOLE}, True).run([FACT, TOTAL]))
    assert raw.execute("select count(*) from duckdb_tables() where table_name = 'mart_total'").fetchall() == [(0,)]


def test_a_test_that_cannot_run_has_failed(raw: duckdb.DuckDBPyConnection) -> None:
    plan = Plan(PLAN.nodes, (Check("broken", "select nothing from facts.fct_rows", ("fct",), "fct", True),))
    with pytest.raises(BuildError, match="broken cannot be evaluated"):
        whole(raw, plan)


@pytest.mark.parametrize("columns", [{**TYPES, "value": "decimal(38, 6)"}, {**TYPES, "extra": "varchar"}])
def test_a_query_that_differs_from_its_contract_is_refused_and_nothing_is_cast(
    columns: dict[str, str], raw: duckdb.DuckDBPyConnection
) -> None:
    plan = Plan((SOURCE, Node(**{**vars(FACT), "columns": columns})), ())
    with pytest.raises(BuildError, match=r"differs from the contract in .*(value|extra)"):
        whole(raw, plan)


def test_a_table_refilled_every_day_does_not_grow_the_file(tmp_path: Path) -> None:
    node = Node(
        "t", "t", "table", "facts", "facts", "select range as n, hash(range) as h from range(200000)", (), {"n": "bigint", "h": "ubigint"}
    )
    plan = Plan((Node(**{**vars(node), "has_contract": True}),), ())
    path = tmp_path / "warehouse.duckdb"
    sizes = []
    for number in range(6):
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema if not exists facts")
            run(connection, {"t": WHOLE}, plan, is_whole=number == 0)
        sizes.append(path.stat().st_size)
    assert max(sizes[2:]) <= 2.5 * sizes[0]
    assert sizes[5] <= sizes[3]


@pytest.mark.parametrize(
    ("days_before", "first", "is_one"),
    [(0, date(2026, 2, 3), True), (0, None, False), (None, None, True)],
    ids=["days", "a month", "small"],
)
def test_one_thread_does_a_few_days(raw: duckdb.DuckDBPyConnection, days_before: int | None, first: date | None, is_one: bool) -> None:
    threads = "select current_setting('threads')"
    usual = raw.execute(threads).fetchone()
    plan = Plan((SOURCE, replace(FACT, days_before=days_before, day="day"), TOTAL), ())
    list(Building(plan, raw, {"fct": WHOLE}, True).run([plan.nodes[1]]))
    assert raw.execute(threads).fetchone() == usual
    touched = Months.of(["2026-02"], first)
    list(Building(plan, raw, {"fct": Due(touched, touched)}, False).run([plan.nodes[1]]))
    assert raw.execute(threads).fetchone() == ((1,) if is_one else usual)


def test_a_whole_build_writes_rows_in_the_order_of_their_time() -> None:
    """Whoever reads a day skips the blocks of all others: of 300,000 rows over 300 days in no order, the day is in one block or two."""
    day = "date '2025-01-01' + cast(hash(range) % 300 as integer)"
    query = f"select {day} as day, range as value, strftime({day}, '%Y-%m') as month from range(300000)"
    node = Node(
        "big", "big", "incremental", "facts", "facts", query, (), {"day": "date", "value": "bigint", "month": "varchar"},
        has_contract=True, days_before=0, day="day",
    )  # fmt: skip
    with duckdb.connect() as connection:
        connection.execute("create schema facts; set preserve_insertion_order = false")
        whole(connection, Plan((node,), ()))
        before = connection.execute(
            "select count(*) from (select day, lag(day) over (order by rowid) as before from facts.big) where day < before"
        )
        assert before.fetchall() == [(0,)]


def test_what_is_no_relation_of_the_plan_does_not_stay(raw: duckdb.DuckDBPyConnection) -> None:
    for statement in (
        "create schema quality",
        "create table facts.fct_rows as select 1 as value",
        "create table facts.fct_old_name as select 1 as value",
        'create table marts."mart ""total""__dbt_tmp" as select 1 as value',
        "create view marts.mart_total as select 1 as total",  # a view once, a table now
        "create view raw.gone as select 1 as value",
        "create table quality.remembered as select 1 as value",
        "create table main.scratch as select 1 as value",
    ):
        raw.execute(statement)
    drop_leftovers(raw, PLAN)
    names = (
        "select schema_name, table_name from duckdb_tables() union all select schema_name, view_name from duckdb_views() where not internal"
    )
    assert sorted(raw.execute(names).fetchall()) == [
        ("facts", "fct_rows"), ("main", "place"), ("main", "scratch"), ("quality", "remembered"), ("raw", "rows"),
    ]  # fmt: skip


def test_a_view_of_what_readers_see_has_its_descriptions(raw: duckdb.DuckDBPyConnection) -> None:
    (folder,) = raw.execute("select folder from place").fetchone() or ("",)
    told = replace(SOURCE, comment="Rows, as they came.", column_comments={"market": "Whose it's.", "value": ""}, key=("market", "day"))
    create_source_views(raw, Plan((told,), ()), Path(folder))
    assert raw.execute("select comment from duckdb_views() where view_name = 'rows'").fetchall() == [("Rows, as they came.",)]
    columns = "select column_name, comment from duckdb_columns() where table_name = 'rows' and comment is not null"
    assert raw.execute(columns).fetchall() == [("market", "Whose it's.")]
