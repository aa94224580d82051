"""The verdict ledger: quality/gate_results/month=YYYY-MM/part.parquet, read by dbt.

Belongs here: its schema, and how verdicts replace older ones. Does not: how they are reached. A file is replaced atomically and only
when its content changes; a verdict that says what it said keeps its run and its time.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.verdicts import Verdict
from expectations.windows import Window, month_of

if TYPE_CHECKING:
    import pyarrow as pa

EMPTY_MONTH = "0000-00"


def ensure_ledger(ledger: Path) -> None:
    """Create the empty part with the full schema, so that a glob over the ledger always matches."""
    if not _part(ledger, EMPTY_MONTH).is_file():
        _write(ledger, EMPTY_MONTH, [])


def read_ledger(ledger: Path) -> list[Verdict]:
    """All verdicts there are, oldest month first."""
    return [verdict for month in _months(ledger) for verdict in _read(ledger, month)]


def replace_verdicts(ledger: Path, new: Iterable[Verdict], facts: Collection[str], windows: Sequence[Window]) -> int:
    """Make `new` the verdicts of these facts in these windows; returns how many were added, changed or withdrawn."""
    ensure_ledger(ledger)
    by_month: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in new:
        by_month[month_of(verdict.date)].append(verdict)
    return sum(_replace_month(ledger, month, by_month[month], facts, windows) for month in sorted({*by_month, *_months(ledger)}))


def _replace_month(ledger: Path, month: str, new: Sequence[Verdict], facts: Collection[str], windows: Sequence[Window]) -> int:
    if not new and not _overlaps(month, windows):
        return 0
    old = _read(ledger, month)
    known = {verdict.key: verdict for verdict in old}
    kept = [verdict for verdict in old if verdict.fact not in facts or not any(window.holds(verdict.date) for window in windows)]
    judged = [_older_if_same(known.get(verdict.key), verdict) for verdict in new]
    merged = sorted([*kept, *judged], key=lambda verdict: verdict.key)
    if merged == sorted(old, key=lambda verdict: verdict.key):
        return 0
    _write(ledger, month, merged)
    return len({*merged} ^ {*old}) - sum(verdict.key in known and known[verdict.key] != verdict for verdict in merged)


def _older_if_same(old: Verdict | None, new: Verdict) -> Verdict:
    return old if old is not None and new.says_the_same(old) else new


def _overlaps(month: str, windows: Sequence[Window]) -> bool:
    return any(month_of(window.first_day) <= month <= month_of(window.end_day) for window in windows)


def _months(ledger: Path) -> list[str]:
    return sorted(part.parent.name.removeprefix("month=") for part in ledger.glob("month=*/part.parquet"))


def _part(ledger: Path, month: str) -> Path:
    return ledger / f"month={month}" / "part.parquet"


def _schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [
            ("fact", pa.string()),
            ("venue_or_protocol", pa.string()),
            ("date", pa.date32()),
            ("suite", pa.string()),
            ("passed", pa.bool_()),
            ("evaluated", pa.int64()),
            ("failed_expectations", pa.string()),
            ("rows", pa.int64()),
            ("run_id", pa.string()),
            ("judged_at", pa.timestamp("us", tz="UTC")),
        ]
    )


def _read(ledger: Path, month: str) -> list[Verdict]:
    import pyarrow.parquet as pq

    path = _part(ledger, month)
    if not path.is_file():
        return []
    table = pq.ParquetFile(path).read()
    columns = [table.column(name).to_pylist() for name in Verdict._fields]
    return [Verdict(*row) for row in zip(*columns, strict=True)]


def _write(ledger: Path, month: str, verdicts: Sequence[Verdict]) -> None:
    """Write beside, flush to disk, swap: a reader and the next run see the old file or the new one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = _part(ledger, month)
    path.parent.mkdir(parents=True, exist_ok=True)
    schema = _schema()
    columns = list(zip(*verdicts, strict=True)) or [()] * len(schema)
    table = pa.table([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema)
    beside = path.with_suffix(".tmp")
    with beside.open("wb") as sink:
        pq.write_table(table, sink, compression="zstd")
        sink.flush()
        os.fsync(sink.fileno())
    beside.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
