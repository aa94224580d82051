"""The command line pays for what it does: reading and ingesting import no Dagster, dbt, Great Expectations, matplotlib or mcp."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

DEAR = {"dagster", "dagster_dbt", "dbt", "great_expectations", "pandas", "matplotlib", "mcp"}
COMMANDS = {  # with the exit code by which each ends in an empty folder, without a network
    "help": (0, ["--help"]),
    "status": (1, ["status"]),
    "doctor": (1, ["doctor", "--source", "hyperliquid"]),
    "plan": (0, ["sync", "--plan", "--source", "hyperliquid", "--date", "2026-01-01"]),
    "version": (0, ["--version"]),
    "sql": (2, ["sql", "select 1"]),
    "ingest": (1, ["ingest", "--source", "hyperliquid", "--date", "2026-01-01"]),
    "snapshot": (1, ["snapshot", "--source", "hyperliquid"]),
    "chart": (2, ["chart", "no-such-picture"]),
    "rollback": (2, ["rollback"]),
    "mcp": (2, ["mcp"]),
}
SCRIPT = """
import json, sys
from typer.testing import CliRunner
from orchestration.cli import app
result = CliRunner().invoke(app, sys.argv[1:])
print(json.dumps([result.exit_code, sorted({name.split(".")[0] for name in sys.modules})]))
"""


def test_whether_there_is_something_to_build_is_found_out_without_the_libraries_of_building() -> None:
    """`perps build` with nothing to do ends after this: it is asked every night, and by every sensor."""
    script = "import sys; import orchestration.cli, orchestration.runs, orchestration.pending; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert {name.split(".")[0] for name in done.stdout.split()} & (DEAR | {"polars", "pyarrow", "httpx", "aiohttp"}) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_imports_only_what_it_needs(name: str, tmp_path: Path) -> None:
    environment = os.environ | {"PERPS_DATA_DIR": str(tmp_path), "PERPS_BASE_URL__HYPERLIQUID": "http://127.0.0.1:9", "PERPS_SOURCES": ""}
    environment |= {"PERPS_ATTEMPTS": "1", "PERPS_RETRY_SECONDS": "0", "PYTHONPATH": os.pathsep.join(sys.path)}
    expected, arguments = COMMANDS[name]
    command = [sys.executable, "-c", SCRIPT, *arguments]
    found = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    code, modules = json.loads(found.stdout.splitlines()[-1])
    assert code == expected, found.stdout
    dear = DEAR - {"matplotlib"} if name == "chart" else DEAR
    assert set(modules) & dear == set()
