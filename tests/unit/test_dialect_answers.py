"""What dialects answer: the order and the bounds of a page, which end of it is cut, what is in a list, what is refused and how.

The cases are in `dialect_answers/`: a request, and what stands where in its answer. A block's words: the unit of
the source's times, the moment, and how many days lie before it. `@` is the hour that runs. `body=JSON` is posted.
`place=text` is the value, `place~text` a part of it, `place>@` a moment less than a minute after, `is:` the whole
answer. `too_many` is the answer to one request too many, `buckets` how many budgets these paths have. `place like
FILE place` (or `of`) holds a row to the fields and types of a recorded one.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from plain_tables import UNITS, Block, blocks, is_text_of, moments, place
from simulated import venue_of

from simulator import Truth
from simulator.dialect import Query, Reply
from simulator.dialects import dialects
from simulator.switchboard import Switchboard

BLOCKS = {block.source: block for block in blocks("dialect_answers")}
RECORDED = [(block.source, case) for block in BLOCKS.values() for case in block.cases if re.search(" (like|of) ", case)]
CASES = [(block.source, case) for block in BLOCKS.values() for case in block.cases if (block.source, case) not in RECORDED]


@cache
def board(source: str) -> Switchboard:
    moment, days = moment_of(BLOCKS[source]), int(BLOCKS[source].words[2])
    start = datetime.fromordinal(moment.toordinal() - days).date()
    return Switchboard(Truth(seed=3, start=start, days=days + 4, venues=[venue_of(source)]), moment)


def moment_of(block: Block) -> datetime:
    return datetime.fromisoformat(block.words[1]).replace(tzinfo=UTC)


def answer(source: str, path: str, *params: str) -> Reply:
    dialect = dialects()[source]
    if path == "too_many":
        return dialect.too_many(2.5, False)
    asked = dict(param.split("=", 1) for param in params)
    if "body" in asked:
        return board(source).respond(source, Query("POST", path, {}, orjson.loads(asked["body"])))
    return board(source).respond(source, Query("GET", path, asked))


def is_true(word: str, reply: Reply, unit: str) -> bool:
    if word.startswith("is:"):
        return word.removeprefix("is:") == reply.content.decode()
    where, how, text = re.split(r"([=~>])", word, maxsplit=1)
    beside = {"status": reply.status, "headers": reply.headers, "weight": reply.weight}
    found = place(beside if where.split(".")[0] in beside else orjson.loads(reply.content), where)
    if how == ">":
        found, text = (found, text.split(",")) if isinstance(found, list) else ([found], [text])
        late = [int(one) - int(asked) for one, asked in zip(found, text, strict=True)]
        return all(0 <= one < 60 * UNITS[unit] for one in late)
    return text in found if how == "~" else is_text_of(text, found)


@pytest.mark.parametrize(("source", "case"), CASES)
def test_an_answer(source: str, case: str) -> None:
    block = BLOCKS[source]
    hour = moment_of(block).replace(minute=0, second=0)
    asked, words = (moments(part, hour, block.words[0]).split() for part in case.split(" -> "))
    if asked[0] == "buckets":
        bucket = dialects()[source].bucket
        assert len({bucket(Query("GET", path)) for path in asked[1:]}) == int(words[0])
        return
    reply = answer(source, *asked)
    assert [word for word in words if not is_true(word, reply, block.words[0])] == [], reply.content[:2000]
    assert reply.status == 200 or any(word.startswith("status=") for word in words)


@pytest.mark.recorded
@pytest.mark.parametrize(("source", "case"), RECORDED)
def test_a_row_has_the_recorded_fields_and_types(source: str, case: str, shared: Path) -> None:
    """`like`: it has every field of the recorded row; `of`: it has no other fields."""
    asked, told = case.split(" -> ")
    ours, how, file, real = told.split()
    hour = moment_of(BLOCKS[source]).replace(minute=0, second=0)
    found = place(orjson.loads(answer(source, *moments(asked, hour, BLOCKS[source].words[0]).split()).content), ours)
    recorded = place(orjson.loads((shared / f"fixtures/{file}.json").read_bytes())["response"], real)
    fewer, more = (recorded, found) if how == "like" else (found, recorded)
    assert kinds(fewer).items() <= kinds(more).items()


def kinds(row: dict[str, Any]) -> dict[str, type]:
    """A whole number is a number: 5 and 5.0 are told alike."""
    return {name: float if type(value) is int else type(value) for name, value in row.items()}
