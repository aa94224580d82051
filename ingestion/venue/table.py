"""A raw table as one declaration: field of the answer, column, type and key in one line; and the endpoints that fill it.

Belongs here: the notation, and reading an answer's rows by it into columns. Does not: paging (series), what fits (store/fitting).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson
import polars as pl

from ingestion.store.columns import Columns, Same
from ingestion.store.entity import INSTANT, UNITS, Entity
from ingestion.store.lines import Lines
from ingestion.venue.parsing import instants
from ingestion.wire.api import Endpoint
from ingestion.wire.payload import Payload, is_plain

Given = Any
"""What the adapter itself knows of a column: one value for all rows, a list of as many, a function of the payload that
gives either, or `Each`.
"""


@dataclass(frozen=True)
class Each:
    """A column worked out of each row: an object of whatever fields, for none of which it may fail."""

    of: Callable[[Mapping[str, Any]], Any]


def camel_case(column: str) -> str:
    """As most venues spell the column `mark_price`: markPrice."""
    first, *more = column.split("_")
    return first + "".join(part.capitalize() for part in more)


@dataclass(frozen=True)
class Table:
    """An entity, and which field of an answer's row is which column of it.

    `fields` is where a row that is an object has it, `places` where a row that is a list does; `asked` names the parameter of the request
    that the answer does not repeat; `answered` are the columns that say when the answer came.
    """

    entity: Entity
    fields: Mapping[str, tuple[str, ...]]
    places: Mapping[str, int]
    asked: Mapping[str, str]
    answered: tuple[str, ...]

    @classmethod
    def of(cls, name: str, columns: str, event: pl.Expr | None = None, *, look_back_days: int = 0, is_snapshot: bool = False) -> Table:
        """A table from a line of columns: `*symbol=@symbol *open_time:ms=0 mark_price:float?=markPrice *observed_on:day=~`.

        As in `Entity.of`, and after `=` the field (dots lead into objects, `|` stands between names of which a row has
        one), the place in a row that is a list, with `@` the request's parameter, or `~` for the time of the answer.
        Without `=` the field has the column's name in the venue's `spelling`, unless the adapter gives the column itself.
        """
        found: dict[str, str] = {}
        declared = []
        for one in columns.split():
            column, _, origin = one.partition("=")
            declared.append(column)
            bare = re.sub(r"[*?]|:\w+", "", column)
            found[bare] = origin or cls.spelling(bare)
        entity = Entity.of(name, " ".join(declared), event, look_back_days=look_back_days, is_snapshot=is_snapshot)
        return cls(
            entity,
            fields={column: tuple(origin.split(".")) for column, origin in found.items() if origin[0] not in "@~" and not origin.isdigit()},
            places={column: int(origin) for column, origin in found.items() if origin.isdigit()},
            asked={column: origin[1:] for column, origin in found.items() if origin.startswith("@")},
            answered=tuple(column for column, origin in found.items() if origin == "~"),
        )

    @classmethod
    def snapshot(cls, told: str) -> Table:
        """A table of what exists only now, told as `name: columns`."""
        name, _, columns = told.partition(":")
        return cls.of(name.strip(), columns, is_snapshot=True)

    @classmethod
    def history(cls, told: str) -> Table:
        """A table whose last day is asked for again, told as `name: columns`."""
        name, _, columns = told.partition(":")
        return cls.of(name.strip(), columns, look_back_days=1)

    @staticmethod
    def spelling(column: str) -> str:
        """How the venue spells the field that is this column."""
        return column

    @property
    def name(self) -> str:
        return self.entity.name

    def at(self, *keys: str, rows: Callable[[Payload], Any] | None = None, **given: Given) -> Reading:
        """This table, read from the list below these keys of an answer, or from what `rows` makes of it."""
        return Reading(self, keys, rows, given)

    def read(self, rows: Any, payload: Payload, **given: Given) -> dict[str, Columns]:
        """The rows of an answer, as columns. A row of another shape is a row of nothing, which does not fit.

        Raises TypeError when there is no list of rows.
        """
        rows = [rows] if isinstance(rows, dict) else [] if rows is None else rows
        if not isinstance(rows, list):
            raise TypeError(f"{type(rows).__name__} where a list of rows is expected")
        if not rows:
            return {self.name: Columns(0, dict.fromkeys(self.entity.columns, ()))}
        each = {name: one.of for name, one in given.items() if isinstance(one, Each)}
        values = self._known(payload, {name: one for name, one in given.items() if name not in each})
        wanted = {column: path for column, path in self.fields.items() if column not in values}
        if wanted or each:
            objects = rows if all(type(row) is dict for row in rows) else [row if type(row) is dict else {} for row in rows]
            values |= {column: [of(row) for row in objects] for column, of in each.items()}
            values |= {column: self._field(column, path, objects) for column, path in wanted.items() if column not in each}
        if self.places:
            values |= self._placed(rows)
        return {self.name: Columns(len(rows), values)}

    def read_body(self, payload: Payload, **given: Given) -> dict[str, Columns | Lines]:
        """As `read`, for a body that is the list of rows itself; where that is nothing but numbers, it is left for later."""
        if not is_plain(payload.body) or self.fields.keys() - given.keys():
            return {**self.read(payload.json, payload, **given)}
        same = {name: value for name, value in self._known(payload, given).items() if isinstance(value, Same)}
        return {self.name: Lines(payload.body, self.places, same, partial(self._slowly, payload.body, same))}

    def _known(self, payload: Payload, given: Mapping[str, Given]) -> dict[str, Sequence[Any] | Same]:
        """The columns that are in no row."""
        found = {name: value(payload) if callable(value) else value for name, value in given.items()}
        values: dict[str, Sequence[Any] | Same] = {name: value if isinstance(value, list) else Same(value) for name, value in found.items()}
        values |= {column: Same(payload.param(name)) for column, name in self.asked.items() if column not in values}
        return values | {column: Same(self._answered(column, payload)) for column in self.answered}

    def _answered(self, column: str, payload: Payload) -> Any:
        at, unit = payload.fetched_at, self.entity.times.get(column)
        if unit:
            return int(at.timestamp() * UNITS[unit])
        return at.date() if self.entity.columns[column] == pl.Date() else at

    def _field(self, column: str, path: tuple[str, ...], rows: list[dict[str, Any]]) -> list[Any]:
        """An empty text is no answer; an instant may be written as text."""
        if len(path) == 1 and "|" not in path[0]:
            values = [row.get(path[0]) for row in rows]
        else:
            names = [one.split("|") for one in path]
            values = [_below(row, names) for row in rows]
        kind = self.entity.columns[column]
        if kind == INSTANT:
            return instants(values)
        return [None if value == "" else value for value in values] if kind == pl.String() else values

    def _slowly(self, body: bytes, same: Mapping[str, Same]) -> Columns:
        rows = orjson.loads(body)
        return Columns(len(rows), {**same, **self._placed(rows)})

    def _placed(self, rows: list[Any]) -> dict[str, Sequence[Any]]:
        width = max(self.places.values()) + 1
        if rows and all(type(row) is list for row in rows) and len(lengths := set(map(len, rows))) == 1 and min(lengths) >= width:
            columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True))
        else:
            padded = [[*row, *[None] * width] if type(row) is list else [None] * width for row in rows]
            columns = [[row[place] for row in padded] for place in range(width)]
        return {column: columns[place] for column, place in self.places.items()}


class CamelTable(Table):
    """One of a venue whose fields are spelt markPrice."""

    @staticmethod
    def spelling(column: str) -> str:
        return camel_case(column)


@dataclass(frozen=True)
class Reading:
    """A table, and where in an answer its rows are."""

    table: Table
    keys: tuple[str, ...] = ()
    rows: Callable[[Payload], Any] | None = None
    given: Mapping[str, Given] = field(default_factory=dict)

    def __call__(self, payload: Payload) -> Mapping[str, Columns | Lines]:
        if self.rows is None and not self.keys:
            return self.table.read_body(payload, **self.given)
        return self.table.read(self.rows(payload) if self.rows else found(payload, *self.keys), payload, **self.given)


def found(payload: Payload, *keys: str) -> Any:
    """What lies below these keys of an answer. Raises KeyError where one is missing, TypeError where there is no object."""
    value = payload.json
    for key in keys:
        if not isinstance(value, dict):
            raise TypeError(f"a {type(value).__name__} where an object with {key} is expected")
        value = value[key]
    return value


def serves(name: str, host: str, path: str, *readings: Table | Reading, weight: Any = 1.0, **more: Any) -> Endpoint:
    """An endpoint whose answers fill these tables; `weight` is a number or a function of the request."""
    reads = [one.at() if isinstance(one, Table) else one for one in readings]

    def parse(payload: Payload) -> Mapping[str, Columns | Lines]:
        return {name: rows for read in reads for name, rows in read(payload).items()}

    weighs = weight if callable(weight) else lambda request: float(weight)
    return Endpoint(name, host, path, tuple(one.table.name for one in reads), parse, weight=weighs, **more)


def _below(row: dict[str, Any], path: list[list[str]]) -> Any:
    value: Any = row
    for names in path:
        value = next((value[name] for name in names if name in value), None) if type(value) is dict else None
    return value
