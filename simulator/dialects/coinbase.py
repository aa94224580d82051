"""Coinbase International's REST as it was: one array of instruments with tickers, candles by ISO bounds, funding by offset.

Learnt from shared reference venues/coinbase.md and the recorded payloads beside it. Linear perpetuals in USDC, spot in the same list.
Candles are 300 at most, between included bounds; they count base alone. Funding is hourly, newest first, without bounds, and its rows
name the instrument by number. Paths take a name or that number.

The venue is closed and its source skipped, so its markets are no part of everybody's truth: `DIALECT.venue` is None, and a test that
wants them makes `Truth(venues=[VENUE])` of days before the end.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply, number
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, World

CANDLE_LIMIT, FUNDING_LIMIT = 300, 100
GRANULARITY_HOURS = {"ONE_HOUR": 1, "TWO_HOUR": 2, "SIX_HOUR": 6, "ONE_DAY": 24}
PREFIXES = {"BTC": ("", 1.0), "ETH": ("", 1.0), "PEPE": ("1000", 1000.0)}


def list_asset(asset: Asset) -> list[Listing]:
    """Three perpetuals, one of them in thousands."""
    if asset.name not in PREFIXES:
        return []
    prefix, unit = PREFIXES[asset.name]
    return [Listing(f"{prefix}{asset.name}-PERP", "linear", unit, funding_interval_hours=1, volume_share=0.02, has_own_quote=False)]


def failure(title: str, status: int) -> Reply:
    return json_reply({"title": title, "status": status}, status)


VENUE = Venue("coinbase", list_asset)
DIALECT = Dialect("coinbase", not_found=lambda query: failure("NOT_FOUND", 404))


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _id(market: Market) -> str:
    return str(149264164756389888 + zlib.crc32(market.symbol.encode()))


def _market(world: World, query: Query) -> Market:
    market = next((one for one in world.listed("coinbase") if query.slots["instrument"] in (one.symbol, _id(one))), None)
    if market is None:
        raise Refusal(failure("INSTRUMENT_NOT_FOUND", 404))
    return market


@DIALECT.get("/api/v1/instruments")
def instruments(world: World, query: Query) -> Reply:
    rows: list[dict[str, Any]] = []
    for market in world.listed("coinbase"):
        hour, day = world.current_hour(market), world.last_24_hours(market)
        mark = number(float(market.mark[hour]))
        base = market.asset.name if market.listing.unit == 1 else f"{market.listing.unit:.0f}{market.asset.name}"
        quote = {
            "mark_price": mark, "index_price": number(float(market.index[hour])), "trade_price": number(day[-1].close) if day else mark,
            "predicted_funding": f"{market.funding_estimate[hour]:.8f}", "timestamp": _iso(world.now_ms),
        }  # fmt: skip
        rows.append({
            "instrument_id": _id(market), "symbol": market.symbol, "type": "PERP", "base_asset_name": base, "quote_asset_name": "USDC",
            "qty_24hr": number(sum(one.base for one in day)), "notional_24hr": number(sum(one.usd for one in day)),
            "open_interest": number(float(market.open_interest_base[hour])), "trading_state": "TRADING",
            "funding_interval": str((market.listing.funding_interval_hours or 1) * HOUR_MS * 1_000_000), "quote": quote,
        })  # fmt: skip
        spot = {"symbol": f"{base}-USDC", "type": "SPOT", "instrument_id": "7" + _id(market), "open_interest": ""}
        rows.append(rows[-1] | spot | {"funding_interval": ""})
    return json_reply(rows)


def _instant(query: Query, name: str, default: int) -> int:
    text = query.params.get(name, "")
    try:
        return int(datetime.fromisoformat(text).timestamp() * 1000) if text else default
    except ValueError:
        raise Refusal(failure("INVALID_TIMESTAMP", 400)) from None


@DIALECT.get("/api/v1/instruments/{instrument}/candles")
def candles(world: World, query: Query) -> Reply:
    market, hours = _market(world, query), GRANULARITY_HOURS.get(query.params.get("granularity", ""))
    if hours is None:
        raise Refusal(failure("INVALID_GRANULARITY", 400))
    found = world.candles(market, _instant(query, "start", 0), _instant(query, "end", DISTANT_FUTURE_MS), hours)
    rows = []
    for one in found[-CANDLE_LIMIT:]:
        prices = {name: number(getattr(one, name)) for name in ("open", "high", "low", "close")}
        rows.append({"start": _iso(one.opened_ms), **prices, "volume": number(one.base)})
    return json_reply({"aggregations": rows})


@DIALECT.get("/api/v1/instruments/{instrument}/funding")
def funding(world: World, query: Query) -> Reply:
    market = _market(world, query)
    offset, limit = query.integer("result_offset", 0), min(query.integer("result_limit", 25), FUNDING_LIMIT)
    rows = [
        {"instrument_id": _id(market), "funding_rate": number(row.rate), "mark_price": number(row.mark), "event_time": _iso(row.settled_ms)}
        for row in reversed(world.settlements(market))
    ]
    return json_reply({"pagination": {"result_limit": str(limit)}, "results": rows[offset : offset + limit]})
