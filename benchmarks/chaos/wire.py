"""Faults of the wire at random, over every source: what comes is right, and what does not come is said.

Belongs here: the faults and the comparison. Does not: asking a source (corpus.py).
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import polars as pl

from benchmarks.chaos.corpus import Spoil, asked
from benchmarks.report import progress, show
from ingestion.run.adapter import Adapter
from ingestion.run.outcome import SourceResult
from ingestion.store.fitting import META
from ingestion.venue.registry import all_sources

TRIES = 5
PAGE = b"<html><body>502 Bad Gateway</body></html>"
Row = tuple[object, ...]


def _raised(kind: type[Exception]) -> Spoil:
    def spoil(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        raise kind("broken by the benchmark")

    return spoil


def _answered(status: int, content: bytes = b"no", **headers: str) -> Spoil:
    return lambda request, response: httpx.Response(status, content=content, headers={"Retry-After": "0"} if status == 429 else headers)


def _cut(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    return httpx.Response(200, content=response.content[: len(response.content) // 2])


FAULTS: dict[str, Spoil] = {
    "no connection": _raised(httpx.ConnectError),
    "no answer in time": _raised(httpx.ReadTimeout),
    "reset": _raised(httpx.ReadError),
    "broken chunks": _raised(httpx.RemoteProtocolError),
    "500": _answered(500),
    "503": _answered(503),
    "429": _answered(429),
    "a page with 200": _answered(200, PAGE),
    "nothing with 200": _answered(200, b""),
    "null with 200": _answered(200, b"null"),
    "cut in half": _cut,
}


@dataclass
class Found:
    """What faults of one source, or of all, came to. `unsaid` are sources with fewer rows and no problem told."""

    sources: int = 0
    requests: int = 0
    faults: int = 0
    rows: int = 0
    missing: int = 0
    wrong: int = 0
    doubled: int = 0
    named: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)


def spoiling(share: float, rng: random.Random, found: Found) -> Spoil:
    """A fault drawn at random hits this share of all requests."""

    def spoil(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        found.requests += 1
        if rng.random() >= share or response.status_code != 200:
            return response
        found.faults += 1
        return FAULTS[rng.choice(sorted(FAULTS))](request, response)

    return spoil


def survey(share: float, seed: int, names: list[str] | None = None, told: Callable[[str], None] = progress) -> Found:
    """Every source's day twice: undisturbed, and with faults."""
    found, rng = Found(), random.Random(seed)
    for name, source in sorted(all_sources().items()):
        if names is None or name in names:
            _look(source, share, rng, found)
            told(f"{name}: {found.faults} faults so far, {found.missing} of {found.rows} rows missing, {found.wrong} wrong")
    return found


def _look(source: Adapter, share: float, rng: random.Random, found: Found) -> None:
    sound, _ = _fetched(source, lambda _, response: response)
    if not sound:
        return
    try:
        rows, result = _fetched(source, spoiling(share, rng, found))
    except Exception as error:
        found.raised.append(f"{source.name}: {type(error).__name__}: {error}")
        return
    missing = set(sound) - set(rows)
    found.sources += 1
    found.rows += len(sound)
    found.missing += len(missing)
    found.wrong += len(set(rows) - set(sound))
    found.doubled += len(rows) - len(set(rows))
    if missing:
        (found.named if result.problem else found.unsaid).append(source.name)


def _fetched(source: Adapter, spoil: Spoil) -> tuple[list[Row], SourceResult]:
    """The rows of every table, but for where they came from."""
    with tempfile.TemporaryDirectory() as made:
        result, rows = asked(source, Path(made), spoil, attempts=TRIES), []
        for entity in source.entities:
            for part in sorted((Path(made) / "raw" / source.name / entity.name).rglob("*.parquet")):
                frame = pl.read_parquet(part, hive_partitioning=False).drop([*META], strict=False)
                rows += [(entity.name, *row) for row in frame.rows()]
        return rows, result


def run(share: float, seed: int) -> bool:
    """Print the table; True when no row was wrong or doubled, and whatever was missing was said."""
    found = survey(share, seed)
    said, unsaid = len(found.named), len(found.unsaid)
    columns = ("sources", "requests", "faults", "rows", "missing", "sources that said so", "that did not", "wrong", "doubled", "raised")
    counts = (found.sources, found.requests, found.faults, found.rows, found.missing, said, unsaid)
    line = (*counts, found.wrong, found.doubled, len(found.raised))
    show(f"Faults of the wire, {share:.0%} of requests, {TRIES} tries", columns, [line])
    for text in (*found.raised, *(f"{name}: fewer rows, and nothing was said" for name in found.unsaid)):
        print(f"wrong: {text}")
    return found.faults > 0 and not (found.wrong or found.doubled or found.unsaid or found.raised)
