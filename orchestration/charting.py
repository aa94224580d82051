"""`perps chart`: a picture of the published marts as a file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ingestion.errors import SettingsError
from orchestration.terminal import console

NAMES = "regime, volume, open-interest, funding or cascade"


def chart(
    name: Annotated[str, typer.Argument(help=NAMES)],
    asset: Annotated[str, typer.Option(help="for pictures of one asset")] = "BTC",
    first: Annotated[str | None, typer.Option("--from", help="first UTC day; default: 90 days")] = None,
    last: Annotated[str | None, typer.Option("--to", help="last UTC day, included; default: the newest published")] = None,
    out: Annotated[Path | None, typer.Option(help="file to write: .png, .svg or .pdf; default: <name>.png here")] = None,
    is_sure: Annotated[bool, typer.Option("--yes", help="write it outside this folder and the data folder too")] = False,
) -> None:
    """A picture of the published marts: ninety days, as PNG, SVG or PDF."""
    from orchestration import charts
    from orchestration.environment import prepare
    from orchestration.published import published_file

    settings = prepare()
    published = published_file(settings)
    whose = asset if name in charts.PICTURES and charts.PICTURES[name].is_of_asset else ""
    span = charts.Span.up_to(_day(last) or charts.newest_day(published), _day(first), whose)
    target = out or Path("-".join(part for part in (name, whose) if part) + ".png")
    _ask_outside(target, (Path.cwd(), settings.data_dir), is_sure)
    path = charts.save(charts.draw(name, published, span), target)
    console.print(f"{path}  ({span})", markup=False)


def _ask_outside(target: Path, folders: Sequence[Path], is_sure: bool) -> None:
    """Ask before a file is written where nobody looks for one of ours. Raises SettingsError where nobody can answer."""
    if is_sure or any(target.resolve().is_relative_to(folder.resolve()) for folder in folders):
        return
    if not sys.stdin.isatty():
        raise SettingsError(f"{target} is outside this folder and the data folder: say --yes to write it there")
    typer.confirm(f"{target} is outside this folder and the data folder. Write it there?", abort=True)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise SettingsError(f"{error}: write days as YYYY-MM-DD") from None
