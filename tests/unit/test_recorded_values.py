"""What venues were recorded to say, or show on their pages, in their own units: rows and columns that prove units, sides and signs.

The cases are in `recorded_values/`. A block's word is the folder of its recordings. A case: endpoint | file, or
a body | table, and words of the request (`symbol=X`; `+name=X` of its path) | the row, by its first column, and what
it holds. `a*b~1.25` works a figure out of the row, to the last digit told; `a<b/c<d` must be true; `*.time=1,2` is
the column of all rows. `without symbol` in place of a row: neither request nor body says it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from plain_tables import blocks, is_text_of

from ingestion.errors import Unroutable

LATER = datetime(2026, 12, 1, tzinfo=UTC)  # than any recording
CASES = [(block.source, block.words[0], case) for block in blocks("recorded_values") for case in block.cases]


def told(word: str, row: dict[str, Any], rows: list[dict[str, Any]]) -> bool:
    """Whether a word of a case is true of the row."""
    if "<" in word:
        return bool(eval(word, {}, row))
    if "~" in word:
        formula, figure = word.split("~")
        return abs(eval(formula, {}, row) - float(figure)) <= 10 ** -len(figure.partition(".")[2])
    name, text = word.split("=", 1)
    return is_text_of(text, [one[name.removeprefix("*.")] for one in rows] if name.startswith("*.") else row[name])


@pytest.mark.recorded
@pytest.mark.parametrize(("source", "folder", "case"), CASES, ids=lambda text: text.split(" | ")[0])
def test_recorded_rows(source: str, folder: str, case: str, recorded: Any, payload: Any, typed: Callable[..., Any]) -> None:
    endpoint, body, (table, *asked), words = _parts(case)
    request: dict[str, Any] = {"fetched_at": LATER}
    if params := dict(one.split("=", 1) for one in asked if one[0] != "+"):
        request |= {"params": params}
    request |= {"match": dict(one[1:].split("=", 1) for one in asked if one[0] == "+")}
    if body[0] in "{[":
        one = payload(source, endpoint, json.loads(body), **request)
    else:
        one, _ = recorded(f"{body if '/' in body else f'{folder}/{body}'}.json", source, endpoint, **request)
    if words[0] == "without":
        with pytest.raises(Unroutable, match=f"no '{words[1]}'"):
            typed(one)
        return
    rows = typed(one)[table]
    row = next((row for row in rows if "=" in words[0] and told(words[0], row, rows)), rows[0])
    assert [word for word in words if not told(word, row, rows)] == [], row


def _parts(case: str) -> tuple[str, str, list[str], list[str]]:
    endpoint, body, table, words = re.split(r" \| ", case)
    return endpoint, body, table.split(), words.split()


def test_words_are_true_or_not() -> None:
    row = {"symbol": "A", "amount": 2.5, "price": 4, "list": None}
    assert all(
        told(word, row, [row, row]) for word in ("symbol=A", "amount=2.5", "list=null", "amount*price~10.0", "*.price=4,4", "1<price<5")
    )
    assert not any(told(word, row, [row]) for word in ("symbol=B", "amount=2.51", "list=0", "amount*price~10.2", "*.price=4,4", "5<price"))
