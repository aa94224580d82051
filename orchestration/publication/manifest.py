"""What a version holds: rows and a token for each part of each table, and of each day of the newest. It lies in the version's folder.

Belongs here: the manifest, and the comparison of the warehouse with it. Does not: how rows are hashed, or written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.publication.folders import DATABASE, sync
from orchestration.publication.relations import PASSED, UNDATED, WHOLE, Relation
from orchestration.publication.tokens import Days, Parts, Sums, Tokens
from orchestration.publication.unpublished import Changes
from orchestration.touched import ALL, NONE, Months

NAME = "manifest.json"
LAYOUT = "facts_all"  # how tables lie in a version; one of another layout is made anew
BY_DAY = 2  # newest parts of a table: those in which a day more is written


@dataclass(frozen=True)
class Table:
    """One table of a version."""

    shape: str
    parts: Parts
    days: Mapping[str, Days] = field(default_factory=dict, compare=False)  # of the newest parts; they follow from the rows as the tokens do

    @property
    def rows(self) -> int:
        return sum(rows for rows, _ in self.parts.values())


@dataclass(frozen=True)
class Manifest:
    """Tables by `schema.table`. Tokens are only comparable between manifests of one engine: its hash may change with it."""

    tables: Mapping[str, Table]
    is_simulated: bool
    engine: str = duckdb.__version__
    layout: str = LAYOUT

    @classmethod
    def read(cls, folder: Path) -> Manifest | None:
        """The manifest of a version; None when it has none that can be compared, token by token, or no database."""
        one = cls.counted(folder)
        return one if one and one.is_comparable else None

    @classmethod
    def counted(cls, folder: Path) -> Manifest | None:
        """The same whatever wrote it: how many rows it had can be told of any."""
        if not (folder / DATABASE).is_file():
            return None
        try:
            found = json.loads((folder / NAME).read_text())
            tables = {name: _read(told) for name, told in found["tables"].items()}
            return cls(tables, found["is_simulated"], found["engine"], found.get("layout", ""))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, folder: Path) -> None:
        tables = {name: _told(one) for name, one in self.tables.items()}
        about = {"engine": self.engine, "layout": self.layout, "is_simulated": self.is_simulated}
        text = json.dumps({**about, "tables": tables}, separators=(",", ":"))
        (folder / NAME).write_text(text)
        sync(folder / NAME)

    @property
    def is_comparable(self) -> bool:
        return (self.engine, self.layout) == (duckdb.__version__, LAYOUT)

    @property
    def rows(self) -> dict[str, int]:
        return {name: one.rows for name, one in self.tables.items()}

    @property
    def days(self) -> dict[tuple[str, str], Days]:
        """By table and part, where they are kept."""
        return {(name, part): days for name, one in self.tables.items() for part, days in one.days.items()}


def _told(one: Table) -> dict[str, Any]:
    days = {part: [(day, *sums) for day, sums in days.items()] for part, days in one.days.items()}
    return {"shape": one.shape, "parts": one.parts, "days": days}


def _read(told: Mapping[str, Any]) -> Table:
    days = {part: {day: Sums(*sums) for day, *sums in days} for part, days in told.get("days", {}).items()}
    return Table(told["shape"], {part: (rows, token) for part, (rows, token) in told["parts"].items()}, days)


def of_warehouse(source: Tokens, found: Mapping[str, Relation], last: Manifest | None, changes: Changes | None) -> Manifest:
    """What the warehouse holds now. Rows are only read where they may differ from the last publication."""
    tables = {}
    for name, one in found.items():
        known = last.tables.get(name) if last else None
        parts = _parts(source, one, known, _touched(changes, one))
        tables[name] = Table(one.shape, parts, source.known(one, sorted(parts.keys() - {UNDATED, WHOLE})[-BY_DAY:]))
    return Manifest(tables, any(one.is_simulated for one in found.values()))


def _touched(changes: Changes | None, one: Relation) -> Months:
    """The parts of a relation that may have changed. Nobody says when what a view reads has changed."""
    if changes is None or one.is_view:
        return ALL
    months = changes.get(one.name, NONE) | (changes.get(PASSED, NONE) if one.is_fact else NONE)
    return ALL if months and one.moment is None else months


def _parts(source: Tokens, one: Relation, known: Table | None, changed: Months) -> Parts:
    if known is None or known.shape != one.shape or changed.is_all:
        return source.parts(one)
    rest = {part: token for part, token in known.parts.items() if part not in changed.names}
    parts = dict(sorted((rest | (source.parts(one, changed.names, changed.first) if changed else {})).items()))
    is_all = sum(rows for rows, _ in parts.values()) == source.count(one)
    return parts if is_all else source.parts(one)  # more has changed than was said
