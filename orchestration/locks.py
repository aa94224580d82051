"""Locks of a data folder that several modules take, and who holds them. Belongs here: which file each is, and what is told to who waits.
Does not: what is done under a lock."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import AcquireReturnProxy, FileLock, Timeout

from ingestion.settings import Settings
from ingestion.store.whole import write_whole


class ToldLock(FileLock):
    """A file lock whose holder leaves its name beside it, so that who has to wait can say for whom. It waits as long as it takes."""

    def acquire(self, *args: Any, **options: Any) -> AcquireReturnProxy[Any]:
        is_first = not self.is_locked
        try:
            proxy = super().acquire(timeout=0)
        except Timeout:
            sys.stderr.write(f"waiting for the {Path(self.lock_file).stem}: {holder(Path(self.lock_file))} has it\n")
            proxy = super().acquire(*args, **options)
        if is_first:
            since = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
            with suppress(OSError):  # on a full disk too it is ours
                write_whole(_note(Path(self.lock_file)), f"process {os.getpid()} ({_command()}), since {since}")
        return proxy


def warehouse_lock(settings: Settings) -> ToldLock:
    """Who opens the warehouse holds it: build, gate, publication. One object a process, so who holds it may take it again."""
    return _lock(settings, "warehouse")


def publication_lock(settings: Settings) -> ToldLock:
    """Who adds or removes a version, or points to another one, holds it. Taken after the warehouse's where both are needed."""
    return _lock(settings, "publication")


def landing_lock(settings: Settings) -> ToldLock:
    """Who joins files of landing holds it, and who reads all of them."""
    return _lock(settings, "landing")


def holder(lock: Path) -> str:
    """Who took this lock last; only asked where somebody has it."""
    try:
        return _note(lock).read_text()
    except OSError:
        return "another process"


def _lock(settings: Settings, name: str) -> ToldLock:
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    return ToldLock(settings.state_dir / f"{name}.lock", is_singleton=True)


def _note(lock: Path) -> Path:
    return lock.with_suffix(".holder")


def _command() -> str:
    """How this process was called, without the path of the program."""
    told = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]).strip()
    return told if len(told) <= 60 else f"{told[:59]}…"
