"""The way out: the proxy that the environment names is asked, with its login, but never for this machine or what NO_PROXY lists."""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
import threading
from collections.abc import Iterator

import httpx
import pytest

from ingestion.wire import proxies
from ingestion.wire.proxies import Ways, proxy_of

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


class Proxy:
    """A forward proxy on loopback that notes what it is asked and answers everything itself."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self.asked.append(connection.recv(4096).decode())
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]")

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    found = Proxy()
    yield found
    found.close()


def _get(url: str) -> int:
    async def go() -> int:
        ways = Ways(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        try:
            response = await ways.handle_async_request(httpx.Request("GET", url, extensions={"timeout": {"connect": 20, "read": 20}}))
            await response.aread()
            return response.status_code
        finally:
            await ways.aclose()

    return asyncio.run(go())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # how httpx-aiohttp hands a login to aiohttp
def test_an_address_is_asked_of_the_proxy_with_its_login(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://me:hunter2@127.0.0.1:{proxy.port}")
    assert _get("http://venue.invalid/klines") == 200
    [asked] = proxy.asked
    assert asked.startswith("GET http://venue.invalid/klines HTTP/1.1")
    assert f"Proxy-Authorization: Basic {base64.b64encode(b'me:hunter2').decode()}" in asked
    assert proxies.passwords() == ["hunter2"]


def test_the_password_of_a_proxy_without_a_scheme_is_known_too(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "me:hunter2@proxy.invalid:3128")
    monkeypatch.setenv("NO_PROXY", "localhost,::1,.invalid")
    assert proxies.passwords() == ["hunter2"]


def test_an_encrypted_address_is_a_tunnel_through_the_proxy(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"127.0.0.1:{proxy.port}")
    with pytest.raises(httpx.HTTPError):  # this proxy makes no tunnel
        _get("https://venue.invalid/klines")
    assert proxy.asked[0].startswith("CONNECT venue.invalid:443")


@pytest.mark.parametrize(
    ("url", "through"),
    [
        ("https://api.venue.invalid/x", "http://proxy.invalid:3128"),
        ("http://api.venue.invalid/x", "http://all.invalid:1080"),
        ("https://mirror.invalid/x", None),
        ("https://a.mirror.invalid/x", None),
        ("http://127.0.0.1:8000/x", None),
        ("http://[::1]:8000/x", None),
        ("http://localhost:8000/x", None),
    ],
)
def test_which_proxy(url: str, through: str | None, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    monkeypatch.setenv("ALL_PROXY", "http://all.invalid:1080")
    monkeypatch.setenv("NO_PROXY", ".mirror.invalid,mirror.invalid")
    assert proxy_of(httpx.URL(url)) == through
