"""What a run asks of an adapter: what exists now, and the days of a window."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from ingestion.run.session import Session
from ingestion.run.source import Market, Source
from ingestion.run.window import Window


class Adapter(Source, ABC):
    """A source that can be fetched: two coroutines beside what it declares."""

    @abstractmethod
    async def snapshot(self, session: Session) -> list[Market]:
        """Fetch what only exists now (instruments, open interest, premium); return the selected markets."""

    @abstractmethod
    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """Fetch the series of these markets for the window's days."""
