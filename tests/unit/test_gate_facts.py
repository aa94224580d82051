"""All of a healthy warehouse passes, and only closed days are judged."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from gate_facts import FIRST_DAY, LAST_DAY, Facts
from plain_validator import PlainValidator

from expectations.gate import GateReport, judge
from expectations.ledger import read_ledger
from expectations.suites import SUITES


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> tuple[Facts, GateReport]:
    facts = Facts(tmp_path_factory.mktemp("healthy"))
    return facts, facts.judge()


def test_a_healthy_warehouse_passes_without_a_warning(healthy: tuple[Facts, GateReport]) -> None:
    facts, report = healthy
    assert report.is_open
    days = (LAST_DAY - FIRST_DAY).days + 1
    assert report.subject_days == len(facts.verdicts()) == days * 2 * len(SUITES)
    assert report.failed_subject_days == 0
    assert {verdict.failed_expectations for verdict in facts.verdicts()} == {"[]"}


def test_the_running_day_is_not_judged(healthy: tuple[Facts, GateReport], tmp_path: Path) -> None:
    facts, _ = healthy
    judge(facts.warehouse, tmp_path, None, "run-1", datetime(2025, 10, 24, 23, 59, tzinfo=UTC), validator=PlainValidator())
    assert read_ledger(tmp_path)["date"].max() == date(2025, 10, 23)


def test_first_days_have_no_history_and_say_so(healthy: tuple[Facts, GateReport]) -> None:
    facts, _ = healthy
    first, later = (facts.verdict("fct_volume_daily", "binance", day) for day in ("2025-09-01", "2025-10-10"))
    assert first.is_passed
    assert first.evaluated < later.evaluated
