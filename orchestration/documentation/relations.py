"""What the dictionary says of a relation: its columns with type, meaning and words, its key, and what it reads.

Belongs here: reading that out of dbt's manifest. Does not: types (binding.py), Markdown (dictionary.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.documentation.binding import PROVENANCE, Types
from orchestration.plan import Plan

MANIFEST_TESTS = ("accepted_values", "unique_combination", "unique")


@dataclass(frozen=True)
class Column:
    """`words` are the values that it can have, where these are a closed list."""

    name: str
    type: str
    meaning: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relation:
    """A table or view. `source` is the raw source or the one whose staging folder it stands in."""

    id: str
    name: str
    schema: str
    layer: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    source: str = ""

    @property
    def is_for_users(self) -> bool:
        """Whether the published file has it."""
        return self.schema in ("marts", "facts", "quality")

    @property
    def kind(self) -> str:
        """mart, fct, dim, and so on: how its name begins."""
        return self.name.partition("_")[0]


def relations(plan: Plan, manifest: Mapping[str, Any], types: Types) -> list[Relation]:
    """Every relation of the warehouse, by name."""
    words, keys = _tests(manifest["nodes"])
    everywhere = {block["name"]: block["block_contents"] for block in manifest["docs"].values()}
    told = {**manifest["nodes"], **manifest["sources"]}
    found = []
    for node in plan.nodes:
        entry = told[node.id]
        blocks = everywhere if node.layer in ("staging", "intermediate") else {}
        meanings = blocks | {name: column["description"] for name, column in entry["columns"].items() if column["description"]}
        columns = tuple(
            Column(name, kind, meanings.get(name, ""), words.get((node.id, name), ()))
            for name, kind in types[node.relation].items()
            if node.layer != "source" or name not in PROVENANCE
        )
        source = entry.get("source_name") or (entry["fqn"][2] if node.layer == "staging" else "")
        reads = tuple(plan.by_id[need].name for need in node.needs)
        found.append(
            Relation(node.id, node.name, node.schema, node.layer, entry["description"], columns, keys.get(node.id, ()), reads, source)
        )
    return sorted(found, key=lambda relation: relation.name)


def _tests(nodes: Mapping[str, Any]) -> tuple[dict[tuple[str, str], tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The closed lists of words by relation and column, and the keys by relation: dbt's tests hold both."""
    words: dict[tuple[str, str], tuple[str, ...]] = {}
    keys: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for node in nodes.values():
        test = node.get("test_metadata") or {}
        if test.get("name") not in MANIFEST_TESTS or not node.get("attached_node"):
            continue
        asked, relation = test["kwargs"], node["attached_node"]
        if test["name"] == "accepted_values":
            words[relation, asked["column_name"]] = tuple(str(value) for value in asked["values"])
        else:
            keys[relation].append(tuple(asked.get("columns") or [asked["column_name"]]))
    return words, {relation: min(found, key=len) for relation, found in keys.items()}
