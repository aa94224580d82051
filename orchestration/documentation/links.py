"""Links between the repository's pages, as they are in the repository and as they become in the site.

Belongs here: where a link leads, and its new form. Does not: what a page says, or which pages there are (assembling.py).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

LINK = re.compile(r"(?P<picture>!?)\[(?P<text>(?:[^\[\]]|!\[[^\]]*\]\([^)]*\))*)\]\((?P<target>[^()\s]+)\)")
OUTSIDE = re.compile(r"^[a-z]+:")
FENCE = re.compile(r"^\s*(```|~~~)")
TABLE = re.compile(r"(?<!\[)`((?:mart|fct|dim)_\w+)`(?!\])")


def outside_fences(text: str, change: Callable[[str], str]) -> str:
    """The page with each line changed that stands in no block of code."""
    lines, is_code = [], False
    for line in text.split("\n"):
        if FENCE.match(line):
            is_code = not is_code
        lines.append(line if is_code else change(line))
    return "\n".join(lines)


def targets(page: Path) -> Iterator[tuple[str, Path, str]]:
    """Of every link and picture of a page that leads into the repository: how it is written, its file, and its anchor."""
    found: list[str] = []

    def noted(text: str) -> str:
        for match in LINK.finditer(text):
            found.append(match["target"])
            noted(match["text"])
        return text

    outside_fences(page.read_text(), noted)
    for target in found:
        if not OUTSIDE.match(target):
            path, _, anchor = target.partition("#")
            yield target, (page.parent / path).resolve() if path else page, anchor


def moved(line: str, page: Path, place: Callable[[Path], str | None]) -> str:
    """A line of a page with its links as the site needs them; `place` says where a file lies in the site. What has no place is text."""

    def changed(match: re.Match[str]) -> str:
        target, picture = match["target"], match["picture"]
        text = LINK.sub(changed, match["text"])
        if OUTSIDE.match(target) or target.startswith("#"):
            return f"{picture}[{text}]({target})"
        path, hash_, anchor = target.partition("#")
        there, here = place((page.parent / path).resolve()), place(page)
        if there is None or here is None:
            return text
        return f"{picture}[{text}]({os.path.relpath(there, Path(here).parent)}{hash_}{anchor})"

    return LINK.sub(changed, line)


def with_tables(line: str, here: str, pages: dict[str, str]) -> str:
    """A line in which every name of a table leads to its page in the dictionary."""
    if line.startswith("#"):
        return line

    def linked(match: re.Match[str]) -> str:
        there = pages.get(match[1])
        return f"[`{match[1]}`]({os.path.relpath(there, Path(here).parent)})" if there else match[0]

    return TABLE.sub(linked, line)
