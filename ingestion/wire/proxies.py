"""The way out through a proxy, where the environment names one: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY.

Belongs here: which proxy a host is reached through. Does not: requests and answers (exchange).
"""

from __future__ import annotations

import ipaddress
import ssl
from urllib.request import getproxies, proxy_bypass

import httpx


def proxy_of(url: httpx.URL) -> str | None:
    """The proxy for an address, or None: it is reached straight. This machine itself is never asked for through a proxy."""
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    return None if not proxy or _is_here(url.host) or proxy_bypass(url.host) else _address(proxy)


def passwords() -> list[str]:
    """What no message may show of the proxies that are set."""
    set_ones = [proxy for kind, proxy in getproxies().items() if kind != "no"]
    return [password for proxy in set_ones if (password := httpx.URL(_address(proxy)).password)]


def _address(proxy: str) -> str:
    return proxy if "://" in proxy else f"http://{proxy}"


class Ways(httpx.AsyncBaseTransport):
    """httpx's API over aiohttp's connections: straight, or through the host's proxy."""

    def __init__(self, certificates: ssl.SSLContext) -> None:
        self._certificates = certificates
        self._ways: dict[str | None, httpx.AsyncBaseTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        proxy = proxy_of(request.url)
        if proxy not in self._ways:
            from httpx_aiohttp import AiohttpTransport

            self._ways[proxy] = AiohttpTransport(verify=self._certificates, trust_env=False, proxy=httpx.Proxy(proxy) if proxy else None)
        return await self._ways[proxy].handle_async_request(request)

    async def aclose(self) -> None:
        for way in self._ways.values():
            await way.aclose()


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
