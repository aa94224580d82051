"""Names of published columns do not mislead: what a word promises is the same in every table.

Belongs here: rules over names, types and descriptions of what readers see. Does not: that columns are described at all (test_keys.py), or
units of single figures (test_dictionary.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from ingestion.settings import load_settings
from orchestration import compiled
from orchestration.plan import Plan
from orchestration.publication.old_names import RENAMED

OTHERS_OPEN_INTEREST = {"int_asset_aggregates", "fct_protocol_metrics_daily"}  # an aggregator's, and what protocols report of themselves


@dataclass(frozen=True)
class Column:
    table: str
    name: str
    type: str
    told: str
    beside: frozenset[str]
    sources: frozenset[str]  # names of all models that the table is made of

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


def is_of_spot(one: Column) -> bool:
    return "spot" in one.told.lower() or "_spot_" in one.table or "_token" in one.table


RULES: dict[str, Callable[[Column], bool]] = {
    "a rank (0 to 1) is no percentage": lambda one: not re.search(r"_pct(_|$)", one.name) and (
        not one.told.startswith("Rank") or one.name.endswith("_rank")
    ),
    "volume_usd is of perpetuals": lambda one: not one.name.startswith("volume_usd") or not is_of_spot(one),
    "open_interest_usd is our own, or open_interest_source beside it says whose": lambda one: (
        one.name != "open_interest_usd" or "open_interest_source" in one.beside or not one.sources & OTHERS_OPEN_INTEREST
    ),
    "basis is the price above its index": lambda one: one.name != "basis" or one.type == "double",
    "an end is exclusive, and null while it holds": lambda one: (
        not re.search(r"^(valid|effective|halted)_to$", one.name) or ("exclusive" in one.told and "null" in one.told)
    ),
    "no name that SQL takes for its own": lambda one: one.name not in {"table", "rows", "row", "column", "select", "order", "group"},
    "a boolean begins with is_ or has_": lambda one: (one.type == "boolean") == one.name.startswith(("is_", "has_")),
    "an amount of dollars is one": lambda one: not re.search(r"(^|_)usd$", one.name) or "USD" in one.told,
}  # fmt: skip


@pytest.fixture(scope="module")
def columns() -> list[Column]:
    plan = compiled.plan(load_settings())
    return list(_columns(plan))


def _columns(plan: Plan) -> Iterator[Column]:
    by_id = {node.id: node for node in plan.nodes}
    by_name = {f"{node.schema}.{node.name}": node for node in plan.nodes}
    for table in plan.published():
        node = by_name[table]
        sources = frozenset(by_id[one].name for one in plan.upstream(node) if one in by_id)
        for name, kind in node.columns.items():
            yield Column(table, name, kind.lower(), node.column_comments.get(name, ""), frozenset(node.columns), sources)


@pytest.mark.parametrize("rule", RULES)
def test_a_name_promises_the_same_everywhere(rule: str, columns: list[Column]) -> None:
    assert len(columns) > 400
    assert [str(one) for one in columns if not RULES[rule](one)] == []


def test_what_was_renamed_is_there_and_no_name_means_two_things(columns: list[Column]) -> None:
    beside = {one.table: one.beside for one in columns}
    for table, old in RENAMED.items():
        assert set(old) <= beside[table], table
        assert not set(old.values()) & beside[table], table
