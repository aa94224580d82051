"""The verdict ledger: quality/gate_results/month=YYYY-MM/part.parquet, read by dbt.

Belongs here: its schema, and how verdicts replace older ones. Does not: how they are reached. A file is replaced atomically and only
when its content changes; a verdict that says what it said keeps its run and its time.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from expectations.windows import Window, is_in, month_of

EMPTY_MONTH = "0000-00"
# What there is one verdict of; the rest of the row says what, and the last two columns who and when.
KEY = ["fact", "venue_or_protocol", "date", "suite"]
SAID = ["is_passed", "evaluated", "failed_expectations", "row_count"]
SCHEMA: Mapping[str, pl.DataType] = {
    "fact": pl.String(),
    "venue_or_protocol": pl.String(),
    "date": pl.Date(),
    "suite": pl.String(),
    "is_passed": pl.Boolean(),
    "evaluated": pl.Int64(),
    "failed_expectations": pl.String(),
    "row_count": pl.Int64(),
    "run_id": pl.String(),
    "judged_at": pl.Datetime("us", "UTC"),
}
OLD_NAMES = {"passed": "is_passed", "rows": "row_count"}  # as they were called before 0.1


def ensure_ledger(ledger: Path) -> None:
    """Create the empty part with the full schema, so that a glob over the ledger always matches; give columns their names of today."""
    empty = _part(ledger, EMPTY_MONTH)
    if not empty.is_file():
        _write(ledger, EMPTY_MONTH, pl.DataFrame(schema=SCHEMA))
    elif OLD_NAMES.keys() & set(pl.scan_parquet(empty, glob=False).collect_schema()):
        for month in reversed(_months(ledger)):  # the empty part last: it says that all are done
            held = pl.read_parquet(_part(ledger, month), hive_partitioning=False, glob=False)
            _write(ledger, month, held.rename(OLD_NAMES, strict=False))


def read_ledger(ledger: Path, windows: Sequence[Window] | None = None) -> pl.DataFrame:
    """The verdicts there are, oldest month first; of these windows only, or all."""
    months = [month for month in _months(ledger) if windows is None or _overlaps(month, windows)]
    held = pl.concat([pl.DataFrame(schema=SCHEMA), *(_read(ledger, month) for month in months)])
    return held if windows is None else held.filter(is_in(windows))


def count_verdicts(ledger: Path) -> int:
    """How many there are, read off the files' ends."""
    return sum(int(pl.scan_parquet(_part(ledger, month), glob=False).select(pl.len()).collect().item()) for month in _months(ledger))


def replace_verdicts(ledger: Path, new: pl.DataFrame, windows: Mapping[str, Sequence[Window]]) -> dict[date, int]:
    """Make `new` the verdicts of these facts in their windows; returns day → how many were added, changed or withdrawn."""
    ensure_ledger(ledger)
    stamped = new.with_columns(month=pl.col("date").dt.strftime("%Y-%m"))
    by_month = {str(month): part.drop("month") for (month,), part in stamped.group_by("month")}
    nothing = pl.DataFrame(schema=SCHEMA)
    months = {*by_month, *(month for month in _months(ledger) if any(_overlaps(month, of) for of in windows.values()))}
    days = [day for month in sorted(months) for day in _replace_month(ledger, month, by_month.get(month, nothing), windows)]
    return dict(Counter(days))


def _replace_month(ledger: Path, month: str, new: pl.DataFrame, windows: Mapping[str, Sequence[Window]]) -> list[date]:
    """The day of each verdict added, changed or withdrawn."""
    old = _read(ledger, month)
    replaced = ((pl.col("fact") == fact) & is_in(of) for fact, of in windows.items())
    kept = old.filter(~pl.any_horizontal(pl.lit(False), *replaced))
    unchanged = old.join(new, on=[*KEY, *SAID], how="semi")
    changed = new.join(unchanged, on=KEY, how="anti")
    merged = pl.concat([kept, unchanged, changed]).sort(KEY)
    withdrawn = old.join(merged, on=KEY, how="anti")
    if changed.height or withdrawn.height:
        _write(ledger, month, merged)
    return [*changed["date"], *withdrawn["date"]]


def _overlaps(month: str, windows: Sequence[Window]) -> bool:
    return any(month_of(window.first_day) <= month <= month_of(window.end_day) for window in windows)


def _months(ledger: Path) -> list[str]:
    return sorted(part.parent.name.removeprefix("month=") for part in ledger.glob("month=*/part.parquet"))


def _part(ledger: Path, month: str) -> Path:
    return ledger / f"month={month}" / "part.parquet"


def _read(ledger: Path, month: str) -> pl.DataFrame:
    path = _part(ledger, month)
    if not path.is_file():
        return pl.DataFrame(schema=SCHEMA)
    return pl.read_parquet(path, hive_partitioning=False, glob=False).select(*SCHEMA)


def _write(ledger: Path, month: str, verdicts: pl.DataFrame) -> None:
    """Write beside, flush to disk, swap: a reader and the next run see the old file or the new one."""
    path = _part(ledger, month)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".tmp")
    with beside.open("wb") as sink:
        verdicts.select(*SCHEMA).write_parquet(sink, compression="zstd")
        sink.flush()
        os.fsync(sink.fileno())
    beside.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
