"""`perps`: thin over the Dagster definitions. Exit codes: 0 done and published; 1 ran, but a gate blocked or a source failed;
2 wrong usage or settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration import charting, compacting, developing, looking, querying, reporting, serving, tracing
from orchestration.days import days_asked
from orchestration.terminal import Commands, console, errors, say_problem

if TYPE_CHECKING:
    from ingestion.settings import Settings
    from orchestration.runs import Outcome

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="The perpetual-futures warehouse.",
)

Sources = Annotated[list[str] | None, typer.Option("--source", help="only this source; may be given several times")]
Day = Annotated[str | None, typer.Option("--date", help="one UTC day, YYYY-MM-DD")]
From = Annotated[str | None, typer.Option("--from", help="first UTC day")]
Accept = Annotated[bool, typer.Option("--accept", help="publish even if much of what is out would be gone")]
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
    accept: Accept = False,
) -> None:
    """The daily job: ingest, build, gate, publish. Default: yesterday, and what was missed since the last run."""
    if is_plan:
        looking.plan(source, days_asked(day, first, last), catch_up=not (day or first or last))
        raise typer.Exit(0)
    _run("daily", source, day, first, last, accept)


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
    first: From = None,
    last: To = None,
    full_refresh: Annotated[bool, typer.Option(help="rebuild and judge everything")] = False,
    accept: Accept = False,
) -> None:
    """Facts, gate, marts and publication from what is in raw."""
    from orchestration import pending
    from orchestration.progress import bars
    from orchestration.runs import execute

    settings = _prepared_to_run()
    if full_refresh:
        pending.forget(settings)
    elif first or last:
        pending.forget_months(settings, *days_asked(None, first, last))
    with bars(errors):
        outcome = execute("build", is_loss_accepted=accept)
    _finish("build", outcome)


@app.command()
def replay(
    landing: Annotated[Path | None, typer.Option(help="a landing zone or a folder of recorded responses; default: our own landing")] = None,
    folder: Annotated[Path | None, typer.Argument(help="the same, as an argument")] = None,
    publish: Annotated[bool, typer.Option(help="build and publish afterwards")] = True,
    table: Annotated[Path | None, typer.Option(help="also write what each endpoint gave, as Markdown, to this file")] = None,
    accept: Accept = False,
) -> None:
    """Rebuild raw (and then all) from received bodies, without a network."""
    from ingestion.run.replay import replay as replay_folder
    from ingestion.venue.registry import all_sources
    from orchestration.environment import prepare
    from orchestration.locks import landing_lock
    from orchestration.progress import bars
    from orchestration.replayed import markdown
    from orchestration.runs import execute
    from orchestration.tables import show_replay

    settings = prepare()
    with landing_lock(settings):
        report = replay_folder(settings, landing or folder or settings.landing_dir, all_sources().values())
    show_replay(console, report)
    if table:
        table.write_text(markdown(report))
    console.print(f"{report.rows_added:,} rows added to raw, {len(report.months)} months touched")
    if publish:
        with bars(errors):
            outcome = execute("build", is_loss_accepted=accept)
        outcome.problems[:0] = report.problems
        _finish("replay", outcome)
    for problem in report.problems:
        say_problem(problem)
    raise typer.Exit(1 if report.problems else 0)


@app.command()
def rollback(version: Annotated[str | None, typer.Argument(help="a kept version; default: the one before the current")] = None) -> None:
    """Point the publication at an older version."""
    from orchestration.environment import prepare
    from orchestration.publish import rollback as relink

    console.print(f"published: {relink(prepare(), version)}")


@app.command()
def demo(days: Annotated[int, typer.Option(min=20, help="days of simulated market")] = 90) -> None:
    """Simulator → the whole chain → published, in `data/demo/`; every table says it is simulated."""
    from orchestration.demo import run_demo

    outcome = run_demo(console, days)
    for problem in outcome.problems:
        say_problem(problem)
    raise typer.Exit(outcome.exit_code)


app_commands: dict[str, tuple[Callable[..., None], ...]] = {
    "Commands": (looking.status, looking.doctor, querying.sql, reporting.report, charting.chart, tracing.trace, compacting.compact),
    "For agents": (serving.mcp,),
    "For developers": (developing.dev, developing.check, developing.docs, developing.queries, developing.holders),
}
BEGINS_WITH_A_DASH = {querying.sql: {"ignore_unknown_options": True}}  # a query may begin with a comment
for panel, commands in app_commands.items():
    for command in commands:
        app.command(rich_help_panel=panel, context_settings=BEGINS_WITH_A_DASH.get(command))(command)


def _prepared_to_run() -> Settings:
    """Settings; runs of the UI that were killed are ended first."""
    from orchestration.environment import prepare

    settings = prepare()
    looking.end_dead_runs(settings)
    return settings


def _run(job: str, sources: list[str] | None, day: str | None, first: str | None, last: str | None, accept: bool = False) -> None:
    from ingestion.venue.registry import selected
    from orchestration.progress import bars
    from orchestration.runs import execute

    settings = _prepared_to_run()
    days = days_asked(day, first, last)
    chosen = [source.name for source in selected(settings, sources)]
    is_default = not (day or first or last)
    with bars(errors):
        outcome = execute(job, days, chosen, catch_up=is_default, is_loss_accepted=accept)
    _finish(job, outcome)


def _finish(job: str, outcome: Outcome) -> None:
    from ingestion.settings import load_settings
    from orchestration.after import after_run

    for problem in outcome.problems:
        say_problem(problem)
    later = after_run(load_settings(), job, outcome.problems)
    outcome.problems += later
    for problem in later:
        say_problem(problem)
    if clocks := outcome.metadata.get("perps/ingestion_attempts", {}).get("clocks"):
        errors.print(f"clocks are apart: {clocks}", style="yellow", markup=False)
    published = outcome.metadata.get("published/perps")
    if outcome.is_idle:
        console.print("nothing has changed since the last publication: nothing was built, nothing published")
    if published and published["is_new"]:
        told = f"published {published['dagster/row_count']:,} rows: {published['file']} (version {published['version']})"
        console.print(told, markup=False)
    elif published:
        console.print(f"what was built is as it was: version {published['version']} stays")
    console.print(
        f"run {outcome.run_id}: {'done' if outcome.exit_code == 0 else 'done, with problems' if outcome.is_success else 'failed'}"
    )
    raise typer.Exit(outcome.exit_code)
