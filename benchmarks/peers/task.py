"""What every peer is told: where the exchange is, which time to load, which file to load into, and what that file already has."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

HOUR_MS = 3_600_000
CANDLES_PAGE, FUNDING_PAGE = 1500, 1000


@dataclass(frozen=True)
class Task:
    """Load [start_ms, end_ms) from the exchange into `folder`/loaded.duckdb."""

    url: str
    folder: Path
    start_ms: int
    end_ms: int

    @property
    def database(self) -> Path:
        return self.folder / "loaded.duckdb"

    def newest(self, table: str, column: str) -> dict[str, int]:
        """Stamp of each symbol's newest row in Unix milliseconds; none without the file or the table."""
        import duckdb

        if not self.database.exists():
            return {}
        with duckdb.connect(str(self.database), read_only=True) as connection:
            try:
                rows = connection.execute(f"select symbol, epoch_ms(max({column})) from {table} group by symbol").fetchall()
            except duckdb.CatalogException:
                return {}
        return dict(rows)


def task() -> Task:
    """From the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--start-ms", type=int, required=True)
    parser.add_argument("--end-ms", type=int, required=True)
    return Task(**vars(parser.parse_args()))
