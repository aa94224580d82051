"""Hyperliquid's statistics CDN, behind stats.hyperliquid.xyz: liquidations by coin, open interest, traders a day.

Third party throughout: paths as thunderhead-labs/hyperliquid-stats-web names them; and recorded answers.

- `GET /<name>` → `{"chart_data": [{"time": "2023-06-13T00:00:00", …}]}`: whole history in one answer, daily
  from 2023-06-13, no parameters. `time` is the UTC day, written without a zone; anything but midnight means
  that the format changed.
- daily_notional_liquidated_by_coin: USD of positions closed by force, both sides together; there is no side.
  Days are missing.
- open_interest: USD by coin, the day's average × its average price, one side: no observation of a moment.
- daily_unique_users: addresses that traded that day.
- Undocumented and best effort. Its last day is 2026-04-03; the files are still written, with nothing newer in
  them (a project that read them on 2026-10-07). No limit is published: asked one at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.parsing import objects
from ingestion.venue.table import Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

LIQUIDATIONS = Table.of("liquidations_by_coin", "*coin *time:instant daily_notional_liquidated:float")
OPEN_INTEREST = Table.of("open_interest_by_coin", "*coin *time:instant open_interest:float")
USERS = Table.of("unique_users", "*time:instant daily_unique_users:int")


def _days(payload: Payload) -> list[Any]:
    return [_day(row.get("time")) for row in objects(payload.json["chart_data"])]


def _day(text: Any) -> Any:
    """UTC, though not written. Anything but a midnight without a zone stays as it is, and does not fit."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return text
    return text if found.tzinfo or found.time() != datetime.min.time() else found.replace(tzinfo=UTC)


class HyperliquidStats(Venue):
    name = "hyperliquid_stats"
    hosts = {"cdn": "https://d2v1fiwobg9w6.cloudfront.net"}
    limits = {"cdn": Limit(1, 1)}
    tables = (LIQUIDATIONS, OPEN_INTEREST, USERS)
    endpoints = (
        serves("liquidated_by_coin", "cdn", "/daily_notional_liquidated_by_coin", LIQUIDATIONS.at("chart_data", time=_days)),
        serves("open_interest", "cdn", "/open_interest", OPEN_INTEREST.at("chart_data", time=_days)),
        serves("unique_users", "cdn", "/daily_unique_users", USERS.at("chart_data", time=_days)),
    )

    closed_on = date(2026, 4, 3)

    async def snapshot(self, session: Session) -> list[Market]:
        """Nothing exists only now."""
        return []

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """Whole series: the CDN knows no range."""
        for endpoint in self.endpoints:
            await session.each(endpoint.name, [endpoint.name], lambda name: session.get(name))
