"""Hypurrscan, an explorer of Hyperliquid's chain: all fees the chain ever took, as a counter.

Recorded: two answers of April 2025, of what was abc.hypurrscan.io then. No documentation.

- `GET /fees` → `[{"time": s, "total_fees": n, "total_spot_fees": n}, …]`, oldest first, the whole series in
  one answer of some 12,000 rows, from 2024-11-17. No parameters.
- Amounts are CUMULATIVE, USDC × 1e6, perpetuals and spot together; total_spot_fees is the spot part
  (third party, and the differences of days equal DefiLlama's fees: median ratio 0.9999).
- Readings come some twelve minutes apart, at any second, and stop for hours or days at times: a day is known
  where one was taken near both of its ends.
- No limit is published: asked once a run.
"""

from __future__ import annotations

from collections.abc import Iterable

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.table import Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit

FEES = Table.of("fees", "*time:s total_fees:float total_spot_fees:float?")


class Hypurrscan(Venue):
    name = "hypurrscan"
    hosts = {"api": "https://api.hypurrscan.io"}
    limits = {"api": Limit(1, 1)}
    tables = (FEES,)
    endpoints = (serves("fees", "api", "/fees", FEES),)

    async def snapshot(self, session: Session) -> list[Market]:
        """There are no markets."""
        return []

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """The whole series in one answer, whatever the window."""
        await session.each("fees", ["all"], lambda _: session.get("fees"))
