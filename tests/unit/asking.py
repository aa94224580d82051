"""A venue asked for its days, against its own dialect: every request of the run. `asked.txt` names the venues.

Belongs here: the run, and its requests market by market. Does not: any expectation.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from typing import Any

import httpx
import orjson
import polars as pl
from plain_tables import Block, blocks
from simulated import venue_of

from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources
from simulator import Truth
from simulator.dialect import Query
from simulator.switchboard import Switchboard

LONGEST = 100
BLOCKS = {block.source: block for block in blocks("asked.txt")}


def day_of(block: Block) -> date:
    return date.fromisoformat(block.words[1])


@cache
def truth(source: str) -> Truth:
    return Truth(seed=3, start=day_of(BLOCKS[source]) - timedelta(days=LONGEST), days=LONGEST + 3, venues=[venue_of(source)])


class Asked:
    """A run of a source up to its block's day, and every request of it. Those that `refuses` picks are refused."""

    def __init__(
        self, source: str, make_settings: Any, days: int = 1, refuses: Callable[[str], bool] = lambda line: False, **settings: Any
    ) -> None:
        self.source, self.lines, self.refuses = all_sources()[source], list[str](), refuses
        day = day_of(BLOCKS[source])
        self.now = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=6, minutes=30)
        self.board = Switchboard(truth(source), self.now)
        self.bases = sorted(set(self.source.hosts.values()), key=len, reverse=True)
        if "mirror" in BLOCKS[source].words:  # what is closed is asked at a mirror alone
            settings["base_url"] = {source: next(iter(self.source.hosts.values()))}
        line = {source: httpx.MockTransport(self.serve)}
        self.settings = make_settings(**settings)
        (self.result,) = ingest(
            self.settings, [self.source], Window(day - timedelta(days=days - 1), day), clock=lambda: self.now, transports=line
        )

    def serve(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url.copy_with(query=None))
        path = next(url.removeprefix(base) for base in self.bases if url.startswith(base))
        params = dict(request.url.params)
        body = orjson.loads(request.content) if request.content else None
        line = " ".join([path, *(f"{name}={value}" for name, value in sorted((params | _flat(body or {})).items()))])
        self.lines.append(line)
        if self.refuses(line):
            return httpx.Response(422, json={"odd": "refused"})
        reply = self.board.respond(self.source.name, Query(request.method, path, params, body))
        return httpx.Response(reply.status, content=reply.content, headers=reply.headers)

    @cached_property
    def called(self) -> dict[str, str]:
        """What requests call markets, with their symbols: the symbol itself, and in a block with `called=id:symbol` these columns of the
        table of instruments."""
        found = {market.symbol: market.symbol for market in self.board.truth.markets}
        for columns in (word.removeprefix("called=").split(":") for word in BLOCKS[self.source.name].words if word.startswith("called=")):
            parts = sorted((self.settings.raw_dir / self.source.name / "instruments").rglob("*.parquet"))
            rows = pl.concat([pl.read_parquet(part, columns=columns) for part in parts]).select(columns).rows()
            found |= {str(number): symbol for number, symbol in rows}
        return found

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        names = "|".join(sorted(map(re.escape, self.called), key=len, reverse=True))
        return re.compile(rf"(?<=[=/])(?:{names})(?=[ /]|$)")

    def market_in(self, line: str) -> str:
        """The market that a request names, or nothing."""
        found = self.pattern.search(line)
        return self.called[found.group()] if found else ""

    def by_market(self) -> dict[str, list[str]]:
        """Requests with `*` for the market, and the markets that they were sent for."""
        found = defaultdict(list)
        for line in self.lines:
            found[self.pattern.sub("*", line)].append(self.market_in(line))
        return {line: sorted(filter(None, markets)) for line, markets in found.items()}


def _flat(body: dict[str, Any]) -> dict[str, Any]:
    """A body's fields, those of objects in it among them."""
    found: dict[str, Any] = {}
    for name, value in body.items():
        found |= _flat(value) if isinstance(value, dict) else {name: value}
    return found
