"""A simulated year on one data folder: the hourly snapshots and the daily job, as a command line and Dagster's daemon run them.

Belongs here: the days, one after the other, and what each takes. Does not: the clock (moved_clock), the table (year_table).
The daily job runs whole: fetch, build, judge, marts, publish, what follows a run, and the daemon's sensor. Nothing is started anew for a
run, so the start of a program is not in these times.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import dagster as dg

from benchmarks.moved_clock import MovedClock
from benchmarks.report import progress
from benchmarks.year_table import Day, looked_at, show_year
from ingestion.settings import load_settings
from orchestration import after, disk, environment, runs
from orchestration.journal import unreported
from simulator.child import SimulatorProcess

SOURCES = ("binance", "hyperliquid", "defillama")
BEFORE = 60  # days of market before the first: what it looks back to is there
LAST = date(2026, 11, 30)


def run(days: int, snapshots: int, every: int, minutes: float) -> bool:
    """A year, or as many days of it as these minutes allow; whether nothing was left over and no run went wrong.

    `every`: the daily job runs each so many nights, and fetches the days that were missed.
    """
    first = LAST - timedelta(days=days - 1)
    begins, ends_at = datetime(first.year, first.month, first.day, tzinfo=UTC), time.monotonic() + 60 * minutes
    told: list[Day] = []
    with ExitStack() as house:
        folder = Path(house.enter_context(tempfile.TemporaryDirectory(prefix="year-")))
        simulator = house.enter_context(SimulatorProcess(first - timedelta(days=BEFORE), days + BEFORE + 1, begins))
        house.enter_context(environment.variables(_settings(folder, simulator.base_urls())))
        year = Year(folder, simulator, MovedClock(begins))
        house.callback(year.clock.give_back)
        year.begin(first)
        try:
            for number in range(0, days - every + 1, every):
                if time.monotonic() > ends_at:
                    progress(f"cut short after {minutes:g} minutes: {number} of {days} days")
                    break
                told.append(year.nights([first + timedelta(days=number + n) for n in range(every)], snapshots))
                progress(told[-1].told())
        except KeyboardInterrupt:
            progress("cut short by hand")
        finally:
            show_year(told, snapshots, every, len(SOURCES))
    return bool(told) and not any(day.problems or day.leftovers for day in told)


def _settings(folder: Path, base_urls: dict[str, str]) -> dict[str, str]:
    values = {f"PERPS_BASE_URL__{name.upper()}": base_urls[name] for name in SOURCES}
    return values | {
        "PERPS_DATA_DIR": str(folder),
        "PERPS_SOURCES": ",".join(SOURCES),
        "PERPS_MARKETS": "BTC*,ETH*,defillama:*",
        "PERPS_RATE_LIMIT_FACTOR": "1000000",
    }


class Year:
    """One data folder, its clock and its sources."""

    def __init__(self, folder: Path, simulator: SimulatorProcess, clock: MovedClock) -> None:
        self.folder, self._simulator, self.clock = folder, simulator, clock
        self._problems: list[str] = []
        self._others = _children()

    def begin(self, first: date) -> None:
        """The days before the first, so that the first is a day like others."""
        environment.prepare_dagster()
        from orchestration.definitions import defs
        from orchestration.defs.automation import command_line

        self._sensor, self._repository = command_line, defs().get_repository_def()
        self._job("daily", (first - timedelta(days=BEFORE), first - timedelta(days=1)))
        self._daemon()

    def nights(self, days: Sequence[date], snapshots: int) -> Day:
        """Their snapshots, and after the last midnight the run of the night."""
        self._problems = []
        hours = [self._timed(partial(self._snapshot, day, n * 24 // snapshots)) for day in days for n in range(snapshots)]
        last = days[-1]
        self._move(datetime(last.year, last.month, last.day, 0, 30, tzinfo=UTC) + timedelta(days=1))
        night = self._timed(partial(self._job, "daily", (last, last), catch_up=True))
        daemon = self._timed(self._daemon)
        return looked_at(self.folder, last, hours, night, daemon, self._problems, disk.zones(load_settings()))

    def _snapshot(self, day: date, hour: int) -> None:
        self._move(datetime(day.year, day.month, day.day, hour, 55, tzinfo=UTC))
        self._job("snapshot")

    def _move(self, moment: datetime) -> None:
        self.clock.shows = moment
        self._simulator.set_now(moment)

    def _job(self, name: str, days: tuple[date, date] | None = None, catch_up: bool = False) -> None:
        self.clock.take_over()
        outcome = runs.execute(name, days, SOURCES, catch_up=catch_up)
        self._problems += outcome.problems + after.after_run(load_settings(), name, outcome.problems)

    def _daemon(self) -> None:
        """Looks of the sensor that the daemon runs, until all runs are taken in; the last one removes old runs."""
        self.clock.take_over()
        settings, is_left = load_settings(), True
        while is_left:  # a look lasts 20 seconds at most
            with dg.DagsterInstance.get() as history:
                self._sensor(dg.build_sensor_context(instance=history, repository_def=self._repository))
            self.clock.stamp_runs(self.folder / "dagster")
            is_left = bool(unreported(settings))
        for zone in ("dagster/storage", "state/runs"):
            self.clock.stamp(self.folder / zone)

    def _timed(self, work: Callable[[], None]) -> tuple[float, float]:
        """Seconds by the wall, and of CPU, of this process and those it starts."""
        wall, cpu = time.perf_counter(), _cpu(self._others)
        work()
        return time.perf_counter() - wall, _cpu(self._others) - cpu


def _cpu(others: Collection[int]) -> float:
    """Of this process, of its children that ended, and of those that live but for `others`."""
    used, ended = os.times(), resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.user + used.system + ended.ru_utime + ended.ru_stime + sum(_cpu_of(pid) for pid in _children() - set(others))


def _children() -> set[int]:
    return {int(pid) for task in Path("/proc/self/task").glob("*/children") for pid in task.read_text().split()}


def _cpu_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")
