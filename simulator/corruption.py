"""Bad data on purpose: what a source can be made to say of one day, while the truth stays what it is.

Each kind is a function on one market's hours, or on one protocol's daily series. Failures of transport are `faults.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from simulator.grid import Floats
from simulator.market import Market

Change = Callable[[Market, slice], Market]
SeriesChange = Callable[[dict[str, Floats], int], dict[str, Floats]]


@dataclass(frozen=True)
class Corruption:
    """`venue` is a venue, or a protocol's slug for the kinds of `PROTOCOL_KINDS`; `symbol` narrows it to one market."""

    venue: str
    date: date
    kind: str
    symbol: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in MARKET_KINDS and self.kind not in PROTOCOL_KINDS:
            raise ValueError(f"unknown corruption {self.kind!r}: one of {', '.join(sorted({*MARKET_KINDS, *PROTOCOL_KINDS}))}")

    def applies_to(self, market: Market) -> bool:
        return self.kind in MARKET_KINDS and market.venue == self.venue and self.symbol in (None, market.symbol)

    def apply(self, market: Market, day: int) -> Market:
        return MARKET_KINDS[self.kind](market, slice(day * 24, day * 24 + 24))


def _scaled(names: tuple[str, ...], factor: float, hours: slice = slice(0, 24)) -> Change:
    def change(market: Market, day: slice) -> Market:
        changed: dict[str, Any] = {name: _at(getattr(market, name), day, hours, factor) for name in names}
        return replace(market, **changed)

    return change


def _at(values: Floats, day: slice, hours: slice, factor: float) -> Floats:
    changed = values.copy()
    changed[day.start + hours.start : day.start + hours.stop] *= factor
    return changed


def _hidden(hours: slice) -> Change:
    def change(market: Market, day: slice) -> Market:
        is_present = market.is_present.copy()
        is_present[day.start + hours.start : day.start + hours.stop] = False
        return replace(market, is_present=is_present)

    return change


_VOLUMES = ("volume_base", "volume_quote", "volume_usd", "contracts")
_OPEN_INTEREST = ("open_interest_base", "open_interest_usd", "open_interest_contracts")

MARKET_KINDS: dict[str, Change] = {
    "oi_x1000": _scaled(_OPEN_INTEREST, 1000.0),
    "missing_hours": _hidden(slice(6, 12)),
    "missing_day": _hidden(slice(0, 24)),
    "negative_volume": _scaled(_VOLUMES, -1.0, slice(15, 16)),
    "volume_x1000": _scaled(_VOLUMES, 1000.0),
    "price_x10": _scaled(("open", "high", "low", "close"), 10.0, slice(5, 6)),
    "funding_x1000": _scaled(("funding_rate",), 1000.0),
}


def _series_scaled(metrics: tuple[str, ...], factor: float) -> SeriesChange:
    def change(series: dict[str, Floats], day: int) -> dict[str, Floats]:
        return series | {metric: _at(series[metric], slice(day, day + 1), slice(0, 1), factor) for metric in metrics if metric in series}

    return change


_FEES = ("fees", "supply_side_revenue", "revenue", "protocol_revenue", "holders_revenue")

PROTOCOL_KINDS: dict[str, SeriesChange] = {
    "fees_x1000": _series_scaled(_FEES, 1000.0),
    "fees_negative": _series_scaled(_FEES, -1.0),
    "fees_unbalanced": _series_scaled(("revenue",), 1.5),
    "fees_missing": _series_scaled(_FEES, float(np.nan)),
    "tvl_x1000": _series_scaled(("tvl",), 1000.0),
}
