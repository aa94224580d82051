"""What adapters share in reading values: instants written as text, and figures that only rank or choose."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any


def fields(item: Mapping[str, Any], *names: str) -> tuple[Any, ...]:
    """These fields of an item; what it lacks or leaves empty is null."""
    return tuple(None if item.get(name) == "" else item.get(name) for name in names)


def objects(rows: Any) -> list[dict[str, Any]]:
    """The rows of an answer's list, for a parser that adds to them or looks into them.

    One of another shape is a row of nothing, which fits no table. Nothing is no rows. Raises TypeError where
    something else stands in place of a list.
    """
    if not isinstance(rows, list | None):
        raise TypeError(f"{type(rows).__name__} where a list of rows is expected")
    return [row if isinstance(row, dict) else {} for row in rows or []]


def instant(text: str) -> datetime:
    """ISO 8601 with its zone, as UTC. Raises ValueError without a zone."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text!r} has no zone")
    return found.astimezone(UTC)


def unix_ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def iso(at_ms: int) -> str:
    """Unix milliseconds as ISO 8601 with Z."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def number(value: Any) -> float:
    """A figure that only ranks or chooses, whatever the source gave: 0 where it is none. What is kept is typed by its table."""
    try:
        found = float(value or 0)
    except (TypeError, ValueError):
        return 0.0
    return found if math.isfinite(found) else 0.0


def whole(value: Any) -> int | None:
    """A whole number that only chooses, such as a listing's Unix time; None where it is none."""
    try:
        return int(value) if value not in (None, "") else None
    except (TypeError, ValueError):
        return None


def joined(value: Any) -> Any:
    """A list of texts as one, with commas; none is the empty one; what is no such list stays, and does not fit."""
    if value is None:
        return ""
    return ",".join(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value


def by_name(rows: Iterable[Any], column: str) -> dict[str, dict[str, Any]]:
    """Rows by the market that a column names; a row that names none belongs to no market."""
    return {row[column]: row for row in rows if isinstance(row, dict) and isinstance(row.get(column), str) and row[column]}


def point(value: Any) -> tuple[Any, Any]:
    """A point `[stamp, value]` of a chart; what is no point has neither, and does not fit a table that wants a time."""
    return (value[0], value[1]) if type(value) is list and len(value) > 1 else (None, None)


def instants(values: Sequence[Any]) -> list[Any]:
    """Texts of ISO 8601 with their zone as UTC, an empty one as none; anything else stays, and does not fit."""
    found: list[Any] = []
    for value in values:
        try:
            found.append(instant(value))
        except (TypeError, ValueError):
            found.append(None if value == "" else value)
    return found
