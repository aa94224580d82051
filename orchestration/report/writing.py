"""Writing the folder of a report: the pages, and beside them two scripts and the styles that all of them share.

Equal publications give equal bytes. A file is swapped by a rename, and scripts are named by what they hold: a page that is open stays
whole while a newer report is written over it. A folder that holds something else is left alone.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.errors import SettingsError
from orchestration.published import connected
from orchestration.report import bundle
from orchestration.report.document import Edition, Shell, document
from orchestration.report.pages import FIRST_PAGE, PAGES, page_file
from orchestration.report.rows import Days
from orchestration.warehouse import ONE_THREAD

SHELL = Path(__file__).parent / "shell"
MARK = '<meta name="generator" content="perps report">'
OURS = re.compile(r"(vega-[\w.]+-[\d.]+\.js|report-[0-9a-f]{10}\.(js|css))")
SCRIPTS = ("figures.js", "rows.js", "theme.js", "charts.js", "pointer.js", "tables.js", "controls.js", "main.js")


@dataclass(frozen=True)
class Written:
    """Where the report is, of which version, and how large it is."""

    index: Path
    version: str
    bytes_written: int


def write_report(published: Path, folder: Path) -> Written:
    """All pages of what is published, into the folder. Raises SettingsError when nothing is published."""
    _refuse_of_others(folder)
    with connected(published) as connection:
        connection.execute(ONE_THREAD)  # sums of equal rows are then equal to the last digit
        edition = _edition(connection)
        vega = bundle.script(folder / bundle.script_name())
        shell = _shell()
        files = {bundle.script_name(): vega, shell.script_name: shell.script, shell.styles_name: shell.styles}
        files |= {page_file(page.name): document(connection, page, edition, shell, bundle.script_name()) for page in PAGES}
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        _swap(folder / name, text)
    for old in folder.iterdir():
        if OURS.fullmatch(old.name) and old.name not in files:
            old.unlink()
    return Written(folder / FIRST_PAGE, edition.version, sum(len(text.encode()) for text in files.values()))


def _refuse_of_others(folder: Path) -> None:
    """Pages are written over pages of ours only. Raises SettingsError when a page of that name is not."""
    for page in PAGES:
        path = folder / page_file(page.name)
        if path.is_file() and MARK not in path.read_text(errors="replace")[:2000]:
            raise SettingsError(f"{path} is no page of a report and is left alone: choose another folder")


def _edition(connection: duckdb.DuckDBPyConnection) -> Edition:
    """Which publication it is, and its days."""
    days = {page.name: Days.of(connection, page.dated_by) for page in PAGES}
    known = [found.newest for found in days.values() if found]
    if not known:
        raise SettingsError("no day is published: there is nothing to report")
    newest = Days(max(known))
    rows = connection.execute("select version, published_at, is_simulated from publication").fetchall()
    version, made_at, is_simulated = rows[0]
    (held_back,) = connection.execute("select count(*) from gate_results where not is_passed").fetchall()[0]
    return Edition(
        str(version),
        made_at.strftime("%Y-%m-%d %H:%M"),
        bool(is_simulated),
        int(held_back),
        {name: found or newest for name, found in days.items()},
    )


def _shell() -> Shell:
    script = "\n".join((SHELL / name).read_text() for name in SCRIPTS)
    return Shell(f'"use strict";\n(() => {{\n{script}}})();\n', (SHELL / "report.css").read_text(), (SHELL / "page.html").read_text())


def _swap(path: Path, text: str) -> None:
    """Old or new, never half; the same text is left as it is."""
    if path.is_file() and path.read_text() == text:
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text)
    temporary.replace(path)
