"""The HTTP client's manners: budgets, pauses of a whole host, sizes, redirects, and secrets that leave no trace."""

from __future__ import annotations

import asyncio
import base64
import gzip
from dataclasses import replace
from typing import Any

import httpx
import pytest
from virtual import run
from virtual import seconds as seconds_now

from ingestion.errors import SourceError
from ingestion.store import landing
from ingestion.wire.api import Limit
from ingestion.wire.client import HttpClient
from ingestion.wire.exchange import Request
from ingestion.wire.payload import Payload


def ask(client: HttpClient, source: Any, name: str, **more: Any) -> Any:
    endpoint = source.endpoint(name)
    return client.send(Request(endpoint, endpoint.path, **more))


def once(source: Any, settings: Any, wire: Any, **more: Any) -> Payload:
    async def go() -> Payload:
        async with HttpClient(source, settings, "run", transport=wire.transport) as client:
            return await ask(client, source, "items", **more)

    return asyncio.run(go())


@pytest.mark.parametrize(
    ("amount", "seconds", "weight", "requests"),
    [(100, 60, 1, 150), (100, 60, 20, 10), (2, 1, 1, 6), (100, 60, 50, 5)],
    ids=["light", "heavy", "less than one a slice", "heavier than a slice"],
)
def test_no_window_of_the_source_sees_more_than_its_budget(
    amount: float, seconds: float, weight: float, requests: int, shop: Any, make_settings: Any, wire: Any
) -> None:
    sent: list[float] = []
    line = wire(lambda request: sent.append(seconds_now()) or [])
    source = shop(till=Limit(amount, seconds))

    async def go() -> None:
        async with HttpClient(source, make_settings(rate_limit_factor=1.0), "run", transport=line.transport) as client:
            await asyncio.gather(*(ask(client, source, "heavy", params={"weight": weight}) for _ in range(requests)))

    run(go())
    busiest = max(sum(start <= stamp < start + seconds for stamp in sent) for start in sent) * weight
    assert len(sent) == requests
    assert busiest <= 1.1 * amount + weight


def test_a_host_without_a_limit_is_not_held_up(shop: Any, make_settings: Any, wire: Any) -> None:
    source = shop(till=Limit(1, 60))

    async def go() -> float:
        async with HttpClient(source, make_settings(rate_limit_factor=1.0), "run", transport=wire(lambda request: []).transport) as client:
            await asyncio.gather(*(ask(client, source, "office") for _ in range(20)))
            return seconds_now()

    assert run(go()) < 1


@pytest.mark.parametrize("endpoint", ["items", "stock"], ids=["same budget", "another budget of the same host"])
def test_a_throttled_host_pauses_as_a_whole_and_others_go_on(endpoint: str, shop: Any, settings: Any, wire: Any) -> None:
    sent: dict[str, list[float]] = {}

    def answer(request: httpx.Request) -> Any:
        sent.setdefault(request.url.path, []).append(seconds_now())
        is_first = len(sent["/items"]) == 1 and request.url.path == "/items"
        return httpx.Response(429, headers={"Retry-After": "30"}) if is_first else []

    line, source = wire(answer), shop()

    async def go() -> None:
        async with HttpClient(source, settings, "run", transport=line.transport) as client:
            first = asyncio.create_task(ask(client, source, "items"))
            await asyncio.sleep(5)
            await asyncio.gather(first, ask(client, source, endpoint), ask(client, source, "office"))

    run(go())
    assert min(sent[f"/{endpoint}"][1 if endpoint == "items" else 0 :]) >= 30
    assert 5 <= sent["/office"][0] < 6


def test_a_body_beyond_the_limit_is_refused_once_and_said_so(shop: Any, make_settings: Any, wire: Any) -> None:
    settings = make_settings(max_body_megabytes=1)
    whole = b'"' + b"x" * 999_998 + b'"'
    assert len(once(shop(), settings, wire(lambda request: httpx.Response(200, content=whole))).body) == 1_000_000
    line = wire(lambda request: httpx.Response(200, content=whole + b" "))
    with pytest.raises(SourceError, match=r"shop items \[APPLE\]: body larger than 1,000,000 bytes — raise PERPS_MAX_BODY_MEGABYTES"):
        once(shop(), settings, line, market="APPLE")
    assert len(line.asked) == 1


def test_a_packed_body_counts_unpacked(shop: Any, make_settings: Any, wire: Any) -> None:
    bomb = gzip.compress(b" " * 5_000_000)
    assert len(bomb) < 10_000
    line = wire(lambda request: httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=bomb))
    with pytest.raises(SourceError, match="body larger than 1,000,000 bytes"):
        once(shop(), make_settings(max_body_megabytes=1), line)


def test_a_redirect_is_followed(shop: Any, settings: Any, wire: Any) -> None:
    moved = httpx.Response(301, headers={"Location": "https://shop.test/moved"})
    line = wire(lambda request: moved if request.url.path == "/items" else [1])
    assert once(shop(), settings, line).json == [1]
    assert [request.url.path for request in line.asked] == ["/items", "/moved"]


ELSEWHERE = ["https://elsewhere.test/items", "http://shop.test/items", "https://shop.test:8443/items", "//elsewhere.test/items"]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_redirect_to_another_origin_is_not_followed_and_no_key_goes_there(target: str, shop: Any, settings: Any, wire: Any) -> None:
    """Keys in headers of their own are dropped by no library; and what another host says is not the source's word."""
    line = wire(lambda request: httpx.Response(302, headers={"Location": target}) if request.url == "https://shop.test/items" else [1])
    with pytest.raises(SourceError, match=r"shop items: redirected to http.*, another host: not followed — check https://shop.test/items"):
        once(shop(), settings, line, secret_headers={"X-Key": "hunter2"})
    assert [str(request.url) for request in line.asked] == ["https://shop.test/items"]


def test_a_question_that_is_posted_is_not_turned_into_another(shop: Any, settings: Any, wire: Any) -> None:
    posting = shop()
    posting.endpoints = (replace(posting.endpoint("items"), method="POST"),)
    moved, kept = ({"Location": "https://shop.test/moved"}, httpx.Response(200, json=[1]))
    line = wire(lambda request: httpx.Response(307, headers=moved) if request.url.path == "/items" else kept)
    assert once(posting, settings, line, json={"a": 1}).json == [1]
    assert [(request.method, request.content) for request in line.asked] == [("POST", b'{"a":1}')] * 2
    with pytest.raises(SourceError, match="HTTP 302 redirects a POST: not followed"):
        once(posting, settings, wire(lambda request: httpx.Response(302, headers=moved)), json={"a": 1})


def test_redirects_without_end_are_an_error_of_the_source(shop: Any, settings: Any, wire: Any) -> None:
    line = wire(lambda request: httpx.Response(302, headers={"Location": str(request.url)}))
    with pytest.raises(SourceError, match="shop items"):
        once(shop(), settings, line)
    assert len(line.asked) <= settings.attempts * 4


def test_the_request_goes_to_the_address_set_in_place_of_the_live_one(shop: Any, make_settings: Any, wire: Any) -> None:
    line = wire(lambda request: [])
    once(shop(), make_settings(base_url={"shop": "http://127.0.0.1:9/mirror/"}), line, params={"a": 1})
    assert str(line.asked[0].url) == "http://127.0.0.1:9/mirror/items?a=1"


def test_a_secret_header_is_sent_and_recorded_nowhere(shop: Any, settings: Any, wire: Any) -> None:
    line = wire(lambda request: [1])
    found = once(shop(), settings, line, params={"a": 1}, secret_headers={"X-Key": "hunter2"})
    assert line.asked[0].headers["X-Key"] == "hunter2"
    target = landing.write(settings.landing_dir, [found])
    assert target is not None
    assert "hunter2" not in repr(found)
    assert b"hunter2" not in target.read_bytes()
    down = wire(lambda request: httpx.Response(500))
    with pytest.raises(SourceError) as error:
        once(shop(), settings, down, secret_headers={"X-Key": "hunter2"})
    assert "hunter2" not in str(error.value)


def test_a_mirror_with_a_password_is_given_it(shop: Any, make_settings: Any, wire: Any) -> None:
    line = wire(lambda request: [])
    once(shop(), make_settings(base_url={"shop": "http://user:hunter2@mirror.test/x"}), line)
    assert line.asked[0].headers["Authorization"] == "Basic " + base64.b64encode(b"user:hunter2").decode()
    assert str(line.asked[0].url) == "http://mirror.test/x/items"


def test_a_secret_that_the_server_repeats_is_masked(shop: Any, settings: Any, wire: Any) -> None:
    for answer in (httpx.Response(500, text="bad key hunter2"), httpx.Response(400, text="bad key hunter2")):
        with pytest.raises(SourceError, match="bad key …"):
            once(shop(), settings, wire(lambda request, answer=answer: answer), secret_headers={"X-Key": "hunter2"})


@pytest.mark.parametrize("base", ["http://user:hunter2@mirror.test", "https://pro.test/hunter2/api"], ids=["password", "key in the path"])
def test_a_secret_in_the_base_address_is_recorded_nowhere(base: str, shop: Any, make_settings: Any, wire: Any) -> None:
    """A mirror behind a password, or DefiLlama's paid host, whose key is part of the path."""
    settings = make_settings(base_url={"shop": base}, attempts=1)
    found = once(shop(), settings, wire(lambda request: [1]))
    assert "hunter2" not in found.url
    with pytest.raises(SourceError) as error:
        once(shop(), settings, wire(lambda request: httpx.Response(500)))
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    "answer", [httpx.Response(500), httpx.Response(200, text="<html>"), httpx.Response(429, headers={"Retry-After": "900"})],
    ids=["down", "garbage", "banned"],
)  # fmt: skip
def test_every_failure_names_source_endpoint_market_and_advice(answer: httpx.Response, shop: Any, settings: Any, wire: Any) -> None:
    with pytest.raises(SourceError) as error:
        once(shop(), settings, wire(lambda request: httpx.Response(answer.status_code, content=answer.content, headers=answer.headers)),
             market="APPLE")  # fmt: skip
    assert (error.value.source, error.value.endpoint, error.value.market) == ("shop", "items", "APPLE")
    assert error.value.advice
    assert str(error.value).startswith("shop items [APPLE]: ")
