"""Perpetual Protocol's subgraph: one POST route, GraphQL; the operation's name and its variables say what is asked.

Learnt from the subgraph's schema, shared reference sources/perpetual_protocol.md and thegraph.md; no answer was ever recorded. No
GraphQL is parsed: the lists of the three operations the warehouse sends are served, 1000 rows each, by id. Trades of an hour are four,
a quarter of its volume each, at the open, the high, the low and the close; funding is updated on the hour, per day. Two traders hold the
longs and one less of the shorts. Nothing is liquidated here, and no key is asked for. The option perpetual_protocol.head (unix s) stops
the index.
"""

from __future__ import annotations

from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS, Candle
from simulator.dialect import Dialect, Query, Reply, json_reply, number
from simulator.market import Market
from simulator.venue import EVERYTHING, Listing, Venue
from simulator.world import Settlement, World

PAGE = 1000
TOKENS = {"BTC": "0x86f1e0420c26a858fc203a3645dd1a36868f18e5", "ETH": "0x8c835dfaa34e2ae61775e80ee29e2c724c6ae2bb"}
ROUTER = "0xc84da6c8ec7a57cd10b939e79eaf9d2d17834e04"
SECOND_MS = 1000


def list_asset(asset: Asset) -> list[Listing]:
    """Bitcoin and ether, named by the address of their base token."""
    token = TOKENS.get(asset.name)
    if token is None:
        return []
    shown = EVERYTHING - {"liquidations"}
    return [Listing(token, "perpetual", funding_interval_hours=1, funding_decimals=9, volume_share=0.02, shows=shown)]


VENUE = Venue("perpetual_protocol", list_asset)
DIALECT = Dialect("perpetual_protocol", VENUE)


def _error(message: str) -> Reply:
    return json_reply({"errors": [{"message": message}]})


def _head_s(world: World) -> int:
    return int(world.options.get("perpetual_protocol.head", world.now_ms // 1000))


@DIALECT.post("/")
def graphql(world: World, query: Query) -> Reply:
    body = query.body if isinstance(query.body, dict) else {}
    operation, variables = body.get("operationName"), body.get("variables") or {}
    answers = {"markets": _markets, "positions": _positions, "events": _events}
    if operation not in answers:
        return _error("Unknown operation")
    meta = {"block": {"number": _head_s(world) // 2, "timestamp": _head_s(world)}, "deployment": "QmSimulated", "hasIndexingErrors": False}
    return json_reply({"data": {"_meta": meta} | answers[operation](world, variables)})


def _page(rows: list[dict[str, Any]], after: str) -> list[dict[str, Any]]:
    return [row for row in sorted(rows, key=lambda row: str(row["id"])) if row["id"] > after][:PAGE]


def _markets(world: World, variables: dict[str, str]) -> dict[str, Any]:
    rows = [
        {
            "id": one.symbol, "baseToken": one.symbol, "quoteToken": ROUTER, "pool": f"0x{number_of:040x}", "feeRatio": "1000",
            "tradingVolume": number(sum(candle.quote for candle in world.last_24_hours(one))), "tradingFee": "0",
            "timestampAdded": str(one.listed_ms // 1000),
        }
        for number_of, one in enumerate(world.markets("perpetual_protocol"))
    ]  # fmt: skip
    return {"markets": _page(rows, variables["after"])}


def _positions(world: World, variables: dict[str, str]) -> dict[str, Any]:
    """The longs in two hands; the shorts are one step less."""
    rows = []
    for one in world.markets("perpetual_protocol"):
        held = float(one.open_interest_base[world.current_hour(one)])
        part = held // (4 * one.base_step) * one.base_step  # whole steps: their decimals fit into the warehouse's sums
        sizes = {"0xlong1": part, "0xlong2": held - part, "0xshort": one.base_step - held}
        names = [(f"{who}-{one.symbol}", size) for who, size in sizes.items() if size]
        rows += [{"id": name, "baseToken": one.symbol, "takerPositionSize": number(size)} for name, size in names]
    return {"traderMarkets": _page(rows, variables["after"])}


def _events(world: World, variables: dict[str, str]) -> dict[str, Any]:
    start, end = (int(variables[name]) * 1000 for name in ("start", "end"))
    end = min(end, _head_s(world) * 1000)
    positions, fundings = [], []
    for one in world.markets("perpetual_protocol"):
        positions += [row for candle in world.candles(one, start - HOUR_MS, end) for row in _changes(one, candle, start, end, world.now_ms)]
        fundings += [_funding(one, at, world) for at in world.settlements(one, start, end - 1)]
    lists = {"positionChangeds": positions, "positionLiquidateds": [], "fundingUpdateds": fundings}
    return {name: _page(rows, variables[name]) for name, rows in lists.items()}


def _changes(market: Market, one: Candle, start: int, end: int, now_ms: int) -> list[dict[str, Any]]:
    prices = (one.open, one.high, one.low, one.close)
    offsets = (0, 10, 20, 30) if one.closed_ms >= now_ms else (0, 1200, 2400, 3599)
    rows = []
    for part, (price, offset) in enumerate(zip(prices, offsets, strict=True)):
        at, sign = one.opened_ms + offset * SECOND_MS, 1 if part % 2 else -1
        if start <= at < end:
            tx = f"0x{at // 1000:x}{part}{market.symbol[2:6]}"
            rows.append({
                "id": f"{tx}-{part}", "timestamp": str(at // 1000), "txHash": tx, "trader": "0xlong1", "baseToken": market.symbol,
                "exchangedPositionSize": number(sign * one.base / 4), "exchangedPositionNotional": number(-sign * one.quote / 4),
                "fee": "0", "swappedPrice": number(price), "marketPriceAfter": number(price),
                "blockNumberLogIndex": str(at // 2 * 1000 + part),
            })  # fmt: skip
    return rows


def _funding(market: Market, one: Settlement, world: World) -> dict[str, Any]:
    at_ms, hour = one.settled_ms, world.hour_of(market, one.settled_ms)
    tx = f"0x{at_ms // 1000:x}f{market.symbol[2:6]}"
    return {
        "id": f"{tx}-0", "timestamp": str(at_ms // 1000), "baseToken": market.symbol, "markTwap": number(float(market.mark[hour])),
        "indexTwap": number(float(market.index[hour])), "dailyFundingRate": number(one.rate * 24 / one.hours),
        "blockNumberLogIndex": str(at_ms // 2 * 1000),
    }  # fmt: skip
