"""GMX's newer REST, of which one answer is read: the GMX its treasury puts aside for stakers, by the week.

From GMX's interface (vendor: gmx-io/gmx-interface, sdk/src/utils/buyback) and a staker's simulator that
measured it on 2026-07-09 (third party). Pools, trades and funding are another host's (gmx.py).

- `GET /v1/buyback/weekly-stats` → `{"summary", "weeks": [{"weekStart", "weekEnd", "weeklyAccrued",
  "cumulativeAccrued"}], "months"}`: all weeks since tracking began, keyless. Times are Unix seconds,
  Wednesday 00:00 UTC to the next (third party); amounts are text, GMX × 1e18 (vendor).
- Amounts are whole GMX: an account of what is put aside, which no address on the chain holds to the digit
  (third party).
- The running week ends at the time of the answer and moves: a week is one of seven days, seven days after it
  began.
- Weeks before the first amount are zeros of a time that was not tracked; later zeros are weeks in which
  nothing was put aside.
- Avalanche's host answers zeros: Arbitrum's has the whole of it (third party).
- Valid requests get HTTP 500 at times (third party): the client asks again. No limit is published: asked once
  a run.
"""

from __future__ import annotations

from collections.abc import Iterable

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.table import CamelTable, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit

WEEKS = CamelTable.of("weeks", "*week_start:s week_end:s weekly_accrued cumulative_accrued")


class GmxBuybacks(Venue):
    name = "gmx_buybacks"
    hosts = {"api": "https://arbitrum.gmxapi.io"}
    limits = {"api": Limit(1, 1)}
    tables = (WEEKS,)
    endpoints = (serves("weekly_stats", "api", "/v1/buyback/weekly-stats", WEEKS.at("weeks")),)

    async def snapshot(self, session: Session) -> list[Market]:
        """There are no markets."""
        return []

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """All weeks in one answer, whatever the window."""
        await session.each("weekly_stats", ["weeks"], lambda _: session.get("weekly_stats"))
