"""Which months a build makes again: what changed in raw, carried along the plan, worked out by hand on a small one."""

from __future__ import annotations

import pytest
from hypothesis import given
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


@pytest.mark.parametrize(("month", "step", "other"), [("2026-12", 1, "2027-01"), ("2026-01", -1, "2025-12"), ("2026-05", 13, "2027-06")])
def test_months_are_counted_over_the_turn_of_the_year(month: str, step: int, other: str) -> None:
    assert shifted(month, step) == other


@given(st.sets(st.sampled_from([f"2026-{month:02}" for month in range(1, 13)])), st.integers(0, 3), st.integers(0, 3))
def test_widened_holds_every_month_near_enough(names: set[str], before: int, after: int) -> None:
    found = Months.of(names).widened(before, after, LAST)
    near = {shifted(name, step) for name in names for step in range(-before, after + 1)}
    assert found == Months.of(near)
    assert (found or NONE).is_all is False
