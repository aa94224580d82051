"""Forced closings of one market: a few a day, of longs where the price falls and of shorts where it rises, on the market's exact grids.

Belongs here: when, which side, at what price and how much. Does not: what a venue publishes of it, and in which unit (the dialects).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulator.grid import Floats, snap
from simulator.venue import Listing

A_DAY = (3, 8)  # liquidations of one market, the upper bound exclusive
EVENLY_UP_TO = 0.003  # of an hour's move: of smaller ones both sides are closed, of three times as much 95 % are of one side
SHARE_OF_HOUR = (2.0**-9, 2.0**-6)  # of the hour's volume
DAY_SECONDS = 86_400


class Liquidation(NamedTuple):
    """One forced closing, on a whole second: no two of a market share one."""

    at_ms: int
    side: str  # 'long' or 'short': the position that was closed
    price: float
    base: float  # in the listing's unit
    usd: float  # base × price, or whole contracts
    contracts: float


def draw(
    rng: np.random.Generator,
    listing: Listing,
    start_ms: int,
    lifetime: tuple[int, int],
    grids: tuple[float, float],
    prices: tuple[Floats, Floats, Floats, Floats],
    volume: Floats,
) -> tuple[Liquidation, ...]:
    """All of a market's life. `grids`: the steps of price and base; `prices`: open, high, low, close; `volume`: base, or contracts where
    the listing is inverse.
    """
    opened, high, low, closed = prices
    counts = rng.integers(*A_DAY, len(low) // 24)
    drawn = np.repeat(np.arange(len(counts)), counts) * DAY_SECONDS + rng.integers(0, DAY_SECONDS, counts.sum())
    seconds = np.unique(drawn)
    hours = seconds // 3600
    paid = low[hours] + snap((high[hours] - low[hours]) * rng.random(len(hours)), grids[0])
    step = grids[1] if listing.contract_usd is None else 1.0
    sizes = snap(volume[hours] * rng.uniform(*SHARE_OF_HOUR, len(hours)), step, 1.0)
    fall = (opened[hours] - closed[hours]) / opened[hours]
    is_long = rng.random(len(hours)) < 1.0 / (1.0 + np.exp(-fall / EVENLY_UP_TO))
    found = zip(hours.tolist(), seconds.tolist(), is_long.tolist(), paid.tolist(), sizes.tolist(), strict=True)
    return tuple(
        _closing(listing, start_ms + second * 1000, "long" if long else "short", price, size)
        for hour, second, long, price, size in found
        if lifetime[0] <= hour < lifetime[1]
    )


def _closing(listing: Listing, at_ms: int, side: str, price: float, size: float) -> Liquidation:
    if listing.contract_usd is None:
        return Liquidation(at_ms, side, price, size, size * price, size / listing.contract_base)
    usd = size * listing.contract_usd
    return Liquidation(at_ms, side, price, usd / price, usd, size)
