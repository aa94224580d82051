"""A raw table of a source, as its adapter declares it: fields, types, key and event time.

Belongs here: the notation of entities. Does not: how rows are fitted to them (fitting) or kept (raw).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

INSTANT = pl.Datetime("us", "UTC")
TYPES: dict[str, pl.DataType] = {
    "text": pl.String(), "float": pl.Float64(), "int": pl.Int64(), "bool": pl.Boolean(), "day": pl.Date(), "instant": INSTANT,
    "s": pl.Int64(), "ms": pl.Int64(), "us": pl.Int64(), "ns": pl.Int64(),
}  # fmt: skip
UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}  # of a Unix time, in a second


@dataclass(frozen=True)
class Entity:
    """One raw table of a source: the source's own fields, typed, nothing converted.

    `event` is the expression of the event's UTC instant (its month is the file); `optional` fields may be null;
    `times` are the columns of Unix times with their unit, in which no other unit passes; `look_back_days` are fetched again before the
    asked days, because sources restate; `is_snapshot`: it only exists now.
    """

    name: str
    columns: Mapping[str, pl.DataType]
    key: tuple[str, ...]
    event: pl.Expr
    optional: frozenset[str] = frozenset()
    look_back_days: int = 0
    is_snapshot: bool = False
    times: Mapping[str, str] = field(default_factory=dict)
    dated_by: str | None = None  # the column of `times` that is the event's instant, where it is one

    @cached_property
    def series(self) -> tuple[str, ...]:
        """What of the key names a series, and not an event of it."""
        roots = self.event.meta.root_names()
        return tuple(column for column in self.key if column not in roots)

    @classmethod
    def of(cls, name: str, fields: str, event: pl.Expr | None = None, *, look_back_days: int = 0, is_snapshot: bool = False) -> Entity:
        """An entity from a line of fields: `*symbol *open_time:ms close:float mark_price:float?`.

        `*` marks the key, `?` what may be null; types are text (default), float, int, bool, day, instant, and for Unix times their
        unit: s, ms, us or ns. Without `event` it is the one column of the key that is a time.
        """
        found = [re.fullmatch(r"(\*?)(\w+)(?::(\w+))?(\??)", one) for one in fields.split()]
        parts = [one.groups() for one in found if one]
        if len(parts) != len(found):
            raise ValueError(f"entity {name}: a field is not of the form *name:type? in {fields!r}")
        kinds = {column: dtype or "text" for _, column, dtype, _ in parts}
        key = tuple(column for star, column, _, _ in parts if star)
        dated = [column for column in key if kinds[column] in (*UNITS, "day", "instant")]
        if event is None and len(dated) != 1:
            raise ValueError(f"entity {name}: {len(dated)} times in the key, so say which instant the event has")
        return cls(
            name,
            columns={column: TYPES[kind] for column, kind in kinds.items()},
            key=key,
            event=_instant(dated[0], kinds[dated[0]]) if event is None else event,
            optional=frozenset(column for _, column, _, mark in parts if mark),
            look_back_days=look_back_days,
            is_snapshot=is_snapshot,
            times={column: kind for column, kind in kinds.items() if kind in UNITS},
            dated_by=dated[0] if event is None and kinds[dated[0]] in UNITS else None,
        )


def _instant(column: str, kind: str) -> pl.Expr:
    return pl.col(column) if kind == "instant" else day(column) if kind == "day" else unix(column, kind)


def unix(column: str, unit: str) -> pl.Expr:
    """Event instant of a column of Unix times."""
    since: pl.Expr = pl.from_epoch(pl.col(column), time_unit=unit)  # type: ignore[call-overload]
    return since.dt.replace_time_zone("UTC").cast(INSTANT)


def day(column: str) -> pl.Expr:
    """Event instant of a column of UTC days."""
    return pl.col(column).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
