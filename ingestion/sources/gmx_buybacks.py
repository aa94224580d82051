"""GMX's newer REST, of which one answer is read: the GMX its treasury puts aside for stakers, by the week.

[G] gmx-io/gmx-interface (SDK, sdk/src/utils/buyback), [T] a staker's simulator that measured it (2026-07-09), shared reference
sources/gmx.md. Pools, trades and funding are another host's (gmx.py).

- `GET /v1/buyback/weekly-stats` → `{"summary", "weeks": [{"weekStart", "weekEnd", "weeklyAccrued", "cumulativeAccrued"}], "months"}`:
  all weeks since tracking began, keyless [G][T]. Times are Unix seconds, Wednesday 00:00 UTC to the next [T]; amounts are text,
  GMX × 1e18 [G].
- Amounts are whole GMX: an account of what is put aside, which no address on the chain holds to the digit [T].
- The running week ends at the time of the answer and moves [T][G]: a week is one of seven days, seven days after it began.
- Weeks before the first amount are zeros of a time that was not tracked; later zeros are weeks in which nothing was put aside [G][T].
- Avalanche's host answers zeros: Arbitrum's has the whole of it [T].
- Valid requests get HTTP 500 at times [T]: the client asks again. No limit is published: asked once a run.
"""

from __future__ import annotations

from collections.abc import Iterable

from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, seconds
from ingestion.venue.parsing import fields
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

WEEKS = Entity.of("weeks", "*week_start:int week_end:int weekly_accrued cumulative_accrued", event=seconds("week_start"))


def _parse_weeks(payload: Payload) -> Parsed:
    return {"weeks": [fields(week, "weekStart", "weekEnd", "weeklyAccrued", "cumulativeAccrued") for week in payload.json["weeks"]]}


class GmxBuybacks(Adapter):
    """See the module docstring."""

    name = "gmx_buybacks"
    hosts = {"api": "https://arbitrum.gmxapi.io"}
    limits = {"api": Limit(1, 1)}
    entities = (WEEKS,)
    endpoints = (Endpoint("weekly_stats", "api", "/v1/buyback/weekly-stats", ("weeks",), _parse_weeks),)

    async def snapshot(self, session: Session) -> list[Market]:
        """There are no markets."""
        return []

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """All weeks in one answer, whatever the window."""
        await session.each("weekly_stats", ["weeks"], lambda _: session.get("weekly_stats"))
