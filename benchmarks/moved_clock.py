"""A clock that can be set, for our own code in this process: what reads `datetime.now` in our packages reads it.

Belongs here: the clock, and the times that others wrote by the clock of the machine (files, Dagster's runs). Does not: what runs under it.
Stopwatches (`time.monotonic`) go on as they do.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from contextlib import closing
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

OURS = ("ingestion", "orchestration", "expectations")


class MovedClock:
    """Stands for `datetime` in our modules: it is that type in everything but `now`."""

    def __init__(self, shows: datetime) -> None:
        self.shows = shows
        self._began, self._last_run = time.time(), 0

    def now(self, tz: tzinfo | None = None) -> datetime:
        return self.shows.astimezone(tz)

    def __call__(self, *args: Any, **options: Any) -> datetime:
        return datetime(*args, **options)  # noqa: DTZ001

    def __getattr__(self, name: str) -> Any:
        return getattr(datetime, name)

    def __instancecheck__(self, value: object) -> bool:
        return isinstance(value, datetime)

    def __or__(self, other: Any) -> Any:
        return datetime | other

    def take_over(self) -> None:
        """Every module of ours that is imported by now looks at this clock."""
        for name, module in list(sys.modules.items()):
            if name.split(".")[0] in OURS and vars(module).get("datetime") is datetime:
                vars(module)["datetime"] = self

    def give_back(self) -> None:
        for module in list(sys.modules.values()):
            if vars(module).get("datetime") is self:
                vars(module)["datetime"] = datetime

    def stamp(self, folder: Path) -> None:
        """Files below, written since this clock began, are as old as it says."""
        moment = self.shows.timestamp()
        for path in folder.rglob("*"):
            if path.suffix != ".db" and path.lstat().st_mtime >= self._began:
                os.utime(path, (moment, moment), follow_symlinks=False)

    def stamp_runs(self, home: Path) -> None:
        """Runs that Dagster took in since the last time began when this clock says: SQLite stamps them by the machine's."""
        with closing(sqlite3.connect(home / "runs.db", timeout=30)) as runs, closing(sqlite3.connect(home / "event_log.db")) as events:
            told = f"{self.shows:%Y-%m-%d %H:%M:%S}"
            runs.execute("update runs set create_timestamp = ? where id > ?", (told, self._last_run))
            self._last_run = runs.execute("select coalesce(max(id), 0) from runs").fetchone()[0]
            events.execute("update asset_check_executions set create_timestamp = ? where create_timestamp > ?", (told, self._real()))
            runs.commit()
            events.commit()

    def _real(self) -> str:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(self._began))
