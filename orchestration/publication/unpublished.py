"""What was built since the last publication, so that a publication need not read what it does not have to.

A build says what it is about to rewrite before it does, and the note is only crossed out by the publication that has it:
neither a kill nor a failure in between loses a change. A note that is missing, or that goes back to another version than
the one that is out, means: anything may have changed.
Belongs here: this note. Does not: finding out what changed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ingestion.settings import Settings
from orchestration.publication.folders import Folders, sync
from orchestration.touched import NONE, Months

Changes = Mapping[str, Months]  # `schema.table` → what was rewritten of it


def note_changes(settings: Settings, changes: Changes | None) -> None:
    """Say what is about to be rewritten in the warehouse; None: anything. To be called under the warehouse's lock, before it is done."""
    current = Folders(settings.published_dir).current()
    _write(_path(settings), current, joined(noted(settings), changes))


def noted(settings: Settings) -> Changes | None:
    """What was rewritten since the version that is out; None: that is not known."""
    try:
        found = json.loads(_path(settings).read_text())
        since, changes = found["since"], {name: _read(*told) for name, told in found["changes"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return changes if since is not None and since == Folders(settings.published_dir).current() else None


def cross_out(settings: Settings) -> None:
    """All of it is published."""
    _write(_path(settings), Folders(settings.published_dir).current(), {})


def joined(one: Changes | None, other: Changes | None) -> Changes | None:
    """Both together."""
    if one is None or other is None:
        return None
    return {name: one.get(name, NONE) | other.get(name, NONE) for name in sorted({*one, *other})}


def _read(names: list[str] | None, first: str | None) -> Months:
    return Months.of(names, date.fromisoformat(first) if first else None)


def _told(changes: Changes | None) -> dict[str, Any] | None:
    """`schema.table` → names of the months, the first day in them."""
    if changes is None:
        return None
    return {name: (months.listed(), months.first.isoformat() if months.first else None) for name, months in changes.items()}


def _path(settings: Settings) -> Path:
    return settings.state_dir / "unpublished.json"


def _write(path: Path, since: str | None, changes: Changes | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    partial.write_text(json.dumps({"since": since, "changes": _told(changes)}))
    sync(partial)
    partial.replace(path)
