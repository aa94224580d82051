"""An aggregator's figures before the gate: wrong units are held back, a crash is not."""

from __future__ import annotations

import pytest
from gate_facts import Facts, failed_names

FACT = "fct_asset_aggregates_daily"
AGGREGATE = "update facts.fct_asset_aggregates_daily set {change} where {where} and asset = '{asset}'"
WRONG = {  # asset, day, change, the expectation that fails
    "coins taken for dollars": (
        "BTC",
        "2025-10-01",
        "aggregator_open_interest_usd = aggregator_open_interest_usd / 100000",
        "open_interest_jump_is_possible",
    ),
    "dollars taken for thousands": (
        "SOL",
        "2025-10-03",
        "aggregator_open_interest_usd = aggregator_open_interest_usd * 1000",
        "open_interest_jump_is_possible",
    ),
    "more than the market": ("BTC", "2025-09-02", "aggregator_open_interest_usd = 4e11", "open_interest_is_possible"),
    "funding no market ever paid": ("SOL", "2025-10-07", "funding_rate_8h = -0.06", "funding_is_possible"),
    "nothing open": ("BTC", "2025-10-09", "aggregator_open_interest_usd = 0", "no_non_positive_open_interest_rows"),
}
PERCENT = "2025-10-20"
TRUE = [  # the largest of a year: the fall of 2025-10-10 in a day, SOL's deepest funding, and a figure the source did not give
    ("SOL", "2025-10-11", "aggregator_open_interest_usd = aggregator_open_interest_usd * 0.64, funding_rate_8h = -0.0049"),
    ("BTC", "2025-10-13", "aggregator_open_interest_usd = aggregator_open_interest_usd * 0.78, funding_rate_8h = 0.0011"),
    ("BTC", "2025-10-15", "aggregator_open_interest_usd = null"),
    ("SOL", "2025-10-15", "funding_rate_8h = null"),
]


def change(asset: str, day: str, what: str) -> str:
    return AGGREGATE.format(change=what, where=f"date = date '{day}'", asset=asset)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    facts = Facts(tmp_path_factory.mktemp("aggregates"))
    facts.execute(";".join([*(change(*one[:3]) for one in WRONG.values()), *(change(*one) for one in TRUE)]))
    facts.execute(";".join(change(asset, PERCENT, "funding_rate_8h = funding_rate_8h * 100") for asset in ("BTC", "SOL")))
    assert facts.judge().is_open
    return facts


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_unit_holds_its_day_back(judged: Facts, name: str) -> None:
    asset, day, _, expectation = WRONG[name]
    verdict = judged.verdict(FACT, asset, day)
    assert not verdict.is_passed
    assert expectation in failed_names(verdict)


def test_percent_for_a_fraction_shows_in_the_middle_of_all_assets(judged: Facts) -> None:
    for asset in ("BTC", "SOL"):
        assert failed_names(judged.verdict(FACT, asset, PERCENT)) == {"median_funding_is_possible"}


def test_true_days_pass_and_nothing_else_fails(judged: Facts) -> None:
    failed = {(v.fact, v.venue_or_protocol, str(v.date)) for v in judged.verdicts() if not v.is_passed}
    assert failed == {(FACT, asset, day) for asset, day, *_ in WRONG.values()} | {(FACT, asset, PERCENT) for asset in ("BTC", "SOL")}
    assert "no_without_open_interest_rows" in failed_names(judged.verdict(FACT, "BTC", "2025-10-15"), "warning")
    assert "no_without_funding_rows" in failed_names(judged.verdict(FACT, "SOL", "2025-10-15"), "warning")
