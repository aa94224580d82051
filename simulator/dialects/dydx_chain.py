"""A full node of dYdX's chain: the split of the net fees, now or at a height. Learnt from v4-chain's proto files and the Cosmos SDK; no
answer of it was recorded.

MegaVault's address is the chain's own; the second one is made up, and nobody is named after it. Blocks are as far apart as
dYdX's indexer (its dialect) has them; the node keeps five days of states, and refuses what is older as the SDK words it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply
from simulator.dialects.dydx import BLOCK_MS
from simulator.world import World

SHARES_PPM = {"dydx18tkxrnrkqc2t0lr3zxr5g6a4hdvqksylxqje4r": 250_000, "dydx1simulatedtreasury": 350_000}
KEPT_BLOCKS = 5 * 86_400_000 // BLOCK_MS
DIALECT = Dialect("dydx_chain", not_found=lambda query: json_reply({"code": 12, "message": "Not Implemented", "details": []}, 501))


def _height(world: World, query: Query) -> int:
    """The one that was asked for, if the node has it; else the newest."""
    newest = world.now_ms // BLOCK_MS
    asked = int(query.headers.get("x-cosmos-block-height") or newest)
    if not newest - KEPT_BLOCKS < asked <= newest:
        reason = f"failed to load state at height {asked}; version does not exist (latest height: {newest}): invalid request"
        raise Refusal(json_reply({"code": 3, "message": reason, "details": []}, 400))
    return asked


@DIALECT.get("/dydxprotocol/revshare/unconditional_rev_share")
def shares(world: World, query: Query) -> Reply:
    _height(world, query)
    return json_reply({"config": {"configs": [{"address": address, "share_ppm": ppm} for address, ppm in SHARES_PPM.items()]}})


@DIALECT.get("/cosmos/base/node/v1beta1/status")
def status(world: World, query: Query) -> Reply:
    height = _height(world, query)
    at = datetime.fromtimestamp(height * BLOCK_MS / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    told = {"earliest_store_height": str(world.now_ms // BLOCK_MS - KEPT_BLOCKS + 1), "height": str(height), "timestamp": at}
    return json_reply(told | {"app_hash": "", "validator_hash": ""})
