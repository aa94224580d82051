"""A small warehouse of one source, built from the loopback exchange, with closed days that it does not have yet."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from benchmarks.days import closed_day
from benchmarks.exchange.process import ExchangeProcess
from benchmarks.measure import Measured, perps
from benchmarks.programs import perps_settings
from benchmarks.report import progress

SYMBOLS, DAYS = 20, 180


@dataclass(frozen=True)
class Warehouse:
    """Its folder, its exchange, and the days it lacks."""

    folder: Path
    exchange: ExchangeProcess
    days_ahead: list[date]

    @property
    def environment(self) -> dict[str, str]:
        return perps_settings(self.exchange.url, self.folder)

    def perps(self, *arguments: str) -> Measured:
        return perps(arguments, self.environment, self.folder)

    def versions(self) -> list[str]:
        """Publications that are kept."""
        return sorted(path.name for path in (self.folder / "data" / "published").glob("perps-*.duckdb"))


@contextmanager
def small_warehouse(days_ahead: int = 0) -> Iterator[Warehouse]:
    """Built and published; the exchange's clock stands at the end of what it has."""
    last = closed_day(before=days_ahead)
    first = last - timedelta(days=DAYS - 1)
    ahead = [last + timedelta(days=number + 1) for number in range(days_ahead)]
    with ExchangeProcess(SYMBOLS, first, last + timedelta(days=1), days_ahead) as exchange, tempfile.TemporaryDirectory() as folder:
        warehouse = Warehouse(Path(folder), exchange, ahead)
        progress(f"building a warehouse of {SYMBOLS} symbols × {DAYS} days …")
        warehouse.perps("sync", "--source", "binance", "--from", first.isoformat(), "--to", last.isoformat())
        yield warehouse
