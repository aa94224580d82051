"""What one more day costs a large warehouse beside a small one: CPU of the build, bytes the publication writes."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from benchmarks import history
from benchmarks.days import closed_day
from benchmarks.measure import Measured, perps
from benchmarks.report import progress, ratio, show
from ingestion.settings import Settings

SMALL, LARGE = (20, 6), (500, 24)
DAYS_MORE = 2


@dataclass(frozen=True)
class Day:
    """The build of one more day."""

    cost: Measured
    published_bytes: int
    month_bytes: int


def run() -> bool:
    """Measure and print the tables."""
    days = {size: _days(*size) for size in (SMALL, LARGE)}
    lines = [
        (
            f"{markets} markets × {months} months",
            *(round(median(values), 1) for values in ([one.cost.seconds for one in of], [one.cost.cpu_seconds for one in of])),
            round(median(one.cost.peak_megabytes for one in of)),
            *(round(median(values) / 1e6, 1) for values in ([one.published_bytes for one in of], [one.month_bytes for one in of])),
            ratio([one.published_bytes for one in of], [one.month_bytes for one in of]),
        )
        for (markets, months), of in days.items()
    ]  # fmt: skip
    header = ("`perps build` of one more day", "seconds", "CPU seconds", "peak MB", "MB published", "MB raw of the month", "ratio")
    show(f"One more day, {DAYS_MORE} days", header, lines)
    cpu = ratio(*([one.cost.cpu_seconds for one in days[size]] for size in (LARGE, SMALL)))
    print(f"\nCPU of the larger ÷ the smaller: {cpu}")
    return True


def _days(markets: int, months: int) -> list[Day]:
    more = [closed_day(before=number) for number in reversed(range(DAYS_MORE))]
    last = more[0] - timedelta(days=1)
    first = (last.replace(day=1) - timedelta(days=31 * (months - 1) - 15)).replace(day=1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings.model_validate({"data_dir": folder / "data"})
        progress(f"writing {markets} markets × {months} months of raw data …")
        history.write(settings, markets, first, last)
        progress("building all of it …")
        cost = perps(["build", "--full-refresh"], _environment(settings), folder)
        progress(f"built in {cost.seconds:.0f} s, {cost.cpu_seconds:.0f} s of CPU, {cost.peak_megabytes:.0f} MB")
        return [_one(settings, markets, day) for day in more]


def _one(settings: Settings, markets: int, day: date) -> Day:
    history.write(settings, markets, day, day)
    before = _files(settings.published_dir)
    cost = perps(["build"], _environment(settings), settings.data_dir.parent)
    written = {file: size for file, size in _files(settings.published_dir).items() if before.get(file) != size}
    one = Day(cost, sum(written.values()), history.month_bytes(settings, day))
    progress(f"{day}: {cost.cpu_seconds:.1f} s of CPU, {one.published_bytes / 1e6:.1f} MB published")
    return one


def _files(folder: Path) -> dict[int, int]:
    """Size by inode: a hard link to a file that was there is no new bytes."""
    stats = [path.stat() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return {stat.st_ino: stat.st_size for stat in stats}


def _environment(settings: Settings) -> dict[str, str]:
    return {"PERPS_DATA_DIR": str(settings.data_dir)}
