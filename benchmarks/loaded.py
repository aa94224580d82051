"""What a program loaded, against the exchange's truth: a run that is fast and wrong has failed.

Sums are of whole units of the last digit, so that one wrong digit of one row shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.exchange.series import PRICE_DIGITS, QUOTE_DIGITS, RATE_DIGITS


@dataclass(frozen=True)
class Loaded:
    """Where the rows lie: relations of DuckDB, with what a file of it needs; `quote_volume` is false where the program keeps none."""

    candles: str
    funding: str
    database: Path | None = None
    quote_volume: bool = True

    def differences(self, truth: Mapping[str, int | str]) -> list[str]:
        """What differs from the truth; nothing when all is there, once, and right."""
        try:
            found = self._totals()
        except duckdb.Error as problem:
            return [f"unreadable: {str(problem).splitlines()[0]}"]
        wanted = {
            "candles": truth["candles"], "distinct candles": truth["candles"], "sum of close": truth["close"],
            "sum of quote volume": truth["quote_volume"], "settlements": truth["settlements"],
            "distinct settlements": truth["settlements"], "sum of funding rates": truth["funding_rate"],
        }  # fmt: skip
        return [f"{name}: {found[name]}, in truth {wanted[name]}" for name in found if found[name] != int(wanted[name])]

    def _totals(self) -> dict[str, int]:
        names = ["candles", "distinct candles", "sum of close", "settlements", "distinct settlements", "sum of funding rates"]
        with duckdb.connect(str(self.database or ":memory:"), read_only=self.database is not None) as connection:
            candles = f"count(*), count(distinct (symbol, open_time)), {_units('close', PRICE_DIGITS)} from {self.candles}"
            funding = f"count(*), count(distinct (symbol, funding_time)), {_units('funding_rate', RATE_DIGITS)} from {self.funding}"
            parts = [connection.execute(f"select {query}").fetchone() for query in (candles, funding)]
            found = {name: int(value or 0) for name, value in zip(names, [value for part in parts for value in part or ()], strict=True)}
            if self.quote_volume:
                row = connection.execute(f"select {_units('quote_volume', QUOTE_DIGITS)} from {self.candles}").fetchone()
                found["sum of quote volume"] = int(row[0] or 0) if row else 0
        return found


def _units(column: str, digits: int) -> str:
    return f"sum(cast(round({column} * 1e{digits}) as hugeint))"
