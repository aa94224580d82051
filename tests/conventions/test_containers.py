"""The container's recipe: no rights of root, the UI on loopback only, no secret inside, and what it starts exists."""

from __future__ import annotations

import re
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from orchestration.cli import app


@pytest.fixture
def services(repository: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((repository / "compose.yaml").read_text())["services"]
    return found


def test_nothing_runs_as_root(repository: Path, services: dict[str, Any]) -> None:
    users = re.findall(r"^USER (\S+)$", (repository / "Dockerfile").read_text(), re.MULTILINE)
    assert users
    assert int(users[-1]) > 0
    assert [
        name for name, service in services.items() if "user" in service or service.get("privileged") or service["cap_drop"] != ["ALL"]
    ] == []


def test_the_ui_is_reached_from_this_machine_alone(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert len(ports) == 1
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_keys_and_data_stay_out_of_the_image(repository: Path) -> None:
    ignored = (repository / ".dockerignore").read_text().split()
    assert {".env", "data", ".git"} <= set(ignored)


def test_both_share_the_data_and_every_program_exists(services: dict[str, Any]) -> None:
    assert {tuple(service["volumes"]) for service in services.values()} == {("data:/var/lib/perps",)}
    programs = {point.name for point in entry_points(group="console_scripts")} | {"python", "sh"}
    told = [part for one in services.values() for part in (one["entrypoint"][0], one["healthcheck"]["test"][1])]
    assert len(told) == 4
    assert set(told) <= programs


def test_what_they_name_is_there(repository: Path, files: list[Path], services: dict[str, Any]) -> None:
    """Files that the image copies and programs read, and the commands of ours that the recipes start."""
    recipe, compose = (repository / "Dockerfile").read_text(), (repository / "compose.yaml").read_text()
    named = set(re.findall(r"\b[\w.]+\.(?:yaml|lock)\b", recipe + compose)) - {"compose.yaml"}
    assert named == {"dagster.yaml", "workspace.yaml", "requirements.lock"}
    assert named <= {str(path.relative_to(repository)) for path in files} - set((repository / ".dockerignore").read_text().split())
    started = re.findall(r"^CMD \[\"(\w+)\"", recipe, re.MULTILINE) + re.findall(r"\bexec daemon perps (\w+)", compose)
    assert len(started) == 2
    assert set(started) <= set(get_command(app).commands)  # type: ignore[attr-defined]
    assert services["daemon"]["environment"] == dict(re.findall(r"(PERPS_DATA_DIR|DAGSTER_HOME)=(\S+)", recipe))
