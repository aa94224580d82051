"""The file `.env`: variables beside the command, each with the line it stands on. What is wrong with the file is said by file and line.

Belongs here: reading the file. Does not: what the variables mean (settings).
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.errors import SettingsError

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class EnvFile:
    """Variables by name; `lines` says where each was given last."""

    path: Path | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    def place(self, name: str) -> str:
        """Where a variable of this file stands."""
        return f"{self.path}, line {self.lines[name]}"


def read_env_file(path: Path) -> EnvFile:
    """The variables of a `.env` file, none when there is no file. Raises SettingsError that names file and line."""
    if not path.is_file():
        return EnvFile()
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    text, lines = _text(path), {}  # what a wrong line holds is not shown: it may be a key
    for one in parse_stream(io.StringIO(text)):
        written = one.original.string
        number = one.original.line + len(written[: len(written) - len(written.lstrip())].splitlines())
        if one.error or (one.key is not None and one.value is None):
            raise SettingsError(f"{path}, line {number}: this is no NAME=value")
        if one.key is not None:
            lines[one.key] = number
    return EnvFile(path, {name: value or "" for name, value in dotenv_values(stream=io.StringIO(text)).items()}, lines)


def _text(path: Path) -> str:
    body = path.read_bytes()
    if body.startswith(UTF_16) or b"\0" in body:
        raise SettingsError(f"{path}, line 1: the file is UTF-16 or no text: save it as UTF-8")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = body.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{path}, line {number}: a byte that is not UTF-8: save the file as UTF-8 (it may be Latin-1)") from None
