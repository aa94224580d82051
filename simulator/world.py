"""What happened as it can be seen at the simulated `now`: what exists, under which terms, what is still open, what has been corrupted.

Dialects ask the World: the clock, the terms in force, and corruption are applied here and nowhere else.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from math import isnan
from typing import NamedTuple

from simulator.candles import HOUR_MS, Candle, merged, partial, whole
from simulator.corruption import PROTOCOL_KINDS, Corruption
from simulator.grid import Floats
from simulator.history import History
from simulator.liquidations import Liquidation
from simulator.market import Market
from simulator.protocols import Protocol

DISTANT_FUTURE_MS = 1 << 50


class Settlement(NamedTuple):
    """One funding payment: due on the hour, or waited for; venues stamp it some milliseconds late."""

    settled_ms: int
    rate: float
    mark: float
    premium: float
    hours: int  # what it pays for


class World:
    """One history, one clock, and whatever has been made to go wrong with the data."""

    def __init__(self, history: History, now: datetime | None = None) -> None:
        self.history = history
        self.corruptions: list[Corruption] = []
        self.options: dict[str, str] = {}  # a dialect's own switches, e.g. {"defillama.derivatives": "402"}
        self._seen: dict[int, Market] = {}
        self.set_now(now or history.end - timedelta(hours=11, minutes=30))

    def set_now(self, now: datetime) -> None:
        now = now.astimezone(UTC)
        if not self.history.start <= now <= self.history.end:
            period = f"{self.history.start:%Y-%m-%d} to {self.history.end:%Y-%m-%d %H:%M}"
            raise ValueError(f"now must lie within the truth, {period}, not {now}")
        self.now, self.now_ms = now, int(now.timestamp() * 1000)
        self._seen.clear()

    def corrupt(self, corruption: Corruption) -> None:
        if not 0 <= self._day(corruption.date) < self.history.days:
            raise ValueError(f"{corruption.date} is outside the truth: {self.history.start.date()}, {self.history.days} days")
        self.corruptions.append(corruption)
        self._seen.clear()

    def clean(self) -> None:
        self.corruptions.clear()
        self._seen.clear()

    def _day(self, day: date) -> int:
        return (day - self.history.start.date()).days

    # Markets

    def markets(self, venue: str, *products: str) -> list[Market]:
        """Those listed by now, delisted ones included, as the venue shows them."""
        return [
            self._as_shown(market)
            for market in self.history.markets
            if market.venue == venue and (not products or market.product in products) and market.listed_ms <= self.now_ms
        ]

    def listed(self, venue: str, *products: str) -> list[Market]:
        """Those that stand in the list now."""
        return [market for market in self.markets(venue, *products) if self.is_trading(market)]

    def find(self, venue: str, symbol: str, *products: str) -> Market | None:
        return next((market for market in self.markets(venue, *products) if market.symbol == symbol), None)

    def find_listed(self, venue: str, symbol: str, *products: str) -> Market | None:
        found = self.find(venue, symbol, *products)
        return found if found is not None and self.is_trading(found) else None

    def is_trading(self, market: Market) -> bool:
        """Whether it is on the list; a halt takes none off."""
        return market.is_listed(self._running(market))

    def _running(self, market: Market) -> int:
        return (self.now_ms - market.start_ms) // HOUR_MS

    def _as_shown(self, market: Market) -> Market:
        if id(market) not in self._seen:
            shown = market.seen_at(self._running(market))
            for corruption in self.corruptions:
                if corruption.applies_to(market):
                    shown = corruption.apply(shown, self._day(corruption.date))
            self._seen[id(market)] = shown
        return self._seen[id(market)]

    def lacking(self, source: str, path: str) -> set[str]:
        """Fields that this source's answers on this path are without at the moment."""
        hour = (self.now_ms - self.history.start_ms) // HOUR_MS
        lacks = (one for one in self.history.lacks() if (one.source, one.path) == (source, path))
        return {one.field for one in lacks if one.from_hour <= hour < one.to_hour}

    # Hours

    def hour_of(self, market: Market, at_ms: int) -> int:
        """The hour that contains this moment, kept within the market's life."""
        return max(market.first, min((at_ms - market.start_ms) // HOUR_MS, market.end - 1))

    def current_hour(self, market: Market) -> int:
        return self.hour_of(market, self.now_ms)

    def candles(self, market: Market, start_ms: int = 0, end_ms: int = DISTANT_FUTURE_MS, hours: int = 1) -> list[Candle]:
        """Candles that open within [start_ms, end_ms], oldest first; the running one is partial. `hours`: the interval."""
        width = hours * HOUR_MS
        start_ms = -(-start_ms // width) * width  # the first boundary not before
        end_ms = min(end_ms, self.now_ms) // width * width + width
        hourly = list(self._hourly(market, start_ms, end_ms))
        return hourly if hours == 1 else merged(hourly, width)

    def _hourly(self, market: Market, start_ms: int, end_ms: int) -> Iterator[Candle]:
        running = self._running(market)
        first = max(market.first, (start_ms - market.start_ms) // HOUR_MS)
        last = min(market.end, (end_ms - market.start_ms) // HOUR_MS)
        yield from whole(market, first, max(first, min(last, running)))
        elapsed = (self.now_ms - market.start_ms) % HOUR_MS / HOUR_MS
        if first <= running < last and elapsed > 0:
            yield from partial(market, running, elapsed)

    def last_24_hours(self, market: Market) -> list[Candle]:
        """What a rolling ticker sums: 23 whole hours and the running one; empty once a market has been gone for a day."""
        return self.candles(market, self.now_ms - 24 * HOUR_MS)

    def stamps(self, market: Market, start_ms: int, end_ms: int, width_ms: int) -> list[int]:
        """Moments every `width_ms` within both bounds that are past and fell into the market's open hours."""
        first = max(start_ms, market.start_ms + market.first * HOUR_MS)
        last = min(end_ms, self.now_ms, market.ends_ms - 1)
        moments = range(-(-first // width_ms) * width_ms, last + 1, width_ms)
        return [at for at in moments if market.is_open[(at - market.start_ms) // HOUR_MS]]

    # Funding

    def settlements(
        self, market: Market, start_ms: int = 0, end_ms: int = DISTANT_FUTURE_MS, jitter: tuple[int, int] = (0, 0)
    ) -> list[Settlement]:
        """Payments whose stamp (the hour plus a fixed jitter between the two bounds, in ms) lies within the window and is past."""
        latest = int(market.late_ms.max())
        first = max(market.first, (start_ms - latest - market.start_ms) // HOUR_MS - 1)
        last = max(first, min(market.end, (min(end_ms, self.now_ms) - market.start_ms) // HOUR_MS + 1))
        due = [(hour, rate) for hour, rate in enumerate(market.funding_rate[first:last].tolist(), first) if not isnan(rate)]
        found = []
        for hour, rate in due:
            stamp = market.start_ms + hour * HOUR_MS + int(market.late_ms[hour]) + jitter_ms(market, hour, jitter)
            if start_ms <= stamp <= min(end_ms, self.now_ms):
                mark, index = float(market.mark[hour]), float(market.index[hour])
                found.append(Settlement(stamp, rate, mark, mark / index - 1.0, int(market.funding_hours[hour])))
        return sorted(found)

    # Liquidations

    def liquidations(self, market: Market, start_ms: int = 0, end_ms: int = DISTANT_FUTURE_MS) -> list[Liquidation]:
        """Forced closings within the window, both bounds included, that are past; oldest first."""
        first = bisect_left(market.liquidations, start_ms, key=lambda one: one.at_ms)
        last = bisect_right(market.liquidations, min(end_ms, self.now_ms), key=lambda one: one.at_ms)
        return list(market.liquidations[first:last])

    # Protocols and coins

    def protocol(self, slug: str) -> Protocol | None:
        return next((protocol for protocol in self.history.protocols if protocol.slug == slug), None)

    def series(self, slug: str) -> dict[str, Floats]:
        """Metric → value per day, over the whole period: the dialect cuts it at `now`."""
        shown = self.history.protocol_daily[slug]
        for corruption in self.corruptions:
            if corruption.kind in PROTOCOL_KINDS and corruption.venue == slug:
                shown = PROTOCOL_KINDS[corruption.kind](dict(shown), self._day(corruption.date))
        return shown

    def coin_price(self, coin_id: str, at_s: int) -> float | None:
        """The price that stood at this moment; None before the period, after now, or for an unknown coin."""
        prices = self.history.coin_prices.get(coin_id)
        if prices is None or not self.history.start_ms <= at_s * 1000 <= self.now_ms:
            return None
        return float(prices[min((at_s * 1000 - self.history.start_ms) // HOUR_MS, len(prices) - 1)])


def jitter_ms(market: Market, hour: int, bounds: tuple[int, int]) -> int:
    """How late a venue stamps this hour: always the same for the same market and hour."""
    low, high = bounds
    return low + (hour * 7919 + sum(map(ord, market.symbol)) * 104729) % (high - low + 1)
