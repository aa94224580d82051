"""A session that asks nobody: the adapter runs as always, its lists are the newest ones in landing, its pages are made up, with rows as
far apart as they were in the newest answer.

Belongs here: counting what a run would send. Does not: which requests there are (the adapters), or what they cost a person (planning).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

from ingestion.errors import NotFound
from ingestion.run.answer import Answer
from ingestion.run.session import Session
from ingestion.run.window import Window
from ingestion.store import landing
from ingestion.venue.paging import Back
from ingestion.venue.venue import Venue
from ingestion.wire.payload import Payload

HOUR_MS = 3_600_000
MOST_REQUESTS = 100  # of an endpoint that are remembered one by one: pages and parts of lists
SIZES = (
    "limit",
    "size",
    "pageSize",
    "page_size",
    "count",
    "count_back",
    "countBack",
    "first",
    "per_page",
)  # how a request says how many rows


class Unknown(NotFound):
    """No answer of this kind was ever landed, so what would come of it is not known."""


@dataclass(frozen=True)
class Expected(Answer):
    """A page of a series as it would come: rows all over what was asked for, as many as the request takes."""

    times: Sequence[int] = ()

    def height(self, entity: str) -> int:
        return len(self.times)

    def instants(self, entity: str) -> list[int]:
        return list(self.times)


class Rehearsal(Session):
    """One run of a source on paper."""

    requests: Counter[str]
    weights: dict[str, float]  # by budget
    unknown: set[str]  # endpoints of which no answer is in landing

    def begin(self, window: Window) -> Rehearsal:
        self.requests, self.weights, self.unknown = Counter(), {}, set()
        self._landed: dict[str, dict[str, Payload]] = {}
        self._spacings: dict[str, int] = {}
        for payload in landing.newest(self.settings.landing_dir, self.source.name):
            mine = self._landed.setdefault(payload.endpoint, {})
            told = _request(payload.params, payload.request_json, payload.match)
            if told in mine or len(mine) < MOST_REQUESTS:
                mine[told] = payload
        series = self.source.history_of(self, window) if isinstance(self.source, Venue) else ()
        self._backward = {one.endpoint for one in series if isinstance(one.pages, Back)}
        return self

    async def fetch(self, endpoint: str, **request: Any) -> Payload:
        """Count it, and give what was answered to the same request before, or to one of the same kind."""
        params, json, path = request.get("params") or {}, request.get("json"), request.get("path") or {}
        self._count(endpoint, params, json)
        mine = self._landed.get(endpoint, {})
        found = mine.get(_request(params, json, path)) or next(reversed(mine.values()), None)
        if found is None:
            self.unknown.add(endpoint)
            raise Unknown(self.source.name, endpoint, "no answer of this kind is in landing")
        return replace(found, params=dict(params), request_json=json, match=dict(path))

    async def get(self, endpoint: str, *, asked: tuple[int, int] | None = None, **request: Any) -> Answer:
        if asked is None:
            mine = self._landed.get(endpoint, {})
            same = _request(request.get("params") or {}, request.get("json"), request.get("path") or {})
            if same in mine or not mine or _is_of_time(same) or len(mine) == MOST_REQUESTS:
                return await super().get(endpoint, **request)
            self._count(endpoint, request.get("params"), request.get("json"))  # its answer had no row, or it would be in landing
            return Expected(self._blank(endpoint), self._entities, {})
        told = {**(request.get("params") or {}), **(request.get("json") or {})}
        self._count(endpoint, request.get("params"), request.get("json"))
        step = self._spacings.setdefault(endpoint, self._spacing(endpoint))
        times = range(-(-asked[0] // step) * step, asked[1], step)
        size = next((int(told[name]) for name in SIZES if str(told.get(name, "")).isdigit()), len(times))
        page = times[-size:] if endpoint in self._backward else times[:size]
        return Expected(self._blank(endpoint), self._entities, {}, page)

    def _spacing(self, endpoint: str) -> int:
        """Milliseconds from row to row in the newest answer; an hour where there is none, a day where it has one row."""
        payload = next(reversed(self._landed.get(endpoint, {}).values()), None)
        if payload is None:
            return HOUR_MS
        answer = self.take(payload)
        times = sorted({at for name in self.source.endpoint(endpoint).feeds for at in answer.instants(name)})
        return max(1, round(median(after - before for before, after in pairwise(times)))) if len(times) > 1 else 24 * HOUR_MS

    def _count(self, endpoint: str, params: Mapping[str, Any] | None, json: Any) -> None:
        target = self.source.endpoint(endpoint)
        weight = target.weight({**(params or {}), **(json if isinstance(json, dict) else {})})
        self.requests[endpoint] += 1
        self.weights[target.host] = self.weights.get(target.host, 0.0) + weight

    def _blank(self, endpoint: str) -> Payload:
        target = self.source.endpoint(endpoint)
        return Payload(self.source.name, endpoint, target.method, "", {}, None, 200, "", b"{}", self.now(), "", self.run_id)

    def take(self, payload: Payload) -> Answer:
        """Read, and not kept."""
        answer = super().take(payload)
        self._let_go()
        return answer

    async def make_room(self) -> None:
        return

    async def commit(self) -> None:
        return


def _is_of_time(request: str) -> bool:
    """Whether it names an instant, and so is another one at each run."""
    return re.search(r"\d{9}", request) is not None


def _request(params: Mapping[str, Any], json: Any, path: Mapping[str, Any]) -> str:
    """A request as text, whatever the order of its parts and the types of its numbers."""
    parts = [*params.items(), *path.items(), *(json.items() if isinstance(json, dict) else ())]
    return "&".join(sorted(f"{name}={value}" for name, value in parts))
