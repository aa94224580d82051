"""Debian's Chromium without a window, driven over its own protocol: for the browser tests and the screenshots.

Nothing but the browser is needed: no driver, and the connection is on loopback. Belongs here: starting it, opening pages, asking them.
Does not: what is asked.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0", "--force-color-profile=srgb",
)  # fmt: skip
PATIENCE_SECONDS = 120.0
LARGEST_ANSWER = 64 * 2**20


class BrowserError(Exception):
    """The browser did not start, or could not do what was asked."""


def executable() -> str | None:
    """Where the browser is; None: there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@dataclass
class Tab:
    """One page in the browser. `problems` are its errors, and what it would have loaded from elsewhere."""

    socket: ClientConnection
    number: int = 0
    problems: list[str] = field(default_factory=list)

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command and its answer; events that come before it are looked at."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv(timeout=PATIENCE_SECONDS))
            if message.get("id") == self.number:
                if "error" in message:
                    raise BrowserError(f"{method}: {message['error']}")
                answer: dict[str, Any] = message["result"]
                return answer
            self._note(message)

    def _note(self, message: dict[str, Any]) -> None:
        method, told = message.get("method", ""), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.problems.append(str(told["exceptionDetails"].get("exception", {}).get("description", told["exceptionDetails"]["text"])))
        elif method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning"):
            self.problems.append(" ".join(str(one.get("value", one.get("description", ""))) for one in told["args"]))
        elif method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.problems.append(told["entry"]["text"])
        elif method == "Network.requestWillBeSent" and not told["request"]["url"].startswith(("file:", "data:", "blob:", "about:")):
            self.problems.append(f"a request to {told['request']['url']}")

    def size(self, width: int, height: int, scale: float = 1.0) -> None:
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=width < 600)

    def prefer(self, scheme: str) -> None:
        """Light or dark, as the reader's system says."""
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, address: str, until: str) -> None:
        """Load it, and wait until an expression of it is true."""
        self.ask("Page.navigate", url="about:blank")
        self.ask("Page.navigate", url=address)
        self.wait(f"location.href !== 'about:blank' && document.readyState === 'complete' && Boolean({until})")

    def wait(self, expression: str) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not self.value(f"Boolean({expression})"):
            if time.monotonic() > end:
                raise BrowserError(f"never true: {expression}; {self.problems}")
            time.sleep(0.02)

    def value(self, expression: str) -> Any:
        """What an expression of the page is; promises are waited for."""
        found = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise BrowserError(f"{expression[:200]}: {found['exceptionDetails'].get('exception', {}).get('description')}")
        return found["result"].get("value")

    def picture(self, height: int | None = None) -> bytes:
        """A PNG of what is seen; with a height, of the page from its top down to it."""
        more: dict[str, Any] = {}
        if height is not None:
            width = self.value("innerWidth")
            more = {"captureBeyondViewport": True, "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}}
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png", **more)["data"])


@contextmanager
def browser() -> Iterator[Tab]:
    """A browser with one empty tab, a profile of its own that goes with it. Raises BrowserError when there is none."""
    program = executable()
    if program is None:
        raise BrowserError("no Chromium: install Debian's package chromium")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        arguments = [program, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
        process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with connect(_address(Path(folder), process), max_size=LARGEST_ANSWER, compression=None) as socket:
                tab = Tab(socket)
                for area in ("Page", "Runtime", "Log", "Network"):
                    tab.ask(f"{area}.enable")
                yield tab
        finally:
            process.terminate()
            process.wait(timeout=20)


def _address(folder: Path, process: subprocess.Popen[bytes]) -> str:
    """Where its first tab listens; the browser writes the port into its profile."""
    from urllib.request import urlopen

    told, end = folder / "DevToolsActivePort", time.monotonic() + PATIENCE_SECONDS
    while not (told.is_file() and "\n" in told.read_text()):
        if process.poll() is not None or time.monotonic() > end:
            raise BrowserError("Chromium did not start")
        time.sleep(0.05)
    port = told.read_text().split("\n")[0]
    with urlopen(f"http://127.0.0.1:{port}/json/list", timeout=20) as answer:
        tabs = json.load(answer)
    return str(next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page"))
