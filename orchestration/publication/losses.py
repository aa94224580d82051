"""What a publication would take away from its readers: tables, rows, months of a table, days of a venue. Beyond a bound it is refused.

A model that went wrong, an empty folder of raw or expectations that refuse everything give a build without a fault, and marts
without rows. What goes by design is not asked about: tables that are no model any more.
Belongs here: the bounds, and what is held against them. Does not: who accepts a loss (steps/publishing.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import duckdb

from ingestion.errors import PerpsError
from orchestration.publication.manifest import Manifest, Table
from orchestration.publication.relations import PASSED, SOURCE, UNDATED, WHOLE
from orchestration.warehouse import literal

ROWS, MONTH, DAYS = 0.2, 0.5, 0.2  # a larger share of them lost: of a table's rows, of those of a month, of a venue's days that passed
FEW_ROWS, FEW_DAYS = 50, 7  # fewer lost are no loss, as long as something is left
SPARSE = 10  # a table with fewer rows may become empty: some hold findings, and findings come and go
TOLD = 5


class Loses(PerpsError):
    """The publication would lose too much of the one that is out."""


def check(connection: duckdb.DuckDBPyConnection, out: Path, wanted: Manifest, last: Manifest, asked: Collection[str] | None) -> None:
    """Hold the warehouse, attached as `source`, against the publication at `out`. `asked`: what is to be published. Raises Loses."""
    found = [*_of_tables(wanted, last, asked), *_of_days(connection, out, wanted, last)]
    if found:
        more = f" and {len(found) - TOLD} more" if len(found) > TOLD else ""
        raise Loses(
            f"not published, since readers would lose {'; '.join(found[:TOLD])}{more}. What is out stays. "
            "If this is as it should be: `perps build --accept`"
        )


def _of_tables(wanted: Manifest, last: Manifest, asked: Collection[str] | None) -> Iterator[str]:
    for name, before in last.tables.items():
        after = wanted.tables.get(name)
        if after is None:
            if asked is not None and name in asked:
                yield f"{name}, {before.rows:,} rows"
        elif _is_much(before.rows, after.rows, ROWS):
            yield f"{before.rows - after.rows:,} of {before.rows:,} rows of {name}"
        elif months := _months(before, after):
            yield f"most of {', '.join(months[:TOLD])} of {name}"


def _months(before: Table, after: Table) -> list[str]:
    rows = {part: (count, after.parts.get(part, (0, ""))[0]) for part, (count, _) in before.parts.items() if part not in (WHOLE, UNDATED)}
    return [part for part, (was, now) in sorted(rows.items()) if WHOLE not in after.parts and _is_much(was, now, MONTH)]


def _is_much(before: int, after: int, share: float) -> bool:
    if not after:
        return before >= SPARSE
    return before - after >= FEW_ROWS and before - after > share * before


def _of_days(connection: duckdb.DuckDBPyConnection, out: Path, wanted: Manifest, last: Manifest) -> Iterator[str]:
    """Days of a venue, protocol or token that passed the gate, fact by fact, and do so no longer."""
    if not {PASSED} <= wanted.tables.keys() & last.tables.keys() or _days_changed(wanted.tables[PASSED], last.tables[PASSED]) < FEW_DAYS:
        return
    connection.execute(f"attach {literal(str(out))} as before (read_only)")
    days = f"select fact, venue_or_protocol, count(*) as days from {{}}.{PASSED} where fact in ({_facts(wanted)}) group by 1, 2"
    lost = f"before.days - coalesce(now.days, 0) >= {FEW_DAYS} and before.days - coalesce(now.days, 0) > {DAYS} * before.days"
    query = (
        f"select fact, venue_or_protocol, before.days - coalesce(now.days, 0), before.days from ({days.format('before')}) as before "
        f"left join ({days.format(SOURCE)}) as now using (fact, venue_or_protocol) where {lost} order by 3 desc, 1, 2"
    )
    found = connection.execute(query).fetchall()
    connection.execute("detach before")
    for fact, subject, less, of in found:
        yield f"{less:,} of {of:,} days of {subject} in {fact}"


def _days_changed(after: Table, before: Table) -> int:
    """On how many days a row differs at all; nobody can have lost more of them. As far as days are known: else of a month as many."""
    found = 0
    for part in after.parts.keys() | before.parts.keys():
        if after.parts.get(part) != before.parts.get(part):
            now, was = after.days.get(part), before.days.get(part)
            found += sum(now.get(day) != was.get(day) for day in now.keys() | was.keys()) if now and was else FEW_DAYS
    return found


def _facts(wanted: Manifest) -> str:
    return ", ".join(literal(name.split(".", 1)[1]) for name in wanted.tables)
