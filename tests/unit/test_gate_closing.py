"""What closes the whole gate, and what must not."""

from datetime import date
from pathlib import Path
from unittest.mock import Mock

import pytest
from gate_facts import NOW, Facts

from expectations.gate import judge
from expectations.suites import SUITES

EMPTY_ALL = ";".join(f"delete from facts.{suite.fact}" for suite in SUITES)


def test_everything_broken_closes_the_gate(tmp_path: Path) -> None:
    facts = Facts(tmp_path)
    facts.execute("update facts.fct_candles_hourly set volume_base = -1")
    report = facts.judge(["2025-10"])
    assert not report.is_open
    assert report.reasons == ("fct_candles_hourly: 48 of 48 subject-days fail, more than 50%",)


def test_one_venue_broken_for_a_month_holds_back_that_venue_only(tmp_path: Path) -> None:
    facts = Facts(tmp_path)
    facts.execute("update facts.fct_candles_hourly set volume_base = -1 where venue = 'binance'")
    report = facts.judge(["2025-10"])
    assert report.is_open
    assert report.suite("fct_candles_hourly").failed_touched_subject_days == 24


def test_one_bad_venue_day_of_one_leaves_the_gate_open(tmp_path: Path) -> None:
    facts = Facts(tmp_path, first_day=date(2025, 10, 1), last_day=date(2025, 10, 1))
    facts.execute("update facts.fct_candles_hourly set volume_base = -1 where venue = 'binance'")
    assert facts.judge(["2025-10"]).is_open


@pytest.mark.parametrize("delivered", [None, ["2025-10"]])
def test_nothing_arrived_closes_the_gate(tmp_path: Path, delivered: list[str] | None) -> None:
    facts = Facts(tmp_path)
    facts.execute(EMPTY_ALL)
    report = facts.judge(["2025-10"], delivered=delivered)
    assert not report.is_open
    assert report.reasons == ("nothing arrived: no fact has a row in the touched days",)


@pytest.mark.parametrize("delivered", [[], ["2025-11"]])
def test_nothing_new_is_not_nothing_arrived(tmp_path: Path, delivered: list[str]) -> None:
    """September fetched twice: the second run brings a market list of the running day, October, of which there is no other row."""
    facts = Facts(tmp_path, last_day=date(2025, 9, 30))
    assert facts.judge(["2025-09", "2025-10"], delivered=["2025-09"]).is_open
    before = facts.verdicts()
    for _ in range(2):
        report = facts.judge(["2025-10"], run_id="run-2", delivered=delivered)
        assert report.is_open
        assert report.months_changed == set()
    assert facts.verdicts() == before


def test_rows_that_are_gone_close_the_gate_whoever_delivered_and_keep_their_verdicts(tmp_path: Path) -> None:
    facts = Facts(tmp_path)
    facts.judge()
    before = facts.verdicts()
    facts.execute(EMPTY_ALL)
    for _ in range(2):
        report = facts.judge(["2025-10"], delivered=[])
        assert not report.is_open, "a closed gate must not open by being asked again"
        assert report.reasons == ("nothing is left: no fact has a row in the touched days, which were judged before",)
    assert facts.verdicts() == before


@pytest.mark.parametrize("months", [[], ["2025-11"]])  # none, and one without a closed day
def test_where_nothing_is_to_judge_nothing_is_read_or_shown(tmp_path: Path, months: list[str]) -> None:
    report = judge(
        tmp_path / "none.duckdb", tmp_path / "ledger", months, "run-1", NOW, data_docs=tmp_path / "docs", validator=Mock(spec=[])
    )
    assert report.is_open
    assert (report.subject_days, report.months_changed) == (0, set())
    assert [suite.fact for suite in report.suites] == [suite.fact for suite in SUITES]
    assert [path.name for path in tmp_path.iterdir()] == ["ledger"]


@pytest.mark.parametrize("fact", ["fct_candles_hourly", "fct_volume_daily", "fct_protocol_metrics_daily"])
def test_a_fact_that_its_sibling_obliges_to_rows_closes_the_gate(tmp_path: Path, fact: str) -> None:
    facts = Facts(tmp_path)
    facts.execute(f"delete from facts.{fact} where month = '2025-10'")
    report = facts.judge(["2025-10"])
    assert not report.is_open
    assert report.reasons[0].startswith(f"{fact} has no row")


def test_sources_without_markets_do_not_close_the_gate(tmp_path: Path) -> None:
    facts = Facts(tmp_path)
    facts.execute(";".join(f"delete from facts.{suite.fact}" for suite in SUITES if suite.subject_column == "venue"))
    assert facts.judge(["2025-10"]).is_open


@pytest.mark.parametrize("change", ["alter table facts.{fact} drop column venue", "drop table facts.{fact}"])
def test_a_missing_column_closes_the_gate_and_keeps_the_verdicts(tmp_path: Path, change: str) -> None:
    facts = Facts(tmp_path)
    facts.judge()
    before = facts.verdicts()
    facts.execute(change.format(fact="fct_funding_rates"))
    report = facts.judge(run_id="run-2")
    assert not report.is_open
    assert report.reasons[0].startswith("fct_funding_rates lacks the columns venue")
    assert facts.verdicts() == before


def test_rows_of_the_future_are_told_and_never_judged(tmp_path: Path) -> None:
    facts = Facts(tmp_path)
    facts.execute(
        "update facts.fct_candles_hourly set opened_at = opened_at + interval 30 year where opened_at >= '2025-10-24 23:00:00+00'"
    )
    report = facts.judge()
    assert report.is_open
    (told,) = [e for e in report.arrival.expectations if e.name == "no_future_rows"]
    assert (told.unexpected, told.severity) == (1, "warning")
    assert told.sample == ("fct_candles_hourly 2025-10-25: 4",)
    assert max(v.date for v in facts.verdicts()) < NOW.date()


def test_no_warehouse_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="build the facts"):
        judge(tmp_path / "none.duckdb", tmp_path, None, "run-1", NOW)
