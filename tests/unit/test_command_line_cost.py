"""The command line pays for what it does: reading and ingesting import no Dagster, dbt, Great Expectations or matplotlib."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

DEAR = {"dagster", "dagster_dbt", "dbt", "great_expectations", "pandas", "matplotlib"}
COMMANDS = {
    "help": ["--help"],
    "status": ["status"],
    "sql": ["sql", "select 1"],
    "ingest": ["ingest", "--source", "hyperliquid", "--date", "2026-01-01"],
    "snapshot": ["snapshot", "--source", "hyperliquid"],
    "chart": ["chart", "no-such-picture"],
    "rollback": ["rollback"],
}
SCRIPT = """
import json, sys
from typer.testing import CliRunner
from orchestration.cli import app
result = CliRunner().invoke(app, sys.argv[1:])
print(json.dumps([result.exit_code, sorted({name.split(".")[0] for name in sys.modules})]))
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_imports_only_what_it_needs(name: str, tmp_path: Path) -> None:
    environment = os.environ | {"PERPS_DATA_DIR": str(tmp_path), "PERPS_BASE_URL__HYPERLIQUID": "http://127.0.0.1:9", "PERPS_SOURCES": ""}
    environment |= {"PERPS_ATTEMPTS": "1", "PERPS_RETRY_SECONDS": "0", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", SCRIPT, *COMMANDS[name]]
    found = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    code, modules = json.loads(found.stdout.splitlines()[-1])
    assert code in (0, 1, 2)
    dear = DEAR - {"matplotlib"} if name == "chart" else DEAR
    assert set(modules) & dear == set()
