"""Draws a market's hours from a seed: prices, volumes, open interest, funding and forced closings, on the market's exact grids.

Belongs here: numbers for one set of terms. Does not: terms that change (changes.py), the paths all markets share (paths.py).
"""

from __future__ import annotations

import numpy as np

from simulator.assets import Asset
from simulator.grid import MARK_BITS, PRICE_BITS, QUANTITY_BITS, QUOTE_STEP, Floats, Integers, snap, step_for
from simulator.liquidations import draw
from simulator.market import Market, Terms, lifetime
from simulator.paths import CRASH_VOLUME, Regime, generator, mean_reverting
from simulator.venue import Listing

INVERSE_BASE_STEP = 2.0**-8  # eight decimals
FUNDING_PER_HOUR = 1.25e-05  # 0.01 % per 8 h, the usual anchor


def build(
    name: str, venue: str, asset: Asset, listing: Listing, levels: Floats, shared: Regime, seed: int, start_ms: int, from_hour: int = 0
) -> Market:
    """Make the market's truth from the asset's index levels (hours + 1 of them, per unit of the asset). `name` chooses the draws."""
    rng = generator(seed, f"{venue}:{name}")
    levels = levels * listing.unit
    start_price = asset.price_usd * listing.unit
    tick, mark_tick = step_for(start_price, PRICE_BITS), step_for(start_price, MARK_BITS)
    base_step = step_for(asset.daily_volume_usd * listing.volume_share / 24 / start_price, QUANTITY_BITS)
    prices = _prices(rng, levels, tick)
    index = snap(levels[1:], mark_tick, 1.0)
    mark = snap(levels[1:] * (1.0 + _premium(rng, shared)), mark_tick, 1.0)
    volumes, trades = _volumes(rng, asset, listing, prices, shared, base_step)
    first, end = lifetime(asset, shared.hours // 24)
    estimate = _funding_per_hour(rng, shared, 10)
    forced = generator(seed, f"liquidations:{venue}:{name}")
    traded = volumes[0] if listing.contract_usd is None else volumes[3]
    closings = draw(forced, listing, start_ms, (first, end), (tick, base_step), prices, traded)
    every_hour = np.ones(shared.hours, dtype=np.bool_)
    return Market(
        venue, asset, listing, start_ms, first, end, tick, base_step,
        *prices,
        *volumes, trades,
        rng.integers(30, 71, shared.hours) / 128.0,
        mark, index,
        *_open_interest(rng, asset, listing, mark, shared, base_step),
        estimate, _settlements(listing, estimate, first, end),
        np.full(shared.hours, listing.funding_interval_hours or 0), np.zeros(shared.hours, dtype=np.int64),
        every_hour, every_hour,
        closings if listing.funding_interval_hours else (),
        (Terms(from_hour, asset, listing, tick, base_step),),
    )  # fmt: skip


def _prices(rng: np.random.Generator, levels: Floats, tick: float) -> tuple[Floats, Floats, Floats, Floats]:
    traded = snap(levels * (1.0 + rng.normal(0.0, 5e-05, len(levels))), tick, 2.0)
    opened, closed = traded[:-1], traded[1:]
    reach = np.abs(rng.normal(0.0, 0.0015, (2, len(opened)))) * opened
    high = np.maximum(opened, closed) + snap(reach[0], tick)
    low = np.maximum(np.minimum(opened, closed) - snap(reach[1], tick), tick)
    return opened, high, low, closed


def _volumes(
    rng: np.random.Generator,
    asset: Asset,
    listing: Listing,
    prices: tuple[Floats, Floats, Floats, Floats],
    shared: Regime,
    base_step: float,
) -> tuple[tuple[Floats, Floats, Floats, Floats], Integers]:
    """Base, quote, USD, contracts; and trades."""
    typical = (prices[0] + prices[1] + prices[2] + prices[3]) / 4.0
    noise = np.exp(rng.normal(0.0, 0.3, shared.hours))
    wanted = asset.daily_volume_usd * listing.volume_share / 24.0 * shared.activity * noise
    trades = np.maximum(np.rint(wanted / 900.0), 1.0).astype(np.int64)
    if listing.contract_usd is not None:
        contracts = np.maximum(np.rint(wanted / listing.contract_usd), 1.0)
        usd = contracts * listing.contract_usd
        return (snap(usd / typical, INVERSE_BASE_STEP, 1.0), usd, usd, contracts), trades
    base = snap(wanted / typical, base_step, 1.0)
    quote = snap(base * typical, QUOTE_STEP, 1.0) if listing.has_own_quote else base * prices[3]
    return (base, quote, quote, base / listing.contract_base), trades


def _open_interest(
    rng: np.random.Generator, asset: Asset, listing: Listing, mark: Floats, shared: Regime, base_step: float
) -> tuple[Floats, Floats, Floats]:
    """Base, USD, contracts. USD is base x mark of the same hour, or contracts x size."""
    walk = np.exp(mean_reverting(rng, shared.hours, 0.0, 0.02, 0.98))
    wanted = asset.open_interest_usd * listing.volume_share * shared.leverage * walk
    if listing.funding_interval_hours is None:
        return (np.zeros(shared.hours),) * 3
    if listing.contract_usd is not None:
        contracts = np.maximum(np.rint(wanted / listing.contract_usd), 1.0)
        usd = contracts * listing.contract_usd
        return np.asarray(usd / mark, dtype=np.float64), usd, contracts
    base = snap(wanted / mark, base_step, 1.0)
    return base, base * mark, base / listing.contract_base


def _crash_pull(shared: Regime) -> Floats:
    """1 at the height of the crash, gone within a day or two."""
    return np.asarray(np.clip(shared.activity - 2.0, 0.0, None) / CRASH_VOLUME, dtype=np.float64)


def _premium(rng: np.random.Generator, shared: Regime) -> Floats:
    return mean_reverting(rng, shared.hours, 0.0, 2.5e-04) - 1.5e-03 * _crash_pull(shared)


def _funding_per_hour(rng: np.random.Generator, shared: Regime, decimals: int) -> Floats:
    wanted = mean_reverting(rng, shared.hours, FUNDING_PER_HOUR, 1e-05, 0.95) - 1.2e-04 * _crash_pull(shared)
    return np.array([round(rate, decimals) for rate in wanted.tolist()])


def _settlements(listing: Listing, estimate: Floats, first: int, end: int) -> Floats:
    rates = np.full(len(estimate), np.nan)
    interval = listing.funding_interval_hours
    if interval is None:
        return rates
    sums = np.concatenate(([0.0], np.cumsum(estimate)))
    for hour in range(first + 1 if first else 0, end):
        if hour % interval == 0:
            owed = sums[hour] - sums[hour - interval] if hour >= interval else estimate[0] * interval
            rates[hour] = round(float(owed), listing.funding_decimals)
    return rates
