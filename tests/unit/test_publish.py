"""Publication: a verified copy, swapped in whole, three versions kept, and a way back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion import landing
from ingestion.errors import PerpsError
from ingestion.settings import Settings
from orchestration import publish as publication
from orchestration.publish import current_version, publish, rollback, versions

TABLES = {"facts.fct_volume_daily": 3, "marts.mart_asset_daily": 2, "quality.gate_results": 1}
PUBLISHED = TABLES | {"quality.publication": 1}


def build(settings: Settings, volume: float = 1.5) -> None:
    """A warehouse as dbt leaves one: tables and a view, described, and schemas that stay inside."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        for schema in ("marts", "facts", "quality", "staging", "raw"):
            connection.execute(f"create schema if not exists {schema}")
        connection.execute(f"create or replace table facts.fct_volume_daily as select range as day, {volume} as volume_usd from range(3)")
        connection.execute("comment on table facts.fct_volume_daily is 'One market''s day.'")
        connection.execute("comment on column facts.fct_volume_daily.volume_usd is 'USD, one side'")
        connection.execute("create or replace table marts.mart_asset_daily as select 'BTC' as asset union all select 'ETH'")
        connection.execute("create or replace view quality.gate_results as select 'fct_volume_daily' as fact, true as passed")
        connection.execute("create or replace table staging.stg_secret as select 1 as x")


def read(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.published_dir / "perps.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_every_table_and_view_of_the_public_schemas_is_copied(settings: Settings) -> None:
    build(settings)
    done = publish(settings, "run-1")
    assert (done.rows, done.is_simulated) == (PUBLISHED, False)
    assert read(settings, "select day, volume_usd from facts.fct_volume_daily order by day") == [(0, 1.5), (1, 1.5), (2, 1.5)]
    names = read(settings, "select schema_name || '.' || table_name from duckdb_tables() order by 1")
    assert [name for (name,) in names] == sorted(PUBLISHED)
    assert read(settings, "select version, run_id, is_simulated from quality.publication") == [(done.version, "run-1", False)]


def test_descriptions_come_along(settings: Settings) -> None:
    build(settings)
    publish(settings, "run")
    assert read(settings, "select comment from duckdb_tables() where table_name = 'fct_volume_daily'") == [("One market's day.",)]
    query = "select comment from duckdb_columns() where table_name = 'fct_volume_daily' and column_name = 'volume_usd'"
    assert read(settings, query) == [("USD, one side",)]


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


def test_parquet_holds_the_same_rows(settings: Settings) -> None:
    build(settings)
    publish(settings, "run")
    folder = settings.published_dir / "parquet"
    assert {path.name for path in folder.iterdir()} == {f"{name.split('.')[1]}.parquet" for name in PUBLISHED}
    query = "select sum(volume_usd), bool_or(is_simulated) from read_parquet(?)"
    assert duckdb.execute(query, [str(folder / "fct_volume_daily.parquet")]).fetchall() == [(4.5, False)]


def test_readers_keep_the_version_they_opened(settings: Settings) -> None:
    build(settings)
    first = publish(settings, "run-1").version
    with duckdb.connect(str(settings.published_dir / "perps.duckdb"), read_only=True) as reader:
        build(settings, volume=2.0)
        second = publish(settings, "run-2").version
        assert reader.execute("select sum(volume_usd) from facts.fct_volume_daily").fetchall() == [(4.5,)]
    assert read(settings, "select sum(volume_usd) from facts.fct_volume_daily") == [(6.0,)]
    assert (versions(settings), current_version(settings)) == ([second, first], second)


def test_the_link_names_a_file_beside_it_that_cannot_be_written(settings: Settings) -> None:
    build(settings)
    done = publish(settings, "run")
    link = settings.published_dir / "perps.duckdb"
    assert link.is_symlink()
    assert link.readlink() == Path(f"perps-{done.version}.duckdb")
    assert link.resolve().stat().st_mode & 0o222 == 0


def test_the_last_three_versions_stay(settings: Settings) -> None:
    build(settings)
    made = [publish(settings, f"run-{n}").version for n in range(5)]
    assert versions(settings) == made[:1:-1]
    names = {path.name for path in settings.published_dir.iterdir()}
    assert names == {"parquet", "perps.duckdb"} | {f"parquet-{one}" for one in made[2:]} | {f"perps-{one}.duckdb" for one in made[2:]}


def test_rollback_goes_back_and_the_next_publication_forward(settings: Settings) -> None:
    made = []
    for number in range(3):
        build(settings, volume=float(number))
        made.append(publish(settings, f"run-{number}").version)
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
    assert current_version(settings) == newest


def test_nothing_published_is_nothing(settings: Settings) -> None:
    assert (versions(settings), current_version(settings)) == ([], None)
    with pytest.raises(PerpsError, match="kept: none"):
        rollback(settings)


def test_a_copy_that_differs_is_not_swapped_in(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    build(settings)
    first = publish(settings, "run-1").version
    count = publication._count
    monkeypatch.setattr(publication, "_count", lambda connection, name: count(connection, name) - name.startswith("target.marts"))
    with pytest.raises(PerpsError, match=r'marts."mart_asset_daily": 1 rows copied of 2; nothing was swapped'):
        publish(settings, "run-2")
    assert (versions(settings), current_version(settings)) == ([first], first)
    assert read(settings, "select count(*) from marts.mart_asset_daily") == [(2,)]


def test_what_a_killed_publication_left_is_cleaned_up(settings: Settings) -> None:
    build(settings)
    folder = settings.published_dir
    (folder / ".building-old").mkdir(parents=True)
    (folder / ".building-old" / "x.parquet").write_text("half")
    (folder / ".building-old.duckdb").write_text("half")
    (folder / ".building-old.duckdb.wal").write_text("half")
    publish(settings, "run")
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_a_warehouse_in_a_folder_with_an_odd_name(make_settings: Any, tmp_path: Path) -> None:
    settings = make_settings(data_dir=tmp_path / "it's a folder")
    build(settings)
    assert publish(settings, "run").rows == PUBLISHED
