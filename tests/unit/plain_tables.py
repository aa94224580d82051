"""Tables of cases in plain text, for what every venue says alike: a block for each source, a line for each case.

    source and what is set for all its cases
      $NAME = words that a case may stand for by $NAME
      words of a case -> what must be found, as place=text
        a line further in goes on with the one above; # begins a remark

Belongs here: reading such a table, finding a place in an answer, comparing it with a text. Does not: any case, any source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
SECONDS = {"h": 3_600, "d": 86_400, "m": 60}


@dataclass
class Block:
    source: str
    words: list[str]
    cases: list[str] = field(default_factory=list)


def blocks(table: str) -> Iterator[Block]:
    """Every block of a table that lies beside this file, in one text or in a folder of them."""
    found = Path(__file__).parent / table
    for text in sorted(found.iterdir()) if found.is_dir() else [found]:
        yield from _blocks(text.read_text().splitlines())


def _blocks(lines: Iterable[str]) -> Iterator[Block]:
    block, short, name = Block("", []), dict[str, str](), ""
    for line in lines:
        text = line.split(" # ")[0].rstrip()
        if not text or text.lstrip().startswith("#"):
            continue
        if not text.startswith(" "):
            if block.source:
                yield block
            source, *words = text.split()
            block, short = Block(source, words), {}
        elif text.startswith("    ") and name:
            short[name] += " " + _long(text.strip(), short)
        elif text.startswith("    "):
            block.cases[-1] += " " + _long(text.strip(), short)
        elif text.startswith("  $") and " = " in text:
            name, words_of_it = text.strip().split(" = ", 1)
            short[name] = _long(words_of_it, short)
        else:
            name = ""
            block.cases.append(_long(text.strip(), short))
    yield block


def _long(text: str, short: dict[str, str]) -> str:
    return re.sub(r"\$\w+", lambda found: short[found.group()], text)


def place(value: Any, path: str) -> Any:
    """What stands there in an answer: keys and numbers joined by dots, `*` for each of a list, `#` for how many."""
    for number, key in enumerate(keys := path.split(".")):
        if key == "*":
            return [place(one, ".".join(keys[number + 1 :])) if keys[number + 1 :] else one for one in value]
        value = len(value) if key == "#" else value[int(key)] if isinstance(value, list) else value[key]
    return value


def is_text_of(text: str, value: Any) -> bool:
    """Whether a text tells this value; those of a list are joined by commas. Numbers are equal to the last digit."""
    if isinstance(value, list):
        told = text.split(",") if text else []
        return len(told) == len(value) and all(is_text_of(one, part) for one, part in zip(told, value, strict=True))
    if value is None or isinstance(value, bool):
        return text == {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int) and re.fullmatch(r"-?\d+", text):
        return int(text) == value
    if isinstance(value, int | float):
        return re.fullmatch(r"[-+.\de]+", text) is not None and float(text) == value
    return text == (value.isoformat() if isinstance(value, date) else str(value))


def moments(text: str, start: datetime, unit: str) -> str:
    """With `@`, `@-6h`, `@+2d-1` told as the source tells times: so many of its units, hours and days after `start`."""

    def told(found: re.Match[str]) -> str:
        parts = re.findall(r"([+-]\d+)([hdm]?)", found.group())
        whole = start + timedelta(seconds=sum(int(count) * SECONDS[name] for count, name in parts if name))
        rest = sum(int(count) for count, name in parts if not name)
        if unit == "iso":
            return (whole + timedelta(milliseconds=rest)).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return str(int(whole.timestamp()) * UNITS[unit] + rest)

    return re.sub(r"@(?:[+-]\d+[hdm]?)*", told, text)
