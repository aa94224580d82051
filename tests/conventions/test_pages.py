"""The pages: every link leads somewhere, every command exists, every published table is found, README stays short.

Belongs here: what can be told without data. Does not: whether answers are those of now (tests/integration/test_simulated_truth.py).
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from orchestration.cli import app
from orchestration.documentation.links import targets
from orchestration.overview import ADVICE

CODE = re.compile(r"```sh\n(?P<block>.*?)```|`(?P<span>[^`\n]+)`", re.DOTALL)
PERPS = re.compile(r"\bperps (?P<command>[a-z]+)(?P<rest>[^\n`]*)")
MAKE = re.compile(r"\bmake (?P<target>[a-z]+)\b")
OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]*")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
COMMANDS: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
# What README's targets are for. All but `run`, which asks the live APIs, are run in a fresh clone by .ci/run.
RECIPES = {"demo": "perps demo", "test": "pytest", "run": "perps sync", "docs": "perps docs"}


@pytest.fixture(scope="module")
def pages(files: list[Path], repository: Path) -> list[Path]:
    """Pages for readers: those at the root and below docs/."""
    return [path for path in files if path.suffix == ".md" and (path.parent == repository or repository / "docs" in path.parents)]


def anchors(page: Path) -> set[str]:
    """As GitHub and the site make them of headings."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(page.read_text()))
    return {text.strip().replace(" ", "-") for text in plain}


def code(page: Path) -> Iterator[str]:
    for match in CODE.finditer(page.read_text()):
        yield match["block"] or match["span"]


def test_every_link_leads_somewhere(pages: list[Path], repository: Path) -> None:
    lost = []
    for page in pages:
        for written, there, anchor in targets(page):
            if not there.exists() or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
                lost.append(f"{page.relative_to(repository)}: {written}")
    assert lost == []


def test_links_inside_of_links_are_looked_at_too(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A\n\n[![picture](gone.svg)](#a) [b](https://example.com)\n\n```\n[c](code.md)\n```\n")
    assert {written for written, _, _ in targets(page)} == {"gone.svg", "#a"}


def test_every_command_shown_exists(pages: list[Path], repository: Path) -> None:
    made = set(re.findall(r"^([a-z]+):", (repository / "Makefile").read_text(), re.MULTILINE))
    unknown = []
    for page in pages:
        for text in code(page):
            unknown += [f"{page.name}: make {name}" for name in MAKE.findall(text) if name not in made]
            for match in PERPS.finditer(text):
                command = COMMANDS.get(match["command"])
                known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)} | {"--help"} if command else set()
                wrong = set(OPTION.findall(match["rest"])) - known
                unknown += [f"{page.name}: {match[0]}"] if command is None or wrong else []
    assert unknown == []


def test_readme_is_short_and_its_targets_do_what_it_says(repository: Path) -> None:
    text = (repository / "README.md").read_text()
    assert len(text.splitlines()) <= 150
    shown = {name for one in code(repository / "README.md") for name in MAKE.findall(one)}
    assert shown == set(RECIPES)
    for name in shown:
        told = subprocess.run(["make", "--dry-run", name], cwd=repository, capture_output=True, text=True, check=True).stdout
        assert RECIPES[name] in told
    checked = (repository / ".ci" / "run").read_text()
    assert [name for name in shown - {"run"} if f"\nmake {name}\n" not in checked] == []


def test_every_published_table_has_a_line(models: dict[str, dict[str, Any]], repository: Path) -> None:
    """By its name, or as `…_ending` behind the name of another."""
    text = (repository / "docs" / "tables.md").read_text()
    endings = tuple(re.findall(r"`…(\w+)`", text))
    published = [name for name, node in models.items() if node["layer"] in ("facts", "marts") and not name.startswith("dim_")]
    assert [name for name in published if f"`{name}`" not in text and not name.endswith(endings)] == []


def test_the_dictionary_tells_units_that_exist(models: dict[str, dict[str, Any]], repository: Path) -> None:
    """Every ending and beginning of its table of units is one of some column."""
    section = (repository / "docs/dictionary/README.md").read_text().split("## Units")[1].split("\n## ")[0]
    parts = [part for line in section.splitlines() if line.startswith("| `") for part in re.findall(r"`([^`]+)`", line.split("|")[1])]
    columns = {column for node in models.values() if node["layer"] in ("facts", "marts") for column in node["columns"]}
    assert len(parts) > 10
    assert [part for part in parts if not any(re.fullmatch(re.escape(part).replace("…", ".+"), column) for column in columns)] == []


def test_operations_tells_every_need(repository: Path) -> None:
    """Whatever `perps status` can say has a line with what to do."""
    page = (repository / "docs" / "operations.md").read_text()
    assert [state for state in ADVICE if f"\n| {state} | " not in page] == []


def test_the_menu_names_pages_that_exist(repository: Path) -> None:
    places = re.findall(r"'([\w/]+\.md)'", str(yaml.safe_load((repository / "docs/site.yml").read_text())["nav"]))
    root = {"index.md": "README.md", "CONTRIBUTING.md": "CONTRIBUTING.md", "CHANGELOG.md": "CHANGELOG.md"}
    assert len(places) > 10
    there = [
        repository / root[place] if place in root else repository / "docs" / place.replace("index.md", "README.md") for place in places
    ]
    assert [path.name for path in there if not path.exists()] == []
