"""The two ways to read a range that one answer does not hold: on from the last row, or back from the first.

A range with both bounds and a fixed spacing needs neither: `Window.pages` cuts it beforehand.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

Ask = Callable[[int, int], Awaitable[Sequence[int]]]
"""Fetches [start, end), in Unix milliseconds, and gives the times of the rows that came."""


async def on(start: int, end: int, ask: Ask, full: int) -> None:
    """For answers that keep the oldest rows of a range. Stops at a page of fewer than `full` rows."""
    while start < end:
        stamps = await ask(start, end)
        if len(stamps) < full:
            return
        start = max(start, *stamps) + 1


async def back(start: int, end: int, ask: Ask, full: int) -> None:
    """For answers that keep the newest rows of a range. Stops at a page of fewer than `full` rows."""
    while start < end:
        stamps = await ask(start, end)
        if len(stamps) < full:
            return
        end = min(end - 1, *stamps)
