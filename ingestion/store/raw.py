"""Raw: typed parquet versions, one file per source, entity and UTC month of the event, replaced atomically.

Versions are only ever added: a value fetched again and unchanged adds nothing, a changed one adds a version, and so does a row that is
no longer in an answer that is whole for it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from ingestion.store.entity import Entity
from ingestion.store.fitting import WITHDRAWN, raw_schema
from ingestion.store.landing import write_parquet
from ingestion.store.layout import EMPTY_MONTH
from ingestion.store.withdrawn import missing, span_schema


def _whole_day(newest: datetime) -> date:
    return (newest + timedelta(hours=1)).date() - timedelta(days=1)


class RawTable:
    """The raw files of one entity of one source."""

    def __init__(self, raw_dir: Path, source: str, entity: Entity) -> None:
        self.entity = entity
        self.folder = raw_dir / source / entity.name

    def part(self, month: str) -> Path:
        return self.folder / f"month={month}" / "part.parquet"

    def ensure(self) -> None:
        """Write the empty part that gives readers the columns before the first row arrives (again when columns changed)."""
        part, schema = self.part(EMPTY_MONTH), raw_schema(self.entity)
        if not part.exists() or pl.scan_parquet(part, glob=False).collect_schema() != schema:
            write_parquet(pl.DataFrame(schema=schema), part)

    def months(self) -> list[str]:
        found = (path.parent.name.removeprefix("month=") for path in self.folder.glob("month=*/part.parquet"))
        return sorted(month for month in found if month != EMPTY_MONTH)

    def new_versions(self, incoming: pl.DataFrame, spans: pl.DataFrame | None = None) -> dict[str, pl.DataFrame]:
        """Per month, those incoming rows that say something not yet known of their key. Nothing is written.

        `spans` are those for which the answers are whole (store/withdrawn): rows known there that did not come again are withdrawn.
        """
        whole = pl.DataFrame(schema=span_schema(self.entity)) if spans is None else spans
        if incoming.is_empty() and whole.is_empty():
            return {}
        if WITHDRAWN not in incoming.columns:
            incoming = incoming.with_columns(pl.lit(None, pl.Boolean()).alias(WITHDRAWN))
        incoming = incoming.with_columns(pl.col(WITHDRAWN).fill_null(False))
        numbered = incoming.with_columns((self.entity.event.dt.year() * 12 + self.entity.event.dt.month() - 1).alias("_month"))
        parts = numbered.partition_by("_month", as_dict=True, include_key=False)
        months = {f"{number // 12:04d}-{number % 12 + 1:02d}": rows for (number,), rows in parts.items()}
        held = {month: incoming.clear() for month in self.months() if not whole.is_empty() and not _within(whole, month).is_empty()}
        fresh = {month: self._unknown(month, rows, whole) for month, rows in sorted((held | months).items())}
        return {month: rows for month, rows in fresh.items() if not rows.is_empty()}

    def add(self, versions: dict[str, pl.DataFrame]) -> None:
        """Add these versions, each month's file replaced whole."""
        order = [*self.entity.key, "_fetched_at"]
        for month, rows in versions.items():
            whole = pl.concat([self._read(month), rows]) if self.part(month).exists() else rows.select(raw_schema(self.entity).names())
            write_parquet(whole.sort(order), self.part(month))

    def last_event(self) -> datetime | None:
        """Newest event instant held, or None: the high-water mark, read from raw itself."""
        months = self.months()
        if not months:
            return None
        columns = sorted(set(self.entity.event.meta.root_names()))
        newest = pl.read_parquet(self.part(months[-1]), columns=columns, glob=False).select(self.entity.event.max()).item()
        return newest if isinstance(newest, datetime) else None

    def first_event(self) -> datetime | None:
        """Oldest event instant held, or None."""
        months = self.months()
        if not months:
            return None
        columns = sorted(set(self.entity.event.meta.root_names()))
        oldest = pl.read_parquet(self.part(months[0]), columns=columns, glob=False).select(self.entity.event.min()).item()
        return oldest if isinstance(oldest, datetime) else None

    def last_day(self) -> date | None:
        """Last whole UTC day the high-water mark vouches for."""
        newest = self.last_event()
        return _whole_day(newest) if newest else None

    def last_days(self, column: str, days: int, but_of_run: str = "") -> dict[str, date]:
        """The same for each value of a column, as far as the newest so many days know it; without what one run wrote."""
        newest = self.last_event()
        if newest is None:
            return {}
        first = newest - timedelta(days=days)
        parts = [self.part(month) for month in self.months() if month >= f"{first:%Y-%m}"]
        columns = sorted({column, "_run_id", *self.entity.event.meta.root_names()})
        rows = pl.concat(pl.read_parquet(part, columns=columns, hive_partitioning=False, glob=False) for part in parts)
        found = rows.filter(pl.col("_run_id") != but_of_run).group_by(column).agg(self.entity.event.max().alias("newest"))
        return {str(name): _whole_day(at) for name, at in found.rows()}

    def days(self, column: str | pl.Expr, values: Collection[str], first: date, where: pl.Expr) -> set[tuple[str, date]]:
        """Of these values of a column, the days since the first that have such a row."""
        parts = [self.part(month) for month in self.months() if month >= f"{first:%Y-%m}"]
        named = (pl.col(column) if isinstance(column, str) else column).cast(pl.String()).alias("_name")
        found: set[tuple[str, date]] = set()
        for part in parts:
            rows = pl.scan_parquet(part, hive_partitioning=False, glob=False).filter(where, named.is_in(list(values)))
            found |= set(rows.select(named, self.entity.event.dt.date().alias("_day")).unique().collect().rows())
        return found

    def lately(self, columns: Sequence[str]) -> set[tuple[Any, ...]]:
        """What stands in these columns in the newest two months held."""
        parts = [self.part(month) for month in self.months()[-2:]]
        found = [pl.read_parquet(part, columns=list(columns), hive_partitioning=False, glob=False).unique() for part in parts]
        return {row for frame in found for row in frame.rows()}

    def read_to_the_end(self, column: str, leeway: timedelta) -> set[Any]:
        """Values of a column whose newest event is about as young as their newest answer. Months are written one after the other, the
        newest last: who was killed in between has only the older ones.
        """
        columns = sorted({column, "_fetched_at", *self.entity.event.meta.root_names()})
        parts = [pl.read_parquet(self.part(one), columns=columns, hive_partitioning=False, glob=False) for one in self.months()]
        if not parts:
            return set()
        newest = pl.concat(parts).group_by(column).agg(self.entity.event.max().alias("_at"), pl.col("_fetched_at").max())
        return set(newest.filter(pl.col("_at") >= pl.col("_fetched_at") - leeway)[column])

    def rows(self) -> int:
        return sum(pl.scan_parquet(self.part(month), glob=False).select(pl.len()).collect().item() for month in self.months())

    def _read(self, month: str) -> pl.DataFrame:
        schema, part = raw_schema(self.entity), self.part(month)
        if not part.exists():
            return pl.DataFrame(schema=schema)
        frame = pl.read_parquet(part, hive_partitioning=False, glob=False)
        absent = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in schema.items() if name not in frame.columns]
        return frame.with_columns(absent).select(schema.names()).with_columns(pl.col(WITHDRAWN).fill_null(False))

    def _unknown(self, month: str, incoming: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
        """Incoming rows whose values differ from the version before them in known time, and those that are withdrawn."""
        key, known = list(self.entity.key), self._read(month)
        gone = missing(self.entity, known, incoming, _within(spans, month))
        told = pl.concat([incoming, gone]) if len(gone) else incoming
        if not known.is_empty():
            known = known.join(told.select(key).unique(), on=key, how="semi", nulls_equal=True)
        if known.is_empty() and told.select(key).is_unique().all():
            return told
        values = [name for name in (*self.entity.columns, WITHDRAWN) if name not in self.entity.key]
        both = pl.concat([known.with_columns(_is_new=False), told.with_columns(_is_new=True)])
        ordered = both.sort([*key, "_fetched_at", "_is_new"], maintain_order=True)
        is_same_key = pl.all_horizontal([pl.col(name).eq_missing(pl.col(name).shift(1)) for name in key])
        is_changed = pl.any_horizontal([pl.lit(False), *(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in values)])
        is_first = pl.int_range(pl.len()) == 0
        return ordered.filter(pl.col("_is_new") & (is_first | ~is_same_key | is_changed)).select(told.columns)


def _within(spans: pl.DataFrame, month: str) -> pl.DataFrame:
    """Those that reach into a month."""
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    following = (first + timedelta(days=32)).replace(day=1)
    return spans.filter((pl.col("_from") < following) & (pl.col("_before") > first))
