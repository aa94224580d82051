"""Bybit v5 REST: one host, the product in `category`.

Learnt from the vendor's pages and recorded payloads. Open interest counts both sides and, beside it, one; inverse swaps volume and
turnover. Ranges come newest first: klines ≤ 1000, funding and open interest ≤ 200. Dated contracts stand in
the same lists. Without `status` instruments-info lists what trades; Closed lists the rest. Errors are retCodes inside HTTP 200; too
many requests are 10006 first and HTTP 403 for those who go on.
"""

from __future__ import annotations

from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS
from simulator.dialect import Dialect, Query, Refusal, Reply, integers, json_reply, number, text_reply
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, World

FOUR_HOURLY = {"HYPE", "ASTER"}
THOUSANDS = {"PEPE"}
MAJORS = {"BTC", "ETH"}  # with USDC and inverse perpetuals
DATED = {"linear": ("BTCUSDT", "BTCUSDT-25DEC26"), "inverse": ("BTCUSD", "BTCUSDZ26")}
INTERVAL_HOURS = {"60": 1, "120": 2, "240": 4, "360": 6, "720": 12, "D": 24}
PERIOD_MINUTES = {"5min": 5, "15min": 15, "30min": 30, "1h": 60, "4h": 240, "1d": 1440}


def list_asset(asset: Asset) -> list[Listing]:
    """USDT for every asset; USDC and inverse for the majors, the latter in contracts of 1 USD."""
    prefix, unit = ("1000", 1000.0) if asset.name in THOUSANDS else ("", 1.0)
    hours = 4 if asset.name in FOUR_HOURLY else 8
    common: dict[str, Any] = {"funding_interval_hours": hours, "has_funding_mark": False}
    found = [Listing(f"{prefix}{asset.name}USDT", "linear", unit, volume_share=0.4, **common)]
    if asset.name in MAJORS:
        found.append(Listing(f"{asset.name}PERP", "linear", volume_share=0.02, **common))
        found.append(Listing(f"{asset.name}USD", "inverse", contract_usd=1.0, volume_share=0.03, **common))
    return found


def answer(result: Any, world: World) -> Reply:
    return json_reply({"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": world.now_ms})


def error(code: int, message: str) -> Reply:
    return json_reply({"retCode": code, "retMsg": message, "result": {}, "retExtInfo": {}, "time": 0})


def too_many(retry_after: float, was_warned: bool) -> Reply:
    return text_reply("access too frequent", 403) if was_warned else error(10006, "Too many visits!")


VENUE = Venue("bybit", list_asset)
DIALECT = Dialect("bybit", VENUE, too_many=too_many)


def _category(query: Query) -> str:
    category = query.params.get("category", "")
    if category not in DATED:
        raise Refusal(error(10001, "params error: Category is invalid"))
    return category


def _market(world: World, query: Query) -> Market:
    market = world.find("bybit", query.params.get("symbol", ""), _category(query))
    if market is None:
        raise Refusal(error(10001, "params error: Symbol Is Invalid"))
    return market


_integer = integers(lambda name: error(10001, f"params error: {name} invalid"))


def _instrument(world: World, market: Market) -> dict[str, Any]:
    quote = "USD" if market.is_inverse else "USDC" if market.symbol.endswith("PERP") else "USDT"
    base = market.symbol.removesuffix("PERP").removesuffix(quote)
    is_trading = world.is_trading(market)
    return {
        "symbol": market.symbol,
        "contractType": "InversePerpetual" if market.is_inverse else "LinearPerpetual",
        "status": "Trading" if is_trading else "Closed",
        "baseCoin": base,
        "quoteCoin": quote,
        "launchTime": str(market.listed_ms),
        "deliveryTime": "0" if is_trading else str(market.ends_ms),
        "deliveryFeeRate": "",
        "priceScale": "2",
        "unifiedMarginTrade": True,
        "fundingInterval": (market.listing.funding_interval_hours or 8) * 60,
        "settleCoin": base if market.is_inverse else quote,
        "isPreListing": False,
        "symbolType": "" if market.asset.kind == "crypto" else "stock",
    }


@DIALECT.get("/v5/market/instruments-info")
def instruments(world: World, query: Query) -> Reply:
    category, wanted = _category(query), query.params.get("status", "Trading")
    limit, start = _integer(query, "limit", 500, at_most=1000), _integer(query, "cursor", 0)
    rows = [_instrument(world, market) for market in world.markets("bybit", category)]
    kind, (name, dated) = category.capitalize() + "Futures", DATED[category]
    rows += [row | {"symbol": dated, "contractType": kind, "fundingInterval": 0} for row in rows if row["symbol"] == name]
    rows = sorted((row for row in rows if row["status"] == wanted), key=lambda row: str(row["symbol"]))
    cursor = str(start + limit) if start + limit < len(rows) else ""
    return answer({"category": category, "list": rows[start : start + limit], "nextPageCursor": cursor}, world)


def _ticker(world: World, market: Market) -> dict[str, Any]:
    hour, day = world.current_hour(market), world.last_24_hours(market)
    base, usd = float(market.open_interest_base[hour]), float(market.open_interest_usd[hour])
    side, value = (usd, base) if market.is_inverse else (base, usd)
    volume = [sum(candle.base for candle in day), sum(candle.usd for candle in day)]
    hours = market.listing.funding_interval_hours or 8
    mark = number(float(market.mark[hour]))
    return {
        "symbol": market.symbol,
        "lastPrice": number(day[-1].close) if day else mark,
        "indexPrice": number(float(market.index[hour])),
        "markPrice": mark,
        "prevPrice24h": number(day[0].open) if day else mark,
        "openInterest": number(2 * side),
        "openInterestValue": f"{2 * value:.2f}",
        "singleOpenInterest": number(side),
        "singleOpenInterestValue": f"{value:.2f}",
        "turnover24h": number(float(volume[0 if market.is_inverse else 1])),
        "volume24h": number(float(volume[1 if market.is_inverse else 0])),
        "fundingRate": f"{market.funding_estimate[hour] * hours:.8f}",
        "nextFundingTime": str((world.now_ms // (hours * HOUR_MS) + 1) * hours * HOUR_MS),
        "deliveryTime": "0",
        "fundingIntervalHour": str(hours),
        "basis": "",
    }


@DIALECT.get("/v5/market/tickers")
def tickers(world: World, query: Query) -> Reply:
    category = _category(query)
    rows = [_ticker(world, market) for market in world.markets("bybit", category) if world.is_trading(market)]
    name, dated = DATED[category]
    ended = {"symbol": dated, "fundingRate": "", "nextFundingTime": "0", "fundingIntervalHour": "", "deliveryTime": "1798185600000"}
    rows += [row | ended for row in rows if row["symbol"] == name]
    return answer({"category": category, "list": rows}, world)


@DIALECT.get("/v5/market/kline")
def klines(world: World, query: Query) -> Reply:
    market, hours = _market(world, query), INTERVAL_HOURS.get(query.params.get("interval", ""))
    if hours is None:
        raise Refusal(error(10001, "params error: Invalid period!"))
    limit = _integer(query, "limit", 200, at_most=1000)
    found = world.candles(market, _integer(query, "start", 0), _integer(query, "end", DISTANT_FUTURE_MS), hours)
    rows = []
    for candle in reversed(found[-limit:]):
        amounts = (candle.usd, candle.base) if market.is_inverse else (candle.base, candle.quote)
        prices = (candle.open, candle.high, candle.low, candle.close)
        rows.append([str(candle.opened_ms), *map(number, prices), *map(number, amounts)])
    return answer({"category": _category(query), "symbol": market.symbol, "list": rows}, world)


@DIALECT.get("/v5/market/funding/history")
def funding_history(world: World, query: Query) -> Reply:
    market, limit = _market(world, query), _integer(query, "limit", 200, at_most=200)
    if "startTime" in query.params and "endTime" not in query.params:
        raise Refusal(error(10001, "params error: EndTime is required"))
    found = world.settlements(market, _integer(query, "startTime", 0), _integer(query, "endTime", DISTANT_FUTURE_MS))
    rows = [
        {"symbol": market.symbol, "fundingRate": f"{row.rate:.8f}", "fundingRateTimestamp": str(row.settled_ms)}
        for row in reversed(found[-limit:])
    ]
    return answer({"category": _category(query), "list": rows}, world)


@DIALECT.get("/v5/market/open-interest")
def open_interest(world: World, query: Query) -> Reply:
    """Since launch; the cursor is the oldest stamp of the page before."""
    market, limit = _market(world, query), _integer(query, "limit", 50, at_most=200)
    minutes = PERIOD_MINUTES.get(query.params.get("intervalTime", ""))
    if minutes is None:
        raise Refusal(error(10001, "params error: intervalTime invalid"))
    end = min(_integer(query, "endTime", world.now_ms), _integer(query, "cursor", DISTANT_FUTURE_MS) - 1)
    stamps = world.stamps(market, _integer(query, "startTime", 0), end, minutes * 60_000)
    side = market.open_interest_usd if market.is_inverse else market.open_interest_base
    rows = []
    for stamp in reversed(stamps[-limit:]):
        value = float(side[world.hour_of(market, stamp)])
        rows.append({"openInterest": number(2 * value), "singleOpenInterest": number(value), "timestamp": str(stamp)})
    cursor = rows[-1]["timestamp"] if len(stamps) > limit else ""
    return answer({"symbol": market.symbol, "category": _category(query), "list": rows, "nextPageCursor": cursor}, world)
