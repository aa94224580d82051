"""An event loop whose clock is its own: it jumps to the next timer, so that a test of pauses neither waits nor hangs on the machine's load.

Belongs here: the clock. Does not: any expectation. Nothing may be on the wire or in a thread meanwhile: the clock would not wait for it.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")
TURN_SECONDS = 1e-6


class _Jumping(selectors.DefaultSelector):
    """Instead of waiting it moves the clock on, and a little at every turn, as work does."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "nothing is ready and no timer is set: this would wait for ever"
        self.now += max(TURN_SECONDS, timeout)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """As `asyncio.run`, in no time."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)


def seconds() -> float:
    """What the clock of the running loop says."""
    return asyncio.get_running_loop().time()
