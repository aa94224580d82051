"""The markets: every figure is a whole number of units and a function of the market's number and the hour, nothing else.

Belongs here: what happened. Does not: how it is written on the wire (pages, snapshots) or asked for (exchange).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
PRICE_DIGITS, QUANTITY_DIGITS, RATE_DIGITS = 4, 3, 8
QUOTE_DIGITS = PRICE_DIGITS + QUANTITY_DIGITS  # a product of the two, so that it is exact
SETTLEMENT_HOURS = 8
LEVELS_USD = (60_000.0, 3_000.0, 150.0, 12.0, 1.5)
HOURLY_USD, OPEN_INTEREST_USD = 2e7, 3e8
NAMED = ("BTC", "ETH", "SOL", "XRP", "DOGE")


@dataclass(frozen=True)
class Series:
    """One market from hour `hours[0]` (since 1970) on; prices, quantities and rates in units of their last digit."""

    asset: str
    hours: Whole
    open: Whole
    high: Whole
    low: Whole
    close: Whole
    volume: Whole
    quote_volume: Whole
    trades: Whole
    taker_volume: Whole
    taker_quote_volume: Whole
    funding_rate: Whole
    open_interest: Whole

    @property
    def symbol(self) -> str:
        return f"{self.asset}USDT"

    @property
    def settlements(self) -> Whole:
        """Positions of the hours that begin with a settlement."""
        return np.flatnonzero(self.hours % SETTLEMENT_HOURS == 0)

    @property
    def settled_ms(self) -> Whole:
        """Stamps of the settlements: some milliseconds late, as the exchange's are."""
        hours = self.hours[self.settlements]
        return np.asarray(hours * HOUR_MS + hours // SETTLEMENT_HOURS % 6, dtype=np.int64)


def asset_name(market: int) -> str:
    return NAMED[market] if market < len(NAMED) else f"COIN{market:04d}"


def series(market: int, first_hour: int, end_hour: int) -> Series:
    """The market's hours [first_hour, end_hour)."""
    hours = np.arange(first_hour, end_hour, dtype=np.int64)
    opened, closed = _price(market, hours), _price(market, hours + 1)
    high = np.maximum(opened, closed) + _whole(opened * 0.002 * np.abs(_noise(market, 1, hours)))
    low = np.minimum(opened, closed) - _whole(opened * 0.002 * np.abs(_noise(market, 2, hours)))
    average = (opened + high + low + closed) // 4
    size = 1 + market * 0.05
    traded_usd = HOURLY_USD / size * (1 + 0.4 * np.sin(hours * np.pi / 12)) * (1 + 0.3 * _noise(market, 3, hours))
    volume = np.maximum(1, _whole(traded_usd / average * 10**QUOTE_DIGITS))
    taken = _whole(volume * (0.5 + 0.1 * _noise(market, 4, hours)))
    rate = 1 + 1.5 * np.sin(hours * 0.02 + market) + 0.5 * _noise(market, 5, hours)
    held_usd = OPEN_INTEREST_USD / size * np.exp(0.1 * np.sin(hours * 0.01 + market))
    return Series(
        asset_name(market), hours, opened, high, low, closed, volume, volume * average, np.maximum(1, _whole(traded_usd / 900)), taken,
        taken * average, _whole(rate * 1e4), _whole(held_usd / closed * 10**QUOTE_DIGITS),
    )  # fmt: skip


def _price(market: int, hours: Whole) -> Whole:
    """The price at the beginning of each hour; an hour's close is the next one's open."""
    level = LEVELS_USD[market % len(LEVELS_USD)] * (1 + 0.03 * (market // len(LEVELS_USD) % 10))
    path = 0.25 * np.sin(hours * 0.0031 + market) + 0.03 * np.sin(hours * 0.13 + 2 * market) + 0.004 * _noise(market, 0, hours)
    return _whole(level * np.exp(path) * 10**PRICE_DIGITS)


def _noise(market: int, column: int, hours: Whole) -> Real:
    """Between -1 and 1: a hash (splitmix64) of market, column and hour."""
    key = np.uint64((market * 64 + column) * 0xD1342543DE82EF95 % 2**64)
    x = hours.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + key
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return np.asarray((x >> np.uint64(11)) / 2**52 - 1, dtype=np.float64)


def _whole(values: npt.NDArray[np.floating[Any]]) -> Whole:
    return np.asarray(np.rint(values), dtype=np.int64)
