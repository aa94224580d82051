"""Orderly's staking pool: the part of the net fees that goes to stakers. Learnt from the vendor's OpenAPI; no answer was recorded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from simulator.dialect import Dialect, Query, Reply, json_reply
from simulator.world import World

REVENUE_RATE = 0.6
BATCH = timedelta(days=14)
FIRST_BATCH = datetime(2025, 4, 7, tzinfo=UTC)  # batch 13 is settled on 2025-10-06, as in the vendor's example


def _refused(query: Query) -> Reply:
    return json_reply({"success": False, "code": -1006, "message": "path not found"}, 404)


DIALECT = Dialect("orderly_staking", not_found=_refused)


@DIALECT.get("/v1/staking/valor2/pool_info")
def pool_info(world: World, query: Query) -> Reply:
    batch = (datetime.fromtimestamp(world.now_ms / 1000, UTC) - FIRST_BATCH) // BATCH + 1
    price = world.coin_price("orderly-network", world.now_ms // 1000) or 0.2
    pool = {
        "revenue_rate": REVENUE_RATE, "valor_price_esorder": 0.018, "treasury_pool_value": 741_510.854264,
        "est_treasury_inflow": 1502.490346,
        "order_price_usdc": price, "total_redeemed_amount": 1_594_502.182669, "current_batch_id": batch,
        "next_settlement_date": f"{(FIRST_BATCH + batch * BATCH).date()}",
    }  # fmt: skip
    return json_reply({"success": True, "timestamp": world.now_ms, "data": pool})
