"""Jupiter Perps (Solana, the JLP pool): what its own site reads without a key. Open interest and rolling figures, nothing historical.

Its developer pages call the perps API unfinished; these paths are not promised. [T] third parties who read them in 2026, two of whom
derived open interest alike, one checking it against the accounts on the chain; [H] DefiLlama's adapter; [A] assumed.

- `/jlp-info`: `custodies`, one for SOL, ETH, WBTC and each stablecoin; integers as text. `locked` are the tokens reserved for longs,
  as many as their size; `globalShortSizes` are the shorts, USD × 1e6; `aumUsd` (× 1e6) over `aumTokenAmount` is the price [T].
  guaranteedUsd is an account of the pool and no open interest [T]. Longs and shorts have nothing to do with each other: the pool is
  the other side of both.
- `/market-stats?mint=`: price, volume, high and low of the last 24 h, as text in USD; one call a market [T][H].
- There is no funding: both sides pay the pool an hourly borrow fee, which is another thing [H]. There are no candles, no trades of the
  venue and no history; an oracle's price is the only price.
- No limit is published; the host stands behind Cloudflare, and may refuse an address with 403 [H]: 1 request a second.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity
from ingestion.venue.parsing import fields
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

STABLE = {"USDC", "USDT"}  # custodies that back shorts and are not traded

CUSTODIES = Entity.of(
    "custodies",
    "*symbol *observed_at:instant mint owned locked guaranteed_usd? global_short_sizes aum_usd aum_token_amount aum_token_amount_formatted",
    event=pl.col("observed_at"),
    is_snapshot=True,
)
MARKET_STATS = Entity.of(
    "market_stats",
    "*mint *observed_at:instant price:float price_high_24h:float? price_low_24h:float? volume:float?",
    event=pl.col("observed_at"),
    is_snapshot=True,
)


def _parse_custodies(payload: Payload) -> Parsed:
    names = ("mint", "owned", "locked", "guaranteedUsd", "globalShortSizes", "aumUsd", "aumTokenAmount", "aumTokenAmountFormatted")
    rows = [(custody["symbol"], payload.fetched_at, *fields(custody, *names)) for custody in payload.json["custodies"]]
    return {"custodies": rows}


def _parse_stats(payload: Payload) -> Parsed:
    stats = fields(payload.json, "price", "priceHigh24H", "priceLow24H", "volume")
    return {"market_stats": [(payload.param("mint"), payload.fetched_at, *stats)]}


class Jupiter(Adapter):
    """See the module docstring."""

    name = "jupiter"
    hosts = {"api": "https://perps-api.jup.ag/v1"}
    limits = {"api": Limit(1, 1)}
    entities = (CUSTODIES, MARKET_STATS)
    endpoints = (
        Endpoint("jlp_info", "api", "/jlp-info", ("custodies",), _parse_custodies),
        Endpoint("market_stats", "api", "/market-stats", ("market_stats",), _parse_stats),
    )
    no_public_api = {
        "candles": "only a rolling 24 h volume; trades are on the chain, and Dune, which has them, needs a key",
        "funding_rates": "there is no funding: both sides pay the pool a borrow fee",
        "premiums": "positions open and close at the oracle's price: there is no mark of the venue's own",
        "liquidations": "on the chain alone; Dune, which has them, needs a key",
    }

    async def snapshot(self, session: Session) -> list[Market]:
        """One call for the pool, one a market: everything there is."""
        custodies = (await session.get("jlp_info")).json["custodies"]
        markets = [Market(custody["symbol"], product=custody["mint"]) for custody in custodies if custody["symbol"] not in STABLE]
        chosen = session.select(markets)

        async def stats(market: Market) -> None:
            await session.get("market_stats", params={"mint": market.product}, market=market.symbol)

        await session.each("market_stats", chosen, stats)
        return chosen

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """There is none."""
