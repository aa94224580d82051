"""`perps doctor`: every source asked once, this machine looked at, and what to do about whatever is wrong.

Belongs here: the command and how it prints. Does not: the looks (ingestion/run/examination, machine).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.markup import escape

from ingestion.errors import SettingsError

if TYPE_CHECKING:
    from ingestion.run.examination import Examined
    from orchestration.machine import Fact

console, errors = Console(), Console(stderr=True)

Sources = Annotated[list[str] | None, typer.Option("--source", help="only this source; may be given several times")]
Format = Annotated[Literal["table", "json"], typer.Option("--format", help="how to print")]


def doctor(source: Sources = None, output: Format = "table") -> None:
    """Ask every source once, look at disk, locks and versions, and say what is wrong and what to do. Exit 1 when something is wrong.

    Nothing is kept. It ends within a minute, also without a network.
    """
    from ingestion.run.examination import examine
    from ingestion.venue.registry import selected
    from orchestration.environment import prepare
    from orchestration.machine import facts

    try:
        settings = prepare()
        chosen = selected(settings, source)
    except SettingsError as error:
        errors.print(f"[red]✗[/] {escape(str(error))}", soft_wrap=True)
        raise typer.Exit(2) from None
    here = facts(settings)
    found = examine(settings, chosen)
    if output == "json":
        print(json.dumps(_told(found, here), indent=2))
    else:
        _show(found, here)
    is_wrong = any(one.state == "wrong" for one in found) or any(fact.is_wrong for fact in here)
    raise typer.Exit(1 if is_wrong else 0)


def _told(found: Sequence[Examined], here: Sequence[Fact]) -> dict[str, Any]:
    return {"sources": [asdict(one) for one in found], "machine": [asdict(fact) | {"is_wrong": fact.is_wrong} for fact in here]}


def _show(found: Sequence[Examined], here: Sequence[Fact]) -> None:
    from orchestration.tables import show

    rows = [(one.source, one.state, f"{one.asked} of {one.endpoints}", one.rows, one.clock_seconds, _budget(one)) for one in found]
    show(console, "Sources", ("source", "state", "endpoints asked", "rows", "clock s", "limits as answered"), rows)
    show(console, "This machine", ("what", "found"), [(fact.what, fact.found) for fact in here])
    wrong = [(one.source, finding.endpoint, finding.kind, finding.detail, finding.advice) for one in found for finding in one.findings]
    wrong += [("", fact.what, "machine", fact.found, fact.advice) for fact in here if fact.is_wrong]
    if wrong:
        show(console, "What to do", ("source", "endpoint", "kind", "what is wrong", "what to do"), wrong)
    well = sum(one.state == "ok" for one in found)
    console.print(f"{well} of {len(found)} sources are well; {len(wrong)} findings")


def _budget(one: Examined) -> str:
    return ", ".join(f"{name} {value}" for name, value in list(one.budget.items())[:2])
