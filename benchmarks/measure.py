"""Running one command and measuring it: wall time, CPU and memory of the process with all its children.

Children get an environment of their own, nothing of ours: a `PERPS_` variable that happens to be set changes no measurement.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PERPS = [sys.executable, "-c", "from orchestration.cli import app; app()"]
SAMPLE_SECONDS = 0.05
LONGEST_SECONDS = 3600.0


def own_environment(home: Path, values: Mapping[str, str]) -> dict[str, str]:
    """What a child gets: nothing of ours, and these."""
    return {"PATH": os.defpath, "HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(PROJECT), **values}


@dataclass(frozen=True)
class Measured:
    """One command's cost: CPU is user and system with the children, memory the most that was resident at once."""

    seconds: float
    cpu_seconds: float
    peak_megabytes: float


def perps(arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> Measured:
    """Run `perps` with these arguments. Raises RuntimeError when it does not exit with 0."""
    return measure([*PERPS, *arguments], environment, folder)


def measure(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Measured:
    """Run it in this folder, its output in `last.log` there. Raises RuntimeError when it does not exit with 0."""
    own = own_environment(folder, environment)
    log = folder / "last.log"
    began = time.perf_counter()
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=folder, env=own, stdout=output, stderr=output, start_new_session=True) as process,
    ):
        memory = MemoryWatch(process.pid)
        memory.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        memory.stop()
    if process.returncode != 0:
        raise RuntimeError(f"exit {process.returncode}: {' '.join(command)}\n{log.read_text(errors='replace')[-2000:]}")
    return Measured(seconds, usage.ru_utime + usage.ru_stime, memory.peak_megabytes)


class MemoryWatch(threading.Thread):
    """Looks at a process and its descendants until stopped; ends one that takes longer than an hour.

    The kernel's own high-water mark begins at the parent's size, so it says nothing about a child smaller than we are.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._ended, self.peak_megabytes = pid, threading.Event(), 0.0

    def run(self) -> None:
        began = time.perf_counter()
        while not self._ended.wait(SAMPLE_SECONDS):
            self.look()
            if time.perf_counter() - began > LONGEST_SECONDS:
                os.killpg(self._pid, signal.SIGKILL)
                return

    def look(self) -> None:
        sizes = [_resident_megabytes(pid) for pid in with_descendants(self._pid)]
        self.peak_megabytes = max(self.peak_megabytes, sum(now for now, _ in sizes), *(most for _, most in sizes))

    def stop(self) -> None:
        self._ended.set()
        self.join()


def with_descendants(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        try:
            tasks = list(Path(f"/proc/{one}/task").iterdir())
        except OSError:  # it has ended meanwhile
            continue
        found += [int(child) for task in tasks for child in _read(task / "children").split()]
    return found


def _resident_megabytes(pid: int) -> tuple[float, float]:
    """Now, and at most since the process became this program."""
    lines = dict(line.split(":", 1) for line in _read(Path(f"/proc/{pid}/status")).splitlines() if ":" in line)
    now, most = (int(lines.get(name, "0").split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM"))
    return now, most


def _read(path: Path) -> str:
    """The text, or nothing when the process has ended meanwhile."""
    try:
        return path.read_text()
    except OSError:
        return ""
