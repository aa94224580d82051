"""Parsed rows as columns: what a parser gives, before anything is typed.

Belongs here: columns of one answer, and how several answers become one untyped frame. Does not: which field of an answer is which
column (table), or what fits (schemas).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

import polars as pl

from ingestion.store.entity import INSTANT, Entity

KINDS: dict[pl.DataType, set[type]] = {
    pl.String(): {str}, pl.Float64(): {float, int, str}, pl.Int64(): {int, float, str}, pl.Boolean(): {bool, str}, pl.Date(): {date},
    INSTANT: {datetime},
}  # fmt: skip


@dataclass(frozen=True)
class Same:
    """A column in which every row of the answer has this value."""

    value: Any


@dataclass(frozen=True)
class Columns:
    """The rows of one answer, by column, all of this height."""

    height: int
    values: Mapping[str, Sequence[Any] | Same]

    def __len__(self) -> int:
        return self.height

    @classmethod
    def of_rows(cls, entity: Entity, rows: Sequence[Sequence[Any]]) -> Columns:
        """Raises ValueError when a row has another number of fields than the entity has columns."""
        names = list(entity.columns)
        try:
            columns = list(zip(*rows, strict=True)) or [()] * len(names)
        except ValueError:
            columns = []
        if len(columns) != len(names):
            raise ValueError(f"rows of {entity.name} must have {len(names)} fields: {', '.join(names)}")
        return cls(len(rows), dict(zip(names, columns, strict=True)))


def frame_of(entity: Entity, parts: Sequence[Columns]) -> pl.DataFrame:
    """The rows of these answers as an untyped frame, with a column `_odd` that says what in a row is of another kind altogether."""
    heights = [part.height for part in parts]
    odd: dict[int, list[str]] = {}
    series = [_column(name, dtype, [part.values[name] for part in parts], heights, odd) for name, dtype in entity.columns.items()]
    reasons = pl.Series("_odd", [None], dtype=pl.String()).new_from_index(0, sum(heights))
    if odd:
        reasons = reasons.scatter(list(odd), ["; ".join(said) for said in odd.values()])
    return pl.DataFrame([*series, reasons])


def spread(heights: Sequence[int]) -> pl.Series:
    """For every row the number of the answer it came from."""
    counts = pl.Series(heights, dtype=pl.Int64())
    numbers = pl.DataFrame({"n": pl.int_range(len(counts), eager=True), "count": counts}).filter(pl.col("count") > 0)
    return numbers.select(pl.col("n").repeat_by("count").explode()).to_series()


def _column(name: str, dtype: pl.DataType, chunks: list[Sequence[Any] | Same], heights: list[int], odd: dict[int, list[str]]) -> pl.Series:
    same = [chunk.value for chunk in chunks if isinstance(chunk, Same)]
    if len(same) == len(chunks) and all(type(value) in KINDS[dtype] | {type(None)} for value in same):
        return _series(name, dtype, same, {}).gather(spread(heights))
    whole = [[chunk.value] * height if isinstance(chunk, Same) else chunk for chunk, height in zip(chunks, heights, strict=True)]
    return _series(name, dtype, list(chain.from_iterable(whole)), odd)


def _series(name: str, dtype: pl.DataType, values: list[Any], odd: dict[int, list[str]]) -> pl.Series:
    """The values as they are; those of another kind (a list, a truth value for a number) are set aside with a reason."""
    allowed, found = KINDS[dtype] | {type(None)}, set(map(type, values))
    if dtype == pl.Int64() and float in found and found & {int, str}:  # one column of floats or of texts would read them in another way
        values = [int(value) if type(value) is float and value.is_integer() else value for value in values]
        odd_ones = [index for index, value in enumerate(values) if type(value) is float]
        for index in odd_ones:
            odd.setdefault(index, []).append(f"{name} = {values[index]!r} is not {dtype}")
            values[index] = None
        found = set(map(type, values))
    if not found <= allowed or (int in found and _has_giant(values)):
        for index, value in enumerate(values):
            if type(value) is int and value.bit_length() > 63 and dtype == pl.Float64():
                values[index] = float(value)
            elif type(value) not in allowed or (type(value) is int and value.bit_length() > 63):
                odd.setdefault(index, []).append(f"{name} = {value!r:.80} is not {dtype}")
                values[index] = None
        found = set(map(type, values))
    kind = _kind(found - {type(None)}, dtype)
    return pl.Series(name, values, dtype=kind, strict=False) if kind else pl.Series(name, values, strict=False)


def _has_giant(values: list[Any]) -> bool:
    """Whether a whole number has more than 63 bits."""
    numbers = [value for value in values if type(value) is int]
    return max(numbers).bit_length() > 63 or min(numbers).bit_length() > 63


def _kind(found: set[type], dtype: pl.DataType) -> pl.DataType | None:
    """The type a column of these has before it is typed; None where polars had better find out."""
    if not found:
        return dtype
    if found == {str}:
        return pl.String()
    if found == {int}:
        return pl.Int64()
    return pl.Float64() if found <= {int, float} else None
