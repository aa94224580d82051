"""The simulator as a child process: the demo uses it so that server and client each have a core."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime
from types import TracebackType
from urllib.request import Request, urlopen


class SimulatorProcess:
    """`with SimulatorProcess(start, days, now) as simulator:` serves until the block ends."""

    def __init__(self, start: date, days: int, now: datetime, latency_ms: float = 0.0) -> None:
        self._arguments = ["--start", start.isoformat(), "--days", str(days), "--now", now.isoformat(), "--latency-ms", str(latency_ms)]

    def __enter__(self) -> SimulatorProcess:
        command = [sys.executable, "-P", "-m", "simulator", "--port", "0", *self._arguments]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the simulator did not start (exit {self._process.wait()}): {' '.join(command)}")
        ready = json.loads(line)
        self.url: str = ready["url"]
        self._sources: list[str] = ready["sources"]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait()

    def base_urls(self) -> dict[str, str]:
        """Address of every source, for PERPS_BASE_URL__<SOURCE>."""
        return {source: f"{self.url}/{source}" for source in self._sources}

    def set_now(self, now: datetime) -> None:
        """Move the simulated clock."""
        order = json.dumps({"action": "set_now", "now": now.isoformat()}).encode()
        with urlopen(Request(f"{self.url}/_control", data=order, method="POST"), timeout=10) as answer:
            answer.read()
