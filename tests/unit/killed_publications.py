"""Publishes in a child that is killed before each of its steps in turn, and says what it found. A program of its own, since it forks.

    python killed_publications.py FOLDER

Belongs here: the kills and the looking. Does not: what must be found (test_publish_killed.py).
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import signal
import sys
from collections.abc import Callable
from typing import Any

import duckdb
from publishing import build_months, change, differences, names_left, read

from ingestion.settings import Settings, load_settings
from orchestration import publish as publication
from orchestration.publish import current_version, publish, rollback, versions

# What is left out (chmod, fsync, the statements of a transaction) leaves what the next of these finds.
PATHS = ("replace", "unlink", "symlink_to", "hardlink_to", "mkdir", "write_text")
STATEMENTS = ("attach", "commit", "copy", "detach")


class Killed:
    """From its start on the process ends before its step of this number."""

    def __init__(self, number: int) -> None:
        self.number, self.done = number, 0

    def start(self) -> None:
        for name in PATHS:
            setattr(pathlib.Path, name, self._counted(getattr(pathlib.Path, name)))
        shutil.rmtree = self._counted(half_removed(shutil.rmtree))
        shutil.copyfile = self._counted(shutil.copyfile)
        connect = duckdb.connect
        publication.duckdb.connect = lambda: Noted(connect(), self)  # type: ignore[attr-defined]

    def tick(self) -> None:
        self.done += 1
        if self.done == self.number:
            os.kill(os.getpid(), signal.SIGKILL)

    def _counted(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*arguments: Any, **options: Any) -> Any:
            self.tick()
            return original(*arguments, **options)

        return noted


def half_removed(original: Callable[..., Any]) -> Callable[..., Any]:
    """A removal that is seen half done: a file is unlinked as a step of its own."""

    def remove(path: pathlib.Path) -> None:
        for file in [one for one in pathlib.Path(path).rglob("*") if one.is_file()][:1]:
            file.unlink()
        original(path)

    return remove


class Noted:
    """A connection whose writing statements are steps."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, killed: Killed) -> None:
        self._connection, self._killed = connection, killed

    def __enter__(self) -> Noted:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def execute(self, statement: str, *values: Any) -> Any:
        if statement.startswith(STATEMENTS):
            self._killed.tick()
        return self._connection.execute(statement, *values)


def publish_in_a_child(settings: Settings, number: int) -> int:
    """Its exit code; negative when it was killed."""
    child = os.fork()
    if child == 0:
        Killed(number).start()
        try:
            publish(settings, "run")
            os._exit(0)
        except BaseException as error:
            print(number, repr(error), file=sys.stderr)
            os._exit(3)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def is_whole(settings: Settings) -> bool:
    """The file that is out opens, is the version that the link names, and every table's parquet has as many rows as it has."""
    if read(settings, "select version from quality.publication") != [(current_version(settings),)]:
        return False
    with duckdb.connect(str(settings.published_dir / "perps.duckdb"), read_only=True) as connection:
        for schema, table in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall():
            file = settings.published_dir / "parquet" / f"{table}.parquet"
            query = f"select (select count(*) from {schema}.{table}) = (select count(*) from read_parquet(?))"
            if connection.execute(query, [str(file)]).fetchone() != (True,):
                return False
    return True


def look(settings: Settings) -> list[str]:
    """What is wrong after a kill, after the next publication, and after going back."""
    wrong = [] if is_whole(settings) else ["not whole"]
    publish(settings, "run")
    wrong += [f"next publication: {one}" for one in (*differences(settings), *names_left(settings))]
    wrong += [] if is_whole(settings) else ["next publication not whole"]
    kept = versions(settings)
    for version in kept[1:]:
        rollback(settings, version)
        wrong += [] if is_whole(settings) else ["rolled back to what is not whole"]
    return [*wrong, *([] if len(kept) >= 2 else ["no way back"])]


def main(folder: pathlib.Path) -> None:
    settings, start = load_settings(data_dir=folder / "data"), folder / "start"
    for days in (40, 41, 42, 43):
        build_months(settings, days, markets=1)
        change(settings, "drop table facts.fct_candles_hourly")
        if days < 43:
            publish(settings, "run")
    shutil.copytree(settings.data_dir, start, symlinks=True)
    kills, found = 0, {}
    while True:
        code = publish_in_a_child(settings, kills + 1)
        if code != -signal.SIGKILL:
            break
        kills += 1
        if wrong := look(settings):
            found[kills] = wrong
        shutil.rmtree(settings.data_dir)
        shutil.copytree(start, settings.data_dir, symlinks=True)
    print(json.dumps({"kills": kills, "last exit code": code, "wrong": found}))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
