"""Reading a range in pages: every page goes on from the one before, and a source that does not heed the bounds is not asked for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from ingestion.venue import pages

ROWS = [10, 20, 20, 30, 40, 50, 60]


def read(pager: Any, answer: Any, start: int = 0, end: int = 100, full: int = 3) -> list[tuple[int, int]]:
    asked = []

    async def ask(first: int, last: int) -> Sequence[int]:
        asked.append((first, last))
        assert len(asked) < 50
        found: Sequence[int] = answer(first, last)
        return found

    asyncio.run(pager(start, end, ask, full))
    return asked


def test_the_oldest_rows_are_read_on_from_the_last() -> None:
    asked = read(pages.on, lambda start, end: [row for row in ROWS if start <= row < end][:3])
    assert asked == [(0, 100), (21, 100), (51, 100)]


def test_the_newest_rows_are_read_back_from_the_first() -> None:
    asked = read(pages.back, lambda start, end: [row for row in ROWS if start <= row < end][-3:])
    assert asked == [(0, 100), (0, 40), (0, 20)]


@pytest.mark.parametrize("pager", [pages.on, pages.back])
def test_a_range_of_nothing_is_not_asked_for(pager: Any) -> None:
    assert read(pager, lambda start, end: [], start=5, end=5) == []


@pytest.mark.parametrize(("pager", "page"), [(pages.on, [10, 20, 30]), (pages.back, [70, 80, 90])])
def test_the_same_full_page_again_is_an_error_and_no_loop(pager: Any, page: list[int]) -> None:
    with pytest.raises(ValueError, match="a full page that"):
        read(pager, lambda start, end: page)
