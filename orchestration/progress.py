"""How far ingestion is, for whoever started it: the command line sets a listener, the raw asset hands it on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ingestion.run.outcome import Progress as Listener

if TYPE_CHECKING:
    from collections.abc import Iterator

_listener: list[Listener] = []


def current() -> Listener | None:
    return _listener[-1] if _listener else None


@contextmanager
def bars(console: Console) -> Iterator[None]:
    """Show a bar per source on this console while the block runs."""
    columns = (TextColumn("{task.description:<18}"), BarColumn(), MofNCompleteColumn(), TextColumn("requests"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=not console.is_terminal) as progress:
        tasks: dict[str, object] = {}

        def listen(source: str, done: int, known: int) -> None:
            task = tasks.setdefault(source, progress.add_task(source, total=known) if source not in tasks else None)
            progress.update(task, completed=done, total=known)  # type: ignore[arg-type]

        _listener.append(listen)
        try:
            yield
        finally:
            _listener.pop()
