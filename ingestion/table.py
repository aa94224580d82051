"""A raw table as one declaration: field of the answer, column, type and key in one line.

Belongs here: the notation, and reading an answer's rows by it into columns. Does not: where in the answer the rows lie (the adapter).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
import polars as pl

from ingestion.columns import Columns, Same
from ingestion.entity import Entity
from ingestion.lines import Lines, is_plain
from ingestion.source import Payload


@dataclass(frozen=True)
class Table:
    """An entity, and which field of an answer's row is which column of it.

    `fields` names the field of a row that is an object, or the place in a row that is a list; `asked` names the parameter of the request
    that the answer does not repeat.
    """

    entity: Entity
    fields: Mapping[str, str]
    places: Mapping[str, int]
    asked: Mapping[str, str]

    @classmethod
    def of(cls, name: str, columns: str, event: pl.Expr, *, look_back_days: int = 0, is_snapshot: bool = False) -> Table:
        """A table from a line of columns: `*symbol=@symbol *open_time:int=0 mark_price:float?=markPrice`.

        As in `Entity.of`, and after `=` the field, the place in the row, or with `@` the request's parameter. Without `=` the field
        has the column's name, unless the adapter gives the column itself.
        """
        found: dict[str, str] = {}
        declared = []
        for one in columns.split():
            column, _, origin = one.partition("=")
            declared.append(column)
            bare = re.sub(r"[*?]|:\w+", "", column)
            found[bare] = origin or bare
        entity = Entity.of(name, " ".join(declared), event, look_back_days=look_back_days, is_snapshot=is_snapshot)
        return cls(
            entity,
            fields={column: origin for column, origin in found.items() if not origin.startswith("@") and not origin.isdigit()},
            places={column: int(origin) for column, origin in found.items() if origin.isdigit()},
            asked={column: origin[1:] for column, origin in found.items() if origin.startswith("@")},
        )

    def read(self, rows: Any, payload: Payload, **given: Any) -> dict[str, Columns]:
        """The rows of an answer, as columns; `given` are columns the adapter knows: one value for all rows, or a list of as many.

        Raises TypeError or IndexError when they have another shape.
        """
        if not isinstance(rows, list):
            raise TypeError(f"{type(rows).__name__} where a list of rows is expected")
        values: dict[str, Sequence[Any] | Same] = {name: value if isinstance(value, list) else Same(value) for name, value in given.items()}
        values |= {column: Same(payload.param(name)) for column, name in self.asked.items() if column not in values}
        for column, name in self.fields.items():
            if column not in values:
                values[column] = [row.get(name) for row in rows]
        if self.places:
            values |= self._placed(rows) if rows else dict.fromkeys(self.places, ())
        return {self.entity.name: Columns(len(rows), values)}

    def read_body(self, payload: Payload, **given: Any) -> dict[str, Columns | Lines]:
        """As `read`, for a body that is the list of rows itself; where that is nothing but numbers, it is left for later."""
        if not is_plain(payload.body):
            return {**self.read(payload.json, payload, **given)}
        same = {name: Same(value) for name, value in given.items()}
        same |= {column: Same(payload.param(name)) for column, name in self.asked.items() if column not in same}
        slowly = partial(self._slowly, payload.body, same)
        return {self.entity.name: Lines(payload.body, self.places, same, slowly)}

    def _slowly(self, body: bytes, same: Mapping[str, Same]) -> Columns:
        rows = orjson.loads(body)
        return Columns(len(rows), {**same, **self._placed(rows)})

    def _placed(self, rows: list[Any]) -> dict[str, Sequence[Any]]:
        if any(type(row) is not list for row in rows):
            raise TypeError("a row that is no list")
        try:
            columns = list(zip(*rows, strict=True))
        except ValueError:  # rows of several widths
            columns = [[row[place] for row in rows] for place in range(max(self.places.values()) + 1)]  # type: ignore[misc]
        return {column: columns[place] for column, place in self.places.items()}
