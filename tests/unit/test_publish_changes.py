"""A publication writes what changed and no more, and is the warehouse's content all the same, whatever was said or not said of changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import duckdb
import pytest
from publishing import build_months, change, differences, names_left, read

from ingestion.errors import PerpsError
from ingestion.settings import Settings
from orchestration.publication import files
from orchestration.publication.manifest import Manifest
from orchestration.publication.reuse import is_free
from orchestration.publish import current_version, note_changes, publish, rollback, versions
from orchestration.touched import ALL, NONE, Months

VOLUME, CANDLES, SHARES = "facts.fct_volume_daily", "facts.fct_candles_hourly", "marts.mart_venue_share_daily"
DAYS = 100  # January to the tenth of April


def inodes(settings: Settings, table: str) -> dict[str, int]:
    return {path.stem: path.stat().st_ino for path in (settings.published_dir / "current" / "parquet" / f"{table}.parquet").iterdir()}


def database(settings: Settings) -> int:
    return (settings.published_dir / "perps.duckdb").stat().st_ino


def restate(settings: Settings, day: str, volume: float) -> None:
    change(settings, f"update {VOLUME} set volume_usd = {volume} where date = '{day}'")


def test_dated_tables_are_folders_of_months_and_others_files(settings: Settings) -> None:
    build_months(settings, DAYS)
    done = publish(settings, "run")
    assert done.rows[CANDLES] == DAYS * 3 * 24
    folder = settings.published_dir / "parquet"
    for table in ("fct_volume_daily", "fct_candles_hourly", "mart_venue_share_daily", "gate_results"):
        assert sorted(inodes(settings, table)) == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert (folder / "dim_venues.parquet").is_file()
    first = duckdb.execute(
        "select min(date), max(date), count(*) from read_parquet(?)", [f"{folder}/fct_volume_daily.parquet/2026-02.parquet"]
    )
    assert [str(value) for value in first.fetchall()[0]] == ["2026-02-01", "2026-02-28", "84"]
    assert differences(settings) == []


def test_a_large_month_has_a_file_a_day_until_there_is_a_newer_one(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGE", 5 * 24 * 3)  # candles of more than five days; no other table has as many rows
    before: dict[str, int] = {}
    for days, newest in ((117, set()), (119, {"2026-04-28", "2026-04-29"}), (120, {"2026-04-30"}), (121, {"2026-04", "2026-05"})):
        build_months(settings, days)
        publish(settings, "run")
        after = inodes(settings, "fct_candles_hourly")
        if newest:
            assert {name for name in after if after[name] != before.get(name)} == newest
        before = after
        assert differences(settings) == []
    assert sorted(before) == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    assert set(inodes(settings, "fct_volume_daily")) == set(before)


def test_rows_are_sorted_so_that_readers_skip_row_groups(settings: Settings) -> None:
    build_months(settings, DAYS)
    publish(settings, "run")
    places = "select row_number() over (order by {0}, market_id) - 1 as place, rowid from facts_all.{1}"
    query = f"select count(*) from ({places}) where place <> rowid"
    assert read(settings, query.format("date", "fct_volume_daily")) == [(0,)]
    assert read(settings, query.format("opened_at", "fct_candles_hourly")) == [(0,)]
    file = settings.published_dir / "parquet" / "fct_candles_hourly.parquet" / "2026-03.parquet"
    hours = [hour for (hour,) in duckdb.execute("select opened_at from read_parquet(?)", [str(file)]).fetchall()]
    assert hours == sorted(hours)


def test_a_day_more_writes_its_month_and_brings_the_oldest_file_up_to_date(settings: Settings) -> None:
    build_months(settings, DAYS)
    publish(settings, "run")
    recycles = []
    for day in range(1, 6):
        before, oldest = (
            inodes(settings, "fct_candles_hourly"),
            settings.published_dir / "versions" / versions(settings)[-1] / "perps.duckdb",
        )
        recycled = oldest.stat().st_ino
        build_months(settings, DAYS + day)
        assert publish(settings, "run").is_new
        after = inodes(settings, "fct_candles_hourly")
        assert {month for month in after if after[month] != before[month]} == {"2026-04"}
        recycles.append(database(settings) == recycled)
        assert differences(settings) == []
    assert recycles in ([False, False, True, True, True], [False] * 5), "a file system that shares blocks, or grants no lease, copies"
    assert is_free(oldest.parent.parent / versions(settings)[0] / "perps.duckdb") is (True in recycles)


def test_what_was_said_to_have_changed_is_what_is_read(settings: Settings) -> None:
    build_months(settings, DAYS)
    publish(settings, "run")
    restate(settings, "2026-02-03", 70)
    restate(settings, "2026-03-04", 80)
    assert publish(settings, "run", changes={VOLUME: Months.of(["2026-03"])}).is_new
    assert differences(settings) == [f"{VOLUME}: file", f"{VOLUME}: parquet"], "February was not said to have changed"
    assert publish(settings, "run", changes={VOLUME: Months.of(["2026-02"]), CANDLES: NONE}).is_new
    assert differences(settings) == []
    january = Months.of(["2026-01"])
    assert not publish(settings, "run", changes={VOLUME: ALL, CANDLES: january, "facts.no_such": january}).is_new


def test_days_before_the_first_one_that_was_said_are_not_read(settings: Settings) -> None:
    """Of the two newest months, which are known by day; of another all is read."""
    build_months(settings, DAYS)
    publish(settings, "run")
    for day in ("2026-02-03", "2026-03-04", "2026-04-02"):
        restate(settings, day, 1000)
    assert not publish(settings, "run", changes={VOLUME: Months.of(["2026-04"], date(2026, 4, 3))}).is_new
    restate(settings, "2026-04-03", 1001)
    assert publish(settings, "run", changes={VOLUME: Months.of(["2026-04", "2026-05"], date(2026, 4, 3))}).is_new
    assert restated(settings) == ["2026-04-03"]
    publish(settings, "run", changes={VOLUME: Months.of(["2026-03", "2026-04"], date(2026, 3, 4))})
    assert restated(settings) == ["2026-03-04", "2026-04-02", "2026-04-03"]
    publish(settings, "run", changes={VOLUME: Months.of(["2026-02"], date(2026, 2, 4))})
    assert restated(settings) == ["2026-02-03", "2026-03-04", "2026-04-02", "2026-04-03"]
    assert differences(settings) == []
    change(settings, f"delete from {VOLUME} where date >= '2026-04-01'")
    publish(settings, "run", changes={VOLUME: Months.of(["2026-04"], date(2026, 4, 1))}, is_loss_accepted=True)
    assert differences(settings) == []


def restated(settings: Settings) -> list[str]:
    return [str(day) for (day,) in read(settings, f"select distinct date from {VOLUME} where volume_usd >= 1000 order by 1")]


def test_a_version_says_of_its_two_newest_months_what_each_day_holds(settings: Settings) -> None:
    build_months(settings, DAYS)
    for day in range(4):
        build_months(settings, DAYS + day)
        publish(settings, "run", changes={VOLUME: Months.of(["2026-04"], date(2026, 4, 10)), CANDLES: ALL, SHARES: ALL})
        manifest = Manifest.read(settings.published_dir / "current")
        assert manifest
        assert {part for _, part in manifest.days} == {"2026-03", "2026-04"}
        for (table, part), days in manifest.days.items():
            column = "cast(opened_at as date)" if table == CANDLES else "date"
            query = f"select {column} - date '1970-01-01', count(*) from {table} where strftime({column}, '%Y-%m') = '{part}' group by 1"
            assert {number: sums.rows for number, sums in days.items()} == dict(read(settings, f"set timezone = 'UTC'; {query}"))


def test_rows_more_or_fewer_are_found_though_nobody_said_so(settings: Settings) -> None:
    build_months(settings, DAYS)
    publish(settings, "run")
    change(settings, f"delete from {VOLUME} where date = '2026-01-05'", f"insert into {SHARES} values ('w', date '2027-05-01', 1)")
    assert publish(settings, "run", changes={}).is_new
    assert differences(settings) == []
    assert sorted(inodes(settings, "mart_venue_share_daily"))[-1] == "2027-05"


def test_changes_of_a_publication_that_failed_are_not_lost(settings: Settings) -> None:
    build_months(settings, DAYS)
    publish(settings, "run")
    note_changes(settings, {VOLUME: Months.of(["2026-02"])})
    restate(settings, "2026-02-03", 70)
    change(settings, "create view quality.odd as select random() as x")
    with pytest.raises(PerpsError, match="nothing was swapped"):
        publish(settings, "run", changes={})
    change(settings, "drop view quality.odd")
    note_changes(settings, {VOLUME: Months.of(["2026-03"]), "marts.dim_venues": ALL})
    restate(settings, "2026-03-03", 71)
    change(settings, "update marts.dim_venues set venue = 'w'")
    assert publish(settings, "run", changes={}).is_new
    assert differences(settings) == []
    restate(settings, "2026-02-03", 72)
    assert not publish(settings, "run", changes={}).is_new, "a note that was published is crossed out"


@pytest.mark.parametrize("lost", ["the note", "the version it goes back to"])
def test_a_note_that_is_of_no_use_means_that_anything_may_have_changed(settings: Settings, lost: str) -> None:
    build_months(settings, DAYS)
    publish(settings, "run")
    restate(settings, "2026-01-03", 70)
    publish(settings, "run")
    note_changes(settings, {})
    if lost == "the note":
        (settings.state_dir / "unpublished.json").write_text("{")
        restate(settings, "2026-02-03", 71)
        note_changes(settings, {VOLUME: Months.of(["2026-04"])})
    else:
        rollback(settings)
    assert publish(settings, "run", changes={}).is_new
    assert differences(settings) == []


def test_tables_come_change_and_go(settings: Settings) -> None:
    build_months(settings, DAYS)
    for number in range(4):
        change(settings, f"update marts.dim_venues set venue = 'v{number}'")
        publish(settings, "run")
    change(
        settings,
        f"create or replace table {VOLUME} as select date, market_id, volume_usd, null::double as price_usd, month from {VOLUME}",
        f"create or replace table {SHARES} as select * from {SHARES} limit 0",
        "drop table marts.dim_venues",
        "create table marts.dim_assets as select 'BTC' as asset, null::date as listed_on",
        "create table facts.fct_undated_daily as select * from (values (null::date, 1), (date '2026-02-03', 2)) t(date, x)",
    )
    assert publish(settings, "run", changes={}, is_loss_accepted=True).is_new
    assert differences(settings) == []
    assert sorted(inodes(settings, "fct_undated_daily")) == ["2026-02", "undated"]
    change(settings, "update facts.fct_undated_daily set x = x + 1")
    publish(settings, "run")
    assert differences(settings) == []


def test_a_damaged_older_file_is_not_built_upon(settings: Settings) -> None:
    build_months(settings, DAYS)
    for number in range(3):
        change(settings, f"update marts.dim_venues set venue = 'v{number}'")
        publish(settings, "run")
    older = [settings.published_dir / "versions" / name / "perps.duckdb" for name in versions(settings)]
    for path in older:
        path.chmod(0o644)
    with duckdb.connect(str(older[0])) as connection:
        connection.execute(f"delete from {CANDLES.replace('facts', 'facts_all')} where opened_at < '2026-01-02 00:00:00+00'")
    older[2].write_bytes(older[2].read_bytes()[:50_000])
    restate(settings, "2026-04-03", 70)
    publish(settings, "run")
    assert differences(settings) == []
    assert names_left(settings) == []


def test_any_sequence_of_changes_gives_the_warehouse(settings: Settings) -> None:
    """Days more, days restated, days withdrawn; builds that fail, versions gone back to; always told which months, or from which day on."""
    random = Random(7)
    build_months(settings, DAYS)
    publish(settings, "run")
    for step in range(16):
        months = sorted(random.sample(["2026-01", "2026-02", "2026-03", "2026-04"], random.choice([1, 1, 2])))
        first = random.choice([None, date.fromisoformat(f"{months[0]}-{random.randint(1, 9):02}")])
        told = Months.of([*months, "2026-05"], first)
        note_changes(settings, {VOLUME: told, SHARES: told})
        for month in months:
            days = range(first.day if first and month == months[0] else 1, 10)
            what = random.choice([f"update {VOLUME} set volume_usd = {step}", f"delete from {VOLUME}"])
            change(settings, f"{what} where date = '{month}-{random.choice(days):02}'")
            change(settings, f"insert into {SHARES} values ('w', date '{month}-{random.choice(days):02}', {step})")
        if random.random() < 0.3 and len(versions(settings)) > 1 and versions(settings)[-1] != current_version(settings):
            rollback(settings)
        if random.random() < 0.7:
            publish(settings, "run", changes={})
            assert differences(settings) == [], step
    assert len(versions(settings)) == 3


def test_a_file_that_somebody_reads_is_not_written(settings: Settings, tmp_path: Path) -> None:
    build_months(settings, DAYS)
    publish(settings, "run")
    held = settings.published_dir / "versions" / versions(settings)[-1] / "perps.duckdb"
    with held.open("rb") as reader, duckdb.connect(str(settings.published_dir / "perps.duckdb"), read_only=True) as connection:
        before = reader.read()
        for day in range(1, 6):
            build_months(settings, DAYS + day)
            publish(settings, "run")
            assert connection.execute(f"select count(*) from {CANDLES}").fetchall() == [(DAYS * 3 * 24,)]
            reader.seek(0)
            assert reader.read() == before
        assert not held.exists()
    (tmp_path / "file").write_text("")
    (tmp_path / "other name").hardlink_to(tmp_path / "file")
    assert not is_free(tmp_path / "file"), "a backup by hard links is a reader"
