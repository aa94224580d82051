"""Who writes raw and who reads it whole take turns: a file that is replaced while it is read gives rows of neither.

Writers come together (each source has its own files), a reader of all of it alone. A lock of its own for each call: threads wait for one
another as processes do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import ReadWriteLock

NAME = "raw.turns"


@contextmanager
def writing(state_dir: Path) -> Iterator[None]:
    """Files of raw are replaced; nobody reads all of it meanwhile."""
    with _lock(state_dir).read_lock():
        yield


@contextmanager
def reading_whole(state_dir: Path) -> Iterator[None]:
    """Files of raw stay as they are meanwhile: whoever has something to write waits."""
    with _lock(state_dir).write_lock():
        yield


def _lock(state_dir: Path) -> ReadWriteLock:
    state_dir.mkdir(parents=True, exist_ok=True)
    return ReadWriteLock(state_dir / NAME, is_singleton=False)
