"""What an agent can ask for: each tool a method, its signature and docstring what the agent is told of it.

Belongs here: words, ranges and defaults of the tools. Does not: the answers (catalogue, asking, trace, charts), and the server.
"""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from datetime import date
from itertools import islice
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Annotated, Any

from mcp.server.mcpserver import Image
from pydantic import Field

from ingestion.settings import Settings
from orchestration.agents import asking, catalogue
from orchestration.published import published_file

MOST_TRACED = 60  # steps of the way down
AT_ONCE = 2  # queries; further ones wait, for each may take its memory
Search = Annotated[str, Field(description="words, of which a table has one in its name, description or columns; empty: all tables")]
Sql = Annotated[str, Field(description="one query in DuckDB's SQL; tables need no schema")]
Rows = Annotated[int, Field(ge=1, le=asking.MOST_ROWS)]
Days = Annotated[int, Field(ge=1, le=3650, description="how far back to look for days held back")]
Fact = Annotated[str, Field(description="a published fact or mart")]
Key = Annotated[list[str], Field(description="its key, as ['binance:BTCUSDT', '2026-03-01'] or ['asset=BTC', '2026-03-01']")]
Picture = Annotated[str, Field(description="regime (of one coin), volume, open-interest or funding")]
First = Annotated[date | None, Field(description="first UTC day; default: 90 days")]
Last = Annotated[date | None, Field(description="last UTC day; default: the newest")]


class Tools:
    """Over the publication of one data folder; each call reads the version that is out then."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._asking = BoundedSemaphore(AT_ONCE)
        self._drawing = Lock()  # matplotlib's settings are those of the process

    def freshness(self, days: Days = catalogue.DAYS_HELD_BACK) -> catalogue.Freshness:
        """Which version is out, the newest day of each fact, sources that are not well, and what the gate held back, with the reason."""
        return catalogue.freshness(self._settings, days)

    def list_tables(self, search: Search = "") -> list[catalogue.Table]:
        """Published tables: what a row is of, its key, and the columns, whose names carry the unit."""
        return catalogue.tables(self._settings, search)

    def describe_table(self, table: str) -> catalogue.Description:
        """A table's columns with meaning and unit, its days, and the rules of what must not be added up in it."""
        return catalogue.describe(self._settings, table)

    def query(self, sql: Sql, most_rows: Rows = 100) -> asking.Answer:
        """Read-only SQL on what is published, ended after 20 s, 1 GB, 1000 rows or 200 kB. Heed the answer's `warnings` and `rules`."""
        with self._asking:
            return asking.answer(self._settings, sql, most_rows)

    def trace(self, table: Fact, key: Key) -> list[dict[str, Any]]:
        """A published row down to its facts, raw versions and the bodies received, each with its SHA-256 and whether that still holds."""
        from orchestration.trace import trace

        return [asking.plain(asdict(step)) for step in islice(trace(self._settings, table, key), MOST_TRACED)]

    def chart(self, name: Picture, asset: str = "BTC", first: First = None, last: Last = None) -> Image:
        """A picture of what is published, as PNG, with its units, coverage and version below."""
        from orchestration import charts

        published = published_file(self._settings)
        whose = asset if name in charts.PICTURES and charts.PICTURES[name].is_of_asset else ""
        with self._drawing, tempfile.TemporaryDirectory() as folder:
            span = charts.Span.up_to(last or charts.newest_day(published), first, whose)
            return Image(data=charts.save(charts.draw(name, published, span), Path(folder) / "chart.png").read_bytes(), format="png")
