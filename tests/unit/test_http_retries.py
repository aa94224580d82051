"""The HTTP client's patience: what is tried again, how long it waits, and when it gives up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from virtual import run, seconds

from ingestion.errors import BadAnswer, NotFound, SourceError, Unreachable
from ingestion.venue.registry import all_sources
from ingestion.wire.api import Limit
from ingestion.wire.client import HttpClient
from ingestion.wire.exchange import TIMEOUT_TRIES, Request
from ingestion.wire.hosts import DEAD_AFTER, NEVER_REACHED_TRIES
from ingestion.wire.payload import Payload

BODY = {"fine": True}


def answers(*replies: Any) -> Callable[[httpx.Request], Any]:
    """The replies in turn; the last one stays. An exception is raised."""
    left = list(replies)

    def answer(request: httpx.Request) -> Any:
        reply = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(reply, type) and issubclass(reply, Exception):
            raise reply("broken")
        return reply() if callable(reply) else reply

    return answer


def send(source: Any, settings: Any, wire: Any, *endpoints: str, market: str = "APPLE") -> list[Payload | SourceError]:
    """One request after the other through one client."""

    async def go() -> list[Payload | SourceError]:
        found: list[Payload | SourceError] = []
        async with HttpClient(source, settings, "run", transport=wire.transport) as client:
            for name in endpoints or ("items",):
                endpoint = source.endpoint(name)
                try:
                    found.append(await client.send(Request(endpoint, endpoint.path, market=market)))
                except SourceError as error:
                    found.append(error)
        return found

    return asyncio.run(go())


def status(code: int, **headers: str) -> Callable[[], httpx.Response]:
    return lambda: httpx.Response(code, text="no", headers={name.replace("_", "-"): value for name, value in headers.items()})


PASSING = [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError, *map(status, (408, 418, 429, 500, 503))]


@pytest.mark.parametrize("trouble", PASSING)
def test_trouble_that_may_pass_is_tried_again(trouble: Any, shop: Any, settings: Any, wire: Any) -> None:
    line = wire(answers(trouble, trouble, BODY))
    (found,) = send(shop(), settings, line)
    assert isinstance(found, Payload)
    assert (found.json, found.status, len(line.asked)) == (BODY, 200, 3)


@pytest.mark.parametrize("trouble", [httpx.ConnectError, status(500), status(429)])
def test_trouble_that_stays_is_unreachable_after_the_last_try(trouble: Any, shop: Any, settings: Any, wire: Any) -> None:
    line = wire(answers(trouble))
    (found,) = send(shop(), settings, line)
    assert isinstance(found, Unreachable)
    assert len(line.asked) == settings.attempts == 3
    for part in ("shop", "items", "[APPLE]", "https://shop.test/items", "run again"):
        assert part in str(found)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 422])
def test_a_refusal_is_not_tried_again(code: int, shop: Any, settings: Any, wire: Any) -> None:
    line = wire(answers(status(code)))
    (found,) = send(shop(), settings, line)
    assert isinstance(found, SourceError)
    assert (len(line.asked), f"HTTP {code}" in str(found)) == (1, True)


def test_what_the_source_says_in_the_body_decides(settings: Any, wire: Any) -> None:
    """Binance refuses with a code inside HTTP 200 as well as with HTTP 400: neither is worth a second try."""
    for code in (200, 400):
        line = wire(answers(lambda code=code: httpx.Response(code, json={"code": -1121, "msg": "Invalid symbol."})))
        (found,) = send(all_sources()["binance"], settings, line, "um_klines")
        assert isinstance(found, NotFound)
        assert ("Invalid symbol." in str(found), len(line.asked)) == (True, 1)


def test_garbage_is_tried_again_and_then_a_bad_answer(shop: Any, settings: Any, wire: Any) -> None:
    line = wire(answers(lambda: httpx.Response(200, text="<html>Maintenance</html>"), BODY))
    assert isinstance(send(shop(), settings, line)[0], Payload)
    stays = wire(answers(lambda: httpx.Response(200, text="<html>Maintenance</html>")))
    (found,) = send(shop(), settings, stays)
    assert isinstance(found, BadAnswer)
    assert ("<html>Maintenance" in str(found), len(stays.asked)) == (True, 3)


def test_a_body_that_cannot_be_unpacked_is_a_bad_answer(shop: Any, settings: Any, wire: Any) -> None:
    line = wire(answers(lambda: httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=b"not gzip")))
    (found,) = send(shop(), settings, line)
    assert isinstance(found, SourceError)
    assert len(line.asked) == 3


async def waited(source: Any, settings: Any, wire: Any) -> float:
    """Seconds that the client says it waited for an answer at its second try."""
    async with HttpClient(source, settings, "run", transport=wire.transport) as client:
        assert isinstance(await client.send(Request(source.endpoint("items"), "/items")), Payload)
    assert len(wire.asked) == 2
    return seconds()


@pytest.mark.parametrize(("value", "in_ms"), [("20", False), ("20000", True)])
def test_retry_after_is_read_in_the_sources_unit(value: str, in_ms: bool, shop: Any, settings: Any, wire: Any) -> None:
    line = wire(answers(status(429, Retry_After=value), BODY))
    assert 20 <= run(waited(shop(till=Limit(1000, 1, retry_after_ms=in_ms)), settings, line)) < 21


def test_retry_after_may_be_an_http_date(shop: Any, settings: Any, wire: Any) -> None:
    began = datetime.now(UTC)
    until = (began + timedelta(seconds=60)).replace(microsecond=0)
    line = wire(answers(status(503, Retry_After=format_datetime(until, usegmt=True)), BODY))
    pause = run(waited(shop(), settings, line))
    assert (until - datetime.now(UTC)).total_seconds() <= pause <= (until - began).total_seconds() + 1


@pytest.mark.parametrize("value", ["soon", "-3", "Wed, 99 Foo 2026 00:00:00 GMT", ""])
def test_an_unreadable_retry_after_is_ignored(value: str, shop: Any, settings: Any, wire: Any) -> None:
    assert isinstance(send(shop(), settings, wire(answers(status(429, Retry_After=value), BODY)))[0], Payload)


def test_a_wait_too_long_is_a_clear_error_and_the_host_is_left_alone(shop: Any, settings: Any, wire: Any) -> None:
    """Going on against a ban makes it longer: what is left for this host fails at once, other hosts go on."""
    line = wire(lambda request: status(418, Retry_After="7200")() if request.url.host == "shop.test" else httpx.Response(200, json=BODY))
    first, second, office = send(shop(), settings, line, "items", "items", "office")
    assert isinstance(first, SourceError)
    for part in ("shop", "items", "[APPLE]", "7200 s", "run again after"):
        assert part in str(first)
    assert isinstance(second, SourceError)
    assert isinstance(office, Payload)
    assert [request.url.host for request in line.asked] == ["shop.test", "office.test"]


def test_a_refusing_host_is_not_asked_again(shop: Any, settings: Any, wire: Any) -> None:
    """A venue that answers 403 for a while (Bybit: ten minutes) counts every further request against us."""
    refused = shop()
    refused.refusals = frozenset({403})
    line = wire(lambda request: status(403)() if request.url.host == "shop.test" else httpx.Response(200, json=BODY))
    first, second, office = send(refused, settings, line, "items", "items", "office")
    assert "HTTP 403" in str(first)
    assert "not asked" in str(second)
    assert isinstance(office, Payload)
    assert [request.url.host for request in line.asked] == ["shop.test", "office.test"]


def test_a_dead_host_is_not_asked_on_and_on_and_others_are(shop: Any, make_settings: Any, wire: Any) -> None:
    line = wire(lambda request: answers(httpx.ReadTimeout)(request) if request.url.host == "shop.test" else BODY)
    found = send(shop(), make_settings(attempts=2), line, *["items"] * (DEAD_AFTER + 3), "office")
    assert all(isinstance(one, Unreachable) for one in found[:-1])
    assert [request.url.host for request in line.asked].count("shop.test") == 2 * DEAD_AFTER
    assert "not asked" in str(found[-2])
    assert isinstance(found[-1], Payload)


def test_one_answer_revives_a_source(shop: Any, make_settings: Any, wire: Any) -> None:
    down = [httpx.ReadTimeout] * (DEAD_AFTER - 1)
    line = wire(answers(*down, BODY, *down, BODY))
    found = send(shop(), make_settings(attempts=1), line, *["items"] * (2 * DEAD_AFTER))
    assert [isinstance(one, Payload) for one in found] == ([False] * (DEAD_AFTER - 1) + [True]) * 2


@pytest.mark.parametrize("trouble", [httpx.ConnectError, httpx.ConnectTimeout])
def test_without_a_network_a_host_is_given_up_after_few_tries(trouble: Any, shop: Any, make_settings: Any, wire: Any) -> None:
    line = wire(answers(trouble))
    first, second = send(shop(), make_settings(attempts=9), line, "items", "stock")
    assert len(line.asked) == NEVER_REACHED_TRIES
    assert trouble.__name__ in str(first)
    assert "not asked: it cannot be reached" in str(second)


def test_a_host_that_has_answered_is_given_its_tries(shop: Any, make_settings: Any, wire: Any) -> None:
    line = wire(answers(BODY, *[httpx.ConnectError] * 6, BODY))
    assert [isinstance(one, Payload) for one in send(shop(), make_settings(attempts=9), line, "items", "items")] == [True, True]


def test_a_timeout_is_not_waited_for_more_than_three_times(shop: Any, make_settings: Any, wire: Any) -> None:
    line = wire(answers(httpx.ReadTimeout))
    send(shop(), make_settings(attempts=9), line)
    assert len(line.asked) == TIMEOUT_TRIES == 3


@pytest.mark.parametrize("trouble", [ValueError, OSError, RuntimeError, KeyError])
def test_whatever_a_library_of_the_wire_raises_is_tried_again(trouble: Any, shop: Any, settings: Any, wire: Any) -> None:
    """Broken chunks and headers too long come as exceptions of the transport's own, of no family that httpx knows."""
    assert isinstance(send(shop(), settings, wire(answers(trouble, BODY)))[0], Payload)
    (found,) = send(shop(), settings, wire(answers(trouble)))
    assert isinstance(found, Unreachable)
    assert trouble.__name__ in str(found)


def fan_out(source: Any, settings: Any, answer: Callable[[httpx.Request], Any], requests: int) -> list[str]:
    """So many requests at once, each some time on its way; the hosts that were asked, in order."""
    asked: list[str] = []

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked.append(request.url.host)
            for _ in range(5):
                await asyncio.sleep(0)
            return answers(answer(request))(request)  # type: ignore[no-any-return]

    async def go() -> None:
        async with HttpClient(source, settings, "run", transport=Slow()) as client:
            work = [client.send(Request(source.endpoint("items"), "/items")) for _ in range(requests)]
            await asyncio.gather(*work, return_exceptions=True)

    asyncio.run(go())
    return asked


@pytest.mark.parametrize("refusal", [status(418, Retry_After="900"), status(403)], ids=["a pause of 15 minutes", "403"])
def test_a_ban_is_heeded_by_what_was_already_queued(refusal: Any, shop: Any, make_settings: Any) -> None:
    banned, settings = shop(), make_settings(concurrency=8)
    banned.refusals = frozenset({403})
    assert len(fan_out(banned, settings, lambda request: refusal, 200)) <= 8


@pytest.mark.parametrize("trouble", [httpx.ReadTimeout, status(503)], ids=["silence", "503"])
def test_a_host_that_falls_silent_is_given_up_also_in_a_fan_out(trouble: Any, shop: Any, make_settings: Any) -> None:
    asked = fan_out(shop(), make_settings(concurrency=8, attempts=5), lambda request: trouble, 500)
    assert len(asked) <= (DEAD_AFTER + 8) * 5


def test_an_answer_that_drips_ends(shop: Any, make_settings: Any, wire: Any) -> None:
    """Each byte comes within the timeout, which is per read; the whole never does."""

    class Drip(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            while True:
                yield b" "
                await asyncio.sleep(0.001)

    line = wire(lambda request: httpx.Response(200, stream=Drip()))
    (found,) = send(shop(), make_settings(timeout_seconds=0.02, attempts=1), line)
    assert isinstance(found, Unreachable)
    assert "no whole answer within 0.08 s" in str(found)


def test_a_shape_the_check_did_not_think_of_is_a_bad_answer(settings: Any, wire: Any) -> None:
    """A list where Kraken has words: its check cannot look that up in its codes."""
    line = wire(answers({"result": "error", "errors": [["x"]]}))
    (found,) = send(all_sources()["kraken"], settings, line, "open_interest")
    assert isinstance(found, BadAnswer)
    assert "unexpected shape" in str(found)
