"""Commands for those who work on the warehouse: the UI, the checks that need no data, the data dictionary."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ingestion.settings import PROJECT_ROOT
from orchestration.environment import prepare

HOST = "127.0.0.1"
console = Console()


def dev(port: Annotated[int, typer.Option(help="port on loopback")] = 3000) -> None:
    """The Dagster UI, on loopback."""
    prepare()
    executable = Path(sys.executable).parent / "dagster"
    arguments = ["dagster", "dev", "-w", str(PROJECT_ROOT / "workspace.yaml"), "-h", HOST, "-p", str(port)]
    os.chdir(PROJECT_ROOT)
    os.execv(executable, arguments)


def check() -> None:
    """Parse the dbt project, load all definitions, resolve every job."""
    from orchestration import dbt
    from orchestration.definitions import defs

    settings = prepare()
    dbt.run(settings, ["parse"])
    definitions = defs()
    definitions.validate_loadable(definitions)
    jobs = sorted(job.name for job in definitions.resolve_all_job_defs() if not job.name.startswith("__"))
    assets = len(definitions.resolve_asset_graph().get_all_asset_keys())
    console.print(f"dbt parses; {assets} assets load; jobs: {', '.join(jobs)}")


def docs(target: Annotated[Path, typer.Option(help="folder of the static site")] = PROJECT_ROOT / "docs" / "site") -> None:
    """The data dictionary: dbt's documentation of every table and column, as one static page."""
    from orchestration import dbt

    settings = prepare()
    dbt.run(settings, ["docs", "generate", "--static", "--empty-catalog"])
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(settings.data_dir / "dbt" / "static_index.html", target / "index.html")
    console.print(f"{target / 'index.html'}")
