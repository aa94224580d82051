"""A wheel holds the whole project, takes no plain name in the environment of others, and runs from an empty folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import pytest

FOLDER = "perps_warehouse_project"
CODE = ("ingestion", "expectations", "orchestration", "simulator")
READ = {"pyproject.toml", "dagster.yaml", "workspace.yaml", "requirements.lock"}  # at run time, besides the dbt project
READ |= {"docs/reading.md", "docs/limits.md"}  # by agents
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


class Wheel(NamedTuple):
    path: Path
    python: Path
    empty: Path

    def run(self, *command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PERPS_", "PYTHON"))}
        return subprocess.run(command, cwd=self.empty, env=environment | variables, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(files: list[Path], repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Wheel:
    """Built from what is under version control, installed in an environment of its own that sees the packages of this one."""
    root = tmp_path_factory.mktemp("wheel")
    for path in files:
        if path.parts[len(repository.parts)] not in ("tests", "docs", "benchmarks") or str(path.relative_to(repository)) in READ:
            target = root / "source" / path.relative_to(repository)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    (root / "empty").mkdir()
    subprocess.run([sys.executable, "-c", BUILD, root], cwd=root / "source", check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root / "venv"], check=True)
    one = Wheel(next(root.glob("*.whl")), root / "venv" / "bin" / "python", root / "empty")
    pip = [sys.executable, "-m", "pip", "--python", str(one.python), "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", "--no-compile", one.path], check=True)
    packages = Path(one.run(one.python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])").stdout.strip())
    (packages / "shared.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return one


def test_it_holds_what_the_repository_has_of_the_project_and_nothing_else(wheel: Wheel, files: list[Path], repository: Path) -> None:
    names = {name for name in ZipFile(wheel.path).namelist() if ".dist-info/" not in name}
    tracked = {path.relative_to(repository) for path in files}
    code = {path for path in tracked if path.parts[0] in CODE and (path.suffix == ".py" or path.parent.name == "shell")}
    project = {f"{FOLDER}/{path}" for path in tracked if path in code or path.parts[0] == "dbt_project" or str(path) in READ}
    assert names == project | {"perps.py", "perps_warehouse.py"}


def test_its_environment_has_no_plain_names(wheel: Wheel) -> None:
    asked = f"import importlib.util; print([name for name in {CODE} if importlib.util.find_spec(name)])"
    assert wheel.run(wheel.python, "-c", asked).stdout.strip() == "[]"


def test_a_program_reads_without_meeting_the_project(wheel: Wheel) -> None:
    """`import perps` opens what is published, and puts nothing else into the program."""
    told = wheel.run(
        wheel.python, "-c", "import perps, sys; print(perps.__all__, 'ingestion' in sys.modules, sys.path)\nperps.frame('dim_venues')"
    )
    assert (told.stdout.startswith("['connect', 'frame'] False"), FOLDER in told.stdout) == (True, False)
    assert "FileNotFoundError: data/published/current/perps.duckdb: nothing published yet" in told.stderr


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        (["--help"], 0, "Simulator → the whole chain"),
        (["--version"], 0, "perps 0.1.0"),
        (["status", "--all"], None, "never fetched"),
        (["sql", "select 1"], 2, "nothing published yet; run `perps sync` or `perps demo`"),
    ],
    ids=lambda value: str(value[0]) if isinstance(value, list) else "",
)
def test_it_runs_from_an_empty_folder_in_the_poorest_locale(wheel: Wheel, command: list[str], code: int | None, told: str) -> None:
    """A locale without UTF-8 and an encoding that cannot say → end no command."""
    poor = {
        "LC_ALL": "C",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "ascii",
        "COLUMNS": "400",
        "TZ": "Asia/Kathmandu",
    }
    done = wheel.run(wheel.python.with_name("perps"), *command, **poor)
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert code is None or done.returncode == code
