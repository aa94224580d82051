"""Snapshots of past moments, of sources whose clock can be set: what an hourly job would have brought, fetched and written in one run.

Belongs here: one client and one session a source for all moments. Does not: the snapshot of now, or days of history (ingest).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime

from ingestion.run.adapter import Adapter
from ingestion.run.attempts import record
from ingestion.run.ingest import ensure_tables, guarded
from ingestion.run.outcome import SourceResult
from ingestion.run.session import Session
from ingestion.settings import Settings
from ingestion.wire.client import HttpClient

SetClock = Callable[[datetime], None]


@dataclass
class _Clock:
    """Shows what it is set to."""

    shows: datetime

    def __call__(self) -> datetime:
        return self.shows


def ingest_snapshots(
    settings: Settings, sources: Sequence[Adapter], moments: Sequence[datetime], set_clock: SetClock
) -> list[SourceResult]:
    """A snapshot of all sources at each moment, oldest first, after `set_clock` has set theirs; sources that are closed are left out.

    Rows are those of as many runs of `ingest`, each moment with a run id of its own; their attempts count as one, the last.
    """
    asked = [source for source in sources if not source.closed_on and not source.lacks_key(settings)]
    results = asyncio.run(_snapshots(settings, asked, moments, set_clock))
    record(settings, results, asked, _run_id(moments[-1]), moments[-1], None)
    return results


async def _snapshots(
    settings: Settings, sources: Sequence[Adapter], moments: Sequence[datetime], set_clock: SetClock
) -> list[SourceResult]:
    clock = _Clock(moments[0])
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(HttpClient(source, settings, "", clock=clock)) for source in sources]
        sessions: list[Session] = []
        for source, client in zip(sources, clients, strict=True):
            ensure_tables(settings, source)
            sessions.append(Session(source, settings, "", client, clock=clock, together=sessions))
        problems: list[str | None] = [None] * len(sources)
        for moment in moments:
            set_clock(moment)
            clock.shows = moment
            for client in clients:
                client.run_id = _run_id(moment)
            taken = [source.snapshot(session) for source, session in zip(sources, sessions, strict=True)]
            problems = await _each(sources, taken, problems)
        problems = await _each(sources, [session.commit() for session in sessions], problems)
        for session in sessions:
            session.note_unreadable()
    return [_result(session, problem) for session, problem in zip(sessions, problems, strict=True)]


def _run_id(moment: datetime) -> str:
    """One for all sources: rows of one moment are joined by it."""
    return f"{moment:%Y%m%dT%H%M%S}-snapshot"


async def _each(sources: Sequence[Adapter], works: Iterable[Awaitable[object]], known: Sequence[str | None]) -> list[str | None]:
    """Do each source's work at once; per source the first thing that has gone wrong so far."""
    new = await asyncio.gather(*(guarded(source, work) for source, work in zip(sources, works, strict=True)))
    return [before or now for before, now in zip(known, new, strict=True)]


def _result(session: Session, problem: str | None) -> SourceResult:
    result = SourceResult(session.source.name, "ok", session.outcomes, problem, sorted(session.limitations))
    result.status = "failed" if result.problem else "ok"
    return result
