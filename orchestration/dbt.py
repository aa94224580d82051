"""dbt in this process: it compiles the project into a plan, runs its unit tests and writes its documentation.

Belongs here: everything that imports dbt. Does not: building tables (building.py runs what dbt compiled), when to compile (compiled.py).
After each call its connections are closed, because DuckDB lets no second process open a file that a writer holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.errors import PerpsError
from ingestion.settings import Settings
from orchestration.environment import DBT_PROJECT_DIR, environment_of_dbt

if TYPE_CHECKING:
    from dbt.artifacts.schemas.run import RunResult

FAILED = {"error", "fail", "runtime error"}


class DbtError(PerpsError):
    """dbt could not do what was asked: the project does not parse or compile."""


def compile_project(target: Path) -> bytes:
    """The manifest of the whole project with every model and test compiled, independent of any data; `target` keeps dbt's parse state."""
    nowhere = target / "no-data"  # always the same, for dbt parses all again when it is another
    nowhere.mkdir(parents=True, exist_ok=True)
    (nowhere / "warehouse.duckdb").unlink(missing_ok=True)
    _invoke(["compile", "--full-refresh", "--vars", "{is_plan: true}"], nowhere, target)
    return (target / "manifest.json").read_bytes()


def run(settings: Settings, arguments: Sequence[str]) -> list[RunResult]:
    """Invoke dbt on this warehouse; give the results of its nodes. Raises DbtError when dbt could not run at all."""
    target = settings.data_dir / "dbt"
    target.mkdir(parents=True, exist_ok=True)
    return _invoke(arguments, settings.data_dir, target)


def _invoke(arguments: Sequence[str], data_dir: Path, target: Path) -> list[RunResult]:
    from dbt.adapters.factory import reset_adapters
    from dbt.cli.main import dbtRunner
    from dbt_common.events.event_manager_client import cleanup_event_logger

    common = ["--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR)]
    common += ["--target-path", str(target), "--log-path", str(target)]
    quiet = ["--no-use-colors", "--log-level", "error", "--log-level-file", "info", "--no-send-anonymous-usage-stats"]
    with environment_of_dbt(data_dir, target):
        try:
            outcome = dbtRunner().invoke([*quiet, *arguments, *common])
        finally:
            _close_connections()
            reset_adapters()  # type: ignore[no-untyped-call]
            cleanup_event_logger()
    if outcome.exception is not None:
        raise DbtError(f"dbt {' '.join(arguments[:2])}: {outcome.exception}")
    found: list[RunResult] = list(getattr(outcome.result, "results", []))
    broken = [f"{one.node.name}: {(one.message or 'failed').strip()}" for one in found if str(one.status) == "error"]
    if broken and arguments[0] == "compile":
        raise DbtError("dbt compile: " + "; ".join(broken[:5]))
    return found


def _close_connections() -> None:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
