"""The HTTP face of the switchboard: `/<source>/…` for the sources and `/_control` for orders.

Faults of the connection, latency and the common headers (Date of the simulated clock, X-Perps-Simulated) live here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from email.utils import format_datetime

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.dialect import Query, Reply
from simulator.switchboard import Switchboard

DROP = "simulator.drop"  # in the scope: closes the connection under the request
METHODS = ["GET", "POST"]


def build_app(board: Switchboard, latency_ms: float = 0.0) -> ASGIApp:
    """The whole server as an ASGI app for uvicorn."""

    async def source(request: Request) -> Response:
        if latency_ms:
            await asyncio.sleep(latency_ms / 1000)
        return await _answer(board, request)

    async def control(request: Request) -> Response:
        try:
            order = orjson.loads(await request.body() or b"{}") if request.method == "POST" else {"action": "status"}
            return JSONResponse(board.control(order))
        except (ValueError, TypeError) as error:
            return PlainTextResponse(str(error), 400)

    routes = [
        Route("/_control", control, methods=METHODS),
        Route("/{source}", source, methods=METHODS),
        Route("/{source}/{path:path}", source, methods=METHODS),
    ]
    return _droppable(Starlette(routes=routes))


def _droppable(app: ASGIApp) -> ASGIApp:
    """Puts a way to drop the connection into the scope: uvicorn's `send` is a method of the object that holds the transport."""

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope[DROP] = lambda: getattr(send, "__self__").transport.abort()  # noqa: B009
        await app(scope, receive, send)

    return outer


async def _answer(board: Switchboard, request: Request) -> Response:
    source = request.path_params["source"]
    query = Query(request.method, "/" + request.path_params.get("path", ""), dict(request.query_params), _json(await request.body()))
    fault = board.strike(source)
    kind = fault.kind if fault else ""
    if fault and kind == "slow":
        await asyncio.sleep(fault.seconds)
    reply = board.respond(source, query, fault)
    headers = reply.headers | {"Date": format_datetime(board.now.replace(microsecond=0), usegmt=True)}
    if board.is_simulated(source):
        headers["X-Perps-Simulated"] = "1"
    if kind in ("refuse", "cut"):
        return _DroppedResponse(reply, headers, request.scope[DROP], is_silent=kind == "refuse")
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
