"""Sources are fetched at the same time: a run takes as long as its slowest source (measured in `benchmarks/sources.py`)."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx

from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.settings import Settings
from ingestion.venue.registry import all_sources
from ingestion.wire.exchange import default_transport
from simulator import Simulator, Truth

FIRST = date(2026, 7, 1)
NOW = datetime(2026, 7, 3, 12, tzinfo=UTC)


class Rendezvous(httpx.AsyncBaseTransport):
    """Lets a source's first request pass only when every source has sent one."""

    def __init__(self, meeting: asyncio.Barrier) -> None:
        self._meeting, self._through, self._is_first = meeting, default_transport(), True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._is_first:
            self._is_first = False
            async with asyncio.timeout(30):
                await self._meeting.wait()
        return await self._through.handle_async_request(request)


def test_every_source_has_asked_before_any_is_answered(tmp_path: Path) -> None:
    sources = [source for source in all_sources().values() if not source.key_variable and not source.closed_on]
    meeting = asyncio.Barrier(len(sources))
    with Simulator(Truth(start=FIRST, days=4, assets=["BTC"]), now=NOW) as simulator:
        settings = Settings(data_dir=tmp_path, base_url=simulator.base_urls(), rate_limit_factor=1000, attempts=1)
        day = NOW.date() - timedelta(days=1)
        transports: dict[str, httpx.AsyncBaseTransport] = {source.name: Rendezvous(meeting) for source in sources}
        results = ingest(settings, sources, Window(day, day), clock=lambda: NOW, transports=transports)
    assert {result.source: result.problem for result in results if result.problem} == {}
    assert all(result.requests > 0 for result in results)
