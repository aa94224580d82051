"""What the commands print on, and how they end with what went wrong. Nothing else that they print belongs here.

Lines are left as long as they are: a path that is broken in two cannot be copied.
"""

from __future__ import annotations

import io
import sys
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperGroup

from ingestion.errors import PerpsError

console, errors = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)


def say_problem(problem: object) -> None:
    """One line on stderr, as text and no markup."""
    errors.print(f"[red]✗[/] {escape(str(problem))}")


def fail(problem: object) -> NoReturn:
    """Say what is wrong with the usage or the settings, and end with 2."""
    say_problem(problem)
    raise typer.Exit(2)


class Commands(TyperGroup):
    """The boundary of the command line: what a person can mend is one sentence and no traceback."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Reads and writes UTF-8, whatever the host's locale or PYTHONIOENCODING say: a figure's note is no reason to fail."""
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace" if stream.writable() else "replace")
        return super().main(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except (PerpsError, OSError) as error:
            fail(error)
