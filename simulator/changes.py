"""What changes in the world, as data: terms, names, listings, settlements and halts of markets, and what an answer lacks for a while.

    Truth(days=10, changes=[NewTerms("kucoin", "XBTUSDTM", 4, {"contract_base": 2.0**-9}), Halt("dydx", 57, 65)])

Days and hours are counted from the start of the truth, from 0. A market is named by its first symbol; no symbol means all of the venue.
The truth tells what was so: terms of that hour, no row where nothing was traded, settled or known. `changing_world` is a world in which
all of it happens. Bad data that the truth knows nothing of is corruption.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from simulator.assets import Asset
from simulator.market import Market, Terms
from simulator.venue import Listing

LATE_STEP_MS = 60_000  # settlements a halt kept waiting come one a minute when it is over
OF_ASSET = {"asset": "name", "underlying_class": "kind"}  # what is the asset's, and not the listing's
DUE_BEFORE = ("funding_rate", "funding_hours")  # what is settled at the hour of new terms was due under the old ones


@dataclass(frozen=True)
class Change:
    """Of one perpetual, or of all of a venue."""

    venue: str
    symbol: str

    def concerns(self, venue: str, symbol: str, product: str) -> bool:
        return self.venue == venue and self.symbol in ("", symbol) and product != "spot"

    def apply(self, market: Market) -> Market:
        return market


@dataclass(frozen=True)
class NewTerms(Change):
    """From midnight of `day` on: fields of the Listing with their new values, `asset` and `underlying_class`.

    A new `symbol` makes another market of the rest of its life. Money stays about what it was, and is counted anew.
    """

    day: int
    terms: Mapping[str, Any]

    def of(self, asset: Asset, listing: Listing) -> tuple[Asset, Listing]:
        new = {OF_ASSET[name]: value for name, value in self.terms.items() if name in OF_ASSET}
        return replace(asset, **new), replace(listing, **{name: value for name, value in self.terms.items() if name not in OF_ASSET})


@dataclass(frozen=True)
class Relisted(Change):
    """Taken off the list at `from_hour`, back at `to_hour`: no row of any kind between."""

    from_hour: int
    to_hour: int

    def apply(self, market: Market) -> Market:
        unpaid = _with(market.funding_rate, slice(self.from_hour, self.to_hour + 1), np.nan)
        gaps = (*market.gaps, (self.from_hour, self.to_hour))
        return _untraded(replace(market, funding_rate=unpaid, gaps=gaps), slice(self.from_hour, self.to_hour))


@dataclass(frozen=True)
class Halt(Change):
    """Nothing is traded; settlements that were due come after it, one a minute."""

    from_hour: int
    to_hour: int

    def apply(self, market: Market) -> Market:
        hours = np.arange(self.from_hour, self.to_hour)
        places = np.arange(1, len(hours) + 1) * LATE_STEP_MS
        late = _with(market.late_ms, slice(self.from_hour, self.to_hour), (self.to_hour - hours) * 3_600_000 + places)
        return _untraded(replace(market, late_ms=late), slice(self.from_hour, self.to_hour))


@dataclass(frozen=True)
class MissedSettlement(Change):
    """None at this hour; the next one pays for its own interval alone."""

    hour: int

    def apply(self, market: Market) -> Market:
        return replace(market, funding_rate=_with(market.funding_rate, slice(self.hour, self.hour + 1), np.nan))


@dataclass(frozen=True)
class ZeroInterest(Change):
    """The venue tells an open interest of zero in these hours; the truth does not know what was open."""

    from_hour: int
    to_hour: int

    def apply(self, market: Market) -> Market:
        names = ("open_interest_base", "open_interest_usd", "open_interest_contracts")
        zeros: dict[str, Any] = {name: _with(getattr(market, name), slice(self.from_hour, self.to_hour), 0.0) for name in names}
        return replace(market, **zeros)


@dataclass(frozen=True)
class Withdrawn(Change):
    """The candle of `hour` is shown until `until_hour`, and then never again: it was no trade."""

    hour: int
    until_hour: int

    def apply(self, market: Market) -> Market:
        is_present = _with(market.is_present, slice(self.hour, self.hour + 1), False)
        return replace(market, is_present=is_present, withdrawn=(*market.withdrawn, (self.hour, self.until_hour)))


@dataclass(frozen=True)
class Lacks:
    """Answers of this source on this path are without a field between two hours."""

    source: str
    path: str
    field: str
    from_hour: int
    to_hour: int


Event = Change | Lacks


def _with(values: np.ndarray[Any, Any], hours: slice, value: Any) -> Any:
    changed = values.copy()
    changed[hours] = value
    return changed


def _untraded(market: Market, hours: slice) -> Market:
    closed = tuple(one for one in market.liquidations if not hours.start <= (one.at_ms - market.start_ms) // 3_600_000 < hours.stop)
    return replace(market, is_open=_with(market.is_open, hours, False), liquidations=closed)


Build = Callable[[Asset, Listing, int], Market]


def markets_of(asset: Asset, listing: Listing, changes: Iterable[Change], build: Build) -> Iterator[Market]:
    """The listing's market with all that changes in it; one more for each new name."""
    mine = list(changes)
    market = build(asset, listing, 0)
    for new in sorted((one for one in mine if isinstance(one, NewTerms)), key=lambda one: one.day):
        asset, listing = new.of(asset, listing)
        market = _then(market, build(asset, listing, new.day * 24))
    for change in mine:
        market = change.apply(market)
    yield from _by_name(market)


def _then(before: Market, after: Market) -> Market:
    """The hours of the one up to the first of the other's terms, then the other's."""
    hour = after.terms[0].from_hour
    at_ms = before.start_ms + hour * 3_600_000
    closings = (*(one for one in before.liquidations if one.at_ms < at_ms), *(one for one in after.liquidations if one.at_ms >= at_ms))
    joined: dict[str, Any] = {"terms": (*before.terms, *after.terms), "liquidations": closings}
    for field in fields(Market):
        ours, theirs = getattr(before, field.name), getattr(after, field.name)
        if isinstance(ours, np.ndarray):
            joined[field.name] = np.concatenate((ours[:hour], theirs[hour:]))
            if field.name in DUE_BEFORE:
                joined[field.name][hour] = ours[hour]
    return replace(before, **joined)


def _by_name(market: Market) -> Iterator[Market]:
    """One market for each symbol it has had; what was due when the name changed was settled under neither."""
    symbols = list(dict.fromkeys(terms.listing.symbol for terms in market.terms))
    starts = [next(one.from_hour for one in market.terms if one.listing.symbol == symbol) for symbol in symbols]
    if len(symbols) == 1:
        yield market
        return
    for symbol, start, stop in zip(symbols, starts, [*starts[1:], market.end], strict=True):
        first, end = max(market.first, start), min(market.end, stop)
        if first < end:
            yield _named(market, tuple(one for one in market.terms if one.listing.symbol == symbol), first, end)


def _named(market: Market, terms: tuple[Terms, ...], first: int, end: int) -> Market:
    _, asset, listing, price_step, base_step = terms[0]
    unpaid = _with(market.funding_rate, slice(first, first + 1), np.nan) if first else market.funding_rate
    closings = tuple(one for one in market.liquidations if first <= (one.at_ms - market.start_ms) // 3_600_000 < end)
    return replace(
        market, asset=asset, listing=listing, price_step=price_step, base_step=base_step, first=first, end=end,
        funding_rate=unpaid, liquidations=closings, terms=terms,
    )  # fmt: skip
