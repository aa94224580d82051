"""The days that a run asks for.

Belongs here: a range of UTC days, and its bounds as the wire wants them. Does not: which days a table needs (session).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

DAYS_OF_A_BACKFILL = 7


@dataclass(frozen=True)
class Window:
    """Closed UTC days to fetch, both ends included."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, datetime.min.time(), UTC)

    @property
    def end(self) -> datetime:
        """Exclusive."""
        return datetime.combine(self.last, datetime.min.time(), UTC) + timedelta(days=1)

    @property
    def start_ms(self) -> int:
        return int(self.start.timestamp() * 1000)

    @property
    def end_ms(self) -> int:
        """Exclusive."""
        return int(self.end.timestamp() * 1000)

    @property
    def is_backfill(self) -> bool:
        """Longer than a daily run's: then markets that ended and days without a snapshot are asked for too."""
        return len(self.days()) > DAYS_OF_A_BACKFILL

    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def whole_days_of(self, now: datetime, kept: timedelta) -> Window:
        """The days that a source which keeps only the newest `kept` still has from their first second on; maybe none."""
        return Window(max(self.first, (now - kept).date() + timedelta(days=1)), self.last)

    def pages(self, step: timedelta) -> list[tuple[int, int]]:
        """The window cut into [start, end) pieces of at most `step`, in Unix milliseconds."""
        width = int(step.total_seconds() * 1000)
        return [(start, min(start + width, self.end_ms)) for start in range(self.start_ms, self.end_ms, width)]
