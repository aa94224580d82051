"""What the conventions are checked on: the files under version control, the parsed dbt project, the loaded definitions."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def files(repository: Path) -> list[Path]:
    """Every file that is or would be under version control."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    found = subprocess.run(command, cwd=repository, capture_output=True, check=True, text=True).stdout
    return [path for name in found.split("\0") if name and (path := repository / name).is_file()]


@pytest.fixture(scope="session")
def modules(files: list[Path], repository: Path) -> dict[str, Path]:
    """Python files by their path below the repository."""
    return {str(path.relative_to(repository)): path for path in files if path.suffix == ".py"}


@contextmanager
def _environment(data_dir: Path) -> Iterator[None]:
    before = dict(os.environ)
    os.environ["PERPS_DATA_DIR"] = str(data_dir)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all workers of a run, so that all load the same definitions."""
    root = tmp_path_factory.getbasetemp()
    return (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / "conventions" / "data"


@pytest.fixture(scope="session")
def manifest(data_dir: Path) -> dict[str, Any]:
    """dbt's manifest, compiled without any data."""
    with _environment(data_dir):
        from orchestration import compiled
        from orchestration.environment import prepare

        found: dict[str, Any] = json.loads(compiled.manifest_path(prepare()).read_text())
    return found


@pytest.fixture(scope="session")
def models(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Models by name; `layer` is the folder below models/, `needs` are names with their layer, sources as `source`."""
    nodes = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] in ("model", "seed")}
    layer = {key: node["fqn"][1] if node["resource_type"] == "model" else "seeds" for key, node in nodes.items()}
    return {
        node["name"]: node
        | {
            "layer": layer[key],
            "needs": [
                (manifest["sources"][need]["source_name"] + "." + manifest["sources"][need]["name"], "source")
                if need.startswith("source.")
                else (nodes[need]["name"], layer[need])
                for need in node["depends_on"].get("nodes", [])
            ],
        }
        for key, node in nodes.items()
    }


@pytest.fixture(scope="session")
def definitions(data_dir: Path, manifest: dict[str, Any]) -> Any:
    """The Dagster definitions, loaded as a code location loads them."""
    with _environment(data_dir):
        from orchestration.definitions import defs

        return defs()
