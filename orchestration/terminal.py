"""What the commands print on. Nothing that they print belongs here.

Lines are left as long as they are: a path that is broken in two cannot be copied.
"""

from __future__ import annotations

from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape

console, errors = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)


def say_problem(problem: object) -> None:
    """One line on stderr, as text and no markup."""
    errors.print(f"[red]✗[/] {escape(str(problem))}")


def fail(problem: object) -> NoReturn:
    """Say what is wrong with the usage or the settings, and end with 2."""
    say_problem(problem)
    raise typer.Exit(2)
