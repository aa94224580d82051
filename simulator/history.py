"""What happened: one deterministic market, made from a seed, in the venues' own units. Each dialect serves a part of it.

Belongs here: markets, protocols, token prices, and the changes they go through. Does not: what they are in the units of the facts
(truth.py), a clock (world.py), a wire format. Which venues there are is given: nothing here knows a dialect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from simulator.assets import ASSETS, Asset
from simulator.changes import Change, Event, Lacks, markets_of
from simulator.drawing import build
from simulator.grid import MARK_BITS, Floats, snap, step_for
from simulator.market import Market
from simulator.paths import Regime, index_levels, regime
from simulator.protocols import PROTOCOLS, Protocol, all_series
from simulator.venue import Listing, Venue


class History:
    """A market of `days` UTC days from `start` at these venues. `assets` narrows what is traded."""

    def __init__(
        self, seed: int, start: date, days: int, assets: Sequence[str] | None, venues: Iterable[Venue], changes: Iterable[Event] = ()
    ) -> None:
        self.seed, self.days, self.hours = seed, days, days * 24
        self.start = datetime(start.year, start.month, start.day, tzinfo=UTC)
        self.end = self.start + timedelta(days=days)
        self.start_ms = int(self.start.timestamp()) * 1000
        self.regime: Regime = regime(seed, days)
        self.crash_date: date = (self.start + timedelta(days=self.regime.crash_day)).date()
        self.assets: dict[str, Asset] = {asset.name: asset for asset in ASSETS}
        self._levels = {asset.name: index_levels(seed, asset, self.regime) for asset in ASSETS}
        self.coin_prices: dict[str, Floats] = {
            asset.coin_id: snap(self._levels[asset.name], step_for(asset.price_usd, MARK_BITS), 1.0) for asset in ASSETS if asset.coin_id
        }
        self.changes: tuple[Event, ...] = tuple(changes)
        traded = [asset for asset in ASSETS if asset.is_traded and (assets is None or asset.name in assets)]
        self.markets: list[Market] = [market for venue in venues for asset in traded for market in self._markets(venue, asset)]
        self.protocols: tuple[Protocol, ...] = PROTOCOLS
        self.protocol_daily: dict[str, dict[str, Floats]] = all_series(PROTOCOLS, self.markets, self.regime, seed)

    def perpetuals(self) -> list[Market]:
        return [market for market in self.markets if market.listing.funding_interval_hours is not None]

    def lacks(self) -> list[Lacks]:
        """What answers are without, and when."""
        return [change for change in self.changes if isinstance(change, Lacks)]

    def _markets(self, venue: Venue, asset: Asset) -> Iterator[Market]:
        levels, changes = self._levels[asset.name], [change for change in self.changes if isinstance(change, Change)]
        for listed in venue.list_asset(asset):
            name = f"{listed.product}:{listed.symbol}"

            def made(asset: Asset, listing: Listing, from_hour: int, name: str = name) -> Market:
                return build(name, venue.name, asset, listing, levels, self.regime, self.seed, self.start_ms, from_hour)

            mine = [change for change in changes if change.concerns(venue.name, listed.symbol, listed.product)]
            yield from markets_of(asset, listed, mine, made)
