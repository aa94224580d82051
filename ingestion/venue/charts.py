"""Daily charts: of one name, or of many in one body, which may be too large to decode whole.

Belongs here: points by UTC day, and a large array read item by item. Does not: whose chart it is, or which names are kept (sources).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import orjson

from ingestion.store.fitting import EARLIEST, latest_event
from ingestion.venue.parsing import whole

DAY_SECONDS = 86_400
NOTHING = float("nan")  # in place of no value: JSON has no such number
BETWEEN_ITEMS = re.compile(rb"\]\s*,\s*(?=\[\s*\d)")
LAST_ITEM = re.compile(rb"\}\s*\](?=\s*\])")


def day_of(stamp: Any, fetched_at: datetime) -> int | None:
    """The UTC day of a stamp, as its first second; None of one that no day of an answer can have, such as one in milliseconds."""
    second = whole(stamp)
    if second is None or not EARLIEST.timestamp() <= second <= latest_event(fetched_at).timestamp():
        return None
    return second // DAY_SECONDS * DAY_SECONDS


class Chart:
    """The points of one name as they come, by day, in little room; where a day comes again, the last one counts."""

    def __init__(self) -> None:
        self._days, self._values = array("q"), array("d")
        self._odd: dict[int, Any] = {}

    def add(self, day: int, value: Any) -> None:
        """A value that is no number stays as it is, for the table to set aside."""
        if self._odd:
            self._odd.pop(day, None)
        is_number = type(value) is float or (type(value) is int and value.bit_length() < 64)
        if not is_number and value is not None:
            self._odd[day] = value
        self._days.append(day)
        self._values.append(value if is_number else NOTHING)

    @property
    def is_plain(self) -> bool:
        return not self._odd

    def dense(self) -> tuple[list[int], list[Any]]:
        """Days and values, with a day without a value for each between the first and the last that has no point."""
        points: dict[int, Any] = dict(zip(self._days, self._values, strict=True)) | self._odd
        days = list(range(min(points), max(points) + 1, DAY_SECONDS)) if points else []
        values = [points.get(day, NOTHING) for day in days]
        return days, [None if value != value else value for value in values]


def dense(points: Iterable[tuple[Any, Any]], fetched_at: datetime) -> list[tuple[Any, Any]]:
    """A chart as [day, value], as above; a point of which no day can be told stays as it is, for the table to set aside."""
    chart, odd = Chart(), []
    for stamp, value in points:
        day = day_of(stamp, fetched_at)
        if day is None:
            odd.append((stamp, value))
        else:
            chart.add(day, value)
    return [*zip(*chart.dense(), strict=True), *odd]


def by_item(body: bytes, key: str) -> tuple[Any, Iterator[Any]]:
    """An object without its array of [stamp, object] below a key, and the items of that array, decoded one at a time.

    Raises ValueError, maybe only on the way, where the body is not written so: it must be decoded whole then.
    """
    start = re.search(rb'"%s"\s*:\s*\[' % re.escape(key.encode()), body)
    end = LAST_ITEM.search(body, start.end()) if start else None
    if not start or not end:
        raise ValueError(f"no items below {key}")
    return orjson.loads(body[: start.end()] + body[end.end() :]), _items(body, start.end(), end.end())


def _items(body: bytes, start: int, end: int) -> Iterator[Any]:
    for between in BETWEEN_ITEMS.finditer(body, start, end):
        yield orjson.loads(body[start : between.start() + 1])
        start = between.end()
    yield orjson.loads(body[start:end])
