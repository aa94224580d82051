"""The documentation site on a repository of a few files, and the dictionary of a few relations. Expected text is written by hand.

Belongs here: how links move, what a page of the dictionary says, which answers are replaced. Does not: the real pages (conventions).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.documentation import dictionary
from orchestration.documentation.answers import answered, answers
from orchestration.documentation.assembling import assemble
from orchestration.documentation.binding import types
from orchestration.documentation.relations import Relation, relations
from orchestration.plan import Node, Plan

RAW = Node("source.a", "a__trades", "source", "source", "raw", "raw/a/trades", columns={"market": "varchar", "amount": "double"})
STAGED = Node(
    "model.stg", "stg_a__trades", "view", "staging", "staging",
    "select market as symbol, amount * 2 as volume_usd, _fetched_at as fetched_at, cast(amount as decimal(38, 6)) as exact "
    "from raw.a__trades",
    ("source.a",),
)  # fmt: skip
FACT = Node(
    "model.fct", "fct_trades", "table", "facts", "facts", "this is not read", ("model.stg",),
    columns={"symbol": "varchar", "side": "varchar"}, has_contract=True,
)  # fmt: skip
PLAN = Plan((RAW, STAGED, FACT), ())


def entry(description: str, **columns: str) -> dict[str, object]:
    told = {name: {"name": name, "description": meaning} for name, meaning in columns.items()}
    return {"description": description, "columns": told, "fqn": ["perps", "staging", "a", "stg_a__trades"]}


def told_by(test: str, **asked: object) -> dict[str, object]:
    return {"test_metadata": {"name": test, "kwargs": asked}, "attached_node": "model.fct"}


@pytest.fixture
def few() -> list[Relation]:
    manifest = {
        "sources": {"source.a": entry("Trades of A.", market="Market.") | {"source_name": "a"}},
        "nodes": {
            "model.stg": entry("Trades, staged."),
            "model.fct": entry("What was traded. Grain: symbol.", symbol="Market, as <b>A</b> writes it.", side="Who was closed."),
            "test.1": told_by("accepted_values", column_name="side", values=["long", "short"]),
            "test.2": told_by("unique_combination", columns=["symbol", "side"]),
            "test.3": told_by("unique", column_name="symbol"),
        },
        "docs": {"doc.1": {"name": "volume_usd", "block_contents": "Volume, USD."}},
    }
    return relations(PLAN, manifest, types(PLAN))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    files = {
        "README.md": "# Home\n\n[tables](docs/tables.md#facts) [why](docs/decisions) [licence](LICENSE) ![p](docs/p.svg) [out](https://a.example)\n",
        "CONTRIBUTING.md": "# Contributing\n\n`fct_trades`\n",
        "CHANGELOG.md": "# Changes\n",
        "LICENSE": "free",
        "docs/p.svg": "<svg/>",
        "docs/tables.md": (
            "# Tables of `fct_trades`\n\n`fct_trades` `fct_gone` [home](../README.md) [`fct_trades`](#x)\n\n```sql\n`fct_trades`\n```\n"
        ),
        "docs/new.md": "# New\n\n[queries](queries/README.md)\n",
        "docs/queries/README.md": "# Queries\n\n`fct_trades`\n",
        "docs/dictionary/README.md": "# Dictionary\n\nFirst.\n",
        "docs/decisions/0001-one.md": "# 0001 One\n\nText.\n",
        "docs/site.yml": "site_name: x\nnav: [{Home: index.md}, {Use: [{Tables: tables.md}]}, {Decisions: []}, {Dictionary: []}]\n",
    }
    for name, text in files.items():
        (tmp_path / "repo" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "repo" / name).write_text(text)
    return tmp_path / "repo"


def test_types_are_those_that_a_query_gives_without_data() -> None:
    found = types(PLAN)
    assert found['"staging"."stg_a__trades"'] == {
        "symbol": "varchar", "volume_usd": "double", "fetched_at": "timestamptz", "exact": "decimal(38,6)",
    }  # fmt: skip
    assert list(found['"raw"."a__trades"'])[:2] == ["market", "amount"]


def test_a_query_that_does_not_fit_its_inputs_is_told() -> None:
    broken = Node("model.x", "x", "view", "staging", "staging", "select price from raw.a__trades", ("source.a",))
    with pytest.raises(duckdb.BinderException, match="price"):
        types(Plan((RAW, broken), ()))


def test_a_page_has_key_types_words_and_neighbours(few: list[Relation]) -> None:
    page = dictionary.pages(few)["fct_trades.md"]
    assert page == (
        "# fct_trades\n\nWhat was traded. Grain: symbol.\n\n`facts.fct_trades`. Key: `symbol`.\n\n"
        "| column | type | meaning |\n| --- | --- | --- |\n"
        "| `symbol` | varchar | Market, as &lt;b>A&lt;/b> writes it. |\n"
        "| `side` | varchar | Who was closed. One of `long`, `short`. |\n\n"
        "Made of `stg_a__trades`.\n"
    )


def test_inner_tables_stand_apart_with_the_meaning_that_a_name_has_everywhere(few: list[Relation]) -> None:
    pages = dictionary.pages(few)
    assert set(pages) == {"fct_trades.md", "columns.md", "words.md", "inside/a.md"}
    assert "| `volume_usd` | double | Volume, USD. |" in pages["inside/a.md"]
    assert "| `market` | varchar | Market. |" in pages["inside/a.md"]
    assert "| `_fetched_at`" not in pages["inside/a.md"]
    assert "exclude: true" in pages["inside/a.md"]
    assert "volume_usd" not in pages["columns.md"]


def test_links_move_and_names_of_tables_lead_to_their_columns(repository: Path, few: list[Relation], tmp_path: Path) -> None:
    target = tmp_path / "site"
    assemble(repository, target, few)
    page = (target / "pages" / "index.md").read_text()
    assert "[tables](tables.md#facts) [why](decisions/index.md) licence ![p](p.svg) [out](https://a.example)" in page
    assert (target / "pages" / "tables.md").read_text() == (
        "# Tables of `fct_trades`\n\n[`fct_trades`](dictionary/fct_trades.md) `fct_gone` [home](index.md) [`fct_trades`](#x)\n\n"
        "```sql\n`fct_trades`\n```\n"
    )
    assert "[`fct_trades`](../dictionary/fct_trades.md)" in (target / "pages" / "queries" / "index.md").read_text()
    assert "[0001 One](0001-one.md)" in (target / "pages" / "decisions" / "index.md").read_text()
    start = (target / "pages" / "dictionary" / "index.md").read_text()
    assert start.startswith("# Dictionary\n\nFirst.\n\n## Marts")
    assert "| [`fct_trades`](fct_trades.md) | What was traded. | symbol |" in start


def test_every_page_is_in_the_menu(repository: Path, few: list[Relation], tmp_path: Path) -> None:
    """A page that docs/site.yml does not name stands at the end, and what was written before is gone."""
    (tmp_path / "site" / "pages").mkdir(parents=True)
    (tmp_path / "site" / "pages" / "old.md").write_text("# Old\n")
    assemble(repository, tmp_path / "site", few)
    menu = yaml.safe_load((tmp_path / "site" / "mkdocs.yml").read_text())["nav"]
    assert menu[2] == {"Decisions": ["decisions/index.md", "decisions/0001-one.md"]}
    assert menu[3]["Dictionary"][:2] == ["dictionary/index.md", {"Columns": "dictionary/columns.md"}]
    assert {"Facts": ["dictionary/fct_trades.md"]} in menu[3]["Dictionary"]
    places = {str(path.relative_to(tmp_path / "site" / "pages")) for path in (tmp_path / "site").rglob("*.md")}
    assert "old.md" not in places
    assert [place for place in sorted(places) if f"'{place}'" not in str(menu)] == []
    assert set(menu[-1]["More"]) == {"CONTRIBUTING.md", "CHANGELOG.md", "new.md", "queries/index.md"}


def test_answers_are_replaced_and_nothing_else() -> None:
    page = "A\n\n```sql\nselect 1 as one\n```\n\n| old |\n| --- |\n| 2 |\n| 3 |\n\nB\n\n```sql\nselect 2\n```\n\nC\n"
    assert answers(page) == [("select 1 as one", ["old"], 2)]
    assert answered(page, lambda query: ([query[-3:]], [(1,)])) == page.replace(
        "| old |\n| --- |\n| 2 |\n| 3 |", "| one |\n| ---: |\n| 1 |"
    )
