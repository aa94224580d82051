"""What was received of a day: raw's versions of the rows that name something, and the landed bodies they came in.

Belongs here: looking into raw and landing by day and name. Does not: which tables a figure was made of (trace.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl

from ingestion.settings import Settings
from ingestion.store.fitting import META, WITHDRAWN
from ingestion.store.raw import RawTable
from ingestion.venue.registry import source_of

Row = Mapping[str, Any]
FOLLOWED = 3  # of many rows
SHOWN = ("endpoint", "method", "url", "params", "request_body", "fetched_at", "sha256")


def versions(settings: Settings, source: str, name: str, subjects: set[str], day: date, instant: datetime | None = None) -> pl.DataFrame:
    """All versions of a day's rows that name one of these subjects, in the order of their key and of known time; those of the hour that
    begins with an instant, where one is given.
    """
    entity = next((one for one in source_of(source).entities if one.name == name), None)
    series = [column for column in entity.series if entity.columns[column] == pl.String()] if entity else []
    start = instant or datetime.combine(day, time(), UTC)
    if entity is None or not series or not (part := RawTable(settings.raw_dir, source, entity).part(f"{start:%Y-%m}")).exists():
        return pl.DataFrame()
    rows = pl.read_parquet(part, hive_partitioning=False, glob=False)
    is_named = pl.any_horizontal(pl.col(column).str.to_lowercase().is_in(list(subjects)) for column in series)
    is_then = (entity.event >= start) & (entity.event < start + (timedelta(hours=1) if instant else timedelta(days=1)))
    told = [column for column in (*entity.columns, *META, WITHDRAWN) if column in rows.columns]
    return rows.filter(is_named & is_then).sort([*entity.key, "_fetched_at"]).select(told)


def bodies(settings: Settings, source: str, rows: pl.DataFrame) -> tuple[int, list[Row]]:
    """How many answers these rows came in, and the first of them as landed, with whether the body still has its hash."""
    origins = rows.select("_fetched_at", "_payload_sha256").unique(maintain_order=True)
    return len(origins), [_landed(settings, source, *origin) for origin in origins.head(FOLLOWED).iter_rows()]


def _landed(settings: Settings, source: str, fetched_at: datetime, sha256: str) -> Row:
    # of its day, or of the first answer of its commit
    folders = [one for one in (settings.landing_dir / source).glob("*") if one.name <= f"{fetched_at:%Y-%m-%d}"]
    for file in (
        path for folder in sorted(folders, reverse=True) for path in sorted(folder.glob("*.parquet"))
    ):  # of its day, or a commit begun before
        found = pl.scan_parquet(file, glob=False).filter(pl.col("sha256") == sha256).head(1).collect()
        if not found.is_empty():
            record = found.row(0, named=True)
            holds = hashlib.sha256(record["body"]).hexdigest() == sha256
            told = {name: record[name] for name in SHOWN}
            return {**told, "bytes": len(record["body"]), "hash_holds": holds, "file": str(file.relative_to(settings.data_dir))}
    return {"sha256": sha256, "fetched_at": fetched_at, "hash_holds": False, "file": "in no file of landing"}
