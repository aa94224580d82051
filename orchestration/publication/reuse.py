"""A database of an older version to bring up to date, where that is cheaper than writing all tables again.

A file may only be written where nobody reads it. So, in this order: a copy that shares its blocks with what is out,
where the file system makes one; the oldest version, which would go now anyway, when the kernel says that no process has
it open; a plain copy of what is out.
Belongs here: which file, and that nobody has it. Does not: what is written into it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

from orchestration.publication.folders import DATABASE, KEPT, Folders, remove
from orchestration.publication.manifest import Manifest

SHARE_BLOCKS = 0x40049409  # FICLONE of linux/fs.h: btrfs, XFS, bcachefs and others
WRITABLE = 0o644


def databases(folders: Folders, target: Path) -> Iterator[Manifest]:
    """Put one database after the other at `target`, and give what it holds. Who cannot use one removes it and asks for the next."""
    current = folders.current()
    out = folders.version(current) if current and current.isdigit() else None
    held = Manifest.read(out) if out else None
    if out and held and _share(out / DATABASE, target):
        yield held
    elif (oldest := _oldest(folders)) and (older := Manifest.read(folders.version(oldest))):
        retired = folders.retire(oldest) / DATABASE
        if is_free(retired):
            retired.replace(target)
            target.chmod(WRITABLE)
            yield older
    if out and held:
        shutil.copyfile(out / DATABASE, target)
        yield held


def is_free(path: Path) -> bool:
    """Whether no process has the file open, ours included, and no other name leads to it. False where the system cannot tell.

    A write lease is granted on just this condition (fcntl(2)); DuckDB's own lock does not see readers within this process.
    """
    if not hasattr(fcntl, "F_SETLEASE") or path.stat().st_nlink > 1:
        return False
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)  # should someone open it meanwhile, this is sent to us, and ignored
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def _oldest(folders: Folders) -> str | None:
    """The version that the next one displaces, if there is one."""
    kept, current = folders.kept(), folders.current()
    others = [name for name in kept if name != current]
    return others[-1] if len(kept) >= KEPT and others else None


def _share(source: Path, target: Path) -> bool:
    try:
        with source.open("rb") as one, target.open("wb") as other:
            fcntl.ioctl(other.fileno(), SHARE_BLOCKS, one.fileno())
    except OSError:
        remove(target)
        return False
    return True
