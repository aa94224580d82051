"""What one more day costs a large warehouse beside a small one: CPU of the build, bytes the publication writes."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benchmarks import history
from benchmarks.measure import Measured, perps
from benchmarks.report import middle, progress, ratio, show
from ingestion.settings import Settings, load_settings
from orchestration.journal import find
from orchestration.steps.publishing import PUBLICATION_ASSET

SMALL, LARGE = (20, 6), (500, 24)
LAST, DAYS_MORE = date(2026, 10, 28), 5  # late in a month, so that it is nearly whole
WARM = 3  # days not counted: each of the three versions kept is copied once, then brought up to date in place


@dataclass(frozen=True)
class Day:
    """The build of one more day."""

    cost: Measured
    published_bytes: int
    month_bytes: int


def run() -> bool:
    """Measure and print the table."""
    days = {size: _days(*size) for size in (SMALL, LARGE)}
    header = ("`perps build` of one more day", "seconds", "CPU seconds", "peak MB", "MB published", "MB raw of the month", "ratio of these")
    lines = [_line(f"{markets} markets × {months} months", of) for (markets, months), of in days.items()]
    show(f"One more day, median of {DAYS_MORE - WARM}", header, lines)
    cpu = ratio(*([one.cost.cpu_seconds for one in days[size]] for size in (LARGE, SMALL)))
    print(f"\nCPU of the larger ÷ the smaller: {cpu}")
    return True


def _line(name: str, days: list[Day]) -> tuple[object, ...]:
    costs = [one.cost for one in days]
    published, month = [one.published_bytes / 1e6 for one in days], [one.month_bytes / 1e6 for one in days]
    measured = (middle([one.seconds for one in costs]), middle([one.cpu_seconds for one in costs]))
    sizes = (middle([one.peak_megabytes for one in costs], None), middle(published, 1), middle(month, 1))
    return (name, *measured, *sizes, ratio(published, month))


def _days(markets: int, months: int) -> list[Day]:
    more = [LAST - timedelta(days=number) for number in reversed(range(DAYS_MORE))]
    last = more[0] - timedelta(days=1)
    year, month = divmod(last.year * 12 + last.month - months, 12)
    first = date(year, month + 1, 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = load_settings(data_dir=folder / "data")
        progress(f"writing {markets} markets × {months} months of raw data …")
        history.write(settings, markets, first, last)
        progress("building all of it …")
        cost = perps(["build", "--full-refresh"], _environment(settings), folder)
        progress(f"built in {cost.seconds:.0f} s, {cost.cpu_seconds:.0f} s of CPU, {cost.peak_megabytes:.0f} MB")
        return [_one(settings, markets, day) for day in more][WARM:]


def _one(settings: Settings, markets: int, day: date) -> Day:
    history.write(settings, markets, day, day)
    cost = perps(["build"], _environment(settings), settings.data_dir.parent)
    one = Day(cost, _published_bytes(settings), history.month_bytes(settings, day))
    progress(f"{day}: {cost.cpu_seconds:.1f} s of CPU, {one.published_bytes / 1e6:.1f} MB published")
    return one


def _published_bytes(settings: Settings) -> int:
    """What the newest run says of its publication: the operating system's count of bytes that it wrote."""
    newest = max((settings.state_dir / "runs").glob("*.json"), key=lambda path: path.stat().st_mtime)
    journal = find(settings, newest.stem)
    published = [record for _, record in journal.records if record.asset == PUBLICATION_ASSET] if journal else []
    if not published:
        raise RuntimeError(f"{newest}: this run published nothing")
    return int(published[0].metadata["bytes written"])


def _environment(settings: Settings) -> dict[str, str]:
    return {"PERPS_DATA_DIR": str(settings.data_dir)}
