"""dbt's declarations of raw, written from the adapters' tables: names, types and keys stand once, in the adapter.

`python -m orchestration.source_yml` rewrites every `_sources.yml`; a test holds them equal. The descriptions are the file's own, and stay:
what a column means is told there and nowhere else. A column without one is written with an empty text, which a test refuses.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from ingestion.run.attempts import ATTEMPTS
from ingestion.run.latest import OWN_SOURCE
from ingestion.store.entity import Entity
from ingestion.venue.registry import all_sources
from orchestration.environment import DBT_PROJECT_DIR

TYPES = {"String": "varchar", "Float64": "double", "Int64": "bigint", "Boolean": "boolean", "Date": "date", "Datetime": "timestamptz"}


def declared() -> dict[str, tuple[Entity, ...]]:
    """The raw tables of every source, and our own bookkeeping."""
    return {source.name: source.entities for source in all_sources().values()} | {OWN_SOURCE: (ATTEMPTS,)}


def path_of(source: str) -> Path:
    return DBT_PROJECT_DIR / "models" / "staging" / source / "_sources.yml"


def text_of(source: str, entities: Iterable[Entity], before: str) -> str:
    """The file's new text; descriptions are taken from the text before."""
    known = yaml.safe_load(before)["sources"][0] if before else {}
    tables: dict[str, Any] = {table["name"]: table for table in known.get("tables", [])}
    lines = ["version: 2", "", "sources:", f"  - name: {source}", f"    description: {_quoted(known)}", "    schema: raw", "    tables:"]
    for entity in entities:
        lines += _table(source, entity, tables.get(entity.name, {}))
    return "\n".join(lines) + "\n"


def _table(source: str, entity: Entity, before: dict[str, Any]) -> list[str]:
    columns = {column["name"]: column for column in before.get("columns", [])}
    return [
        f"      - name: {entity.name}",
        f"        identifier: {source}__{entity.name}",
        f"        description: {_quoted(before)}",
        f"        config: {{meta: {{key: [{', '.join(entity.key)}]}}}}",
        "        columns:",
        *(
            f"          - {{name: {name}, data_type: {TYPES[type(dtype).__name__]}, description: {_quoted(columns.get(name, {}))}}}"
            for name, dtype in entity.columns.items()
        ),
    ]


def _quoted(told: dict[str, Any]) -> str:
    return json.dumps(told.get("description", ""), ensure_ascii=False)


def write() -> list[Path]:
    """Rewrite what differs; returns which files."""
    changed = []
    for source, entities in declared().items():
        path = path_of(source)
        before = path.read_text() if path.exists() else ""
        text = text_of(source, entities, before)
        if text != before:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            changed.append(path)
    return changed


if __name__ == "__main__":
    for written in write():
        print(written.relative_to(DBT_PROJECT_DIR.parent))
