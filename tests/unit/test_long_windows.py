"""Long windows come whole: every hour and settlement of two months, through pages of what an answer holds; nothing twice, nothing beyond.

The pages are those of the venue's dialect, which knows its limits from the venue's pages. A block of `asked.txt`
says which table holds the candles (and how many rows an hour has), the settlements and the open interest of every
hour, and `days=` where an answer holds more. Belongs here: how many rows are held. Does not: what they say.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from asking import BLOCKS, Asked, day_of, truth

from simulator import Truth

SERIES: dict[str, tuple[Callable[[Truth], pl.DataFrame], str]] = {
    "candles": (Truth.candles, "opened_at"),
    "funding": (Truth.funding, "settled_at"),
    "interest": (Truth.open_interest, "observed_at"),
}


def words_of(source: str) -> dict[str, str]:
    return dict(word.split("=") for word in BLOCKS[source].words if "=" in word)


@pytest.mark.parametrize("source", [source for source in BLOCKS if words_of(source)])
def test_every_row_of_a_long_window_is_held_once(source: str, make_settings: Any, held: Any) -> None:
    words = words_of(source)
    asked = Asked(source, make_settings, int(words.get("days", "62")), markets="top:1")
    assert asked.result.problem is None
    market = asked.market_in(asked.lines[-1])
    end = datetime.combine(day_of(BLOCKS[source]) + timedelta(days=1), datetime.min.time(), UTC)
    for series, (rows_of, column) in SERIES.items():
        table, _, times = words.get(series, "").partition("*")
        if not table:
            continue
        start = end - timedelta(days=int(words.get("days", "62")) + asked.source.entity(table).look_back_days)
        frame = rows_of(truth(source))
        due = frame.filter(pl.col("symbol") == market, pl.col(column).is_between(start, end, closed="left"))
        rows = held(asked.settings, source, table)
        key = asked.source.entity(table).key
        assert len(rows) == len(due) * int(times or 1) == len({tuple(row[name] for name in key) for row in rows}), table
