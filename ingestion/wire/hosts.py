"""What a run has learnt of a host: whether it answers, refuses us, or wants a pause.

Belongs here: the state that every request to a host looks at again, inside its slot, before each try. Does not: budgets (pacing),
sending (http).
"""

from __future__ import annotations

import asyncio

DEAD_AFTER = 4  # requests in a row that stayed unanswered after all their tries
NEVER_REACHED_TRIES = 3  # a refused connection or an unknown name, on a host that has not answered yet: there is no network


class Closed(Exception):
    """The host must not, or need not, be asked any more in this run."""


class Host:
    """One address of a source, for the length of a run."""

    def __init__(self, concurrency: int) -> None:
        self.slots = asyncio.Semaphore(concurrency)
        self._has_answered = False
        self._unanswered = 0
        self._resume_at = 0.0
        self._closed: str | None = None

    def guard(self) -> None:
        """Raises Closed with the reason."""
        if self._closed:
            raise Closed(self._closed)

    def close(self, reason: str) -> None:
        """Leave it alone: whoever goes on against a ban makes it longer."""
        self._closed = self._closed or reason

    def answered(self) -> None:
        self._has_answered, self._unanswered = True, 0

    def gave_up(self, *, was_connected: bool) -> None:
        """A request stayed unanswered after all its tries."""
        self._unanswered += 1
        if not was_connected and not self._has_answered:
            self.close("it cannot be reached")
        elif self._unanswered >= DEAD_AFTER:
            self.close("it no longer answers")

    def tries(self, attempts: int, *, was_connected: bool) -> int:
        """How often a request is tried that failed so."""
        return attempts if was_connected or self._has_answered else min(attempts, NEVER_REACHED_TRIES)

    def pause(self, seconds: float) -> None:
        self._resume_at = max(self._resume_at, asyncio.get_running_loop().time() + seconds)

    async def rest(self) -> bool:
        """Wait for as long as the host asks for, also what it asks for meanwhile; whether there was anything to wait for."""
        left = self._resume_at - asyncio.get_running_loop().time()
        if left > 0:
            await asyncio.sleep(left)
            await self.rest()
        return left > 0
