"""The base of an exchange's adapter: tables, endpoints and series are declared, so what is left to write is what exists now."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from ingestion.errors import SourceError
from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.entity import Entity
from ingestion.venue.envelope import Envelope
from ingestion.venue.parsing import by_name
from ingestion.venue.series import Series, read
from ingestion.venue.table import Table
from ingestion.wire.payload import Payload

Listed = Callable[[Session, str], Awaitable[list[Market]]]
"""Fetches what exists now in a part of a venue, and gives its markets."""


class Venue(Adapter):
    """An adapter whose histories are series. `history_of` where what to ask depends on the window or the time.

    Its errors stand in an `envelope`, if it is of that form; else it says itself what is a complaint.
    """

    tables: tuple[Table, ...]
    series: tuple[Series, ...] = ()
    envelope: Envelope | None = None
    skips_ended = False  # whether a daily run asks for no market that is off the list; a backfill does, and a run after an outage

    @property
    def entities(self) -> tuple[Entity, ...]:  # type: ignore[override]
        return tuple(table.entity for table in self.tables)

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        return self.envelope.complaint(payload) if self.envelope else super().complaint(payload)

    def history_of(self, session: Session, window: Window) -> Sequence[Series]:
        return self.series

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        history = self.history_of(session, window)
        is_ended_asked = not self.skips_ended or window.is_backfill or session.is_behind(history[0].table.name, window)
        wanted = [market for market in markets if market.is_listed or is_ended_asked]
        await read(session, history, window, wanted)

    async def beside(self, session: Session, endpoint: str, table: str, name: str, **request: Any) -> dict[str, dict[str, Any]]:
        """A list beside that of the markets, by this column's names. One that fails is told of its tables, and is empty."""
        found: dict[str, dict[str, Any]] = {}

        async def rows(_: str) -> None:
            found.update(by_name((await session.get(endpoint, **request)).rows(table), name))

        await session.each(endpoint, [endpoint], rows)
        return found

    async def parts(self, session: Session, names: Iterable[str], listed: Listed) -> list[Market]:
        """The chosen markets of all parts of a venue. One that fails is told of all tables, and stops no other."""

        async def one(name: str) -> list[Market]:
            try:
                return await listed(session, name)
            except SourceError as error:
                for outcome in session.outcomes.values():
                    outcome.failures.append(error.of_market(f"all {name}"))
                return []

        found = await asyncio.gather(*map(one, names))
        return session.select(market for markets in found for market in markets)
