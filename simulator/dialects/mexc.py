"""MEXC contract v1: JSON numbers in an envelope, columns for candles, pages for funding.

Learnt from the venue reference and the recorded payloads beside it. Amounts are contracts: base times a size, or USD on inverse ones,
where `amount` is base instead of quote. Candles are stamped in seconds, come oldest first and keep the newest 2000 of a range; funding is
newest first and knows no bounds. Open interest has no history. Errors are codes inside HTTP 200. A contract that was taken off is in no
list: its truth could not come back, so none is simulated.
"""

from __future__ import annotations

from typing import Any

from simulator.assets import Asset
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, World

KLINE_LIMIT, LARGEST_PAGE = 2000, 1000
INTERVAL_HOURS = {"Min60": 1, "Hour4": 4, "Hour8": 8}
SIZES = {"BTC": 2.0**-13, "ETH": 2.0**-7, "PEPE": 2.0**23}  # powers of two near the true 0.0001, 0.01 and 10 million
PLATES = {
    "crypto": ["mc-trade-zone-0fees"], "equity": ["mc-trade-zone-Stock", "mc-trade-zone-tradfi"],
    "commodity": ["mc-trade-zone-Commodities", "mc-trade-zone-tradfi"],
}  # fmt: skip


def list_asset(asset: Asset) -> list[Listing]:
    """USDT contracts of three coins, none with a prefix of thousands, and the inverse one of Bitcoin."""
    if asset.name not in SIZES:
        return []
    common: dict[str, Any] = {"funding_interval_hours": 4 if asset.name == "PEPE" else 8, "has_funding_mark": False}
    tags = {"base": asset.name, "quote": "USDT"}
    found = [Listing(f"{asset.name}_USDT", contract_base=SIZES[asset.name], volume_share=0.3, tags=tags, **common)]
    if asset.name == "BTC":
        tags = {"base": asset.name, "quote": "USD"}
        found.append(Listing("BTC_USD", "inverse", contract_usd=100.0, volume_share=0.02, tags=tags, **common))
    return found


def answer(data: Any) -> Reply:
    return json_reply({"success": True, "code": 0, "data": data})


def error(code: int, message: str, status: int = 200) -> Reply:
    return json_reply({"success": False, "code": code, "message": message}, status)


VENUE = Venue("mexc", list_asset)
DIALECT = Dialect(
    "mexc",
    VENUE,
    too_many=lambda retry_after, was_warned: error(510, "Requests are too frequent, please try again later!"),
    bucket=lambda query: "/".join(query.path.split("/")[:3]),
    not_found=lambda query: error(404, "Not found!", 404),
)


def _market(world: World, symbol: str) -> Market:
    market = world.find_listed("mexc", symbol)
    if market is None:
        raise Refusal(error(1001, "Contract does not exist!"))
    return market


def _integer(query: Query, name: str, default: int, at_least: int = 0) -> int:
    try:
        value = query.integer(name, default)
    except ValueError:
        raise Refusal(error(600, f"Parameter error: {name}")) from None
    if value < at_least:
        raise Refusal(error(600, f"Parameter error: {name}"))
    return value


def _contract(market: Market) -> dict[str, Any]:
    tags = market.listing.tags
    base = tags.get("base", market.asset.name)
    quote = tags.get("quote", "USD" if market.is_inverse else "USDT")
    return {
        "symbol": market.symbol, "displayNameEn": f"{market.symbol} PERPETUAL", "baseCoin": base, "quoteCoin": quote, "futureType": 1,
        "baseCoinName": base, "quoteCoinName": quote, "settleCoin": base if market.is_inverse else quote,
        "contractSize": market.listing.contract_size,
        "priceUnit": market.price_step, "volUnit": 1, "state": 0, "isHidden": False, "apiAllowed": True,
        "conceptPlate": PLATES[market.asset.kind], "createTime": market.listed_ms, "openingTime": market.listed_ms if market.first else 0,
    }  # fmt: skip


def _ticker(world: World, market: Market) -> dict[str, Any]:
    hour, day = world.current_hour(market), world.last_24_hours(market)
    return {
        "symbol": market.symbol, "lastPrice": day[-1].close if day else float(market.mark[hour]),
        "volume24": sum(candle.contracts for candle in day),
        "amount24": sum(candle.base if market.is_inverse else candle.quote for candle in day),
        "holdVol": float(market.open_interest_contracts[hour]),
        "indexPrice": float(market.index[hour]), "fairPrice": float(market.mark[hour]), "timestamp": world.now_ms,
        "fundingRate": round(float(market.funding_estimate[hour]) * (market.listing.funding_interval_hours or 8), 6),
        "riseFallRate": 0.0, "riseFallRates": {"zone": "UTC+8", "r": 0.0},
    }  # fmt: skip


def _all_or_one(world: World, query: Query, one: Any) -> Reply:
    """A symbol's own answer comes without a list."""
    symbol = query.params.get("symbol")
    return answer(one(_market(world, symbol)) if symbol else [one(market) for market in world.listed("mexc")])


@DIALECT.get("/detail")
def detail(world: World, query: Query) -> Reply:
    return _all_or_one(world, query, _contract)


@DIALECT.get("/ticker")
def ticker(world: World, query: Query) -> Reply:
    return _all_or_one(world, query, lambda market: _ticker(world, market))


@DIALECT.get("/kline/{symbol}")
def klines(world: World, query: Query) -> Reply:
    """Start and end, both within the range; each open is the close before."""
    market, hours = _market(world, query.slots["symbol"]), INTERVAL_HOURS.get(query.params.get("interval", "Min1"))
    if hours is None:
        raise Refusal(error(600, "Parameter error: interval"))
    end = _integer(query, "end", DISTANT_FUTURE_MS // 1000) * 1000
    found = world.candles(market, _integer(query, "start", 0) * 1000, end, hours)[-KLINE_LIMIT:]
    columns: dict[str, list[Any]] = {"time": [one.opened_ms // 1000 for one in found]}
    for name in ("open", "close", "high", "low"):
        columns[name] = [getattr(one, name) for one in found]
    columns["vol"] = [one.contracts for one in found]
    columns["amount"] = [one.base if market.is_inverse else one.quote for one in found]
    return answer(columns)


@DIALECT.get("/funding_rate/history")
def funding_history(world: World, query: Query) -> Reply:
    market = _market(world, query.params.get("symbol", ""))
    page, size = _integer(query, "page_num", 1, 1), min(_integer(query, "page_size", 20, 1), LARGEST_PAGE)
    found = world.settlements(market)[::-1]
    rows = [
        {"symbol": market.symbol, "fundingRate": row.rate, "settleTime": row.settled_ms, "collectCycle": row.hours}
        for row in found[(page - 1) * size : page * size]
    ]
    total = {"pageSize": size, "totalCount": len(found), "totalPage": -(-len(found) // size), "currentPage": page}
    return answer(total | {"resultList": rows})
