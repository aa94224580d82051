"""`perps trace`: a published figure down to the raw rows and the bodies that it was made of.

Belongs here: the command and how the way down is shown. Does not: the walk (trace.py).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from orchestration.terminal import console

if TYPE_CHECKING:
    from orchestration.received import Row
    from orchestration.trace import Traced

NOTES = {"published": "published", "raw": "raw, all versions", "landing": "landing, the bodies received"}


def trace(
    table: Annotated[str, typer.Argument(help="a published fact or mart")],
    key: Annotated[list[str], typer.Argument(help="its key: binance:BTCUSDT 2026-03-01, or column=value")],
    output: Annotated[Literal["text", "json"], typer.Option("--format", help="how to print")] = "text",
) -> None:
    """A published row down to its facts, raw versions and received bodies, with their hashes."""
    from orchestration.environment import prepare
    from orchestration.trace import trace as walk

    found = list(walk(prepare(), table, key))
    if output == "json":
        console.print_json(json.dumps([vars(one) for one in found], default=str))
    else:
        for one in found:
            console.print("\n".join(_lines(one)), markup=False, highlight=False)
    bad = [row for one in found if one.kind == "landing" for row in one.rows if not row["hash_holds"]]
    raise typer.Exit(1 if bad else 0)


def _lines(one: Traced) -> list[str]:
    indent = "  " * one.depth
    shown = f", the first {len(one.rows)} shown" if one.count > len(one.rows) else ""
    added = ", added up or taken together" if one.depth and one.kind == "published" and one.count > 1 else ""
    return [f"{indent}{one.table} ({NOTES[one.kind]}): {one.count:,} row{'s' if one.count != 1 else ''}{added}{shown}"] + [
        f"{indent}  {_cells(row)}" for row in one.rows
    ]


def _cells(row: Row) -> str:
    return "  ".join(f"{name}={value}" for name, value in row.items() if value is not None)
