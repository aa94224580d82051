"""The container's recipe: no rights of root, the UI on loopback only, no secret inside, and what it starts exists."""

from __future__ import annotations

import re
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import yaml


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
