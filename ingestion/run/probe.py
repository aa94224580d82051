"""A session that only looks: the adapter runs as always, but for one market and one item of every list, and nothing is kept.

Belongs here: what each endpoint answered, held against its tables. Does not: which requests there are (the adapters), or what a person is
told of it (venue/examination).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from ingestion.errors import NotFound, SourceError
from ingestion.run import drift
from ingestion.run.answer import Answer
from ingestion.run.session import Item, Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Buffer
from ingestion.wire.payload import Payload

MOST_REQUESTS = 8  # of an endpoint: pages of a list, from which the market is taken
MOST_NAMES = 3  # that are tried, where the first is not listed


class Enough(NotFound):
    """The endpoint has been asked as often as a look needs; what an adapter does without an answer, it does here."""


@dataclass
class Looked:
    """What an endpoint came to."""

    requests: int = 0
    rows: int = 0
    set_aside: int = 0
    because: str = ""  # of the first row that was set aside
    differences: list[str] = field(default_factory=list)
    errors: list[SourceError] = field(default_factory=list)


class Probe(Session):
    """One look at a source."""

    looked: dict[str, Looked]
    rows: dict[str, int]  # of each table that an answer was for

    def begin(self) -> Probe:
        self.looked, self.rows = {endpoint.name: Looked() for endpoint in self.source.endpoints}, {}
        return self

    def silent(self) -> dict[str, str]:
        """Lists that came without a row, and had some before."""
        empty = [entity.name for entity in self.source.entities if entity.is_snapshot and self.rows.get(entity.name) == 0]
        return {name: why for name in empty if (why := drift.silence(self._tables[name], None))}

    async def fetch(self, endpoint: str, **asked: Any) -> Payload:
        mine = self.looked[endpoint]
        if mine.requests >= MOST_REQUESTS:
            raise Enough(self.source.name, endpoint, f"asked {MOST_REQUESTS} times already")
        mine.requests += 1
        try:
            return await super().fetch(endpoint, **asked)
        except SourceError as error:
            mine.errors.append(error)
            raise

    def take(self, payload: Payload) -> Answer:
        mine = self.looked[payload.endpoint]
        try:
            answer = super().take(payload)
        except SourceError as error:
            mine.errors.append(error)
            raise
        finally:
            held = self._let_go()
        for name, buffer in held.buffers.items():
            self._hold(mine, name, buffer)
        return answer

    def _hold(self, mine: Looked, name: str, buffer: Buffer) -> None:
        """The rows against what the table declares, and what raw has of it."""
        mine.errors += buffer.settle()
        good, bad = buffer.fitted()
        mine.rows += len(good)
        self.rows[name] = self.rows.get(name, 0) + len(good) + len(bad)
        mine.set_aside += len(bad)
        mine.because = mine.because or next(iter(bad["reason"]), "")
        mine.differences += drift.differences(self._tables[name], good, self.now())

    async def each(self, endpoint: str, items: Iterable[Item], work: Callable[[Item], Awaitable[object]]) -> None:
        """The first item that is listed."""
        for item in islice(items, MOST_NAMES):
            before = self._unknown(endpoint)
            await super().each(endpoint, [item], work)
            if self._unknown(endpoint) == before:
                return

    def _unknown(self, endpoint: str) -> int:
        return sum(isinstance(error, NotFound) for error in self.looked[endpoint].errors)

    def select(self, markets: Iterable[Market]) -> list[Market]:
        """Of each product the markets that are traded most, or the first of the list."""
        found: dict[str, list[Market]] = {}
        for market in sorted(super().select(markets), key=lambda one: -one.volume_usd):
            found.setdefault(market.product, []).append(market)
        return [market for mine in found.values() for market in mine[:MOST_NAMES]]

    def window_for(self, entity: str, window: Window, market: tuple[str, str] | None = None) -> Window:
        return window

    async def make_room(self) -> None:
        return

    async def commit(self) -> None:
        return
