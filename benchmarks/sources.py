"""A day of every source, one after the other and all at once: a run should take as long as its slowest source, not as their sum.

Every answer takes `LATENCY_MS`, so that waiting outweighs computing, as it does on a network.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.report import progress, ratio, show
from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.window import Window
from ingestion.settings import load_settings
from ingestion.venue.registry import all_sources
from simulator.child import SimulatorProcess

FIRST, DAYS = date(2026, 7, 1), 5
LATENCY_MS = 200.0


def run() -> bool:
    """Measure and print the table."""
    now = datetime(FIRST.year, FIRST.month, FIRST.day, 12, tzinfo=UTC) + timedelta(days=DAYS - 1)
    with SimulatorProcess(FIRST, DAYS, now, latency_ms=LATENCY_MS) as simulator, tempfile.TemporaryDirectory() as folder:
        urls = simulator.base_urls()
        alone = {name: _measure(urls, Path(folder) / name, [name], now) for name in all_sources()}
        together, seconds = _measure(urls, Path(folder) / "all", list(all_sources()), now)
    slowest, total = max(took for _, took in alone.values()), sum(took for _, took in alone.values())
    lines: list[tuple[object, ...]] = [
        (name, results[0].requests, round(took, 1), ratio([took], [slowest])) for name, (results, took) in alone.items()
    ]
    lines.append(("all at once", sum(result.requests for result in together), round(seconds, 1), ratio([seconds], [slowest])))
    lines.append(("one after the other", "", round(total, 1), ratio([total], [slowest])))
    show(f"One day, {LATENCY_MS:.0f} ms an answer", ("source", "requests", "seconds", "ratio to the slowest"), lines)
    return True


def _measure(urls: dict[str, str], folder: Path, names: list[str], now: datetime) -> tuple[list[SourceResult], float]:
    settings = load_settings(data_dir=folder, base_url=urls, rate_limit_factor=1000)
    day = now.date() - timedelta(days=1)
    began = time.perf_counter()
    results = ingest(settings, [all_sources()[name] for name in names], Window(day, day), clock=lambda: now)
    took = time.perf_counter() - began
    progress(f"{', '.join(names) if len(names) < 3 else 'all at once'}: {took:.1f} s")
    return results, took
