"""Typing of parsed rows: what fits an entity becomes a frame, what does not is kept with its reason. Nothing is coerced or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import polars as pl

from ingestion.source import INSTANT, Entity

META: dict[str, pl.DataType] = {"_fetched_at": INSTANT, "_payload_sha256": pl.String(), "_run_id": pl.String()}
QUARANTINE = pl.Schema({"reason": pl.String(), "row": pl.String(), **META})


def raw_schema(entity: Entity) -> pl.Schema:
    """Columns of the entity's raw files: its own fields and the three of provenance."""
    return pl.Schema({**entity.columns, **META})


def frame_of(entity: Entity, rows: Sequence[Sequence[Any]] | pl.DataFrame) -> pl.DataFrame:
    """Parsed rows as an untyped frame with the entity's columns. Raises ValueError when a row has another width."""
    if isinstance(rows, pl.DataFrame):
        return rows.select(list(entity.columns))
    width = len(entity.columns)
    if any(len(row) != width for row in rows):
        raise ValueError(f"rows of {entity.name} must have {width} fields: {', '.join(entity.columns)}")
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    return pl.DataFrame([pl.Series(name, values, strict=False) for name, values in zip(entity.columns, columns, strict=True)])


def fit(entity: Entity, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split a frame (entity columns + provenance) into rows of the entity's types and quarantined rows with their reasons."""
    typed = frame.with_columns([_cast(frame.schema[name], name, dtype) for name, dtype in entity.columns.items()])
    reasons = [_reason(entity, frame, typed, name) for name in entity.columns]
    is_dated = typed.select(entity.event.is_not_null()).to_series()
    reasons.append(
        pl.select(pl.when(is_dated).then(None).otherwise(pl.lit("the time of the event cannot be read"))).to_series().alias("_undated")
    )
    flagged = typed.with_columns(pl.concat_str(reasons, separator="; ", ignore_nulls=True).alias("_reason"))
    is_bad = flagged["_reason"].str.len_chars().fill_null(0) > 0
    good = typed.filter(~is_bad).select(raw_schema(entity).names()).cast(raw_schema(entity))
    bad = frame.filter(is_bad)
    quarantined = bad.select(
        reason=flagged.filter(is_bad)["_reason"],
        row=pl.Series(
            [orjson.dumps(row, default=str).decode() for row in bad.select(list(entity.columns)).to_dicts()],
            dtype=pl.String(),
        ),
        **{name: pl.col(name) for name in META},
    )
    return good, quarantined.cast(QUARANTINE)


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
