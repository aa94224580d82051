"""Landing: every body that contributed a row, verbatim, with its request. Written once, never changed; it alone rebuilds everything.

One parquet file per commit of a source's run (`landing/<source>/<day>/<run_id>-<n>.parquet`), and one per month of those that were
joined (joining), so a payload is found with one query: `select * from 'data/landing/**/*.parquet' where sha256 = '…'`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from ingestion.errors import PerpsError
from ingestion.store.entity import INSTANT
from ingestion.store.segments import rows, segments
from ingestion.wire.payload import Payload

SCHEMA = pl.Schema(
    {
        "source": pl.String(), "endpoint": pl.String(), "method": pl.String(), "url": pl.String(), "params": pl.String(),
        "request_body": pl.String(), "status": pl.Int64(), "content_type": pl.String(), "body": pl.Binary(), "fetched_at": INSTANT,
        "sha256": pl.String(), "run_id": pl.String(), "is_simulated": pl.Boolean(), "match": pl.String(),
        "asked_from_ms": pl.Int64(), "asked_to_ms": pl.Int64(),
    }
)  # fmt: skip
ASKED = ("asked_from_ms", "asked_to_ms")
SIMULATED_MARK = "SIMULATED"
BODIES_A_GROUP = 200  # of a file: what is in memory at once when it is written or read
_mixture_lock = threading.Lock()


def write(landing_dir: Path, payloads: Iterable[Payload]) -> Path | None:
    """Land these payloads of one source in one new file; returns it, or None when there were none.

    Raises PerpsError when simulated and real data would meet in one data folder.
    """
    records = [_record(payload) for payload in payloads]
    if not records:
        return None
    folder = landing_dir / records[0]["source"] / f"{records[0]['fetched_at']:%Y-%m-%d}"
    with _mixture_lock:
        _guard_mixture(landing_dir, {record["is_simulated"] for record in records})
        folder.mkdir(parents=True, exist_ok=True)
    run_id = records[0]["run_id"]
    number = max((int(path.stem[-4:]) for path in folder.glob(f"{run_id}-*.parquet")), default=-1) + 1
    target: Path = folder / f"{run_id}-{number:04d}.parquet"
    write_parquet(pl.DataFrame(records, schema=SCHEMA), target, rows_a_group=BODIES_A_GROUP)
    return target


def read(landing_dir: Path) -> Iterator[Payload]:
    """Every landed payload in the order of arrival, which decides what is a new version; a part of each open file in memory."""
    yield from _payloads(landing_dir.glob("*/*/*.parquet"))


def _payloads(paths: Iterable[Path]) -> Iterator[Payload]:
    yield from (_payload(record) for record in rows(segments(paths)))


def newest(landing_dir: Path, source: str, days: int = 2) -> Iterator[Payload]:
    """What was landed of one source on its newest days, in the order of arrival."""
    folders = sorted(path for path in (landing_dir / source).glob("*") if path.is_dir())
    yield from _payloads(path for folder in folders[-days:] for path in folder.glob("*.parquet"))


def is_landing(folder: Path) -> bool:
    return next(iter(folder.glob("*/*/*.parquet")), None) is not None


def write_parquet(frame: pl.DataFrame, target: Path, rows_a_group: int | None = None) -> None:
    """Write so that the file is there whole or not at all, even after a kill or a power cut. Raises OSError, which names it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(f".{os.getpid()}.partial")
    try:
        frame.write_parquet(partial, compression="zstd", compression_level=3, row_group_size=rows_a_group)
        with partial.open("rb+") as handle:
            os.fsync(handle.fileno())
    except (OSError, pl.exceptions.ComputeError) as error:  # a full disk is both, by what was written when it was full
        partial.unlink(missing_ok=True)
        raise OSError(f"{target} cannot be written: {error}") from error
    partial.replace(target)


def is_simulated(data_dir: Path) -> bool:
    """Whether this data folder holds simulated data."""
    return (data_dir / SIMULATED_MARK).exists()


def mark_simulated(data_dir: Path) -> None:
    """Say that this data folder holds simulated data, before the first answer does."""
    data_dir.mkdir(parents=True, exist_ok=True)
    (data_dir / SIMULATED_MARK).write_text("The data in this folder comes from the simulator.\n")


def _guard_mixture(landing_dir: Path, kinds: set[bool]) -> None:
    mark, is_simulated = landing_dir.parent / SIMULATED_MARK, True in kinds
    if len(kinds) > 1:
        raise PerpsError("one commit holds simulated and real answers: a source has one address at a time")
    if is_simulated and not mark.exists():
        if landing_dir.exists():
            raise PerpsError(f"{landing_dir.parent} holds real data, the answer is simulated: choose another PERPS_DATA_DIR")
        mark_simulated(landing_dir.parent)
    elif mark.exists() and not is_simulated:
        raise PerpsError(f"{landing_dir.parent} holds simulated data, the answer is real: choose another PERPS_DATA_DIR")


def _record(payload: Payload) -> dict[str, Any]:
    return {
        "source": payload.source, "endpoint": payload.endpoint, "method": payload.method, "url": payload.url,
        "params": orjson.dumps(dict(payload.params), default=str).decode(),
        "request_body": None if payload.request_json is None else orjson.dumps(payload.request_json).decode(),
        "status": payload.status, "content_type": payload.content_type, "body": payload.body, "fetched_at": payload.fetched_at,
        "sha256": payload.sha256, "run_id": payload.run_id, "is_simulated": payload.is_simulated,
        "match": orjson.dumps(dict(payload.match)).decode(), **dict(zip(ASKED, payload.asked or (None, None), strict=True)),
    }  # fmt: skip


def _payload(record: dict[str, Any]) -> Payload:
    body = record.pop("request_body")
    params, match = orjson.loads(record.pop("params")), orjson.loads(record.pop("match"))
    bounds = [record.pop(name, None) for name in ASKED]  # not in files of before
    asked = None if None in bounds else (bounds[0], bounds[1])
    return Payload(**record, asked=asked, request_json=None if body is None else orjson.loads(body), params=params, match=match)
