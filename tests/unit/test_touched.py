"""Which months and days a build makes again: what changed in raw, carried along the plan, worked out by hand on a small one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from orchestration.plan import Node, Plan
from orchestration.touched import ALL, NONE, Due, Months, shifted, touched

MAY = Months.of(["2026-05"])
LAST = "2026-12"


def node(name: str, kind: str, layer: str, *needs: str, before: int = 0, after: int | None = 0) -> Node:
    return Node(name, name, kind, layer, layer, "select 1", needs=needs, before=before, after=after)


PLAN = Plan(
    (
        node("candles", "source", "source"),
        node("prices", "source", "source"),
        node("verdicts", "source", "source"),
        node("stg_candles", "view", "staging", "candles"),
        node("fct_candles", "incremental", "facts", "stg_candles"),
        node("fct_volume", "incremental", "facts", "fct_candles"),
        node("fct_funding", "incremental", "facts", "stg_candles", "fct_candles", before=1, after=1),
        node("fct_prices", "table", "facts", "prices"),
        node("mart_asset", "incremental", "marts", "fct_volume", "fct_prices", "verdicts", after=1),
        node("mart_regime", "incremental", "marts", "mart_asset", after=None),
    ),
    (),
)
FACTS, MARTS = PLAN.of_layers("facts"), PLAN.of_layers("marts")


def test_a_changed_month_reaches_what_reads_it_and_nothing_else() -> None:
    due = touched(PLAN, {"candles": MAY}, FACTS, LAST)
    around = Months.of(["2026-04", "2026-05", "2026-06"])
    assert due == {"fct_candles": Due(MAY, MAY), "fct_volume": Due(MAY, MAY), "fct_funding": Due(MAY, around)}
    assert touched(PLAN, {"prices": MAY}, FACTS, LAST) == {"fct_prices": Due(MAY, MAY)}
    assert touched(PLAN, {}, FACTS, LAST) == {}


def test_marts_count_their_neighbours_from_the_months_of_the_facts() -> None:
    due = touched(PLAN, {"fct_volume": MAY, "verdicts": Months.of(["2026-03"])}, MARTS, LAST)
    base = Months.of(["2026-03", "2026-05"])
    asset = Months.of(["2026-03", "2026-04", "2026-05", "2026-06"])
    assert due["mart_asset"] == Due(base, asset)
    assert due["mart_regime"] == Due(asset, Months.of([f"2026-{month:02}" for month in range(3, 13)]))


def test_everything_stays_everything() -> None:
    assert touched(PLAN, {"candles": ALL}, FACTS, LAST)["fct_funding"] == Due(ALL, ALL)
    assert touched(PLAN, {"fct_volume": ALL}, MARTS, LAST)["mart_regime"] == Due(ALL, ALL)


def by_days(days_before: dict[str, int]) -> Plan:
    return Plan(tuple(replace(one, days_before=days_before.get(one.name)) for one in PLAN.nodes), ())


DAYS_BEFORE = {"fct_candles": 0, "fct_volume": 0, "fct_funding": 1, "mart_asset": 0, "mart_regime": 0}


def test_a_first_day_is_carried_to_what_is_made_by_days() -> None:
    plan, tenth, ninth = by_days(DAYS_BEFORE), date(2026, 5, 10), date(2026, 5, 9)
    may = Months.of(["2026-05"], tenth)
    due = touched(plan, {"candles": may}, plan.of_layers("facts"), LAST)
    assert due["fct_volume"] == Due(may, may)
    assert due["fct_funding"] == Due(Months.of(["2026-05"], ninth), Months.of(["2026-05", "2026-06"], ninth))
    marts = touched(plan, {"fct_volume": may}, plan.of_layers("marts"), LAST)
    assert marts["mart_regime"].rebuilt == Months.of([f"2026-{month:02}" for month in range(5, 13)], tenth)


def test_days_before_the_first_of_a_month_are_of_the_month_before() -> None:
    plan, last_of_april = by_days(DAYS_BEFORE), date(2026, 4, 30)
    due = touched(plan, {"candles": Months.of(["2026-05"], date(2026, 5, 1))}, plan.of_layers("facts"), LAST)
    assert due["fct_funding"].rebuilt == Months.of(["2026-04", "2026-05", "2026-06"], last_of_april)


def test_whole_months_where_a_day_is_not_known_or_of_no_use() -> None:
    plan = by_days({"fct_candles": 0, "fct_volume": 0})
    may = Months.of(["2026-05"], date(2026, 5, 10))
    due = touched(plan, {"candles": may}, plan.of_layers("facts"), LAST)
    assert (due["fct_volume"].rebuilt, due["fct_funding"].rebuilt) == (may, Months.of(["2026-04", "2026-05", "2026-06"]))
    marts = touched(by_days(DAYS_BEFORE), {"fct_volume": may, "verdicts": Months.of(["2026-03"])}, plan.of_layers("marts"), LAST)
    assert marts["mart_asset"].rebuilt == Months.of(["2026-03", "2026-04", "2026-05", "2026-06"])


def test_the_earliest_first_day_counts_for_both() -> None:
    early, late = Months.of(["2026-05"], date(2026, 5, 10)), Months.of(["2026-06"], date(2026, 6, 2))
    assert early | late == late | early == Months.of(["2026-05", "2026-06"], date(2026, 5, 10))
    assert (early | NONE, early | MAY, early | ALL) == (early, MAY, ALL)


def test_what_is_short_is_known_and_of_four_months_at_most() -> None:
    assert [Months.since(date(2026, month, 2), "2026-06").is_short for month in (2, 3, 6)] == [False, True, True]
    assert (NONE.is_short, ALL.is_short) == (True, False)


@pytest.mark.parametrize(("month", "step", "other"), [("2026-12", 1, "2027-01"), ("2026-01", -1, "2025-12"), ("2026-05", 13, "2027-06")])
def test_months_are_counted_over_the_turn_of_the_year(month: str, step: int, other: str) -> None:
    assert shifted(month, step) == other


@example_settings(deadline=None)
@given(st.sets(st.sampled_from([f"2026-{month:02}" for month in range(1, 13)])), st.integers(0, 3), st.integers(0, 3))
def test_widened_holds_every_month_near_enough(names: set[str], before: int, after: int) -> None:
    found = Months.of(names).widened(before, after, LAST)
    near = {shifted(name, step) for name in names for step in range(-before, after + 1)}
    assert found == Months.of(near)
    assert (found or NONE).is_all is False
