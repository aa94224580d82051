"""Typing of parsed rows: what fits an entity becomes a frame, what does not is kept with its reason. Nothing is coerced or dropped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import polars as pl

from ingestion.store.entity import INSTANT, UNITS, Entity

META: dict[str, pl.DataType] = {"_fetched_at": INSTANT, "_payload_sha256": pl.String(), "_run_id": pl.String()}
WITHDRAWN = "_is_withdrawn"  # of a version: the source no longer has the row
EARLIEST = datetime(2009, 1, 1, tzinfo=UTC)  # an event before that is a stamp in another unit
NO_TIME = 1_000_000  # zero and its like: how some venues say that there is none
LATEST = datetime(2200, 1, 1, tzinfo=UTC)  # perpetuals "expire" in 2100
LEEWAY = timedelta(days=1)  # a source's clock, or a settlement announced
ASKED: dict[str, pl.DataType] = {"_asked_from": pl.Int64(), "_asked_to": pl.Int64()}  # of an answer, where its request has bounds
QUARANTINE = pl.Schema({"reason": pl.String(), "row": pl.String(), **META})


def latest_event(fetched_at: datetime) -> datetime:
    """No event is younger than its answer, but for some leeway."""
    return fetched_at + LEEWAY


def raw_schema(entity: Entity) -> pl.Schema:
    """Columns of the entity's raw files: its own fields, the three of provenance, and whether the row was withdrawn."""
    return pl.Schema({**entity.columns, **META, WITHDRAWN: pl.Boolean()})


def fit(entity: Entity, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split a frame (entity columns + provenance) into rows of the entity's types and quarantined rows with their reasons.

    Rows outside the bounds that were asked for are neither. Every row is looked at cheaply; reasons are worked out for those that look
    wrong only.
    """
    schema = raw_schema(entity)
    cells = [_cast(frame.schema[name], name, dtype) for name, dtype in entity.columns.items()]
    typed = frame.with_columns(*cells, pl.lit(False).alias(WITHDRAWN))
    suspect = _suspect(entity, frame, typed)
    bad = pl.DataFrame(schema=QUARANTINE)
    if suspect.any():
        places = suspect.arg_true()
        reasons = _reasons(entity, frame[places], typed[places])
        is_bad = suspect.scatter(places, reasons.str.len_chars() > 0)
        bad = _quarantined(entity, frame.filter(is_bad), reasons.filter(reasons.str.len_chars() > 0))
        typed = typed.filter(~is_bad)
    if "_asked_from" in typed.columns:
        typed = typed.filter(_is_asked(entity))
    good, repeated = _told_once(entity, typed.select(schema.names()).cast(schema))
    return good, pl.concat([bad, repeated])


def _told_once(entity: Entity, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Each key of an answer once, as the answer says it last; what it said before with other values is quarantined.

    Both kept would look like a value that changes and changes back, at each fetch of the same answer again.
    """
    nothing = pl.DataFrame(schema=QUARANTINE)
    if rows.select(entity.key).is_unique().all():
        return rows, nothing
    told = (*entity.key, "_payload_sha256", "_fetched_at")
    is_last = rows.select(pl.struct(*told).is_last_distinct()).to_series()
    values = [name for name in entity.columns if name not in entity.key]
    last = rows.select(pl.all().last().over(*told))
    is_other = pl.select(pl.any_horizontal(pl.lit(False), *(rows[name].ne_missing(last[name]) for name in values))).to_series()
    others = rows.filter(~is_last & is_other)
    reasons = pl.repeat("the answer tells this key again, with other values: the last one counts", len(others), eager=True)
    return rows.filter(is_last), _quarantined(entity, others, reasons)


def _is_asked(entity: Entity) -> pl.Expr:
    """What lies outside the bounds that were asked for is of another answer, which may be whole where this one is cut."""
    at = entity.event.dt.epoch("ms")
    return (at >= pl.col("_asked_from")).fill_null(True) & (at < pl.col("_asked_to")).fill_null(True)


def _cast(found: pl.DataType, name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if found == dtype:
        return column
    if dtype == pl.Boolean() and found == pl.String():
        return column.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean())
    return column.cast(dtype, strict=False).alias(name)


def _suspect(entity: Entity, frame: pl.DataFrame, typed: pl.DataFrame) -> pl.Series:
    """Rows in which a field is empty that need not be, did not survive its cast, or is no finite number; or of no known time."""
    looks = [pl.lit(False), _undated(entity).is_not_null()]
    unlike = [name for name, dtype in entity.columns.items() if frame.schema[name] != dtype]
    both = typed.with_columns([frame[name].alias(f"_before_{name}") for name in unlike])
    for name, dtype in entity.columns.items():
        column = pl.col(name)
        if name not in entity.optional:
            looks.append(column.is_null())
        elif name in unlike:
            looks.append(column.is_null() & pl.col(f"_before_{name}").is_not_null())
        if dtype == pl.Float64():
            looks.append(~column.is_finite())
        if dtype == pl.Int64() and frame.schema[name] == pl.Float64():
            looks.append(pl.col(f"_before_{name}") != column)
    looks += [~_is_time(name, unit) for name, unit in entity.times.items()]
    if "_odd" in frame.columns:
        looks.append(pl.col("_odd").is_not_null())
    return both.select(pl.any_horizontal(looks).fill_null(False).alias("suspect")).to_series()


def _reasons(entity: Entity, frame: pl.DataFrame, typed: pl.DataFrame) -> pl.Series:
    """Per row everything that does not fit, or an empty text."""
    said = [_reason(entity, frame, typed, name) for name in entity.columns]
    said += [frame["_odd"]] if "_odd" in frame.columns else []
    said += [typed.select(_no_time(name, unit)).to_series() for name, unit in entity.times.items()]
    said.append(typed.select(_undated(entity)).to_series())
    return pl.select(pl.concat_str(said, separator="; ", ignore_nulls=True).fill_null("")).to_series()


def _quarantined(entity: Entity, rows: pl.DataFrame, reasons: pl.Series) -> pl.DataFrame:
    told = [orjson.dumps(row, default=str).decode() for row in rows.select(list(entity.columns)).to_dicts()]
    told_of = {"reason": reasons, "row": pl.Series(told, dtype=pl.String())}
    return rows.select(**told_of, **{name: pl.col(name) for name in META}).cast(QUARANTINE)


def _is_time(name: str, unit: str) -> pl.Expr:
    """Whether a Unix time can be one in this unit."""
    first, last = (int(at.timestamp()) * UNITS[unit] for at in (EARLIEST, LATEST))
    return ((pl.col(name) <= NO_TIME) | pl.col(name).is_between(first, last)).fill_null(True)


def _no_time(name: str, unit: str) -> pl.Expr:
    told = pl.format("{} = {} is no time in " + unit, pl.lit(name), pl.col(name))
    return pl.when(~_is_time(name, unit)).then(told).alias(f"_no_time_{name}")


def _undated(entity: Entity) -> pl.Expr:
    """Why the event has no time a market can have, or null."""
    is_late = entity.event > pl.col("_fetched_at") + LEEWAY
    is_read = (entity.event >= EARLIEST).fill_null(False)
    late = pl.lit("the time of the event is later than its answer")
    return pl.when(~is_read).then(pl.lit("the time of the event cannot be read")).when(is_late).then(late).alias("_undated")


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
