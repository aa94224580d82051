"""What a run over one day asks a venue for, against its dialect: the requests of `asked.txt`, each once, no market but those that trade.

A block's words: the unit of the source's times, the day, and settings. A case: path and parameters, `*` for the market, `@` the day's first
moment; then the markets. The order of requests is not told: it is the series'.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import httpx
import orjson
import polars as pl
import pytest
from plain_tables import Block, blocks, moments
from simulated import venue_of

from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources
from simulator import Truth
from simulator.dialect import Query
from simulator.switchboard import Switchboard

BLOCKS = {block.source: block for block in blocks("asked.txt")}


def day_of(block: Block) -> date:
    return date.fromisoformat(block.words[1])


@cache
def truth(source: str) -> Truth:
    return Truth(seed=3, start=day_of(BLOCKS[source]) - timedelta(days=9), days=12, venues=[venue_of(source)])


class Asked:
    """A run of a source for its block's day, and every request of it."""

    def __init__(self, source: str, make_settings: Any, **settings: Any) -> None:
        self.source, self.lines = all_sources()[source], list[str]()
        day = day_of(BLOCKS[source])
        self.now = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=6, minutes=30)
        self.board = Switchboard(truth(source), self.now)
        self.bases = sorted(set(self.source.hosts.values()), key=len, reverse=True)
        if "mirror" in BLOCKS[source].words:  # what is closed is asked at a mirror alone
            settings["base_url"] = {source: next(iter(self.source.hosts.values()))}
        line = {source: httpx.MockTransport(self.serve)}
        (self.result,) = ingest(make_settings(**settings), [self.source], Window(day, day), clock=lambda: self.now, transports=line)

    def serve(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url.copy_with(query=None))
        path = next(url.removeprefix(base) for base in self.bases if url.startswith(base))
        params = dict(request.url.params)
        body = orjson.loads(request.content) if request.content else None
        self.lines.append(" ".join([path, *(f"{name}={value}" for name, value in sorted(params.items()))]))
        reply = self.board.respond(self.source.name, Query(request.method, path, params, body))
        return httpx.Response(reply.status, content=reply.content, headers=reply.headers)

    def by_market(self) -> dict[str, list[str]]:
        """Requests with `*` for the market, and the markets that they were sent for."""
        found = defaultdict(list)
        names = "|".join(sorted((re.escape(market.symbol) for market in self.board.truth.markets), key=len, reverse=True))
        for line in self.lines:
            market = re.search(rf"(?<=[=/])(?:{names})(?=[ /&]|$)", line)
            found[line.replace(market.group(), "*") if market else line].append(market.group() if market else "")
        return {line: sorted(filter(None, markets)) for line, markets in found.items()}


@pytest.mark.parametrize("source", BLOCKS)
def test_a_day_is_these_requests(source: str, make_settings: Any) -> None:
    block, asked = BLOCKS[source], Asked(source, make_settings)
    assert asked.result.problem is None
    start = datetime.combine(day_of(block), datetime.min.time(), UTC)
    cases = [moments(case, start, block.words[0]).split(" : ") for case in block.cases]
    assert asked.by_market() == {line: markets[0].split() if markets else [] for line, *markets in cases}


@pytest.mark.parametrize("source", BLOCKS)
def test_the_largest_market_is_that_of_the_most_dollars(source: str, make_settings: Any) -> None:
    """Of the last 24 hours; by contracts or coins it would be another one."""
    asked = Asked(source, make_settings, markets="top:1")
    end = asked.now.replace(minute=0)
    day = truth(source).candles().filter(pl.col("opened_at").is_between(end - timedelta(hours=24), end, closed="left"))
    largest = day.group_by("symbol").agg(pl.col("volume_usd").sum()).sort("volume_usd")["symbol"][-1]
    assert {market for markets in asked.by_market().values() for market in markets} == {largest}
