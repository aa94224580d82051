"""The command `perps`, of a checkout or of a wheel. Belongs here: where the project lies. Does not: anything that it does.

A wheel takes three names of its environment: `perps` for programs, this module, and the folder beside it that holds the project as the
repository has it (setup.py), so that `simulator` or `ingestion` of somebody else is not met. Processes that we start find it by PYTHONPATH.
"""

from __future__ import annotations

import locale
import os
import sys
from pathlib import Path

PROJECT = Path(__file__).with_name("perps_warehouse_project")


def main() -> None:
    """Run the command line; of a checkout, the environment knows the folders (editable install)."""
    if locale.getencoding().lower() != "utf-8" and not sys.flags.utf8_mode:  # our files and names are UTF-8, whatever the host's are
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    if PROJECT.is_dir():
        sys.path.insert(0, str(PROJECT))
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH"))))
    from orchestration.cli import app

    app()
