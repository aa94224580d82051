"""What `perps doctor` says of this machine and its data folder: disk, locks, runs that died, versions.

Belongs here: facts that need no network, each with what to do where one is wrong. Does not: the sources (ingestion/venue/examination).
"""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from filelock import FileLock, Timeout

from ingestion.settings import PROJECT_ROOT, Settings
from orchestration.disk import told, zones
from orchestration.journal import killed
from orchestration.living import dead_runs
from orchestration.locks import holder
from orchestration.timing import SET_IT, fetched_later

LEAST_FREE_BYTES = 2_000_000_000
SUPPORTED = ((3, 11), (3, 14))
MATTER = ("duckdb", "polars", "pyarrow", "dagster", "dbt-core", "dbt-duckdb", "great-expectations", "httpx", "aiohttp")


@dataclass(frozen=True)
class Fact:
    """Something that was looked at; `advice` only where it is wrong."""

    what: str
    found: str
    advice: str = ""

    @property
    def is_wrong(self) -> bool:
        return bool(self.advice)


def facts(settings: Settings, now: datetime | None = None) -> list[Fact]:
    """Everything about this machine, wrong or not."""
    return [*_disk(settings), *_locks(settings), *_dead(settings), *_versions(), *_clock(settings, now or datetime.now(UTC))]


def _disk(settings: Settings) -> Iterator[Fact]:
    folder = next(path for path in (settings.data_dir, *settings.data_dir.parents) if path.exists())
    held = zones(settings)
    yield Fact("data", f"{settings.data_dir}: " + (", ".join(f"{zone} {told(size)}" for zone, size in held.items()) or "empty"))
    if not os.access(folder, os.W_OK):
        yield Fact("folder", f"{folder} cannot be written", "give this user the folder, or set PERPS_DATA_DIR")
    free, need = shutil.disk_usage(folder).free, max(LEAST_FREE_BYTES, held.get("warehouse.duckdb", 0) + held.get("published", 0))
    advice = f"make room: a full build and a publication want about {told(need)}" if free < need else ""
    yield Fact("disk", f"{told(free)} free", advice)


def _locks(settings: Settings) -> Iterator[Fact]:
    """Who holds a lock is at work, which is no fault; a file that cannot be locked is one."""
    held = []
    for path in sorted(settings.state_dir.glob("*.lock")):
        try:
            with FileLock(path, timeout=0):
                pass
        except Timeout:
            held.append(f"{path.stem} by {holder(path)}")
        except OSError as error:
            yield Fact("locks", f"{path.name}: {error}", "the data folder must be on a disk that can lock files, and be writable")
    yield Fact("locks", f"held: {', '.join(held)}" if held else "none held")
    yield _opened(settings)


def _opened(settings: Settings) -> Fact:
    """Whether another program holds the warehouse: a build would fail."""
    import duckdb

    if settings.lake_catalog:
        from orchestration import lake

        return Fact("warehouse", "in DuckLake" if lake.is_there(settings) else "not built yet in DuckLake")
    if not settings.warehouse.exists():
        return Fact("warehouse", "not built yet")
    try:
        duckdb.connect(str(settings.warehouse), read_only=True).close()
    except duckdb.Error as error:
        return Fact("warehouse", str(error).splitlines()[0], "close that program, or let it open the published file instead")
    return Fact("warehouse", "can be opened")


def _dead(settings: Settings) -> Iterator[Fact]:
    queued, found = dead_runs(settings), killed(settings)
    if queued:
        yield Fact("runs", f"killed, and still started in Dagster's history: {', '.join(queued)}", "`perps status` or any run ends them")
    for job, began in found[-3:]:
        yield Fact("runs", f"{job} of {began[:16]} was killed", "run it again: what it had done is kept")
    if not queued and not found:
        yield Fact("runs", "none died")


def _versions() -> Iterator[Fact]:
    """What is installed, against what the project was tested with."""
    python = platform.python_version()
    is_supported = SUPPORTED[0] <= tuple(map(int, python.split(".")[:2])) < SUPPORTED[1]
    yield Fact("python", f"{python} on {platform.system()}", "" if is_supported else "Python 3.11 to 3.13 is supported")
    locked = dict(re.findall(r"^([\w.-]+)==([^\s\\;]+)", _lock_file(), re.MULTILINE))
    other = [f"{name} {_installed(name)}, tested with {locked[name]}" for name in MATTER if _installed(name) != locked.get(name)]
    yield Fact("packages", "; ".join(other) or "as tested", "set the environment up again: remove .venv, `make check`" if other else "")


def _clock(settings: Settings, now: datetime) -> Iterator[Fact]:
    yield Fact("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")
    later = fetched_later(settings, now)
    if later:
        found = f"{len(later)} entities with rows fetched up to {max(later.values()):%Y-%m-%d %H:%M} UTC: {', '.join(list(later)[:4])}"
        yield Fact("raw", found, f"{SET_IT}; what comes before that moment does not count as newer")


def _lock_file() -> str:
    path = PROJECT_ROOT / "requirements.lock"
    return path.read_text() if path.exists() else ""


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
