"""Running one command and measuring it: wall time and peak memory of the child."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PERPS = str(Path(sys.executable).parent / "perps")


@dataclass(frozen=True)
class Measured:
    """One command's cost; memory is the resident peak of its process."""

    seconds: float
    peak_megabytes: float


def measure(arguments: list[str], environment: dict[str, str]) -> Measured:
    """Run `perps` with these arguments. Raises RuntimeError when it does not exit with 0."""
    began = time.perf_counter()
    settings = [f"{name}={value}" for name, value in environment.items()]
    with subprocess.Popen(["env", *settings, PERPS, *arguments], stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"perps {' '.join(arguments)}: exit {process.returncode}")
    return Measured(time.perf_counter() - began, usage.ru_maxrss / 1000)
