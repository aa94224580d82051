"""A raw table of a source, as its adapter declares it: fields, types, key and event time.

Belongs here: the notation of entities. Does not: how rows are fitted to them (schemas) or kept (raw).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

INSTANT = pl.Datetime("us", "UTC")
TYPES: dict[str, pl.DataType] = {
    "text": pl.String(), "float": pl.Float64(), "int": pl.Int64(), "bool": pl.Boolean(), "day": pl.Date(), "instant": INSTANT,
}  # fmt: skip


@dataclass(frozen=True)
class Entity:
    """One raw table of a source: the source's own fields, typed, nothing converted.

    `event` is the expression of the event's UTC instant (its month is the file); `optional` fields may be null;
    `look_back_days` are fetched again before the asked days, because sources restate; `is_snapshot`: it only exists now.
    """

    name: str
    columns: Mapping[str, pl.DataType]
    key: tuple[str, ...]
    event: pl.Expr
    optional: frozenset[str] = frozenset()
    look_back_days: int = 0
    is_snapshot: bool = False

    @classmethod
    def of(cls, name: str, fields: str, event: pl.Expr, *, look_back_days: int = 0, is_snapshot: bool = False) -> Entity:
        """An entity from a line of fields: `*symbol *open_time:int close:float mark_price:float?`.

        `*` marks the key, `?` what may be null; types are text (default), float, int, bool, day and instant.
        """
        found = [re.fullmatch(r"(\*?)(\w+)(?::(\w+))?(\??)", field) for field in fields.split()]
        parts = [one.groups() for one in found if one]
        if len(parts) != len(found):
            raise ValueError(f"entity {name}: a field is not of the form *name:type? in {fields!r}")
        return cls(
            name,
            columns={column: TYPES[dtype or "text"] for _, column, dtype, _ in parts},
            key=tuple(column for star, column, _, _ in parts if star),
            event=event,
            optional=frozenset(column for _, column, _, mark in parts if mark),
            look_back_days=look_back_days,
            is_snapshot=is_snapshot,
        )


def ms(column: str) -> pl.Expr:
    """Event instant of a column of Unix milliseconds."""
    return pl.from_epoch(pl.col(column), time_unit="ms").dt.replace_time_zone("UTC")


def seconds(column: str) -> pl.Expr:
    """Event instant of a column of Unix seconds."""
    return pl.from_epoch(pl.col(column), time_unit="s").dt.replace_time_zone("UTC").cast(INSTANT)


def day(column: str) -> pl.Expr:
    """Event instant of a column of UTC days."""
    return pl.col(column).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
