"""The whole of Dagster's daemon killed while a run is at each stage, then the daemon alone: how soon the next scheduled run starts.

Belongs here: the kill and the clock. Does not: what is scheduled (daemon_job.py).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from benchmarks.chaos.daemon_job import QUICK
from benchmarks.measure import PROJECT, with_descendants
from benchmarks.report import progress, show
from ingestion.settings import load_settings
from orchestration.environment import prepare_dagster, variables
from orchestration.living import is_held

WITHIN_SECONDS = 120.0
LONGEST_SECONDS = 400.0
SETTINGS = {"PERPS_SOURCES": "binance", "PYTHONPATH": str(PROJECT)}
STATUS = dg.DagsterRunStatus
Moment = Callable[[dg.DagsterRun], bool]
MOMENTS: dict[str, Moment] = {
    "starting": lambda run: run.status == STATUS.STARTING,
    "started": lambda run: run.status == STATUS.STARTED,
    "in its step": lambda run: run.status == STATUS.STARTED and bool(is_held(load_settings(), run.run_id)),
}


def seconds_until_the_next(moment: Moment) -> float | None:
    """Of one kill; None when no run started for a long time."""
    with tempfile.TemporaryDirectory() as made, variables({**SETTINGS, "PERPS_DATA_DIR": made}):
        prepare_dagster()
        with dg.DagsterInstance.get() as instance:
            with _daemon(Path(made)):
                killed = _seen(instance, moment)
            (Path(made) / QUICK).touch()
            began = time.monotonic()
            with _daemon(Path(made)):
                following = _seen(instance, lambda run: run.run_id != killed and run.status in (STATUS.STARTED, STATUS.SUCCESS))
                took = time.monotonic() - began
        return took if killed and following else None


@contextmanager
def _daemon(folder: Path) -> Iterator[None]:
    """It runs until the block ends, and is killed then with all that it started."""
    command = [str(Path(sys.executable).parent / "dagster-daemon"), "run", "-m", "benchmarks.chaos.daemon_job"]
    with (folder / "daemon.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=PROJECT, stdout=log, stderr=log, start_new_session=True)
    try:
        yield
    finally:
        _kill(process)


def _seen(instance: dg.DagsterInstance, moment: Moment) -> str | None:
    """The first run of which the moment is true."""
    began = time.monotonic()
    while time.monotonic() - began < LONGEST_SECONDS:
        for run in instance.get_runs():
            if moment(run):
                return run.run_id
        time.sleep(0.05)
    return None


def _kill(daemon: subprocess.Popen[bytes]) -> None:
    """The daemon, its code servers and their runs, as a power cut does."""
    for pid in with_descendants(daemon.pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    daemon.wait()


def run() -> bool:
    """Print the table; True when each next run started in time."""
    lines, is_right = [], True
    for name, moment in MOMENTS.items():
        took = seconds_until_the_next(moment)
        is_right = is_right and took is not None and took <= WITHIN_SECONDS
        lines.append((name, "never" if took is None else round(took)))
        progress(f"killed when {name}: the next run started after {lines[-1][1]} s")
    show("The daemon killed, and started again", ("the run was", "seconds until the next scheduled run started"), lines)
    return is_right
