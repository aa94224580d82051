"""What a machine does to a run: no room for a file, a folder that may only be read, a clock that jumps, a second run at once.

Belongs here: each hardship, and whether what comes after is right. Does not: kills (kills.py).
"""

from __future__ import annotations

import os
import resource
import signal
import stat
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.chaos import children, data
from benchmarks.chaos.corpus import NOW, asked
from benchmarks.chaos.killing import FORKS, undisturbed, undisturbed_job
from benchmarks.chaos.kills import World, world
from benchmarks.report import progress, show
from ingestion.errors import SettingsError
from ingestion.settings import load_settings
from ingestion.venue.registry import all_sources
from orchestration import publish as publication
from orchestration.publish import current_version, versions
from orchestration.published import ask

NOBODY = 65534
LARGEST_FILES = (1_000, 30_000, 300_000, 3_000_000)
JUMPS = (timedelta(days=400), timedelta(days=-900), timedelta(0))


def limited_job(environment: Mapping[str, str], days: tuple[date, date], largest: int, told: Connection) -> None:
    """The daily job where no file may be larger than this: each write beyond fails, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
    children.job(environment, "daily", days, told)


def no_room(one: World) -> list[str]:
    """Files may be of a thousand bytes at most, then of more; then of any size."""
    wrong, (folder, environment) = [], one.copy("no room")
    for largest in LARGEST_FILES:
        receiver, sender = FORKS.Pipe(duplex=False)
        process = FORKS.Process(target=limited_job, args=(environment, one.days, largest, sender))
        process.start()
        process.join()
        receiver.close()
        sender.close()
        progress(f"files of {largest:,} bytes at most: the daily job ended with {process.exitcode}")
        if (largest, process.exitcode) == (LARGEST_FILES[0], 0):
            wrong.append("the daily job ended well with files of a thousand bytes: the limit does nothing")
        wrong += [] if data.is_whole(folder) else [f"files of {largest:,} bytes: the publication is not whole"]
    return wrong + _is_right_after(one, folder, environment)


def two_at_once(one: World) -> list[str]:
    """The daily job twice at the same time: one waits for the other, and both end well."""
    folder, environment = one.copy("two")
    pipes = [FORKS.Pipe(duplex=False) for _ in range(2)]
    processes = [FORKS.Process(target=children.job, args=(environment, "daily", one.days, sender)) for _, sender in pipes]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    codes = [process.exitcode for process in processes]
    return ([] if codes == [0, 0] else [f"two runs ended with {codes}"]) + _is_right_after(one, folder, environment)


def _is_right_after(one: World, folder: Path, environment: dict[str, str]) -> list[str]:
    code, _ = undisturbed_job(children.job, environment, "daily", one.days)
    wrong = [f"the next run ended with {code}"] if code else []
    wrong += ["rows without their landed body"] if data.bodies_missing(folder) else []
    wrong += [f"left over: {name}" for name in data.left_over(folder)]
    return wrong + [f"rows of {table}" for table in data.differing(data.published(folder), data.published(one.folder / "whole"))]


def clock_jumps_of_publication() -> list[str]:
    """The clock is ahead by more than a year, then behind, then right: every publication is the one that is out."""
    with tempfile.TemporaryDirectory() as made:
        folder, wrong = Path(made), []
        for number, jump in enumerate((timedelta(0), *JUMPS, *JUMPS)):
            code, _ = undisturbed(_publication_at, folder, number, jump)
            settings = load_settings(_env_file=None, data_dir=folder)
            is_out = data.is_whole(folder) and data.numbers(folder, children.TABLES) == {number}
            is_newest = versions(settings)[0] == current_version(settings)
            wrong += [] if (code, is_out, is_newest) == (0, True, True) else [f"publication {number}, the clock off by {jump}: not out"]
        return wrong


def _publication_at(folder: Path, number: int, jump: timedelta) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + jump

    publication.datetime = Clock  # type: ignore[attr-defined]
    children.publication(folder, number)


def clock_jumps_of_ingestion(name: str = "okx") -> list[str]:
    """The same day is fetched with the clock right, a year ahead, behind by a year, and right again: the rows are those of once."""
    source, wrong = all_sources()[name], []
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        asked(source, folder)
        once = data.raw(folder, [name])
        for jump in (timedelta(days=366), timedelta(days=-366), timedelta(0)):
            asked(source, folder, now=NOW + jump)
            if different := data.differing(data.raw(folder, [name]), once):
                wrong.append(f"the clock off by {jump.days} days: rows of {', '.join(different)}")
    return wrong


def read_only(one: World) -> list[str]:
    """A folder that nobody may write: queries are answered and nothing in it is touched."""
    folder, _ = one.copy("read only")
    paths = [folder, *(path for path in folder.rglob("*") if not path.is_symlink())]
    for path in paths:
        path.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH | (0o111 if path.is_dir() else 0))
    one.folder.chmod(0o755)
    before = {path: path.stat().st_mtime_ns for path in paths}
    code, _ = undisturbed(_query, folder)
    touched = [str(path.relative_to(folder)) for path in before if path.stat().st_mtime_ns != before[path]]
    for path in paths:
        path.chmod(0o755)
    return ([f"a query ended with {code}"] if code else []) + [f"touched: {path}" for path in touched]


def _query(folder: Path) -> None:
    """Who is root may write everywhere, so root becomes nobody first."""
    if os.geteuid() == 0:
        os.setuid(NOBODY)
    try:
        _, rows = ask(folder / "published" / "perps.duckdb", "select count(*) from fct_volume_daily")
    except SettingsError as error:
        print(error, file=sys.stderr, flush=True)
        os._exit(2)
    os._exit(0 if rows[0][0] > 0 else 1)


def run() -> bool:
    """Print the table; True when all of it is right."""
    found: dict[str, list[str]] = {
        "clock jumps, publication": clock_jumps_of_publication(),
        "clock jumps, ingestion": clock_jumps_of_ingestion(),
    }
    with world() as one:
        hardships: dict[str, Callable[[World], list[str]]] = {
            "no room for a file": no_room, "two daily jobs at once": two_at_once, "read-only folder": read_only
        }  # fmt: skip
        for name, hardship in hardships.items():
            found[name] = hardship(one)
            progress(f"{name}: {found[name] or 'right'}")
    show("Hardships", ("what", "wrong"), [(name, len(wrong)) for name, wrong in found.items()])
    for name, wrong in found.items():
        for text in wrong:
            print(f"wrong, {name}: {text}")
    return not any(found.values())
