"""Tables for the terminal. Only presentation belongs here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ingestion.run.replay import Report
from orchestration.status import EntityStatus

WIDEST_COLUMN = 80
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
COLOURS = {"ok": "green", "failed": "red", "stale": "yellow", "never fetched": "yellow"}


def show(console: Console, title: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table as wide as it needs to be: a cut figure is worse than a long line. What stands in a cell is text and no markup."""
    table = Table(title=Text(title, style="table.title") if title else None, title_justify="left", header_style="bold")
    for name in header:
        table.add_column(
            name,
            max_width=WIDEST_COLUMN,
            overflow="fold",
            justify="right" if rows and isinstance(rows[0][list(header).index(name)], int | float) else "left",
        )
    for row in rows:
        table.add_row(*(value if isinstance(value, Text) else Text(CONTROL.sub(_escaped, _text(value))) for value in row))
    width = max(console.width, table.__rich_measure__(console, console.options.update(max_width=10_000)).maximum)
    Console(file=console.file, width=width, force_terminal=console.is_terminal).print(table)


def markdown(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The same as a table of Markdown; numbers to the right."""
    first = rows[0] if rows else ()
    ruler = ["---:" if isinstance(value, int | float) else "---" for value in first] or ["---"] * len(header)
    lines = [header, ruler, *([_text(value).replace("|", "\\|") for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def show_status(console: Console, lines: Sequence[EntityStatus]) -> None:
    rows = [
        (
            line.source, line.entity, line.last_day, line.rows, None if line.lag_hours is None else round(line.lag_hours, 1),
            Text(line.status, style=COLOURS.get(line.status, "default")), line.problem,
            line.rows_quarantined or None, line.limitations,
        )
        for line in lines
    ]  # fmt: skip
    show(console, "Sources", ("source", "entity", "last day", "rows", "lag h", "status", "problem", "set aside", "not to be had"), rows)


def show_replay(console: Console, report: Report) -> None:
    counts: dict[tuple[str, str], list[int]] = {}
    for line in report.lines:
        if line.source:
            totals = counts.setdefault((line.source, line.endpoint or ""), [0, 0])
            totals[0] += 1
            totals[1] += line.rows
    show(console, "Replayed", ("source", "endpoint", "responses", "rows"), [(*key, *value) for key, value in sorted(counts.items())])
    reasons = [(line.name, line.reason) for line in report.lines if line.reason]
    if reasons:
        show(console, "Without rows", ("response", "reason"), reasons)


def _escaped(control: re.Match[str]) -> str:
    """A control character as text: it would reach the terminal."""
    return repr(control[0])[1:-1]


def _text(value: Any) -> str:
    """Plain digits: no exponents, no separators in identifiers and stamps, no minus before a zero."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) >= 1000 else f"{value + 0.0:.6g}"
    return str(value)
