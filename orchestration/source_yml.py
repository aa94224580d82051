"""dbt's declarations of raw, written from the adapters' tables: names, types and keys stand once, in the adapter.

`python -m orchestration.source_yml` rewrites every `_sources.yml` and the macro `raw_keys`; a test holds them equal. The descriptions are
the file's own, and stay: what a column means is told there and nowhere else. A column that staging reads and nobody describes is written
with an empty text, which a test refuses. Prices of a bar and columns that staging does not read stand side by side, without a text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from ingestion.run.attempts import ATTEMPTS
from ingestion.run.latest import OWN_SOURCE
from ingestion.store.entity import Entity
from ingestion.venue.registry import all_sources
from orchestration.environment import DBT_PROJECT_DIR

KEYS = DBT_PROJECT_DIR / "macros" / "staging" / "raw_keys.sql"
TYPES = {"String": "varchar", "Float64": "double", "Int64": "bigint", "Boolean": "boolean", "Date": "date", "Datetime": "timestamptz"}
PRICES_OF_A_BAR = frozenset({"open", "high", "low", "close"})  # their names say all
WIDTH = 140


def declared() -> dict[str, tuple[Entity, ...]]:
    """The raw tables of every source, and our own bookkeeping."""
    return {source.name: source.entities for source in all_sources().values()} | {OWN_SOURCE: (ATTEMPTS,)}


def path_of(source: str) -> Path:
    return DBT_PROJECT_DIR / "models" / "staging" / source / "_sources.yml"


def text_of(source: str, entities: Iterable[Entity], before: str) -> str:
    """The file's new text; descriptions are taken from the text before."""
    known = yaml.safe_load(before)["sources"][0] if before else {}
    tables: dict[str, Any] = {table["name"]: table for table in known.get("tables", [])}
    read = words_of_staging(source)
    lines = ["sources:", f"  - name: {source}", f"    description: {_quoted(known)}", "    schema: raw", "    tables:"]
    for entity in entities:
        lines += _table(source, entity, tables.get(entity.name, {}), read)
    return "\n".join(lines) + "\n"


def words_of_staging(source: str) -> set[str]:
    """Every word of the SQL that reads this source's tables, and of the macros that it calls."""
    found = _words("\n".join(path.read_text() for path in path_of(source).parent.glob("*.sql")))
    left = _macros()
    while called := found & left.keys():
        found |= set().union(*(_words(left.pop(name)) for name in called))
    return found


def _macros() -> dict[str, str]:
    text = "\n".join(path.read_text() for path in KEYS.parent.glob("*.sql") if path != KEYS)
    return dict(re.findall(r"{%-? macro (\w+)(.*?){%-? endmacro", text, re.DOTALL))


def _words(sql: str) -> set[str]:
    """Without its remarks."""
    return set(re.findall(r"\w+", re.sub(r"{#(?:.|\n)*?#}|--.*", "", sql)))


def _table(source: str, entity: Entity, before: dict[str, Any], read: set[str]) -> list[str]:
    known = {column["name"]: column for column in before.get("columns", [])}
    head = f"      - {{name: {entity.name}, identifier: {source}__{entity.name}, description: {_quoted(before)}, columns: ["
    lines: list[str] = []
    for name, dtype in entity.columns.items():
        is_told = name in read - PRICES_OF_A_BAR
        told = f", description: {_quoted(known.get(name, {}))}" if is_told else ""
        column = f"{{name: {name}, data_type: {TYPES[type(dtype).__name__]}{told}}},"
        if lines and not is_told and "description" not in lines[-1] and len(lines[-1]) + len(column) < WIDTH:
            lines[-1] += f" {column}"
        else:
            lines.append(f"        {column}")
    return [head, *lines[:-1], f"{lines[-1].removesuffix(',')}]}}"]


def _quoted(told: dict[str, Any]) -> str:
    return json.dumps(told.get("description", ""), ensure_ascii=False)


def keys_text() -> str:
    """The macros that tell staging the key of each raw table, and which are histories."""
    told = [
        f"        '{source}.{entity.name}': {list(entity.key)}," for source, entities in sorted(declared().items()) for entity in entities
    ]
    head = "{# Written by `make sources` from the adapters' tables. #}\n{% macro raw_keys() -%}\n    {{ return({"
    histories = [
        f"        '{source}.{entity.name}',"
        for source, entities in sorted(declared().items())
        for entity in entities
        if not entity.is_snapshot
    ]
    second = "\n{# The raw tables that are histories, and do not only exist now. #}\n{% macro raw_histories() -%}\n    {{ return(["
    end = "{%- endmacro %}"
    return "\n".join([head, *told, "    }) }}", end, second, *histories, "    ]) }}", end]) + "\n"


def texts() -> dict[Path, str]:
    """Every file that is written from the adapters, as it should be."""
    found = {KEYS: keys_text()}
    for source, entities in declared().items():
        path = path_of(source)
        found[path] = text_of(source, entities, path.read_text() if path.exists() else "")
    return found


def write() -> list[Path]:
    """Rewrite what differs; returns which files."""
    changed = [(path, text) for path, text in texts().items() if not path.exists() or path.read_text() != text]
    for path, text in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return [path for path, _ in changed]


if __name__ == "__main__":
    for written in write():
        print(written.relative_to(DBT_PROJECT_DIR.parent))
