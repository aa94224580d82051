"""Bad data: each corruption fails its own venue-day, for the reason it should, and no other day.

All corruptions sit in one warehouse, days apart, and are judged at once: that the neighbours pass is part of the proof.
"""

import pytest
from gate_corruptions import CORRUPTIONS, OI, SPOT
from gate_facts import Facts, failed_names

from expectations.gate import GateReport


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Facts, GateReport]:
    facts = Facts(tmp_path_factory.mktemp("corrupt"))
    facts.execute(";".join(corruption.change for corruption in CORRUPTIONS.values()))
    return facts, facts.judge()


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_fails_its_day_for_its_reason(judged: tuple[Facts, GateReport], name: str) -> None:
    corruption = CORRUPTIONS[name]
    verdict = judged[0].verdict(corruption.fact, corruption.subject, corruption.day)
    assert not verdict.is_passed
    assert corruption.expectation in failed_names(verdict)


def test_nothing_else_fails(judged: tuple[Facts, GateReport]) -> None:
    corrupted = {(c.fact, c.subject, c.day) for c in CORRUPTIONS.values()}
    # A negative volume of a market leaves its turnover possible; x 1000 does not: volume and open interest then fail together.
    corrupted.add((OI, "binance", "2025-09-24"))
    # So do prices of perpetuals and of the spot pairs of the same name.
    corrupted.add((SPOT, "binance", "2025-09-28"))
    failed = {(v.fact, v.venue_or_protocol, str(v.date)) for v in judged[0].verdicts() if not v.is_passed}
    assert failed == corrupted


def test_single_bad_days_leave_the_gate_open(judged: tuple[Facts, GateReport]) -> None:
    report = judged[1]
    assert report.is_open
    assert report.failed_subject_days == len(CORRUPTIONS) + 2


def test_the_report_shows_where(judged: tuple[Facts, GateReport]) -> None:
    suite = judged[1].suite(OI)
    (jump,) = [e for e in suite.expectations if e.name == "open_interest_jump_is_possible"]
    assert (jump.success, jump.severity) == (False, "critical")
    assert any(sample.startswith("binance 2025-10-01: ") for sample in jump.sample)
