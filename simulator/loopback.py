"""`Simulator`: the server in a thread, on a free port of 127.0.0.1, as a context manager. Also how uvicorn is set up."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from types import TracebackType

import uvicorn

from simulator.server import build_app
from simulator.switchboard import Seen, Switchboard
from simulator.truth import Truth
from simulator.world import World

HOST = "127.0.0.1"
START_SECONDS = 20.0


def listen(port: int = 0) -> socket.socket:
    """A bound loopback socket; port 0 takes a free one."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((HOST, port))
    return bound


def uvicorn_server(board: Switchboard, latency_ms: float) -> uvicorn.Server:
    app = build_app(board, latency_ms)
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, date_header=False, server_header=False, proxy_headers=False,
        lifespan="off", timeout_graceful_shutdown=1, backlog=2048,
    )  # fmt: skip
    return uvicorn.Server(config)


class Simulator:
    """A running simulator.

    `with Simulator(Truth(days=10), now=…) as sim:` then `sim.base_urls()`, `sim.set_now(…)`, `sim.fail("defillama", "500")`,
    `sim.drift("okx", "renamed", "idxPx", to="indexPx")`,
    `sim.heal("defillama")`, `sim.corrupt(venue=…, date=…, kind=…)`, `sim.clean()`, `sim.requests`.
    With `recordings=DIR` it serves recorded responses instead; `static={source: DIR}` serves folders, beside either.
    """

    def __init__(
        self,
        truth: Truth | None = None,
        *,
        now: datetime | None = None,
        latency_ms: float = 0.0,
        rate_limits: Mapping[str, int] | None = None,
        window_seconds: float = 60.0,
        recordings: Path | None = None,
        static: Mapping[str, Path] | None = None,
        port: int = 0,
    ) -> None:
        self.board = Switchboard(truth, now, rate_limits=rate_limits, window_seconds=window_seconds, recordings=recordings, static=static)
        self._latency_ms, self._port = latency_ms, port

    def __enter__(self) -> Simulator:
        self._socket = listen(self._port)
        self.port: int = self._socket.getsockname()[1]
        self._server = uvicorn_server(self.board, self._latency_ms)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True, name="simulator")
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the simulator did not start")
            time.sleep(0.005)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def base_urls(self) -> dict[str, str]:
        """Source → address, for PERPS_BASE_URL__<SOURCE>."""
        return {source: f"{self.url}/{source}" for source in self.board.sources}

    @property
    def world(self) -> World:
        if self.board.world is None:
            raise ValueError("nothing is simulated here")
        return self.board.world

    @property
    def truth(self) -> Truth:
        if self.board.truth is None:
            raise ValueError("nothing is simulated here")
        return self.board.truth

    @property
    def now(self) -> datetime:
        return self.board.now

    @property
    def requests(self) -> list[Seen]:
        """Every request answered so far, oldest first."""
        return list(self.board.requests)

    def forget_requests(self) -> None:
        self.board.requests.clear()

    def set_now(self, now: datetime) -> None:
        self.board.set_now(now)

    def fail(self, source: str, kind: str, *, every_nth: int = 1, seconds: float = 5.0) -> None:
        self.board.fail(source, kind, every_nth, seconds)

    def drift(self, source: str, kind: str, field: str = "", *, to: str = "", path: str = "") -> None:
        self.board.drift(source, kind, field, to, path)

    def heal(self, source: str | None = None) -> None:
        self.board.heal(source)

    def corrupt(self, *, venue: str, date: date | str, kind: str, symbol: str | None = None) -> None:
        self.board.corrupt(venue, date, kind, symbol)

    def clean(self) -> None:
        self.board.clean()

    def option(self, name: str, value: str) -> None:
        self.board.option(name, value)
