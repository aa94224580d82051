"""Fixtures that every kind of test may need. Belongs here: where recorded payloads lie. Does not: anything about one package."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded payloads and real history; tests that need it carry the marker `recorded`."""
    folder = Path(os.environ.get("PERPS_SHARED_DIR") or REPOSITORY.parent / "shared")
    if not (folder / "fixtures").is_dir():
        pytest.skip(f"no recorded payloads at {folder} (PERPS_SHARED_DIR)")
    return folder


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY
