"""Boards of one venue in a world that changes, and how they are asked.

Belongs here: what the tests of terms and of events share. Does not: figures.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson

from simulator import Truth
from simulator.changes import Event
from simulator.dialect import Query
from simulator.dialects import venues
from simulator.dialects.bitmex import VENUE as BITMEX
from simulator.switchboard import Switchboard

START = date(2026, 8, 1)
MIDNIGHT = datetime(2026, 8, 3, tzinfo=UTC)  # of day 2, when terms change
LAST_MS, FIRST_MS = int(MIDNIGHT.timestamp() * 1000) - 3_600_000, int(MIDNIGHT.timestamp() * 1000)  # the hours on both sides of it
LAST_S, FIRST_S = LAST_MS // 1000, FIRST_MS // 1000


def board_of(venue: str, *changes: Event, hour: float = 60.0, assets: tuple[str, ...] = ("BTC", "ETH", "PEPE")) -> Switchboard:
    """The world `hour` hours after its start."""
    mine = [one for one in [*venues(), BITMEX] if one.name == venue]
    truth = Truth(seed=3, start=START, days=5, assets=assets, venues=mine, changes=changes)
    return Switchboard(truth, truth.start + timedelta(hours=hour))


def ask(board: Switchboard, source: str, path: str, body: Any = None, **params: Any) -> Any:
    named = {name.rstrip("_"): str(value) for name, value in params.items()}
    reply = board.respond(source, Query("POST" if body else "GET", path, named, body))
    assert reply.status == 200, reply.content
    return orjson.loads(reply.content)


def bybit_list(board: Switchboard, status: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(board, "bybit", "/v5/market/instruments-info", category="linear", status=status)["result"]["list"]
    return found
