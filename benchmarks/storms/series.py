"""The days of one asset as arrays, and the walk over them: what a model may know, and when.

Belongs here: cutting a series so that nothing is known before its time. Does not: the models (comparators.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

WEEK, MONTH, YEAR = 7, 28, 365
FIRST_FIT = 180  # days of an asset before a model is fitted
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """One row a day, without holes; what is not known is NaN. `level` is the volatility at which the next week would be a storm."""

    asset: str
    dates: list[date]
    returns: Floats
    variance: Floats
    volatility: Floats
    ranks: Floats  # volatility, funding, open interest
    level: Floats
    later: Floats
    storm: Floats

    def __len__(self) -> int:
        return len(self.dates)

    def known_on(self, fitted: int, last: int) -> Series:
        """The days up to `last`, outcomes only of those whose week was over on the day `fitted`."""
        untold = np.arange(last + 1) > fitted - WEEK
        cut = Series(self.asset, self.dates[: last + 1], *(one[: last + 1] for one in self._arrays()))
        later, storm = np.where(untold, np.nan, cut.later), np.where(untold, np.nan, cut.storm)
        return Series(cut.asset, cut.dates, cut.returns, cut.variance, cut.volatility, cut.ranks, cut.level, later, storm)

    def _arrays(self) -> tuple[Floats, ...]:
        return self.returns, self.variance, self.volatility, self.ranks, self.level, self.later, self.storm


Model = Callable[[Series, int], Floats]  # the known days and the last day to fit on; odds of every day


def series_of(days: pl.DataFrame, outcomes: pl.DataFrame) -> list[Series]:
    """One for each asset, of the days and what our own model says came after each."""
    told = outcomes.select(
        "asset", "date", "realised_volatility_7d_rank", "funding_rate_8h_rank", "open_interest_rank", "later_volatility", "is_storm"
    )
    both = days.join(told, on=["asset", "date"], how="left").sort("asset", "date")
    return [_series(rows) for rows in both.partition_by("asset", maintain_order=True)]


def _series(rows: pl.DataFrame) -> Series:
    close, variance, volatility, later, storm = (
        rows[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        for name in ("close", "variance", "realised_volatility_7d", "later_volatility", "is_storm")
    )
    volatility = np.where(rows["realised_volatility_hours"].to_numpy() >= 144, volatility, np.nan)
    ranks = rows.select("realised_volatility_7d_rank", "funding_rate_8h_rank", "open_interest_rank").fill_null(float("nan")).to_numpy()
    returns = np.diff(np.log(close), prepend=np.nan)
    return Series(rows["asset"][0], rows["date"].to_list(), returns, variance, volatility, ranks, levels(volatility), later, storm)


def levels(volatility: Floats) -> Floats:
    """The least volatility that is at or above four fifths of those of the year up to and with each day."""
    found = np.full(len(volatility), np.nan)
    for day in range(len(volatility)):
        year = volatility[max(0, day - YEAR + 1) : day + 1]
        known = np.sort(year[~np.isnan(year)])
        if len(known):
            found[day] = known[int(np.ceil(0.8 * len(known) - 1e-9)) - 1]
    return found


def walked(series: Series, model: Model) -> Floats:
    """Odds of each day, by a model fitted every four weeks on what was known then. NaN before the first fit."""
    odds = np.full(len(series), np.nan)
    for fitted in range(FIRST_FIT, len(series), MONTH):
        last = min(fitted + MONTH, len(series)) - 1
        odds[fitted : last + 1] = model(series.known_on(fitted, last), fitted)[fitted : last + 1]
    return odds
