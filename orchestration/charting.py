"""`perps chart`: a picture of the published marts as a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from ingestion.errors import SettingsError

console, errors = Console(), Console(stderr=True)
NAMES = "regime, volume, open-interest or funding"


def chart(
    name: Annotated[str, typer.Argument(help=NAMES)],
    asset: Annotated[str, typer.Option(help="for pictures of one asset")] = "BTC",
    first: Annotated[str | None, typer.Option("--from", help="first UTC day; default: 90 days")] = None,
    last: Annotated[str | None, typer.Option("--to", help="last UTC day, included; default: the newest published")] = None,
    out: Annotated[Path | None, typer.Option(help="file to write: .png, .svg or .pdf; default: <name>.png here")] = None,
) -> None:
    """A picture of the published marts: ninety days, as PNG, SVG or PDF."""
    from orchestration import charts
    from orchestration.environment import prepare
    from orchestration.published import published_file

    try:
        published = published_file(prepare())
        whose = asset if name in charts.PICTURES and charts.PICTURES[name].is_of_asset else ""
        span = charts.Span.up_to(_day(last) or charts.newest_day(published), _day(first), whose)
        path = charts.save(charts.draw(name, published, span), out or Path("-".join(part for part in (name, whose) if part) + ".png"))
    except SettingsError as error:
        errors.print(f"[red]✗[/] {escape(str(error))}", soft_wrap=True)
        raise typer.Exit(2) from None
    console.print(f"{path}  ({span})", soft_wrap=True)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise SettingsError(f"{error}: write days as YYYY-MM-DD") from None
