"""Commands for those who work on the warehouse: the UI, the checks that need no data, the data dictionary."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

PROJECT_ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
console = Console()


def dev(port: Annotated[int, typer.Option(help="port on loopback")] = 3000) -> None:
    """The Dagster UI, on loopback, under the settings of the folder it is started in; it has the command line's runs within a minute."""
    from orchestration import history
    from orchestration.environment import drop_variables_of_dagster, prepare_dagster

    settings = prepare_dagster()
    history.end_dead_runs(settings)
    drop_variables_of_dagster(settings)
    arguments = [sys.executable, "-P", "-m", "dagster", "dev", "-w", str(PROJECT_ROOT / "workspace.yaml"), "-h", HOST, "-p", str(port)]
    os.execv(sys.executable, arguments)


def check() -> None:
    """Compile the dbt project, load all definitions, resolve every job."""
    from orchestration import compiled
    from orchestration.definitions import defs
    from orchestration.environment import prepare

    plan = compiled.plan(prepare())
    definitions = defs()
    definitions.validate_loadable(definitions)
    jobs = sorted(job.name for job in definitions.resolve_all_job_defs() if not job.name.startswith("__"))
    assets = len(definitions.resolve_asset_graph().get_all_asset_keys())
    console.print(f"{len(plan.nodes)} relations and {len(plan.checks)} data tests compile; {assets} assets load; jobs: {', '.join(jobs)}")


def docs(target: Annotated[Path, typer.Option(help="folder that the site is built from")] = PROJECT_ROOT / "build" / "docs") -> None:
    """What the documentation site is built from: the pages of docs/, and a dictionary of every table and column. `make docs` builds it."""
    import json

    from orchestration import compiled
    from orchestration.documentation.assembling import assemble
    from orchestration.documentation.binding import types
    from orchestration.documentation.relations import relations
    from orchestration.environment import prepare

    settings = prepare()
    plan = compiled.plan(settings)
    manifest = json.loads(compiled.manifest_path(settings).read_text())
    written = assemble(PROJECT_ROOT, target, relations(plan, manifest, types(plan)))
    console.print(f"{target}: {written} pages", soft_wrap=True, markup=False)


def queries(folder: Annotated[Path, typer.Option(help="folder of the .sql files")] = PROJECT_ROOT / "docs" / "queries") -> None:
    """Example queries, with what they answer on the published file: their page and README's. Refuses a query that takes over a second."""
    from orchestration.documentation.answers import answered
    from orchestration.environment import prepare
    from orchestration.published import ask, published_file
    from orchestration.tables import markdown

    path = published_file(prepare())
    _, [(version, is_simulated)] = ask(path, "select version, is_simulated from publication")
    whose = "the demo's" if is_simulated else "the"
    how = "`perps sql --file docs/queries/<name>.sql` asks one again, `perps queries` all of them."
    parts = [f"# Queries\n\nWith what they answer on {whose} publication {version}. {how}"]
    for file in sorted(folder.glob("*.sql")):
        began = time.perf_counter()
        header, rows = ask(path, file.read_text())
        if time.perf_counter() - began > 1:
            raise SystemExit(f"{file.name} took {time.perf_counter() - began:.1f} s")
        title, _, query = file.read_text().partition("\n")
        parts.append(f"## {title.removeprefix('-- ')}\n\n{file.name}\n\n```sql\n{query.strip()}\n```\n\n{markdown(header, rows)}")
    (folder / "README.md").write_text("\n\n".join(parts) + "\n")
    readme = PROJECT_ROOT / "README.md"
    readme.write_text(answered(readme.read_text(), lambda query: ask(path, query)))
    console.print(f"{folder / 'README.md'}\n{readme}", markup=False)


def holders(out: Annotated[Path, typer.Option(help="the page")] = PROJECT_ROOT / "docs" / "holders.md") -> None:
    """The page on who is paid: policies of today beside what was accrued and reported in the last 90 days of the published file."""
    from orchestration.environment import prepare
    from orchestration.holders import page
    from orchestration.published import published_file

    settings = prepare()
    out.write_text(page(published_file(settings), settings.warehouse))
    console.print(f"{out}", markup=False)
