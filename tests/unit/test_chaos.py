"""The chaos benchmark in short: spoiled answers, faults of the wire, kills of a publication, clocks that jump.

And that it sees what is wrong, where something is.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from benchmarks.chaos import children, data, hardships, kills, mutants, verdict, wire
from benchmarks.chaos.corpus import originals
from benchmarks.chaos.killing import undisturbed
from benchmarks.chaos.mutations import mutant
from ingestion.venue.registry import all_sources

FEW = ["bybit", "defillama", "kraken", "okx"]


def test_spoiled_answers_cost_no_more_than_themselves() -> None:
    found = mutants.survey(400, 7, FEW)
    assert (found.sources, sum(found.kinds.values())) == (4, 400)
    assert (dict(found.bad), dict(found.coerced)) == ({}, {})
    assert found.kinds[verdict.ROWS] > 200
    assert found.kinds[verdict.REFUSED] > 10


@pytest.mark.parametrize(
    ("endpoint", "odd"), [("open_interest", {"symbol": {"a": 1}}), ("kline", {"symbol": 5}), ("tickers", {"category": -1})]
)
def test_what_names_a_market_is_never_made_a_text(endpoint: str, odd: dict[str, Any]) -> None:
    source = all_sources()["bybit"]
    (original, *_) = originals(["bybit"])["bybit", endpoint]
    result = {**original.document["result"], **odd}
    found = verdict.judged(source, replace(original.payload, body=orjson.dumps({**original.document, "result": result})))
    assert original.verdict.rows > 0
    assert (found.kind, found.rows, found.set_aside > 0) == (verdict.ROWS, 0, True)


def test_a_value_taken_for_another_is_seen() -> None:
    source = all_sources()["okx"]
    (original, *_) = originals(["okx"])["okx", "funding_rate_history"]
    (table, rows), place = next(iter(original.verdict.kept.items())), 0
    while not isinstance(rows[0][place], float):
        place += 1
    kept = {table: [(*rows[0][:place], 1.0, *rows[0][place + 1 :]), *rows[1:]]}
    after, column = replace(original.verdict, kept=kept), list(source.entity(table).columns)[place]
    assert verdict.coerced(source, original.verdict, after, rows[0][place], True) == {f"{table}.{column}"}
    assert verdict.coerced(source, original.verdict, after, rows[0][place], "1.0") == set()
    assert verdict.coerced(source, original.verdict, after, "another", True) == set()


def test_the_same_numbers_make_the_same_mutant() -> None:
    document = {"a": [1, 2, {"b": "x"}]}
    made = [mutant(document, orjson.dumps(document), random.Random(number % 50)).body for number in range(100)]
    assert made[:50] == made[50:]
    assert len(set(made)) > 30
    assert document == {"a": [1, 2, {"b": "x"}]}


def test_of_what_the_wire_spoils_nothing_is_wrong_and_what_is_missing_is_said() -> None:
    found = wire.survey(0.2, 3, FEW, told=lambda text: None)
    assert (found.sources, found.wrong, found.doubled, found.unsaid, found.raised) == (4, 0, 0, [], [])
    assert found.rows > 1000
    assert found.faults > 10


def test_a_wire_that_is_dead_is_said() -> None:
    found = wire.survey(1.0, 3, ["okx"], told=lambda text: None)
    assert (found.named, found.missing) == (["okx"], found.rows)


def test_a_publication_killed_at_random_is_whole_and_the_next_one_comes_out() -> None:
    found = kills.kill_publication(2, random.Random(5))
    assert found.kills == 2
    assert dict(found.wrong) == {}


def test_a_publication_that_is_not_whole_is_seen(tmp_path: Path) -> None:
    assert data.is_whole(tmp_path)
    assert undisturbed(children.publication, tmp_path, 1)[0] == 0
    assert data.is_whole(tmp_path)
    assert data.left_over(tmp_path) == []
    file = tmp_path / "published" / "current" / "parquet" / "mart_a.parquet"
    (tmp_path / "published" / "versions" / ".building-000002").mkdir()
    file.chmod(0o644)
    file.write_bytes((file.parent / "publication.parquet").read_bytes())
    assert not data.is_whole(tmp_path)
    assert data.left_over(tmp_path) == ["published/versions/.building-000002"]


def test_a_clock_that_jumps_adds_no_row() -> None:
    assert hardships.clock_jumps_of_ingestion() == []
