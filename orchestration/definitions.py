"""The code location: everything under `defs/`, found by itself."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from orchestration.environment import prepare_dagster, quick_history

prepare_dagster()
quick_history()


@dg.definitions
def defs() -> dg.Definitions:
    """All assets, checks, jobs and schedules."""
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
