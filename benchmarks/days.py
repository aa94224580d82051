"""UTC days: which have ended, and when they begin."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta


def closed_day(before: int) -> date:
    """The day that ended last, or one so many days before it: the warehouse fetches no other days."""
    return datetime.now(UTC).date() - timedelta(days=1 + before)


def midnight_ms(day: date) -> int:
    """The beginning of a day in Unix milliseconds."""
    return int(datetime.combine(day, time(), UTC).timestamp() * 1000)
