"""Hyperliquid's statistics CDN, behind stats.hyperliquid.xyz: what the info API does not tell — liquidations by coin, traders a day.

Learnt from shared reference sources/hyperliquid.md (paths as thunderhead-labs/hyperliquid-stats-web names them) and recorded answers; [M].

- `GET /<name>` → `{"chart_data": [{"time": "2023-06-13T00:00:00", …}]}`: whole history in one answer, daily from 2023-06-13, no parameters.
  `time` is the UTC day, written without a zone.
- daily_notional_liquidated_by_coin: USD of positions closed by force, both sides together; there is no side. Days are missing.
- daily_unique_users: addresses that traded that day.
- Undocumented and best effort: it may lag or stop. No limit is published: asked one at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import polars as pl

from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

LIQUIDATIONS = Entity.of("liquidations_by_coin", "*coin *time:instant daily_notional_liquidated:float", event=pl.col("time"))
USERS = Entity.of("unique_users", "*time:instant daily_unique_users:int", event=pl.col("time"))


def _day(text: str) -> datetime:
    """UTC, though not written. Raises ValueError for anything but midnight: then the format changed."""
    found = datetime.fromisoformat(text)
    if found.tzinfo or found.time() != datetime.min.time():
        raise ValueError(f"{text!r} is not a day without a zone")
    return found.replace(tzinfo=UTC)


def _rows(payload: Payload) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = payload.json["chart_data"]
    return found


def _parse_liquidations(payload: Payload) -> Parsed:
    return {"liquidations_by_coin": [(row["coin"], _day(row["time"]), row["daily_notional_liquidated"]) for row in _rows(payload)]}


def _parse_users(payload: Payload) -> Parsed:
    return {"unique_users": [(_day(row["time"]), row["daily_unique_users"]) for row in _rows(payload)]}


class HyperliquidStats(Adapter):
    """See the module docstring."""

    name = "hyperliquid_stats"
    hosts = {"cdn": "https://d2v1fiwobg9w6.cloudfront.net"}
    limits = {"cdn": Limit(1, 1)}
    entities = (LIQUIDATIONS, USERS)
    endpoints = (
        Endpoint(
            "liquidated_by_coin", "cdn", "/daily_notional_liquidated_by_coin", ("liquidations_by_coin",), _parse_liquidations
        ),
        Endpoint("unique_users", "cdn", "/daily_unique_users", ("unique_users",), _parse_users),
    )  # fmt: skip

    async def snapshot(self, session: Session) -> list[Market]:
        """Nothing exists only now."""
        return []

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """Whole series: the CDN knows no range."""
        for endpoint in self.endpoints:
            await session.each(endpoint.name, [endpoint.name], lambda name: session.get(name))
