"""Segments of landing: what one commit landed, in a file of its own or, joined with others of a month, in a part of a file.

Belongs here: which segments there are, and their rows in the order of arrival. Does not: joining them (joining), payloads (landing).
A joined file lies in a folder of its month, `landing/<source>/2026-03/0000.parquet`, and names the segments it holds in its footer. A file
of the same name that still lies beside it (the joining was killed before it was removed) is not read a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import polars as pl

if TYPE_CHECKING:
    import pyarrow as pa

FOOTER = b"perps.segments"
BATCH = 200
MONTH = len("2026-03")


@dataclass(frozen=True, order=True)
class Segment:
    """What one commit landed. `name` is where it was written, below landing; `path` is where it is."""

    first_fetched_at: datetime
    name: str
    rows: int
    path: Path

    @property
    def what(self) -> tuple[datetime, str, int]:
        return self.first_fetched_at, self.name, self.rows


def segments(files: Iterable[Path]) -> list[Segment]:
    """Those in these files of landing, each once, in the order of arrival."""
    known = list(files)
    held = [one for path in known if is_joined(path) for one in _held(path)]
    taken = {one.what for one in held}
    return sorted(held + [one for path in known if not is_joined(path) and (one := alone(path)).what not in taken])


def rows(ordered: Iterable[Segment]) -> Iterator[dict[str, Any]]:
    """Their rows in this order; of a file that is open, one batch is in memory."""
    found = list(ordered)
    left = {one.path: 0 for one in found}
    for one in found:
        left[one.path] += 1
    open_: dict[Path, Iterator[dict[str, Any]]] = {}
    for one in found:
        cursor = open_.setdefault(one.path, _records(one.path))
        yield from islice(cursor, one.rows)
        left[one.path] -= 1
        if not left[one.path]:
            del open_[one.path]


def is_joined(path: Path) -> bool:
    return len(path.parent.name) == MONTH


def footer(joined: Iterable[Segment]) -> dict[bytes, bytes]:
    """What a joined file says of the segments it holds, in their order."""
    return {FOOTER: orjson.dumps([[one.name, one.rows, one.first_fetched_at.isoformat()] for one in joined])}


def batches(path: Path) -> Iterator[pa.RecordBatch]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(batch_size=BATCH)


def _records(path: Path) -> Iterator[dict[str, Any]]:
    for batch in batches(path):
        yield from batch.to_pylist()


def _held(path: Path) -> list[Segment]:
    import pyarrow.parquet as pq

    told = (pq.read_schema(path).metadata or {}).get(FOOTER, b"[]")
    return [Segment(datetime.fromisoformat(first), name, count, path) for name, count, first in orjson.loads(told)]


def alone(path: Path) -> Segment:
    """What a file holds that was never joined."""
    fetched = pl.read_parquet(path, columns=["fetched_at"], hive_partitioning=False, glob=False)["fetched_at"]
    return Segment(fetched[0], "/".join(path.parts[-3:]), len(fetched), path)
