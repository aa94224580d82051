"""The dictionary's pages: one for each table that users read, one for each source's inner tables, one of columns, one of words.

Belongs here: their Markdown. Does not: where it is written (assembling.py), the start page's own text (docs/dictionary/README.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from orchestration.documentation.relations import Column, Relation
from orchestration.tables import markdown

GROUPS = {
    "mart": ("Marts", "Figures of a day, ready to read. Begin here."),
    "fct": ("Facts", "One row a key, in one unit: what marts are made of."),
    "dim": ("Dimensions", "What a market, a venue, a protocol is."),
    "gate": ("Quality", "The gate's verdicts."),
}
NOT_SEARCHED = "---\nsearch:\n  exclude: true\n---\n"  # a search finds the tables for users, and no other column of the same name
NO_LIST = "---\nhide: [toc]\n---\n"  # hundreds of headings: the search finds them
RAW = """Every raw table also has `_fetched_at` (when the answer came), `_payload_sha256` (the hash of its body), `_run_id` (the run that
asked), `_is_withdrawn` (the source no longer has the row) and `month` (the UTC month of the event). A row is a version: the one
fetched last counts."""
Pages = dict[str, str]


def pages(relations: Sequence[Relation]) -> Pages:
    """Markdown by path below the dictionary's folder; the start page's lists are `contents`."""
    users = [relation for relation in relations if relation.is_for_users]
    readers = defaultdict(list)
    for relation in relations:
        for name in relation.reads:
            readers[name].append(relation.name)
    found = {f"{relation.name}.md": _page(relation, {one.name for one in users}, readers[relation.name]) for relation in users}
    return found | {"columns.md": _columns(users), "words.md": _words(users)} | _inside(relations)


def contents(relations: Sequence[Relation]) -> str:
    """The lists of the start page: tables for users by kind, then what stands behind them."""
    parts = []
    for kind, (title, what) in GROUPS.items():
        rows = [
            (_link(one), _first_sentence(one.meaning), ", ".join(one.key)) for one in relations if one.is_for_users and one.kind == kind
        ]
        parts.append(f"## {title}\n\n{what}\n\n{markdown(('table', 'what it holds', 'key'), rows)}")
    sources = sorted({one.source for one in relations if one.source and not one.is_for_users})
    links = ", ".join(f"[{name}](inside/{name}.md)" for name in sources)
    inner = "[seeds](inside/seeds.md), [intermediate](inside/intermediate.md), and raw and staging of each source: " + links
    return "\n\n".join([*parts, f"## Inside\n\nWhat stands behind the published tables: {inner}."])


def groups(relations: Sequence[Relation]) -> list[tuple[str, list[str]]]:
    """The pages of tables for users, and those of inner tables, for the site's menu."""
    names = [
        (title, [f"{one.name}.md" for one in relations if one.is_for_users and one.kind == kind]) for kind, (title, _) in GROUPS.items()
    ]
    return [*names, ("Inside", sorted(_inside(relations)))]


def _page(relation: Relation, users: set[str], readers: Iterable[str]) -> str:
    where = f"`{relation.schema}.{relation.name}`"
    key = f" Key: {_names(relation.key)}." if relation.key else ""
    made_of = [f"[`{name}`]({name}.md)" if name in users else f"`{name}`" for name in relation.reads]
    feeds = [f"[`{name}`]({name}.md)" for name in sorted(readers) if name in users]
    lines = [f"# {relation.name}", _text(relation.meaning), f"{where}.{key}", _table(relation.columns)]
    lines += [f"Made of {', '.join(made_of)}."] if made_of else []
    lines += [f"Read by {', '.join(feeds)}."] if feeds else []
    return "\n\n".join(lines) + "\n"


def _inside(relations: Sequence[Relation]) -> Pages:
    behind: dict[str, list[Relation]] = defaultdict(list)
    for relation in relations:
        if not relation.is_for_users:
            behind[relation.source or relation.layer].append(relation)
    return {f"inside/{name}.md": _inner_page(name, found) for name, found in behind.items()}


def _inner_page(name: str, relations: Sequence[Relation]) -> str:
    parts = [f"{NOT_SEARCHED}# {name}", "Tables behind the published ones: `warehouse.duckdb` has them, the published file does not."]
    if any(relation.layer == "source" for relation in relations):
        parts.append(RAW)
    for relation in sorted(relations, key=lambda one: (one.schema != "raw", one.name)):
        key = f" Key: {_names(relation.key)}." if relation.key else ""
        parts += [f"## {relation.schema}.{relation.name}", f"{_text(relation.meaning)}{key}", _table(relation.columns)]
    return "\n\n".join(parts) + "\n"


def _columns(users: Sequence[Relation]) -> str:
    """Every column of the tables for users under a heading of its own, for the search; with each meaning the tables in which it has it."""
    homes: dict[str, dict[tuple[str, str], list[Relation]]] = defaultdict(lambda: defaultdict(list))
    for relation in users:
        for column in relation.columns:
            homes[column.name][column.type, column.meaning].append(relation)
    parts = [f"{NO_LIST}# Columns", "Every column of the published tables: what it means, and where it stands."]
    for name, meanings in sorted(homes.items()):
        lines = [f"- {kind}. {_text(meaning)} {' · '.join(map(_link, found))}" for (kind, meaning), found in meanings.items()]
        parts += [f"## {name}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _words(users: Sequence[Relation]) -> str:
    """Columns whose values are a closed list: the list, and the tables in which it is so."""
    homes: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for relation in users:
        for column in relation.columns:
            if column.words:
                homes[column.name, column.words].append(_link(relation))
    rows = [(f"`{name}`", _names(words), " · ".join(links)) for (name, words), links in sorted(homes.items())]
    table = markdown(("column", "words", "tables"), rows)
    return f"# Words\n\nColumns that hold one of a few words. A test of dbt holds each to its list.\n\n{table}\n"


def _table(columns: Sequence[Column]) -> str:
    rows = [(f"`{one.name}`", one.type, _text(one.meaning) + (f" One of {_names(one.words)}." if one.words else "")) for one in columns]
    return markdown(("column", "type", "meaning"), rows)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _link(relation: Relation) -> str:
    return f"[`{relation.name}`]({relation.name}.md)"


def _text(meaning: str) -> str:
    """A description as one line that holds no HTML."""
    return " ".join(meaning.split()).replace("<", "&lt;")


def _first_sentence(meaning: str) -> str:
    return _text(meaning).partition(". ")[0].rstrip(".") + "."
