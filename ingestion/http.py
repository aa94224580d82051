"""The one HTTP client: retries with jitter, Retry-After, rate limits in the source's own currency, size limits, redaction.

Belongs here: everything between a request and its verbatim body. Does not: what the body means (sources) or where it is kept (landing).
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from aiolimiter import AsyncLimiter
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from ingestion.errors import BadAnswer, SourceError, Unreachable
from ingestion.settings import Settings
from ingestion.source import Endpoint, Limit, Payload, Source

LONGEST_PAUSE_SECONDS = 120.0
SLICES = 10  # a budget is spent in slices of a tenth of its period, so that no window of the venue's sees more than 1.1 budgets
SAFE_SHARE = 0.85
DEAD_AFTER = 4  # requests in a row that stayed unanswered after all retries: the source is down, the rest fails at once
MAX_REDIRECTS = 3


class _Transient(Exception):
    """Worth another try; carries what the server said of when."""

    def __init__(self, reason: str, pause_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.pause_seconds = pause_seconds


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

    return AiohttpTransport(trust_env=False)


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
        self._limiters = {host: _limiter(limit, settings.rate_limit_factor) for host, limit in source.limits.items()}
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._resume_at: dict[str, float] = {}
        self._banned: dict[str, str] = {}
        self._paying = {host: asyncio.Lock() for host in source.limits}
        self._unanswered = 0
        self.requests = 0
        self._http = httpx.AsyncClient(
            transport=transport or default_transport(),
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
            wait=_Wait(self._settings.retry_seconds),
            retry=retry_if_exception_type((_Transient, httpx.RequestError, BadAnswer)),
            reraise=True,
        )
        try:
            payload: Payload = await retrying(self._attempt, request)
        except (_Transient, httpx.RequestError) as error:
            self._unanswered += 1
            raise self._unreachable(request, f"{type(error).__name__}: {error}".removeprefix("_Transient: ")) from None
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
        self._source.check(payload)
        if request.endpoint.is_json:
            _ = payload.json
        return payload

    async def _wait_turn(self, host: str, weight: float) -> None:
        limiter = self._limiters.get(host)
        if limiter:
            async with self._paying[host]:  # one after the other: a request heavier than the bucket is paid in portions
                while weight > 0:
                    await limiter.acquire(min(weight, limiter.max_rate))
                    weight -= limiter.max_rate
        pause = self._resume_at.get(self._source.hosts[host], 0.0) - asyncio.get_running_loop().time()
        if pause > 0:
            await asyncio.sleep(pause)

    def _raise_transient(self, host: str, payload: Payload, headers: httpx.Headers) -> None:
        limit = self._source.limits.get(host)
        pause = _retry_after(headers.get("Retry-After"), in_ms=bool(limit and limit.retry_after_ms))
        if pause is not None:
            if pause > LONGEST_PAUSE_SECONDS:
                self._banned[self._source.hosts[host]] = f"HTTP {payload.status}: asked to wait {pause:.0f} s"
                text = f"HTTP {payload.status}: asked to wait {pause:.0f} s"
                raise SourceError(
                    self._source.name,
                    payload.endpoint,
                    text,
                    advice="run again after that time, with fewer markets or a lower rate",
                )
            self._resume_at[self._source.hosts[host]] = asyncio.get_running_loop().time() + pause
        raise _Transient(f"HTTP {payload.status} {payload.body[:120].decode('utf-8', 'replace')}", pause)

    async def _fetch(self, request: Request) -> tuple[Payload, httpx.Headers]:
        url, limit = self.url(request), self._settings.max_body_megabytes * 1_000_000
        body = bytearray()
        async with self._http.stream(
            request.endpoint.method,
            url,
            params=dict(request.params) or None,
            json=request.json,
            headers=dict(request.secret_headers),
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


class _Wait:
    """Retry-After when the server gave one, else exponential with jitter."""

    def __init__(self, first_seconds: float) -> None:
        self._backoff = wait_exponential_jitter(multiplier=first_seconds, max=30.0, jitter=first_seconds)

    def __call__(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        pause = getattr(error, "pause_seconds", None)
        return self._backoff(state) if pause is None else float(pause)


def _limiter(limit: Limit, factor: float) -> AsyncLimiter:
    """In weight per second; the bucket holds a slice, or the heaviest single request."""
    rate = limit.amount * SAFE_SHARE * factor / limit.seconds
    size = max(1.0, limit.amount * SAFE_SHARE * factor / SLICES)
    return AsyncLimiter(size, size / rate)


def _retry_after(value: str | None, *, in_ms: bool) -> float | None:
    """Seconds to wait from a Retry-After header: a number (seconds, or ms where the source means that) or an HTTP date."""
    if value is None:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", value):
        return float(value) / (1000.0 if in_ms else 1.0)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
