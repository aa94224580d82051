"""An answer as an adapter sees it: the payload, and the rows that its tables made of it.

Belongs here: what the next request is decided from. Does not: what fits a table (store/fitting): rows here are as the source says them,
so what is taken from them is taken with care.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import polars as pl

from ingestion.store.buffer import Parsed, Rows
from ingestion.store.columns import Columns, Same, frame_of
from ingestion.store.entity import UNITS, Entity
from ingestion.store.fitting import EARLIEST, latest_event
from ingestion.store.lines import Lines
from ingestion.wire.payload import Payload


@dataclass(frozen=True)
class Answer:
    """One payload, parsed."""

    payload: Payload
    entities: Mapping[str, Entity]
    parsed: Parsed

    @property
    def json(self) -> Any:
        return self.payload.json

    def rows(self, entity: str) -> list[dict[str, Any]]:
        """The rows of a table as objects, column by column; values have the type in which the source gave them, but for lists and
        objects, which fit no column.
        """
        columns = self._columns(entity)
        values = [[one.value] * columns.height if isinstance(one, Same) else _single(one) for one in columns.values.values()]
        return [dict(zip(columns.values, row, strict=True)) for row in zip(*values, strict=True)]

    def height(self, entity: str) -> int:
        """How many rows of a table came."""
        rows = self.parsed.get(entity, ())
        return rows.height if isinstance(rows, Columns | Lines | pl.DataFrame) else len(rows)

    def instants(self, entity: str) -> list[int]:
        """Unix milliseconds of the events of a table, but for rows whose event has no time that one can have."""
        declared = self.entities[entity]
        if declared.dated_by:
            values, unit = self._columns(entity).values[declared.dated_by], UNITS[declared.times[declared.dated_by]]
            if not isinstance(values, Same):
                return _possible(values, unit, latest_event(self.payload.fetched_at))
        needed = {name: declared.columns[name] for name in declared.event.meta.root_names()}
        only = Entity(declared.name, needed, (), declared.event)
        frame = frame_of(only, [self._columns(entity)])
        typed = frame.with_columns([pl.col(name).cast(dtype, strict=False) for name, dtype in needed.items()])
        at = typed.select(declared.event.alias("at")).to_series()
        return at.filter(at.is_between(EARLIEST, latest_event(self.payload.fetched_at))).dt.epoch("ms").to_list()

    def _columns(self, entity: str) -> Columns:
        if entity not in self._read:
            self._read[entity] = _as_columns(self.entities[entity], self.parsed.get(entity, ()))
        return self._read[entity]

    @cached_property
    def _read(self) -> dict[str, Columns]:
        return {}


def _possible(values: Sequence[Any], per_second: int, latest: datetime) -> list[int]:
    """Those of these Unix times that an event can have, in milliseconds: a page is read in a tenth of the time that a frame takes."""
    first, last = (int(at.timestamp() * 1000) for at in (EARLIEST, latest))
    whole = [int(value) for value in values if type(value) is int or _says_whole(value)]
    found = [value * 1000 // per_second for value in whole]
    return [at for at in found if first <= at <= last]


def _says_whole(value: Any) -> bool:
    return value.isascii() and value.isdecimal() if type(value) is str else type(value) is float and value.is_integer()


def _single(values: Sequence[Any]) -> Sequence[Any]:
    return [None if isinstance(value, list | dict) else value for value in values]


def _as_columns(entity: Entity, rows: Rows) -> Columns:
    if isinstance(rows, Lines):
        return rows.slowly()
    if isinstance(rows, pl.DataFrame):
        return Columns(rows.height, {name: rows[name].to_list() for name in entity.columns})
    return rows if isinstance(rows, Columns) else Columns.of_rows(entity, rows)
