"""A backfill of the archive by number of symbols: its memory, and what is asked for again after a kill in the middle.

Belongs here: runs of `perps ingest`. Does not: the whole chain after it (archive.py).
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path

import polars as pl

from benchmarks.measure import PERPS, PROJECT, Measured, perps
from benchmarks.report import progress, ratio, show
from simulator import Simulator, Truth
from simulator.assets import ASSETS
from simulator.dialects import binance_archive

FIRST, LAST = date(2022, 1, 1), date(2026, 4, 30)
FEW = "BTCUSDT,SOLUSDT"
ON_THE_WIRE = (
    64  # requests that may be answered while a commit is written, and are lost with the process; of a month's last metrics every one is
)


def run() -> bool:
    """Measure and print the table; false when more than one commit's work was asked for again."""
    names = [one.name for one in ASSETS if one.is_traded]
    binance_archive.ARCHIVED.update(names)  # all that the simulator trades, where tests make do with a few
    truth = Truth(start=FIRST, days=(LAST - FIRST).days + 20, assets=names)
    with tempfile.TemporaryDirectory() as name, Simulator(truth, now=datetime.combine(LAST, clock(12), UTC)) as simulator:
        folder = Path(name)
        costs = {symbols: _ingest(simulator, folder / str(place), symbols) for place, symbols in enumerate((FEW, "*"))}
        plain, largest = _files(simulator), _largest_commit(folder / "1")
        answered = len(simulator.requests) // 2
        simulator.forget_requests()
        _kill_at(simulator, folder / "killed", answered)
        before = _files(simulator)
        perps(_command(), _environment(simulator, folder / "killed", "*"), folder / "killed")
        again = _files(simulator) - plain
        landed = [_symbols(folder / str(place)) for place in range(2)]
    header = ("symbols × 52 months, `perps ingest`", "seconds", "CPU seconds", "peak MB")
    lines = [
        (count, round(one.seconds), round(one.cpu_seconds), round(one.peak_megabytes))
        for count, one in zip(landed, costs.values(), strict=True)
    ]
    show("Archive backfill by symbols", header, lines)
    few, many = costs.values()
    print(f"\nmemory of the larger ÷ the smaller: {ratio([many.peak_megabytes], [few.peak_megabytes])}")
    print(f"killed after {before:,} of {plain:,} files: {again:,} fetched again; the largest commit has {largest:,}")
    return again <= largest + ON_THE_WIRE + before // 28  # the metrics of a month's last day are always fetched


def _ingest(simulator: Simulator, folder: Path, symbols: str) -> Measured:
    folder.mkdir()
    simulator.forget_requests()
    cost = perps(_command(), _environment(simulator, folder, symbols), folder)
    progress(f"{symbols}: {cost.seconds:.0f} s, {len(simulator.requests):,} requests, {cost.peak_megabytes:.0f} MB")
    return cost


def _kill_at(simulator: Simulator, folder: Path, requests: int) -> None:
    """Begin the same run and kill it once so many requests are answered. Raises RuntimeError when it ends before."""
    folder.mkdir()
    own = {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8", "PYTHONPATH": str(PROJECT), **_environment(simulator, folder, "*")}
    quiet = subprocess.DEVNULL
    with subprocess.Popen([*PERPS, *_command()], cwd=folder, env=own, stdout=quiet, stderr=quiet) as process:
        while len(simulator.board.requests) < requests:
            if process.poll() is not None:
                raise RuntimeError(f"the run ended with {process.returncode} before it was killed")
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)


def _command() -> list[str]:
    return ["ingest", "--from", FIRST.isoformat(), "--to", LAST.isoformat()]


def _environment(simulator: Simulator, folder: Path, symbols: str) -> dict[str, str]:
    return {
        "PERPS_DATA_DIR": str(folder / "data"),
        "PERPS_MARKETS": symbols,
        "PERPS_SOURCES": "binance_archive",
        "PERPS_RATE_LIMIT_FACTOR": "1000",
        "PERPS_BASE_URL__BINANCE_ARCHIVE": simulator.base_urls()["binance_archive"],
    }


def _files(simulator: Simulator) -> int:
    """Files that were given, without checksums and lists."""
    return sum(seen.status == 200 and seen.path.endswith(".zip") for seen in simulator.requests)


def _largest_commit(folder: Path) -> int:
    """Bodies of the landing file that has most of them: a file is a commit."""
    return max(_figure(pl.scan_parquet(path), pl.len()) for path in folder.glob("data/landing/*/*/*.parquet"))


def _symbols(folder: Path) -> int:
    """How many symbols of perpetuals have candles."""
    return _figure(pl.scan_parquet(folder / "data/raw/binance_archive/klines/month=2*/part.parquet"), pl.col("symbol").n_unique())


def _figure(frame: pl.LazyFrame, figure: pl.Expr) -> int:
    return int(frame.select(figure).collect().item())
