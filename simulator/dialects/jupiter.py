"""Jupiter Perps: the pool's custodies and rolling figures of a market.

Learnt from shared reference sources/jupiter_perps.md and public readers of the API. Amounts are integers as text: tokens ×
10^decimals, USD × 1e6. The truth is the larger side: longs as locked tokens, shorts as USD. The pool holds a power of two of tokens, so
that its worth over them is the price to the digit. Neither candles nor funding exist: its markets show their open interest alone.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from simulator.assets import Asset
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply, number
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import World

SYMBOLS = {"BTC": "WBTC", "ETH": "ETH", "SOL": "SOL"}
POOL_TOKENS = 2**20
STABLE = {
    "symbol": "USDC", "mint": "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", "owned": "400000000000000", "locked": "9000000000000",
    "guaranteedUsd": "0", "globalShortSizes": "0", "aumUsd": "400000000000000", "aumTokenAmount": "400000000000000",
    "aumTokenAmountFormatted": "400000000", "utilizationPct": "2.25",
}  # fmt: skip


def list_asset(asset: Asset) -> list[Listing]:
    """Three coins."""
    if asset.name not in SYMBOLS:
        return []
    shown = frozenset({"open_interest"})
    return [Listing(SYMBOLS[asset.name], funding_interval_hours=1, volume_share=0.01, has_funding_mark=False, shows=shown)]


VENUE = Venue("jupiter", list_asset)
DIALECT = Dialect("jupiter", VENUE, not_found=lambda query: json_reply({"statusCode": 404, "error": "Not Found"}, 404))


def _mint(market: Market) -> str:
    return f"{market.symbol}mint"


def _decimals(market: Market) -> int:
    """As many as the truth's quantities need, 8 at least."""
    return max(8, round(-math.log2(market.base_step)))


def _scaled(value: float | Fraction, decimals: int) -> str:
    return str(round(Fraction(value) * 10**decimals))


def _custody(world: World, market: Market, number_of_it: int) -> dict[str, Any]:
    hour, decimals = world.current_hour(market), _decimals(market)
    base, usd, price = (Fraction(float(array[hour])) for array in (market.open_interest_base, market.open_interest_usd, market.mark))
    longs, shorts = (base, usd / 2) if number_of_it % 2 else (base / 2, usd)
    return {
        "symbol": market.symbol,
        "mint": _mint(market),
        "owned": _scaled(Fraction(POOL_TOKENS), decimals),
        "locked": _scaled(longs, decimals),
        "guaranteedUsd": _scaled(longs * price * 4 / 5, 6),
        "globalShortSizes": _scaled(shorts, 6),
        "aumUsd": _scaled(price * POOL_TOKENS, 6),
        "aumTokenAmount": _scaled(Fraction(POOL_TOKENS), decimals),
        "aumTokenAmountFormatted": f"{POOL_TOKENS:,}.00",
        "utilizationPct": f"{float(longs) / POOL_TOKENS * 100:.2f}",
    }


@DIALECT.get("/jlp-info")
def jlp_info(world: World, query: Query) -> Reply:
    custodies = [_custody(world, market, count) for count, market in enumerate(world.markets("jupiter"))]
    return json_reply({"aumUsd": "900000000000000", "custodies": [*custodies, STABLE], "jlpPriceUsdFormatted": "4.10"})


@DIALECT.get("/market-stats")
def market_stats(world: World, query: Query) -> Reply:
    market = next((market for market in world.markets("jupiter") if _mint(market) == query.params.get("mint")), None)
    if market is None:
        raise Refusal(json_reply({"statusCode": 400, "error": "Bad Request", "message": "mint is not supported"}, 400))
    day, price = world.last_24_hours(market), float(market.mark[world.current_hour(market)])
    stats = {
        "price": number(price),
        "priceChange24H": "0.00",
        "priceHigh24H": number(max((candle.high for candle in day), default=price)),
        "priceLow24H": number(min((candle.low for candle in day), default=price)),
        "volume": number(sum(candle.usd for candle in day)),
    }
    return json_reply(stats)
