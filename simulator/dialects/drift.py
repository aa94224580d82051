"""Drift's data API: all markets in one list, candles back from a second, a CSV of funding for each day.

Learnt from shared reference sources/drift.md, drift-labs/common and the recorded list beside it. Open interest is per side in base, shorts
negative; the truth is the larger side, at the oracle's price, which here is the truth's mark. Funding of the files is USD per base and
hour. Days without settlements are empty files. The venue has been halted since 2026-04-02: its markets are no part of the market
that the other dialects share, and exist in a Truth that is asked for `VENUE`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply, number, text_reply
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import World

JITTER_MS = (8_000, 14_000)  # recorded: 10 s after the hour
LARGEST_PAGE = 1000
RESOLUTION_HOURS = {"60": 1, "240": 4, "D": 24}
PREFIXES = {1.0: "", 1e3: "1K", 1e6: "1M"}
UNITS = {"BTC": 1.0, "ETH": 1.0, "PEPE": 1e6}
HEADER = "ts,txSig,slot,recordId,marketIndex,fundingRate,fundingRateLong,fundingRateShort,oraclePriceTwap,markPriceTwap"


def list_asset(asset: Asset) -> list[Listing]:
    """Two coins as they are and one by the million."""
    if asset.name not in UNITS:
        return []
    unit = UNITS[asset.name]
    symbol = f"{PREFIXES[unit]}{asset.name}-PERP"
    return [Listing(symbol, unit=unit, funding_interval_hours=1, funding_decimals=9, volume_share=0.01, has_funding_mark=False)]


VENUE = Venue("drift", list_asset)
DIALECT = Dialect("drift", not_found=lambda query: json_reply({"message": "Not Found"}, 404))


def _market(world: World, query: Query) -> Market:
    market = world.find("drift", query.slots["symbol"])
    if market is None:
        raise Refusal(json_reply({"success": False, "message": "Market not found"}, 404))
    return market


def _base(market: Market) -> str:
    unit = market.listing.unit
    return f"{PREFIXES.get(unit, f'{unit:.0f}')}{market.asset.name}"


def _stats(world: World, market: Market, index: int) -> dict[str, Any]:
    hour, day = world.current_hour(market), world.last_24_hours(market)
    held, percent = float(market.open_interest_base[hour]), float(market.funding_estimate[hour]) * 100
    larger, smaller = (held, held / 2) if index % 2 else (held / 2, held)
    price, high, low = (number(float(prices[hour])) for prices in (market.close, market.high, market.low))
    return {
        "symbol": market.symbol, "marketIndex": index, "marketType": "perp", "baseAsset": _base(market), "quoteAsset": "USDC",
        "status": "active" if world.is_trading(market) else "delisted", "precision": 9, "fees": {"maker": -2e-05, "taker": 0.00035},
        "limits": {"leverage": {"min": 1, "max": 20}, "amount": {"min": 0.0001, "max": 3500}},
        "oraclePrice": number(float(market.mark[hour])), "markPrice": price, "price": price,
        "baseVolume": number(sum(candle.base for candle in day)), "quoteVolume": number(sum(candle.usd for candle in day)),
        "openInterest": {"long": number(larger), "short": number(-smaller)},
        "fundingRate": {"long": number(percent), "short": number(-percent)}, "fundingRate24h": number(percent),
        "fundingRateUpdateTs": world.now_ms // HOUR_MS * 3600 + 10, "priceChange24h": "0.000000", "priceChange24hPercent": "0.00",
        "priceHigh": {"oracle": high, "fill": high}, "priceLow": {"oracle": low, "fill": low},
    }  # fmt: skip


@DIALECT.get("/stats/markets")
def stats_markets(world: World, query: Query) -> Reply:
    perps = [_stats(world, market, index) for index, market in enumerate(world.markets("drift"))]
    spot = {"symbol": "SOL", "marketIndex": 1, "marketType": "spot", "baseAsset": "SOL", "quoteAsset": "USDC", "status": "active"}
    return json_reply({"success": True, "markets": [*perps, spot]})


@DIALECT.get("/market/{symbol}/candles/{resolution}")
def candles(world: World, query: Query) -> Reply:
    """The newest rows up to startTs, both bounds included."""
    market, resolution = _market(world, query), query.slots["resolution"]
    if resolution not in RESOLUTION_HOURS:
        raise Refusal(json_reply({"success": False, "message": "Invalid resolution"}, 400))
    newest, oldest = query.integer("startTs", world.now_ms // 1000), query.integer("endTs", 0)
    limit = min(query.integer("limit", 100), LARGEST_PAGE)
    found = world.candles(market, oldest * 1000, newest * 1000, RESOLUTION_HOURS[resolution])[-limit:]
    rows = [
        {
            "ts": candle.opened_ms // 1000,
            "fillOpen": candle.open, "fillHigh": candle.high, "fillLow": candle.low, "fillClose": candle.close,
            "oracleOpen": candle.open, "oracleHigh": candle.high, "oracleLow": candle.low, "oracleClose": candle.close,
            "quoteVolume": candle.usd, "baseVolume": candle.base,
        }
        for candle in reversed(found)
    ]  # fmt: skip
    return json_reply({"success": True, "records": rows})


@DIALECT.get("/market/{symbol}/fundingRates/{year}/{month}/{day}")
def funding_rates(world: World, query: Query) -> Reply:
    """By the day the settlement is stamped in; the JSON form, of 20 rows a page, is not simulated."""
    market, day = _market(world, query), tuple(int(query.slots[name]) for name in ("year", "month", "day"))
    if query.params.get("format") != "csv":
        raise Refusal(json_reply({"success": False, "message": "only format=csv is simulated"}, 400))
    lines = [
        f"{row.settled_ms // 1000},sig{row.settled_ms},{row.settled_ms // 400},{row.settled_ms // HOUR_MS},0,"
        f"{number(row.rate * row.mark)},{number(row.rate * row.mark)},{number(row.rate * row.mark)},{number(row.mark)},{number(row.mark)}"
        for row in world.settlements(market, jitter=JITTER_MS)
        if _day(row.settled_ms) == day
    ]
    return text_reply("\n".join([HEADER, *lines]) + "\n" if lines else "")


def _day(at_ms: int) -> tuple[int, ...]:
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return at.year, at.month, at.day
