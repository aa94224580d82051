"""One market of one venue: its true hours, on exact grids, in the venue's own units and in USD.

Every array has one entry per hour of the simulated period; the market lives in hours [first, end), gaps apart. Belongs here: what a
market is, and under which terms. Does not: how its hours are drawn (drawing.py), what can happen to it (changes.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.assets import Asset
from simulator.grid import Floats, Integers
from simulator.liquidations import Liquidation
from simulator.venue import Listing

Booleans = NDArray[np.bool_]
Hours = NDArray[np.intp]


class Terms(NamedTuple):
    """What a market is from an hour on, until the next terms: the listing, the asset (its class too), and the grids that follow."""

    from_hour: int
    asset: Asset
    listing: Listing
    price_step: float
    base_step: float


@dataclass(frozen=True)
class Market:
    """The truth of one market. Base quantities are in the listing's unit (1000PEPE counts thousands), contracts of their hour's size.

    `asset`, `listing` and the steps are those of the first terms, or, in what the World shows, of the terms in force now.
    """

    venue: str
    asset: Asset
    listing: Listing
    start_ms: int
    first: int
    end: int
    price_step: float
    base_step: float
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume_base: Floats
    volume_quote: Floats
    volume_usd: Floats
    contracts: Floats
    trades: Integers
    taker_share: Floats
    mark: Floats
    index: Floats
    open_interest_base: Floats  # zero where the venue tells zero: nobody knows what was open
    open_interest_usd: Floats
    open_interest_contracts: Floats
    funding_estimate: Floats  # fraction per hour: what the hour adds to the next settlement
    funding_rate: Floats  # due at the start of the hour; NaN where none is due or none was settled
    funding_hours: Integers  # what the settlement due at the start of the hour pays for
    late_ms: Integers  # how long after it was due a settlement came: a halt is waited for
    is_open: Booleans  # whether it was traded: not in a gap of the listing, not in a halt
    is_present: Booleans  # False: the venue shows no candle for the hour
    liquidations: tuple[Liquidation, ...]  # in order of time; none where nothing is held (spot)
    terms: tuple[Terms, ...]  # oldest first; the first one holds from the beginning
    gaps: tuple[tuple[int, int], ...] = ()  # hours within the life in which it was off the list
    withdrawn: tuple[tuple[int, int], ...] = ()  # (hour, seen until): a candle that the venue takes back later

    @property
    def symbol(self) -> str:
        return self.listing.symbol

    @property
    def product(self) -> str:
        return self.listing.product

    @property
    def market_id(self) -> str:
        return f"{self.venue}:{self.symbol}"

    @property
    def is_inverse(self) -> bool:
        return self.listing.contract_usd is not None

    @property
    def listed_ms(self) -> int:
        """When it opened: long before the period unless it lists within it."""
        return self.start_ms + (self.first if self.first else -400 * 24) * 3_600_000

    @property
    def ends_ms(self) -> int:
        return self.start_ms + self.end * 3_600_000

    @property
    def premium(self) -> Floats:
        """Mark over index less one, as any engine computes it from the two."""
        return np.asarray(self.mark / self.index - 1.0, dtype=np.float64)

    def is_listed(self, hour: int) -> bool:
        """Whether it stands in the list; what lives to the end of the period goes on after it."""
        lives_on = self.end == len(self.is_open)
        return self.first <= hour and (lives_on or hour < self.end) and not any(off <= hour < back for off, back in self.gaps)

    def alive(self) -> Hours:
        """The hours in which it was traded."""
        return np.flatnonzero(self.is_open[self.first : self.end]) + self.first

    def settled(self) -> Hours:
        """The hours for which funding was settled."""
        return np.flatnonzero(~np.isnan(self.funding_rate[self.first : self.end])) + self.first

    def terms_at(self, hour: int) -> Terms:
        return next((one for one in reversed(self.terms) if one.from_hour <= hour), self.terms[0])

    def seen_at(self, hour: int) -> Market:
        """As who looks at it in this hour sees it: under the terms in force, with the candles not yet taken back."""
        if len(self.terms) == 1 and not self.withdrawn:
            return self
        _, asset, listing, price_step, base_step = self.terms_at(hour)
        is_present = self.is_present.copy()
        is_present[[withdrawn for withdrawn, until in self.withdrawn if hour < until]] = True
        return replace(self, asset=asset, listing=listing, price_step=price_step, base_step=base_step, is_present=is_present)


def lifetime(asset: Asset, days: int) -> tuple[int, int]:
    """First hour and the hour after the last. Listing is at noon, the end at 09:00, as on venues: both days are partial."""
    first = 0 if asset.listed_at_fraction is None else int(days * asset.listed_at_fraction) * 24 + 12
    end = days * 24 if asset.delisted_at_fraction is None else int(days * asset.delisted_at_fraction) * 24 + 9
    return first, end
