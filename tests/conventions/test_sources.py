"""A source is one file, one staging folder and its tests: what exists in one place exists in the others."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingestion.run.adapter import Adapter
from ingestion.run.latest import OWN_SOURCE
from ingestion.venue.registry import all_sources
from orchestration.source_yml import declared
from orchestration.source_yml import texts as declarations

SOURCES = list(all_sources().values())


@pytest.fixture(scope="module")
def venue_sources(repository: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.safe_load((repository / "dbt_project/dbt_project.yml").read_text())["vars"]["venue_sources"]
    return found


def texts(path: Path) -> set[str]:
    return {node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_source_is_a_file_that_tells_its_limits_units_and_quirks(source: Adapter, repository: Path) -> None:
    path = repository / "ingestion" / "sources" / f"{source.name}.py"
    text = ast.get_docstring(ast.parse(path.read_text())) or ""
    assert len(text.splitlines()) >= 5
    assert type(source).__module__ == f"ingestion.sources.{source.name}"


def test_every_source_has_a_staging_folder_and_every_folder_a_source(repository: Path) -> None:
    folders = {path.name for path in (repository / "dbt_project/models/staging").iterdir() if path.is_dir()}
    assert folders == {source.name for source in SOURCES} | {OWN_SOURCE}


def test_every_venue_source_is_a_source_and_provides_what_it_says(venue_sources: dict[str, list[str]], models: dict[str, Any]) -> None:
    assert set(venue_sources) <= set(all_sources())
    wanted = {f"stg_{source}__{entity}" for source, entities in venue_sources.items() for entity in entities}
    assert wanted <= set(models)


def test_a_standard_model_that_exists_is_registered(venue_sources: dict[str, list[str]], models: dict[str, Any]) -> None:
    standard = {entity for entities in venue_sources.values() for entity in entities}
    for source in SOURCES:
        provided = {entity for entity in standard if f"stg_{source.name}__{entity}" in models}
        assert provided == set(venue_sources.get(source.name, [])), source.name


def test_dbt_declares_raw_as_the_adapters_do() -> None:
    """Tables, columns, types and keys; `make sources` writes them."""
    for path, text in declarations().items():
        assert path.read_text() == text, path
        assert 'description: ""' not in text, path


def test_dbt_declares_no_raw_table_that_nobody_fills(manifest: dict[str, Any]) -> None:
    found = {(node["source_name"], node["name"]) for node in manifest["sources"].values()} - {("quality", "gate_results")}
    assert found == {(source, entity.name) for source, entities in declared().items() for entity in entities}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_endpoint_and_entity_is_named_in_the_unit_tests_of_its_source(source: Adapter, repository: Path) -> None:
    """In its own files, or in its block of the tables over all venues."""
    tests = sorted((repository / "tests" / "unit").glob(f"test_{source.name}*.py"))
    if source.name == "binance":
        tests = [path for path in tests if not path.name.startswith("test_binance_archive")]
    tables = [path.read_text() for path in (repository / "tests" / "unit").rglob("*.txt")]
    tables.append((repository / "tests" / "unit" / "test_venue_errors.py").read_text())
    block = rf"^{source.name} .*\n(?:[ #].*\n)*|^ +\(\"{source.name}\",.*"
    told = re.findall(block, "\n".join(tables), re.MULTILINE)
    named = set().union(*(texts(path) for path in tests), re.findall(r"\w+", " ".join(told)))
    assert {endpoint.name for endpoint in source.endpoints if endpoint.feeds} - named == set()
    assert {entity.name for entity in source.entities} - named == set()
