"""The peers' own environment, made when it is first needed, below `build/`, which is under no version control."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.measure import PROJECT

FOLDER = PROJECT / "build" / "bench-env"
REQUIREMENTS = PROJECT / "benchmarks" / "requirements-peers.txt"


def peers_python() -> Path:
    """The interpreter of an environment that has exactly these requirements."""
    python, installed = FOLDER / "bin" / "python", FOLDER / REQUIREMENTS.name
    wanted = REQUIREMENTS.read_text()
    if not installed.exists() or installed.read_text() != wanted:
        print("Installing the peers into build/bench-env (about a minute) …", file=sys.stderr, flush=True)
        venv.create(FOLDER, clear=True, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--requirement", str(REQUIREMENTS)], check=True)
        installed.write_text(wanted)
    return python
