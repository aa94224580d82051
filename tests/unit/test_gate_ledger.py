"""The ledger: judged twice nothing changes, withdrawn rows take their verdicts along, and the order of loading does not matter."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
from gate_facts import NOW, VENUE_FACTS, Facts, Verdict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.gate import ensure_ledger
from expectations.ledger import SCHEMA, read_ledger, replace_verdicts
from expectations.suites import SUITES
from expectations.windows import Window, judged_windows, touched_windows

OI = "fct_open_interest_daily"
TIMES_1000 = f"update facts.{OI} set open_interest_usd = open_interest_usd * 1000 where venue = 'binance' and date = '2025-10-10'"


def files(ledger: Path) -> dict[str, tuple[int, bytes]]:
    return {str(part): (part.stat().st_mtime_ns, part.read_bytes()) for part in ledger.rglob("*") if part.is_file()}


def ledger_of(*rows: Verdict) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(SCHEMA), orient="row")


def verdict(day: date, passed: bool = True, run_id: str = "run-1", subject: str = "binance") -> Verdict:
    judged_at = datetime(2025, 10, 25, tzinfo=UTC)
    return Verdict("fct_x", subject, day, "x", passed, 3, "[]", 24, run_id, judged_at)


def test_an_empty_ledger_has_the_full_schema(tmp_path: Path) -> None:
    ensure_ledger(tmp_path)
    ensure_ledger(tmp_path)
    (part,) = tmp_path.rglob("*.parquet")
    assert part.parent.name == "month=0000-00"
    assert pq.read_schema(part).names == list(Verdict._fields)
    described = duckdb.execute(f"describe select * from read_parquet('{tmp_path}/*/part.parquet', hive_partitioning = false)").fetchall()
    assert {name: kind for name, kind, *_ in described} == {
        "fact": "VARCHAR", "venue_or_protocol": "VARCHAR", "date": "DATE", "suite": "VARCHAR", "is_passed": "BOOLEAN",
        "evaluated": "BIGINT", "failed_expectations": "VARCHAR", "row_count": "BIGINT", "run_id": "VARCHAR",
        "judged_at": "TIMESTAMP WITH TIME ZONE",
    }  # fmt: skip


def test_judging_twice_changes_no_byte(tmp_path: Path) -> None:
    facts = Facts(tmp_path)
    facts.execute(TIMES_1000)
    assert facts.judge(["2025-10"]).months_changed == {"2025-09", "2025-10"}
    before = files(facts.ledger)
    again = facts.judge(["2025-10"], run_id="run-2", now=NOW.replace(hour=9))
    assert (again.verdicts_changed, again.months_changed) == (0, set())
    assert files(facts.ledger) == before


def test_a_mended_day_passes_under_the_new_run_and_the_others_keep_theirs(tmp_path: Path) -> None:
    facts = Facts(tmp_path)
    facts.execute(TIMES_1000)
    facts.judge()
    assert not facts.verdict(OI, "binance", "2025-10-10").is_passed
    facts.execute(TIMES_1000.replace("* 1000", "/ 1000"))
    assert facts.judge(["2025-10"], run_id="run-2").changes == {date(2025, 10, 10): 1}
    mended = facts.verdict(OI, "binance", "2025-10-10")
    assert (mended.is_passed, mended.run_id) == (True, "run-2")
    assert {v.run_id for v in facts.verdicts() if v != mended} == {"run-1"}


def test_withdrawn_rows_take_their_verdicts_along(tmp_path: Path) -> None:
    facts = Facts(tmp_path)
    facts.judge()
    count = len(facts.verdicts())
    facts.execute("; ".join(
        f"delete from facts.{fact} where venue = 'hyperliquid' and {time}::date in ('2025-09-10', '2025-10-10')"
        for fact, time in zip(VENUE_FACTS, ("opened_at", "date", "date", "settled_at", "observed_at"), strict=True)
    ))  # fmt: skip
    facts.judge(["2025-10"], run_id="run-2")
    left = {(v.fact, str(v.date)) for v in facts.verdicts() if v.venue_or_protocol == "hyperliquid"}
    assert not {(fact, "2025-10-10") for fact in VENUE_FACTS} & left
    assert len(facts.verdicts()) == count - 2 * len(VENUE_FACTS)


def test_a_judgement_from_a_first_day_on_says_what_one_of_the_whole_month_does(tmp_path: Path) -> None:
    """Verdicts before it stay and count: else one day on which every venue fails would close the gate, as it does not within a month."""
    spoilt = "update facts.fct_open_interest_daily set open_interest_usd = open_interest_usd * 1000 where date = '2025-10-24'"
    (tmp_path / "whole").mkdir()
    (tmp_path / "days").mkdir()
    wholes, days = Facts(tmp_path / "whole"), Facts(tmp_path / "days")
    for facts, first_day in ((wholes, None), (days, date(2025, 10, 24))):
        facts.judge(run_id="run-1")
        facts.execute(spoilt)
        report = facts.judge(["2025-10"], run_id="run-2", first_day=first_day, by_month=["fct_protocol_fees_daily"])
        assert report.is_open, report.reasons
        assert report.suite(OI).failed_touched_subject_days == 2
        assert report.suite(OI).touched_subject_days == 2 * 24
        assert report.first_day_changed == date(2025, 10, 24)
    assert days.verdicts() == wholes.verdicts()
    assert report.suite(OI).subject_days == 2


def test_months_that_were_not_judged_keep_their_verdicts(tmp_path: Path) -> None:
    far, near = date(2025, 3, 5), date(2025, 10, 5)
    replace_verdicts(tmp_path, ledger_of(verdict(far), verdict(near)), {"fct_x": judged_windows(None, NOW)})
    assert replace_verdicts(tmp_path, ledger_of(), {"fct_x": judged_windows(["2025-10"], NOW)}) == {near: 1}
    assert read_ledger(tmp_path)["date"].to_list() == [far]


def test_facts_that_were_not_judged_keep_their_verdicts(tmp_path: Path) -> None:
    replace_verdicts(tmp_path, ledger_of(verdict(date(2025, 10, 5))), {"fct_x": judged_windows(None, NOW)})
    assert replace_verdicts(tmp_path, ledger_of(), {"fct_y": judged_windows(None, NOW)}) == {}
    assert read_ledger(tmp_path).height == 1


def test_changes_are_counted_once_each_on_their_day(tmp_path: Path) -> None:
    days = [date(2025, 9, 30), date(2025, 10, 1), date(2025, 10, 2), date(2025, 10, 3)]
    replace_verdicts(tmp_path, ledger_of(*map(verdict, days)), {"fct_x": judged_windows(None, NOW)})
    same = [verdict(day, run_id="run-2") for day in days[:2]]
    new = ledger_of(*same, verdict(days[2], passed=False), verdict(date(2025, 10, 9)))
    assert replace_verdicts(tmp_path, new, {"fct_x": judged_windows(None, NOW)}) == {
        date(2025, 10, 2): 1, date(2025, 10, 3): 1, date(2025, 10, 9): 1,  # changed, withdrawn, added
    }  # fmt: skip


@pytest.mark.parametrize(
    ("months", "windows"),
    [
        (["2025-03"], [Window(date(2025, 2, 1), date(2025, 4, 15))]),
        (["2025-12"], [Window(date(2025, 11, 1), date(2026, 1, 15))]),
        (["2025-01", "2025-03"], [Window(date(2024, 12, 1), date(2025, 4, 15))]),
        (["2025-01", "2025-07"], [Window(date(2024, 12, 1), date(2025, 2, 15)), Window(date(2025, 6, 1), date(2025, 8, 15))]),
        ([], []),
    ],
)
def test_windows_cover_what_rests_on_a_month(months: list[str], windows: list[Window]) -> None:
    assert judged_windows(months, datetime(2026, 6, 1, tzinfo=UTC)) == windows


def test_nothing_is_judged_before_the_first_day_that_changed() -> None:
    first = date(2025, 10, 20)
    assert judged_windows(["2025-10"], NOW, first) == [Window(first, date(2025, 10, 25))]
    assert judged_windows(["2025-03", "2025-10"], NOW, first) == [Window(first, date(2025, 10, 25))]
    assert judged_windows(["2025-10"], NOW, date(2025, 10, 25)) == []


def test_windows_end_before_the_running_day() -> None:
    assert judged_windows(["2025-10"], NOW) == [Window(date(2025, 9, 1), date(2025, 10, 25))]
    assert touched_windows(["2025-11"], NOW) == []


PIECES = {
    "august": ("2025-08-15", "2025-09-01"), "september": ("2025-09-01", "2025-10-01"),
    "early october": ("2025-10-01", "2025-10-08"), "the bad day": ("2025-10-08", "2025-10-11"),
    "late october": ("2025-10-11", "2025-10-25"),
}  # fmt: skip


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    facts = Facts(tmp_path_factory.mktemp("finished"), first_day=date(2025, 8, 15))
    facts.execute(TIMES_1000)
    facts.execute("delete from facts.fct_volume_daily where market_id = 'hyperliquid:SOL' and date = '2025-09-30'")
    facts.judge()
    return facts


def said(facts: Facts) -> set[Verdict]:
    return {v._replace(run_id="", judged_at=NOW) for v in facts.verdicts()}


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(order=st.permutations(sorted(PIECES)))
def test_any_order_of_loading_gives_the_same_verdicts(finished: Facts, tmp_path_factory: pytest.TempPathFactory, order: list[str]) -> None:
    facts = Facts(tmp_path_factory.mktemp("ordered"))
    facts.execute(";".join(f"delete from facts.{suite.fact}" for suite in SUITES))
    for number, piece in enumerate(order):
        first_day, end_day = PIECES[piece]
        copies = (
            f"insert into facts.{suite.fact} select * from source.facts.{suite.fact} "
            f"where {suite.date_expression} >= '{first_day}' and {suite.date_expression} < '{end_day}'"
            for suite in SUITES
        )
        facts.execute(f"attach '{finished.warehouse}' as source (read_only); " + ";".join(copies))
        facts.judge([first_day[:7]], run_id=f"run-{number}")
    assert said(facts) == said(finished)


def test_columns_of_an_older_ledger_get_their_names_of_today(tmp_path: Path) -> None:
    ensure_ledger(tmp_path)
    first, other = verdict(date(2025, 9, 1)), verdict(date(2025, 10, 9), passed=False)
    replace_verdicts(tmp_path, ledger_of(first, other), {"fct_x": [Window(date(2025, 9, 1), date(2025, 10, 31))]})
    for part in tmp_path.glob("month=*/part.parquet"):
        pl.read_parquet(part, hive_partitioning=False).rename({"is_passed": "passed", "row_count": "rows"}).write_parquet(part)
    ensure_ledger(tmp_path)
    assert [row[4:8] for row in read_ledger(tmp_path).rows()] == [(True, 3, "[]", 24), (False, 3, "[]", 24)]
    assert {tuple(pl.read_parquet_schema(part)) for part in tmp_path.glob("month=*/part.parquet")} == {tuple(SCHEMA)}
