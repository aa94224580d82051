"""Extended on Starknet: one list of everything, candles without a lower bound, rates of an hour rounded to six decimals.

Learnt from the venue reference, the vendor's pages and the recorded payloads. All histories are newest first; the end of candles and the
bounds of the others belong to the range. Rates are stamped 0.7 to 1.7 s late. Spot pairs and markets that are announced or gone stand in
the list with prices and a rate; the latter would answer, but their truth could not be asked for: they are rows without a market.
Pages by cursor are not simulated: nobody asks for more rows than one answer holds.
"""

from __future__ import annotations

from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply, number
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, World

CANDLE_HOURS = {"PT1H": 1, "PT2H": 2, "PT4H": 4, "PT8H": 8, "PT12H": 12, "PT24H": 24}
INTEREST_HOURS = {"P1H": 1, "P1D": 24}
CANDLE_LIMIT, FUNDING_DEFAULT, FUNDING_LIMIT, INTEREST_LIMIT = 10_000, 1000, 10_000, 300
LATE_MS = (700, 1700)
MIGRATED_MS = 1752829532673  # of every market older than the move to Starknet
ASSET_NAMES = {"PEPE": "1000PEPE", "AAPL": "AAPL_24_5"}
CLASSES = {"crypto": ("Crypto", "L1"), "equity": ("RWA", "Equity")}


def list_asset(asset: Asset) -> list[Listing]:
    """Four coins, one by the thousand and one that begins within the period, and a share by another session."""
    if asset.name not in ("BTC", "ETH", "PEPE", "ASTER", "AAPL"):
        return []
    name, unit = ASSET_NAMES.get(asset.name, asset.name), 1000.0 if asset.name == "PEPE" else 1.0
    return [
        Listing(
            f"{name}-USD", "perp", unit, funding_interval_hours=1, funding_decimals=6, volume_share=0.02, has_own_quote=False,
            has_funding_mark=False, tags={"asset": name},
        )
    ]  # fmt: skip


def error(code: int, message: str, status: int = 400) -> Reply:
    return json_reply({"status": "ERROR", "error": {"code": code, "message": message}}, status)


VENUE = Venue("extended", list_asset)
DIALECT = Dialect("extended", VENUE, not_found=lambda query: error(404, f"no route {query.path}", 404))


def answer(data: list[Any], **more: Any) -> Reply:
    return json_reply({"status": "OK", "data": data, **more})


def _market(world: World, query: Query) -> Market:
    market = world.find("extended", query.slots["market"])
    if market is None:
        raise Refusal(error(1001, "Market not found", 404))
    return market


def _integer(query: Query, name: str, default: int | None = None, at_most: int = DISTANT_FUTURE_MS) -> int:
    """At most so much. Raises a refusal when it is no number, or missing without a default."""
    try:
        if default is None and not query.params.get(name):
            raise ValueError(name)
        return min(query.integer(name, default or 0), at_most)
    except ValueError:
        raise Refusal(error(400, f"{name} is missing or invalid")) from None


def _hours(query: Query, known: dict[str, int]) -> int:
    if query.params.get("interval", "") not in known:
        raise Refusal(error(1005, "Invalid interval"))
    return known[query.params["interval"]]


def _stats(world: World, market: Market) -> dict[str, Any]:
    hour, day = world.current_hour(market), world.last_24_hours(market)
    mark = float(market.mark[hour])
    first, last = (day[0].open, day[-1].close) if day else (mark, mark)
    return {
        "dailyVolume": number(sum(one.quote for one in day)), "dailyVolumeBase": number(sum(one.base for one in day)),
        "dailyPriceChange": number(last - first), "dailyPriceChangePercentage": f"{last / first - 1:.4f}",
        "dailyLow": number(min([first, *(one.low for one in day)])), "dailyHigh": number(max([first, *(one.high for one in day)])),
        "lastPrice": number(last), "askPrice": number(last), "bidPrice": number(last), "markPrice": number(mark),
        "indexPrice": number(float(market.index[hour])), "fundingRate": f"{market.funding_estimate[hour]:.6f}",
        "nextFundingRate": (world.now_ms // HOUR_MS + 1) * HOUR_MS, "openInterest": number(float(market.open_interest_usd[hour])),
        "openInterestBase": number(float(market.open_interest_base[hour])),
    }  # fmt: skip


def _row(world: World, market: Market) -> dict[str, Any]:
    name, (category, kind) = market.listing.tags["asset"], CLASSES[market.asset.kind]
    caps = {"maxLeverage": "50.00", "hourlyFundingRateCap": "0.25", "minOrderSize": "0.0001"}
    return {
        "name": market.symbol, "type": "PERPETUAL", "uiName": f"{market.asset.name}-USD", "category": category, "subCategory": kind,
        "assetName": name, "assetPrecision": 5, "collateralAssetName": "USD", "collateralAssetPrecision": 6,
        "description": market.asset.name, "active": True, "isRfq": False, "isOffHours": False, "status": "ACTIVE",
        "tradingHours": "CONTINUOUS", "marketStats": _stats(world, market), "tradingConfig": caps, "visibleOnUi": True,
        "referenceMarket": "null", "createdAt": market.listed_ms if market.first else MIGRATED_MS,
    }  # fmt: skip


@DIALECT.get("/info/markets")
def markets(world: World, query: Query) -> Reply:
    rows = [_row(world, market) for market in world.listed("extended")]
    others: list[dict[str, Any]] = [
        {"name": "BTCSPOT-USD", "type": "SPOT", "uiName": "wBTC/USDC", "assetName": "BTCSPOT", "createdAt": 1778084398595},
        {"name": "GILD-USD", "status": "PRELISTED", "category": "RWA", "subCategory": "Equity", "assetName": "GILD"},
        {"name": "OLD-USD", "status": "DELISTED", "assetName": "OLD"},
    ]
    return answer(rows + [rows[0] | one for one in others if rows])


@DIALECT.get("/info/candles/{market}/trades")
def candles(world: World, query: Query) -> Reply:
    """As many as asked for, back from the end."""
    market, hours, limit = _market(world, query), _hours(query, CANDLE_HOURS), _integer(query, "limit", at_most=CANDLE_LIMIT)
    end = _integer(query, "endTime", world.now_ms, world.now_ms)
    found = world.candles(market, max(0, end - (limit + 1) * hours * HOUR_MS), end, hours)[::-1][:limit]
    return answer([
        {
            "o": number(one.open), "l": number(one.low), "h": number(one.high), "c": number(one.close), "v": number(one.base),
            "T": one.opened_ms,
        }
        for one in found
    ])  # fmt: skip


@DIALECT.get("/info/{market}/funding")
def funding(world: World, query: Query) -> Reply:
    market, start, end = _market(world, query), _integer(query, "startTime"), _integer(query, "endTime")
    found = world.settlements(market, start, end, LATE_MS)[::-1][: _integer(query, "limit", FUNDING_DEFAULT, FUNDING_LIMIT)]
    rows = [{"m": market.symbol, "f": f"{one.rate:.6f}", "T": one.settled_ms} for one in found]
    return answer(rows, pagination={"cursor": found[-1].settled_ms if found else 0, "count": len(found)})


@DIALECT.get("/info/{market}/open-interests")
def open_interests(world: World, query: Query) -> Reply:
    market, width = _market(world, query), _hours(query, INTEREST_HOURS) * HOUR_MS
    stamps = world.stamps(market, _integer(query, "startTime"), _integer(query, "endTime"), width)[::-1]
    limit = _integer(query, "limit", INTEREST_LIMIT, INTEREST_LIMIT)
    hours = [(stamp, world.hour_of(market, stamp)) for stamp in stamps[:limit]]
    return answer([
        {"i": number(float(market.open_interest_usd[hour])), "I": number(float(market.open_interest_base[hour])), "t": stamp}
        for stamp, hour in hours
    ])  # fmt: skip
