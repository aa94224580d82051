"""What time it is: our own clock, unless the hosts that a run asks agree that it is wrong.

Belongs here: what hosts say of the time, and by how much our clock is set right for a run. Does not: whom a person tells (orchestration).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MOST_APART = timedelta(minutes=5)
ENOUGH = 3  # hosts that must have told their time before one of them is believed; fewer where a run asks fewer sources
PATIENCE_SECONDS = 3.0
LOOK_SECONDS = 0.05


class Clocks:
    """The clocks of one run: ours, and those of the sources that it asks. Answers are stamped with `now`."""

    def __init__(self, clock: Callable[[], datetime], sources: Iterable[str] = ()) -> None:
        """`sources` are those of the run: each is expected to tell its time."""
        self.ours = clock
        self.correction = timedelta(0)
        self._asked = set(sources)
        self._ahead: dict[str, timedelta] = {}  # by its newest answer
        self._nearest: dict[str, timedelta] = {}
        self._patience = PATIENCE_SECONDS

    def now(self) -> datetime:
        return self.ours() + self.correction

    def leaves(self, source: str) -> None:
        """It tells nothing, or nothing more."""
        self._asked.discard(source)

    def apart_seconds(self, source: str) -> int | None:
        """How far a source's clock is ahead of ours (less than 0: behind), if no answer of it was nearer than it may be.

        One answer out of a cache that does not tell its age says nothing of a clock.
        """
        ahead = self._nearest.get(source, timedelta(0))
        return round(ahead.total_seconds()) if abs(ahead) > MOST_APART else None

    async def hear(self, source: str, told: datetime | None, asked: datetime, came: datetime) -> None:
        """An answer said that it was this time; by our clock it was asked for and came at those.

        Where it contradicts what holds so far, the answer waits a moment for what other sources say: no host is believed alone.
        """
        if told is None:
            self.leaves(source)
            return
        ahead = self._ahead[source] = told - min(max(told, asked), came)
        self._nearest[source] = min(ahead, self._nearest.get(source, ahead), key=abs)
        if abs(ahead - self.correction) > MOST_APART:
            await self._others()
            self._set_right()

    async def _others(self) -> None:
        while len(self._ahead) < min(ENOUGH, len(self._asked | set(self._ahead))) and self._patience > 0:
            self._patience -= LOOK_SECONDS
            await asyncio.sleep(LOOK_SECONDS)

    def _set_right(self) -> None:
        """By what most sources say; it stays so until they say otherwise, so that the order of answers is the order of their stamps."""
        told = sorted(self._ahead.values())
        middle = min(told[(len(told) - 1) // 2], told[len(told) // 2], key=abs)
        if abs(middle - self.correction) > MOST_APART:
            self.correction = middle if abs(middle) > MOST_APART else timedelta(0)


def told_time(headers: Mapping[str, str]) -> datetime | None:
    """When the host sent an answer, by its own clock; what a cache kept is older by its `Age`. None where it does not say."""
    try:
        sent = parsedate_to_datetime(headers["Date"])
        age = timedelta(seconds=int(headers.get("Age", "0")))
        return (sent if sent.tzinfo else sent.replace(tzinfo=UTC)) + age
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
