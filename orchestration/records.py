"""What a step of the chain reports: tables made and checks judged, as plain values.

Belongs here: the value types. Does not: how they come about (steps/), how Dagster shows them (defs/), how they are kept (journal.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Asset = tuple[str, ...]


class Markdown(str):
    """Metadata to be shown as Markdown."""


class FilePath(str):
    """Metadata to be shown as the path of a file."""


@dataclass(frozen=True)
class Made:
    """An asset was brought up to date."""

    asset: Asset
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """A check of an asset; `is_error` False: it is only told. A failed one that `is_blocking` ends the run."""

    asset: Asset
    name: str
    passed: bool
    is_error: bool = True
    metadata: Mapping[str, Any] = field(default_factory=dict)
    is_blocking: bool = False


Record = Made | Checked
Records = Iterator[Record]
