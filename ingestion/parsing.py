"""What parsers share: fields of an item, and instants written as text. Which fields an entity has is the adapter's."""

from __future__ import annotations

from collections.abc import Mapping
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
