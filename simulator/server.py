"""The HTTP face of the switchboard: `/<source>/…` for the sources and `/_control` for orders.

Faults of the connection, latency and the common headers (Date of the simulated clock, X-Perps-Simulated) live here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email.utils import format_datetime
from urllib.parse import parse_qsl

import orjson
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.dialect import Query, Reply
from simulator.switchboard import Switchboard

METHODS = ("GET", "POST")


def build_app(board: Switchboard, latency_ms: float = 0.0) -> ASGIApp:
    """The whole server as an ASGI app for uvicorn: two routes, matched here, for a demo asks it twenty thousand times."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        name, _, path = scope["path"].removeprefix("/").partition("/")
        body = await _body(receive)
        if scope["method"] not in METHODS:
            answer: Response = PlainTextResponse("Method Not Allowed", 405)
        elif name == "_control":
            answer = _control(board, scope["method"], body)
        else:
            if latency_ms:
                await asyncio.sleep(latency_ms / 1000)
            params = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
            headers = {key.decode().lower(): value.decode() for key, value in scope["headers"]}
            answer = await _answer(board, name, Query(scope["method"], f"/{path}", params, _json(body), headers=headers), send)
        await answer(scope, receive, send)

    return app


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


def _control(board: Switchboard, method: str, body: bytes) -> Response:
    try:
        return JSONResponse(board.control(orjson.loads(body or b"{}") if method == "POST" else {"action": "status"}))
    except (ValueError, TypeError) as error:
        return PlainTextResponse(str(error), 400)


async def _answer(board: Switchboard, source: str, query: Query, send: Send) -> Response:
    fault = board.strike(source)
    kind = fault.kind if fault else ""
    if fault and kind == "slow":
        await asyncio.sleep(fault.seconds)
    reply = board.respond(source, query, fault)
    headers = reply.headers | {"Date": format_datetime(board.shown.replace(microsecond=0), usegmt=True)}
    if board.is_simulated(source):
        headers["X-Perps-Simulated"] = "1"
    if kind in ("refuse", "cut"):  # uvicorn's `send` is a method of the object that holds the transport
        drop: Callable[[], None] = getattr(send, "__self__").transport.abort  # noqa: B009
        return _DroppedResponse(reply, headers, drop, is_silent=kind == "refuse")
    return Response(reply.content, reply.status, headers, reply.content_type)


def _json(body: bytes) -> object:
    try:
        return orjson.loads(body) if body else None
    except orjson.JSONDecodeError:
        return None


class _DroppedResponse(Response):
    """Nothing, or half of the body it announced; then the connection is gone."""

    def __init__(self, reply: Reply, headers: dict[str, str], drop: Callable[[], None], is_silent: bool) -> None:
        super().__init__(reply.content, reply.status, headers, reply.content_type)
        self._drop, self._is_silent = drop, is_silent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._is_silent:
            start: Message = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            await send(start)
            await send({"type": "http.response.body", "body": bytes(self.body)[: len(self.body) // 2], "more_body": True})
            await asyncio.sleep(0.02)
        self._drop()
        await asyncio.sleep(0.01)  # uvicorn learns of the lost connection before the request ends
