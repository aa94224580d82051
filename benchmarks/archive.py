"""What 52 months of two symbols cost: fresh, again with nothing new, one day more, rebuilt from landing.

`--archive DIR` serves a mirror of the archive (its layout, such as futures/um/monthly/klines/…) instead of the simulated one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl

from benchmarks.measure import Measured, perps
from benchmarks.report import progress, ratio, show
from simulator import Simulator, Truth

FIRST, LAST = date(2022, 1, 1), date(2026, 4, 30)
SYMBOLS = "BTCUSDT,SOLUSDT"


def run(archive: Path | None) -> bool:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as folder, _server(archive) as simulator:

        def measured(*arguments: str, data_dir: str = folder) -> Measured:
            cost = perps(arguments, {**environment, "PERPS_DATA_DIR": data_dir}, Path(folder))
            progress(f"perps {' '.join(arguments)}: {cost.seconds:.1f} s")
            return cost

        environment = {
            "PERPS_MARKETS": SYMBOLS,
            "PERPS_SOURCES": "binance_archive",
            "PERPS_RATE_LIMIT_FACTOR": "1000",
            "PERPS_BASE_URL__BINANCE_ARCHIVE": simulator.base_urls()["binance_archive"],
        }
        days = ["--from", FIRST.isoformat(), "--to", LAST.isoformat()]
        results = {"fresh: 52 months, 2 symbols": measured("sync", *days)}
        rows = sum(len(pl.scan_parquet(path).collect()) for path in Path(folder).glob("raw/binance_archive/*/month=2*/part.parquet"))
        results["the same again, nothing new"] = measured("sync", *days)
        if archive is None:
            results["one day more"] = measured("sync", "--date", (LAST + timedelta(days=1)).isoformat())
        results["rebuilt from landing"] = measured("replay", data_dir=_landing_alone(folder))
    _print(results, rows)
    return True


@contextmanager
def _server(archive: Path | None) -> Iterator[Simulator]:
    if archive is not None:
        with Simulator(static={"binance_archive": archive}) as server:
            yield server
        return
    truth = Truth(start=FIRST, days=(LAST - FIRST).days + 20, assets=["BTC", "SOL"])
    with Simulator(truth, now=datetime.combine(LAST + timedelta(days=15), time(12), UTC)) as server:
        yield server


def _landing_alone(folder: str) -> str:
    """A data folder that has nothing but this landing."""
    target = Path(folder) / "rebuilt"
    target.mkdir()
    (target / "landing").symlink_to(Path(folder) / "landing")
    mark = Path(folder) / "SIMULATED"
    if mark.exists():
        (target / "SIMULATED").write_bytes(mark.read_bytes())
    return str(target)


def _print(results: dict[str, Measured], rows: int) -> None:
    fresh = next(iter(results.values()))
    lines = [
        (name, round(one.seconds, 1), round(one.cpu_seconds, 1), ratio([one.seconds], [fresh.seconds]), round(one.peak_megabytes))
        for name, one in results.items()
    ]
    show("Archive backfill, the whole chain", ("what", "seconds", "CPU seconds", "ratio to fresh", "peak MB"), lines)
    print(f"\n{rows:,} raw rows, {rows / fresh.seconds:,.0f} rows a second from request to publication")
