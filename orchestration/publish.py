"""Publication: a read-only copy of facts, quality and marts in versions, swapped in whole.

Readers open `published/current/perps.duckdb` or the same tables in `published/current/parquet/`; `current` is a link to one
version. They never wait for a writer and keep the version they opened. The last three versions stay; rollback is a relink.
What a publication writes is what changed. The steps are in `orchestration.publication`.
"""

from __future__ import annotations

import resource
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingestion.errors import PerpsError
from ingestion.settings import Settings
from ingestion.store import landing
from ingestion.store.whole import clear_leftovers
from orchestration.locks import publication_lock, warehouse_lock
from orchestration.publication import losses
from orchestration.publication.database import Differs, Stamp, attach, bring_up_to_date, detach, discard
from orchestration.publication.files import export, known_files
from orchestration.publication.folders import DATABASE, Folders, remove
from orchestration.publication.manifest import Manifest, of_warehouse
from orchestration.publication.relations import SCHEMAS, Keys, Relation, relations
from orchestration.publication.reuse import databases
from orchestration.publication.tokens import Tokens
from orchestration.publication.unpublished import Changes, cross_out, joined, note_changes, noted
from orchestration.warehouse import ONE_THREAD, literal
from orchestration.warehouse import attach as attach_warehouse

__all__ = ["SCHEMAS", "Publication", "current_version", "note_changes", "publish", "rollback", "versions"]

SPILLED = "publication.tmp"  # where DuckDB puts what does not fit into memory


@dataclass(frozen=True)
class Publication:
    """What is out, and whether it came out just now."""

    version: str
    path: Path
    rows: dict[str, int]
    is_simulated: bool
    is_new: bool
    bytes_written: int


def publish(
    settings: Settings, run_id: str, relations: Keys | None = None, changes: Changes | None = None, is_loss_accepted: bool = False
) -> Publication:
    """Make a version of the warehouse, verify and swap it in; when nothing changed, the version that is out stays.

    `relations`: the tables and views to publish, as `schema.table`, with their keys (default: all of the public schemas).
    `changes`: what this run rewrote, beside what `note_changes` was told of; None: compare everything. Raises PerpsError when
    a copied table differs from its original or, where a loss is not accepted, readers would lose much of what is out; the last
    publication then stays. Waits for the locks of warehouse and publication.
    """
    with warehouse_lock(settings), publication_lock(settings), duckdb.connect() as connection:
        folders = Folders(settings.published_dir)
        folders.prepare()
        clear_leftovers(settings.data_dir)
        remove(settings.state_dir / SPILLED)
        written = _blocks_written()
        out = folders.current()
        counted = Manifest.counted(folders.version(out)) if out else None
        last = counted if counted and counted.is_comparable else None
        found = _attach(connection, settings, relations)
        source = Tokens(connection, "source", last.days if last else {})
        changed = joined(changes, noted(settings))
        if last and changed is not None and all(months.is_short or months.is_all for months in changed.values()):
            connection.execute(ONE_THREAD)
        wanted = of_warehouse(source, found, last, changed)
        is_new = out is None or wanted != last
        if out and counted and is_new and not is_loss_accepted:
            losses.check(connection, folders.version(out) / DATABASE, wanted, counted, relations)
        if out is None or is_new:
            out = _publish(connection, source, folders, found, wanted, run_id)
        cross_out(settings)
        rows = {**wanted.rows, "quality.publication": 1}
        path = settings.published_dir / "current" / DATABASE
        return Publication(out, path, rows, wanted.is_simulated, is_new, _blocks_written() - written if is_new else 0)


def versions(settings: Settings) -> list[str]:
    """Versions kept, newest first."""
    return Folders(settings.published_dir).kept()


def current_version(settings: Settings) -> str | None:
    return Folders(settings.published_dir).current()


def rollback(settings: Settings, version: str | None = None) -> str:
    """Point the publication at an older version (default: the one before the current). Raises PerpsError when there is none."""
    with publication_lock(settings):
        folders = Folders(settings.published_dir)
        if folders.current() is not None:
            folders.prepare()
        current, kept = folders.current(), folders.kept()
        older = [one for one in kept if current is None or int(one) < int(current)]
        chosen = version or (older[0] if older else None)
        if chosen is None or chosen not in kept:
            wish = version or f"before {current}"
            raise PerpsError(f"no version {wish} in {settings.published_dir}; kept: {', '.join(kept) or 'none'}")
        folders.point_to(chosen)
    return chosen


def _attach(connection: duckdb.DuckDBPyConnection, settings: Settings, wanted: Keys | None) -> dict[str, Relation]:
    """Attach the warehouse as `source`; what is to be published of it."""
    connection.execute("set timezone = 'UTC'; set enable_progress_bar = false")
    connection.execute("set checkpoint_threshold = '1KB'")  # a commit goes into the file at once, not into a log first
    connection.execute(f"set temp_directory = {literal(str(settings.state_dir / SPILLED))}")
    attach_warehouse(connection, settings, "source")
    return relations(connection, landing.is_simulated(settings.data_dir), wanted)


def _publish(
    connection: duckdb.DuckDBPyConnection, source: Tokens, folders: Folders, found: Mapping[str, Relation], wanted: Manifest, run_id: str
) -> str:
    """One more version, swapped in; its name."""
    name, before, known = folders.next(), folders.current(), known_files(folders)
    stamp = Stamp(name, run_id, datetime.now(UTC).isoformat(), wanted.is_simulated)

    def make(held: Manifest | None) -> None:
        attach(connection, database)
        bring_up_to_date(connection, source, found, wanted, held, stamp)

    with folders.building(name) as folder:
        database = folder / DATABASE
        for held in databases(folders, database):
            try:
                make(held)
                break
            except (duckdb.Error, Differs):
                discard(connection, database)
        else:
            make(None)
        export(connection, found, wanted, known, folder)
        detach(connection, database)
        wanted.write(folder)
    folders.point_to(name)
    folders.prune(name, before)
    return name


def _blocks_written() -> int:
    """Bytes that this process has given the file system to write."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_oublock * 512
