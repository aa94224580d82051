"""What a simulated year came to, by month: times, disk by zone, files, what Dagster holds, leftovers.

Belongs here: counting and the table. Does not: running (year).
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from benchmarks.report import show

Timed = tuple[float, float]
LEFT_OVER = (".partial", ".building-", ".removing-", ".tmp", ".wal")
COMPARED = 30


@dataclass(frozen=True)
class Day:
    """One day: wall and CPU seconds of its runs, and what lay there after it."""

    day: date
    hours: list[Timed]
    night: Timed
    daemon: Timed
    problems: list[str]
    zones: Mapping[str, int]
    files: Mapping[str, int]
    leftovers: list[str]
    rows: Mapping[str, int]

    def told(self) -> str:
        zones = ", ".join(f"{zone} {size / 1e6:.1f}" for zone, size in self.zones.items())
        snapshot = f"{median(cpu for _, cpu in self.hours):.2f}" if self.hours else "-"
        times = f"night {self.night[0]:.1f} s (CPU {self.night[1]:.1f}), snapshot CPU {snapshot}, daemon CPU {self.daemon[1]:.2f}"
        return f"{self.day}: {times}; MB {zones}; rows {dict(self.rows)}; {self.problems[:2] or ''}"


def looked_at(
    folder: Path, day: date, hours: list[Timed], night: Timed, daemon: Timed, problems: Sequence[str], zones: Mapping[str, int]
) -> Day:
    """The day with what lies in the data folder now."""
    files: dict[str, int] = defaultdict(int)
    leftovers = []
    for path in folder.rglob("*"):
        if path.is_file():
            files[path.relative_to(folder).parts[0]] += 1
        if any(mark in path.name for mark in LEFT_OVER) and path.parts[-2] != "dagster":
            leftovers.append(str(path.relative_to(folder)))
    return Day(day, hours, night, daemon, list(problems), zones, dict(files), leftovers, rows_of_dagster(folder / "dagster"))


def rows_of_dagster(home: Path) -> dict[str, int]:
    """Rows of every table of Dagster's history that has any."""
    found: dict[str, int] = {}
    for path in sorted(home.glob("*.db")):
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            names = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
            counts = {name: connection.execute(f'select count(*) from "{name}"').fetchone()[0] for name in names}
        found |= {name: count for name, count in counts.items() if count > 9}
    return found


def show_year(days: Sequence[Day], snapshots: int, every: int, sources: int) -> None:
    """A line a month, and the last days against the first."""
    if not days:
        return
    months: dict[str, list[Day]] = defaultdict(list)
    for day in days:
        months[f"{day.day:%Y-%m}"].append(day)
    zones = sorted({zone for day in days for zone in day.zones})
    title = f"{len(days) * every} days of {snapshots} snapshots, {len(days)} whole daily jobs (one in {every} nights), {sources} sources"
    header = ("month", "nights", "night, s", "night, CPU s", "snapshot, CPU s", "daemon, CPU s", *(f"{zone}, MB" for zone in zones),
              "files", "events", "leftovers")  # fmt: skip
    show(title, header, [
        (
            month, len(held), _of(held, 0), _of(held, 1), _hours(held), round(median(day.daemon[1] for day in held), 2),
            *(round(held[-1].zones.get(zone, 0) / 1e6, 1) for zone in zones), sum(held[-1].files.values()),
            held[-1].rows.get("event_logs", 0), sum(len(day.leftovers) for day in held),
        )
        for month, held in months.items()
    ])  # fmt: skip
    count = min(max(1, COMPARED // every), len(days) // 2)
    if count:
        first, last = days[:count], days[-count:]
        rows = [("night, s", 0), ("night, CPU s", 1)]
        lines = [(name, _of(first, at), _of(last, at), round(_of(last, at) / _of(first, at), 2)) for name, at in rows]
        if snapshots:
            lines.append(("snapshot, CPU s", _hours(first), _hours(last), round(_hours(last) / _hours(first), 2)))
        show(f"The last {count} nights, and the days before them, against the first (medians)", ("", "first", "last", "ratio"), lines)
    for day in days:
        for told in (*day.problems, *day.leftovers):
            print(f"{day.day}: {told}")


def _of(days: Sequence[Day], at: int) -> float:
    return round(median(day.night[at] for day in days), 2)


def _hours(days: Sequence[Day]) -> float:
    return round(median([cpu for day in days for _, cpu in day.hours] or [0.0]), 3)
