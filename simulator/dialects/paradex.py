"""Paradex's REST: one list for all kinds of contracts, candles without quote volume, funding that accrues and is never settled.

Learnt from the venue reference, the vendor's OpenAPI and recorded payloads. An option stands in the lists, with empty prices. Funding rows
come every minute here, newest first; the index grows evenly to what the truth settles. What ended is in no list: none is simulated.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS
from simulator.dialect import Dialect, Query, Refusal, Reply, integers, json_reply, number
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import World

MINUTE_MS = 60_000
BEFORE_MS = 700  # how long before the minute a row is stamped
LISTED = {"BTC": 8, "ETH": 8, "PEPE": 4, "AAPL": 8}  # hours of a funding period
OPTION = "BTC-USD-25JUN27-86000-C"


def list_asset(asset: Asset) -> list[Listing]:
    """Four markets; candles have base only."""
    if asset.name not in LISTED:
        return []
    base, unit = ("kPEPE", 1000.0) if asset.name == "PEPE" else (asset.name, 1.0)
    common: dict[str, Any] = {"volume_share": 0.01, "has_own_quote": False, "has_funding_mark": False, "tags": {"base": base}}
    return [Listing(f"{base}-USD-PERP", "perp", unit, funding_interval_hours=LISTED[asset.name], **common)]


def error(code: str, message: str, status: int = 400) -> Reply:
    return json_reply({"error": code, "message": message, "data": None}, status)


VENUE = Venue("paradex", list_asset)
DIALECT = Dialect(
    "paradex",
    VENUE,
    too_many=lambda retry_after, was_warned: error("RATE_LIMIT_EXCEEDED", "rate limit exceeded", 429),
    not_found=lambda query: error("NOT_FOUND", "not found", 404),
)


_integer = integers(lambda name: error("VALIDATION_ERROR", f"{name} is invalid"))


def _market(world: World, query: Query, name: str) -> Market:
    market = world.find_listed("paradex", query.params.get(name, ""))
    if market is None:
        raise Refusal(error("INVALID_SYMBOL", "symbol is invalid"))
    return market


def _period_ms(market: Market) -> int:
    return (market.listing.funding_interval_hours or 8) * HOUR_MS


@DIALECT.get("/markets")
def markets(world: World, query: Query) -> Reply:
    terms = {"quote_currency": "USD", "settlement_currency": "USDC", "expiry_at": 0, "max_funding_rate": "0.02", "funding_multiplier": 1}
    rows = [
        terms | {
            "symbol": market.symbol, "base_currency": market.listing.tags.get("base", market.asset.name), "asset_kind": "PERP",
            "open_at": market.listed_ms, "funding_period_hours": _period_ms(market) // HOUR_MS,
            "tags": ["LAYER-1"] if market.asset.kind == "crypto" else ["RWA", "STOCKS"],
        }
        for market in world.listed("paradex")
    ]  # fmt: skip
    rows.append(terms | {"symbol": OPTION, "base_currency": "BTC", "asset_kind": "OPTION", "open_at": 0, "funding_period_hours": 0})
    return json_reply({"results": rows})


@DIALECT.get("/markets/summary")
def summary(world: World, query: Query) -> Reply:
    """All markets now, or the minutes of one."""
    if query.params.get("market") == "ALL":
        rows = [_state(world, market, world.now_ms) for market in world.listed("paradex")]
        empty = dict.fromkeys(("last_traded_price", "bid", "ask", "funding_rate"), "")
        return json_reply({"results": [*rows, empty | {"symbol": OPTION, "mark_price": "9531.8", "open_interest": "0"}]})
    market = _market(world, query, "market")
    if "start" not in query.params:
        return json_reply({"results": [_state(world, market, world.now_ms)]})
    first, last = -(-_integer(query, "start") // MINUTE_MS) * MINUTE_MS, min(_integer(query, "end"), world.now_ms)
    return json_reply({"results": [_state(world, market, at) for at in range(first, last + 1, MINUTE_MS)]})


def _state(world: World, market: Market, at: int) -> dict[str, Any]:
    hour, day = world.hour_of(market, at), world.last_24_hours(market)
    rate = float(market.funding_estimate[hour]) * (_period_ms(market) // HOUR_MS)
    return {
        "symbol": market.symbol, "mark_price": number(float(market.mark[hour])), "underlying_price": number(float(market.index[hour])),
        "last_traded_price": number(float(market.close[hour])), "volume_24h": number(sum(one.usd for one in day)),
        "total_volume": number(float(market.volume_usd[market.first : hour].sum())), "created_at": at,
        "open_interest": number(float(market.open_interest_base[hour])), "funding_rate": f"{rate:.14f}",
    }  # fmt: skip


@DIALECT.get("/markets/klines")
def klines(world: World, query: Query) -> Reply:
    market = _market(world, query, "symbol")
    if query.params.get("resolution") != "60":
        raise Refusal(error("VALIDATION_ERROR", "resolution is invalid"))
    found = world.candles(market, _integer(query, "start_at"), _integer(query, "end_at"))
    return json_reply({"results": [[one.opened_ms, one.open, one.high, one.low, one.close, one.base] for one in found]})


@DIALECT.get("/funding/data")
def funding_data(world: World, query: Query) -> Reply:
    """Newest first."""
    market = _market(world, query, "market")
    size = min(_integer(query, "page_size", 100), 5000)
    end = min(_integer(query, "end_at", world.now_ms), world.now_ms)
    start = max(_integer(query, "start_at", 0), market.start_ms + market.first * HOUR_MS - MINUTE_MS)
    newest = (end + BEFORE_MS) // MINUTE_MS * MINUTE_MS
    stamps = [at for at in range(newest, max(start, newest - size * MINUTE_MS), -MINUTE_MS) if at - BEFORE_MS >= start]
    accrual = _Accrual(world, market)
    return json_reply({"next": None, "prev": None, "results": [accrual.row(at) for at in stamps]})


class _Accrual:
    """A market's funding as an index: what the truth settles, paid evenly through the period before."""

    def __init__(self, world: World, market: Market) -> None:
        hours = market.settled().tolist()
        self._ends = [market.start_ms + hour * HOUR_MS for hour in hours]
        self._rates = [float(market.funding_rate[hour]) for hour in hours]
        self._prices = [float(market.mark[hour]) for hour in hours]
        owed = [rate * price for rate, price in zip(self._rates, self._prices, strict=True)]
        self._sums = [0.0, *accumulate(owed)]
        self._market, self._hours = market, [int(market.funding_hours[hour]) for hour in hours]

    def row(self, at: int) -> dict[str, Any]:
        """As of this minute."""
        past = bisect_right(self._ends, at)  # periods that are over
        current = min(max(past - 1 if past and self._ends[past - 1] == at else past, 0), len(self._ends) - 1)
        hours = self._hours[current]
        share = min(max(1.0 - (self._ends[current] - at) / (hours * HOUR_MS), 0.0), 1.0)
        index = self._sums[current + 1] if share == 1.0 else self._sums[current] + share * (self._sums[current + 1] - self._sums[current])
        rate, price = self._rates[current], self._prices[current]
        return {
            "market": self._market.symbol, "created_at": at - BEFORE_MS, "funding_index": number(index),
            "funding_premium": number(rate * price), "funding_rate": f"{rate:.14f}", "funding_rate_8h": f"{rate * 8 / hours:.14f}",
            "funding_period_hours": hours,
        }  # fmt: skip
