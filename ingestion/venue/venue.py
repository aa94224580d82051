"""The base of an exchange's adapter: tables, endpoints and series are declared, so what is left to write is what exists now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.entity import Entity
from ingestion.venue.series import Series, read
from ingestion.venue.table import Table


class Venue(Adapter):
    """An adapter whose histories are series. `history_of` where what to ask depends on the window or the time."""

    tables: tuple[Table, ...]
    series: tuple[Series, ...] = ()

    @property
    def entities(self) -> tuple[Entity, ...]:  # type: ignore[override]
        return tuple(table.entity for table in self.tables)

    def history_of(self, session: Session, window: Window) -> Sequence[Series]:
        return self.series

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        await read(session, self.history_of(session, window), window, markets)
