"""The one HTTP client: when a request goes, how often it is tried, and when its host is left alone.

Belongs here: budgets, pauses, tries, and the payload made of an answer. Does not: the exchange itself (wire), what a body means (sources)
or where it is kept (landing).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import httpx

from ingestion.errors import BadAnswer, PerpsError, SourceError, Throttled, Unreachable
from ingestion.settings import Settings
from ingestion.wire.api import Api
from ingestion.wire.clocks import Clocks, told_time
from ingestion.wire.exchange import Request, Silence, Wire
from ingestion.wire.hosts import Closed, Host
from ingestion.wire.pacing import Budgets, backoff, retry_after
from ingestion.wire.payload import Payload

LONGEST_PAUSE_SECONDS = 120.0


async def _nothing() -> None:
    return


class HttpClient:
    """Sends one source's requests. Use as an async context manager.

    Raises Unreachable after the last try, BadAnswer for a body that stays unreadable, and what `Api.check` raises.
    """

    def __init__(
        self,
        api: Api,
        settings: Settings,
        run_id: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        clocks: Clocks | None = None,
    ) -> None:
        """`clocks` are those of a run with other sources; without them this source's host and `clock` are all there are."""
        self._api, self._settings, self.run_id = api, settings, run_id
        self.clocks = clocks or Clocks(clock)
        self._wire = Wire(api, settings, transport)
        self._budgets = Budgets(api.limits, settings.rate_limit_factor)
        self._hosts = {address: Host(settings.concurrency) for address in api.hosts.values()}
        self.requests = 0

    async def __aenter__(self) -> HttpClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._wire.close()

    async def send(self, request: Request, make_room: Callable[[], Awaitable[None]] = _nothing) -> Payload:
        """One request, as often as it takes; the payload is verified readable and free of reported errors.

        A slot of the host is held through all tries, and the host is looked at again inside it: what was queued heeds what others
        have met since. `make_room` is awaited inside it too: who asks waits while what has come is put away.
        """
        host = self._hosts[self._api.hosts[request.endpoint.host]]
        try:
            async with host.slots:
                await make_room()
                payload = await self._until_answered(host, request)
        except Closed as reason:
            raise self._unreachable(request, f"not asked: {reason}") from None
        except Silence as silence:
            host.gave_up(was_connected=silence.was_connected)
            raise self._unreachable(request, str(silence)) from None
        except SourceError as error:
            host.answered()
            raise self._masked(request, error) from None
        host.answered()
        return payload

    async def _until_answered(self, host: Host, request: Request) -> Payload:
        tried, most = 0, self._settings.attempts
        while True:
            tried += 1
            await self._wait_for_turn(host, request)
            try:
                payload = await self._attempt(host, request)
                self._budgets.answered(request.endpoint.host)
                return payload
            except Silence as silence:
                most = min(host.tries(self._settings.attempts, was_connected=silence.was_connected), silence.tries or most)
                pause = silence.pause_seconds
                if tried >= most:
                    raise
            except BadAnswer as error:
                pause = self._slow_down(host, request) if isinstance(error, Throttled) else None
                if tried >= most:
                    raise
            await asyncio.sleep(backoff(self._settings.retry_seconds, tried) if pause is None else pause)

    async def _wait_for_turn(self, host: Host, request: Request) -> None:
        """Pay, and wait while the host is left alone; what waited pays again, for the budget may be smaller now."""
        weight = request.endpoint.weight({**request.params, **(request.json or {})})
        has_waited = True
        while has_waited:
            host.guard()
            await self._budgets.pay(request.endpoint.host, weight)
            has_waited = await host.rest()
        host.guard()

    async def _attempt(self, host: Host, request: Request) -> Payload:
        self.requests += 1
        asked = self.clocks.ours()
        response, body = await self._wire.exchange(request)
        await self.clocks.hear(self._api.name, told_time(response.headers), asked, self.clocks.ours())
        payload = self._payload(request, response, body)
        if payload.status in (408, 418, 429) or payload.status >= 500:
            self._refused_for_now(host, request, payload, response.headers)
        if payload.status in self._api.refusals:
            host.close(f"HTTP {payload.status}: this address is refused for now")
        if payload.status < 400 and request.endpoint.is_json:
            self._must_say_something(request, payload)
        self._check(payload)
        return payload

    def _must_say_something(self, request: Request, payload: Payload) -> None:
        """An HTML page, an empty body or `null` with HTTP 200 is no answer of any API: worth another try."""
        payload.must_be_json()
        if payload.body.strip() == b"null" and not request.endpoint.may_be_null:
            raise BadAnswer(self._api.name, payload.endpoint, "the answer is null", advice="try again later; if it stays, the API changed")

    def _check(self, payload: Payload) -> None:
        """The source's own check; a body of a shape that it did not think of is a bad answer too."""
        try:
            self._api.check(payload)
        except PerpsError:
            raise
        except Exception as error:
            detail = f"unexpected shape ({type(error).__name__}: {error}); it begins {payload.body[:80].decode('utf-8', 'replace')!r}"
            raise BadAnswer(self._api.name, payload.endpoint, detail, advice="if it stays, the API changed") from error

    def _refused_for_now(self, host: Host, request: Request, payload: Payload, headers: httpx.Headers) -> None:
        limit = self._api.limits.get(request.endpoint.host)
        pause = retry_after(headers.get("Retry-After"), in_ms=bool(limit and limit.retry_after_ms))
        if pause is not None and pause > LONGEST_PAUSE_SECONDS:
            text = f"HTTP {payload.status}: asked to wait {pause:.0f} s"
            host.close(text)
            advice = "run again after that time, with fewer markets or a lower rate"
            raise SourceError(self._api.name, payload.endpoint, text, advice=advice)
        if pause is None and payload.status in (418, 429):
            pause = self._slow_down(host, request)
        elif pause is not None:
            host.pause(pause)
        raise Silence(f"HTTP {payload.status} {payload.body[:120].decode('utf-8', 'replace')}", pause_seconds=pause)

    def _slow_down(self, host: Host, request: Request) -> float | None:
        """After a refusal that names no time: the host rests for a period of its budget, and is asked half as fast from then on."""
        pause = self._budgets.refused(request.endpoint.host)
        if pause is not None:
            host.pause(pause)
        return pause

    def _payload(self, request: Request, response: httpx.Response, body: bytes) -> Payload:
        return Payload(
            source=self._api.name,
            endpoint=request.endpoint.name,
            method=request.endpoint.method,
            url=self._wire.recorded_url(request),
            params=dict(request.params),
            request_json=request.json,
            status=response.status_code,
            content_type=response.headers.get("Content-Type", ""),
            body=body,
            fetched_at=self.clocks.now(),
            sha256=hashlib.sha256(body).hexdigest(),
            run_id=self.run_id,
            is_simulated=response.headers.get("X-Perps-Simulated") == "1",
            match=request.endpoint.route(request.path) or {},
            asked=request.asked,
        )

    def _unreachable(self, request: Request, detail: str) -> SourceError:
        advice = f"check {self._wire.address(request)} and run again; the other sources are not affected"
        return self._masked(request, Unreachable(self._api.name, request.endpoint.name, detail, advice=advice))

    def _masked(self, request: Request, error: SourceError) -> SourceError:
        """The error with its market named, and without any secret that a server or a library repeats."""
        detail = self._wire.masked(request, error.detail)
        return type(error)(error.source, error.endpoint, detail, market=error.market or request.market, advice=error.advice)
