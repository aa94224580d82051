"""What adapters share in reading values: instants written as text, and figures that only rank or choose."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any


def fields(item: Mapping[str, Any], *names: str) -> tuple[Any, ...]:
    """These fields of an item; what it lacks or leaves empty is null."""
    return tuple(None if item.get(name) == "" else item.get(name) for name in names)


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


def point(value: Any) -> tuple[Any, Any]:
    """A point `[stamp, value]` of a chart; what is no point has neither, and does not fit a table that wants a time."""
    return (value[0], value[1]) if type(value) is list and len(value) > 1 else (None, None)


def instants(values: Sequence[Any]) -> list[Any]:
    """Texts of ISO 8601 with their zone as UTC; whatever is none stays as it is, and does not fit a column of instants."""
    found = []
    for value in values:
        try:
            found.append(instant(value))
        except (TypeError, ValueError):
            found.append(value)
    return found
