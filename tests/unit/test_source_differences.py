"""What a source says otherwise than raw knows it: words, silent fields, silent tables. Figures are small enough to count by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from ingestion.run.drift import differences, silence
from ingestion.run.window import Window
from ingestion.store.entity import Entity
from ingestion.store.fitting import raw_schema
from ingestion.store.raw import RawTable

LISTED = Entity.of("listed", "*symbol *on:day state? tick?", is_snapshot=True)
PAID = Entity.of("paid", "*symbol *on:day rate:float mark:float?")
TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TEN = [f"M{number}" for number in range(10)]


def frame(entity: Entity, day: date, values: list[tuple[object, ...]]) -> pl.DataFrame:
    """Rows (symbol, then what is beside the key) of one day."""
    rows = [(symbol, day, *rest, NOW, "sha", "run") for symbol, *rest in values]
    schema = dict(list(raw_schema(entity).items())[: len(rows[0])])
    return pl.DataFrame(rows, schema=schema, orient="row")


def table(folder: Path, entity: Entity, days: dict[date, list[tuple[object, ...]]]) -> RawTable:
    found = RawTable(folder, "venue", entity)
    found.ensure()
    for day, values in days.items():
        found.add(found.new_versions(frame(entity, day, values)))
    return found


def states(*words: str) -> list[tuple[object, ...]]:
    """Ten markets, the last of them in these states, the others open."""
    return [(symbol, word, "0.1") for symbol, word in zip(TEN, ["open"] * (10 - len(words)) + list(words), strict=True)]


def test_a_word_that_was_never_used_is_told_with_those_that_were(tmp_path: Path) -> None:
    known = table(tmp_path, LISTED, {TODAY - timedelta(days=1): states("closed")})
    told = differences(known, frame(LISTED, TODAY, states("halted")), NOW)
    assert told == ["state says halted, which it never did before (known: closed, open)"]
    assert differences(known, frame(LISTED, TODAY, states("closed")), NOW) == []


def test_a_column_with_a_word_for_every_market_is_no_enumeration(tmp_path: Path) -> None:
    names: list[tuple[object, ...]] = [(symbol, f"name of {symbol}", "0.1") for symbol in TEN[:3]]
    known = table(tmp_path, LISTED, {TODAY - timedelta(days=1): names})
    assert differences(known, frame(LISTED, TODAY, [*names, ("NEW", "name of NEW", "0.1")]), NOW) == []


def test_a_number_written_as_text_is_no_word(tmp_path: Path) -> None:
    known = table(tmp_path, LISTED, {TODAY - timedelta(days=1): states()})
    finer: list[tuple[object, ...]] = [(symbol, state, "0.001") for symbol, state, _ in states()]
    assert differences(known, frame(LISTED, TODAY, finer), NOW) == []


def marks(share: int, mark: float | None = 5.0) -> list[tuple[object, ...]]:
    """Ten markets, so many of them with a mark."""
    return [(symbol, 0.1, mark if place < share else None) for place, symbol in enumerate(TEN)]


@pytest.mark.parametrize(
    ("before", "markets", "is_told"),
    [
        (10, 10, True),  # all had it: it cannot be chance
        (5, 10, True),  # half had it: 0.5 ** 10 is below one in a hundred
        (3, 10, False),  # a third: 0.7 ** 10 is 2.8 in a hundred
        (10, 1, True),  # the one market that came always had it
        (0, 10, False),  # never told
    ],
)
def test_a_field_that_no_row_has_is_told_where_that_is_no_chance(before: int, markets: int, is_told: bool, tmp_path: Path) -> None:
    known = table(tmp_path, PAID, {TODAY - timedelta(days=1): marks(before)})
    told = differences(known, frame(PAID, TODAY, marks(0)[:markets]), NOW)
    assert told == ([f"mark is empty in all {markets} rows, and was not before"] if is_told else [])


def test_one_row_that_has_the_field_is_enough(tmp_path: Path) -> None:
    known = table(tmp_path, PAID, {TODAY - timedelta(days=1): marks(10)})
    assert differences(known, frame(PAID, TODAY, marks(1)), NOW) == []


def test_a_field_of_other_markets_says_nothing_of_these(tmp_path: Path) -> None:
    known = table(tmp_path, PAID, {TODAY - timedelta(days=1): marks(10)})
    assert differences(known, frame(PAID, TODAY, [("OTHER", 0.1, None)]), NOW) == []


def test_old_days_are_compared_with_nothing(tmp_path: Path) -> None:
    known = table(tmp_path, PAID, {TODAY: marks(10)})
    assert differences(known, frame(PAID, TODAY - timedelta(days=4), marks(0)), NOW) == []


def test_without_raw_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    assert differences(table(tmp_path, LISTED, {}), frame(LISTED, TODAY, states("halted")), NOW) == []


def days_back(*numbers: int) -> dict[date, list[tuple[object, ...]]]:
    return {TODAY - timedelta(days=number): marks(10) for number in numbers}


@pytest.mark.parametrize(
    ("held", "asked_back", "is_told"),
    [
        ((3, 2, 1), 0, True),
        ((3, 2, 1), 1, True),  # the newest day itself is asked for again, and nothing of it comes
        ((3, 2, 1), 5, False),  # a day long ago may well have none
        ((3, 1), 0, False),  # not every day had one
        ((), 0, False),
    ],
)
def test_a_history_that_always_had_rows_should_have_some(held: tuple[int, ...], asked_back: int, is_told: bool, tmp_path: Path) -> None:
    day = TODAY - timedelta(days=asked_back)
    told = silence(table(tmp_path, PAID, days_back(*held)), Window(day, day))
    assert told == ("no row came; until 2026-03-09 there were some on every day" if is_told else None)


@pytest.mark.parametrize(("markets", "is_told"), [({"M3"}, True), ({"of no rows"}, False), ({"of no rows", "M3"}, True), ({None}, True)])
def test_a_market_that_never_had_a_row_may_well_have_none(markets: set[str | None], is_told: bool, tmp_path: Path) -> None:
    """Only it was asked for, since the others were had already; an answer of no market is of all of them."""
    told = silence(table(tmp_path, PAID, days_back(3, 2, 1)), Window(TODAY, TODAY), markets)
    assert told == ("no row came; until 2026-03-09 there were some on every day" if is_told else None)


def test_a_list_should_have_rows_if_it_ever_had(tmp_path: Path) -> None:
    assert silence(table(tmp_path, LISTED, {TODAY - timedelta(days=9): states()}), None) == "no row came; the last are of 2026-03-01"
    assert silence(table(tmp_path / "new", LISTED, {}), None) is None
