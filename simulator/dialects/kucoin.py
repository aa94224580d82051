"""KuCoin Futures: the classic API and, under its own paths, the unified one; JSON numbers in an envelope of text codes.

Learnt from the venue reference and the recorded payloads beside it. Amounts are lots: base times a multiplier, or USD on inverse
contracts, whose multiplier is negative, −1 everywhere. Candles have a turnover as their last value, come oldest first and lose what goes
beyond 200 rows; funding and the history of open interest come newest first. A contract that was taken off is in no list: its truth could
not come back, so none is simulated.
"""

from __future__ import annotations

from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS
from simulator.dialect import Dialect, Query, Refusal, Reply, integers, json_reply, number
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, World

CANDLE_LIMIT, FUNDING_LIMIT, HISTORY_LIMIT = 200, 100, 200
GRANULARITIES = {"60": 1, "120": 2, "240": 4, "480": 8, "1440": 24}
INTERVAL_HOURS = {"1hour": 1, "4hour": 4, "1day": 24}
MULTIPLIERS = {"BTC": 2.0**-10, "ETH": 2.0**-7, "PEPE": 2.0**19}  # powers of two near the true 0.001, 0.01 and 520,000
BASES = {"BTC": "XBT"}
CLASSES = {"crypto": "CRYPTO", "equity": "STOCK", "commodity": "COMMODITY", "index": "INDEX", "fx": "FOREX"}


def list_asset(asset: Asset) -> list[Listing]:
    """USDT contracts of three coins, none with a prefix of thousands, and the inverse one of Bitcoin."""
    if asset.name not in MULTIPLIERS:
        return []
    base = BASES.get(asset.name, asset.name)
    common: dict[str, Any] = {"has_funding_mark": False, "tags": {"base": base}}
    hours, lot = (4 if asset.name == "PEPE" else 8), MULTIPLIERS[asset.name]
    found = [Listing(f"{base}USDTM", contract_base=lot, funding_interval_hours=hours, volume_share=0.1, **common)]
    if asset.name == "BTC":
        found.append(Listing("XBTUSDM", "inverse", contract_usd=1.0, volume_share=0.02, **common))
    return found


def error(code: str, message: str, status: int = 200) -> Reply:
    return json_reply({"code": code, "msg": message}, status)


VENUE = Venue("kucoin", list_asset)
DIALECT = Dialect(
    "kucoin",
    VENUE,
    too_many=lambda retry_after, was_warned: error("429000", "Too many requests in a short period of time", 429),
    bucket=lambda query: query.path.split("/")[2],
    not_found=lambda query: error("404000", "Url Not Found", 404),
)


def answer(data: Any, weight: int) -> Reply:
    return json_reply({"code": "200000", "data": data}, weight=weight)


def _market(world: World, query: Query) -> Market:
    market = world.find_listed("kucoin", query.params.get("symbol", ""))
    if market is None:
        raise Refusal(error("100003", "The symbol does not exist"))
    return market


_integer = integers(lambda name: error("400100", f"{name} is invalid"))


def _interest(market: Market, hour: int) -> str:
    return number(float(market.open_interest_contracts[hour]))


def _contract(world: World, market: Market) -> dict[str, Any]:
    hour, day = world.current_hour(market), world.last_24_hours(market)
    base, interval = market.listing.tags.get("base", market.asset.name), (market.listing.funding_interval_hours or 8) * HOUR_MS
    coming = (world.now_ms // interval + 1) * interval
    return {
        "symbol": market.symbol, "rootSymbol": base if market.is_inverse else "USDT", "type": "FFWCSX", "baseCurrency": base,
        "firstOpenDate": market.listed_ms, "expireDate": None, "settleDate": None, "quoteCurrency": "USD" if market.is_inverse else "USDT",
        "settleCurrency": base if market.is_inverse else "USDT", 
        "multiplier": market.listing.contract_size * (-1 if market.is_inverse else 1),
        "lotSize": 1, "tickSize": market.price_step, "isQuanto": True, "isInverse": market.is_inverse, "status": "Open",
        "assetClass": CLASSES[market.asset.kind], "marketType": "NASDAQ" if market.asset.kind == "equity" else "CRYPTO",
        "marketStage": "NORMAL",
        "fundingFeeRate": round(float(market.funding_estimate[hour]) * interval / HOUR_MS, 6), "fundingRateGranularity": interval,
        "currentFundingRateGranularity": interval, "nextFundingRateTime": coming - world.now_ms, "nextFundingRateDateTime": coming,
        "openInterest": _interest(market, hour), "volumeOf24h": sum(candle.base for candle in day),
        "turnoverOf24h": sum(candle.usd for candle in day), "markPrice": float(market.mark[hour]),
        "indexPrice": float(market.index[hour]), "lastTradePrice": day[-1].close if day else float(market.mark[hour]),
    }  # fmt: skip


@DIALECT.get("/api/v1/contracts/active")
def contracts(world: World, query: Query) -> Reply:
    rows = [_contract(world, market) for market in world.listed("kucoin")]
    dated = [row | {"symbol": "XBTMZ26", "type": "FFICSX", "expireDate": 1798185600000} for row in rows if row["isInverse"]]
    return answer(rows + dated[:1], 3)


@DIALECT.get("/api/v1/kline/query")
def klines(world: World, query: Query) -> Reply:
    """From and to, both within the range."""
    market, hours = _market(world, query), GRANULARITIES.get(query.params.get("granularity", ""))
    if hours is None:
        raise Refusal(error("400100", "granularity is invalid"))
    found = world.candles(market, _integer(query, "from", 0), _integer(query, "to", DISTANT_FUTURE_MS), hours)
    rows = []
    for one in found[:CANDLE_LIMIT]:
        turnover = one.base if market.is_inverse else one.quote
        rows.append([one.opened_ms, one.open, one.high, one.low, one.close, one.contracts, turnover])
    return answer(rows, 3)


@DIALECT.get("/api/v1/contract/funding-rates")
def funding_rates(world: World, query: Query) -> Reply:
    market = _market(world, query)
    found = world.settlements(market, _integer(query, "from"), _integer(query, "to"))[::-1][:FUNDING_LIMIT]
    return answer([{"symbol": market.symbol, "fundingRate": row.rate, "timepoint": row.settled_ms} for row in found], 5)


@DIALECT.get("/api/ua/v1/market/open-interest")
def open_interest(world: World, query: Query) -> Reply:
    """Without an interval the present, with it the history, whose rows do not name the symbol."""
    market, interval = _market(world, query), query.params.get("interval")
    if not interval:
        return answer([{"symbol": market.symbol, "openInterest": _interest(market, world.current_hour(market)), "ts": world.now_ms}], 5)
    if interval not in INTERVAL_HOURS:
        raise Refusal(error("400100", "interval is invalid"))
    width, size = INTERVAL_HOURS[interval] * HOUR_MS, min(_integer(query, "pageSize", 30), HISTORY_LIMIT)
    stamps = world.stamps(market, _integer(query, "startAt", 0), _integer(query, "endAt", world.now_ms), width)[::-1][:size]
    return answer([{"openInterest": _interest(market, world.hour_of(market, stamp)), "ts": stamp} for stamp in stamps], 5)
