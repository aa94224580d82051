"""The import graph: no circle anywhere, types and late imports included; in ingestion a floor knows only those below it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

FLOORS = ("errors", "env_file", "settings", "wire", "store", "run", "venue", "sources")  # of ingestion, bottom up
PACKAGES = ("ingestion", "simulator", "expectations", "orchestration", "benchmarks")


def module_of(name: str) -> str:
    """The dotted name of a file."""
    return name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def imports(name: str, path: Path, known: set[str]) -> set[str]:
    """The modules of ours that a file imports, wherever in it; `from package import module` is the module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} & known or {node.module}
    return (found & known) - {module_of(name)}


@pytest.fixture(scope="module")
def graph(modules: dict[str, Path]) -> dict[str, set[str]]:
    ours = {name: path for name, path in modules.items() if name.split("/")[0] in PACKAGES}
    known = {module_of(name) for name in ours}
    return {module_of(name): imports(name, path, known) for name, path in ours.items()}


def circle_of(graph: dict[str, set[str]]) -> list[str]:
    """Modules that import each other in a ring, the first one found; empty when there is none."""
    done: set[str] = set()

    def walk(module: str, way: list[str]) -> list[str]:
        if module in way:
            return [*way[way.index(module) :], module]
        if module in done:
            return []
        for other in sorted(graph[module]):
            if found := walk(other, [*way, module]):
                return found
        done.add(module)
        return []

    return next((found for module in sorted(graph) if (found := walk(module, []))), [])


def test_no_module_imports_itself_through_others(graph: dict[str, set[str]]) -> None:
    assert len(graph) > 150
    assert circle_of(graph) == []


def test_a_circle_would_be_found() -> None:
    assert circle_of({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


def floor_of(module: str) -> int:
    parts = module.split(".")
    return FLOORS.index(parts[1]) if len(parts) > 1 else -1


def test_a_floor_of_ingestion_knows_only_what_is_below_it(graph: dict[str, set[str]]) -> None:
    mine = {module: others for module, others in graph.items() if module.startswith("ingestion.")}
    assert {module.split(".")[1] for module in mine} == set(FLOORS)
    up = {(module, other) for module, others in mine.items() for other in others if floor_of(other) > floor_of(module)}
    # the registry finds the adapters by their files: the one place that looks up
    assert up <= {("ingestion.venue.registry", "ingestion.sources")}
