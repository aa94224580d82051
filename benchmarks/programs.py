"""The programs that load an exchange: ours and its peers. How each is started, and where it leaves its rows.

A phase is given to all in their own words: the peers find by themselves where they stopped, ours is told the day, as a schedule does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from benchmarks.days import midnight_ms
from benchmarks.loaded import Loaded
from benchmarks.measure import PERPS
from benchmarks.peers.environment import peers_python

OURS = "perps ingest"
DLT_SETTINGS = {
    "RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "CRITICAL",
    # its threads share one interpreter lock: on a loopback two are the fastest, and nothing is gained by compressing
    "EXTRACT__WORKERS": "2", "EXTRACT__MAX_PARALLEL_ITEMS": "20", "LOAD__WORKERS": "2", "DATA_WRITER__BUFFER_MAX_ITEMS": "50000",
    "DATA_WRITER__DISABLE_COMPRESSION": "true", "NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true",
}  # fmt: skip


@dataclass(frozen=True)
class Phase:
    """What is to be loaded: days from `first` to `last`, of which those before `asked_from` may already be there."""

    name: str
    first: date
    asked_from: date
    last: date

    @property
    def end(self) -> date:
        return self.last + timedelta(days=1)


def phases(first: date, last: date) -> tuple[Phase, Phase, Phase]:
    """The whole range; again with nothing new; one more day."""
    more = last + timedelta(days=1)
    return Phase("fresh", first, first, last), Phase("again", first, last, last), Phase("+1 day", first, more, more)


@dataclass(frozen=True)
class Program:
    """One competitor; `module` is a peer's, ours has none."""

    name: str
    module: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    schema: str = "main"
    quote_volume: bool = True

    def command(self, url: str, folder: Path, phase: Phase) -> list[str]:
        if not self.module:
            return [*PERPS, "ingest", "--source", "binance", "--from", phase.asked_from.isoformat(), "--to", phase.last.isoformat()]
        days = ["--start-ms", str(midnight_ms(phase.first)), "--end-ms", str(midnight_ms(phase.end))]
        return [str(peers_python()), "-m", f"benchmarks.peers.{self.module}", "--url", url, "--folder", str(folder), *days]

    def settings(self, url: str, folder: Path) -> dict[str, str]:
        return dict(self.environment) if self.module else perps_settings(url, folder)

    def loaded(self, folder: Path) -> Loaded:
        if not self.module:
            parts = f"read_parquet('{folder}/data/raw/binance/{{}}/month=2*/part.parquet')"
            return Loaded(parts.format("klines"), parts.format("funding_rates"))
        return Loaded(f"{self.schema}.klines", f"{self.schema}.funding", folder / "loaded.duckdb", self.quote_volume)


def perps_settings(url: str, folder: Path) -> dict[str, str]:
    """Our own settings for this exchange, without a pause for its limits."""
    return {"PERPS_DATA_DIR": str(folder / "data"), "PERPS_BASE_URL__BINANCE": url, "PERPS_RATE_LIMIT_FACTOR": "1000"}


PROGRAMS = (
    Program(OURS),
    Program("dlt (arrow)", "dlt_arrow", DLT_SETTINGS, schema="market"),
    Program("ccxt", "ccxt_async", quote_volume=False),
    Program("floor", "floor"),
)
