"""Answers to make mutants of: what the simulator says to every source, asked as ingestion asks, and made short."""

from __future__ import annotations

import importlib
import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson

from benchmarks.chaos.verdict import Verdict, judged
from ingestion.run.adapter import Adapter
from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.window import Window
from ingestion.settings import load_settings
from ingestion.store import landing
from ingestion.venue.registry import all_sources
from ingestion.wire.payload import Payload
from orchestration.environment import NO_KEY, variables
from simulator import Truth
from simulator.dialect import Query
from simulator.switchboard import Switchboard

NOW = datetime(2026, 7, 3, 12, 30, tzinfo=UTC)
DAY = date(2026, 7, 2)
FEW = ["BTC", "PEPE"]
ASSETS = {"binance": None, "hyperliquid": [*FEW, "AAPL"]}  # a list of few intervals, and one that lists stocks apart
AN_ENDPOINT = 4  # answers of one endpoint
LARGEST_BYTES = 100_000
Spoil = Callable[[httpx.Request, httpx.Response], httpx.Response]


@dataclass(frozen=True)
class Original:
    """An answer of which rows are kept, and what becomes of it as it is."""

    source: Adapter
    payload: Payload
    document: Any
    verdict: Verdict


def asked(
    source: Adapter, folder: Path, spoil: Spoil = lambda _, response: response, attempts: int = 1, now: datetime = NOW
) -> SourceResult:
    """One source's day, asked of its simulated dialect in this process; `spoil` has the last word on every answer."""
    with variables({source.key_variable: NO_KEY} if source.key_variable else {}):
        settings = load_settings(
            _env_file=None, data_dir=folder, rate_limit_factor=1000, attempts=attempts, retry_seconds=0.001, markets="*"
        )
        (result,) = ingest(settings, [source], Window(DAY, DAY), clock=lambda: now, transports={source.name: _transport(source, spoil)})
        return result


def _transport(source: Adapter, spoil: Spoil) -> httpx.MockTransport:
    listed = getattr(importlib.import_module(f"simulator.dialects.{source.name}"), "VENUE", None)  # closed venues are in no common market
    venues = {"venues": [listed]} if source.closed_on and listed else {}
    board = Switchboard(Truth(seed=3, start=DAY - timedelta(days=1), days=3, assets=ASSETS.get(source.name, FEW), **venues), NOW)
    bases = sorted(set(source.hosts.values()), key=len, reverse=True)

    def serve(request: httpx.Request) -> httpx.Response:
        url = str(request.url.copy_with(query=None))
        path = next(url.removeprefix(base) for base in bases if url.startswith(base))
        body = orjson.loads(request.content) if request.content else None
        reply = board.respond(source.name, Query(request.method, path, dict(request.url.params), body))
        headers = {"Content-Type": reply.content_type, **reply.headers}
        return spoil(request, httpx.Response(reply.status, content=reply.content, headers=headers))

    return httpx.MockTransport(serve)


def originals(names: list[str] | None = None) -> dict[tuple[str, str], list[Original]]:
    """A few short answers of every endpoint that answers in JSON."""
    found: dict[tuple[str, str], list[Original]] = defaultdict(list)
    for name, source in sorted(all_sources().items()):
        if names and name not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            asked(source, Path(folder))
            for payload in landing.read(Path(folder) / "landing"):
                mine = found[name, payload.endpoint]
                if len(mine) < AN_ENDPOINT and source.endpoint(payload.endpoint).is_json and (one := _original(source, payload)):
                    mine.append(one)
    return {key: mine for key, mine in found.items() if mine}


def _original(source: Adapter, payload: Payload) -> Original | None:
    """The answer made short, or as it is where its rows belong together by position; None when no row of it is kept."""
    for body in (orjson.dumps(_shortened(payload.json)), payload.body):
        short = replace(payload, body=body)
        if len(body) < LARGEST_BYTES and (verdict := judged(source, short)).rows:
            return Original(source, short, orjson.loads(body), verdict)
    return None


def _shortened(node: Any) -> Any:
    """Lists to their two first and two last: small bodies make many mutants."""
    if isinstance(node, list):
        return [_shortened(one) for one in (node if len(node) <= 4 else node[:2] + node[-2:])]
    return {name: _shortened(one) for name, one in node.items()} if isinstance(node, dict) else node
