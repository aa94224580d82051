"""Orderly's staking pool, by its public REST: the part of the net fees that goes to those who stake ORDER.

From the vendor's OpenAPI (orderly.network/docs, `get-valor2-pool-info`); no answer was recorded. Markets, candles
and funding of Orderly are other endpoints of the same host, and are not read.

- `GET /v1/staking/valor2/pool_info` → `{"success", "timestamp", "data": {"revenue_rate": 0.6, "est_treasury_inflow",
  "treasury_pool_value", "order_price_usdc", "current_batch_id", "next_settlement_date", …}}`: keyless. `revenue_rate`
  is a fraction of net fees; who gets the rest is not said.
- A batch is settled every two weeks. `/v1/staking/valor2/revenue_buyback` has what each batch brought, by number
  and without its days: not read.
- The rate stands only now, without a history: a day that nobody asked is lost.
- Errors are `{"success": false, "code", "message"}`; 10 requests a second and address (vendor).
"""

from __future__ import annotations

from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.venue.envelope import Envelope
from ingestion.venue.parsing import number
from ingestion.venue.table import Table, found, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

POOLS = Table.snapshot("""
    pools: *observed_at:instant=~ current_batch_id:int? revenue_rate:float est_treasury_inflow:float? treasury_pool_value:float?
    order_price_usdc:float? next_settlement_date?
""")


def _pool(payload: Payload) -> list[Any]:
    """The pool. Raises ValueError where its rate is no fraction: the one before stays in force."""
    pool = found(payload, "data")
    if not 0 <= number(pool.get("revenue_rate")) <= 1 or pool.get("revenue_rate") is None:
        raise ValueError(f"a revenue_rate of {pool.get('revenue_rate')!r} is no fraction")
    return [pool]


class OrderlyStaking(Venue):
    name = "orderly_staking"
    hosts = {"api": "https://api.orderly.org"}
    limits = {"api": Limit(10, 1)}
    envelope = Envelope("True", codes=("success",), messages=("message",))
    tables = (POOLS,)
    endpoints = (serves("pool_info", "api", "/v1/staking/valor2/pool_info", POOLS.at(rows=_pool)),)

    async def snapshot(self, session: Session) -> list[Market]:
        """The rate as it stands; there are no markets, and no history."""
        await session.each("pool_info", ["pool"], lambda _: session.get("pool_info"))
        return []
