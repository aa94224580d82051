"""One exchange with a host: one origin, size and time limits, and whatever goes wrong on the way as one kind of trouble.

Belongs here: the transport, redirects, the body. Does not: when a request goes, how often (http), or what its body means (sources).
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
import orjson

from ingestion.errors import SourceError
from ingestion.settings import Settings
from ingestion.wire.api import Api, Endpoint
from ingestion.wire.proxies import Ways, passwords

LONGEST_CONNECT_SECONDS = 8.0
DEADLINE = 4  # times the timeout, which is per read: an answer that drips is not waited for without an end
TIMEOUT_TRIES = 3  # each costs a whole timeout
MAX_REDIRECTS = 3
REDIRECTS = {301, 302, 303, 307, 308}


class Silence(Exception):
    """No usable answer this time; worth another try. Carries what the server said of when, and whether there was a connection."""

    def __init__(self, reason: str, *, pause_seconds: float | None = None, was_connected: bool = True, tries: int | None = None) -> None:
        super().__init__(reason)
        self.pause_seconds, self.was_connected, self.tries = pause_seconds, was_connected, tries


@dataclass(frozen=True)
class Request:
    """What to ask. `secret_headers` are added at the last moment and recorded nowhere."""

    endpoint: Endpoint
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    market: str | None = None
    secret_headers: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[int, int] | None = None


def default_transport(*, is_encrypted: bool = True) -> httpx.AsyncBaseTransport:
    """httpx's API over aiohttp's connections, through the proxy of the environment if there is one. The one place that chooses."""
    return Ways(_certificates() if is_encrypted else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


@cache
def _certificates() -> ssl.SSLContext:
    """Read once a process: it takes longer than a source's whole snapshot."""
    return httpx.create_ssl_context()


class Wire:
    """A source's connections, at its own hosts or at the address set in their place."""

    def __init__(self, api: Api, settings: Settings, transport: httpx.AsyncBaseTransport | None) -> None:
        self._api, self._settings = api, settings
        self._base, self._login = _without_login(settings.base_url.get(api.name, ""))
        self._transport = transport or default_transport(is_encrypted=not self._base.startswith("http://"))
        connect = min(settings.timeout_seconds, LONGEST_CONNECT_SECONDS)
        self._patience = {"connect": connect, "pool": connect, "read": settings.timeout_seconds, "write": settings.timeout_seconds}

    async def close(self) -> None:
        await self._transport.aclose()

    def url(self, request: Request) -> str:
        """The address without query: the source's own host, or the one set in its place."""
        return (self._base or self._api.hosts[request.endpoint.host]) + request.path

    def recorded_url(self, request: Request) -> str:
        """The source's own address, whatever was set in its place: a mirror's password or a key in its path is recorded nowhere."""
        return self._api.hosts[request.endpoint.host] + request.path

    def address(self, request: Request) -> str:
        return f"the address in PERPS_BASE_URL__{self._api.name.upper()}" if self._base else self.recorded_url(request)

    def masked(self, request: Request, text: str) -> str:
        """A message without any secret that a server or a library repeats."""
        for secret in (*request.secret_headers.values(), *self._login.values(), self._base, *passwords()):
            text = text.replace(secret, "…") if secret else text
        return text

    async def exchange(self, request: Request) -> tuple[httpx.Response, bytes]:
        """One answer off the wire. Whatever goes wrong there is the wire's trouble, of whichever library's making."""
        deadline = DEADLINE * self._settings.timeout_seconds
        try:
            async with asyncio.timeout(deadline):
                return await self._follow(request)
        except SourceError:
            raise
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Silence(f"{type(error).__name__}: {error}", was_connected=False) from error
        except httpx.TimeoutException as error:
            raise Silence(f"{type(error).__name__}: {error}", tries=TIMEOUT_TRIES) from error
        except TimeoutError:
            raise Silence(f"no whole answer within {deadline:g} s", tries=TIMEOUT_TRIES) from None
        except Exception as error:
            raise Silence(f"{type(error).__name__}: {error}") from error

    async def _follow(self, request: Request) -> tuple[httpx.Response, bytes]:
        """The answer, after redirects within the origin: an answer of another host is not the source's, and no key goes there."""
        asked = {name: value for name, value in request.params.items() if name not in request.endpoint.in_headers}
        url, method = httpx.URL(self.url(request), params=asked or None), request.endpoint.method
        for _ in range(MAX_REDIRECTS + 1):
            response = await self._transport.handle_async_request(self._on_the_wire(request, method, url))
            try:
                if response.status_code not in REDIRECTS or "Location" not in response.headers:
                    return response, await self._body(request, response)
            finally:
                await response.aclose()
            target = url.join(response.headers["Location"])
            if (target.scheme, target.host, _port(target)) != (url.scheme, url.host, _port(url)):
                raise self._misled(request, f"redirected to {target.scheme}://{target.host}, another host: not followed")
            if method != "GET" and response.status_code not in (307, 308):
                raise self._misled(request, f"HTTP {response.status_code} redirects a {method}: not followed")
            url = target
        raise self._misled(request, f"more than {MAX_REDIRECTS} redirects")

    def _on_the_wire(self, request: Request, method: str, url: httpx.URL) -> httpx.Request:
        headers = {"User-Agent": "perps-warehouse", "Accept": "*/*", "Accept-Encoding": "gzip, deflate", **self._login}
        content = None if request.json is None else orjson.dumps(request.json)
        if content is not None:
            headers["Content-Type"] = "application/json"
        headers |= {header: str(request.params[name]) for name, header in request.endpoint.in_headers.items() if name in request.params}
        headers.update(request.secret_headers)
        return httpx.Request(method, url, headers=headers, content=content, extensions={"timeout": self._patience})

    async def _body(self, request: Request, response: httpx.Response) -> bytes:
        limit, body = self._settings.max_body_megabytes * 1_000_000, bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > limit:
                advice = "raise PERPS_MAX_BODY_MEGABYTES if that is real"
                raise SourceError(self._api.name, request.endpoint.name, f"body larger than {limit:,} bytes", advice=advice)
        return bytes(body)

    def _misled(self, request: Request, detail: str) -> SourceError:
        return SourceError(self._api.name, request.endpoint.name, detail, advice=f"check {self.address(request)} by hand")


def _port(url: httpx.URL) -> int | None:
    return url.port or {"http": 80, "https": 443}.get(url.scheme)


def _without_login(base: str) -> tuple[str, dict[str, str]]:
    """An address without its user and password, and the header that carries them."""
    url = httpx.URL(base.rstrip("/"))
    if not url.userinfo:
        return base.rstrip("/"), {}
    login = base64.b64encode(f"{url.username}:{url.password}".encode()).decode()
    return str(url.copy_with(userinfo=b"")).rstrip("/"), {"Authorization": f"Basic {login}"}
