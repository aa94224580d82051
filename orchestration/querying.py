"""`perps sql`: queries of the published file, given, from a file or from a pipe; without any, a shell.

Belongs here: the command and how results are printed. Does not: what a query may do (permitted.py).
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ingestion.errors import PerpsError, SettingsError
from orchestration.terminal import console, errors, say_problem

if TYPE_CHECKING:
    from ingestion.settings import Settings
    from orchestration.permitted import Queries, Result

PROMPT, GOES_ON = "perps> ", "  ...> "
WELCOME = "Queries end with a semicolon; `show tables;` lists the tables, `describe mart_asset_daily;` columns. Ctrl-D ends."


def sql(
    query: Annotated[str | None, typer.Argument(help="SQL of DuckDB; tables need no schema")] = None,
    file: Annotated[Path | None, typer.Option(help="a file with the query instead")] = None,
    output: Annotated[Literal["table", "csv", "json"], typer.Option("--format", help="how to print")] = "table",
    as_of: Annotated[str | None, typer.Option(help="what had been fetched by then: 2026-03-01, all that day, or 2026-03-01T06:00")] = None,
    is_unsafe: Annotated[bool, typer.Option("--unsafe", help="let it write files, attach databases and read anything")] = False,
) -> None:
    """A query on the published file, read-only; without one, a shell. Or on what was known at an earlier time, which is built first."""
    from orchestration.environment import prepare
    from orchestration.permitted import Queries
    from orchestration.published import published_file

    settings = prepare()
    if query is not None and file is not None:
        raise SettingsError("a query or --file, not both")
    path = _as_of(settings, as_of) if as_of else published_file(settings)
    with Queries(path, settings.data_dir, is_unsafe) as queries:
        if query is None and file is None and _is_typed():
            _shell(queries, output)
            return
        text = query if query is not None else _read(file) if file else sys.stdin.read()
        for number, result in enumerate(queries.ask(text)):
            _print(output, result, is_next=number > 0)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} is no text in UTF-8: {error}") from None


def _is_typed() -> bool:
    return sys.stdin.isatty()


def _as_of(settings: Settings, text: str) -> Path:
    from orchestration.as_of import moment, published_as_of

    return published_as_of(settings, moment(text), errors.print)


def _shell(queries: Queries, output: str) -> None:
    console.print(WELCOME)
    for query in _typed():
        try:
            for number, result in enumerate(queries.ask(query)):
                _print(output, result, is_next=number > 0)
        except PerpsError as error:
            say_problem(error)


def _typed() -> Iterator[str]:
    """Queries as they are typed, each to the line that ends with a semicolon; the end of input ends the shell."""
    import readline  # noqa: F401  (lines can be edited and found again)

    lines: list[str] = []
    while True:
        try:
            lines.append(input(GOES_ON if lines else PROMPT))
        except KeyboardInterrupt:
            lines = []
            console.print()
        except EOFError:
            console.print()
            return
        if lines and lines[-1].rstrip().endswith(";"):
            yield "\n".join(lines)
            lines = []


def _print(output: str, result: Result, is_next: bool) -> None:
    from orchestration.tables import show

    header, rows = result
    if output == "json":
        console.print_json(json.dumps([dict(zip(header, row, strict=True)) for row in rows], default=str))
    elif output == "csv":
        if is_next:
            print()  # between the results of two statements
        writer = csv.writer(sys.stdout)
        writer.writerow(header)
        writer.writerows(rows)
    else:
        show(console, "", header, rows)
