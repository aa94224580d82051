"""Joining the segments of a closed month of a source into one file: an hourly job lands some 700 of them a month.

Belongs here: when a month is closed, the joined file, and that nothing is removed before all of it was read back equal. Does not: reading
landing (segments). Bodies, hashes, runs and the order of arrival stay as they are, to the byte.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from ingestion.errors import PerpsError
from ingestion.store.landing import SCHEMA
from ingestion.store.segments import Segment, alone, batches, footer, segments

if TYPE_CHECKING:
    import pyarrow as pa

COMMIT_LASTS = timedelta(days=2)  # after a month ended nothing of it is landed any more
GROUP_ROWS, GROUP_BYTES = 1_000, 32_000_000
PAGE_BYTES = 8_000_000  # answers of one request repeat themselves: what is compressed together gets small
LEVEL = 9


@dataclass(frozen=True)
class Joined:
    """One month of one source: files and bytes before, and bytes of the file that they became."""

    source: str
    month: str
    files: int
    bytes_before: int
    bytes_after: int


def join_closed_months(landing_dir: Path, now: datetime | None = None) -> Iterator[Joined]:
    """Join what can be joined, month by month. Killed at any instant, it leaves every body to be read exactly once."""
    closed_before = f"{(now or datetime.now(UTC)) - COMMIT_LASTS:%Y-%m}"
    for source in sorted(path for path in landing_dir.glob("*") if path.is_dir()):
        _remove_joined(source)
        days = sorted(path for path in source.glob("????-??-??") if path.name[:7] < closed_before)
        for month in sorted({day.name[:7] for day in days}):
            files = [path for day in days if day.name[:7] == month for path in sorted(day.glob("*.parquet"))]
            if len(files) > 1:
                yield _join(source, month, files)


def _join(source: Path, month: str, files: list[Path]) -> Joined:
    found = segments(files)
    folder = source / month
    folder.mkdir(exist_ok=True)
    target = folder / f"{max((int(path.stem) for path in folder.glob('*.parquet')), default=-1) + 1:04d}.parquet"
    partial = target.with_suffix(f".{os.getpid()}.partial")
    _write(partial, found)
    if not _is_equal(partial, found):
        partial.unlink()
        raise PerpsError(f"{source.name} {month}: what was joined does not read back as it was; the files stay as they are")
    partial.replace(target)
    _sync(folder)
    before = sum(path.stat().st_size for path in files)
    _remove(files)
    return Joined(source.name, month, len(files), before, target.stat().st_size)


def _write(target: Path, found: list[Segment]) -> None:
    """One group of rows in memory at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pl.DataFrame(schema=SCHEMA).to_arrow().schema.with_metadata(footer(found))
    options = {"compression": "zstd", "compression_level": LEVEL, "data_page_size": PAGE_BYTES, "dictionary_pagesize_limit": PAGE_BYTES}
    with pq.ParquetWriter(target, schema, **options) as writer:
        waiting: list[pa.Table] = []
        for table in _tables(found):
            waiting.append(table)
            if sum(map(len, waiting)) >= GROUP_ROWS or sum(one.nbytes for one in waiting) >= GROUP_BYTES:
                writer.write_table(pa.concat_tables(waiting).cast(schema))
                waiting = []
        if waiting:
            writer.write_table(pa.concat_tables(waiting).cast(schema))
    with target.open("rb+") as handle:
        os.fsync(handle.fileno())


def _tables(found: list[Segment]) -> Iterator[pa.Table]:
    for one in found:
        for batch in batches(one.path):
            yield _whole(batch).to_arrow()


def _whole(batch: pa.RecordBatch) -> pl.DataFrame:
    """With the columns that files of before lack."""
    frame = pl.DataFrame(batch)
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in SCHEMA.items() if name not in frame.columns]
    return frame.with_columns(absent).select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def _is_equal(joined: Path, found: list[Segment]) -> bool:
    """Whether the joined file holds the rows of the segments, all of them, in their order."""
    there = _slices(_whole(batch) for batch in batches(joined))
    here = _slices(_whole(batch) for one in found for batch in batches(one.path))
    return all(one == other for one, other in zip_longest(there, here))


def _slices(frames: Iterator[pl.DataFrame]) -> Iterator[tuple[object, ...]]:
    for frame in frames:
        yield from frame.iter_rows()


def _remove_joined(source: Path) -> None:
    """What was joined before a kill, and not yet removed."""
    held = segments(source.glob("????-??/*.parquet"))
    _remove([path for one in held if (path := source.parent / one.name).exists() and alone(path).what == one.what])


def _remove(files: list[Path]) -> None:
    for path in files:
        path.unlink()
    for folder in {path.parent for path in files}:
        if not any(folder.iterdir()):
            folder.rmdir()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
