"""Commands that look, and neither fetch nor build: `perps status`, `perps doctor` and `perps sync --plan`.

Belongs here: the commands and how they print. Does not: what they find (overview, machine, ingestion/venue/examination,
ingestion/venue/planning).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.markup import escape

from orchestration.terminal import console, errors

if TYPE_CHECKING:
    from ingestion.settings import Settings
    from ingestion.venue.examination import Examined
    from orchestration.machine import Fact
    from orchestration.overview import Overview

MOST_NEEDS = 8
MOST_LIMITATIONS = 6

Sources = Annotated[list[str] | None, typer.Option("--source", help="only this source; may be given several times")]
Format = Annotated[Literal["table", "json"], typer.Option("--format", help="how to print")]
All = Annotated[bool, typer.Option("--all", help="every entity, verdict and limitation")]


def status(source: Sources = None, is_all: All = False, output: Format = "table") -> None:
    """What needs a person first, then a line each on sources, gate, runs and publication. Exit 1 when something is stale or failed."""
    from orchestration.overview import as_json, overview

    settings, names = _chosen(source)
    end_dead_runs(settings)
    found = overview(settings, names)
    if output == "json":
        print(as_json(found))
    else:
        _show_overview(found, is_all=is_all)
    raise typer.Exit(1 if found.is_bad else 0)


def doctor(source: Sources = None, output: Format = "table") -> None:
    """Ask every source once, look at disk, locks and versions, and say what is wrong and what to do. Exit 1 when something is wrong.

    Nothing is kept. It ends within a minute, also without a network.
    """
    from ingestion.venue.examination import examine
    from ingestion.venue.registry import source_of
    from orchestration.machine import facts

    settings, names = _chosen(source)
    here = facts(settings)
    found = examine(settings, [source_of(name) for name in names])
    if output == "json":
        machine = [asdict(fact) | {"is_wrong": fact.is_wrong} for fact in here]
        print(json.dumps({"sources": [asdict(one) for one in found], "machine": machine}, indent=2))
    else:
        _show_doctor(found, here)
    is_wrong = any(one.state == "wrong" for one in found) or any(fact.is_wrong for fact in here)
    raise typer.Exit(1 if is_wrong else 0)


def plan(source: list[str] | None, days: tuple[date, date], *, catch_up: bool) -> None:
    """What `perps sync` would send for these days, source by source."""
    from ingestion.run.window import Window
    from ingestion.venue.planning import plan as planned
    from ingestion.venue.registry import source_of
    from orchestration.tables import show

    settings, names = _chosen(source)
    found = planned(settings, [source_of(name) for name in names], Window(*days), catch_up=catch_up)
    rows = [(one.source, one.markets, one.requests, one.weight, one.minutes, one.problem) for one in found]
    show(console, f"{days[0]} to {days[1]}", ("source", "markets", "requests", "weight", "minutes", "what is not known"), rows)
    longest = max((one.minutes for one in found), default=0.0)
    console.print(f"{sum(one.requests for one in found):,} requests; sources run at once, so about {longest:g} minutes. Nothing was sent.")


def _chosen(source: list[str] | None) -> tuple[Settings, list[str]]:
    """Settings and the names of the sources asked for, else those of the settings. Raises SettingsError for a name that no source has."""
    from ingestion.venue.registry import selected
    from orchestration.environment import prepare

    settings = prepare()
    return settings, [one.name for one in selected(settings, source)]


def end_dead_runs(settings: Settings) -> None:
    """Runs of the UI that were killed are ended first, for Dagster's queue would wait for them for ever."""
    from orchestration.living import dead_runs

    if dead_runs(settings):
        from orchestration.environment import prepare_dagster
        from orchestration.history import end_dead_runs

        for run_id in end_dead_runs(prepare_dagster()):
            errors.print(f"run {run_id} had been killed: it is told as failed now")


def _show_overview(found: Overview, *, is_all: bool) -> None:
    from orchestration.overview import counted
    from orchestration.tables import show, show_status

    most = len(found.needs) if is_all else MOST_NEEDS
    if found.needs:
        rows = [(need.what, need.where, need.why, need.advice) for need in found.needs[:most]]
        show(console, "Needs a person", ("what", "where", "why", "what to do"), rows)
        if len(found.needs) > most:
            console.print(f"… and {len(found.needs) - most} more: --all")
    else:
        console.print("[green]Nothing needs a person.[/]")
    if is_all:
        show_status(console, found.lines)
        show(console, "Gate", ("fact", "venue or protocol", "last day judged", "passed", "days held back"), found.verdicts)
    for title, text in [("Sources", counted(found)), *_summary(found)]:
        console.print(f"[bold]{title}[/] {escape(text)}")
    _show_limitations(found, is_all=is_all)


def _summary(found: Overview) -> list[tuple[str, str]]:
    days = sorted(line.last_day for line in found.lines if line.last_day and line.status == "ok")
    newest = f"{days[-1]}; the oldest of what is well: {days[0]}" if days else "no row yet"
    judged = [day for _, _, day, _, _ in found.verdicts]
    held = sum(count for *_, count in found.verdicts)
    gate = (
        f"{max(judged)} judged last; {held:,} days of {len(judged):,} facts by venue held back in all" if judged else "nothing judged yet"
    )
    aside = f"{sum(found.quarantined.values()):,} rows of {len(found.quarantined)} entities" if found.quarantined else "none"
    died = sum(need.what == "killed" for need in found.needs)
    kept = f" (kept: {', '.join(found.kept)})" if found.kept else ""
    out = f"{found.version or 'nothing yet'}{kept}"
    well = [("Newest data", newest), ("Gate", gate), ("Rows set aside", aside), ("Runs that died", str(died or "none"))]
    return [*well, ("Published", out), ("Disk", _disk(found))]


def _disk(found: Overview) -> str:
    """All of it, each zone, the largest first, and what a day adds."""
    from orchestration.disk import told

    held, grown = found.disk_bytes, found.disk_bytes_per_day
    zones = [f"{zone} {told(size)}" for zone, size in sorted(held.items(), key=lambda item: -item[1])]
    whole = f"{told(sum(held.values()))}: {', '.join(zones)}" if held else "nothing yet"
    most = max(grown, key=lambda zone: grown[zone], default="")
    return whole + (f"; a day adds {told(sum(grown.values()))}, most of it {most}" if grown else "")


def _show_limitations(found: Overview, *, is_all: bool) -> None:
    told = [f"{source} {text}" for source, texts in found.limitations.items() for text in texts]
    most = len(told) if is_all else MOST_LIMITATIONS
    for text in told[:most]:
        console.print(f"[dim]not to be had:[/] {escape(text)}", soft_wrap=is_all, no_wrap=not is_all, overflow="ellipsis")
    if len(told) > most:
        console.print(f"[dim]… and {len(told) - most} more that cannot be had: --all[/]")


def _show_doctor(found: Sequence[Examined], here: Sequence[Fact]) -> None:
    from orchestration.tables import show

    rows = [(one.source, one.state, f"{one.asked} of {one.endpoints}", one.rows, one.clock_seconds, _budget(one)) for one in found]
    show(console, "Sources", ("source", "state", "endpoints asked", "rows", "clock s", "limits as answered"), rows)
    show(console, "This machine", ("what", "found"), [(fact.what, fact.found) for fact in here])
    wrong: list[tuple[Any, ...]] = [
        (one.source, finding.endpoint, finding.kind, finding.detail, finding.advice) for one in found for finding in one.findings
    ]
    wrong += [("", fact.what, "machine", fact.found, fact.advice) for fact in here if fact.is_wrong]
    if wrong:
        show(console, "What to do", ("source", "endpoint", "kind", "what is wrong", "what to do"), wrong)
    well = sum(one.state == "ok" for one in found)
    console.print(f"{well} of {len(found)} sources are well; {len(wrong)} findings")


def _budget(one: Examined) -> str:
    return ", ".join(f"{name} {value}" for name, value in list(one.budget.items())[:2])
