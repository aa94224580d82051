"""The memory of a large backfill: all candles and funding of many symbols in one run."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from benchmarks.days import closed_day
from benchmarks.exchange.process import ExchangeProcess
from benchmarks.measure import measure
from benchmarks.programs import PROGRAMS, phases
from benchmarks.report import progress, show


def run(symbols: int, days: int) -> bool:
    """Measure and print the table; false when something else than the truth was loaded."""
    last = closed_day(before=1)
    fresh = phases(last - timedelta(days=days - 1), last)[0]
    ours = PROGRAMS[0]
    progress(f"serialising {symbols} symbols × {days} days …")
    with ExchangeProcess(symbols, fresh.first, fresh.end) as exchange, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cost = measure(ours.command(exchange.url, folder, fresh), ours.settings(exchange.url, folder), folder)
        truth = exchange.truth(fresh.first, fresh.end)
        wrong = ours.loaded(folder).differences(truth)
        zones = [_megabytes(folder / "data" / zone) for zone in ("landing", "raw")]
    rows = truth["candles"] + truth["settlements"]
    line = (rows, round(cost.seconds, 1), round(cost.cpu_seconds, 1), round(cost.peak_megabytes), *zones, "; ".join(wrong) or "right")
    header = ("rows", "seconds", "CPU seconds", "peak MB", "landing MB", "raw MB", "rows against the exchange's truth")
    show(f"`{ours.name}`, {symbols} symbols × {days} days in one run", header, [line])
    return not wrong


def _megabytes(folder: Path) -> int:
    return round(sum(path.stat().st_size for path in folder.rglob("*.parquet")) / 1e6)
