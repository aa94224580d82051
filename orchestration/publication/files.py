"""The tables of a version as parquet: `<table>.parquet` is a file, or, where rows have days, a folder with a file a month.

The newest month of a large table has a file a day, until there is a newer one: a day more is then a file more.
What did not change is the file of an older version under one more name. `facts_all/` holds facts with what was held back; where
nothing was, the file of what passed is the same under one more name.
Belongs here: writing and linking these files. Does not: the DuckDB file, from which they are written.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb

from orchestration.publication.database import STAMP, STAMPED
from orchestration.publication.folders import PARQUET, READ_ONLY, Folders, sync
from orchestration.publication.manifest import Manifest, Table
from orchestration.publication.relations import EVERYTHING, UNDATED, WHOLE, Relation, day_of
from orchestration.warehouse import literal

Known = dict[tuple[str, str, str, str], Path]  # folder and table, shape, name of the file, token → a file that holds just this
LARGE = 100_000  # rows of a month
PASSED_ONLY = "not is_held_back"


def known_files(folders: Folders) -> Known:
    """The files of kept versions, by what they hold."""
    found: Known = {}
    for version in reversed(folders.kept()):
        folder = folders.version(version)
        manifest = Manifest.read(folder)
        for name, table in manifest.tables.items() if manifest else ():
            for file, (token, _) in _files(table).items():
                for place in _places(name):
                    found[place, table.shape, file, token] = _path(folder, place, file)
    return found


def export(connection: duckdb.DuckDBPyConnection, found: Mapping[str, Relation], manifest: Manifest, known: Known, folder: Path) -> None:
    """Files of all tables of the attached `target` in this version's folder."""
    (folder / PARQUET / EVERYTHING).mkdir(parents=True)
    for name, one in found.items():
        for place in _places(name):
            if one.moment is not None:
                _path(folder, place, WHOLE).mkdir()
            _export(connection, one, place, manifest.tables[name], known, folder)
            if one.moment is not None:
                sync(_path(folder, place, WHOLE))
    _write(connection, STAMPED, f"target.{STAMP}", _path(folder, STAMPED.table, WHOLE))
    sync(folder / PARQUET / EVERYTHING)
    sync(folder / PARQUET)


def _export(connection: duckdb.DuckDBPyConnection, one: Relation, place: str, table: Table, known: Known, folder: Path) -> None:
    """The files of one table, of a fact either with all its rows or with those that passed."""
    is_passed_only = one.is_fact and not place.startswith(EVERYTHING)
    for file, (token, days) in _files(table).items():
        path, rows = _path(folder, place, file), one.of_parts([file]) if days is None else one.of_days(days)
        if link(known.get((place, table.shape, file, token)), path):
            continue
        if is_passed_only:
            all_rows = _path(folder, f"{EVERYTHING}/{place}", file)
            if not _has_rows(connection, one, f"not ({PASSED_ONLY}) and {rows}") and link(all_rows, path):
                continue
            rows = f"{PASSED_ONLY} and {rows}"
        _write(connection, one, f"(from target.{one} where {rows} order by {one.order})", path)
    if not table.parts:
        _write(connection, one, f"target.{one}", _path(folder, place, WHOLE if one.moment is None else "empty"))


def _files(table: Table) -> dict[str, tuple[str, list[int] | None]]:
    """By name of a file the token of its rows, and the days that it holds; None: all of the part whose name it has."""
    files: dict[str, tuple[str, list[int] | None]] = {part: (token, None) for part, (_, token) in table.parts.items()}
    newest = max(table.parts.keys() - {UNDATED, WHOLE}, default=WHOLE)
    days = table.days.get(newest, {})
    if days and table.parts[newest][0] > LARGE:
        del files[newest]
        files |= {day_of(day).isoformat(): (repr(tuple(sums)), [day]) for day, sums in days.items() if day is not None}
    return files


def _places(name: str) -> list[str]:
    """Where the files of a table are, below the folder of all: those of a fact twice, all its rows first."""
    one = Relation.named(name)
    return [f"{EVERYTHING}/{one.table}", one.table] if one.is_fact else [one.table]


def _has_rows(connection: duckdb.DuckDBPyConnection, one: Relation, where: str) -> bool:
    return connection.execute(f"select 1 from target.{one} where {where} limit 1").fetchone() is not None


def _path(folder: Path, place: str, file: str) -> Path:
    path = folder / PARQUET / f"{place}.parquet"
    return path if file == WHOLE else path / f"{file}.parquet"


def link(file: Path | None, path: Path) -> bool:
    """Give the file a second name, or copy it where the file system knows no such thing. False: there is no such file."""
    if file is None or not file.is_file():
        return False
    try:
        path.hardlink_to(file)
    except OSError:
        shutil.copyfile(file, path)
        sync(path)
    return True


def _write(connection: duckdb.DuckDBPyConnection, one: Relation, rows: str, path: Path) -> None:
    told = ", ".join(f"{literal(name)}: {literal(text)}" for name, text in one.told.items())
    connection.execute(f"copy {rows} to {literal(str(path))} (format parquet, compression zstd, kv_metadata {{{told}}})")
    path.chmod(READ_ONLY)
    sync(path)
