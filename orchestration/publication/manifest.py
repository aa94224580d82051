"""What a version holds: rows and a token for each part of each table. It lies in the version's folder.

Belongs here: the manifest, and the comparison of the warehouse with it. Does not: how rows are hashed, or written.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.publication.folders import DATABASE, sync
from orchestration.publication.relations import Relation
from orchestration.publication.tokens import Parts, Tokens
from orchestration.publication.unpublished import Changes

NAME = "manifest.json"


@dataclass(frozen=True)
class Table:
    """One table of a version."""

    shape: str
    parts: Parts

    @property
    def rows(self) -> int:
        return sum(rows for rows, _ in self.parts.values())


@dataclass(frozen=True)
class Manifest:
    """Tables by `schema.table`. Tokens are only comparable between manifests of one engine: its hash may change with it."""

    tables: Mapping[str, Table]
    is_simulated: bool
    engine: str = duckdb.__version__

    @classmethod
    def read(cls, folder: Path) -> Manifest | None:
        """The manifest of a version; None when it has none that can be used, or no database."""
        if not (folder / DATABASE).is_file():
            return None
        try:
            found = json.loads((folder / NAME).read_text())
            tables = {
                name: Table(one["shape"], {part: (rows, token) for part, (rows, token) in one["parts"].items()})
                for name, one in found["tables"].items()
            }
            one = cls(tables, found["is_simulated"], found["engine"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return one if one.engine == duckdb.__version__ else None

    def write(self, folder: Path) -> None:
        tables = {name: {"shape": one.shape, "parts": one.parts} for name, one in self.tables.items()}
        text = json.dumps({"engine": self.engine, "is_simulated": self.is_simulated, "tables": tables}, separators=(",", ":"))
        (folder / NAME).write_text(text)
        sync(folder / NAME)

    @property
    def rows(self) -> dict[str, int]:
        return {name: one.rows for name, one in self.tables.items()}


def of_warehouse(source: Tokens, found: Mapping[str, Relation], last: Manifest | None, changes: Changes | None) -> Manifest:
    """What the warehouse holds now. Rows are only read where they may differ from the last publication."""
    tables = {}
    for name, one in found.items():
        known = last.tables.get(name) if last else None
        tables[name] = Table(one.shape, _parts(source, one, known, _touched(changes, one)))
    return Manifest(tables, any(one.is_simulated for one in found.values()))


def _touched(changes: Changes | None, one: Relation) -> Collection[str] | None:
    """The parts of a relation that may have changed; None: any of them. Nobody says when what a view reads has changed."""
    if changes is None or one.is_view:
        return None
    months = changes.get(one.name, ())
    return None if months and one.moment is None else months


def _parts(source: Tokens, one: Relation, known: Table | None, changed: Collection[str] | None) -> Parts:
    if known is None or known.shape != one.shape or changed is None:
        return source.parts(one)
    rest = {part: token for part, token in known.parts.items() if part not in changed}
    parts = dict(sorted((rest | (source.parts(one, changed) if changed else {})).items()))
    is_all = sum(rows for rows, _ in parts.values()) == source.count(one)
    return parts if is_all else source.parts(one)  # more has changed than was said
