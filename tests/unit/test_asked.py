"""What a run over one day asks a venue for, against its dialect: the requests of `asked.txt`, each once, no market but those that trade.

A block's words: the unit of the source's times, the day, and what `asking.py` reads. A case: path and parameters, `*` for the market, `@`
the day's first moment; then the markets. The order of requests is not told: it is the series'.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from asking import BLOCKS, Asked, day_of, truth
from plain_tables import moments


@pytest.mark.parametrize("source", BLOCKS)
def test_a_day_is_these_requests(source: str, make_settings: Any) -> None:
    block, asked = BLOCKS[source], Asked(source, make_settings)
    assert asked.result.problem is None
    start = datetime.combine(day_of(block), datetime.min.time(), UTC)
    cases = [moments(case, start, block.words[0]).split(" : ") for case in block.cases]
    assert asked.by_market() == {line: markets[0].split() if markets else [] for line, *markets in cases}


@pytest.mark.parametrize("source", BLOCKS)
def test_a_market_that_is_refused_is_told_and_stops_no_other(source: str, make_settings: Any) -> None:
    sound = Asked(source, make_settings)
    refused = sound.market_in(sound.lines[-1])
    asked = Asked(source, make_settings, refuses=lambda line: sound.market_in(line) == refused)
    assert any(name in (asked.result.problem or "") for name, symbol in sound.called.items() if symbol == refused)
    assert {line for line in sound.lines if sound.market_in(line) != refused} <= set(asked.lines)


@pytest.mark.parametrize("source", BLOCKS)
def test_a_list_that_is_refused_is_told_and_the_series_go_on(source: str, make_settings: Any) -> None:
    sound = Asked(source, make_settings)
    last = [line for line in sound.lines if not sound.market_in(line)][1:][-1:]  # the first names the markets
    asked = Asked(source, make_settings, refuses=lambda line: line in last)
    assert asked.result.error is None
    assert bool(asked.result.problem) == bool(last)
    assert set(sound.lines) == set(asked.lines)


@pytest.mark.parametrize("source", BLOCKS)
def test_the_largest_market_is_that_of_the_most_dollars(source: str, make_settings: Any) -> None:
    """Of the last 24 hours; by contracts or coins it would be another one."""
    asked = Asked(source, make_settings, markets="top:1")
    end = asked.now.replace(minute=0)
    day = truth(source).candles().filter(pl.col("opened_at").is_between(end - timedelta(hours=24), end, closed="left"))
    largest = day.group_by("symbol").agg(pl.col("volume_usd").sum()).sort("volume_usd")["symbol"][-1]
    first = {word.removeprefix("of_all=") for word in BLOCKS[source].words}  # what is asked of every market, to know which is the largest
    assert {asked.market_in(line) for line in asked.lines if line.split()[0] not in first} - {""} == {largest}
