"""`perps`: thin over the Dagster definitions. Exit codes: 0 done and published; 1 ran, but a gate blocked or a source failed;
2 wrong usage or settings."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from ingestion.errors import PerpsError, SettingsError
from orchestration import charting, developing, looking, reporting, tracing

if TYPE_CHECKING:
    from ingestion.settings import Settings
    from orchestration.runs import Outcome

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="The perpetual-futures warehouse.",
)
console, errors = Console(), Console(stderr=True)

Sources = Annotated[list[str] | None, typer.Option("--source", help="only this source; may be given several times")]
Day = Annotated[str | None, typer.Option("--date", help="one UTC day, YYYY-MM-DD")]
From = Annotated[str | None, typer.Option("--from", help="first UTC day")]
To = Annotated[str | None, typer.Option("--to", help="last UTC day, included")]


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import version

        console.print(f"perps {version('perps-warehouse')}", highlight=False)
        raise typer.Exit


@app.callback()
def perps(
    is_version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="and nothing else")] = False,
) -> None:
    """The perpetual-futures warehouse."""


@app.command()
def sync(
    source: Sources = None,
    day: Day = None,
    first: From = None,
    last: To = None,
    is_plan: Annotated[bool, typer.Option("--plan", help="say what would be sent, and send nothing")] = False,
) -> None:
    """The daily job: ingest, build, gate, publish. Default: yesterday, and what was missed since the last run."""
    if is_plan:
        looking.plan(source, _checked_days(day, first, last), catch_up=not (day or first or last))
        raise typer.Exit(0)
    _run("daily", source, day, first, last)


@app.command()
def ingest(source: Sources = None, day: Day = None, first: From = None, last: To = None) -> None:
    """Landing and raw only."""
    _run("ingest", source, day, first, last)


@app.command()
def snapshot(source: Sources = None) -> None:
    """What has no history (open interest, premium, instruments), as of now: run it hourly."""
    _run("snapshot", source, None, None, None)


@app.command()
def build(
    first: From = None, last: To = None, full_refresh: Annotated[bool, typer.Option(help="rebuild and judge everything")] = False
) -> None:
    """Facts, gate, marts and publication from what is in raw."""
    from orchestration import pending
    from orchestration.runs import execute

    settings = _prepared_to_run()
    if full_refresh:
        pending.forget(settings)
    elif first or last:
        pending.forget_months(settings, *_checked_days(None, first, last))
    _finish(execute("build"))


@app.command()
def replay(
    landing: Annotated[Path | None, typer.Option(help="a landing zone or a folder of recorded responses; default: our own landing")] = None,
    folder: Annotated[Path | None, typer.Argument(help="the same, as an argument")] = None,
    publish: Annotated[bool, typer.Option(help="build and publish afterwards")] = True,
    table: Annotated[Path | None, typer.Option(help="also write what each endpoint gave, as Markdown, to this file")] = None,
) -> None:
    """Rebuild raw (and then all) from received bodies, without a network."""
    from ingestion.run.replay import replay as replay_folder
    from ingestion.venue.registry import all_sources
    from orchestration.replayed import markdown
    from orchestration.runs import execute
    from orchestration.tables import show_replay

    settings = _prepared()
    try:
        report = replay_folder(settings, landing or folder or settings.landing_dir, all_sources().values())
    except PerpsError as error:
        _fail(error)
    show_replay(console, report)
    if table:
        table.write_text(markdown(report))
    console.print(f"{report.rows_added:,} rows added to raw, {len(report.months)} months touched")
    if publish:
        outcome = execute("build")
        outcome.problems[:0] = report.problems
        _finish(outcome)
    for problem in report.problems:
        errors.print(f"[red]✗[/] {escape(problem)}", soft_wrap=True)
    raise typer.Exit(1 if report.problems else 0)


@app.command(context_settings={"ignore_unknown_options": True})  # a query may begin with a comment
def sql(
    query: Annotated[str | None, typer.Argument(help="SQL of DuckDB; tables need no schema")] = None,
    file: Annotated[Path | None, typer.Option(help="a file with the query instead")] = None,
    output: Annotated[Literal["table", "csv", "json"], typer.Option("--format", help="how to print")] = "table",
    as_of: Annotated[str | None, typer.Option(help="what had been fetched by then: 2026-03-01, all that day, or 2026-03-01T06:00")] = None,
) -> None:
    """A query on the published file, read-only; or on what was known at an earlier time, which is built first."""
    from orchestration.published import ask, published_file

    settings = _prepared()
    if (query is None) == (file is None):
        _fail(SettingsError("a query or --file, one of them"))
    try:
        path = _as_of(settings, as_of) if as_of else published_file(settings)
        _print_rows(output, *ask(path, query or (file.read_text() if file else "")))
    except (PerpsError, OSError) as error:
        _fail(error)


def _as_of(settings: Settings, text: str) -> Path:
    from orchestration.as_of import moment, published_as_of

    return published_as_of(settings, moment(text), lambda told: errors.print(told, soft_wrap=True))


@app.command()
def rollback(version: Annotated[str | None, typer.Argument(help="a kept version; default: the one before the current")] = None) -> None:
    """Point the publication at an older version."""
    from orchestration.publish import rollback as relink

    settings = _prepared()
    try:
        console.print(f"published: {relink(settings, version)}")
    except PerpsError as error:
        _fail(error)


@app.command()
def demo(days: Annotated[int, typer.Option(min=20, help="days of simulated market")] = 90) -> None:
    """Simulator → the whole chain → published, in `data/demo/`; every table says it is simulated."""
    from orchestration.demo import run_demo

    try:
        outcome = run_demo(console, days)
    except SettingsError as error:
        _fail(error)
    for problem in outcome.problems:
        errors.print(f"[red]✗[/] {escape(problem)}", soft_wrap=True)
    raise typer.Exit(outcome.exit_code)


app_commands: dict[str, tuple[Callable[..., None], ...]] = {
    "Commands": (looking.status, looking.doctor, reporting.report, charting.chart, tracing.trace),
    "For developers": (developing.dev, developing.check, developing.docs, developing.queries, developing.holders),
}
for panel, commands in app_commands.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)


def _prepared() -> Settings:
    from orchestration.environment import prepare

    try:
        return prepare()
    except SettingsError as error:
        _fail(error)


def _prepared_to_run() -> Settings:
    """As `_prepared`; runs of the UI that were killed are ended first."""
    settings = _prepared()
    looking.end_dead_runs(settings)
    return settings


def _run(job: str, sources: list[str] | None, day: str | None, first: str | None, last: str | None) -> None:
    from ingestion.venue.registry import selected
    from orchestration.progress import bars
    from orchestration.runs import execute

    settings = _prepared_to_run()
    days = _checked_days(day, first, last)
    try:
        chosen = [source.name for source in selected(settings, sources)]
    except SettingsError as error:
        _fail(error)
    is_default = not (day or first or last)
    with bars(errors):
        outcome = execute(job, days, chosen, catch_up=is_default)
    _finish(outcome)


def _checked_days(day: str | None, first: str | None, last: str | None) -> tuple[date, date]:
    from orchestration.days import days_asked

    try:
        return days_asked(day, first, last)
    except SettingsError as error:
        _fail(error)


def _finish(outcome: Outcome) -> None:
    for problem in outcome.problems:
        errors.print(f"[red]✗[/] {escape(problem)}", soft_wrap=True)
    published = outcome.metadata.get("published/perps")
    if outcome.is_idle:
        console.print("nothing has changed since the last publication: nothing was built, nothing published")
    if published and published["is_new"]:
        told = f"published {published['dagster/row_count']:,} rows: {published['file']} (version {published['version']})"
        console.print(told, soft_wrap=True)  # a path stays in one piece
    elif published:
        console.print(f"what was built is as it was: version {published['version']} stays")
    console.print(
        f"run {outcome.run_id}: {'done' if outcome.exit_code == 0 else 'done, with problems' if outcome.is_success else 'failed'}"
    )
    raise typer.Exit(outcome.exit_code)


def _print_rows(output: str, header: list[str], rows: list[tuple[object, ...]]) -> None:
    import csv

    from orchestration.tables import show

    if output == "json":
        console.print_json(json.dumps([dict(zip(header, row, strict=True)) for row in rows], default=str))
    elif output == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(header)
        writer.writerows(rows)
    else:
        show(console, "", header, rows)


def _fail(error: PerpsError | OSError) -> NoReturn:
    errors.print(f"[red]✗[/] {escape(str(error))}", soft_wrap=True)
    raise typer.Exit(2)
