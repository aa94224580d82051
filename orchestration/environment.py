"""Where a process keeps Dagster's home and dbt's target: beside the data. Called once by the command line and by code locations."""

from __future__ import annotations

import os
import shutil

from ingestion.settings import PROJECT_ROOT, Settings, load_settings

DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"


def prepare() -> Settings:
    """Settings, with DAGSTER_HOME, PERPS_DATA_DIR (absolute) and dbt's folders set for this process and its children."""
    settings = load_settings()
    os.environ["PERPS_DATA_DIR"] = str(settings.data_dir)
    os.environ["PERPS_DBT_TARGET_DIR"] = str(settings.data_dir / "dbt")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    home = settings.data_dir / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(PROJECT_ROOT / "dagster.yaml", home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(home)
    return settings
