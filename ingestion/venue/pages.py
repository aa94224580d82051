"""The two ways to read a range that one answer does not hold: on from the last row, or back from the first.

A range with both bounds and a fixed spacing needs neither: `Window.pages` cuts it beforehand.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

Ask = Callable[[int, int], Awaitable[Sequence[int]]]
"""Fetches [start, end), in Unix milliseconds, and gives the times of the rows that came."""


async def on(start: int, end: int, ask: Ask, full: int) -> None:
    """For answers that keep the oldest rows of a range. Stops at a page of fewer than `full` rows.

    Raises ValueError when a full page lies before what was asked: the source does not heed the bounds, and would be asked for ever.
    """
    while start < end:
        stamps = await ask(start, end)
        if len(stamps) < full:
            return
        if max(stamps) < start:
            raise ValueError(f"a full page that ends at {max(stamps)} where rows from {start} on were asked for")
        start = max(stamps) + 1


async def back(start: int, end: int, ask: Ask, full: int) -> None:
    """For answers that keep the newest rows of a range. Stops at a page of fewer than `full` rows.

    Raises ValueError when a full page lies behind what was asked, as above.
    """
    while start < end:
        stamps = await ask(start, end)
        if len(stamps) < full:
            return
        if min(stamps) >= end:
            raise ValueError(f"a full page that begins at {min(stamps)} where rows before {end} were asked for")
        end = min(stamps)
