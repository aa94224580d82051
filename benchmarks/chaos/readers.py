"""Readers beside a writer that publishes on and on: the file, and the parquet files through the link resolved once.

Belongs here: both ends and the counts. Does not: what a publication is made of (children.py).
"""

from __future__ import annotations

import tempfile
from collections import Counter
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb

from benchmarks.chaos import children, data
from benchmarks.chaos.killing import FORKS, undisturbed
from benchmarks.report import progress, show

WAYS = ("file", "parquet")


def read(way: str, folder: Path, stop: Event, told: Connection) -> None:
    """Read every table of one publication, on and on; tell what was seen."""
    seen, newest = Counter[str](), -1
    while not stop.is_set():
        try:
            rows = _of_file(folder) if way == "file" else _of_parquet(folder)
        except (duckdb.Error, OSError) as error:
            seen["errors"] += 1
            seen[f"error: {str(error)[:120]}"] += 1
            continue
        numbers = {number for low, high, _ in rows for number in (low, high)}
        seen["reads"] += 1
        seen["torn"] += len(numbers) > 1 or {count for *_, count in rows} != {children.ROWS}
        seen["went back"] += max(numbers) < newest
        newest = max(newest, *numbers)
    told.send(seen)


def _of_file(folder: Path) -> list[tuple[int, int, int]]:
    with duckdb.connect(str(folder / "published" / "current" / "perps.duckdb"), read_only=True) as connection:
        return [connection.execute(f"select min(n), max(n), count(*) from {table}").fetchall()[0] for table in children.TABLES]


def _of_parquet(folder: Path) -> list[tuple[int, int, int]]:
    """The link is resolved once; a version that three others have displaced meanwhile is asked for anew."""
    version = (folder / "published" / "current").resolve()
    files = [version / "parquet" / f"{table.split('.')[1]}.parquet" for table in children.TABLES]
    try:
        return [duckdb.execute(f"select min(n), max(n), count(*) from read_parquet('{file}')").fetchall()[0] for file in files]
    except duckdb.IOException:
        if version.exists():
            raise
        return _of_parquet(folder)


def survey(publications: int) -> tuple[dict[str, Counter[str]], list[str]]:
    """Publish so many times; what each way of reading saw, and what was wrong at the end."""
    with tempfile.TemporaryDirectory() as made:
        folder, stop, wrong = Path(made), FORKS.Event(), []
        undisturbed(children.publication, folder, 0)
        pipes = {way: FORKS.Pipe(duplex=False) for way in WAYS}
        processes = [FORKS.Process(target=read, args=(way, folder, stop, sender)) for way, (_, sender) in pipes.items()]
        for process, (_, sender) in zip(processes, pipes.values(), strict=True):
            process.start()
            sender.close()  # so that a reader that died is no wait without an end
        for number in range(1, publications + 1):
            code, _ = undisturbed(children.publication, folder, number)
            wrong += [f"publication {number} ended with {code}"] if code else []
            if number % 20 == 0:
                progress(f"{number} of {publications} publications under readers")
        stop.set()
        seen = {way: receiver.recv() for way, (receiver, _) in pipes.items()}
        for process in processes:
            process.join()
        wrong += [f"left over: {name}" for name in data.left_over(folder)]
        return seen, wrong


def run(publications: int) -> bool:
    """Print the table; True when no read was torn, went back or failed."""
    seen, wrong = survey(publications)
    names = ("reads", "torn", "went back", "errors")
    show(
        f"Readers beside {publications} publications", ("way", *names), [(way, *(one[name] for name in names)) for way, one in seen.items()]
    )
    for text in (*wrong, *(name for one in seen.values() for name in one if name.startswith("error: "))):
        print(f"wrong: {text}")
    is_right = not any(one[name] for one in seen.values() for name in names[1:])
    return not wrong and is_right and all(one["reads"] for one in seen.values())
