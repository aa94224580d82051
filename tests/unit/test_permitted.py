"""`perps sql` reads, and does no more: not by a statement, not by what a statement hides, not outside the data folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ingestion.errors import SettingsError
from orchestration.permitted import Queries


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an odd name: a published table of two rows, a parquet file beside it, and a file outside."""
    data = tmp_path_factory.mktemp("o'brien's [data]") / "data"
    data.mkdir()
    with duckdb.connect(str(data / "perps.duckdb")) as connection:
        for schema in ("facts", "quality", "marts"):
            connection.execute(f"create schema {schema}")
        connection.execute("create table marts.mart_days as select range as n from range(2)")
        connection.execute("copy (select 7 as n) to '" + str(data / "raw.parquet").replace("'", "''") + "'")
    (data.parent / "outside.txt").write_text("not a table")
    return data


@pytest.fixture
def queries(folder: Path) -> Iterator[Queries]:
    with Queries(folder / "perps.duckdb", folder) as found:
        yield found


def _inside(text: str, folder: Path) -> str:
    return text.replace("DATA", str(folder).replace("'", "''"))


@pytest.mark.parametrize(
    ("query", "last"),
    [
        ("select n from mart_days order by n desc", [(1,), (0,)]),
        ("-- first a comment\nfrom mart_days select count(*)", [(2,)]),
        ("with one as (select 1 as n) select n + 1 from one", [(2,)]),
        ("values (3)", [(3,)]),
        ("create temp table mine as select 5 as n; select n from mine", [(5,)]),
        ("set variable mine = 4; select getvariable('mine')", [(4,)]),
        ("pivot mart_days on n using count(*)", [(1, 1)]),
        ("select n from read_parquet('DATA/raw.parquet')", [(7,)]),
    ],
)
def test_reading_is_allowed_and_every_statement_answers(query: str, last: list[tuple[int, ...]], queries: Queries, folder: Path) -> None:
    assert list(queries.ask(_inside(query, folder)))[-1][1] == last


def test_each_statement_has_its_result(queries: Queries) -> None:
    assert list(queries.ask("select 1 as one; select 2 as two, 3 as three")) == [(["one"], [(1,)]), (["two", "three"], [(2, 3)])]


@pytest.mark.parametrize(
    "query", ["explain select 1", "/* why */ explain analyze select count(*) from mart_days", "describe mart_days", "show tables"]
)
def test_what_describes_is_allowed(query: str, queries: Queries) -> None:
    assert all(rows for _, rows in queries.ask(query))


@pytest.mark.parametrize(
    "query",
    [
        "copy (select 1) to 'DATA/out.csv'",
        "copy (select 8 as n) to 'DATA/raw.parquet'",
        "explain analyze copy (select 1) to 'DATA/out.csv'",
        "/* a */ -- b\n explain (analyze) copy (select 1) to 'DATA/out.csv'",
        "select 1; copy (select 1) to 'DATA/out.csv'",
        "prepare p as copy (select 1) to 'DATA/out.csv'",
        "export database 'DATA/exported'",
        "attach 'DATA/out.csv' as other",
        "install httpfs",
        "load httpfs",
        "create persistent secret mine (type s3)",
        "create table marts.more as select 1",
        "delete from mart_days",
        "drop table mart_days",
        "pragma enable_profiling",
        "call pragma_version()",
        "set enable_external_access = true",
        "set threads = 1",
        "select content from read_text('DATA/../outside.txt')",
        "select * from glob('/*')",
        "",
        "-- nothing",
        "selec 1",
    ],
)
def test_everything_else_is_refused_and_nothing_is_written(query: str, queries: Queries, folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.parent.rglob("*")}
    with pytest.raises(SettingsError):
        list(queries.ask(_inside(query, folder)))
    assert {path: path.stat().st_mtime_ns for path in folder.parent.rglob("*")} == before


def test_a_refusal_names_the_statement_and_the_way_out(queries: Queries) -> None:
    with pytest.raises(SettingsError, match=r"^copy \(select 1\) to 'x': COPY is refused; `perps sql` only reads; --unsafe allows"):
        list(queries.ask("copy (select 1) to 'x'"))


def test_unsafe_writes_where_it_is_told(folder: Path, tmp_path: Path) -> None:
    with Queries(folder / "perps.duckdb", folder, is_unsafe=True) as queries:
        assert [rows for _, rows in queries.ask(f"copy (select n from mart_days) to '{tmp_path}/out.csv'")] == [[(2,)]]
    assert (tmp_path / "out.csv").read_text().split() == ["n", "0", "1"]
