"""The plan: what dbt compiled, as the statements a build needs. Made once per state of the dbt project, then run without dbt.

Belongs here: the value types, and reading them out of dbt's manifest. Does not: running them (building.py), keeping them (compiled.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any

Kind = str  # source, seed, view, table, incremental


@dataclass(frozen=True)
class Check:
    """A data test: `sql` finds failing rows, the three terms say what their number means."""

    name: str
    sql: str
    needs: tuple[str, ...]
    attached: str | None
    is_error: bool
    fail_calc: str = "count(*)"
    warn_if: str = "!= 0"
    error_if: str = "!= 0"
    limit: int | None = None


@dataclass(frozen=True)
class Node:
    """A relation of the warehouse. `sql` is the compiled query, of a source its folder below the data folder, of a seed its file.

    `before` and `after` are the months around a touched one that an incremental relation rebuilds with it; `after` None: every later one.
    `days_before` are the days before the first touched one of which a row may change; None: such a relation is made again by whole months.
    `day` is the column that dates the rows of one that is made again by days. `reads_versions`: it asks views for every version of a row.
    `key` are the columns that no two rows share, as a data test holds.
    """

    id: str
    name: str
    kind: Kind
    layer: str
    schema: str
    sql: str
    needs: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""
    column_comments: Mapping[str, str] = field(default_factory=dict)
    before: int = 0
    after: int | None = 0
    days_before: int | None = None
    day: str | None = None
    has_contract: bool = False
    first_rows_by: str | None = None
    reads_versions: bool = False
    key: tuple[str, ...] = ()

    @property
    def relation(self) -> str:
        return f'"{self.schema}"."{self.name}"'

    @property
    def asset(self) -> tuple[str, str]:
        """As dagster-dbt names it by default; a test holds them equal."""
        return (self.schema, self.name)

    @property
    def is_table(self) -> bool:
        return self.kind in ("seed", "table", "incremental")


@dataclass(frozen=True)
class Plan:
    """All relations, each after those it needs, and all data tests."""

    nodes: tuple[Node, ...]
    checks: tuple[Check, ...]

    @cached_property
    def by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}

    def of_layers(self, *layers: str) -> list[Node]:
        return [node for node in self.nodes if node.layer in layers]

    @property
    def sources(self) -> list[Node]:
        return self.of_layers("source")

    def upstream(self, node: Node) -> set[str]:
        """What a node reads, through all that is between."""
        found: set[str] = set()
        open_ = list(node.needs)
        while open_:
            name = open_.pop()
            if name not in found:
                found.add(name)
                open_ += self.by_id[name].needs
        return found

    def feeding(self, names: Collection[str]) -> set[str]:
        """Ids of the sources from which rows reach one of these relations."""
        found = {name for node in self.nodes if node.name in names for name in self.upstream(node)}
        return {node.id for node in self.sources if node.id in found}

    def published(self) -> dict[str, tuple[str, ...]]:
        """Relations for the published file with their keys: facts and marts, and the verdicts."""
        found = [node for node in self.nodes if node.layer in ("facts", "marts") or (node.layer, node.schema) == ("source", "quality")]
        return {f"{node.schema}.{node.name}": node.key for node in found}


def plan_of(manifest: Mapping[str, Any]) -> Plan:
    """The plan in a compiled manifest. Raises KeyError when it is not compiled, ValueError for a model that ignores its months."""
    nodes = {node.id: node for node in [*_sources(manifest["sources"]), *_models(manifest["nodes"], _keys(manifest["nodes"]))]}
    order = TopologicalSorter({node.id: node.needs for node in nodes.values()}).static_order()
    return Plan(tuple(nodes[name] for name in order), tuple(_checks(manifest["nodes"])))


def _sources(found: Mapping[str, Any]) -> Iterable[Node]:
    for name, node in sorted(found.items()):
        meta = {**(node.get("meta") or {}), **(node["config"].get("meta") or {})}
        folder = meta.get("path", f"raw/{node['source_name']}/{node['name']}")
        columns, key = {column["name"]: column["data_type"] for column in node["columns"].values()}, tuple(meta.get("key", ()))
        one = Node(name, node["identifier"], "source", "source", node["schema"], folder, columns=columns, key=key)
        yield replace(one, comment=node["description"], column_comments=_descriptions(node)) if key else one


def _keys(found: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """By id of a model the columns that are tested to be unique among all its rows; of several such the first ones of the table."""
    keys: dict[str, tuple[str, ...]] = {}
    for node in found.values():
        test, model = node.get("test_metadata") or {}, node.get("attached_node")
        if test.get("name") in ("unique", "unique_combination") and not node["config"].get("where"):
            places = {name: place for place, name in enumerate(found[model]["columns"])}
            key = tuple(name.strip('"') for name in test["kwargs"].get("columns") or [test["kwargs"]["column_name"]])
            keys[model] = min(key, keys.get(model, key), key=lambda one: places.get(one[0], len(places)))
    return keys


def _descriptions(node: Mapping[str, Any]) -> dict[str, str]:
    return {one["name"]: one["description"] for one in node["columns"].values()}


def _models(found: Mapping[str, Any], keys: Mapping[str, tuple[str, ...]]) -> Iterable[Node]:
    for name, node in sorted(found.items()):
        if node["resource_type"] not in ("model", "seed"):
            continue
        config, is_seed = node["config"], node["resource_type"] == "seed"
        columns = config["column_types"] if is_seed else _types(node["columns"])
        is_told = bool((config.get("persist_docs") or {}).get("relation"))
        touched = config["meta"].get("touched", {})
        if config.get("materialized") == "incremental" and "/*touched*/" not in node["compiled_code"]:
            raise ValueError(f"{node['name']} is incremental and has no in_touched_months(): every build would add all its rows again")
        yield Node(
            name,
            node["alias"],
            "seed" if is_seed else config["materialized"],
            "seeds" if is_seed else node["fqn"][1],
            node["schema"],
            node["original_file_path"] if is_seed else node["compiled_code"],
            needs=tuple(dict.fromkeys(node["depends_on"]["nodes"])) if not is_seed else (),
            columns=columns,
            comment=node["description"] if is_told else "",
            column_comments=_descriptions(node) if is_told else {},
            before=int(touched.get("before", 0)),
            after=None if touched.get("after") == "all" else int(touched.get("after", 0)),
            days_before=touched.get("days_before"),
            day=touched.get("day"),
            has_contract=bool(config["contract"]["enforced"]) if not is_seed else False,
            first_rows_by=config["meta"].get("first_rows_by"),
            reads_versions=bool(config["meta"].get("reads_versions")),
            key=keys.get(name, ()),
        )


def _types(columns: Mapping[str, Any]) -> dict[str, str]:
    return {column["name"]: column["data_type"] for column in columns.values() if column.get("data_type")}


def _checks(found: Mapping[str, Any]) -> Iterable[Check]:
    for _, node in sorted(found.items()):
        if node["resource_type"] == "test":
            config = node["config"]
            yield Check(
                node["name"],
                node["compiled_code"],
                tuple(dict.fromkeys(node["depends_on"]["nodes"])),
                node.get("attached_node"),
                config["severity"].lower() == "error",
                config["fail_calc"],
                config["warn_if"],
                config["error_if"],
                config["limit"],
            )


def as_json(plan: Plan) -> dict[str, Any]:
    """Plain values; `from_json` reads them again."""
    return {"nodes": [vars(node) for node in plan.nodes], "checks": [vars(check) for check in plan.checks]}


def from_json(values: Mapping[str, Sequence[Mapping[str, Any]]]) -> Plan:
    nodes = (Node(**{**node, "needs": tuple(node["needs"]), "key": tuple(node["key"])}) for node in values["nodes"])
    return Plan(tuple(nodes), tuple(Check(**{**check, "needs": tuple(check["needs"])}) for check in values["checks"]))
