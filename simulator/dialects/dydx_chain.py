"""A full node of dYdX's chain: the split of the net fees. Learnt from v4-chain's proto files; no answer of it was recorded.

MegaVault's address is the chain's own; the second one is made up, and nobody is named after it.
"""

from __future__ import annotations

from simulator.dialect import Dialect, Query, Reply, json_reply
from simulator.world import World

SHARES_PPM = {"dydx18tkxrnrkqc2t0lr3zxr5g6a4hdvqksylxqje4r": 250_000, "dydx1simulatedtreasury": 350_000}
DIALECT = Dialect("dydx_chain", not_found=lambda query: json_reply({"code": 12, "message": "Not Implemented", "details": []}, 501))


@DIALECT.get("/dydxprotocol/revshare/unconditional_rev_share")
def shares(world: World, query: Query) -> Reply:
    return json_reply({"config": {"configs": [{"address": address, "share_ppm": ppm} for address, ppm in SHARES_PPM.items()]}})
