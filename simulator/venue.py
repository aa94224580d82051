"""What a venue lists: the words a dialect uses to tell the truth which markets to make.

A dialect declares one `Venue`; its `list_asset` gives, for each asset, the listings the venue has of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.assets import Asset

EVERYTHING = frozenset({"candles", "funding", "open_interest", "premiums", "liquidations"})


@dataclass(frozen=True)
class Listing:
    """One market of one venue, as the venue defines it."""

    symbol: str
    product: str = "linear"  # the venue's own word: um, cm, spot, main, xyz …
    unit: float = 1.0  # how many of the asset one unit of base is: 1000 for 1000PEPE
    contract_usd: float | None = None  # an inverse contract's size in USD; its volume and OI are whole contracts
    contract_base: float = 1.0  # how many units of base a linear contract is
    funding_interval_hours: int | None = 8  # None: no funding (spot)
    funding_decimals: int = 8
    volume_share: float = 1.0  # of the asset's daily volume and open interest
    has_own_quote: bool = True  # False: the venue reports base only; USD volume is base x close
    has_funding_mark: bool = True  # whether settlements carry a mark price
    pair: str = ""
    shows: frozenset[str] = EVERYTHING  # what the venue lets anyone see of it: the truth has frames of no more
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def contract_size(self) -> float:
        """What one contract is: USD of an inverse one, else base."""
        return self.contract_base if self.contract_usd is None else self.contract_usd


@dataclass(frozen=True)
class Venue:
    """A venue and its listings."""

    name: str
    list_asset: Callable[[Asset], list[Listing]]
