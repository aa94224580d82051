"""How the simulated market moves: a common factor with one crash, each asset's own noise, activity and open interest.

Shapes only (returns, multipliers); markets turn them into candles in `market.py`.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from simulator.assets import Asset
from simulator.grid import Floats

CRASH_RETURN = float(np.log(0.88))  # the crash day: about -12 % for an asset of beta 1
CRASH_HOURS = slice(10, 20)  # within that day
CRASH_VOLUME = 6.0
CRASH_OPEN_INTEREST = 0.79  # what is left of open interest once the crash day is over
FACTOR_VOLATILITY = 0.0025


def generator(seed: int, name: str) -> np.random.Generator:
    """A stream of its own for each name, so that adding a venue or an asset moves nothing else."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


@dataclass(frozen=True)
class Regime:
    """What all assets share, hour by hour."""

    hours: int
    crash_day: int
    returns: Floats  # of the common factor
    activity: Floats  # volume multiplier: time of day and the crash
    leverage: Floats  # open interest multiplier


def regime(seed: int, days: int) -> Regime:
    """The common factor of `days` days with the crash about two thirds through."""
    hours, crash_day = days * 24, int(days * 2 / 3)
    rng = generator(seed, "regime")
    returns = rng.normal(0.0, FACTOR_VOLATILITY, hours)
    hour_of_day = np.arange(hours) % 24
    activity = 1.0 + 0.45 * np.sin(2 * np.pi * (hour_of_day - 9) / 24)
    leverage = np.exp(np.cumsum(rng.normal(0.0, 0.001, hours)))
    crash = _crash_weights()
    day = slice(crash_day * 24, crash_day * 24 + 24)
    returns[day] = 0.3 * (returns[day] - returns[day].mean()) + CRASH_RETURN * crash
    since = np.clip(np.arange(hours) - (day.start + CRASH_HOURS.start), 0, None)
    activity *= 1.0 + CRASH_VOLUME * np.exp(-since / 12.0) * (since > 0)
    leverage *= CRASH_OPEN_INTEREST ** np.clip(since / 10.0, 0.0, 1.0)
    return Regime(hours, crash_day, returns, activity, leverage)


def _crash_weights() -> Floats:
    weights = np.zeros(24)
    weights[CRASH_HOURS] = np.array([1, 2, 4, 7, 9, 6, 4, 2, 1, 1], dtype=np.float64)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def index_levels(seed: int, asset: Asset, shared: Regime) -> Floats:
    """The asset's fair price at each hour boundary: hours + 1 values, before any grid."""
    rng = generator(seed, f"index:{asset.name}")
    own = rng.normal(0.0, asset.hourly_volatility, shared.hours)
    day = slice(shared.crash_day * 24, shared.crash_day * 24 + 24)
    own[day] = (own[day] - own[day].mean()) * 0.5
    path = np.concatenate(([0.0], np.cumsum(asset.beta * shared.returns + own)))
    return np.asarray(asset.price_usd * np.exp(path), dtype=np.float64)


def mean_reverting(rng: np.random.Generator, hours: int, level: float, spread: float, memory: float = 0.9) -> Floats:
    """A slow, noisy series around `level`: premiums and funding."""
    shocks = rng.normal(0.0, spread * np.sqrt(1 - memory**2), hours)
    series = np.empty(hours)
    value = 0.0
    for hour in range(hours):
        value = memory * value + shocks[hour]
        series[hour] = level + value
    return series
