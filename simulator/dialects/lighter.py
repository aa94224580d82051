"""Lighter's REST: numbers for markets, prices partly text, zeros left out of candles, funding as a percent without sign.

Learnt from shared reference sources/lighter.md, the vendor's OpenAPI and the recorded payloads. Candles and fundings: oldest first,
the end of candles exclusive and that of fundings inclusive, `count_back` from the end and within the range; 500 and 750 rows at most.
exchangeMetrics has one point a UTC day, the running one included, for periods of a week and longer; its open interest counts both
sides. Markets that ended stay in the list as inactive, with their last open interest.
"""

from __future__ import annotations

from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS, Candle
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply, number
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import World

DAY_MS = 24 * HOUR_MS
LISTED = {"BTC": 1.0, "ETH": 1.0, "PEPE": 1000.0, "AAPL": 1.0}  # units of the asset in one of base
RESOLUTION_HOURS = {"1h": 1, "4h": 4, "12h": 12, "1d": 24}
PERIOD_DAYS = {"w": 7, "m": 30, "q": 90, "y": 365, "all": 1 << 20}
KINDS = {"volume", "open_interest", "liquidation_volume"}
TOTALS = {"active_account_count"}
USD_PER_ACCOUNT = 40_000.0
LARGEST_PAGE, MOST_FUNDINGS = 500, 750


def list_asset(asset: Asset) -> list[Listing]:
    """Four markets; percents per hour have eight decimals here, so fractions have ten."""
    if asset.name not in LISTED:
        return []
    unit = LISTED[asset.name]
    name = f"{unit:.0f}{asset.name}" if unit > 1 else asset.name
    return [Listing(name, "perp", unit, funding_interval_hours=1, funding_decimals=10, volume_share=0.05, has_funding_mark=False)]


def error(code: int, message: str, status: int = 400) -> Reply:
    return json_reply({"code": code, "message": message}, status)


VENUE = Venue("lighter", list_asset)
DIALECT = Dialect(
    "lighter",
    VENUE,
    too_many=lambda retry_after, was_warned: error(23000, "Too Many Requests!", 429),
    not_found=lambda query: error(29404, "route not found", 404),
)


def _required(query: Query, name: str, choices: dict[str, int] | set[str] | None = None) -> str:
    value = query.params.get(name, "")
    if not value or (choices is not None and value not in choices):
        raise Refusal(error(20001, f"invalid param: {name}"))
    return value


def _integer(query: Query, name: str) -> int:
    try:
        return int(_required(query, name))
    except ValueError:
        raise Refusal(error(20001, f"invalid param: {name}")) from None


def _numbers(world: World) -> dict[str, int]:
    """Every market's number, from the first day on."""
    return {market.symbol: number for number, market in enumerate(one for one in world.history.markets if one.venue == "lighter")}


def _market(world: World, query: Query) -> Market:
    asked, numbers = _integer(query, "market_id"), _numbers(world)
    found = next((market for market in world.markets("lighter") if numbers[market.symbol] == asked), None)
    if found is None:
        raise Refusal(error(21602, "invalid market index"))
    return found


def _milliseconds(value: int) -> int:
    """Bounds come in seconds or in milliseconds."""
    return value if value > 10**11 else value * 1000


def _bounds(query: Query) -> tuple[int, int]:
    return _milliseconds(_integer(query, "start_timestamp")), _milliseconds(_integer(query, "end_timestamp"))


@DIALECT.get("/orderBookDetails")
def order_book_details(world: World, query: Query) -> Reply:
    numbers = _numbers(world)
    rows = [_details(world, market, numbers[market.symbol]) for market in world.markets("lighter")]
    return json_reply({"code": 200, "order_book_details": rows, "spot_order_book_details": []})


def _details(world: World, market: Market, market_id: int) -> dict[str, Any]:
    hour, day = world.current_hour(market), world.last_24_hours(market)
    return {
        "symbol": market.symbol, "market_id": market_id, "market_type": "perp",
        "status": "active" if world.is_trading(market) else "inactive", "created_at": str(market.listed_ms),
        "size_decimals": 4, "price_decimals": 2, "last_trade_price": float(market.close[hour]),
        "mark_price": number(float(market.mark[hour])), "index_price": number(float(market.index[hour])),
        "open_interest": float(market.open_interest_base[hour]), "daily_trades_count": sum(one.trades for one in day),
        "daily_base_token_volume": sum(one.base for one in day), "daily_quote_token_volume": sum(one.usd for one in day),
    }  # fmt: skip


@DIALECT.get("/tokenlist")
def token_list(world: World, query: Query) -> Reply:
    tokens = []
    for market in world.markets("lighter"):
        is_crypto, shown = market.asset.kind == "crypto", f"k{market.asset.name}" if market.listing.unit > 1 else market.symbol
        token = {"symbol": shown, "name": market.asset.name, "market": "PERPS", "asset_type": "CRYPTO" if is_crypto else "RWA"}
        renamed = {"backend_symbol": market.symbol} if shown != market.symbol else {}
        tokens.append(token | renamed | {"categories": ["MAJOR"] if is_crypto else ["STOCK"]})
    return json_reply({"code": 200, "tokens": tokens})


@DIALECT.get("/candles")
def candles(world: World, query: Query) -> Reply:
    market, resolution, (start, end) = _market(world, query), _required(query, "resolution", RESOLUTION_HOURS), _bounds(query)
    found = world.candles(market, start, end - 1, RESOLUTION_HOURS[resolution])
    kept = found[-min(_integer(query, "count_back") or 10, LARGEST_PAGE) :]
    return json_reply({"code": 200, "r": resolution, "c": [_candle(one) for one in kept] or None})


def _candle(candle: Candle) -> dict[str, Any]:
    row = {"t": candle.opened_ms, "o": candle.open, "h": candle.high, "l": candle.low, "c": candle.close}
    return row | {name: value for name, value in (("v", candle.base), ("V", candle.usd), ("i", candle.opened_ms)) if value}


@DIALECT.get("/fundings")
def fundings(world: World, query: Query) -> Reply:
    market, (start, end) = _market(world, query), _bounds(query)
    _required(query, "resolution", {"1h"})
    kept = world.settlements(market, start, end)[-min(_integer(query, "count_back") or MOST_FUNDINGS, MOST_FUNDINGS) :]
    decimals = market.listing.funding_decimals - 2
    rows = [
        {
            "timestamp": one.settled_ms // 1000, "value": number(abs(one.rate) * one.mark), "rate": f"{abs(one.rate) * 100:.{decimals}f}",
            "direction": "short" if one.rate < 0 else "long",
        }
        for one in kept
    ]  # fmt: skip
    return json_reply({"code": 200, "resolution": "1h", "fundings": rows})


@DIALECT.get("/exchangeMetrics")
def exchange_metrics(world: World, query: Query) -> Reply:
    """Of a market, or of the whole exchange: of that there are only the accounts that traded."""
    if "filter" not in query.params:
        return _totals(world, query)
    kind, days = _required(query, "kind", KINDS), PERIOD_DAYS[_required(query, "period", PERIOD_DAYS)]
    market = world.find("lighter", _required(query, "value"))
    if market is None or query.params.get("filter") != "byMarket":
        raise Refusal(error(20001, "invalid param: value"))
    today = world.now_ms // DAY_MS * DAY_MS
    first = max(market.start_ms + market.first * HOUR_MS, today - days * DAY_MS) // DAY_MS * DAY_MS
    last = min(today, market.ends_ms - 1)
    rows = [{"timestamp": at // 1000, "data": _metric(world, market, kind, at)} for at in range(first, last + 1, DAY_MS)]
    return json_reply({"code": 200, "metrics": rows})


def _totals(world: World, query: Query) -> Reply:
    """One account for so many dollars of the day's volume, and one more."""
    _required(query, "kind", TOTALS)
    days = PERIOD_DAYS[_required(query, "period", PERIOD_DAYS)]
    today = world.now_ms // DAY_MS * DAY_MS
    start = world.history.start_ms // DAY_MS * DAY_MS
    rows = []
    for at in range(max(start, today - days * DAY_MS), today + 1, DAY_MS):
        usd = sum(candle.usd for market in world.markets("lighter") for candle in world.candles(market, at, at + DAY_MS - 1))
        rows.append({"timestamp": at // 1000, "data": float(int(usd / USD_PER_ACCOUNT) + 1)})
    return json_reply({"code": 200, "metrics": rows})


def _metric(world: World, market: Market, kind: str, at: int) -> float:
    if kind == "volume":
        return sum(candle.usd for candle in world.candles(market, at, at + DAY_MS - 1))
    if kind == "liquidation_volume":
        return sum(one.usd for one in world.liquidations(market, at, at + DAY_MS - 1))
    return 2.0 * float(market.open_interest_usd[world.hour_of(market, min(world.now_ms, at + DAY_MS - 1))])
