"""Hyperliquid's info API: one POST route, the question in the body's `type`.

Learnt from the vendor's pages and recorded payloads. Main dex and one builder dex (`xyz`);
ctxs[i] belongs to universe[i]; delisted markets stay with isDelisted and null premium. Time-ranged replies hold 500 rows from
startTime, candles 5000; only the newest 5000 candles exist. What a builder's market is, its deployer says in a word of its own; the
builder dex is margined in USDH, which is token 360. Funding is hourly, stamped 20–60 ms late. Weight 20, or 2 for allMids, and more
per 20 funding rows and 60 candles. A body it cannot read: 422 in plain text; an unknown coin: 500 `null`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply, number, text_reply
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, World

JITTER_MS = (20, 60)
LARGEST_PAGE = 500
CANDLES_KEPT = 5000
INTERVAL_HOURS = {"1h": 1, "2h": 2, "4h": 4, "8h": 8, "12h": 12, "1d": 24}
BUILDER_DEXS = {"xyz": "XYZ"}
CATEGORIES = {"equity": "stocks", "crypto": "crypto", "commodity": "commodities", "index": "indices", "fx": "FX"}
USDC, USDH = 0, 360  # the index of tokens
THOUSANDS = {"PEPE"}


def list_asset(asset: Asset) -> list[Listing]:
    """Coins on the main dex, everything else on the builder dex."""
    name, unit = (f"k{asset.name}", 1000.0) if asset.name in THOUSANDS else (asset.name, 1.0)
    dex = "" if asset.kind == "crypto" else "xyz"
    symbol = f"{dex}:{name}" if dex else name
    return [
        Listing(
            symbol, dex, unit, funding_interval_hours=1, funding_decimals=10, volume_share=0.3,
            has_own_quote=False, has_funding_mark=False,
        )
    ]  # fmt: skip


VENUE = Venue("hyperliquid", list_asset)
DIALECT = Dialect("hyperliquid", VENUE)


def _unreadable() -> Refusal:
    return Refusal(text_reply("Failed to deserialize the JSON body into the target type", 422))


def _market(world: World, body: dict[str, Any]) -> Market:
    coin = body.get("coin")
    if not isinstance(coin, str):
        raise _unreadable()
    market = world.find("hyperliquid", coin)
    if market is None:
        raise Refusal(json_reply(None, 500))
    return market


def _time(body: dict[str, Any], name: str, default: int | None = None) -> int:
    value = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _unreadable()
    return value


def _dex(world: World, body: dict[str, Any]) -> list[Market]:
    dex = body.get("dex", "")
    if dex not in ("", *BUILDER_DEXS):
        raise Refusal(json_reply(None, 500))
    return world.markets("hyperliquid", dex)


def _meta(world: World, markets: list[Market]) -> dict[str, Any]:
    universe = []
    for market in markets:
        fields = {"szDecimals": 2, "name": market.symbol, "maxLeverage": 40 if market.asset.name == "BTC" else 10, "marginTableId": 50}
        universe.append(fields if world.is_trading(market) else fields | {"isDelisted": True})
    tiers = [[50, {"description": "", "marginTiers": [{"lowerBound": "0.0", "maxLeverage": 50}]}]]
    return {"universe": universe, "marginTables": tiers, "collateralToken": USDH if any(market.product for market in markets) else USDC}


def _context(world: World, market: Market) -> dict[str, Any]:
    hour, day = world.current_hour(market), world.last_24_hours(market)
    mark, oracle = number(float(market.mark[hour])), number(float(market.index[hour]))
    volumes = {
        "dayNtlVlm": number(float(sum(candle.usd for candle in day))), "dayBaseVlm": number(float(sum(candle.base for candle in day))),
    }  # fmt: skip
    if not world.is_trading(market):
        gone = {"funding": "0.0", "openInterest": "0.0", "prevDayPx": mark, "premium": None, "midPx": None, "impactPxs": None}
        return gone | {"oraclePx": oracle, "markPx": mark} | volumes
    return volumes | {
        "funding": f"{market.funding_estimate[hour]:.10f}",
        "openInterest": number(float(market.open_interest_base[hour])),
        "prevDayPx": number(day[0].open if day else float(market.open[hour])),
        "premium": number(float(market.premium[hour])),
        "oraclePx": oracle,
        "markPx": mark,
        "midPx": mark,
        "impactPxs": [mark, mark],
    }


def meta(world: World, body: dict[str, Any]) -> Reply:
    return json_reply(_meta(world, _dex(world, body)), weight=20)


def meta_and_contexts(world: World, body: dict[str, Any]) -> Reply:
    markets = _dex(world, body)
    return json_reply([_meta(world, markets), [_context(world, market) for market in markets]], weight=20)


def all_metas(world: World, body: dict[str, Any]) -> Reply:
    return json_reply([_meta(world, world.markets("hyperliquid", dex)) for dex in ("", *BUILDER_DEXS)], weight=20)


def dexs(world: World, body: dict[str, Any]) -> Reply:
    rows = [
        {
            "name": name,
            "fullName": full_name,
            "deployer": "0x" + "0" * 40,
            "oracleUpdater": None,
            "feeRecipient": None,
            "assetToStreamingOiCap": [],
            "assetToFundingMultiplier": [[market.symbol, "1.0"] for market in world.markets("hyperliquid", name)],
        }
        for name, full_name in BUILDER_DEXS.items()
    ]
    return json_reply([None, *rows], weight=20)


def concise_annotations(world: World, body: dict[str, Any]) -> Reply:
    """Of builders' markets alone, and of those whose deployer said something."""
    markets = [market for dex in BUILDER_DEXS for market in world.markets("hyperliquid", dex)]
    return json_reply([[market.symbol, {"category": CATEGORIES[market.asset.kind]}] for market in markets], weight=20)


def spot_meta(world: World, body: dict[str, Any]) -> Reply:
    tokens = [("USDC", USDC, None), ("PURR", 1, None), ("USDH", USDH, "USDH")]
    rows = [{"name": name, "szDecimals": 2, "weiDecimals": 8, "index": index, "fullName": full} for name, index, full in tokens]
    return json_reply({"universe": [{"tokens": [1, 0], "name": "PURR/USDC", "index": 0, "isCanonical": True}], "tokens": rows}, weight=20)


def candles(world: World, body: dict[str, Any]) -> Reply:
    asked = body.get("req")
    if not isinstance(asked, dict) or asked.get("interval") not in INTERVAL_HOURS:
        raise _unreadable()
    market, interval = _market(world, asked), str(asked["interval"])
    hours = INTERVAL_HOURS[interval]
    kept = (world.now_ms // (hours * HOUR_MS) - CANDLES_KEPT + 1) * hours * HOUR_MS
    start, end = max(_time(asked, "startTime"), kept), _time(asked, "endTime", DISTANT_FUTURE_MS)
    found = world.candles(market, start, end, hours)[:CANDLES_KEPT]
    rows = [
        {
            "t": candle.opened_ms, "T": candle.closed_ms, "s": market.symbol, "i": interval,
            "o": number(candle.open), "c": number(candle.close), "h": number(candle.high), "l": number(candle.low),
            "v": number(candle.base), "n": candle.trades,
        }
        for candle in found
    ]  # fmt: skip
    return json_reply(rows, weight=20 + len(rows) // 60)


def funding_history(world: World, body: dict[str, Any]) -> Reply:
    market = _market(world, body)
    start, end = _time(body, "startTime"), _time(body, "endTime", DISTANT_FUTURE_MS)
    rows = [
        {"coin": market.symbol, "fundingRate": f"{row.rate:.10f}", "premium": number(row.premium), "time": row.settled_ms}
        for row in world.settlements(market, start, end, JITTER_MS)[:LARGEST_PAGE]
    ]
    return json_reply(rows, weight=20 + len(rows) // 20)


def all_mids(world: World, body: dict[str, Any]) -> Reply:
    trading = [market for market in _dex(world, body) if world.is_trading(market)]
    return json_reply({market.symbol: number(float(market.mark[world.current_hour(market)])) for market in trading}, weight=2)


def predicted_fundings(world: World, body: dict[str, Any]) -> Reply:
    next_hour = world.now_ms // HOUR_MS * HOUR_MS + HOUR_MS
    rows = []
    for market in world.markets("hyperliquid", ""):
        if world.is_trading(market):
            rate = f"{market.funding_estimate[world.current_hour(market)]:.10f}"
            rows.append([market.symbol, [["HlPerp", {"fundingRate": rate, "nextFundingTime": next_hour, "fundingIntervalHours": 1}]]])
    return json_reply(rows, weight=20)


TYPES: dict[str, Callable[[World, dict[str, Any]], Reply]] = {
    "meta": meta,
    "metaAndAssetCtxs": meta_and_contexts,
    "allPerpMetas": all_metas,
    "perpDexs": dexs,
    "perpConciseAnnotations": concise_annotations,
    "spotMeta": spot_meta,
    "candleSnapshot": candles,
    "fundingHistory": funding_history,
    "allMids": all_mids,
    "predictedFundings": predicted_fundings,
    "perpsAtOpenInterestCap": lambda world, body: json_reply([], weight=20),
}


@DIALECT.post("/info")
def info(world: World, query: Query) -> Reply:
    if not isinstance(query.body, dict) or query.body.get("type") not in TYPES:
        raise _unreadable()
    return TYPES[str(query.body["type"])](world, query.body)
