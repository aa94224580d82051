"""One page as HTML. Words and headings are in it as text; figures are JSON inside it, because a page that is opened from a disk may not
fetch a file beside it. Nothing of a name is ever markup: text is escaped here, and set as text by the scripts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from string import Template
from typing import Any

import duckdb

from orchestration.report.colours import colours
from orchestration.report.definitions import definitions
from orchestration.report.page import Block, Chart, Column, Page, Table, Tiles
from orchestration.report.pages import PAGES, page_file
from orchestration.report.rows import Days, Rows, as_json

CHOSEN_AT_FIRST = 6  # where many may be chosen


@dataclass(frozen=True)
class Edition:
    """Which publication a report is of."""

    version: str
    made_at: str
    is_simulated: bool
    held_back: int
    days: Mapping[str, Days]  # by page


@dataclass(frozen=True)
class Shell:
    """What all pages share."""

    script: str
    styles: str
    page: str

    @cached_property
    def script_name(self) -> str:
        return f"report-{_hash(self.script)}.js"

    @cached_property
    def styles_name(self) -> str:
        return f"report-{_hash(self.styles)}.css"


def document(connection: duckdb.DuckDBPyConnection, page: Page, edition: Edition, shell: Shell, vega: str) -> str:
    """The page over what the connection reads."""
    told, days = definitions(connection), edition.days[page.name]
    queries = {block.name: days.fill(block.sql) for block in page.blocks}
    rows = {name: Rows.of(connection, query, f"{page.name}/{name}") for name, query in queries.items()}
    choices = [_choice(connection, page, days, number) for number in range(len(page.choices))]
    blocks = {block.name: _block(block, rows[block.name]) for block in page.blocks}
    data = {"days": _range(days), "choices": choices, "blocks": blocks, "colours": _colours(page, rows, choices)}
    sections = "\n".join(
        f'<section><h2>{escape(section.title)}</h2><div class="grid">'
        + "\n".join(_html(block, queries[block.name], told) for block in section.blocks)
        + "</div></section>"
        for section in page.sections
    )
    return Template(shell.page).substitute(
        title=escape(page.title), question=escape(page.question), links=_links(page), sections=sections, data=as_json(data),
        facts=_facts(edition, days), banner=BANNER if edition.is_simulated else "",
        script=shell.script_name, styles=shell.styles_name, vega=vega,
    )  # fmt: skip


BANNER = (
    '<aside class="banner" aria-label="Simulated data"><strong>Simulated data.</strong> These figures are of a made-up market, '
    "to try the warehouse with. They say nothing about any real venue, asset or token.</aside>"
)


def _range(days: Days) -> dict[str, str]:
    return {"newest": days.newest.isoformat(), "dense": days.dense_from.isoformat()}


def _choice(connection: duckdb.DuckDBPyConnection, page: Page, days: Days, number: int) -> dict[str, Any]:
    """What may be chosen, and what is at first."""
    choice = page.choices[number]
    names = [name for (name,) in Rows.of(connection, days.fill(choice.options), f"{page.name}/{choice.column}").values if name]
    chosen = names[: CHOSEN_AT_FIRST if choice.are_many else 1]
    return {"column": choice.column, "label": choice.label, "many": choice.are_many, "names": names, "chosen": chosen}


def _block(block: Block, rows: Rows) -> dict[str, Any]:
    """What the scripts need of it."""
    found: dict[str, Any] = {"title": block.title, "ignores": list(block.ignores), "empty": block.empty, "rows": rows.packed()}
    if isinstance(block, Chart):
        drawing = block.drawing
        columns, told = ([_column(column) for column in some] for some in (drawing.columns, drawing.told))
        found |= {
            "kind": "chart",
            "spec": drawing.spec,
            "unit": drawing.unit,
            "height": drawing.height,
            "by": drawing.by,
            "per": drawing.rows,
            "field": drawing.coloured_by,
        }
        return found | {
            "columns": columns,
            "told": told,
            "timed": drawing.is_over_time,
            "hourly": drawing.is_hourly,
            "labels": dict(drawing.labels),
        }
    if isinstance(block, Tiles | Table):
        found |= {"kind": "tiles" if isinstance(block, Tiles) else "table", "columns": [_column(column) for column in block.columns]}
    return found


def _column(column: Column) -> dict[str, str]:
    return {"name": column.name, "label": column.label, "unit": column.unit}


def _colours(page: Page, rows: dict[str, Rows], choices: list[dict[str, Any]]) -> dict[str, Any]:
    """By column, the colours of its names: those that may be chosen first, then in the order of the queries."""
    found: dict[str, dict[str, Any]] = {choice["column"]: dict.fromkeys(choice["names"]) for choice in choices}
    for block in page.blocks:
        if isinstance(block, Chart) and block.drawing.by:
            by, given = block.drawing.by, rows[block.name]
            names = found.setdefault(by, {})
            names |= dict.fromkeys(row[given.columns.index(by)] for row in given.values)
    series: dict[str, Any] = {"": colours([str(number) for number in range(8)])}
    return series | {by: colours([str(name) for name in names]) for by, names in found.items()}


def _html(block: Block, query: str, told: dict[str, str]) -> str:
    kind = "chart" if isinstance(block, Chart) else "tiles" if isinstance(block, Tiles) else "table"
    wide = " wide" if block.is_wide or kind == "tiles" else ""
    says = f'<p class="says">{escape(block.says)}</p>' if block.says else ""
    figure = f'<div class="legend"></div><div class="{kind}"></div>' if kind == "chart" else f'<div class="{kind}"></div>'
    return (
        f'<article class="block{wide}" id="{block.name}" data-block="{block.name}"><h3>{escape(block.title)}</h3>{says}{figure}'
        f'<div class="more"><details><summary>Definitions</summary><dl>{_terms(block, told)}</dl></details>'
        f'<details><summary>SQL</summary><pre tabindex="0"><code>{escape(query)}</code></pre></details>'
        f'<details class="data"><summary>Data</summary><div class="rows"></div></details></div></article>'
    )


def _terms(block: Block, told: dict[str, str]) -> str:
    """Each figure and what its column says of itself."""
    texts = {name: re.sub(r"\s+", " ", told.get(name, "No description is published.")) for name in block.defines}
    return "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in texts.items())


def _links(here: Page) -> str:
    def link(page: Page) -> str:
        current = ' aria-current="page"' if page.name == here.name else ""
        return f'<a href="{page_file(page.name)}"{current}>{escape(page.title)}</a>'

    return "".join(link(page) for page in PAGES)


def _facts(edition: Edition, days: Days) -> str:
    held = "nothing held back" if not edition.held_back else f"{edition.held_back:,} days of a fact and venue held back"
    parts = [f"Newest day {days.newest} (UTC)", f"published version {edition.version}", f"made {edition.made_at} UTC"]
    return " · ".join([*map(escape, parts), f'<a href="quality.html#held">{escape(held)}</a>'])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]
