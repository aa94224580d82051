"""Odds of a storm by the marts' own queries, beside a loop that counts; and the models that they are compared with."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta
from functools import cache

import numpy as np
import polars as pl
import pytest

from benchmarks.storms import scores
from benchmarks.storms.comparators import har, persistence
from benchmarks.storms.ours import judged
from benchmarks.storms.series import Model, Series, series_of, walked

FIRST, DAYS, CUT = date(2024, 1, 1), 460, 391
NO_FIGURE = 200  # a day without open interest


@cache
def market() -> pl.DataFrame:
    """Two assets whose volatility comes in waves, with noise; drawn once, from a seed."""
    drawn = random.Random(7)
    rows = []
    for asset, length in (("A", 90), ("B", 130)):
        price = 100.0
        for number in range(DAYS):
            size = 0.5 + 0.3 * math.sin(number / length * 2 * math.pi) + 0.15 * drawn.random()
            price *= math.exp(drawn.gauss(0, size / 19))
            interest = None if number == NO_FIGURE else 1000 + 300 * math.sin(number / 50) + 50 * drawn.random()
            rows.append((asset, FIRST + timedelta(days=number), price, size**2, size, 168, drawn.gauss(1e-4, 1e-4), interest))
    names = ["asset", "date", "close", "variance", "realised_volatility_7d", "realised_volatility_hours", "funding_rate_8h"]
    return pl.DataFrame(rows, schema=[*names, "open_interest_base"], orient="row")


@cache
def marts(days: int = DAYS) -> dict[str, pl.DataFrame]:
    return judged(market().filter(pl.col("date") < FIRST + timedelta(days=days)))


@cache
def series(days: int = DAYS) -> list[Series]:
    return series_of(market().filter(pl.col("date") < FIRST + timedelta(days=days)), marts(days)["mart_storm_outcomes_daily"])


def counted(asset: str) -> dict[date, tuple[str | None, float | None, int]]:
    """Day → state, odds, past days of the state, by going through the days one by one."""
    rows = market().filter(asset=asset).rows(named=True)
    found: list[tuple[str | None, bool | None]] = []
    answers = {}
    for number, row in enumerate(rows):
        year = rows[max(0, number - 364) : number + 1]
        ranks = [_rank(year, name, row[name]) for name in ("realised_volatility_7d", "funding_rate_8h", "open_interest_base")]
        later = rows[number + 7]["realised_volatility_7d"] if number + 7 < len(rows) else None
        reached = _rank(year, "realised_volatility_7d", later)
        found.append((_state(ranks), None if reached is None else reached >= 0.8))
        if ranks[0] is None:
            found[-1] = (None, None)
            continue
        state = found[-1][0]
        past = [storm for other, storm in found[: number - 6] if other == state and state and storm is not None]
        odds = sum(past) / len(past) if len(past) >= 28 else None
        answers[row["date"]] = (state, odds, len(past))
    return answers


def _rank(year: list[dict[str, float | None]], name: str, value: float | None) -> float | None:
    known = [other for row in year if (other := row[name]) is not None]
    return sum(other <= value for other in known) / len(known) if value is not None and len(known) >= 60 else None


def _state(ranks: list[float | None]) -> str | None:
    high, unknown = sum(rank is not None and rank >= 0.8 for rank in ranks), ranks.count(None)
    if high >= 2:
        return "elevated"
    if high + unknown >= 2 or ranks[0] is None:
        return None
    return "quiet" if ranks[0] <= 0.2 else "usual"


@pytest.mark.parametrize("asset", ["A", "B"])
def test_odds_are_those_of_a_loop(asset: str) -> None:
    rows = marts()["mart_storm_odds_daily"].filter(asset=asset).select("date", "state", "odds", "days_behind")
    ours = {day: (state, odds, behind or 0) for day, state, odds, behind in rows.iter_rows()}
    expected = counted(asset)
    assert ours.keys() == expected.keys()
    assert {state for state, _, _ in ours.values()} == {"elevated", "quiet", "usual", None}
    for day, (state, odds, behind) in expected.items():
        assert ours[day] == (state, pytest.approx(odds, abs=1e-9) if odds is not None else None, behind), day
    assert sum(odds is not None for _, odds, _ in ours.values()) > 250


def test_no_row_changes_when_what_came_after_it_is_cut() -> None:
    last = FIRST + timedelta(days=CUT - 1)
    for name in ("mart_market_regime_daily", "mart_storm_odds_daily"):
        then, now = marts(CUT)[name], marts()[name].filter(pl.col("date") <= last)
        assert then.height > 500
        assert then.equals(now), name
    then, now = (found["mart_storm_outcomes_daily"].filter(pl.col("date") <= last) for found in (marts(CUT), marts()))
    told = then.filter(pl.col("is_storm").is_not_null())
    assert told.height == then.height - 2 * 7  # the last week of each asset
    assert told.equals(now.filter(pl.col("date") <= last - timedelta(days=7)))


@pytest.mark.parametrize("model", [persistence, har])
def test_a_comparator_knows_nothing_of_what_came_after(model: Model) -> None:
    for then, now in zip(series(CUT), series(), strict=True):
        before, after = walked(then, model), walked(now, model)
        assert np.array_equal(before, after[:CUT], equal_nan=True)
        assert np.isfinite(before).sum() > 200


def test_a_model_is_told_no_outcome_before_its_week_is_over() -> None:
    known = series()[0].known_on(fitted=200, last=227)
    assert len(known) == 228
    assert np.isfinite(known.storm[193])
    assert np.isnan(known.storm[194:]).all()
    assert np.isnan(known.later[194:]).all()
    assert np.isfinite(known.volatility).all()


def test_the_level_is_where_a_storm_begins() -> None:
    for one in series():
        told = np.isfinite(one.storm)
        assert told.sum() > 300
        assert ((one.later >= one.level) == (one.storm == 1))[told].all()


def test_scores_by_hand() -> None:
    odds, storm = np.array([1.0, 0.5, 0.0, 0.5]), np.array([1.0, 0.0, 0.0, 1.0])
    assert scores.brier(odds, storm).tolist() == [0, 0.25, 0, 0.25]
    assert scores.log_loss(odds, storm) == pytest.approx([-math.log(0.99), math.log(2), -math.log(0.99), math.log(2)])
    assert scores.area(odds, storm) == 3.5 / 4  # of four pairs three in order and one tied


def test_an_interval_is_as_wide_as_its_blocks_and_not_its_days() -> None:
    days = np.arange(28.0 * 20)
    blocks = np.repeat([0.0, 1.0] * 10, 28)
    low, high = scores.mean_interval(blocks, days)
    assert (low, high) == scores.mean_interval(blocks, days)  # twice the same
    assert high - low == pytest.approx(2 * 1.96 * 0.5 / math.sqrt(20), rel=0.1)
