"""GMX v2 on Arbitrum: the keeper's REST and the squid's GraphQL, told apart by the operation's name.

Learnt from shared reference sources/gmx.md, gmx-io/gmx-interface and the recorded lists beside it. A market is a pool with an address;
prices are its index token's. USD and factors are integers × 1e30, tokens × 10^decimals. Candles have no volume and come newest first;
volume is the sum of the fills. The side that pays funding has the negative factor, and the other gets less per unit than that side
pays. Longs and shorts differ: the truth's open interest is the larger side, longs here, shorts there. Pages hold 1000 rows.
A day has ten to fourteen accounts, each in all pools.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from simulator.assets import Asset
from simulator.candles import Candle
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply
from simulator.grid import QUOTE_STEP
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import World

LARGEST_PAGE = 1000
LARGEST_CANDLES = 10_000
PERIOD_HOURS = {"1h": 1, "4h": 4, "1d": 24}
TRADED = ("BTC", "ETH", "PEPE")
USDC = "0xaf88d065e77c8cC2239327C5EDb3A432268e5831"
LIQUIDATION = 7

Row = dict[str, Any]


def list_asset(asset: Asset) -> list[Listing]:
    """Three pools, each named by an address."""
    if asset.name not in TRADED:
        return []
    address = f"0xA{asset.name.encode().hex():0>39}"
    return [Listing(address, funding_interval_hours=1, funding_decimals=12, volume_share=0.01, has_funding_mark=False)]


VENUE = Venue("gmx", list_asset)
DIALECT = Dialect("gmx", VENUE)


def _token(market: Market) -> str:
    unit = market.listing.unit
    return market.asset.name if unit == 1 else f"{unit:.0f}{market.asset.name}"


def _decimals(market: Market) -> int:
    """As many as the truth's quantities need, 8 at least."""
    return max(8, round(-math.log2(market.base_step)))


def _scaled(value: float | Fraction, decimals: int = 30) -> str:
    return str(round(Fraction(value) * 10**decimals))


def _index_token(market: Market) -> str:
    return "0x1" + market.symbol[3:]


def _squid_address(market: Market) -> str:
    """The squid need not write an address in the case that REST does."""
    return market.symbol.lower()


@DIALECT.get("/markets")
def markets(world: World, query: Query) -> Reply:
    rows = [
        {
            "name": f"{_token(market)}/USD [{_token(market)}-USDC]",
            "marketToken": market.symbol,
            "indexToken": _index_token(market),
            "longToken": _index_token(market),
            "shortToken": USDC,
            "isListed": world.is_trading(market),
            "listingDate": "2023-08-08T00:00:00.000Z",
        }
        for market in world.markets("gmx")
    ]
    swaps = {"name": "SWAP-ONLY [USDC-USDT]", "marketToken": "0xswap", "indexToken": "0x" + "0" * 40, "longToken": USDC, "shortToken": USDC}
    return json_reply({"markets": [swaps | {"isListed": True, "listingDate": "2023-08-08T00:00:00.000Z"}, *rows]})


@DIALECT.get("/tokens")
def tokens(world: World, query: Query) -> Reply:
    rows = [
        {"symbol": _token(market), "address": _index_token(market), "decimals": _decimals(market), "synthetic": True}
        for market in world.markets("gmx")
    ]
    return json_reply({"tokens": [{"symbol": "USDC", "address": USDC, "decimals": 6}, *rows]})


@DIALECT.get("/prices/candles")
def price_candles(world: World, query: Query) -> Reply:
    symbol, period = query.params.get("tokenSymbol", ""), query.params.get("period", "")
    market = next((market for market in world.markets("gmx") if _token(market) == symbol), None)
    if market is None or period not in PERIOD_HOURS:
        raise Refusal(json_reply({"error": "Unsupported token or period"}, 400))
    limit = min(query.integer("limit", LARGEST_CANDLES), LARGEST_CANDLES)
    found = world.candles(market, hours=PERIOD_HOURS[period])[-limit:]
    rows = [[candle.opened_ms // 1000, candle.open, candle.high, candle.low, candle.close] for candle in reversed(found)]
    return json_reply({"period": period, "candles": rows})


def _sides(market: Market, hour: int) -> Row:
    """The truth is the larger side; which one that is, the name says."""
    usd, base = Fraction(float(market.open_interest_usd[hour])), Fraction(float(market.open_interest_base[hour]))
    larger, smaller = ("long", "short") if len(_token(market)) % 2 else ("short", "long")
    return {
        f"{larger}OpenInterestUsd": _scaled(usd),
        f"{smaller}OpenInterestUsd": _scaled(usd * 3 / 4),
        f"{larger}OpenInterestInTokens": _scaled(base, _decimals(market)),
        f"{smaller}OpenInterestInTokens": _scaled(base * 3 / 4, _decimals(market)),
    }


def _market_infos(world: World, variables: Row) -> Row:
    found = world.markets("gmx")
    infos = [
        {"marketTokenAddress": _squid_address(market), "isDisabled": not world.is_trading(market)}
        | _sides(market, world.current_hour(market))
        for market in found
    ]
    volumes = [
        {"market": _squid_address(market), "volume": _scaled(sum(Fraction(candle.usd) for candle in world.last_24_hours(market)))}
        for market in found
    ]
    return {"marketInfos": infos, "positionsVolume": volumes}


def _fills(market: Market, candle: Candle) -> Iterator[Row]:
    """Two fills an hour where both can lie on the truth's grids, else one."""
    usd, base = (math.floor(total / step / 3) * step for total, step in ((candle.usd, QUOTE_STEP), (candle.base, market.base_step)))
    parts = [(usd, base), (candle.usd - usd, candle.base - base)] if market.listing.has_own_quote else [(candle.usd, candle.base)]
    for number, (part_usd, part_base) in enumerate(parts):
        at = candle.opened_ms // 1000 + 600 * number
        yield {
            "id": f"{market.symbol}:{at}", "timestamp": at, "market": _squid_address(market), "type": "decrease" if number else "increase",
            "isLong": bool(number), "sizeDeltaUsd": _scaled(part_usd), "sizeDeltaInTokens": _scaled(part_base, _decimals(market)),
            "account": _account(at),
        }  # fmt: skip


def _account(at_s: int) -> str:
    """Ten to fourteen a day, as its number has it; the squid need not write an address in one case only."""
    day, hour = divmod(at_s // 3600, 24)
    address = f"{hour % (10 + day % 5) + 0xACC0:040x}"
    return f"0x{address.upper() if at_s % 3600 else address}"


def _position_changes(world: World, market: Market, start: int, end: int) -> Iterator[Row]:
    for candle in world.candles(market, start * 1000, end * 1000 - 1):
        yield from _fills(market, candle)


def _trade_actions(world: World, market: Market, start: int, end: int) -> Iterator[Row]:
    for one in world.liquidations(market, start * 1000, end * 1000 - 1):
        yield {
            "id": f"{market.symbol}:{one.at_ms}", "timestamp": one.at_ms // 1000, "marketAddress": _squid_address(market),
            "eventName": "OrderExecuted", "orderType": LIQUIDATION, "isLong": one.side == "long", "sizeDeltaUsd": _scaled(one.usd),
            "executionPrice": _scaled(one.price, 30 - _decimals(market)),
        }  # fmt: skip


def _funding_rates(world: World, market: Market, start: int, end: int) -> Iterator[Row]:
    for row in world.settlements(market, start * 1000, end * 1000 - 1):
        paid = Fraction(row.rate) / 3600
        yield {
            "marketAddress": _squid_address(market), "snapshotTimestamp": row.settled_ms // 1000,
            "fundingFactorPerSecondLong": _scaled(-paid), "fundingFactorPerSecondShort": _scaled(paid * 9 / 10),
        }  # fmt: skip


def _open_interest(world: World, market: Market, start: int, end: int) -> Iterator[Row]:
    for at in world.stamps(market, start * 1000, end * 1000 - 1, 3_600_000):
        yield {"marketAddress": _squid_address(market), "snapshotTimestamp": at // 1000} | _sides(market, world.hour_of(market, at))


SERIES: dict[str, Callable[[World, Market, int, int], Iterator[Row]]] = {
    "positionChanges": _position_changes,
    "tradeActions": _trade_actions,
    "fundingRateSnapshots": _funding_rates,
    "fundingBalanceOiSnapshots": _open_interest,
}


def _series(world: World, name: str, variables: Row) -> Row:
    start, end, offset = (int(variables[key]) for key in ("from", "to", "offset"))
    rows = [row for market in world.markets("gmx") for row in SERIES[name](world, market, start, end)]
    stamp = "timestamp" if name in ("positionChanges", "tradeActions") else "snapshotTimestamp"
    rows = sorted((row for row in rows if start <= row[stamp] < end), key=lambda row: int(row[stamp]))
    return {name: rows[offset : offset + min(int(variables["limit"]), LARGEST_PAGE)]}


@DIALECT.post("/gmx-synthetics-arbitrum:prod/api/graphql")
def squid(world: World, query: Query) -> Reply:
    body = query.body if isinstance(query.body, dict) else {}
    name, variables = body.get("operationName"), body.get("variables") or {}
    try:
        if name == "marketInfos":
            return json_reply({"data": _market_infos(world, variables)})
        return json_reply({"data": _series(world, str(name), variables)})
    except KeyError as missing:
        return json_reply({"errors": [{"message": f"Cannot query field {missing} on type Query."}]})
