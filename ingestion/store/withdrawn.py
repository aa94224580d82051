"""Rows that were there and are no longer in an answer that is whole: each becomes a version that says so.

Belongs here: the spans for which answers are whole, and which known keys lie in one and are not told. Does not: what an endpoint says of
its answers (wire/cover), or versions on disk (raw). An answer of which a row could not be read is whole for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from ingestion.store.entity import INSTANT, Entity
from ingestion.store.fitting import EARLIEST, LATEST, META, WITHDRAWN, raw_schema
from ingestion.wire.cover import Cover

SPAN: dict[str, pl.DataType] = {"_from": INSTANT, "_before": INSTANT}
AT = "_at"  # the instant of an event, while it is compared with spans
ORIGIN = list(META)


@dataclass(frozen=True)
class Answered:
    """An answer that is whole for something: when it was fetched, its hash, the run, and whether it came without a row."""

    origin: tuple[datetime, str, str]
    cover: Cover
    is_empty: bool


def spans_of(entity: Entity, good: pl.DataFrame, bad: pl.DataFrame, answers: Sequence[Answered]) -> pl.DataFrame:
    """Per answer and series the spans [_from, _before) for which it is whole."""
    nothing = pl.DataFrame(schema=span_schema(entity))
    if not answers:
        return nothing
    told = [(*one.origin, one.cover.reach) for one in answers]
    origins = pl.DataFrame(told, schema={**META, "_reach": pl.String()}, orient="row").unique(ORIGIN)
    origins = origins.join(bad.select(ORIGIN), on=ORIGIN, how="anti")
    rows = good.select(*entity.series, *META, entity.event.alias(AT)).join(origins, on=ORIGIN)
    by = [*entity.series, *META]
    found = [nothing, *(_reaching(rows.filter(pl.col("_reach") == reach), by, reach) for reach in ("between", "days", "all"))]
    left = [{**one.cover.series, **dict(zip(META, one.origin, strict=True))} for one in answers if one.is_empty and one.cover.series]
    found.append(pl.DataFrame(left, schema={name: kind for name, kind in span_schema(entity).items() if name not in SPAN}).pipe(_always))
    return pl.concat([one.select(nothing.columns) for one in found])


def span_schema(entity: Entity) -> pl.Schema:
    return pl.Schema({**{name: entity.columns[name] for name in entity.series}, **META, **SPAN})


def missing(entity: Entity, known: pl.DataFrame, incoming: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """A row for each key and answer that is whole for it and does not tell it, though an earlier answer did. `known` and `incoming` are
    versions of one month.
    """
    nothing = pl.DataFrame(schema=raw_schema(entity))
    if spans.is_empty():
        return nothing
    key, roots = list(entity.key), sorted(set(entity.event.meta.root_names()) - set(entity.key))
    first, last = spans["_from"].min(), spans["_before"].max()
    near = known.filter((entity.event >= first) & (entity.event < last))
    asked = near.join(incoming.select(key), on=key, how="anti", nulls_equal=True)
    again = _joined(incoming, _overlapping(entity, spans), entity, "semi")
    if not again.is_empty():
        asked = pl.concat([asked, again, near.join(again.select(key), on=key, how="semi", nulls_equal=True)])
    if asked.is_empty():
        return nothing
    keys = asked.group_by(key).agg(pl.col("_fetched_at").min().alias("_first"), *(pl.col(name).first() for name in roots))
    pairs = _joined(keys.with_columns(entity.event.alias(AT)), spans, entity, "inner")
    is_covered = (pl.col(AT) >= pl.col("_from")) & (pl.col(AT) < pl.col("_before")) & (pl.col("_first") < pl.col("_fetched_at"))
    told = [*key, "_fetched_at"]
    gone = pairs.filter(is_covered).join(incoming.select(told), on=told, how="anti", nulls_equal=True).unique(told, keep="first")
    return pl.concat([nothing, gone.select(*key, *roots, *META, pl.lit(True).alias(WITHDRAWN))], how="diagonal")


def _reaching(rows: pl.DataFrame, by: list[str], reach: str) -> pl.DataFrame:
    at = pl.col(AT)
    if reach == "days":
        days = rows.select(*by, at.dt.truncate("1d").alias("_from")).unique()
        return days.with_columns((pl.col("_from") + timedelta(days=1)).alias("_before"))
    if reach == "all":
        return rows.select(by).unique().pipe(_always)
    return rows.group_by(by).agg(at.min().alias("_from"), at.max().alias("_before"))


def _always(series: pl.DataFrame) -> pl.DataFrame:
    bounds = {"_from": EARLIEST, "_before": LATEST}
    return series.with_columns(pl.lit(at, dtype=INSTANT).alias(name) for name, at in bounds.items())


def _overlapping(entity: Entity, spans: pl.DataFrame) -> pl.DataFrame:
    """Series of which two answers are whole for the same time: else no row that came can lack in another."""
    ordered = spans.sort([*entity.series, "_from"], nulls_last=True)
    before = pl.col("_before").cum_max().shift(1)
    is_met = pl.col("_from") < (before.over(entity.series) if entity.series else before)
    return ordered.filter(is_met).select(entity.series or [pl.lit(0).alias("_one")]).unique()


def _joined(rows: pl.DataFrame, spans: pl.DataFrame, entity: Entity, how: str) -> pl.DataFrame:
    """Rows with the spans of their series; of an entity that is one series, with all."""
    series = list(entity.series)
    if series:
        return rows.join(spans, on=series, how=how, nulls_equal=True)  # type: ignore[arg-type]
    if how == "semi":
        return rows if not spans.is_empty() else rows.clear()
    return rows.join(spans, how="cross")
