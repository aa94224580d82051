"""One source fetched over a wire of answers made up by a test: at one moment, for one day.

Belongs here: the moment, and the run. Does not: answers (each venue's own test), any expectation.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

HOUR = 3_600_000
NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
DAY = date(2026, 3, 9)
START = int(datetime(2026, 3, 8, tzinfo=UTC).timestamp() * 1000)  # with the look-back of a day
END = START + 48 * HOUR


def fetching(source: str, now: datetime = NOW) -> Callable[..., SourceResult]:
    """What runs this source: with settings, a wire and, where days are asked for, their window."""

    def run(settings: Any, line: Any, window: Window | None = None) -> SourceResult:
        (result,) = ingest(settings, [all_sources()[source]], window, transports={source: line.transport}, clock=lambda: now)
        return result

    return run
