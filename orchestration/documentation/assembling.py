"""The folder that the site is built from: pages of the repository with their links moved, decisions listed, the dictionary beside them.

Belongs here: which file becomes which page, and the menu. Does not: the dictionary's text (dictionary.py), how links change (links.py).
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from orchestration.documentation import dictionary, links
from orchestration.documentation.relations import Relation

AT_THE_ROOT = {"README.md": "index.md", "CONTRIBUTING.md": "CONTRIBUTING.md", "CHANGELOG.md": "CHANGELOG.md"}
DECISIONS = (
    "# Decisions\n\nChoices that could have gone otherwise, with the reasons. Each page says what was decided and what was not taken.\n"
)
KINDS = {".md", ".svg", ".png", ".jpg", ".webp", ".sql"}


def assemble(root: Path, target: Path, relations: Sequence[Relation]) -> int:
    """Write what the site is built from into `target`; returns how many pages there are."""
    shutil.rmtree(target, ignore_errors=True)
    found = pages(root)
    names = {one.name: f"dictionary/{one.name}.md" for one in relations if one.is_for_users}
    for file, place in found.items():
        (target / "pages" / place).parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".md":
            (target / "pages" / place).write_text(_page(root, file, place, found, names))
        else:
            shutil.copyfile(file, target / "pages" / place)
    made = _made(root, found, relations)
    for place, text in made.items():
        (target / "pages" / place).parent.mkdir(parents=True, exist_ok=True)
        with (target / "pages" / place).open("a") as page:
            page.write(text)
    (target / "mkdocs.yml").write_text(yaml.safe_dump(_settings(root, found, relations), sort_keys=False, allow_unicode=True))
    return len({*made, *(place for place in found.values() if place.endswith(".md"))})


def pages(root: Path) -> dict[Path, str]:
    """Every file that the site takes from the repository, with its place there."""
    docs = root / "docs"
    inside = [path for path in sorted(docs.rglob("*")) if path.suffix in KINDS]
    found = {path: str(path.relative_to(docs)).replace("README.md", "index.md") for path in inside}
    return {root / name: place for name, place in AT_THE_ROOT.items()} | found


def _page(root: Path, file: Path, place: str, found: dict[Path, str], names: dict[str, str]) -> str:
    def placed(path: Path) -> str | None:
        return f"{path.relative_to(root / 'docs')}/index.md" if path.is_dir() and path != root else found.get(path)

    moved = links.outside_fences(file.read_text(), lambda line: links.moved(line, file, placed))
    return links.outside_fences(moved, lambda line: links.with_tables(line, place, names))


def _made(root: Path, found: dict[Path, str], relations: Sequence[Relation]) -> dict[str, str]:
    """Pages that are made: the dictionary, its lists after the start page's own text, and the list of decisions."""
    made = {f"dictionary/{place}": text for place, text in dictionary.pages(relations).items()}
    made["dictionary/index.md"] = "\n" + dictionary.contents(relations) + "\n"
    listed = [f"- [{title}]({Path(place).name})" for title, place in _decisions(found)]
    return made | {"decisions/index.md": "\n".join([DECISIONS, *listed]) + "\n"}


def _decisions(found: dict[Path, str]) -> list[tuple[str, str]]:
    """Title and place of each, by number."""
    return [(_title(file), place) for file, place in sorted(found.items()) if place.startswith("decisions/")]


def _title(file: Path) -> str:
    return file.read_text().partition("\n")[0].removeprefix("# ")


def _settings(root: Path, found: dict[Path, str], relations: Sequence[Relation]) -> dict[str, Any]:
    """docs/site.yml with the lists of its menu filled; a page that the menu has not stands at its end."""
    settings: dict[str, Any] = yaml.safe_load((root / "docs" / "site.yml").read_text())
    menu = str(settings["nav"])
    decisions: list[Any] = ["decisions/index.md", *(place for _, place in _decisions(found))]
    tables: list[Any] = ["dictionary/index.md", {"Columns": "dictionary/columns.md"}, {"Words": "dictionary/words.md"}]
    tables += [{title: [f"dictionary/{place}" for place in places]} for title, places in dictionary.groups(relations)]
    more = [place for place in found.values() if place.endswith(".md") and f"'{place}'" not in menu and place not in (*decisions, *tables)]
    settings["nav"] = _filled(settings["nav"], {"Decisions": decisions, "Dictionary": tables}) + ([{"More": more}] if more else [])
    return settings


def _filled(menu: list[Any], lists: dict[str, list[Any]]) -> list[Any]:
    """The menu with each empty list of these titles filled."""
    return [
        {title: lists.get(title, _filled(part, lists)) if isinstance(part, list) else part for title, part in entry.items()}
        if isinstance(entry, dict)
        else entry
        for entry in menu
    ]
