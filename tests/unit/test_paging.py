"""Reading a range in pages: every page goes on from the one before, and a source that does not heed the bounds is not asked for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from ingestion.run.answer import Answer
from ingestion.venue.paging import HOUR_MS, Back, Came, Cut, Numbered, Onward, Page, Paging

ROWS = [10, 20, 20, 30, 40, 50, 60]
Answers = Callable[[Page], Sequence[int]]


def read(paging: Paging, answers: Answers, start: int = 0, end: int = 100, since: int = 0) -> tuple[list[tuple[int, int]], list[int]]:
    """What was asked for, and the rows that came."""
    asked: list[tuple[int, int]] = []
    rows: list[int] = []

    async def ask(page: Page) -> Came:
        asked.append((page.start, page.end))
        assert len(asked) < 50
        found = answers(page)
        rows.extend(found)
        return Came(len(found), found, cast(Answer, page))

    asyncio.run(paging.follow(ask, start, end, since))
    return asked, rows


def oldest(count: int) -> Answers:
    return lambda page: [row for row in ROWS if page.start <= row < page.end][:count]


def newest(count: int) -> Answers:
    return lambda page: [row for row in ROWS if page.start <= row < page.end][-count:]


def test_the_oldest_rows_are_read_on_from_the_last() -> None:
    assert read(Onward(3), oldest(3)) == ([(0, 100), (21, 100), (51, 100)], ROWS)


def test_rows_of_a_known_spacing_end_where_no_other_fits() -> None:
    """After 90 nothing comes before 100; a page that was cut at 60 is gone on from."""
    rows = list(range(0, 100, 10))
    whole, cut = (lambda page, most=most: [row for row in rows if page.start <= row < page.end][:most] for most in (100, 7))
    assert read(Onward(3, spacing_ms=10), whole) == ([(0, 100)], rows)
    assert read(Onward(3, spacing_ms=10), cut) == ([(0, 100), (61, 100)], rows)


def test_a_piece_that_is_full_may_lack_rows() -> None:
    pieces = Cut(timedelta(milliseconds=50), full=5)
    assert read(pieces, lambda page: [row for row in ROWS if page.start <= row < page.end][:4])[0] == [(0, 50), (50, 100)]
    with pytest.raises(ValueError, match="5 rows from 0 on"):
        read(pieces, lambda page: [row for row in ROWS if page.start <= row < page.end])


def test_the_newest_rows_are_read_back_from_the_first() -> None:
    assert read(Back(3), newest(3))[0] == [(0, 100), (0, 40), (0, 20)]


def test_a_time_that_rows_share_is_asked_for_again() -> None:
    """The page of the newest three ends within the two rows at 20: without sharing, one of them would be lost."""
    rows = [10, 20, 20, 30, 40]

    def answers(page: Page) -> list[int]:
        return [row for row in rows if page.start <= row < page.end][-3:]

    asked, came = read(Back(3, shared_ms=1), answers)
    assert asked == [(0, 100), (0, 21), (0, 11)]
    assert sorted(came) == [10, 10, 20, 20, 20, 30, 40]
    assert read(Back(3), answers)[1].count(20) == 1


@pytest.mark.parametrize("paging", [Onward(3), Back(3), Cut(timedelta(hours=1))], ids=["on", "back", "cut"])
def test_a_range_of_nothing_is_not_asked_for(paging: Paging) -> None:
    assert read(paging, lambda page: [], start=5, end=5) == ([], [])
    assert read(paging, lambda page: [], start=5, end=9, since=9) == ([], [])


@pytest.mark.parametrize(("paging", "page"), [(Onward(3), [10, 20, 30]), (Back(3), [70, 80, 90]), (Numbered(3, 9), [70, 80, 90])])
def test_the_same_full_page_again_is_an_error_and_no_loop(paging: Paging, page: list[int]) -> None:
    with pytest.raises(ValueError, match="page"):
        read(paging, lambda asked: page)


@pytest.mark.parametrize("paging", [Onward(2), Back(2)])
def test_a_full_page_of_rows_without_a_time_is_an_error(paging: Paging) -> None:
    async def ask(page: Page) -> Came:
        return Came(2, (), cast(Answer, page))

    with pytest.raises(ValueError, match="a full page without a row"):
        asyncio.run(paging.follow(ask, 0, 100, 0))


def test_pieces_cover_the_range_and_begin_at_the_listing() -> None:
    three = Cut(timedelta(hours=3))
    assert read(three, lambda page: [], end=7 * HOUR_MS)[0] == [(0, 3 * HOUR_MS), (3 * HOUR_MS, 6 * HOUR_MS), (6 * HOUR_MS, 7 * HOUR_MS)]
    assert read(three, lambda page: [], end=7 * HOUR_MS, since=4 * HOUR_MS)[0] == [(4 * HOUR_MS, 6 * HOUR_MS), (6 * HOUR_MS, 7 * HOUR_MS)]


def test_numbered_pages_end_at_the_start_or_when_the_answer_says_so() -> None:
    def answers(page: Page) -> list[int]:
        return [90 - 30 * (page.number - 1) - n for n in range(3)]

    assert len(read(Numbered(3, 9), answers, start=30)[0]) == 3
    assert len(read(Numbered(3, 9, is_last=lambda answer: cast(Any, answer).number == 2), answers)[0]) == 2
    with pytest.raises(ValueError, match="more than 2 pages"):
        read(Numbered(3, 2), answers)


def test_the_answer_itself_may_say_whether_more_comes() -> None:
    asked, rows = read(Onward(1, goes_on=lambda answer: cast(Any, answer).number < 3), oldest(2))
    assert (len(asked), rows) == (3, [10, 20, 30, 40, 50, 60])


@example_settings(deadline=None)
@given(st.lists(st.integers(0, 99), max_size=30, unique=True), st.integers(1, 7), st.integers(0, 99), st.integers(0, 100))
def test_every_row_of_the_range_comes_once_whichever_way(rows: list[int], full: int, start: int, end: int) -> None:
    rows.sort()
    wanted = [row for row in rows if start <= row < end]

    def inside(page: Page) -> list[int]:
        return [row for row in rows if page.start <= row < page.end]

    if start < end:
        assert read(Onward(full), lambda page: inside(page)[:full], start, end)[1] == wanted
        assert sorted(read(Back(full), lambda page: inside(page)[-full:], start, end)[1]) == wanted
