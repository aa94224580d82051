"""Whatever intervals, contract sizes and shares its venues have, the truth comes back: nothing is taken from a symbol or a habit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from any_terms import AnyTerms, any_terms
from comparing import (
    compare_aggregates,
    compare_candles,
    compare_daily_volume,
    compare_funding,
    compare_liquidations,
    compare_marts,
    compare_open_interest,
)
from house import House, days_from
from hypothesis import HealthCheck, Phase, given, settings

from simulator import Simulator, Truth

LAST = datetime.now(UTC).date() - timedelta(days=1)
# The sources' clock, which answers are stamped with: just after midnight no venue has had a liquidation that says that a day is over.
NOW = datetime.combine(LAST + timedelta(days=1), time(18), UTC)
COMPARISONS = (
    compare_candles,
    compare_daily_volume,
    compare_open_interest,
    compare_funding,
    compare_liquidations,
    compare_aggregates,
    compare_marts,
)


# an example is a run of the whole chain: two of them, printed as they are when they fail
@settings(max_examples=2, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(drawn=any_terms())
def test_any_truth_comes_back(house: Callable[..., House], drawn: AnyTerms) -> None:
    first = LAST - timedelta(days=drawn.days - 1)
    truth = Truth(drawn.seed, first, drawn.days + 1, drawn.assets, drawn.venues())
    with Simulator(truth, now=NOW) as simulator:
        built = house(simulator.base_urls())
        built.snapshots(simulator, days_from(first, drawn.days))
        built.step(first, LAST)
    assert set(truth.open_interest()["venue"]) == {venue.name for venue in drawn.venues()}
    for compare in COMPARISONS:
        compare(built, truth, LAST)
