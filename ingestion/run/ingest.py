"""One ingestion run: every chosen source at once, each on its own; what failed is named, what came is kept."""

from __future__ import annotations

import asyncio
import time
import traceback
import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx

from ingestion.errors import PerpsError, SourceError, Unreachable
from ingestion.run.adapter import Adapter
from ingestion.run.attempts import record
from ingestion.run.outcome import Progress, SourceResult
from ingestion.run.session import Session
from ingestion.run.source import Source
from ingestion.run.window import Window
from ingestion.settings import Settings
from ingestion.store.raw import RawTable
from ingestion.store.whole import clear_leftovers
from ingestion.wire.client import HttpClient
from ingestion.wire.clocks import Clocks

Clock = Callable[[], datetime]


def new_run_id() -> str:
    """Sortable by time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"


def ingest(
    settings: Settings,
    sources: Sequence[Adapter],
    window: Window | None,
    *,
    run_id: str | None = None,
    catch_up: bool = False,
    progress: Progress | None = None,
    clock: Clock = lambda: datetime.now(UTC),
    transports: dict[str, httpx.AsyncBaseTransport] | None = None,
) -> list[SourceResult]:
    """Fetch the window's days (None: only what exists now) from all sources concurrently; write landing and raw.

    Never raises for a source's failure: it is in the result, in raw's `ingestion_attempts`, and so in `mart_freshness`.
    """
    run_id = run_id or new_run_id()
    started, clocks = clock(), Clocks(clock, [source.name for source in sources])
    sessions: list[Session] = []

    async def one(source: Adapter) -> SourceResult:
        transport = (transports or {}).get(source.name)
        try:
            return await _ingest_source(settings, source, window, run_id, catch_up, progress, clocks, transport, sessions)
        finally:
            clocks.leaves(source.name)

    async def all_of_them() -> list[SourceResult]:
        return list(await asyncio.gather(*map(one, sources)))

    results = asyncio.run(all_of_them())
    record(settings, results, sources, run_id, started + clocks.correction, window)
    return results


async def _ingest_source(
    settings: Settings,
    source: Adapter,
    window: Window | None,
    run_id: str,
    catch_up: bool,
    progress: Progress | None,
    clocks: Clocks,
    transport: httpx.AsyncBaseTransport | None,
    together: list[Session],
) -> SourceResult:
    ensure_tables(settings, source)
    if source.lacks_key(settings):
        return SourceResult(source.name, "not_configured", error=None)
    if source.closed_on and (window is None or window.first > source.closed_on):
        return SourceResult(source.name, "closed")
    if source.closed_on and window:
        window = Window(window.first, min(window.last, source.closed_on))
    began = time.perf_counter()
    async with HttpClient(source, settings, run_id, transport=transport, clocks=clocks) as client:
        session = Session(source, settings, run_id, client, progress, clocks.now, together=together)
        together.append(session)
        session.catch_up = catch_up
        error = await guarded(source, _fetch(session, source, window)) or await guarded(source, session.commit())
        session.note_unreadable()
        session.note_silence(window)
        result = SourceResult(source.name, "ok", session.outcomes, error, sorted(session.limitations), client.requests)
    result.status = "failed" if result.problem else "closed" if source.closed_on else "ok"
    result.clock_seconds = clocks.apart_seconds(source.name)
    result.seconds = time.perf_counter() - began
    return result


async def _fetch(session: Session, source: Adapter, window: Window | None) -> None:
    """What exists now, then the window's days; what was fetched before a failure is kept."""
    hours = session.settings.source_hours
    try:
        async with asyncio.timeout(hours * 3600):
            markets = await source.snapshot(session)
            if window:
                await source.history(session, window, markets)
    except TimeoutError:
        await session.commit()
        advice = "run again: what has come is kept; raise PERPS_SOURCE_HOURS if it is that much"
        raise Unreachable(source.name, "all", f"not done within {hours:g} hours", advice=advice) from None
    except BaseException:
        await session.commit()
        raise


async def guarded(source: Adapter, work: Awaitable[object]) -> str | None:
    """The boundary of a source: whatever goes wrong inside becomes its error, and stops no other source."""
    try:
        await work
    except PerpsError as problem:
        return str(problem) if isinstance(problem, SourceError) else f"{source.name}: {problem}"
    except Exception as problem:  # a defect of one adapter must not take the others with it
        where = traceback.extract_tb(problem.__traceback__)[-1]
        return f"{source.name}: {type(problem).__name__}: {problem} ({Path(where.filename).name}:{where.lineno}); the adapter needs mending"
    return None


def ensure_tables(settings: Settings, source: Source) -> None:
    """Give every entity its empty part, so that readers find the columns before the first row; what a killed run left half written goes."""
    clear_leftovers(settings.landing_dir / source.name)
    clear_leftovers(settings.raw_dir / "_quarantine" / source.name)
    for entity in source.entities:
        table = RawTable(settings.raw_dir, source.name, entity)
        clear_leftovers(table.folder)
        table.ensure()
