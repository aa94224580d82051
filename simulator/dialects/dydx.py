"""dYdX v4's indexer.

Learnt from shared reference sources/dydx.md and the recorded payloads beside it. All markets in one object keyed by ticker; settled
ones stay, with zeros. Candles: newest first, fromISO inclusive, toISO exclusive. Funding: newest first, up to effectiveBeforeOrAt.
Both hold 1000 rows; numbers are strings, times ISO-8601 in milliseconds. The oracle price is the only mark there is: here it is the
truth's mark. Errors are `{"errors": [{"msg"}]}`, 429 with Retry-After in milliseconds; candles have a budget of their own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from simulator.assets import Asset
from simulator.candles import Candle
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply, number
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, World

JITTER_MS = (90, 600)  # of effectiveAt
BLOCK_MS = 640  # about as long as a block takes
LARGEST_PAGE = 1000
RESOLUTION_HOURS = {"1HOUR": 1, "4HOURS": 4, "1DAY": 24}


def list_asset(asset: Asset) -> list[Listing]:
    """Coins only, one market each, in units of the coin; the venue is small."""
    if asset.kind != "crypto":
        return []
    return [Listing(f"{asset.name}-USD", funding_interval_hours=1, funding_decimals=12, volume_share=0.01)]


def error(message: str, status: int = 400, **more: str) -> Reply:
    return json_reply({"errors": [{"msg": message, **more}]}, status)


def too_many(retry_after: float, was_warned: bool) -> Reply:
    reply = error("Too many requests", 429)
    reply.headers["Retry-After"] = str(max(1, round(retry_after * 1000)))
    return reply


VENUE = Venue("dydx", list_asset)
DIALECT = Dialect(
    "dydx",
    VENUE,
    too_many=too_many,
    bucket=lambda query: "candles" if query.path.startswith("/candles") else "",
    not_found=lambda query: error("Not Found", 404),
)


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _market(world: World, query: Query) -> Market:
    market = world.find("dydx", query.slots["ticker"])
    if market is None:
        raise Refusal(error("ticker must be a valid ticker (BTC-USD, etc)", param="ticker", location="params"))
    return market


def _limit(query: Query) -> int:
    text = query.params.get("limit", str(LARGEST_PAGE))
    if not text.isdigit() or not 0 < int(text) <= LARGEST_PAGE:
        message = f"limit must be a positive integer that is not greater than max: {LARGEST_PAGE}"
        raise Refusal(error(message, param="limit", location="query"))
    return int(text)


def _time(query: Query, name: str, default: int) -> int:
    if name not in query.params:
        return default
    try:
        at = datetime.fromisoformat(query.params[name])
    except ValueError:
        raise Refusal(error("Invalid value", param=name, location="query")) from None
    return round(at.replace(tzinfo=at.tzinfo or UTC).timestamp() * 1000)


def _state(world: World, market: Market) -> dict[str, Any]:
    hour, is_trading, day = world.current_hour(market), world.is_trading(market), world.last_24_hours(market)
    held = float(market.open_interest_base[hour]) if is_trading else 0.0
    return {
        "clobPairId": str(sum(map(ord, market.asset.name))), "ticker": market.symbol, "marketType": "CROSS",
        "status": "ACTIVE" if is_trading else "FINAL_SETTLEMENT", "oraclePrice": number(float(market.mark[hour])),
        "priceChange24H": number(day[-1].close - day[0].open if day else 0.0),
        "volume24H": number(float(sum(candle.usd for candle in day))), "trades24H": sum(candle.trades for candle in day),
        "nextFundingRate": f"{market.funding_estimate[hour]:.12f}" if is_trading else "0", "defaultFundingRate1H": "0",
        "initialMarginFraction": "0.02", "maintenanceMarginFraction": "0.012", "atomicResolution": -10, "quantumConversionExponent": -9,
        "tickSize": number(market.price_step), "stepSize": number(market.base_step), "stepBaseQuantums": 1000000, "subticksPerTick": 100000,
        "openInterest": number(held), "openInterestLowerCap": "0", "openInterestUpperCap": "0",
        "baseOpenInterest": number(held * 2.0),  # another figure, about twice as large in the recorded answers
    }  # fmt: skip


@DIALECT.get("/perpetualMarkets")
def perpetual_markets(world: World, query: Query) -> Reply:
    ticker = query.params.get("ticker", query.params.get("market"))
    states = {market.symbol: _state(world, market) for market in world.markets("dydx")}
    if ticker is not None and ticker not in states:
        raise Refusal(error("ticker must be a valid ticker (BTC-USD, etc)", param="ticker", location="query"))
    return json_reply({"markets": states if ticker is None else {ticker: states[ticker]}})


@DIALECT.get("/candles/perpetualMarkets/{ticker}")
def candles(world: World, query: Query) -> Reply:
    market, resolution, limit = _market(world, query), query.params.get("resolution", ""), _limit(query)
    if resolution not in RESOLUTION_HOURS:
        raise Refusal(error(f"resolution must be a valid Candle Resolution, one of {','.join(RESOLUTION_HOURS)}", param="resolution"))
    start, end = _time(query, "fromISO", 0), _time(query, "toISO", DISTANT_FUTURE_MS)
    found = world.candles(market, start, end - 1, RESOLUTION_HOURS[resolution])
    return json_reply({"candles": [_candle(world, market, resolution, candle) for candle in reversed(found[-limit:])]})


def _candle(world: World, market: Market, resolution: str, candle: Candle) -> dict[str, Any]:
    held = float(market.open_interest_base[world.hour_of(market, candle.opened_ms)])
    return {
        "startedAt": _iso(candle.opened_ms), "ticker": market.symbol, "resolution": resolution,
        "low": number(candle.low), "high": number(candle.high), "open": number(candle.open), "close": number(candle.close),
        "baseTokenVolume": number(candle.base), "usdVolume": number(candle.usd), "trades": candle.trades,
        "startingOpenInterest": number(held),
        "orderbookMidPriceOpen": number(candle.open), "orderbookMidPriceClose": number(candle.close),
    }  # fmt: skip


@DIALECT.get("/historicalFunding/{ticker}")
def historical_funding(world: World, query: Query) -> Reply:
    market, limit = _market(world, query), _limit(query)
    found = world.settlements(market, 0, _time(query, "effectiveBeforeOrAt", DISTANT_FUTURE_MS), JITTER_MS)
    rows = [
        {
            "ticker": market.symbol, "rate": f"{row.rate:.12f}", "price": number(row.mark),
            "effectiveAtHeight": str(row.settled_ms // BLOCK_MS), "effectiveAt": _iso(row.settled_ms),
        }
        for row in reversed(found[-limit:])
    ]  # fmt: skip
    return json_reply({"historicalFunding": rows})


@DIALECT.get("/time")
def server_time(world: World, query: Query) -> Reply:
    return json_reply({"iso": _iso(world.now_ms), "epoch": world.now_ms / 1000})
