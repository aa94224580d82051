"""How far odds were from what came: Brier score, log loss, area under the curve, and how sure a difference is.

Belongs here: scores of given odds. Does not: where odds are from. Blocks of 28 days of the calendar are drawn again, all
assets of a block together: weeks overlap, and assets storm together. The seed is fixed, so figures repeat to the digit.
"""

from __future__ import annotations

import numpy as np

from benchmarks.storms.series import MONTH, Floats

MARGIN, DRAWS, SEED = 0.01, 5_000, 20251010


def brier(odds: Floats, storm: Floats) -> Floats:
    """Of each day."""
    return (odds - storm) ** 2


def log_loss(odds: Floats, storm: Floats) -> Floats:
    """Of each day, odds kept away from 0 and 1 by the margin of the warehouse."""
    inside = np.clip(odds, MARGIN, 1 - MARGIN)
    return -np.log(np.where(storm == 1, inside, 1 - inside))


def area(odds: Floats, storm: Floats) -> float:
    """The chance that a day before a storm had higher odds than one that was not; ties count half."""
    hits, others = np.sort(odds[storm == 1]), np.sort(odds[storm == 0])
    below = np.searchsorted(others, hits, side="left").sum()
    equal = np.searchsorted(others, hits, side="right").sum() - below
    return float((below + equal / 2) / (len(hits) * len(others)))


def mean_interval(values: Floats, days: Floats) -> tuple[float, float]:
    """95 % interval of the mean of values, each of a day (its number), by blocks of days."""
    blocks = (days.astype(int) - int(days.min())) // MONTH
    sums, counts = np.bincount(blocks, values), np.bincount(blocks)
    sums, counts = sums[counts > 0], counts[counts > 0]
    drawn = np.random.default_rng(SEED).integers(0, len(sums), (DRAWS, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def area_interval(odds: Floats, storm: Floats, days: Floats) -> tuple[float, float]:
    """The same of the area."""
    blocks = (days.astype(int) - int(days.min())) // MONTH
    rows = [np.flatnonzero(blocks == block) for block in np.unique(blocks)]
    random = np.random.default_rng(SEED)
    areas = []
    for _ in range(DRAWS // 10):
        chosen = np.concatenate([rows[one] for one in random.integers(0, len(rows), len(rows))])
        if 0 < storm[chosen].sum() < len(chosen):
            areas.append(area(odds[chosen], storm[chosen]))
    low, high = np.quantile(areas, [0.025, 0.975])
    return float(low), float(high)
