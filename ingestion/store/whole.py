"""Writing a small file so that it is there whole or not at all: what state, journals and settings of others are kept in."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, content: bytes | str) -> None:
    """Write beside and rename; makes the folder. A reader sees the old content or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    try:
        partial.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    partial.replace(path)


def clear_leftovers(folder: Path) -> None:
    """Remove what a process that was killed left half written in this folder and those in it; what a living one writes stays."""
    for path in (*folder.glob("*.partial"), *folder.glob("*/*.partial")):
        writer = path.suffixes[-2].removeprefix(".") if len(path.suffixes) > 1 else ""
        if not (writer.isdecimal() and _lives(int(writer))):
            path.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
