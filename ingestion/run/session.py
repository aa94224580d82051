"""A session: one source's part of one run. Fetches through the client, parses, holds, and commits when it is much.

Belongs here: what every adapter needs while it runs. Does not: which requests to make (the adapters), the wire (client), or the writing
(holding).
"""

from __future__ import annotations

import asyncio
import traceback
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from ingestion.errors import BadAnswer, NotFound, PerpsError, SourceError, Unroutable
from ingestion.run import drift
from ingestion.run.answer import Answer
from ingestion.run.attempts import whole_until
from ingestion.run.held import By, Held
from ingestion.run.holding import Holding, Writer
from ingestion.run.marks import MOST_CATCH_UP_DAYS, Marks
from ingestion.run.outcome import EntityOutcome, Progress
from ingestion.run.source import Market, Source
from ingestion.run.window import Window
from ingestion.settings import Settings
from ingestion.store.raw import RawTable
from ingestion.wire.client import HttpClient
from ingestion.wire.exchange import Request
from ingestion.wire.payload import Payload

Item = TypeVar("Item")
COMMIT_BYTES = 48_000_000  # held of bodies and rows by one source
TOGETHER_BYTES = 192_000_000  # held by all sources of a run
LEAST_COMMIT_BYTES = 8_000_000  # below that a commit costs more than it frees
AT_ONCE = 256  # items of one list in work: more than any host answers at once, and not a task for each of 30,000 files


class Session:
    """Handed to an adapter; see Adapter.snapshot and Adapter.history."""

    def __init__(
        self,
        source: Source,
        settings: Settings,
        run_id: str,
        client: HttpClient | None,
        progress: Progress | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        is_landed: bool = False,
        together: Sequence[Session] = (),
    ) -> None:
        self.source, self.settings, self.run_id = source, settings, run_id
        self.outcomes = {entity.name: EntityOutcome() for entity in source.entities}
        self.now = clock
        self.limitations: set[str] = set()
        self.catch_up = False
        self._client, self._progress = client, progress
        self._entities = {entity.name: entity for entity in source.entities}
        self._tables = {entity.name: RawTable(settings.raw_dir, source.name, entity) for entity in source.entities}
        self._holding = Holding(source)
        self._writer = Writer(source, settings, self._tables, self.outcomes, self.note, self.now, is_landed)
        self._together = together
        self._marks = Marks(self._tables, run_id, lambda: whole_until(settings, source.name))
        self._held: dict[tuple[str, str], Held] = {}
        self._done = self._known = 0
        self._working = asyncio.Lock()
        self._lost: SourceError | None = None

    async def get(
        self,
        endpoint: str,
        *,
        path: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        market: str | None = None,
        asked: tuple[int, int] | None = None,
    ) -> Answer:
        """Send one request, buffer its rows. Raises SourceError."""
        payload = await self.fetch(endpoint, path=path, params=params, json=json, market=market, asked=asked)
        try:
            return self.take(payload)
        except SourceError as error:
            raise error.of_market(market) from error.__cause__

    async def fetch(
        self,
        endpoint: str,
        *,
        path: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        market: str | None = None,
        asked: tuple[int, int] | None = None,
    ) -> Payload:
        """Send one request; the caller decides whether to `take` it. Raises SourceError.

        What is held is typed or committed first when it is much: so every adapter commits as it goes, however it fetches.
        """
        assert self._client, "a replay sends nothing"
        target = self.source.endpoint(endpoint)
        self._known += 1
        try:
            request = Request(target, target.fill(**(path or {})), params or {}, json, market, self._secrets(), asked)
            return await self._client.send(request, self.make_room)
        finally:
            self._done += 1
            if self._progress:
                self._progress(self.source.name, self._done, self._known)

    def _secrets(self) -> Mapping[str, str]:
        variable = self.source.key_variable or self.source.optional_key_variable
        key = self.settings.api_key(variable) if variable else None
        return self.source.key_headers(key) if key else {}

    def take(self, payload: Payload) -> Answer:
        """Parse a payload and buffer its rows. Raises BadAnswer when the parser cannot read it; the body is kept."""
        endpoint = self.source.endpoint(payload.endpoint)
        self._holding.add_body(payload)
        try:
            parsed = self.source.read(endpoint, payload, self.settings)
            cover = endpoint.covers(payload)
            counts = {name: self._holding.add_rows(name, rows, payload, cover) for name, rows in parsed.items()}
        except PerpsError:
            self._holding.unread.add(payload.sha256)
            raise
        except Exception as error:
            self._holding.unread.add(payload.sha256)
            raise self._unreadable(payload.endpoint, error, advice=f"payload {payload.sha256[:12]} is in landing") from error
        for name, count in counts.items():
            self.outcomes[name].payloads += 1
            self.outcomes[name].markets.add(drift.market_of(self._tables[name].entity, payload.match))
            self.outcomes[name].rows_parsed += count
        return Answer(payload, self._entities, parsed)

    def _unreadable(self, endpoint: str, error: Exception, advice: str) -> BadAnswer:
        where = traceback.extract_tb(error.__traceback__)[-1]
        detail = f"unexpected shape ({type(error).__name__}: {error}; {Path(where.filename).name}:{where.lineno})"
        return BadAnswer(self.source.name, endpoint, detail, advice=advice)

    async def each(self, endpoint: str, items: Iterable[Item], work: Callable[[Item], Awaitable[object]]) -> None:
        """Do the work for all items, many at once; what goes wrong with one is noted for the endpoint's entities and stops nothing else."""

        async def guarded(item: Item) -> None:
            try:
                await work(item)
            except NotFound:
                return  # not listed there (any more): nothing to report for it
            except (SourceError, Unroutable) as error:
                if self._lost is None:
                    self.note(endpoint, error)
            except Exception as error:  # an answer of a shape that the adapter did not think of
                self.note(endpoint, self._unreadable(endpoint, error, advice="look at the answer; the adapter may need mending"))

        waiting = deque(items)
        self._known += len(waiting)

        async def worker() -> None:
            while waiting and self._lost is None:
                self._known -= 1  # from here on its requests are counted
                await guarded(waiting.popleft())

        await asyncio.gather(*(worker() for _ in range(min(len(waiting), AT_ONCE))))

    def note(self, endpoint: str, error: SourceError | Unroutable) -> None:
        """Record a failure against the entities this endpoint feeds."""
        if isinstance(error, Unroutable):
            error = BadAnswer(self.source.name, endpoint, str(error))
        for name in self.source.endpoint(endpoint).feeds:
            self.outcomes[name].failures.append(error)

    def limit(self, endpoint: str, text: str) -> None:
        """Say of the entities this endpoint feeds what was asked for and cannot be had: no failure, but told."""
        self.limitations |= {f"{name}: {text}" for name in self.source.endpoint(endpoint).feeds}

    def note_unreadable(self) -> None:
        """Record a failure where many rows of an entity were set aside: the source has changed."""
        for name, outcome in self.outcomes.items():
            if outcome.is_mostly_unreadable:
                detail = (
                    f"{outcome.rows_quarantined} of {outcome.rows_parsed} rows set aside, the first because {outcome.quarantined_because}"
                )
                advice = f"look into raw/_quarantine/{self.source.name}/{name}; the adapter may need mending"
                outcome.failures.append(BadAnswer(self.source.name, name, detail, advice=advice))

    def note_silence(self, window: Window | None) -> None:
        """Record a failure where a table got answers without a single row, and it always had some."""
        for name, outcome in self.outcomes.items():
            is_empty = outcome.payloads and not outcome.rows_fitted and not outcome.rows_quarantined and not outcome.failures
            if is_empty and (detail := drift.silence(self._tables[name], window, outcome.markets)):
                outcome.failures.append(BadAnswer(self.source.name, name, detail, advice="look at the source's own page"))

    def select(self, markets: Iterable[Market]) -> list[Market]:
        """The markets PERPS_MARKETS chooses, by name or by rank. A row without a name is none; its table says so."""
        named = (market for market in markets if isinstance(market.symbol, str) and market.symbol)
        wanted = [market for market in named if self.settings.wants_market(self.source.name, market.symbol)]
        if self.settings.top_markets is not None:
            wanted = sorted(wanted, key=lambda market: (-market.volume_usd, market.symbol))[: self.settings.top_markets]
        return wanted

    def held(self, entity: str, column: str) -> Held:
        """What raw held of an entity when this was first asked, by the column that names its markets."""
        if (entity, column) not in self._held:
            self._held[entity, column] = Held(self._tables[entity], column)
        return self._held[entity, column]

    def lately(self, entity: str, *columns: str) -> set[tuple[Any, ...]]:
        """What raw holds in these columns of an entity's newest two months: what a source gave until lately."""
        return self._tables[entity].lately(columns)

    def whole(self, entity: str, column: str) -> set[Any]:
        """What stands in this column of a history that its source gives at once, and that raw has to its end."""
        return self._tables[entity].read_to_the_end(column, timedelta(days=2))

    def window_for(self, entity: str, window: Window, market: tuple[str, str] | None = None) -> Window:
        """The window with the entity's look-back; in a catch-up run also the days since its high-water mark in raw.

        With the column that names a market, and its name: since that market's own, so that one that failed is caught up.
        """
        first = window.first
        newest = self._marks.newest(entity, market) if self.catch_up else None
        if newest is not None:
            first = max(min(first, newest + timedelta(days=1)), window.last - timedelta(days=MOST_CATCH_UP_DAYS))
        return Window(first - timedelta(days=self.source.entity(entity).look_back_days), window.last)

    def days_without(self, window: Window, markets: Collection[str], *tables: By) -> dict[str, list[date]]:
        """By market the days of which no table has a row of it; who has all days is left out.

        In a catch-up run also those before the window, since the tables began: a mark would hide them, for each snapshot moves it.
        """
        first, began = window.first, [at.date() for one in tables if (at := self._tables[one.entity].first_event())]
        if self.catch_up and began:
            first = min(first, max(min(began), window.last - timedelta(days=MOST_CATCH_UP_DAYS)))
        seen = {found for name, column, where in tables for found in self._tables[name].days(column, markets, first, where)}
        days = Window(first, window.last).days()
        lacking = {market: [day for day in days if (market, day) not in seen] for market in markets}
        return {market: missing for market, missing in lacking.items() if missing}

    def missed(self, window: Window, markets: Collection[str], *tables: By) -> dict[str, list[date]]:
        """The same of a catch-up run, of days that are older than its window: that day's own snapshot is the work of the run before."""
        lacking = self.days_without(window, markets, *tables) if self.catch_up else {}
        older = {market: [day for day in days if day < window.last] for market, days in lacking.items()}
        return {market: days for market, days in older.items() if days}

    def is_behind(self, entity: str, window: Window) -> bool:
        """Whether raw ends before the window begins: days of an outage are caught up."""
        back = timedelta(days=self.source.entity(entity).look_back_days)
        return self.window_for(entity, window).first + back < window.first

    @property
    def bytes(self) -> int:
        """About how much memory is held: bodies, and rows made of them."""
        return self._holding.bytes

    def _is_full(self) -> bool:
        """Whether this source holds much, or all sources of the run together."""
        mine = self.bytes
        return mine > COMMIT_BYTES or (mine > LEAST_COMMIT_BYTES and sum(session.bytes for session in self._together) > TOGETHER_BYTES)

    async def make_room(self) -> None:
        """Commit when much is held; else type what waits, off the event loop. Raises SourceError once something could not be written."""
        if self._lost:
            raise self._lost
        if self._is_full():
            async with self._working:
                if self._is_full():
                    await self._commit()
        if self._holding.untyped():
            async with self._working:
                for buffer in self._holding.untyped():
                    self._writer.note_all(await asyncio.to_thread(buffer.settle))

    async def commit(self) -> None:
        """Landing first, then raw: a kill in between loses nothing and doubles nothing. Raises SourceError when it cannot be written."""
        async with self._working:
            await self._commit()

    async def _commit(self) -> None:
        """What is lost with a commit is a hole: from then on nothing is asked for or written, else marks of progress would pass it."""
        if self._lost:
            raise self._lost
        if self.catch_up:
            _ = self._marks.of_entities
        held = self._let_go()
        fed = list(held.buffers)
        try:
            await asyncio.to_thread(self._writer.write, held)
        except Exception as error:
            advice = "make room, or mend the folder, and run again"
            self._lost = SourceError(self.source.name, "all", f"what was held cannot be written: {error}", advice=advice)
            for name in fed:
                self.outcomes[name].failures.append(self._lost)
            raise self._lost from error

    def _let_go(self) -> Holding:
        """What was held so far; from now on nothing is."""
        held, self._holding = self._holding, Holding(self.source)
        return held
