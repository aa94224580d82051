"""A history as one declaration: its table, its endpoint, what a page's request says, and how pages follow one another.

Belongs here: reading a window of it for every market. Does not: the order of pages (paging), lists of what exists now (the adapters).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ingestion.errors import BadAnswer, NotFound, Rejected
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.lines import Lines
from ingestion.venue.paging import HOUR_MS, Back, Came, Cut, Numbered, Page, Paging, Whole
from ingestion.venue.request import Ask, asks
from ingestion.venue.table import Table

DAY_MS = 24 * HOUR_MS
MOST_ANNOUNCED_DAYS = 366  # a listing is announced that long before at most
Item = tuple[Market, int, int]
"""What is read page by page: of a market, [start, end) in Unix milliseconds."""


@dataclass(frozen=True)
class Series:
    """A table's history at a source.

    `ask` is the request of a page, as a line or worked out; `market` the column of the table that names the market as `called` does,
    or None where days without a row are no sign of a gap (a group of markets is called by all its names, and is asked for since the
    one that is farthest behind); `where` which markets have it; `kept` how long the source keeps it, and
    `is_kept_whole` that a day of which a part is gone is not asked for. Pieces of the length `apart` are read at once, and one that
    fails costs itself. `instead` is another way to the same rows, for markets that the endpoint refuses.
    """

    endpoint: str
    table: Table
    pages: Paging
    ask: Ask | str
    market: str | None = "symbol"
    called: Callable[[Market], str | Sequence[str]] = lambda market: market.symbol
    where: Callable[[Market], bool] = lambda market: True
    kept: timedelta | None = None
    is_kept_whole: bool = False
    apart: timedelta | None = None
    instead: Series | None = None

    def request(self, market: Market, page: Page) -> Mapping[str, Any]:
        return (asks(self.ask) if isinstance(self.ask, str) else self.ask)(market, page)

    def names(self, market: Market) -> Sequence[str]:
        called = self.called(market)
        return [called] if isinstance(called, str) else called

    @property
    def leeway_ms(self) -> int:
        """When all rows lie farther than this beside what was asked for, the bounds are ignored."""
        return min(DAY_MS, int(self.apart.total_seconds() * 1000)) if self.apart else DAY_MS

    def pieces(self, window: Window) -> list[tuple[int, int]]:
        """What is read at once, as [start, end) in Unix milliseconds."""
        return window.pages(self.apart) if self.apart else [(window.start_ms, window.end_ms)]

    def window(self, window: Window, now: datetime) -> Window:
        """Without the days that the source no longer has."""
        return window.whole_days_of(now, self.kept) if self.kept and self.is_kept_whole else window

    def since(self, market: Market, now: datetime) -> int:
        """The first instant worth asking for: the first bar opens before the listing."""
        announced = market.listed_ms or 0
        is_believed = announced < int(now.timestamp() * 1000) + MOST_ANNOUNCED_DAYS * DAY_MS  # else it is in another unit
        listed = announced // HOUR_MS * HOUR_MS if is_believed else 0
        return max(listed, int((now - self.kept).timestamp() * 1000)) if self.kept and not self.is_kept_whole else listed


async def read(session: Session, history: Sequence[Series], window: Window, markets: Iterable[Market]) -> None:
    """All series of all markets at once. Every window is settled before the first request, so that no commit shortens another."""
    chosen = list(markets)
    jobs = [(one, [item for market in chosen if one.where(market) for item in _items(session, one, window, market)]) for one in history]
    await asyncio.gather(*(session.each(one.endpoint, items, _reader(session, one)) for one, items in jobs))


async def read_recent(session: Session, series: Series, kept: timedelta, markets: Iterable[Market]) -> None:
    """The last hours of a series up to now: what a source keeps so briefly that a snapshot takes it."""
    end = int(session.now().timestamp() * 1000)
    start = end - int(kept.total_seconds() * 1000)
    await session.each(series.endpoint, [(market, start, end) for market in markets], _reader(session, series))


async def read_days(session: Session, series: Series, days: Iterable[tuple[Market, Window]]) -> None:
    """Of each market just these days, with the table's look-back, however far raw reaches."""
    back = timedelta(days=series.table.entity.look_back_days)
    wanted = [(market, Window(window.first - back, window.last)) for market, window in days]
    items = [(market, start, end) for market, window in wanted for start, end in series.pieces(window)]
    await session.each(series.endpoint, items, _reader(session, series))


def _items(session: Session, series: Series, window: Window, market: Market) -> list[Item]:
    return [(market, start, end) for start, end in series.pieces(_window(session, series, window, market))]


def _window(session: Session, series: Series, window: Window, market: Market) -> Window:
    named: list[tuple[str, str] | None] = [(series.market, name) for name in series.names(market)] if series.market else [None]
    wanted = min((session.window_for(series.table.name, window, one) for one in named), key=lambda one: one.first)
    if series.kept and wanted.start < session.now() - series.kept:
        told = f"{series.kept.days} days" if series.kept.days else f"{series.kept.total_seconds() / 3600:.0f} hours"
        session.limitations.add(f"{series.table.name}: the source keeps {told}, nothing older can be had")
    return series.window(wanted, session.now())


def _reader(session: Session, series: Series) -> Callable[[Item], Any]:
    async def one(item: Item) -> None:
        try:
            await _follow(session, series, *item)
        except (NotFound, Rejected):
            if series.instead is None or not series.instead.where(item[0]):
                raise
            await _follow(session, series.instead, *item)

    return one


async def _follow(session: Session, series: Series, market: Market, start: int, end: int) -> None:
    try:
        await series.pages.follow(lambda page: _ask(session, series, market, page), start, end, series.since(market, session.now()))
    except ValueError as error:
        advice = "the paging of this endpoint changed; look at the answers"
        raise BadAnswer(session.source.name, series.endpoint, str(error), market=market.symbol, advice=advice) from None


async def _ask(session: Session, series: Series, market: Market, page: Page) -> Came:
    name = series.table.name
    answer = await session.get(series.endpoint, **series.request(market, page), market=market.symbol, asked=(page.start, page.end))
    height = answer.height(name)
    if isinstance(answer.parsed.get(name), Lines) and isinstance(series.pages, Cut):
        return Came(height, (), answer)  # nobody asks for its times: it is read with many others later
    instants = answer.instants(name) if height else ()
    first = 0 if isinstance(series.pages, Back) and series.pages.is_open else page.start - series.leeway_ms
    is_beside = all(not first <= at < page.end + series.leeway_ms for at in instants)
    if instants and is_beside and not isinstance(series.pages, Numbered | Whole):
        raise ValueError(f"bounds ignored: asked for {page.start} to {page.end}, rows from {min(instants)} to {max(instants)} came")
    return Came(height, instants, answer)
