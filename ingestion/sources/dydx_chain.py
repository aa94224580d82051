"""dYdX's chain, by the REST of a full node: who gets the net fees, as the chain itself pays them out.

From dydxprotocol/v4-chain (vendor: proto/dydxprotocol/revshare, x/revshare/keeper/revshare.go) and the shared
reference anchors_and_metrics.md, note A. The indexer (dydx.py) does not tell the split.

- `GET /dydxprotocol/revshare/unconditional_rev_share` → `{"config": {"configs": [{"address",
  "share_ppm"}]}}`: parts per million of the net fees (taker and maker, rebates and the referrer's part off)
  for each address; empty while there is none.
- What is left stays with the fee collector, for validators and those who stake with them. It is no row of the
  answer; here it is, under the name `fee_collector`, so that an answer without recipients is one that gives
  them all. An answer is a split as a whole or none: the one before stays in force where a part cannot be
  read.
- Shares are set by governance and have no history here: a day that nobody asked is lost.
- Any public node answers; this one is named by nautilus_trader as the chain's REST (third party). No limit is
  published: asked once a snapshot. Errors: `{"code", "message", "details"}` with a status of 400 or more, as
  any Cosmos node has them (third party).
"""

from __future__ import annotations

from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.venue.parsing import objects, whole
from ingestion.venue.table import Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

WHOLE_PPM = 1_000_000
FEE_COLLECTOR = "fee_collector"

SHARES = Table.snapshot("revenue_shares: *address *observed_at:instant=~ share_ppm:int")


def _shares(payload: Payload) -> list[Any]:
    """One row a recipient, and the rest. Raises ValueError where one cannot be read, or they are more than all."""
    rows = objects(payload.json["config"].get("configs"))
    parts = [whole(row.get("share_ppm")) for row in rows]
    known = [part for part in parts if part is not None and part >= 0]
    if len(known) < len(parts) or not all(row.get("address") for row in rows):
        raise ValueError(f"a share that cannot be read among {rows!r:.200}")
    if sum(known) > WHOLE_PPM:
        raise ValueError(f"shares of {sum(known)} parts in a million")
    return [*rows, {"address": FEE_COLLECTOR, "share_ppm": WHOLE_PPM - sum(known)}]


class DydxChain(Venue):
    name = "dydx_chain"
    hosts = {"node": "https://dydx-ops-rest.kingnodes.com"}
    limits = {"node": Limit(1, 1)}
    tables = (SHARES,)
    endpoints = (serves("revenue_shares", "node", "/dydxprotocol/revshare/unconditional_rev_share", SHARES.at(rows=_shares)),)

    async def snapshot(self, session: Session) -> list[Market]:
        """The split as it stands; there are no markets, and no history."""
        await session.each("revenue_shares", ["unconditional"], lambda _: session.get("revenue_shares"))
        return []
