"""Where a process keeps Dagster's home and dbt's target: beside the data. Called once by the command line and by code locations."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from ingestion.errors import SettingsError
from ingestion.settings import PROJECT_ROOT, Settings, load_settings
from ingestion.store.whole import write_whole

NO_KEY = "no-key-of-anybody"  # for simulators, which ask for none
DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"


def prepare() -> Settings:
    """Settings, with PERPS_DATA_DIR (absolute) set for this process and its children, and no library sending usage data."""
    settings = load_settings()
    os.environ["PERPS_DATA_DIR"] = str(settings.data_dir)
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    return settings


def prepare_dagster() -> Settings:
    """As `prepare`, with Dagster's home: run history lives beside the data it explains. Its settings are ours until they are anybody's."""
    settings = prepare()
    home = settings.data_dir / "dagster"
    if glob.escape(str(home)) != str(home):  # it would look for dagster.yaml by a pattern, find none, and run with its defaults
        raise SettingsError(f"Dagster cannot read its settings below {settings.data_dir}: use a folder without [ and * in its name")
    theirs = home / "dagster.yaml"
    if not theirs.exists():
        write_whole(theirs, (PROJECT_ROOT / "dagster.yaml").read_bytes())
    os.environ["DAGSTER_HOME"] = str(home)
    return settings


def drop_variables_of_dagster(settings: Settings) -> None:
    """Dagster reads options of its commands from the environment: what is set for others goes, but what our dagster.yaml names."""
    named = (settings.data_dir / "dagster" / "dagster.yaml").read_text(encoding="utf-8")
    for variable in [name for name in os.environ if name.startswith("DAGSTER_") and name not in named and name != "DAGSTER_HOME"]:
        del os.environ[variable]


def quick_history() -> None:
    """SQLite's own advice for its write-ahead log, for every connection of this process: a commit waits for no disk.

    Dagster commits each event by itself. A power cut may lose the last of them, never the file.
    """
    import sqlite3

    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def advised(connection: object, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("pragma synchronous = normal")

    event.listen(Engine, "connect", advised)


@contextmanager
def variables(values: Mapping[str, str], without: str | None = None) -> Iterator[None]:
    """Variables of this process and its children, for the block only; those that begin with `without` are gone in it."""
    before = dict(os.environ)
    for name in [name for name in os.environ if without and name.startswith(without)]:
        del os.environ[name]
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def environment_of_dbt(data_dir: Path, target: Path) -> AbstractContextManager[None]:
    """dbt reads some sixty variables of its own (DBT_TARGET, DBT_EMPTY …): what the host has set for other projects stays out."""
    return variables({"PERPS_DATA_DIR": str(data_dir), "PERPS_DBT_TARGET_DIR": str(target)}, without="DBT_")
