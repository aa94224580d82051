"""What the commands print on, and how they end with what went wrong. Nothing else that they print belongs here.

Lines are left as long as they are: a path that is broken in two cannot be copied.
"""

from __future__ import annotations

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

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except (PerpsError, OSError) as error:
            fail(error)
