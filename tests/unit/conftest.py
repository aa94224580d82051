"""What unit tests of ingestion and orchestration start from: settings in a temporary folder, payloads, a wire that remembers.

Belongs here: fixtures only. Does not: expectations about values, which stay in the tests.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest
from receiving import Receiver, receiving

from ingestion.run.adapter import Adapter
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.settings import Settings, load_settings
from ingestion.store.buffer import Buffer
from ingestion.store.entity import Entity, unix
from ingestion.store.raw import RawTable
from ingestion.venue.registry import all_sources
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

FETCHED_AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
AFTER_ALL = datetime(2060, 1, 1, tzinfo=UTC)  # of what the recordings speak of: an example of a vendor is of 2053
ITEMS = Entity.of("items", "*name *time:int price:float note?", event=unix("time", "ms"))


class Shop(Adapter):
    """The smallest source: two buckets on one host and one on another, one entity."""

    name = "shop"
    hosts = {"till": "https://shop.test", "stock": "https://shop.test", "office": "https://office.test"}
    limits: Mapping[str, Limit] = {}
    entities = (ITEMS,)
    endpoints = (
        Endpoint("items", "till", "/items", ("items",), lambda payload: {"items": payload.json}),
        Endpoint("stock", "stock", "/stock", ("items",), lambda payload: {"items": payload.json}),
        Endpoint("office", "office", "/office", ("items",), lambda payload: {"items": payload.json}),
        Endpoint("heavy", "till", "/heavy", ("items",), lambda payload: {"items": payload.json}, weight=lambda params: params["weight"]),
    )

    def __init__(self, **limits: Limit) -> None:
        self.limits = limits

    async def snapshot(self, session: Any) -> list[Market]:
        await session.get("items", market="APPLE")
        return []

    async def history(self, session: Any, window: Window, markets: Any) -> None:
        await session.get("stock", market="PEAR")


class Wire:
    """A transport that answers from a function (a response, or a value sent as JSON) and remembers what was asked."""

    def __init__(self, answer: Callable[[httpx.Request], Any]) -> None:
        self.asked: list[httpx.Request] = []
        self._answer = answer
        self.transport = httpx.MockTransport(self._serve)

    def _serve(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        reply = self._answer(request)
        return reply if isinstance(reply, httpx.Response) else httpx.Response(200, json=reply)

    def params(self, path: str) -> list[dict[str, str]]:
        """The query of every request whose path ends so, in order."""
        return [dict(request.url.params) for request in self.asked if request.url.path.endswith(path)]

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        """The JSON of every request of this `type`, in order."""
        found = [json.loads(request.content) for request in self.asked if request.content]
        return [body for body in found if body["type"] == kind]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("PERPS_") and name != "PERPS_SHARED_DIR":
            monkeypatch.delenv(name)


@pytest.fixture
def make_settings(tmp_path: Path) -> Callable[..., Settings]:
    """Settings that neither wait between tries nor read a `.env`."""

    def make(**overrides: Any) -> Settings:
        quick = {"data_dir": tmp_path / "data", "retry_seconds": 0, "attempts": 3, "rate_limit_factor": 1e6, "_env_file": None}
        return load_settings(**(quick | overrides))

    return make


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture
def wire() -> type[Wire]:
    return Wire


@pytest.fixture
def shop() -> type[Shop]:
    return Shop


@pytest.fixture
def payload() -> Callable[..., Payload]:
    """A payload of any source; the body is JSON unless it is bytes."""

    def make(source: str, endpoint: str, body: Any, **more: Any) -> Payload:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        base = {
            "source": source, "endpoint": endpoint, "method": "GET", "url": f"https://{source}.test/{endpoint}", "params": {},
            "request_json": None, "status": 200, "content_type": "application/json", "body": content, "fetched_at": FETCHED_AT,
            "sha256": hashlib.sha256(content).hexdigest(), "run_id": "20260301T120000-00000000",
        }  # fmt: skip
        return Payload(**(base | more))

    return make


@pytest.fixture
def typed() -> Callable[[Payload], dict[str, list[dict[str, Any]]]]:
    """Parse and type a payload as ingestion does: rows by entity. Fails when a row does not fit."""

    def rows(one: Payload) -> dict[str, list[dict[str, Any]]]:
        source = all_sources()[one.source]
        found = {}
        for name, parsed in source.endpoint(one.endpoint).parse(one).items():
            entity = source.entity(name)
            buffer = Buffer(entity)
            buffer.add(parsed, replace(one, fetched_at=AFTER_ALL))
            good, bad = buffer.fitted()
            assert bad.is_empty(), bad["reason"].to_list()
            found[name] = good.select(list(entity.columns)).to_dicts()
        return found

    return rows


@pytest.fixture
def recorded(shared: Path, payload: Callable[..., Payload]) -> Callable[..., tuple[Payload, Any]]:
    """A recorded response as the named endpoint's payload, and the response itself to compare with."""

    def read(path: str, source: str, endpoint: str, **more: Any) -> tuple[Payload, Any]:
        record = json.loads((shared / "fixtures" / path).read_text())
        request = record["request"]
        base = {"url": request["url"], "params": request.get("params") or {}, "request_json": request.get("json")}
        return payload(source, endpoint, record["response"], **(base | more)), record["response"]

    return read


@pytest.fixture
def held() -> Callable[..., list[dict[str, Any]]]:
    """Everything raw holds of an entity, in the order of its key and of known time."""

    def rows(settings: Settings, source: str, entity: str, columns: Sequence[str] = ()) -> list[dict[str, Any]]:
        table = RawTable(settings.raw_dir, source, all_sources()[source].entity(entity))
        frames = [pl.read_parquet(table.part(month), hive_partitioning=False) for month in table.months()]
        whole = pl.concat(frames) if frames else pl.DataFrame(schema=dict.fromkeys(columns, pl.Null))
        order = [*table.entity.key, "_fetched_at"] if frames else []
        return (whole.sort(order) if order else whole).select(columns or pl.all()).to_dicts()

    return rows


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found
