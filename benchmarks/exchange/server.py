"""HTTP/1.1 for the exchange: GET without a body, connections kept open. No more of HTTP than that belongs here."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from benchmarks.exchange.exchange import Answer, Exchange

END_OF_HEAD = b"\r\n\r\n"
REASONS = {200: b"OK", 400: b"Bad Request", 404: b"Not Found"}


class Connection(asyncio.Protocol):
    """One client. Requests may arrive in pieces, and several at once."""

    def __init__(self, answer: Callable[[str, dict[str, str]], Answer]) -> None:
        self._answer, self._received = answer, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while END_OF_HEAD in self._received:
            head, self._received = self._received.split(END_OF_HEAD, 1)
            self._reply(head)

    def _reply(self, head: bytes) -> None:
        target = urlsplit(head.split(b" ", 2)[1].decode())
        status, body = self._answer(target.path, dict(parse_qsl(target.query)))
        is_last = b"connection: close" in head.lower()
        self._transport.write(
            b"HTTP/1.1 %d %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: %b\r\n\r\n%b"
            % (status, REASONS[status], len(body), b"close" if is_last else b"keep-alive", body)
        )
        if is_last:
            self._transport.close()


async def serve(exchange: Exchange, port: int) -> None:
    """Serve on loopback until told to end; a line of JSON says where."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    server = await loop.create_server(lambda: Connection(exchange.answer), "127.0.0.1", port, backlog=1024)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    print(json.dumps({"url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"}), flush=True)
    await ended.wait()
    server.close()
