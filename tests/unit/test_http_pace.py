"""A source that refuses what its page allows: the client slows down until what it asks fits, and by and by goes as fast as before."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from virtual import run
from virtual import seconds as now

from ingestion.venue.registry import all_sources
from ingestion.wire.api import Limit
from ingestion.wire.client import HttpClient
from ingestion.wire.exchange import Request

REFUSED = httpx.Response(429, text="too many")


def all_of(source: Any, settings: Any, line: Any, count: int, pause: float = 0.0) -> list[Any]:
    """So many requests at once; or one after the other with a pause between."""

    async def go() -> list[Any]:
        async with HttpClient(source, settings, "run", transport=line.transport) as client:
            endpoint = source.endpoint("items")
            if not pause:
                sends = (client.send(Request(endpoint, endpoint.path)) for _ in range(count))
                return await asyncio.gather(*sends, return_exceptions=True)
            found: list[Any] = []
            for _ in range(count):
                found.append(await client.send(Request(endpoint, endpoint.path)))
                await asyncio.sleep(pause)
            return found

    return run(go())


def quota(a_minute: int, sent: list[tuple[float, bool]]) -> Any:
    """Allows so many in any minute; what it refuses counts as well."""

    def answer(request: httpx.Request) -> Any:
        recent = sum(at > now() - 60 for at, _ in sent)
        sent.append((now(), recent < a_minute))
        return [] if recent < a_minute else REFUSED

    return answer


@pytest.mark.parametrize("allowed", [5, 10], ids=lambda allowed: f"{allowed} a minute where 30 are published")
def test_a_refusal_without_a_time_slows_the_host_down_until_nothing_fails(allowed: int, shop: Any, make_settings: Any, wire: Any) -> None:
    sent: list[tuple[float, bool]] = []
    source, settings = shop(till=Limit(30, 60)), make_settings(rate_limit_factor=1.0, attempts=5)
    answers = all_of(source, settings, wire(quota(allowed, sent)), 50)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert sum(not was_allowed for _, was_allowed in sent) <= 15
    assert sum(was_allowed for _, was_allowed in sent) == 50


def test_one_refusal_halves_the_pace_and_it_recovers(shop: Any, make_settings: Any, wire: Any) -> None:
    """60 a minute at most; after the pause of a minute first about half of that, later all of it again."""
    times: list[float] = []

    def answer(request: httpx.Request) -> Any:
        times.append(now())
        return REFUSED if len(times) == 1 else []

    source, settings = shop(till=Limit(60, 60)), make_settings(rate_limit_factor=1.0, attempts=3)
    all_of(source, settings, wire(answer), 400)
    assert times[1] - times[0] >= 60
    first = sum(times[1] <= at < times[1] + 120 for at in times) / 2
    last = sum(times[-1] - 120 <= at for at in times) / 2
    assert 20 <= first <= 32
    assert 45 <= last <= 60


def test_a_refusal_inside_an_answer_slows_the_host_down_as_well(shop: Any, make_settings: Any, wire: Any) -> None:
    """OKX says 50011 with HTTP 200: 5 a minute where 30 are published, and what is refused counts."""
    sent: list[tuple[float, bool]] = []
    source = shop(till=Limit(30, 60))
    source.throttle_codes = frozenset({"50011"})
    source.complaint = lambda payload: ("50011", "Too Many Requests") if payload.json == {"code": "50011"} else None
    allows = quota(5, sent)
    line = wire(lambda request: {"code": "50011"} if allows(request) is REFUSED else [])
    answers = all_of(source, make_settings(rate_limit_factor=1.0, attempts=5), line, 30)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert sum(not was_allowed for _, was_allowed in sent) <= 15


@pytest.mark.parametrize("name", sorted(all_sources()))
def test_a_code_is_one_thing(name: str) -> None:
    """Asked too often is not merely busy: the one wants the host slower, the other only another try."""
    source = all_sources()[name]
    kinds = [source.unknown_codes, source.refused_codes, source.busy_codes, source.throttle_codes]
    assert sum(map(len, kinds)) == len(frozenset().union(*kinds))


@pytest.mark.parametrize("body", [b"", b"  ", b"null", b"<html>busy</html>"], ids=["empty", "blank", "null", "a page"])
@pytest.mark.parametrize("venue", ["okx", "bybit", "kraken", "dydx"])
def test_what_is_no_answer_of_any_api_is_asked_for_again_at_every_venue(body: bytes, venue: str, settings: Any, wire: Any) -> None:
    from ingestion.venue.registry import source_of

    source = source_of(venue)
    endpoint = source.endpoint({"okx": "tickers", "bybit": "tickers", "kraken": "tickers", "dydx": "perpetual_markets"}[venue])
    good = {"okx": {"code": "0", "data": []}, "bybit": {"retCode": 0, "result": {"list": []}}, "kraken": {"result": "success"}, "dydx": {}}
    replies = [httpx.Response(200, content=body), httpx.Response(200, json=good[venue])]
    line = wire(lambda request: replies.pop(0))

    async def go() -> Any:
        async with HttpClient(source, settings, "run", transport=line.transport) as client:
            return await client.send(Request(endpoint, endpoint.path))

    assert asyncio.run(go()).json == good[venue]
    assert len(line.asked) == 2
