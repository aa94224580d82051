"""Typing of parsed rows: what fits an entity becomes a frame, what does not is kept with its reason. Nothing is coerced or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import polars as pl

from ingestion.entity import INSTANT, Entity

META: dict[str, pl.DataType] = {"_fetched_at": INSTANT, "_payload_sha256": pl.String(), "_run_id": pl.String()}
EARLIEST = datetime(2009, 1, 1, tzinfo=UTC)  # an event before that is a stamp in another unit
LEEWAY = timedelta(days=1)  # a source's clock, or a settlement announced
KINDS: dict[pl.DataType, set[type]] = {
    pl.String(): {str}, pl.Float64(): {float, int, str}, pl.Int64(): {int, float, str}, pl.Boolean(): {bool, str}, pl.Date(): {date},
    INSTANT: {datetime},
}  # fmt: skip
QUARANTINE = pl.Schema({"reason": pl.String(), "row": pl.String(), **META})


def latest_event(fetched_at: datetime) -> datetime:
    """No event is younger than its answer, but for some leeway."""
    return fetched_at + LEEWAY


def raw_schema(entity: Entity) -> pl.Schema:
    """Columns of the entity's raw files: its own fields and the three of provenance."""
    return pl.Schema({**entity.columns, **META})


def frame_of(entity: Entity, rows: Sequence[Sequence[Any]] | pl.DataFrame) -> pl.DataFrame:
    """Parsed rows as an untyped frame with the entity's columns. Raises ValueError when a row has another width."""
    if isinstance(rows, pl.DataFrame):
        return rows.select(list(entity.columns))
    check_width(entity, rows)
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(entity.columns)
    odd: list[str | None] = [None] * len(rows)
    series = [_series(name, dtype, values, odd) for (name, dtype), values in zip(entity.columns.items(), columns, strict=True)]
    return pl.DataFrame([*series, pl.Series("_odd", odd, dtype=pl.String())])


def check_width(entity: Entity, rows: Sequence[Sequence[Any]]) -> None:
    """Raises ValueError when a row has another number of fields than the entity has columns."""
    if any(len(row) != len(entity.columns) for row in rows):
        raise ValueError(f"rows of {entity.name} must have {len(entity.columns)} fields: {', '.join(entity.columns)}")


def _series(name: str, dtype: pl.DataType, values: Sequence[Any], odd: list[str | None]) -> pl.Series:
    """The values as they are; those of another kind (a list, a truth value for a number) are set aside with a reason."""
    allowed = KINDS[dtype] | {type(None)}
    if not set(map(type, values)) <= allowed or any(type(value) is int and value.bit_length() > 63 for value in values):
        kept: list[Any] = []
        for index, value in enumerate(values):
            fits = type(value) in allowed and not (type(value) is int and value.bit_length() > 63)
            kept.append(value if fits else None)
            if not fits:
                odd[index] = "; ".join(filter(None, [odd[index], f"{name} = {value!r:.80} is not {dtype}"]))
        values = kept
    return pl.Series(name, values, strict=False)


def fit(entity: Entity, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split a frame (entity columns + provenance) into rows of the entity's types and quarantined rows with their reasons."""
    typed = frame.with_columns([_cast(frame.schema[name], name, dtype) for name, dtype in entity.columns.items()])
    reasons = [_reason(entity, frame, typed, name) for name in entity.columns]
    reasons += [frame["_odd"]] if "_odd" in frame.columns else []
    reasons.append(typed.select(_undated(entity)).to_series())
    flagged = typed.with_columns(pl.concat_str(reasons, separator="; ", ignore_nulls=True).alias("_reason"))
    is_bad = flagged["_reason"].str.len_chars().fill_null(0) > 0
    good = typed.filter(~is_bad).select(raw_schema(entity).names()).cast(raw_schema(entity))
    bad = frame.filter(is_bad)
    quarantined = bad.select(
        reason=flagged.filter(is_bad)["_reason"],
        row=pl.Series([orjson.dumps(row, default=str).decode() for row in bad.select(list(entity.columns)).to_dicts()], dtype=pl.String()),
        **{name: pl.col(name) for name in META},
    )
    return good, quarantined.cast(QUARANTINE)


def _undated(entity: Entity) -> pl.Expr:
    """Why the event has no time a market can have, or null."""
    is_late = entity.event > pl.col("_fetched_at") + LEEWAY
    is_read = (entity.event >= EARLIEST).fill_null(False)
    late = pl.lit("the time of the event is later than its answer")
    return pl.when(~is_read).then(pl.lit("the time of the event cannot be read")).when(is_late).then(late).alias("_undated")


def _cast(found: pl.DataType, name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if found == dtype:
        return column
    if dtype == pl.Boolean() and found == pl.String():
        return column.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean())
    if dtype == pl.Float64() and found == pl.String():
        column = pl.when(column.str.strip_chars() == "").then(None).otherwise(column)
    return column.cast(dtype, strict=False).alias(name)


def _reason(entity: Entity, frame: pl.DataFrame, typed: pl.DataFrame, name: str) -> pl.Series:
    """Per row: why this field does not fit, or null."""
    before, after = frame[name], typed[name]
    given = before.is_not_null()
    if before.dtype == pl.String():
        given &= before.str.strip_chars() != ""
    wrong = given & after.is_null()
    if after.dtype == pl.Float64():
        wrong |= after.is_nan().fill_null(False) | after.is_infinite().fill_null(False)
    if after.dtype == pl.Int64() and before.dtype == pl.Float64():
        wrong |= (before != before.floor()).fill_null(False)
    missing = after.is_null() & ~given if name not in entity.optional else pl.repeat(False, len(after), eager=True)
    shown = pl.format("{} = {} is not " + str(after.dtype), pl.lit(name), before.cast(pl.String(), strict=False).fill_null("null"))
    return (
        pl.select(pl.when(wrong).then(shown).when(missing).then(pl.lit(f"{name} is missing")).otherwise(None))
        .to_series()
        .alias(f"_why_{name}")
    )
