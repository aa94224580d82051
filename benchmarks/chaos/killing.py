"""Processes that are forked from one that has imported everything, and killed with SIGKILL at a random instant.

Belongs here: how a process is started and killed. Does not: what it does (children.py), what is found afterwards (kills.py).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import date
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from typing import Any


def _forks() -> ForkServerContext:
    """Processes begin as copies of one that has imported everything."""
    found = get_context("forkserver")
    found.set_forkserver_preload(["benchmarks.chaos.children"])
    return found


FORKS = _forks()
LONGEST_SECONDS = 600.0
KILLED = -9  # the exit code of such a process
BEYOND = 0.35  # of a step's usual time added to it: a step is killed in its last moments too, or just after


def killed_in(
    step: str, usual: dict[str, float], rng: random.Random, target: Callable[..., None], *arguments: Any
) -> tuple[str | None, int | None]:
    """Start it, wait until it says that this step has begun, kill it within about the step's usual time.

    Gives the step in which it was killed, or None when it was faster and came to its end; and its exit code.
    """
    receiver, sender = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=target, args=(*arguments, sender))
    process.start()
    sender.close()
    last = _until(receiver, step)
    if last == step:
        time.sleep(rng.uniform(0, usual.get(step, 0.5) * (1 + BEYOND)))
    while receiver.poll() and (told := _received(receiver)):
        last = told
    process.kill()
    process.join(LONGEST_SECONDS)
    return (last if process.exitcode == KILLED else None), process.exitcode


def killed_within(seconds: float, rng: random.Random, target: Callable[..., None], *arguments: Any) -> int | None:
    """Start it and kill it within about its usual time; its exit code, which is not KILLED when it was faster."""
    process = FORKS.Process(target=target, args=arguments)
    process.start()
    process.join(rng.uniform(0, seconds * (1 + BEYOND)))
    process.kill()
    process.join(LONGEST_SECONDS)
    return process.exitcode


def undisturbed(target: Callable[..., None], *arguments: Any) -> tuple[int | None, float]:
    """Its exit code and the seconds it took."""
    began = time.monotonic()
    process = FORKS.Process(target=target, args=arguments)
    process.start()
    process.join(LONGEST_SECONDS)
    return process.exitcode, time.monotonic() - began


def undisturbed_job(
    target: Callable[..., None], environment: dict[str, str], name: str, days: tuple[date, date]
) -> tuple[int | None, dict[str, float]]:
    """Exit code of a job and the seconds of each of its steps."""
    receiver, sender = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=target, args=(environment, name, days, sender))
    process.start()
    sender.close()
    began: list[tuple[str, float]] = []
    while told := _received(receiver):
        began.append((told, time.monotonic()))
    process.join(LONGEST_SECONDS)
    ends = [at for _, at in began[1:]] + [time.monotonic()]
    return process.exitcode, {step: end - at for (step, at), end in zip(began, ends, strict=True)}


def _until(receiver: Connection, step: str) -> str:
    """The step that was asked for, or the last one that was told when it never came."""
    last = "starting"
    while last != step and (told := _received(receiver)):
        last = told
    return last


def _received(receiver: Connection) -> str | None:
    try:
        return str(receiver.recv())
    except EOFError:
        return None
