"""Aster's futures REST: Binance's fapi under another address, with what it says otherwise.

Learnt from shared reference sources/aster.md, the vendor's pages and the recorded payloads. fundingInfo names every symbol, and its caps
otherwise; stocks are COIN with a tag; fundingRate has no mark price; openInterest answers though no page names it, and there is no history
of it. Symbols that were taken off answer -1121 and are in no list: their truth could not come back, so none is simulated.
Rows and errors are Binance's: binance_rows.py, binance.py.
"""

from __future__ import annotations

from typing import Any

from simulator.assets import Asset
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply, number
from simulator.dialects.binance import INTERVAL_HOURS, JITTER_MS, error, too_many
from simulator.dialects.binance_rows import instrument, kline, premium, settlement, ticker
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, World

LISTED = {"BTC": 8, "ETH": 8, "PEPE": 4, "AAPL": 1}  # hours between settlements
THOUSANDS = {"PEPE"}


def list_asset(asset: Asset) -> list[Listing]:
    """Four markets in USDT."""
    if asset.name not in LISTED:
        return []
    prefix, unit = ("1000", 1000.0) if asset.name in THOUSANDS else ("", 1.0)
    pair, hours = f"{prefix}{asset.name}USDT", LISTED[asset.name]
    return [Listing(pair, "um", unit, funding_interval_hours=hours, volume_share=0.08, has_funding_mark=False, pair=pair)]


VENUE = Venue("aster", list_asset)
DIALECT = Dialect(
    "aster",
    VENUE,
    too_many=too_many,
    used_weight_header="X-MBX-USED-WEIGHT-1M",
    not_found=lambda query: error(-5000, f"Path {query.path}, Method {query.method} is invalid", 404),
)


def _market(world: World, query: Query) -> Market:
    symbol = query.params.get("symbol", "")
    if not symbol:
        raise Refusal(error(-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."))
    market = world.find_listed("aster", symbol)
    if market is None:
        raise Refusal(error(-1121, "Invalid symbol."))
    return market


def _markets(world: World, query: Query) -> list[Market]:
    """One or all: the routes whose symbol is optional."""
    if "symbol" in query.params:
        return [_market(world, query)]
    return world.listed("aster")


def _reply(query: Query, rows: list[Any], weight: int = 1) -> Reply:
    """An object for one symbol, a list for all."""
    return json_reply(rows[0] if "symbol" in query.params and rows else rows, weight=weight)


def _bounds(query: Query, default: int, at_most: int) -> tuple[int, int, int]:
    """Start, end and limit."""
    try:
        limit = query.integer("limit", default)
        bounds = query.integer("startTime", 0), query.integer("endTime", DISTANT_FUTURE_MS)
    except ValueError:
        raise Refusal(error(-1102, "Mandatory parameter was malformed.")) from None
    if not 1 <= limit <= at_most:
        raise Refusal(error(-1130, "Data sent for parameter 'limit' is not valid."))
    return *bounds, limit


@DIALECT.get("/fapi/v1/exchangeInfo")
def exchange_info(world: World, query: Query) -> Reply:
    symbols = []
    for market in _markets(world, query):
        tags = ["Top"] if market.asset.kind == "crypto" else ["AOS2", "STOCK"]
        symbols.append(instrument(market) | {"contractType": "PERPETUAL", "underlyingType": "COIN", "underlyingSubType": tags})
    return json_reply({"timezone": "UTC", "serverTime": world.now_ms, "exchangeFilters": [], "symbols": symbols})


@DIALECT.get("/fapi/v1/fundingInfo")
def funding_info(world: World, query: Query) -> Reply:
    caps = {"fundingFeeCap": 0.02, "fundingFeeFloor": -0.02}
    rows = [
        {"symbol": one.symbol, "interestRate": "0.00010000", "time": world.now_ms}
        | {"fundingIntervalHours": one.listing.funding_interval_hours}
        | caps
        for one in _markets(world, query)
    ]
    return json_reply(rows)


@DIALECT.get("/fapi/v1/klines")
def klines(world: World, query: Query) -> Reply:
    market, (start, end, limit) = _market(world, query), _bounds(query, 500, 1500)
    hours = INTERVAL_HOURS.get(query.params.get("interval", ""))
    if hours is None:
        raise Refusal(error(-1120, "Invalid interval."))
    found = world.candles(market, start, end, hours)
    kept = found[:limit] if "startTime" in query.params else found[-limit:]
    return json_reply([kline(market, candle) for candle in kept], weight=1 if limit < 100 else 2 if limit < 500 else 5)


@DIALECT.get("/fapi/v1/fundingRate")
def funding_rate(world: World, query: Query) -> Reply:
    """Ascending from startTime; without it the newest."""
    start, end, limit = _bounds(query, 100, 1000)
    rows = [settlement(one, row) for one in _markets(world, query) for row in world.settlements(one, start, end, JITTER_MS)]
    rows.sort(key=lambda row: int(row["fundingTime"]))
    return json_reply(rows[:limit] if "startTime" in query.params else rows[-limit:])


@DIALECT.get("/fapi/v1/premiumIndex")
def premium_index(world: World, query: Query) -> Reply:
    return _reply(query, [premium(world, market) for market in _markets(world, query)])


@DIALECT.get("/fapi/v1/openInterest")
def open_interest(world: World, query: Query) -> Reply:
    market = _market(world, query)
    held = number(float(market.open_interest_base[world.current_hour(market)]))
    return json_reply({"symbol": market.symbol, "openInterest": held, "time": world.now_ms})


@DIALECT.get("/fapi/v1/ticker/24hr")
def tickers(world: World, query: Query) -> Reply:
    rows = [row for market in _markets(world, query) if (row := ticker(world, market))]
    return _reply(query, rows, weight=1 if "symbol" in query.params else 40)
