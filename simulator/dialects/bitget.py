"""Bitget v2 mix and v3 market REST: one envelope, all values text, limits per path.

Learnt from the venue reference and the recorded payloads beside it. Amounts are base coin; coin-margined candles have USD first and
base second. Candles come oldest first and keep the newest rows of a range; /candles knows 83 days of hours, history-candles 200 rows of
ranges below 90 days. Funding has page numbers and looks at no bounds. Errors are codes with HTTP 400.
There is no history of open interest, and no symbol that was taken off: its truth could not come back, so none is simulated.
"""

from __future__ import annotations

from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS
from simulator.dialect import Dialect, Query, Refusal, Reply, integers, json_reply, number
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, World

QUOTES = {"USDT-FUTURES": "USDT", "USDC-FUTURES": "USDC", "COIN-FUTURES": "USD"}
SUFFIXES = {"USDT-FUTURES": "USDT", "USDC-FUTURES": "PERP", "COIN-FUTURES": "USD"}
DATED = "BTCUSDZ26"
GRANULARITY_HOURS = {"1H": 1, "4H": 4, "1Dutc": 24}
DAY_MS = 24 * HOUR_MS
RECENT_DAYS, LONGEST_DAYS, KEPT_FUNDING_DAYS = 83, 90, 90
TYPES = {"crypto": ("crypto", "NO"), "equity": ("stock", "YES"), "commodity": ("commodity", "YES")}


def list_asset(asset: Asset) -> list[Listing]:
    """USDT for two coins, one of them without its usual prefix; USDC and coin-margined for Bitcoin."""
    common: dict[str, Any] = {"has_funding_mark": False, "funding_interval_hours": 4 if asset.name == "PEPE" else 8}
    found = [Listing(f"{asset.name}USDT", "USDT-FUTURES", volume_share=0.3, **common)] if asset.name in ("BTC", "PEPE") else []
    if asset.name == "BTC":
        found.append(Listing("BTCPERP", "USDC-FUTURES", volume_share=0.01, **common))
        found.append(Listing("BTCUSD", "COIN-FUTURES", contract_usd=1.0, volume_share=0.02, **common))
    return found


def answer(data: Any, world: World) -> Reply:
    return json_reply({"code": "00000", "msg": "success", "requestTime": world.now_ms, "data": data})


def error(code: str, message: str, status: int = 400) -> Reply:
    return json_reply({"code": code, "msg": message, "requestTime": 0, "data": None}, status)


VENUE = Venue("bitget", list_asset)
DIALECT = Dialect(
    "bitget",
    VENUE,
    too_many=lambda retry_after, was_warned: error("429", "Too Many Requests", 429),
    bucket=lambda query: query.path,
    not_found=lambda query: error("40404", "Request URL NOT FOUND", 404),
)


def _product(query: Query, name: str) -> str:
    product = query.params.get(name, "")
    if product not in QUOTES:
        raise Refusal(error("400172", f"Parameter verification failed {name}"))
    return product


def _market(world: World, query: Query) -> Market:
    symbol = query.params.get("symbol", "")
    market = world.find_listed("bitget", symbol, _product(query, "productType"))
    if market is None:
        raise Refusal(error("40034", f"Parameter {symbol} does not exist"))
    return market


_integer = integers(lambda name: error("40017", f"Parameter verification failed {name}"))


def _instrument(market: Market) -> dict[str, Any]:
    symbol_type, is_rwa = TYPES[market.asset.kind]
    return {
        "symbol": market.symbol, "category": market.product, "baseCoin": market.symbol.removesuffix(SUFFIXES[market.product]),
        "quoteCoin": QUOTES[market.product], "type": "perpetual", "status": "online", "symbolType": symbol_type, "isRwa": is_rwa,
        "fundInterval": str(market.listing.funding_interval_hours), "launchTime": str(market.listed_ms) if market.first else "",
        "offTime": "-1", "limitOpenTime": "-1", "deliveryTime": "", "priceMultiplier": number(market.price_step),
    }  # fmt: skip


@DIALECT.get("/api/v3/market/instruments")
def instruments(world: World, query: Query) -> Reply:
    product = _product(query, "category")
    rows = [_instrument(market) for market in world.listed("bitget", product)]
    dated = [row | {"symbol": DATED, "type": "delivery"} for row in rows if product == "COIN-FUTURES"][:1]
    return answer(rows + dated, world)


def _ticker(world: World, market: Market) -> dict[str, Any]:
    hour, day = world.current_hour(market), world.last_24_hours(market)
    mark, usd = number(float(market.mark[hour])), number(sum(candle.usd for candle in day))
    return {
        "symbol": market.symbol, "lastPr": number(day[-1].close) if day else mark, "ts": str(world.now_ms), "markPrice": mark,
        "indexPrice": number(float(market.index[hour])), "holdingAmount": number(float(market.open_interest_base[hour])),
        "quoteVolume": usd, "usdtVolume": usd,
        "baseVolume": number(sum(candle.base for candle in day)), "deliveryStartTime": None, "deliveryTime": None, "deliveryStatus": "",
        "fundingRate": f"{market.funding_estimate[hour] * (market.listing.funding_interval_hours or 8):.6f}",
    }  # fmt: skip


@DIALECT.get("/api/v2/mix/market/tickers")
def tickers(world: World, query: Query) -> Reply:
    product = _product(query, "productType")
    rows = [_ticker(world, market) for market in world.listed("bitget", product)]
    dated = [row | {"symbol": DATED, "deliveryTime": "1798185600000"} for row in rows if product == "COIN-FUTURES"][:1]
    return answer(rows + dated, world)


@DIALECT.get("/api/v2/mix/market/candles", "/api/v2/mix/market/history-candles")
def candles(world: World, query: Query) -> Reply:
    """From startTime up to before endTime, oldest first; the newest are kept. Only /candles has the running one."""
    market, hours = _market(world, query), GRANULARITY_HOURS.get(query.params.get("granularity", ""))
    if hours is None:
        raise Refusal(error("40020", "Parameter granularity error"))
    is_history = query.path.endswith("history-candles")
    limit = _integer(query, "limit", 100, at_most=200 if is_history else 1000)
    start, end = _integer(query, "startTime", 0), _integer(query, "endTime", DISTANT_FUTURE_MS)
    if start and min(end, world.now_ms) - start > LONGEST_DAYS * DAY_MS:
        raise Refusal(error("40017", "The time range must be within 90 days"))
    oldest = 0 if is_history else world.now_ms - RECENT_DAYS * DAY_MS
    rows = []
    for one in world.candles(market, max(start, oldest), end - 1, hours):
        if one.closed_ms < world.now_ms or not is_history:
            prices = (one.open, one.high, one.low, one.close)
            amounts = (one.usd, one.base) if market.is_inverse else (one.base, one.quote)
            rows.append([str(one.opened_ms), *map(number, prices), *map(number, amounts)])
    return answer(rows[-limit:], world)


@DIALECT.get("/api/v2/mix/market/history-fund-rate")
def funding_history(world: World, query: Query) -> Reply:
    """Newest first, by page; times are not looked at. A page larger than 100 is cut to 100 without a word."""
    market, page, size = _market(world, query), _integer(query, "pageNo", 1), min(_integer(query, "pageSize", 20), 100)
    found = world.settlements(market, world.now_ms - KEPT_FUNDING_DAYS * DAY_MS)[::-1][(page - 1) * size : page * size]
    rows = [{"symbol": market.symbol, "fundingRate": number(row.rate), "fundingTime": str(row.settled_ms)} for row in found]
    return answer(rows, world)
