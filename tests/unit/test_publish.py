"""Publication: a verified copy in versions, swapped in whole by one link, three versions kept, and a way back."""

from __future__ import annotations

import datetime as real
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from publishing import build, change, names_left, read

from ingestion.errors import PerpsError
from ingestion.settings import Settings
from ingestion.store import landing
from orchestration import publish as publication
from orchestration.publish import current_version, publish, rollback, versions

TABLES = {"facts.fct_volume_daily": 3, "marts.mart_asset_daily": 2, "quality.gate_results": 1}
PUBLISHED = TABLES | {"quality.publication": 1}


def publish_number(settings: Settings, number: int) -> str:
    """A version in which every volume is this number."""
    build(settings, volume=float(number))
    return publish(settings, f"run-{number}").version


def test_every_table_and_view_of_the_public_schemas_is_copied(settings: Settings) -> None:
    build(settings)
    done = publish(settings, "run-1")
    assert (done.rows, done.is_simulated, done.is_new) == (PUBLISHED, False, True)
    assert done.bytes_written > 0
    assert read(settings, "select day, volume_usd from facts.fct_volume_daily order by day") == [(0, 1.5), (1, 1.5), (2, 1.5)]
    names = read(settings, "select replace(schema_name, 'facts_all', 'facts') || '.' || table_name from duckdb_tables() order by 1")
    assert [name for (name,) in names] == sorted(PUBLISHED)
    assert read(settings, "select version, run_id, is_simulated from quality.publication") == [(done.version, "run-1", False)]


def test_descriptions_come_along(settings: Settings) -> None:
    build(settings)
    publish(settings, "run")
    assert read(settings, "select comment from duckdb_tables() where table_name = 'fct_volume_daily'") == [("One market's day.",)]
    assert read(settings, "select comment from duckdb_views() where view_name = 'fct_volume_daily'") == [("One market's day.",)]
    query = (
        "select schema_name, comment from duckdb_columns() where table_name = 'fct_volume_daily' and column_name = 'volume_usd' order by 1"
    )
    assert read(settings, query) == [("facts", "USD, one side"), ("facts_all", "USD, one side")]


@pytest.mark.parametrize("is_simulated", [True, False])
def test_every_row_and_description_says_whether_it_is_simulated(is_simulated: bool, settings: Settings) -> None:
    build(settings)
    if is_simulated:
        (settings.data_dir / landing.SIMULATED_MARK).write_text("")
    assert publish(settings, "run").is_simulated is is_simulated
    for table in TABLES:
        assert read(settings, f"select distinct is_simulated from {table}") == [(is_simulated,)]
    described = "select coalesce(comment, '') from duckdb_tables() where schema_name in ('facts', 'marts')"
    comments = [text for (text,) in read(settings, described)]
    assert {text.startswith("SIMULATED DATA.") for text in comments} == {is_simulated}
    of_column = "select distinct comment from duckdb_columns() where column_name = 'is_simulated' and schema_name <> 'quality'"
    ((told,),) = read(settings, of_column)
    assert told.startswith("Whether the row is of the simulated market")


def test_parquet_holds_the_same_rows(settings: Settings) -> None:
    build(settings)
    publish(settings, "run")
    folder = settings.published_dir / "parquet"
    assert {path.name for path in folder.glob("*.parquet")} == {f"{name.split('.')[1]}.parquet" for name in PUBLISHED}
    assert [path.name for path in (folder / "facts_all").iterdir()] == ["fct_volume_daily.parquet"]
    query = "select sum(volume_usd), bool_or(is_simulated) from read_parquet(?)"
    assert duckdb.execute(query, [str(folder / "fct_volume_daily.parquet")]).fetchall() == [(4.5, False)]


def test_only_the_relations_asked_for_are_published(settings: Settings) -> None:
    build(settings)
    change(settings, "create table marts.mart_old_name as select 1 as x", "create table facts.fct_volume_daily__dbt_tmp as select 1 as x")
    assert publish(settings, "run", relations=dict.fromkeys(TABLES, ())).rows == PUBLISHED
    assert {path.stem for path in (settings.published_dir / "parquet").glob("*.parquet")} == {name.split(".")[1] for name in PUBLISHED}
    publish(settings, "run")
    assert "mart_old_name" in {name for (name,) in read(settings, "select table_name from duckdb_tables()")}
    assert publish(settings, "run", relations=dict.fromkeys(TABLES, ())).rows == PUBLISHED, "what an older version had does not stay"
    assert read(settings, "select count(*) from duckdb_tables()") == [(len(PUBLISHED),)]


def test_addresses_stay_and_lead_through_one_link(settings: Settings) -> None:
    first = publish_number(settings, 1)
    folder = settings.published_dir
    addresses = {"perps.duckdb": "current/perps.duckdb", "parquet": "current/parquet"}
    before = {name: (folder / name).lstat().st_ino for name in addresses}
    for number in range(2, 6):
        version = publish_number(settings, number)
        assert (folder / "current").readlink() == Path("versions") / version
        for address in ("perps.duckdb", "current/perps.duckdb"):
            query = "select current_catalog(), version, max(volume_usd) from quality.publication, perps.facts.fct_volume_daily group by all"
            assert read(settings, query, address) == [("perps", version, number)]
    assert {name: str((folder / name).readlink()) for name in addresses} == addresses
    assert {name: (folder / name).lstat().st_ino for name in addresses} == before, "links that are right are not made again"
    assert int(version) == int(first) + 4
    assert (folder / "perps.duckdb").stat().st_mode & 0o222 == 0


def test_the_last_three_versions_stay_and_nothing_else(settings: Settings) -> None:
    made = [publish_number(settings, number) for number in range(5)]
    assert versions(settings) == made[:1:-1]
    assert names_left(settings) == []


def test_nothing_changed_is_no_publication(settings: Settings) -> None:
    build(settings)
    first = publish(settings, "run-1")
    build(settings)
    again = publish(settings, "run-2")
    assert (again.version, again.rows, again.is_new, again.bytes_written) == (first.version, first.rows, False, 0)
    assert versions(settings) == [first.version]
    assert read(settings, "select run_id from quality.publication") == [("run-1",)]


def test_a_new_description_or_mark_is_a_change(settings: Settings) -> None:
    build(settings)
    publish(settings, "run")
    change(settings, "comment on column facts.fct_volume_daily.volume_usd is 'US dollars'")
    assert publish(settings, "run").is_new
    assert read(settings, "select comment from duckdb_columns() where column_name = 'volume_usd'") == [("US dollars",)] * 2
    (settings.data_dir / landing.SIMULATED_MARK).write_text("")
    assert publish(settings, "run").is_new
    assert read(settings, "select bool_and(is_simulated) from facts.fct_volume_daily") == [(True,)]


def test_no_clock_decides_what_is_newer(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    class Shifted(real.datetime):
        hours = 2

        @classmethod
        def now(cls, tz: real.tzinfo | None = None) -> Any:
            return real.datetime.now(tz) + real.timedelta(hours=cls.hours)

    monkeypatch.setattr(publication, "datetime", Shifted)
    made = []
    for number in range(6):
        Shifted.hours = 2 if number < 3 else -2
        made.append(publish_number(settings, number))
        assert current_version(settings) == made[-1]
        assert read(settings, "select max(volume_usd) from facts.fct_volume_daily") == [(number,)]
    assert versions(settings) == made[:2:-1]
    assert rollback(settings) == made[4]


def test_rollback_goes_back_and_the_next_publication_forward(settings: Settings) -> None:
    made = [publish_number(settings, number) for number in range(3)]
    assert rollback(settings) == made[1]
    assert read(settings, "select max(volume_usd) from facts.fct_volume_daily") == [(1.0,)]
    parquet = settings.published_dir / "parquet" / "fct_volume_daily.parquet"
    assert duckdb.execute(f"select max(volume_usd) from '{parquet}'").fetchall() == [(1.0,)]
    assert rollback(settings) == made[0]
    with pytest.raises(PerpsError, match=f"no version before {made[0]}"):
        rollback(settings)
    assert rollback(settings, made[2]) == current_version(settings) == made[2]
    with pytest.raises(PerpsError, match="no version 1999"):
        rollback(settings, "1999")
    rollback(settings)
    newest = publish(settings, "run-3").version
    assert (current_version(settings), int(newest)) == (newest, int(made[2]) + 1)
    assert read(settings, "select max(volume_usd) from facts.fct_volume_daily") == [(2.0,)]


def test_the_version_that_is_out_stays_whatever_its_age(settings: Settings) -> None:
    made = [publish_number(settings, number) for number in range(3)]
    rollback(settings, made[0])
    newest = publish_number(settings, 3)
    assert versions(settings) == [newest, made[2], made[0]], "the version that was out is the way back"


def test_nothing_published_is_nothing(settings: Settings) -> None:
    assert (versions(settings), current_version(settings)) == ([], None)
    with pytest.raises(PerpsError, match="kept: none"):
        rollback(settings)


def test_a_copy_that_differs_is_not_swapped_in(settings: Settings) -> None:
    first = publish_number(settings, 1)
    change(settings, "create or replace view quality.gate_results as select random() as is_passed")
    with pytest.raises(PerpsError, match=r'"quality"."gate_results": 1 rows copied of 1, or not the same ones; nothing was swapped'):
        publish(settings, "run-2")
    assert (versions(settings), current_version(settings)) == ([first], first)
    assert names_left(settings) == []


def test_what_a_killed_publication_left_is_cleaned_up(settings: Settings) -> None:
    folder = settings.published_dir
    for left in (folder / ".building-old", folder / "versions" / ".building-000001", folder / "versions" / ".removing-000000"):
        left.mkdir(parents=True)
        (left / "x.parquet").write_text("half")
    (folder / ".building-old.duckdb.wal").write_text("half")
    (folder / ".current.123").symlink_to("nowhere")
    publish_number(settings, 1)
    assert names_left(settings) == []


def test_a_folder_of_the_old_naming_is_taken_over(settings: Settings) -> None:
    """A file and a folder with a stamp, and two links."""
    folder, stamp = settings.published_dir, "20261129T003000000000"
    (folder / f"parquet-{stamp}").mkdir(parents=True)
    (folder / "parquet-20261128T003000000000").mkdir()
    with duckdb.connect(str(folder / f"perps-{stamp}.duckdb")) as connection:
        connection.execute("create table old as select 7 as x")
        connection.execute(f"copy old to '{folder}/parquet-{stamp}/old.parquet'")
    (folder / "perps.duckdb").symlink_to(f"perps-{stamp}.duckdb")
    (folder / "parquet").symlink_to(f"parquet-{stamp}")
    assert current_version(settings) == stamp
    newest = publish_number(settings, 1)
    assert read(settings, "select max(volume_usd) from facts.fct_volume_daily") == [(1.0,)]
    assert names_left(settings) == []
    older = rollback(settings)
    assert versions(settings) == [newest, older]
    assert read(settings, "select x from old") == [(7,)]
    assert duckdb.execute(f"select x from '{folder}/parquet/old.parquet'").fetchall() == [(7,)]


def test_two_publications_at_once_come_one_after_the_other(settings: Settings) -> None:
    build(settings)
    text = """
import sys, duckdb
from ingestion.settings import load_settings
from orchestration.locks import warehouse_lock
from orchestration.publish import publish
settings = load_settings(data_dir=sys.argv[1])
for number in range(3):
    with warehouse_lock(settings):  # who holds the lock may publish under it
        with duckdb.connect(str(settings.warehouse)) as warehouse:
            warehouse.execute(f"create or replace table marts.mart_asset_daily as select '{sys.argv[2]}{number}' as asset")
        assert publish(settings, "run").is_new
"""
    command = [sys.executable, "-c", text, str(settings.data_dir)]
    both = [subprocess.Popen([*command, name], stderr=subprocess.PIPE, text=True) for name in "ab"]
    said = [line for one in both for line in one.communicate()[1].splitlines()]
    assert [line for line in said if not line.startswith("waiting for the warehouse: process ")] == []
    assert [one.returncode for one in both] == [0, 0]
    assert versions(settings) == ["000006", "000005", "000004"]
    assert names_left(settings) == []


def test_a_warehouse_in_a_folder_with_an_odd_name(make_settings: Any, tmp_path: Path) -> None:
    settings = make_settings(data_dir=tmp_path / "it's {a} [folder] of ünïcode")
    for number in range(5):
        publish_number(settings, number)
    assert publish(settings, "run").rows == PUBLISHED
    assert read(settings, "select max(volume_usd) from facts.fct_volume_daily") == [(4.0,)]


def test_a_table_whose_columns_were_renamed_has_a_view_with_the_old_names(settings: Settings) -> None:
    build(settings)
    publish(settings, "run-1")
    views = "select view_name from duckdb_views() where schema_name = 'old_names'"
    assert read(settings, "select fact, passed from old_names.gate_results") == [("fct_volume_daily", True)]
    assert read(settings, views) == [("gate_results",)]  # the facts of this warehouse have no column that was renamed
    change(
        settings,
        "drop view quality.gate_results",
        "alter table facts.fct_volume_daily add column has_assumed_terms boolean default true",
        "comment on column facts.fct_volume_daily.has_assumed_terms is 'Whether they are.'",
    )
    publish(settings, "run-2", is_loss_accepted=True)
    assert read(settings, views) == [("fct_volume_daily",)]
    old = "select distinct volume_usd, terms_are_assumed, is_simulated from old_names.fct_volume_daily"
    assert read(settings, old) == [(1.5, True, False)]
    told = "select comment from duckdb_columns() where schema_name = 'old_names' and column_name = 'terms_are_assumed'"
    assert read(settings, told) == [("Whether they are.",)]
