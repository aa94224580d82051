"""Candles as a venue shows them: whole hours, the running hour so far, and longer intervals merged from hours."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

from simulator.grid import QUOTE_STEP
from simulator.market import Market

HOUR_MS = 3_600_000


class Candle(NamedTuple):
    """One candle. `contracts` are of the size of their hour."""

    opened_ms: int
    closed_ms: int  # the last millisecond, inclusive
    open: float
    high: float
    low: float
    close: float
    base: float
    quote: float
    usd: float
    contracts: float
    trades: int
    taker_share: float


_COLUMNS = (
    "open", "high", "low", "close", "volume_base", "volume_quote", "volume_usd", "contracts", "trades", "taker_share",
    "is_present", "is_open",
)  # fmt: skip


def whole(market: Market, first: int, last: int) -> list[Candle]:
    """The hours of [first, last) that the venue shows."""
    opened = range(market.start_ms + first * HOUR_MS, market.start_ms + last * HOUR_MS, HOUR_MS)
    columns = [getattr(market, name)[first:last].tolist() for name in _COLUMNS]
    rows = zip(opened, *columns, strict=True)
    return [Candle(at, at + HOUR_MS - 1, *values) for at, *values, is_present, is_open in rows if is_present and is_open]


def partial(market: Market, hour: int, elapsed: float) -> list[Candle]:
    """The running hour: volume grows evenly, the price walks straight from open to close."""
    return [_so_far(market, full, elapsed) for full in whole(market, hour, hour + 1)]


def _so_far(market: Market, full: Candle, elapsed: float) -> Candle:
    close = full.open + float(np.rint((full.close - full.open) * elapsed / market.price_step)) * market.price_step
    base = float(np.floor(full.base * elapsed / market.base_step)) * market.base_step
    quote = float(np.floor(full.quote * elapsed / QUOTE_STEP)) * QUOTE_STEP
    contracts, usd = base / market.listing.contract_base, quote
    if market.listing.contract_usd is not None:
        contracts = float(np.floor(full.contracts * elapsed))
        usd = contracts * market.listing.contract_usd
    return full._replace(
        high=max(full.open, close), low=min(full.open, close), close=close, base=base,
        quote=usd if market.is_inverse else quote, usd=usd, contracts=contracts, trades=int(full.trades * elapsed),
    )  # fmt: skip


def merged(hourly: list[Candle], width_ms: int) -> list[Candle]:
    """Longer candles aligned to the UTC epoch."""
    groups = itertools.groupby(hourly, key=lambda candle: candle.opened_ms // width_ms * width_ms)
    return [_merge(opened, width_ms, list(group)) for opened, group in groups]


def _merge(opened_ms: int, width_ms: int, group: list[Candle]) -> Candle:
    return Candle(
        opened_ms, opened_ms + width_ms - 1,
        group[0].open, max(c.high for c in group), min(c.low for c in group), group[-1].close,
        sum(c.base for c in group), sum(c.quote for c in group), sum(c.usd for c in group),
        sum(c.contracts for c in group), sum(c.trades for c in group), group[-1].taker_share,
    )  # fmt: skip
