"""Which days a judgement covers.

Belongs here: months to day ranges. Does not: reading anything. A verdict rests on the facts of its day and of the trailing days, so
the days after a touched month are judged again: then verdicts are a function of the facts, whatever order they were loaded in.
The month before is judged again too: its last day's stocks are closed by this month's first observation.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl

from expectations.thresholds import DAYS_JUDGED_AFTER, MONTHS_JUDGED_BEFORE, TRAILING_DAYS

FIRST_DAY = date(1970, 1, 1)


@dataclass(frozen=True, order=True)
class Window:
    """Days from `first_day` up to, not including, `end_day`."""

    first_day: date
    end_day: date

    @property
    def history_day(self) -> date:
        """First day that the verdicts of this window look back at."""
        return max(self.first_day, FIRST_DAY + timedelta(TRAILING_DAYS)) - timedelta(TRAILING_DAYS)


def touched_windows(months: Sequence[str] | None, now: datetime) -> list[Window]:
    """The closed days of the touched months, one window a month; None means all days there are."""
    today = now.astimezone(UTC).date()
    if months is None:
        return [Window(FIRST_DAY, today)]
    windows = (_month(month) for month in sorted(set(months)))
    return _not_empty(Window(window.first_day, min(window.end_day, today)) for window in windows)


def judged_windows(months: Sequence[str] | None, now: datetime, first_day: date | None = None) -> list[Window]:
    """The touched windows with the month before and the days after them, merged where they meet; nothing before `first_day`, where no
    fact changed."""
    today = now.astimezone(UTC).date()
    merged: list[Window] = []
    for window in touched_windows(months, now):
        begin = max(_months_before(window.first_day, MONTHS_JUDGED_BEFORE), first_day or FIRST_DAY)
        longer = Window(begin, min(window.end_day + timedelta(DAYS_JUDGED_AFTER), today))
        if longer.first_day >= longer.end_day:
            continue
        if merged and longer.first_day <= merged[-1].end_day:
            longer = Window(min(merged.pop().first_day, longer.first_day), longer.end_day)
        merged.append(longer)
    return merged


def is_in(windows: Iterable[Window]) -> pl.Expr:
    """Whether a row's `date` lies in any of the windows."""
    held = ((pl.col("date") >= window.first_day) & (pl.col("date") < window.end_day) for window in windows)
    return pl.any_horizontal(pl.lit(False), *held)


def month_of(day: date) -> str:
    """The UTC month of a day as partitions write it."""
    return f"{day:%Y-%m}"


def _month(month: str) -> Window:
    first_day = date.fromisoformat(f"{month}-01")
    return Window(first_day, (first_day + timedelta(32)).replace(day=1))


def _months_before(first_day: date, months: int) -> date:
    for _ in range(months):
        first_day = (first_day - timedelta(1)).replace(day=1) if first_day > FIRST_DAY else FIRST_DAY
    return first_day


def _not_empty(windows: Iterable[Window]) -> list[Window]:
    return [window for window in windows if window.first_day < window.end_day]
