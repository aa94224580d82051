"""A transport that notes what hosts say beside their answers: status, clock, budget.

Belongs here: headers. Does not: what is made of them (venue/examination).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import httpx

from ingestion.wire.clocks import told_time

OF_BUDGET = re.compile(r"retry-after|.*(rate-?limit|used-?weight|quota|credits).*", re.IGNORECASE)


@dataclass(frozen=True)
class Heard:
    """One answer. `ahead_seconds`: how far the host's clock is ahead of ours, None where it tells none."""

    host: str
    status: int
    ahead_seconds: float | None
    budget: dict[str, str]


class Listening(httpx.AsyncBaseTransport):
    """Hands requests on, and remembers the headers of their answers."""

    def __init__(self, transport: httpx.AsyncBaseTransport, clock: Callable[[], datetime]) -> None:
        self._transport, self._clock = transport, clock
        self.heard: list[Heard] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        asked = self._clock()
        response = await self._transport.handle_async_request(request)
        middle = asked + (self._clock() - asked) / 2
        told = told_time(response.headers)
        budget = {name: value for name, value in response.headers.items() if OF_BUDGET.fullmatch(name)}
        ahead = (told - middle).total_seconds() if told else None
        self.heard.append(Heard(request.url.host, response.status_code, ahead, budget))
        return response

    async def aclose(self) -> None:
        await self._transport.aclose()
