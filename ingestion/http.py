"""The one HTTP client: retries with jitter, Retry-After, rate limits in the source's own currency, size limits, redaction.

Belongs here: everything between a request and its verbatim body. Does not: what the body means (sources) or where it is kept (landing).
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt

from ingestion.errors import BadAnswer, SourceError, Unreachable
from ingestion.pacing import Transient, Wait, limiter, retry_after
from ingestion.settings import Settings
from ingestion.source import Endpoint, Payload, Source

LONGEST_PAUSE_SECONDS = 120.0
DEAD_AFTER = 4  # requests in a row that stayed unanswered after all retries: the source is down, the rest fails at once
MAX_REDIRECTS = 3


@dataclass(frozen=True)
class Request:
    """What to ask. `secret_headers` are added at the last moment and recorded nowhere."""

    endpoint: Endpoint
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    market: str | None = None
    secret_headers: Mapping[str, str] = field(default_factory=dict)


def default_transport() -> httpx.AsyncBaseTransport:
    """httpx's API over aiohttp's connections. The one place that chooses."""
    from httpx_aiohttp import AiohttpTransport

    return AiohttpTransport(verify=_certificates(), trust_env=False)


@cache
def _certificates() -> ssl.SSLContext:
    """Read once a process: it takes longer than a source's whole snapshot."""
    return httpx.create_ssl_context()


class HttpClient:
    """Sends one source's requests. Use as an async context manager.

    Raises Unreachable after the last try, BadAnswer for a body that stays unreadable, and what `Source.check` raises.
    """

    def __init__(
        self,
        source: Source,
        settings: Settings,
        run_id: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._source, self._settings, self._run_id, self._clock = source, settings, run_id, clock
        self._base = settings.base_url.get(source.name, "").rstrip("/")
        self._limiters = {host: limiter(limit, settings.rate_limit_factor) for host, limit in source.limits.items()}
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._resume_at: dict[str, float] = {}
        self._banned: dict[str, str] = {}
        self._paying = {host: asyncio.Lock() for host in source.limits}
        self._unanswered = 0
        self.requests = 0
        self._http = httpx.AsyncClient(
            transport=transport or default_transport(),
            verify=_certificates(),
            timeout=settings.timeout_seconds,
            headers={"User-Agent": "perps-warehouse", "Accept-Encoding": "gzip, deflate"},
            follow_redirects=True,
            max_redirects=MAX_REDIRECTS,
        )

    async def __aenter__(self) -> HttpClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    def url(self, request: Request) -> str:
        """The address without query: the source's own host, or the one set in its place."""
        return (self._base or self._source.hosts[request.endpoint.host]) + request.path

    def recorded_url(self, request: Request) -> str:
        """The source's own address, whatever was set in its place: a mirror's password or a key in its path is recorded nowhere."""
        return self._source.hosts[request.endpoint.host] + request.path

    async def send(self, request: Request) -> Payload:
        """One request, as often as it takes; the payload is verified readable and free of reported errors."""
        banned = self._banned.get(self._source.hosts[request.endpoint.host])
        if banned:
            raise self._unreachable(request, f"not asked: {banned}")
        if self._unanswered >= DEAD_AFTER:
            raise self._unreachable(request, "not asked: the source no longer answers")
        retrying = AsyncRetrying(
            stop=stop_after_attempt(self._settings.attempts),
            wait=Wait(self._settings.retry_seconds),
            retry=retry_if_exception_type((Transient, httpx.RequestError, BadAnswer)),
            reraise=True,
        )
        try:
            payload: Payload = await retrying(self._attempt, request)
        except (Transient, httpx.RequestError) as error:
            self._unanswered += 1
            raise self._unreachable(request, f"{type(error).__name__}: {error}".removeprefix("Transient: ")) from None
        except SourceError as error:
            self._unanswered = 0
            raise error.of_market(request.market) from None
        self._unanswered = 0
        return payload

    def _unreachable(self, request: Request, detail: str) -> Unreachable:
        address = f"the address in PERPS_BASE_URL__{self._source.name.upper()}" if self._base else self.recorded_url(request)
        advice = f"check {address} and run again; the other sources are not affected"
        return Unreachable(self._source.name, request.endpoint.name, detail, market=request.market, advice=advice)

    async def _attempt(self, request: Request) -> Payload:
        host = request.endpoint.host
        async with self._slots:
            await self._wait_turn(host, request.endpoint.weight({**request.params, **(request.json or {})}))
            self.requests += 1
            payload, headers = await self._fetch(request)
        if payload.status in (408, 418, 429) or payload.status >= 500:
            self._raise_transient(host, payload, headers)
        if payload.status in self._source.refusals:
            self._banned[self._source.hosts[host]] = f"HTTP {payload.status}: this address is refused for now"
        self._source.check(payload)
        if request.endpoint.is_json:
            _ = payload.json
        return payload

    async def _wait_turn(self, host: str, weight: float) -> None:
        bucket = self._limiters.get(host)
        if bucket:
            async with self._paying[host]:  # one after the other: a request heavier than the bucket is paid in portions
                while weight > 0:
                    await bucket.acquire(min(weight, bucket.max_rate))
                    weight -= bucket.max_rate
        pause = self._resume_at.get(self._source.hosts[host], 0.0) - asyncio.get_running_loop().time()
        if pause > 0:
            await asyncio.sleep(pause)

    def _raise_transient(self, host: str, payload: Payload, headers: httpx.Headers) -> None:
        limit = self._source.limits.get(host)
        pause = retry_after(headers.get("Retry-After"), in_ms=bool(limit and limit.retry_after_ms))
        if pause is not None:
            if pause > LONGEST_PAUSE_SECONDS:
                self._banned[self._source.hosts[host]] = f"HTTP {payload.status}: asked to wait {pause:.0f} s"
                text = f"HTTP {payload.status}: asked to wait {pause:.0f} s"
                raise SourceError(
                    self._source.name, payload.endpoint, text, advice="run again after that time, with fewer markets or a lower rate"
                )
            self._resume_at[self._source.hosts[host]] = asyncio.get_running_loop().time() + pause
        raise Transient(f"HTTP {payload.status} {payload.body[:120].decode('utf-8', 'replace')}", pause)

    async def _fetch(self, request: Request) -> tuple[Payload, httpx.Headers]:
        url, limit = self.url(request), self._settings.max_body_megabytes * 1_000_000
        body = bytearray()
        async with self._http.stream(
            request.endpoint.method, url, params=dict(request.params) or None, json=request.json, headers=dict(request.secret_headers)
        ) as response:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > limit:
                    raise SourceError(
                        self._source.name,
                        request.endpoint.name,
                        f"body larger than {limit:,} bytes",
                        market=request.market,
                        advice="raise PERPS_MAX_BODY_MEGABYTES if that is real",
                    )
        payload = Payload(
            source=self._source.name,
            endpoint=request.endpoint.name,
            method=request.endpoint.method,
            url=self.recorded_url(request),
            params=dict(request.params),
            request_json=request.json,
            status=response.status_code,
            content_type=response.headers.get("Content-Type", ""),
            body=bytes(body),
            fetched_at=self._clock(),
            sha256=hashlib.sha256(body).hexdigest(),
            run_id=self._run_id,
            is_simulated=response.headers.get("X-Perps-Simulated") == "1",
            match=request.endpoint.route(request.path) or {},
        )
        return payload, response.headers
