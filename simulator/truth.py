"""The truth: one deterministic market, made from a seed, that every dialect serves a part of.

`Truth` holds the markets, protocols and token prices; its frame methods give them in the units of the warehouse's facts
(columns in `frames.py`). Nothing here knows a wire format or the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import polars as pl

from simulator import frames
from simulator.assets import ASSETS, Asset
from simulator.grid import MARK_BITS, Floats, snap, step_for
from simulator.market import Market, build
from simulator.paths import Regime, index_levels, regime
from simulator.protocols import PROTOCOLS, Protocol, daily_series
from simulator.venue import Venue

DEFAULT_START = date(2026, 7, 1)


class Truth:
    """A market of `days` UTC days from `start`. `assets` narrows what is traded; `venues` defaults to all dialects'."""

    def __init__(
        self,
        seed: int = 7,
        start: date = DEFAULT_START,
        days: int = 90,
        assets: Sequence[str] | None = None,
        venues: Iterable[Venue] | None = None,
    ) -> None:
        self.seed, self.days, self.hours = seed, days, days * 24
        self.start = datetime(start.year, start.month, start.day, tzinfo=UTC)
        self.end = self.start + timedelta(days=days)
        self.start_ms = int(self.start.timestamp()) * 1000
        self.regime: Regime = regime(seed, days)
        self.crash_date: date = (self.start + timedelta(days=self.regime.crash_day)).date()
        self.assets: dict[str, Asset] = {asset.name: asset for asset in ASSETS}
        levels = {asset.name: index_levels(seed, asset, self.regime) for asset in ASSETS}
        self.coin_prices: dict[str, Floats] = {
            asset.coin_id: snap(levels[asset.name], step_for(asset.price_usd, MARK_BITS), 1.0) for asset in ASSETS if asset.coin_id
        }
        traded = [asset for asset in ASSETS if asset.is_traded and (assets is None or asset.name in assets)]
        self.markets: list[Market] = [
            build(venue.name, asset, listing, levels[asset.name], self.regime, seed, self.start_ms)
            for venue in (_all_venues() if venues is None else venues)
            for asset in traded
            for listing in venue.list_asset(asset)
        ]
        self.protocols: tuple[Protocol, ...] = PROTOCOLS
        self.protocol_daily: dict[str, dict[str, Floats]] = {
            protocol.slug: daily_series(protocol, self.markets, self.regime, seed) for protocol in PROTOCOLS
        }

    def perpetuals(self) -> list[Market]:
        return [market for market in self.markets if market.listing.funding_interval_hours is not None]

    def candles(self) -> pl.DataFrame:
        return frames.candles(self.perpetuals())

    def spot_candles(self) -> pl.DataFrame:
        return frames.candles([market for market in self.markets if market.listing.funding_interval_hours is None])

    def daily_volume(self) -> pl.DataFrame:
        return frames.daily_volume(self.candles())

    def open_interest(self) -> pl.DataFrame:
        return frames.open_interest(self.perpetuals())

    def daily_open_interest(self) -> pl.DataFrame:
        return frames.daily_open_interest(self.open_interest())

    def funding(self) -> pl.DataFrame:
        return frames.funding(self.perpetuals())

    def premiums(self) -> pl.DataFrame:
        return frames.premiums(self.perpetuals())

    def liquidations(self) -> pl.DataFrame:
        return frames.liquidations(self.perpetuals())

    def instruments(self) -> pl.DataFrame:
        return frames.instruments(self.markets)

    def protocol_series(self) -> pl.DataFrame:
        return frames.protocol_series(self.protocols, self.protocol_daily, self.start)

    def token_prices(self) -> pl.DataFrame:
        """Hourly, at each hour boundary; the price stands until the next one."""
        return frames.token_prices(self.assets.values(), self.coin_prices, self.start)


def _all_venues() -> list[Venue]:
    from simulator.dialects import venues  # dialects import the truth's types

    return venues()
