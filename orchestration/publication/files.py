"""The tables of a version as parquet: `<table>.parquet` is a file, or, where rows have days, a folder with a file a month.

A month that did not change is the file of an older version under one more name.
Belongs here: writing and linking these files. Does not: the DuckDB file, from which they are written.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb

from orchestration.publication.database import STAMP
from orchestration.publication.folders import PARQUET, READ_ONLY, Folders, sync
from orchestration.publication.manifest import Manifest
from orchestration.publication.relations import WHOLE, Relation, literal

Known = dict[tuple[str, str, str, str], Path]  # table, shape, part, token → a file that holds just this


def known_files(folders: Folders) -> Known:
    """The files of kept versions, by what they hold."""
    found: Known = {}
    for version in reversed(folders.kept()):
        folder = folders.version(version)
        manifest = Manifest.read(folder)
        for name, table in manifest.tables.items() if manifest else ():
            for part, (_, token) in table.parts.items():
                found[name, table.shape, part, token] = _path(folder, name.split(".", 1)[1], part)
    return found


def export(connection: duckdb.DuckDBPyConnection, found: Mapping[str, Relation], manifest: Manifest, known: Known, folder: Path) -> None:
    """Files of all tables of the attached `target` in this version's folder."""
    (folder / PARQUET).mkdir()
    for name, one in found.items():
        table = manifest.tables[name]
        if one.moment is not None:
            (folder / PARQUET / f"{one.table}.parquet").mkdir()
        for part, (_, token) in table.parts.items():
            path = _path(folder, one.table, part)
            if not _link(known.get((name, table.shape, part, token)), path):
                _write(connection, f"(from target.{one} where {one.of_parts([part])} order by {one.order})", path)
        if not table.parts:
            _write(connection, f"target.{one}", _path(folder, one.table, WHOLE if one.moment is None else "empty"))
        if one.moment is not None:
            sync(folder / PARQUET / f"{one.table}.parquet")
    _write(connection, f"target.{STAMP}", _path(folder, STAMP.split(".")[1], WHOLE))
    sync(folder / PARQUET)


def _path(folder: Path, table: str, part: str) -> Path:
    path = folder / PARQUET / f"{table}.parquet"
    return path if part == WHOLE else path / f"{part}.parquet"


def _link(file: Path | None, path: Path) -> bool:
    """Give the file a second name, or copy it where the file system knows no such thing. False: there is no such file."""
    if file is None or not file.is_file():
        return False
    try:
        path.hardlink_to(file)
    except OSError:
        shutil.copyfile(file, path)
        sync(path)
    return True


def _write(connection: duckdb.DuckDBPyConnection, rows: str, path: Path) -> None:
    connection.execute(f"copy {rows} to {literal(str(path))} (format parquet, compression zstd)")
    path.chmod(READ_ONLY)
    sync(path)
