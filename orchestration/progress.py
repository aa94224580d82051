"""How far a run is, for whoever started it: the command line listens, the steps and the raw assets tell.

On a terminal a bar per source and the step at work; elsewhere, in a log, a line a minute.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ingestion.run.outcome import Progress as Listener

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS_A_LINE = 60.0
FEWEST_TOLD = 20  # requests answered before what is left is estimated


class Teller:
    """What is known of a run: its step, since when, and its requests."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._began = now, now()
        self._step, self._step_began = "", self._began
        self.requests: dict[str, tuple[int, int]] = {}

    def listen(self, source: str, done: int, known: int) -> None:
        self.requests[source] = (done, known)

    def begin(self, step: str) -> None:
        self._step, self._step_began = step, self._now()

    def line(self) -> str:
        """One sentence on where the run is: `fetch sources: 1,200 of 4,000 requests, 2 min so far, about 5 min left`."""
        taken = self._now() - self._step_began
        parts = [f"{_span(taken)} so far"]
        done, known = (sum(counts) for counts in zip(*self.requests.values(), strict=True)) if self.requests else (0, 0)
        if self._step.startswith("fetch") and known:
            parts.insert(0, f"{done:,} of {known:,} requests")
            if FEWEST_TOLD <= done < known:
                parts.append(f"about {_span(taken * (known - done) / done)} left")
        return f"{self._step.replace('_', ' ') or 'starting'}: {', '.join(parts)}"


_tellers: list[Teller] = []
_listeners: list[Listener] = []


def current() -> Listener | None:
    return _listeners[-1] if _listeners else None


def begin(step: str) -> None:
    """A step of the chain begins."""
    for teller in _tellers:
        teller.begin(step)


@contextmanager
def bars(console: Console) -> Iterator[None]:
    """Show on this console how far it is while the block runs."""
    teller = Teller()
    with _shown(teller, console) if console.is_terminal else _told(teller, console) as listener:
        _tellers.append(teller)
        _listeners.append(listener)
        try:
            yield
        finally:
            _tellers.pop()
            _listeners.pop()


@contextmanager
def _shown(teller: Teller, console: Console) -> Iterator[Listener]:
    columns = (TextColumn("{task.description:<18}"), BarColumn(), MofNCompleteColumn(), TextColumn("requests"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        tasks: dict[str, object] = {}

        def listen(source: str, done: int, known: int) -> None:
            teller.listen(source, done, known)
            task = tasks.setdefault(source, progress.add_task(source, total=known) if source not in tasks else None)
            progress.update(task, completed=done, total=known)  # type: ignore[arg-type]

        with _told(teller, console):
            yield listen


@contextmanager
def _told(teller: Teller, console: Console) -> Iterator[Listener]:
    over = threading.Event()

    def tell() -> None:
        while not over.wait(SECONDS_A_LINE):
            console.print(teller.line(), markup=False, highlight=False)

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield teller.listen
    finally:
        over.set()
        thread.join()


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
