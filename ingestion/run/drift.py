"""What a source says otherwise than before: a value it never used, a field that fell silent, a table without a row.

Belongs here: the comparison of what came with what raw knows, in sentences. Does not: rows that do not fit their declaration
(store/fitting), or what is done about it (session, probe).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import polars as pl

from ingestion.run.window import Window
from ingestion.store.entity import Entity
from ingestion.store.raw import RawTable

RECENT = timedelta(days=3)  # older rows are of another time, and may well lack what newer ones have
MOST_WORDS = 12  # a column with more different values is no enumeration
MARKETS_A_WORD = 5  # and so is one whose values are not shared by several markets
CHANCE = 0.01  # that a field is empty in all markets at once, as often as it was empty before: below that, it is a finding
REGULAR_DAYS = 3  # rows on so many days in a row: the next day without one is a finding
WORD = re.compile(r"(?=.*[A-Za-z])[\w .:/-]{1,40}|\d{1,2}")


def differences(table: RawTable, rows: pl.DataFrame, now: datetime) -> list[str]:
    """How these rows differ from those that raw has of the same source. Says nothing of days long ago, or without a row to compare with."""
    entity, months = table.entity, table.months()
    recent = rows.filter(entity.event >= now - RECENT) if months and not rows.is_empty() else rows.clear()
    if recent.is_empty():
        return []
    silent = [name for name in sorted(entity.optional) if recent[name].is_null().all()]
    words = _words(entity, recent) if entity.is_snapshot else {}
    if not silent and not words:
        return []
    known = _known(table, months[-2:], [*silent, *words])
    return [*_new_words(known, words, _names(entity)), *_fallen_silent(known, recent, silent, _names(entity))]


def market_of(entity: Entity, match: Mapping[str, str]) -> str | None:
    """Of which market an answer is, by the table's column that its request filled; None: of several, or of all."""
    return next((match[name] for name in _names(entity) if name in match), None)


def silence(table: RawTable, window: Window | None, markets: Collection[str | None] = ()) -> str | None:
    """Why a table of which no row came should have had some, or None: it is a list, or it had rows on each of its last days.

    `markets` are those that were asked for one by one: then only their own rows count, for one that never had any may well have none.
    """
    months = table.months()
    if not months:
        return None
    known = _known(table, months[-2:], [])
    if markets and None not in markets and (names := _names(table.entity)):
        known = known.filter(pl.any_horizontal(pl.col(name).is_in(list(markets)) for name in names))
    days = set(known.select(table.entity.event.dt.date()).to_series())
    newest = max(days, default=None)
    if newest is None:
        return None
    if table.entity.is_snapshot:
        return f"no row came; the last are of {newest}"
    is_regular = all(newest - timedelta(days=back) in days for back in range(REGULAR_DAYS))
    return f"no row came; until {newest} there were some on every day" if window and window.last >= newest and is_regular else None


def _names(entity: Entity) -> list[str]:
    """The part of the key that says of what a row is, not of when."""
    when = {*entity.event.meta.root_names(), *entity.times}
    return [name for name in entity.key if name not in when and entity.columns[name] == pl.String()]


def _words(entity: Entity, rows: pl.DataFrame) -> dict[str, set[str]]:
    """Columns that may be enumerations, with the values they have now."""
    texts = [name for name, dtype in entity.columns.items() if dtype == pl.String() and name not in entity.key]
    found = {name: set(rows[name].unique().drop_nulls()) for name in texts}
    return {name: values for name, values in found.items() if 0 < len(values) <= MOST_WORDS}


def _known(table: RawTable, months: Collection[str], columns: Collection[str]) -> pl.DataFrame:
    """What raw has of these columns, the key and the event in these months; a part of an older declaration may lack some."""
    wanted = dict.fromkeys([*table.entity.key, *table.entity.event.meta.root_names(), *columns])
    frames = []
    for month in months:
        part = table.part(month)
        held = pl.scan_parquet(part, glob=False).collect_schema()
        frames.append(pl.read_parquet(part, columns=[name for name in wanted if name in held], hive_partitioning=False, glob=False))
    return pl.concat(frames, how="diagonal")


def _new_words(known: pl.DataFrame, words: dict[str, set[str]], names: list[str]) -> list[str]:
    markets = known.select(names).n_unique() if names and not known.is_empty() else 0
    told = []
    for column, values in words.items():
        before = set(known[column].unique().drop_nulls()) if column in known.columns else set()
        is_enumeration = 0 < len(before) <= MOST_WORDS and markets >= MARKETS_A_WORD * len(before)
        new = sorted(value for value in values - before if WORD.fullmatch(value)) if is_enumeration else []
        if new and all(map(WORD.fullmatch, before)):
            told.append(f"{column} says {', '.join(new)}, which it never did before (known: {', '.join(sorted(before))})")
    return told


def _fallen_silent(known: pl.DataFrame, rows: pl.DataFrame, columns: list[str], names: list[str]) -> list[str]:
    """Fields that no row has now, and that rows of the same markets had so often that it is no chance."""
    columns = [name for name in columns if name in known.columns and not known[name].is_null().all()]
    if not columns:
        return []
    markets = rows.select(names).unique() if names else rows.head(1)
    same = known.join(markets, on=names, how="semi", nulls_equal=True) if names else known
    lacked = {name: same[name].null_count() / len(same) for name in columns} if len(same) else {}
    told = [name for name, share in lacked.items() if share ** len(markets) < CHANCE]
    return [f"{name} is empty in all {len(rows)} rows, and was not before" for name in told]
