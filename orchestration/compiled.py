"""The compiled dbt project: its manifest and its plan, made again when a file of the project says something else.

Belongs here: when to compile, and where the result is kept. Does not: dbt (dbt.py), what a plan is (plan.py). Judged by content, never by
file times: a checkout, a copy or a restored backup sets those as it likes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from functools import cache
from importlib.metadata import version
from pathlib import Path

import orjson
from filelock import FileLock

from ingestion.settings import PROJECT_ROOT, Settings, load_settings
from ingestion.store.whole import write_whole
from orchestration.environment import DBT_PROJECT_DIR
from orchestration.plan import Plan, as_json, from_json, plan_of

PROJECT_SUFFIXES = (".sql", ".yml", ".csv", ".md")
OWN_CODE = ("orchestration/plan.py", "orchestration/compiled.py")
COMPILERS = ("dbt-core", "dbt-duckdb", "duckdb")


@cache
def project_hash() -> str:
    """State of the dbt project and of what compiles it, once a process."""
    digest = hashlib.sha256("".join(f"{name}={version(name)};" for name in COMPILERS).encode())
    inside = [path for path in DBT_PROJECT_DIR.rglob("*") if path.suffix in PROJECT_SUFFIXES and not _is_output(path)]
    for path in sorted([*inside, *(PROJECT_ROOT / name for name in OWN_CODE)]):
        digest.update(str(path.relative_to(PROJECT_ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def plan(settings: Settings) -> Plan:
    """The plan of the project as it is now; dbt compiles it first when there is none."""
    return _plan(_ensured(settings) / "plan.json")


def manifest_path(settings: Settings) -> Path:
    """dbt's manifest of the project as it is now; dbt compiles it first when there is none."""
    return _ensured(settings) / "manifest.json"


@cache
def _plan(path: Path) -> Plan:
    return from_json(orjson.loads(path.read_bytes()))


def _ensured(settings: Settings) -> Path:
    """The folder with both files. One process compiles, others wait for it."""
    for folder in _folders(settings):
        if (folder / project_hash() / "plan.json").exists():
            return folder / project_hash()
    folder = next(folder for folder in _folders(settings) if _is_writable(folder))
    with FileLock(folder / "compile.lock"):
        target = folder / project_hash()
        if not (target / "plan.json").exists():
            _compile(folder, target)
    return target


def _compile(folder: Path, target: Path) -> None:
    """Both files of one state, the plan last: it says that the other is whole. Older states are removed."""
    from orchestration import dbt

    manifest = dbt.compile_project(folder)
    target.mkdir(exist_ok=True)
    (target / "manifest.json").write_bytes(manifest)
    write_whole(target / "plan.json", orjson.dumps(as_json(plan_of(orjson.loads(manifest)))))
    for older in folder.glob("*/plan.json"):
        if older.parent != target:
            shutil.rmtree(older.parent, ignore_errors=True)


def _folders(settings: Settings) -> list[Path]:
    """Beside the project, so that all data folders share it; in the data folder when the checkout is read-only."""
    return [DBT_PROJECT_DIR / "target", settings.data_dir / "dbt"]


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def _is_output(path: Path) -> bool:
    return path.relative_to(DBT_PROJECT_DIR).parts[0] in ("target", "logs")


if __name__ == "__main__":  # the demo has it made in a process of its own, while days are fetched
    plan(load_settings())
