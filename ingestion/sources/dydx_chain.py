"""dYdX's chain, by the REST of a full node: who gets the net fees, as the chain itself pays them out, now and at past heights.

From dydxprotocol/v4-chain (vendor: proto/dydxprotocol/revshare, x/revshare/keeper/revshare.go) and the shared
reference anchors_and_metrics.md, note A. The indexer (dydx.py) does not tell the split.

- `GET /dydxprotocol/revshare/unconditional_rev_share` → `{"config": {"configs": [{"address",
  "share_ppm"}]}}`: parts per million of the net fees (taker and maker, rebates and the referrer's part off)
  for each address; empty while there is none.
- What is left stays with the fee collector, for validators and those who stake with them. It is no row of the
  answer; here it is, under the name `fee_collector`, so that an answer without recipients is one that gives
  them all. An answer is a split as a whole or none: the one before stays in force where a part cannot be
  read.
- The header `x-cosmos-block-height` asks for the state at a past height (vendor: Cosmos SDK). `GET
  /cosmos/base/node/v1beta1/status` → `{"earliest_store_height", "height", "timestamp"}`, of that height too
  (assumed of the latter): a block of a day is found by it, from the pace of blocks, about one a second.
- A node keeps what its owner chose: by default the newest 362,880 states, four or five days (vendor: Cosmos
  SDK); many public ones a hundred, which is minutes. What is older it refuses (`failed to load state at height`,
  `version does not exist`; third party): that is told as a limitation, and the days stay those of the typed
  split. `PERPS_BASE_URL__DYDX_CHAIN` names an archive node. A day that was read once is not asked for again.
- Any public node answers; this one is named by nautilus_trader as the chain's REST (third party). No limit is
  published: asked once a snapshot. Errors: `{"code", "message", "details"}` with a status of 400 or more, as
  any Cosmos node has them (third party).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from ingestion.errors import BadAnswer, Rejected, SourceError
from ingestion.run.held import By
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.parsing import objects, unix_ms, whole
from ingestion.venue.table import Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

WHOLE_PPM = 1_000_000
FEE_COLLECTOR = "fee_collector"
AT_HEIGHT = {"height": "x-cosmos-block-height"}
BLOCK_SECONDS = 1.0  # to begin with: how far apart they are is learnt from those that were looked at
LATE = timedelta(hours=23)  # what is read of a day stands at that time or later
MOST_LOOKS = 5  # at blocks, for one of a day
NOT_KEPT = re.compile("failed to load state|version does not exist|pruned|lowest height", re.IGNORECASE)

SHARES = Table.snapshot("revenue_shares: *address *observed_at:instant share_ppm:int")
BLOCKS = Table.of("blocks", "*timestamp:instant height:int earliest_store_height:int?")


class Block(NamedTuple):
    height: int
    at: datetime


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


def _observed_at(payload: Payload) -> datetime:
    """The time of the block that was asked for, else of the answer."""
    return datetime.fromtimestamp(payload.asked[0] / 1000, UTC) if payload.asked else payload.fetched_at


class DydxChain(Venue):
    name = "dydx_chain"
    hosts = {"node": "https://dydx-ops-rest.kingnodes.com"}
    limits = {"node": Limit(1, 1)}
    tables = (SHARES, BLOCKS)
    endpoints = (
        serves(
            "revenue_shares", "node", "/dydxprotocol/revshare/unconditional_rev_share", SHARES.at(rows=_shares, observed_at=_observed_at),
            in_headers=AT_HEIGHT,
        ),
        serves("status", "node", "/cosmos/base/node/v1beta1/status", BLOCKS.at(), in_headers=AT_HEIGHT),
    )  # fmt: skip

    async def snapshot(self, session: Session) -> list[Market]:
        """The split as it stands; there are no markets."""
        await session.each("revenue_shares", ["unconditional"], lambda _: session.get("revenue_shares"))
        return []

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """The split of each day that nobody has read, the newest first, as far back as the node has it."""
        lacking = session.days_without(window, [FEE_COLLECTOR], By("revenue_shares", "address")).values()
        await session.each("revenue_shares", lacking, lambda days: self._past(session, days[::-1]))

    async def _past(self, session: Session, days: list[date]) -> None:
        try:
            block, pace = await self._block(session), BLOCK_SECONDS
            for day in days:
                block, pace = await self._of_day(session, day, block, pace)
                at = unix_ms(block.at)
                await session.get("revenue_shares", params={"height": block.height}, asked=(at, at + 1))
        except SourceError as error:
            if not isinstance(error, Rejected) and not NOT_KEPT.search(str(error)):
                raise
            session.limit("revenue_shares", f"the node gives no older state ({error.detail:.120}); an archive node has it")

    async def _of_day(self, session: Session, day: date, known: Block, pace: float) -> tuple[Block, float]:
        """A block of the day's last hour, and how far apart blocks are, by steps from one that is known."""
        wanted = datetime.combine(day, datetime.min.time(), UTC) + LATE
        block = known
        for _ in range(MOST_LOOKS):
            back = (block.at - wanted).total_seconds() / pace
            found = await self._block(session, block.height - round(back))
            if found.height != block.height:
                pace = (block.at - found.at).total_seconds() / (block.height - found.height)
            block = found
            if wanted <= block.at < wanted + timedelta(hours=1):
                return block, pace
        raise BadAnswer(self.name, "status", f"no block of {day} after {MOST_LOOKS} looks", advice="look at the node's status by height")

    async def _block(self, session: Session, height: int | None = None) -> Block:
        """What the node says of a height, or of the newest."""
        answer = await session.get("status", params={} if height is None else {"height": height})
        (row,) = answer.rows("blocks")
        found, at = whole(row["height"]), row["timestamp"]
        if found is None or not isinstance(at, datetime):
            raise BadAnswer(self.name, "status", f"no height or time in {row!r:.120}", advice="look at the node's status")
        return Block(found, at)
