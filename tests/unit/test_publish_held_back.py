"""What the gate refused is in `facts_all`, says so, and is not in `facts`: in the file and as parquet, whatever changed since."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
from publishing import FIRST_DAY, build_months, change, differences, read

from ingestion.settings import Settings
from orchestration.publication.manifest import Manifest
from orchestration.publication.relations import PASSED, SUBJECTS
from orchestration.publish import publish
from orchestration.touched import Months

DAYS = 70  # January to the eleventh of March
VOLUME = "facts.fct_volume_daily"


def hold_back(settings: Settings, *days: str) -> None:
    change(settings, *(f"delete from {PASSED} where date = '{day}'" for day in days))


def held_back(settings: Settings) -> list[str]:
    query = "select distinct date from facts_all.fct_volume_daily where is_held_back order by 1"
    return [str(day) for (day,) in read(settings, query)]


def months(settings: Settings, table: str) -> dict[str, Path]:
    return {path.stem: path for path in (settings.published_dir / "current" / "parquet" / f"{table}.parquet").iterdir()}


def rows(*paths: Path) -> int:
    (count,) = duckdb.execute("select count(*) from read_parquet(?)", [[str(path) for path in paths]]).fetchall()[0]
    return int(count)


def test_facts_serve_what_passed_and_facts_all_everything(settings: Settings) -> None:
    build_months(settings, DAYS)
    hold_back(settings, "2026-02-03", "2026-02-04")
    done = publish(settings, "run")
    assert done.rows[VOLUME] == DAYS * 3
    assert held_back(settings) == ["2026-02-03", "2026-02-04"]
    assert read(settings, "select count(*), count(distinct date), bool_or(is_held_back) from facts.fct_volume_daily") == [(204, 68, False)]
    assert read(settings, "select count(*), count(distinct date) from facts_all.fct_volume_daily") == [(210, 70)]
    assert differences(settings) == []


def test_a_fact_of_which_nobody_is_judged_holds_nothing_back(settings: Settings) -> None:
    build_months(settings, DAYS)
    publish(settings, "run")
    assert read(settings, "select count(*), bool_or(is_held_back) from facts.fct_candles_hourly") == [(DAYS * 72, False)]


def test_parquet_of_a_month_without_a_refusal_is_there_once(settings: Settings) -> None:
    build_months(settings, DAYS)
    hold_back(settings, "2026-02-03")
    publish(settings, "run")
    passed, everything = months(settings, "fct_volume_daily"), months(settings, "facts_all/fct_volume_daily")
    assert (rows(*passed.values()), rows(*everything.values())) == (207, 210)
    same = {month for month in passed if passed[month].samefile(everything[month])}
    assert same == {"2026-01", "2026-03"}
    before = {path.stat().st_ino for path in (*passed.values(), *everything.values())}
    change(settings, f"update {VOLUME} set volume_usd = 9 where date = '2026-03-02'")
    publish(settings, "run")
    passed, everything = months(settings, "fct_volume_daily"), months(settings, "facts_all/fct_volume_daily")
    new = {path for path in (*passed.values(), *everything.values()) if path.stat().st_ino not in before}
    assert {path.stem for path in new} == {"2026-03"}
    assert passed["2026-03"].samefile(everything["2026-03"])


def test_a_verdict_alone_moves_the_rows_of_its_day(settings: Settings) -> None:
    """The fact is not made again, and the publication is only told that verdicts of March changed, from the second on."""
    build_months(settings, DAYS)
    publish(settings, "run")
    hold_back(settings, "2026-03-02")
    assert publish(settings, "run", changes={PASSED: Months.of(["2026-03"], date(2026, 3, 2))}).is_new
    assert held_back(settings) == ["2026-03-02"]
    change(settings, f"insert into {PASSED} values ('fct_volume_daily', 'v', date '2026-03-02')")
    assert publish(settings, "run", changes={PASSED: Months.of(["2026-03"], date(2026, 3, 2))}).is_new
    assert held_back(settings) == []
    assert differences(settings) == []


def test_a_month_that_was_refused_whole_has_no_file_of_what_passed_but_an_empty_one(settings: Settings) -> None:
    build_months(settings, 31)
    change(settings, f"delete from {PASSED}")
    publish(settings, "run")
    assert rows(*months(settings, "fct_volume_daily").values()) == 0
    assert rows(*months(settings, "facts_all/fct_volume_daily").values()) == 93
    assert read(settings, f"select count(*) from facts.fct_volume_daily where date >= '{FIRST_DAY}'") == [(0,)]


def test_a_version_of_the_layout_before_is_not_built_upon(settings: Settings) -> None:
    build_months(settings, DAYS)
    for _ in range(3):
        publish(settings, "run")
        file = settings.published_dir / "current" / "manifest.json"
        text = file.read_text()
        file.chmod(0o644)
        file.write_text(text.replace('"layout":"facts_all",', ""))
        assert Manifest.read(file.parent) is None
    assert publish(settings, "run").is_new
    assert differences(settings) == []


def test_a_fact_that_is_gone_leaves_neither_table_nor_view(settings: Settings) -> None:
    build_months(settings, DAYS)
    for _ in range(3):
        publish(settings, "run")
        change(settings, f"update {VOLUME} set volume_usd = volume_usd + 1")
    change(settings, "drop table facts.fct_candles_hourly")
    publish(settings, "run")
    query = "select count(*) from duckdb_columns() where table_name = 'fct_candles_hourly'"
    assert read(settings, query) == [(0,)]


def test_a_day_is_a_subject_s_in_the_publication_as_in_the_gate() -> None:
    from expectations.suites import SUITES

    found = {suite.fact: next(name for name in SUBJECTS if name in suite.required_columns) for suite in SUITES}
    assert found == {suite.fact: suite.subject_column for suite in SUITES}
