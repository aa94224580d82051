"""What raw holds of one market's days, and which body said it last: so that a file that has not changed is not fetched again.

Belongs here: days and hashes as raw has them. Does not: how a source tells the hash of a file (sources), or marks of progress (marks).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

import polars as pl

from ingestion.store.raw import RawTable


class Said(NamedTuple):
    """The newest body of a day's rows."""

    at: datetime
    sha256: str


class By(NamedTuple):
    """A table, the column that names its markets, and which of its rows tell of a day."""

    entity: str
    column: str | pl.Expr
    where: pl.Expr = pl.lit(True)


class Held:
    """Of one table, read a month at a time and once a run. Rows of midnight are left out: a source may count them to either day."""

    def __init__(self, table: RawTable, market_column: str) -> None:
        self._table, self._column = table, market_column
        self._months: dict[str, dict[str, dict[date, Said]]] = {}

    def of(self, market: str, month: str) -> Mapping[date, Said]:
        """By day what raw has of a market in a month (YYYY-MM)."""
        if month not in self._months:
            self._months[month] = self._read(month)
        return self._months[month].get(market, {})

    def _read(self, month: str) -> dict[str, dict[date, Said]]:
        part, event = self._table.part(month), self._table.entity.event
        if not part.exists():
            return {}
        columns = sorted({self._column, "_fetched_at", "_payload_sha256", *event.meta.root_names()})
        rows = pl.scan_parquet(part, hive_partitioning=False, glob=False).select(columns).filter(event.dt.time() != pl.time(0))
        newest = rows.group_by(pl.col(self._column).alias("market"), event.dt.date().alias("day")).agg(
            pl.col("_fetched_at").max(), pl.col("_payload_sha256").sort_by("_fetched_at").last()
        )
        found: dict[str, dict[date, Said]] = {}
        for market, day, at, sha256 in newest.collect().rows():
            found.setdefault(market, {})[day] = Said(at, sha256)
        return found
