"""Dagster's UI for as long as it is looked at: started on loopback over a folder of data, with its runs taken in, and ended for sure.

Belongs here: its life, and which of its pages the documents show. Does not: the browser (chromium.py), how pictures are kept.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

import httpx

from benchmarks.chromium import BrowserError
from benchmarks.measure import PERPS, own_environment
from ingestion.settings import PROJECT_ROOT, Settings
from orchestration.environment import prepare_dagster
from orchestration.history import catch_up
from orchestration.journal import unreported

PATIENCE_SECONDS = 300.0


@dataclass(frozen=True)
class View:
    """A page of the UI, drawn when `words` can be read on it and NOT_YET cannot; `before` is done on the page opened before it."""

    name: str
    address: str
    words: str
    size: tuple[int, int]
    before: str = "undefined"
    left: int = 0  # pixels that the picture leaves out


NOT_YET = ("In Progress", "Loading", "Starting")
DOWNWARDS = "localStorage.setItem('asset-graph-direction', JSON.stringify('vertical'))"  # nine groups side by side cannot be read


def views(last_month: str) -> tuple[View, ...]:
    """Those in docs/dagster.md."""
    gate, klines = "quality/gate_results", "binance/klines"
    return (
        View("runs", "/runs", "pictures", (1280, 460), left=240),
        View("checks", f"/assets/{gate}?view=checks&checkDetail=fct_volume_daily_is_plausible", "Passed", (1280, 760), left=240),
        View("partitions", f"/assets/{klines}?view=partitions&partition={last_month}", "row_count", (1280, 700), left=240),
        View("lineage", "/asset-groups", "published", (1280, 1000), before=DOWNWARDS, left=540),
    )


@contextmanager
def dagster_ui(settings: Settings) -> Iterator[str]:
    """Where it listens, once it knows its assets and has every run of the command line."""
    prepare_dagster()
    while unreported(settings):
        catch_up(settings)
    port = _free_port()
    arguments = [*PERPS, "dev", "--port", str(port)]
    environment = own_environment(settings.data_dir, {"PERPS_DATA_DIR": str(settings.data_dir)})
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(arguments, env=environment, cwd=PROJECT_ROOT, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, process)
        yield address
    finally:
        _end(process)


def _free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    """Until it answers with the assets of the code location."""
    end = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < end:
        with suppress(httpx.HTTPError, KeyError, ValueError):
            answer = httpx.post(f"{address}/graphql", json={"query": "{assetNodes{id}}"}, timeout=60).json()
            if answer["data"]["assetNodes"]:
                return
        time.sleep(0.5)
    raise BrowserError("Dagster's UI did not start")


def _end(process: subprocess.Popen[bytes]) -> None:
    """As Ctrl-C does; what is left of its group after that is killed."""
    process.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=60)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
