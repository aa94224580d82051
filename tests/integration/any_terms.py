"""Draws a truth whose venues have other terms than their dialects' own: intervals, sizes, shares. For property tests.

Belongs here: what may be drawn, and what a venue's rules fix. Does not: what is done with the truth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from simulator.assets import ASSETS
from simulator.dialects import venues
from simulator.venue import Listing, Venue

ALWAYS = ("BTC", "ETH", "PEPE")
OTHERS = ("SOL", "HYPE", "DOGE", "XRP", "AAPL", "ASTER")
INTERVALS = (2, 1, 4, 8)  # hours between settlements, at venues that do not settle every hour by nature
SIZES_USD = (10.0, 1.0, 50.0, 100.0, 1000.0)  # of inverse contracts
SHIFTS = (1, -3, -1, 0, 2, 3)  # of linear multipliers, as powers of two
SHARES = (1.5, 1.0, 1.25, 2.0, 3.0)  # times the dialect's own; never less, for the truth's grids are as fine as decimals in the sums
FIXED_USD = {  # inverse contracts whose size the venue fixes
    "gate": "1 USD: the list has no field for it",
    "kraken": "1 USD: candles, open interest and liquidations are told in USD",
}


@dataclass(frozen=True)
class Terms:
    """What differs from the dialect's listing."""

    hours: int | None
    contract_usd: float | None
    contract_base: float
    tags: dict[str, str]
    share: float

    def of(self, listing: Listing) -> Listing:
        changed: dict[str, Any] = {"funding_interval_hours": self.hours, "volume_share": self.share}
        sizes: dict[str, Any] = {"contract_usd": self.contract_usd, "contract_base": self.contract_base}
        return replace(listing, **changed, **sizes, tags=listing.tags | self.tags)


@dataclass(frozen=True)
class AnyTerms:
    """A seed, days, assets, and terms by venue, product and symbol: all that a failing example needs to be made again."""

    seed: int
    days: int
    assets: tuple[str, ...]
    terms: dict[tuple[str, str, str], Terms]

    def venues(self) -> list[Venue]:
        return [self._venue(venue) for venue in _free_venues()]

    def _venue(self, venue: Venue) -> Venue:
        def list_asset(asset: Any) -> list[Listing]:
            return [self.terms[venue.name, one.product, one.symbol].of(one) for one in venue.list_asset(asset)]

        return Venue(venue.name, list_asset)


def _free_venues() -> list[Venue]:
    """All but those whose contracts are fixed by a regulator's list, of which no frame is shown."""
    return [venue for venue in venues() if any(one.shows for asset in ASSETS for one in venue.list_asset(asset))]


def _listings(assets: tuple[str, ...]) -> list[tuple[Venue, list[Listing]]]:
    traded = [asset for asset in ASSETS if asset.is_traded and asset.name in assets]
    return [(venue, [one for asset in traded for one in venue.list_asset(asset)]) for venue in _free_venues()]


@st.composite
def any_terms(draw: st.DrawFn) -> AnyTerms:
    assets = (*ALWAYS, *draw(st.lists(st.sampled_from(OTHERS), unique=True, max_size=2)))
    terms = {}
    for venue, listed in _listings(assets):
        has_periods = any(one.funding_interval_hours in (4, 8) for one in listed)
        terms |= {(venue.name, one.product, one.symbol): _terms(draw, venue.name, one, has_periods) for one in listed}
    return AnyTerms(draw(st.integers(1, 10_000)), draw(st.integers(3, 5)), assets, terms)


def _terms(draw: st.DrawFn, venue: str, one: Listing, has_periods: bool) -> Terms:
    is_free = one.funding_interval_hours is not None and has_periods
    hours = draw(st.sampled_from(INTERVALS)) if is_free else one.funding_interval_hours
    is_sized = one.contract_usd is not None and venue not in FIXED_USD
    size = draw(st.sampled_from(SIZES_USD)) if is_sized else one.contract_usd
    base = one.contract_base * 2.0 ** draw(st.sampled_from(SHIFTS)) if one.contract_base != 1 else 1.0
    own = {name: float(value) for name, value in one.tags.items() if name == "multiplier"}  # a second factor of the size, at OKX
    tags = {name: repr(value * 2.0 ** draw(st.sampled_from(SHIFTS))) for name, value in own.items()}
    return Terms(hours, size, base, tags, one.volume_share * draw(st.sampled_from(SHARES)))
