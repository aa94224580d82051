"""dYdX's chain, by the REST of a full node: who gets the net fees, as the chain itself pays them out.

Learnt from dydxprotocol/v4-chain (proto/dydxprotocol/revshare, x/revshare/keeper/revshare.go) and the shared reference
anchors_and_metrics.md, note A; [H] primary source, [M] third party. The indexer (dydx.py) does not tell the split.

- `GET /dydxprotocol/revshare/unconditional_rev_share` → `{"config": {"configs": [{"address", "share_ppm"}]}}`: parts per million of the net
  fees (taker and maker, rebates and the referrer's part off) for each address; empty while there is none [H].
- What is left stays with the fee collector, for validators and those who stake with them [H]. It is no row of the answer; here it is, under
  the name `fee_collector`, so that an answer without recipients is one that gives them all.
- Shares are set by governance and have no history here: a day that nobody asked is lost.
- Any public node answers; this one is named by nautilus_trader as the chain's REST [M]. No limit is published: asked once a snapshot.
- Errors: `{"code", "message", "details"}` with a status of 400 or more, as any Cosmos node has them [M].
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
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

WHOLE_PPM = 1_000_000
FEE_COLLECTOR = "fee_collector"

SHARES = Entity.of("revenue_shares", "*address *observed_at:instant share_ppm:int", event=pl.col("observed_at"), is_snapshot=True)


def _parse_shares(payload: Payload) -> Parsed:
    """One row a recipient, and the rest. Raises ValueError where recipients get more than all there is."""
    found = [(str(one["address"]), int(one["share_ppm"])) for one in payload.json["config"].get("configs") or []]
    rest = WHOLE_PPM - sum(share for _, share in found)
    if rest < 0 or any(share < 0 for _, share in found):
        raise ValueError(f"shares of {WHOLE_PPM - rest} parts in a million")
    return {"revenue_shares": [(address, payload.fetched_at, share) for address, share in [*found, (FEE_COLLECTOR, rest)]]}


class DydxChain(Adapter):
    """See the module docstring."""

    name = "dydx_chain"
    hosts = {"node": "https://dydx-ops-rest.kingnodes.com"}
    limits = {"node": Limit(1, 1)}
    entities = (SHARES,)
    endpoints = (
        Endpoint("revenue_shares", "node", "/dydxprotocol/revshare/unconditional_rev_share", ("revenue_shares",), _parse_shares),
    )  # fmt: skip

    async def snapshot(self, session: Session) -> list[Market]:
        """The split as it stands; there are no markets."""
        await session.each("revenue_shares", ["unconditional"], lambda _: session.get("revenue_shares"))
        return []

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """There is none."""
