"""Jupiter Perps (Solana, the JLP pool): what its own site reads without a key. Nothing historical.

Its developer pages call the perps API unfinished; these paths are not promised. From third parties who read
them in 2026, two of whom derived open interest alike, one checking it against the accounts on the chain, and
from DefiLlama's adapter.

- `/jlp-info`: `custodies`, one for SOL, ETH, WBTC and each stablecoin; integers as text. `locked` are the
  tokens reserved for longs, as many as their size; `globalShortSizes` are the shorts, USD × 1e6; `aumUsd` (×
  1e6) over `aumTokenAmount` is the price (third party). guaranteedUsd is an account of the pool and no open
  interest. Longs and shorts have nothing to do with each other: the pool is the other side of both.
- `/market-stats?mint=`: price, volume, high and low of the last 24 h, as text in USD; one call a market
  (third party).
- There is no funding: both sides pay the pool an hourly borrow fee, which is another thing. There are no
  candles, no trades of the venue and no history; an oracle's price is the only price.
- No limit is published; the host stands behind Cloudflare, and may refuse an address with 403 (third party):
  1 request a second.
"""

from __future__ import annotations

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.venue.table import CamelTable, Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit

STABLE = {"USDC", "USDT"}  # custodies that back shorts and are not traded

CUSTODIES = CamelTable.snapshot("""
    custodies: *symbol *observed_at:instant=~ mint owned locked guaranteed_usd? global_short_sizes aum_usd aum_token_amount
    aum_token_amount_formatted
""")
MARKET_STATS = Table.snapshot("""
    market_stats: *mint=@mint *observed_at:instant=~ price:float price_high_24h:float?=priceHigh24H price_low_24h:float?=priceLow24H
    volume:float?
""")


class Jupiter(Venue):
    name = "jupiter"
    hosts = {"api": "https://perps-api.jup.ag/v1"}
    limits = {"api": Limit(1, 1)}
    tables = (CUSTODIES, MARKET_STATS)
    endpoints = (
        serves("jlp_info", "api", "/jlp-info", CUSTODIES.at("custodies")),
        serves("market_stats", "api", "/market-stats", MARKET_STATS),
    )
    no_public_api = {
        "candles": "only a rolling 24 h volume; trades are on the chain, and Dune, which has them, needs a key",
        "funding_rates": "there is no funding: both sides pay the pool a borrow fee",
        "premiums": "positions open and close at the oracle's price: there is no mark of the venue's own",
        "liquidations": "on the chain alone; Dune, which has them, needs a key",
    }

    async def snapshot(self, session: Session) -> list[Market]:
        """One call for the pool, one a market: everything there is."""
        pool = await session.get("jlp_info")
        traded = [row for row in pool.rows("custodies") if row["symbol"] not in STABLE and row["mint"]]
        chosen = session.select(Market(row["symbol"], product=row["mint"]) for row in traded)

        async def stats(market: Market) -> None:
            await session.get("market_stats", params={"mint": market.product}, market=market.symbol)

        await session.each("market_stats", chosen, stats)
        return chosen
