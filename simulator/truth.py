"""The truth: what happened, in the units of the warehouse's facts (columns in `frames.py`). For whoever compares.

Dialects do not see it: they are served from the history through the World. Nothing here knows a wire format or the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import polars as pl

from simulator import frames
from simulator.changes import Event
from simulator.dialects import venues as all_venues
from simulator.history import History
from simulator.venue import Venue

DEFAULT_START = date(2026, 7, 1)


class Truth(History):
    """A market of `days` UTC days from `start`. `assets` narrows what is traded; `venues` defaults to all dialects'."""

    def __init__(
        self,
        seed: int = 7,
        start: date = DEFAULT_START,
        days: int = 90,
        assets: Sequence[str] | None = None,
        venues: Iterable[Venue] | None = None,
        changes: Iterable[Event] = (),
    ) -> None:
        super().__init__(seed, start, days, assets, all_venues() if venues is None else venues, changes)

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
