"""Answers on a page: each query in a block of SQL with a table after it, asked again on the published file.

Belongs here: finding and replacing the tables. Does not: the page of docs/queries, which is made of files (developing.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from orchestration.tables import markdown

ANSWERED = re.compile(r"```sql\n(?P<query>[^`]+)\n```\n\n(?P<answer>(?:\|.*\|\n)+)")
Ask = Callable[[str], tuple[Sequence[str], Sequence[Sequence[Any]]]]


def answers(page: str) -> list[tuple[str, list[str], int]]:
    """Of each query its text, the columns of the table below it, and how many rows that has."""
    found = []
    for match in ANSWERED.finditer(page):
        header, _, *rows = match["answer"].splitlines()
        found.append((match["query"], [name.strip() for name in header.strip("|").split("|")], len(rows)))
    return found


def answered(page: str, ask: Ask) -> str:
    """The page with every answer of now."""
    return ANSWERED.sub(lambda match: f"```sql\n{match['query']}\n```\n\n{markdown(*ask(match['query']))}\n", page)
