"""How the pages of a range follow one another. One of these serves every history of every source.

Belongs here: the next page, decided from the rows that came, and when to stop. Does not: what a request looks like (series), or a list
by cursor, which the adapter pages itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from ingestion.run.answer import Answer
from ingestion.venue.parsing import iso

HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Page:
    """What one request asks for: [start, end) in Unix milliseconds, and its number, from 1 on.

    `after` is the largest id that came before it, where pages go on by an id.
    """

    start: int
    end: int
    number: int = 1
    after: int = 0

    @property
    def last(self) -> int:
        """The last millisecond, for bounds that belong to the range."""
        return self.end - 1

    @property
    def start_s(self) -> int:
        """In seconds: the first that lies in the range."""
        return -(-self.start // 1000)

    @property
    def last_s(self) -> int:
        return self.end // 1000 - 1

    @property
    def start_iso(self) -> str:
        return iso(self.start)

    @property
    def last_iso(self) -> str:
        return iso(self.last)

    @property
    def hours(self) -> int:
        """As many as the range touches."""
        return -((self.start - self.end) // HOUR_MS)


@dataclass(frozen=True)
class Came:
    """What a page brought: how many rows, and the times of those that have one."""

    height: int
    instants: Sequence[int]
    answer: Answer


Ask = Callable[[Page], Awaitable[Came]]


class Paging(Protocol):
    """Asks for all pages of [start, end), nothing before `since`. Raises ValueError when pages do not lead on."""

    async def follow(self, ask: Ask, start: int, end: int, since: int) -> None: ...


@dataclass(frozen=True)
class Cut:
    """For rows of a known spacing and both bounds: pieces that an answer holds whole, whichever rows a longer one would lose.

    With as many rows as `full`, where rows of several markets come at once, it may have lost some all the same.
    """

    span: timedelta
    full: int | None = None

    @classmethod
    def hours(cls, count: int, full: int | None = None) -> Cut:
        return cls(timedelta(hours=count), full)

    async def follow(self, ask: Ask, start: int, end: int, since: int) -> None:
        width = int(self.span.total_seconds() * 1000)
        for first in range(start, end, width):
            piece = Page(max(first, since), min(first + width, end))
            if piece.start >= piece.end:
                continue
            came = await ask(piece)
            if self.full and came.height >= self.full:
                raise ValueError(f"{came.height} rows from {piece.start} on: an answer that holds no more may lack some")


@dataclass(frozen=True)
class Whole:
    """For answers that take no bounds: one request, and what lies outside is of no answer."""

    async def follow(self, ask: Ask, start: int, end: int, since: int) -> None:
        if since < end:
            await ask(Page(start, end))


@dataclass(frozen=True)
class Onward:
    """For answers that keep the oldest rows of a range: on from the newest row. `goes_on` where the answer itself says so.

    Rows that are `spacing_ms` apart end with the one after which no other fits before the end, however full the page.
    """

    full: int
    goes_on: Callable[[Answer], bool] | None = None
    spacing_ms: int = 1

    async def follow(self, ask: Ask, start: int, end: int, since: int) -> None:
        start, number = max(start, since), 1
        while start < end:
            came = await ask(Page(start, end, number))
            if not (self.goes_on(came.answer) if self.goes_on else came.height >= self.full):
                return
            newest = max((at for at in came.instants if start <= at < end), default=None)
            if newest is None:
                raise ValueError(f"a full page without a row from {start} on, which were asked for")
            if newest + self.spacing_ms >= end:
                return
            start, number = newest + 1, number + 1


@dataclass(frozen=True)
class Back:
    """For answers that keep the newest rows of a range: back from the oldest row.

    `shared_ms` is how long several rows can have one time: the page before is asked for again up to there, for it may have been cut in it.
    `is_open`: the source takes no start, and says of a market that is quiet what was long before.
    """

    full: int
    shared_ms: int = 0
    is_open: bool = False

    async def follow(self, ask: Ask, start: int, end: int, since: int) -> None:
        start, number = max(start, since), 1
        while start < end:
            came = await ask(Page(start, end, number))
            if came.height < self.full:
                return
            oldest = min((at for at in came.instants if start <= at < end), default=None)
            if oldest is None or oldest + self.shared_ms >= end:
                raise ValueError(f"a full page without a row before {end - self.shared_ms}, which were asked for")
            end, number = oldest + self.shared_ms, number + 1


@dataclass(frozen=True)
class Numbered:
    """For pages counted from now backwards, whatever the bounds: until one reaches the start, or is short or the last."""

    full: int
    most: int
    is_last: Callable[[Answer], bool] | None = None

    async def follow(self, ask: Ask, start: int, end: int, since: int) -> None:
        before: Sequence[int] | None = None
        if max(start, since) >= end:
            return
        for number in range(1, self.most + 1):
            came = await ask(Page(start, end, number))
            if came.height < self.full or not came.instants or min(came.instants) <= max(start, since):
                return
            if self.is_last and self.is_last(came.answer):
                return
            if came.instants == before:
                raise ValueError(f"page {number} brings the rows of the page before")
            before = came.instants
        raise ValueError(f"more than {self.most} pages")


async def by_offset(ask: Callable[[int], Awaitable[Answer]], table: str, full: int) -> None:
    """For lists: on from the number of rows that came, until a page is short.

    Raises ValueError when a page comes again.
    """
    offset, before = 0, b""
    while (answer := await ask(offset)).height(table) >= full:
        if answer.payload.body == before:
            raise ValueError(f"the rows from {offset} on are those of the page before")
        offset, before = offset + full, answer.payload.body
