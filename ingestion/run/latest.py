"""What each source's entities came to when they were asked last, in one small file: whether that is news is asked before every build.

Belongs here: the file and the names of our own bookkeeping in raw, without the libraries that raw needs. Does not: the history of attempts,
which is raw's table `ingestion_attempts` (attempts.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from ingestion.settings import Settings
from ingestion.store.whole import write_whole

OWN_SOURCE, OWN_ENTITY = "perps", "ingestion_attempts"
FILE = "latest_attempts.json"


def remember(settings: Settings, at: datetime, outcomes: Mapping[str, Sequence[object]]) -> None:
    """Keep what these entities (`source/entity`) came to, and the UTC day; the caller holds the lock of our own source."""
    told = {"day": f"{at:%Y-%m-%d}", **{name: list(outcome) for name, outcome in outcomes.items()}}
    write_whole(settings.state_dir / FILE, json.dumps(_read(settings) | told, sort_keys=True))


def digest(settings: Settings) -> str:
    """Differs when a source fails, mends or falls silent for a day; not when it was asked twice on one day with one outcome."""
    return hashlib.sha256(json.dumps(_read(settings), sort_keys=True).encode()).hexdigest()[:16]


def _read(settings: Settings) -> dict[str, object]:
    try:
        found = json.loads((settings.state_dir / FILE).read_text())
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}
