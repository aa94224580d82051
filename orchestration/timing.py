"""What is wrong with clocks: sources that tell another time than this machine, and rows of raw that were fetched later than now.

Belongs here: the facts, from what status has read and from raw. Does not: setting answers right (ingestion/wire/clocks), words for a
person (overview, machine).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low

import duckdb

from ingestion.settings import Settings
from ingestion.wire.clocks import MOST_APART
from orchestration.warehouse import literal, pattern

SET_IT = "set this machine's clock (NTP)"


@dataclass(frozen=True)
class Apart:
    """Sources whose clock was so many seconds ahead of ours when they were asked last (the middle of them; less than 0: behind).

    `is_ours`: most of the sources that were asked are among them, so it is our clock that is wrong.
    """

    sources: tuple[str, ...]
    seconds: int
    is_ours: bool

    def __str__(self) -> str:
        minutes = f"{abs(self.seconds) / 60:,.0f} minutes"
        if self.is_ours:
            return f"this machine's clock was {minutes} {'behind' if self.seconds > 0 else 'ahead of'} theirs"
        return f"{minutes} {'ahead of' if self.seconds > 0 else 'behind'} this machine's"


def apart(clocks: Mapping[str, int | None]) -> list[Apart]:
    """Of every source that was asked: how far its clock is ahead of ours, None where it is not far from it or was not told."""
    far = {source: seconds for source, seconds in clocks.items() if seconds is not None}
    if 2 * len(far) > len(clocks):
        return [Apart(tuple(far), median_low(far.values()), is_ours=True)]
    return [Apart((source,), seconds, is_ours=False) for source, seconds in far.items()]


def fetched_later(settings: Settings, now: datetime) -> dict[str, datetime]:
    """Entities (`source/entity`) of which raw has a row that was fetched after now, and the newest such moment. Reads footers only."""
    if next(settings.raw_dir.glob("[!_]*/*/month=*/part.parquet"), None) is None:
        return {}
    files = literal(f"{pattern(settings.raw_dir)}/[!_]*/*/month=*/part.parquet")
    query = f"""
        select concat_ws('/', split_part(file_name, '/', -4), split_part(file_name, '/', -3)) as entity,
            max(cast(stats_max_value as timestamptz)) as newest
        from parquet_metadata({files}) where path_in_schema = '_fetched_at' group by entity
        having newest > cast('{(now + MOST_APART).isoformat()}' as timestamptz) order by entity
    """
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        return dict(connection.execute(query).fetchall())
