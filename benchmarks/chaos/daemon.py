"""Runs killed at every stage, all in one history, then Dagster's daemon alone: how soon the next scheduled run starts.

Belongs here: the daemon and the clock. Does not: the kills (dying.py), what is scheduled (daemon_job.py).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from benchmarks.chaos.dying import STAGES
from benchmarks.measure import PROJECT, own_environment, with_descendants
from benchmarks.report import progress, show
from orchestration.environment import prepare_dagster, variables

WITHIN_SECONDS = 120.0
LONGEST_SECONDS = 600.0
SETTINGS = {"PERPS_SOURCES": "binance"}


@dataclass(frozen=True)
class Following:
    """The first scheduled run that the queue let out, by Dagster's own entries: so that nothing hangs on when we look.

    `seconds` from the last kill, `seconds_of_daemon` from when the daemon had begun to work: a machine at its limit starts it late.
    """

    seconds: float
    seconds_of_daemon: float
    ends: dict[str, str]  # what the killed run of each stage is told as


@dataclass(frozen=True)
class Left:
    """A data folder with a run killed at every stage, and a daemon that was started after that."""

    folder: Path
    killed: dict[str, str]  # by stage
    killed_at: float
    environment: dict[str, str] = field(repr=False)

    def following(self) -> Following | None:
        """Waits until a scheduled run has begun; None when none did for a long time."""
        began, begun = time.monotonic(), [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.SUCCESS]
        with variables(self.environment), dg.DagsterInstance.get() as instance:
            while time.monotonic() - began < LONGEST_SECONDS:
                runs = instance.get_runs(dg.RunsFilter(job_name="cheap", statuses=begun))
                if runs:
                    return self._seen(instance, min(instance.get_run_stats(run.run_id).launch_time or 0.0 for run in runs))
                time.sleep(0.5)
        return None

    def _seen(self, instance: dg.DagsterInstance, launched_at: float) -> Following:
        records = {stage: instance.get_run_record_by_id(run_id) for stage, run_id in self.killed.items()}
        ends = {stage: record.dagster_run.status.value for stage, record in records.items() if record}
        up_at = min(record.end_time for record in records.values() if record and record.end_time)
        return Following(launched_at - self.killed_at, launched_at - up_at, ends)


@contextmanager
def killed_at_every_stage(folder: Path) -> Iterator[Left]:
    """The kills, then the daemon, which runs until the block ends."""
    environment = own_environment(folder, {**SETTINGS, "PERPS_DATA_DIR": str(folder), "DAGSTER_HOME": str(folder / "dagster")})
    with variables(environment):
        prepare_dagster()
    dying = [sys.executable, "-m", "benchmarks.chaos.dying"]
    with (folder / "dying.log").open("wb") as log:
        told = subprocess.run(dying, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE, stderr=log, text=True)
    left = Left(folder, json.loads(told.stdout.splitlines()[-1]), time.time(), environment)
    with _daemon(left):
        yield left


@contextmanager
def _daemon(left: Left) -> Iterator[None]:
    """It is killed in the end, with its code servers and their runs."""
    command = [str(Path(sys.executable).parent / "dagster-daemon"), "run", "-m", "benchmarks.chaos.daemon_job"]
    with (left.folder / "daemon.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=PROJECT, env=left.environment, stdout=log, stderr=log, start_new_session=True)
    try:
        yield
    finally:
        for pid in with_descendants(process.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.wait()


def run() -> bool:
    """Print the table; True when the next run started in time and every killed one was told as failed."""
    with tempfile.TemporaryDirectory() as made, killed_at_every_stage(Path(made)) as left:
        progress(f"killed when {', '.join(STAGES)}; the daemon is alone")
        found = left.following() or Following(float("inf"), float("inf"), {})
    rows = [(stage, found.ends.get(stage)) for stage in STAGES]
    show("Killed at every stage, and the daemon alone", ("the run was", "it is told as"), rows)
    progress(
        f"the next scheduled run was let out {found.seconds:.0f} s after the kills, {found.seconds_of_daemon:.0f} s after the daemon was up"
    )
    return found.seconds <= WITHIN_SECONDS and set(found.ends.values()) == {"FAILURE"}
