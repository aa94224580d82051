"""What the data folder takes on disk, zone by zone, and how it grows.

Belongs here: sizes, and the daily note of them that growth is told from. Does not: what is done about it (retention, compacting).
"""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ingestion.settings import Settings
from ingestion.store.whole import write_whole

ZONES = ("landing", "raw", "warehouse.duckdb", "lake", "published", "quality", "as_of", "dagster", "state")
NOTES_KEPT = 60
GROWTH_OVER = timedelta(days=30)


def zones(settings: Settings) -> dict[str, int]:
    """Bytes of each zone that is there."""
    held = {zone: size_of(settings.data_dir / zone) for zone in ZONES}
    return {zone: size for zone, size in held.items() if size}


def size_of(path: Path) -> int:
    """Of a file, or of all files below a folder; each once, however many links it has."""
    if not path.is_dir():
        return path.stat().st_size if path.exists() else 0
    found = {}
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                one = Path(folder, name).lstat()
            except FileNotFoundError:  # of a run that is at work
                continue
            found[one.st_dev, one.st_ino] = one.st_size
    return sum(found.values())


def note(settings: Settings, today: date | None = None) -> None:
    """Keep the sizes of today, once a day: the growth of a month is told from them."""
    today = today or datetime.now(UTC).date()
    notes = _notes(settings)
    if today.isoformat() not in notes and settings.data_dir.exists():
        kept = dict(sorted((notes | {today.isoformat(): zones(settings)}).items())[-NOTES_KEPT:])
        write_whole(_path(settings), json.dumps(kept, indent=1))


def growth(settings: Settings, held: dict[str, int], today: date | None = None) -> dict[str, float]:
    """Bytes a day of each zone, since the oldest note of the last 30 days; nothing where none is a day old."""
    today = today or datetime.now(UTC).date()
    notes = {date.fromisoformat(day): sizes for day, sizes in _notes(settings).items()}
    since = min((day for day in notes if today - GROWTH_OVER <= day < today), default=None)
    if since is None:
        return {}
    return {zone: (size - notes[since].get(zone, 0)) / (today - since).days for zone, size in held.items()}


def told(size: float) -> str:
    sign, size = ("-" if size < 0 else ""), abs(size)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{sign}{size:.0f} {unit}"
        size /= 1000
    return f"{sign}{size:.1f} TB"


def _notes(settings: Settings) -> dict[str, dict[str, int]]:
    try:
        found = json.loads(_path(settings).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _path(settings: Settings) -> Path:
    return settings.state_dir / "disk.json"
