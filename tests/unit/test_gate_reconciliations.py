"""Reconciliations at the gate: what is apart without a reason is told, by its metric, and holds nothing back."""

from __future__ import annotations

from pathlib import Path

import pytest
from gate_facts import Facts, failed_names

FACT = "fct_reconciliations_daily"
APART = "update facts.fct_reconciliations_daily set is_within_tolerance = false, known_reason = {reason}, metric = '{metric}'"
WHERE = " where subject = 'binance' and date = date '2025-10-01' and metric = 'volume'"


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        ("volume", "no_unexplained_volumes"),
        ("open_interest", "no_unexplained_open_interests"),
        ("asset_open_interest", "no_unexplained_open_interests"),
        ("fees", "no_unexplained_fees"),
        ("holders_revenue_90d", "no_unexplained_holders_revenues"),
    ],
)
def test_what_is_apart_without_a_reason_is_a_warning(metric: str, told: str, tmp_path: Path) -> None:
    facts = Facts(tmp_path)
    facts.execute(APART.format(reason="null", metric=metric) + WHERE)
    assert facts.judge().is_open
    verdict = facts.verdict(FACT, "binance", "2025-10-01")
    assert (verdict.is_passed, failed_names(verdict, "warning"), failed_names(verdict)) == (True, {told}, set())
    assert failed_names(facts.verdict(FACT, "binance", "2025-10-02"), "warning") == set()


def test_a_known_reason_is_no_warning(tmp_path: Path) -> None:
    facts = Facts(tmp_path)
    facts.execute(APART.format(reason="'doubled'", metric="volume") + WHERE)
    facts.judge()
    assert failed_names(facts.verdict(FACT, "binance", "2025-10-01"), "warning") == set()


def test_a_world_without_other_figures_passes(tmp_path: Path) -> None:
    facts = Facts(tmp_path)
    facts.execute("delete from facts.fct_reconciliations_daily")
    assert facts.judge().is_open
