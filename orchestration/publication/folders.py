"""Where versions lie and what links to them. A folder becomes a version, or goes, by one rename: a kill leaves no half.

`versions/<number>/` holds one version whole, `current` links to the folder of the one that is out.
`perps.duckdb` and `parquet` beside it lead through `current` and never change.
Belongs here: names, links, renames, syncing to disk. Does not: what is inside a version.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

KEPT = 3
READ_ONLY = 0o444
DATABASE, PARQUET = "perps.duckdb", "parquet"
BUILDING, REMOVING = ".building-", ".removing-"
OLD_DATABASE, OLD_PARQUET = "perps-", "parquet-"  # once versions lay beside the links, named by the clock


class Folders:
    """The folders of `published/`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.versions = root / "versions"

    def version(self, name: str) -> Path:
        return self.versions / name

    def kept(self) -> list[str]:
        """Names of whole versions, newest first."""
        names = [path.name for path in self.versions.iterdir() if path.name.isdigit()] if self.versions.is_dir() else []
        return sorted(names, key=int, reverse=True)

    def current(self) -> str | None:
        """The version that is out; before a folder of the old naming is taken over, its stamp."""
        link, old = self.root / "current", self.root / DATABASE
        if link.is_symlink():
            return link.readlink().name
        is_old = old.is_symlink() and old.readlink().name.startswith(OLD_DATABASE)
        return old.readlink().stem.removeprefix(OLD_DATABASE) if is_old else None

    def next(self) -> str:
        """The number after the greatest in use: no clock decides which version is newer."""
        used = [int(name) for name in (*self.kept(), self.current()) if name and name.isdigit()]
        return f"{max(used, default=0) + 1:06}"

    def prepare(self) -> None:
        """Clear what killed publications left, and make the links. Only for who holds the publication's lock: nobody else builds then."""
        self.versions.mkdir(parents=True, exist_ok=True)
        for leftover in (*_hidden(self.root), *_hidden(self.versions)):
            remove(leftover)
        if not (self.root / "current").is_symlink():
            self._take_over()
        for name in (DATABASE, PARQUET):
            relink(self.root / name, f"current/{name}")
        for old in (*self.root.glob(f"{OLD_DATABASE}*.duckdb"), *self.root.glob(f"{OLD_PARQUET}*")):
            remove(old)

    def _take_over(self) -> None:
        """What is out under the old naming becomes a version by hard links: readers see the same file before and after."""
        stamp = self.current()
        if stamp and (database := self.root / f"{OLD_DATABASE}{stamp}.duckdb").exists():
            with self.building(self.next()) as folder:
                (folder / DATABASE).hardlink_to(database)
                (folder / PARQUET).mkdir()
                for file in (self.root / f"{OLD_PARQUET}{stamp}").glob("*.parquet"):
                    (folder / PARQUET / file.name).hardlink_to(file)
            self.point_to(folder.name.removeprefix(BUILDING))

    @contextmanager
    def building(self, name: str) -> Iterator[Path]:
        """A folder to fill; it becomes the version of this name when all went well, and goes when not."""
        folder = self.versions / f"{BUILDING}{name}"
        folder.mkdir()
        try:
            yield folder
            sync(folder)
            folder.replace(self.version(name))
            sync(self.versions)
        except BaseException:
            remove(folder)
            raise

    def point_to(self, name: str) -> None:
        """The one rename that swaps everything."""
        relink(self.root / "current", f"{self.versions.name}/{name}")

    def prune(self, *never: str | None) -> None:
        """Keep the last versions, these names before newer ones; the linked one always stays. What was taken out of them goes."""
        kept = self.kept()
        wanted = [name for name in dict.fromkeys([self.current(), *never, *kept]) if name in kept]
        for name in wanted[KEPT:]:
            self.retire(name)
        for folder in self.versions.glob(f"{REMOVING}*"):
            remove(folder)

    def retire(self, name: str) -> Path:
        """Take a version out of those kept; its folder under another name."""
        folder = self.versions / f"{REMOVING}{name}"
        self.version(name).replace(folder)
        return folder


def relink(link: Path, target: str) -> None:
    """A relative link, swapped by one rename; untouched when it is right already."""
    if link.is_symlink() and str(link.readlink()) == target:
        return
    temporary = link.with_name(f".{link.name}.{os.getpid()}")
    temporary.symlink_to(target)
    temporary.replace(link)
    sync(link.parent)


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Force a file or folder to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _hidden(folder: Path) -> Iterable[Path]:
    names = (BUILDING, REMOVING, f".{DATABASE}.", f".{PARQUET}.", ".current.")
    return [path for path in folder.iterdir() if path.name.startswith(names)]
