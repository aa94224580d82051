"""Keys of what is published: every relation has one, told to readers and the order of its rows. Read from the data tests that hold it."""

from __future__ import annotations

import pytest

from ingestion.settings import load_settings
from orchestration import compiled
from orchestration.plan import Plan


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compiled.plan(load_settings())


def test_every_published_relation_has_a_key_of_its_columns(plan: Plan) -> None:
    nodes = {f"{node.schema}.{node.name}": node for node in plan.nodes}
    published = plan.published()
    assert [name for name, key in published.items() if not key or set(key) - nodes[name].columns.keys()] == []
    assert len(published) > 30


def test_every_published_relation_and_column_is_described(plan: Plan) -> None:
    nodes = {f"{node.schema}.{node.name}": node for node in plan.nodes}
    missing = [
        (name, column)
        for name in plan.published()
        for column, told in {"": nodes[name].comment, **dict.fromkeys(nodes[name].columns, ""), **nodes[name].column_comments}.items()
        if not told
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("facts.dim_markets", ("market_id", "valid_from")),  # that a market has one current version is a rule, and no key
        ("facts.dim_protocols", ("protocol",)),  # its slug is unique, too
        ("facts.fct_restatements", ("fact", "key", "metric", "known_at")),  # one is written in quotes
        ("marts.mart_market_overview_daily", ("date",)),
        ("quality.gate_results", ("fact", "venue_or_protocol", "date", "suite")),
    ],
)
def test_the_key_is_what_is_tested_to_be_unique(table: str, key: tuple[str, ...], plan: Plan) -> None:
    assert plan.published()[table] == key
