"""The DuckDB file of a version: written whole, or an older one brought up to date in one transaction, and then compared with the warehouse.

Belongs here: what is written into the file. Does not: which file to start from, and what is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.errors import PerpsError
from orchestration.publication.folders import READ_ONLY, remove, sync
from orchestration.publication.manifest import Manifest, Table
from orchestration.publication.old_names import OLD_NAMES, old_names
from orchestration.publication.relations import EVERYTHING, SCHEMAS, SOURCE, Column, Relation
from orchestration.publication.tokens import Tokens
from orchestration.warehouse import address, describe, literal

STORAGE_VERSION = "v1.2.0"  # readable by the DuckDB clients that BI tools ship
STAMP = "quality.publication"
STAMPED = Relation(
    "quality",
    "publication",
    "Which publication this is. One row.",
    (
        Column("version", "VARCHAR", "Number of the version, counted up; the folder in published/versions that holds it."),
        Column("run_id", "VARCHAR", "Run that published it."),
        Column("published_at", "TIMESTAMPTZ", "When it was published, by the clock of the machine; it decides nothing."),
        Column("is_simulated", "BOOLEAN", "Whether all of it is of the simulated market of the demo."),
    ),
    is_view=False,
    is_simulated=False,
)
NOTHING: Mapping[str, Table] = {}


class Differs(PerpsError):
    """A table of the copy is not that of the warehouse."""


@dataclass(frozen=True)
class Stamp:
    """The row by which a reader knows which publication it reads."""

    version: str
    run_id: str
    published_at: str
    is_simulated: bool


def attach(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """The file at this path as `target`, to write."""
    how = "" if path.exists() else f"(storage_version '{STORAGE_VERSION}')"
    connection.execute(f"attach {literal(str(path))} as target {how}")


def detach(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Let go of the file, with everything in it and on disk."""
    connection.execute("checkpoint target")
    connection.execute("detach target")
    path.chmod(READ_ONLY)
    sync(path)


def discard(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Let go of a file that did not become what it should, and remove it."""
    for statement in ("rollback", "detach target"):
        with suppress(duckdb.Error):
            connection.execute(statement)
    for one in (path, path.with_name(f"{path.name}.wal")):
        remove(one)


def bring_up_to_date(
    connection: duckdb.DuckDBPyConnection,
    source: Tokens,
    found: Mapping[str, Relation],
    wanted: Manifest,
    held: Manifest | None,
    stamp: Stamp,
) -> None:
    """Make the attached `target`, which holds what `held` says, the tables of `wanted`. Raises Differs when it did not become that."""
    before = held.tables if held else NOTHING
    target = Tokens(connection, "target", held.days if held else {})
    connection.execute("begin")
    for schema in (*SCHEMAS, EVERYTHING, OLD_NAMES):
        connection.execute(f"create schema if not exists target.{schema}")
    for name in set(before) - set(found):
        _drop(connection, Relation.named(name))
    for name, one in found.items():
        _update(connection, one, source, target, wanted.tables[name], before.get(name))
    _write_stamp(connection, stamp)
    connection.execute("commit")


def _update(
    connection: duckdb.DuckDBPyConnection, one: Relation, source: Tokens, target: Tokens, wanted: Table, held: Table | None
) -> None:
    """Write what differs, and read again what was written; every table is counted."""
    changed = _differing(wanted, held) if held and held.shape == wanted.shape else None
    if changed is None or _is_most(changed, one, wanted, held):
        _write_whole(connection, one)
        is_right = target.parts(one) == wanted.parts
    else:
        is_right = all(_replace_days(connection, one, source, target, part) for part in changed)
    rows = target.count(one)
    if not is_right or rows != wanted.rows:
        raise Differs(f"publication of {one}: {rows} rows copied of {wanted.rows}, or not the same ones; nothing was swapped")


def _drop(connection: duckdb.DuckDBPyConnection, one: Relation) -> None:
    if one.is_fact:
        connection.execute(f"drop view target.{one.served}")
    connection.execute(f"drop view if exists target.{address(OLD_NAMES, one.table)}")
    connection.execute(f"drop table target.{one}")


def _differing(wanted: Table, held: Table) -> list[str]:
    return sorted(part for part in {*wanted.parts, *held.parts} if wanted.parts.get(part) != held.parts.get(part))


def _is_most(changed: list[str], one: Relation, wanted: Table, held: Table | None) -> bool:
    """Whether so much changes that a table is better written anew: rows stay sorted then, and the file small."""
    before, after = (sum(table.parts.get(part, (0,))[0] for part in changed) if table else 0 for table in (held, wanted))
    return bool(changed) and (one.moment is None or max(before, after) * 2 > wanted.rows)


def _write_whole(connection: duckdb.DuckDBPyConnection, one: Relation) -> None:
    rows = f"select {one.select} from {one.rows_in(SOURCE)} order by {one.order}"
    connection.execute(f"create or replace table target.{one} as {rows}")
    told = {column.name: column.comment for column in one.published_columns}
    describe(connection, "table", f"target.{one}", one.description, told)
    if one.is_fact:
        connection.execute(f"create or replace view target.{one.served} as select * from {one} where not is_held_back")
        describe(connection, "view", f"target.{one.served}", one.description, told)
    if old := old_names(one):
        view = f"target.{address(OLD_NAMES, one.table)}"
        names = ", ".join(f"{new} as {name}" for new, name in old.items())
        connection.execute(f"create or replace view {view} as select {names} from {one.served}")
        describe(connection, "view", view, one.description, {name.name: new.comment for new, name in old.items()})


def _replace_days(connection: duckdb.DuckDBPyConnection, one: Relation, source: Tokens, target: Tokens, part: str) -> bool:
    """Only the days of a month that changed are written: a day more is a day written. Says whether they are now what they should be."""
    theirs, ours = source.days(one, part), target.days(one, part)
    days = [day for day in {*theirs, *ours} if theirs.get(day) != ours.get(day)]
    if not days:
        return True
    where = one.of_days(days)
    if any(day in ours for day in days):
        connection.execute(f"delete from target.{one} where {where}")
    if any(day in theirs for day in days):
        connection.execute(f"insert into target.{one} select {one.select} from {one.rows_in(SOURCE)} where {where} order by {one.order}")
    return target.of_days(one, where) == {day: theirs[day] for day in days if day in theirs}


def _write_stamp(connection: duckdb.DuckDBPyConnection, stamp: Stamp) -> None:
    columns = ", ".join(f"{one.name} {one.type}" for one in STAMPED.columns)
    connection.execute(f"create or replace table target.{STAMP} ({columns})")
    describe(connection, "table", f"target.{STAMP}", STAMPED.description, {one.name: one.comment for one in STAMPED.columns})
    texts = ", ".join(literal(text) for text in (stamp.version, stamp.run_id, stamp.published_at))  # a bound parameter imports pandas
    connection.execute(f"insert into target.{STAMP} values ({texts}, {str(stamp.is_simulated).lower()})")
