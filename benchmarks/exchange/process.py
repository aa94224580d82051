"""The exchange as a child process, so that it has a core of its own, and how to ask it for its truth."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from types import TracebackType
from typing import Any
from urllib.request import urlopen

from benchmarks.days import midnight_ms
from benchmarks.measure import PROJECT


class ExchangeProcess:
    """`with ExchangeProcess(50, first, now) as exchange:` serves until the block ends."""

    def __init__(self, symbols: int, first: date, now: date, days_ahead: int = 1) -> None:
        days = ["--first", first.isoformat(), "--now", now.isoformat(), "--days-ahead", str(days_ahead)]
        self._command = [sys.executable, "-m", "benchmarks.exchange", "--symbols", str(symbols), *days]

    def __enter__(self) -> ExchangeProcess:
        self._process = subprocess.Popen(self._command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the exchange did not start (exit {self._process.wait()}): {' '.join(self._command)}")
        self.url: str = json.loads(line)["url"]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait()

    def set_clock(self, day: date) -> None:
        """It is 00:00 UTC of this day; counting begins anew."""
        self._ask(f"clock?now_ms={midnight_ms(day)}")

    def truth(self, first: date, end: date) -> dict[str, Any]:
        """Counts and sums of the days from `first` up to, not including, `end`."""
        return self._ask(f"truth?start_ms={midnight_ms(first)}&end_ms={midnight_ms(end)}")

    def stats(self) -> dict[str, Any]:
        """Since the clock was last set: requests, rows and bytes served, the exchange's own CPU."""
        return self._ask("stats")

    def _ask(self, what: str) -> dict[str, Any]:
        with urlopen(f"{self.url}/control/{what}", timeout=60) as answer:
            found: dict[str, Any] = json.load(answer)
        return found
