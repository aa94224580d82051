"""Landing's closed months are joined after the daily job: nobody has to think of it.

Belongs here: when, and for how long at most. Does not: the joining (ingestion/store/joining).
"""

from __future__ import annotations

import time
from collections.abc import Generator

from ingestion.errors import PerpsError
from ingestion.settings import Settings
from ingestion.store.joining import Joined, join_closed_months
from orchestration.locks import landing_lock

LONGEST_SECONDS = 20.0  # a sensor has a minute; what is left is joined the next night


def joined_months(settings: Settings) -> Generator[Joined]:
    """Join the months that are over, one after the other, while nobody else reads or joins all of landing."""
    with landing_lock(settings):
        yield from join_closed_months(settings.landing_dir)


def tidy(settings: Settings, longest_seconds: float = LONGEST_SECONDS) -> list[str]:
    """Join what there is to join until the time is over. Gives what went wrong: the files are then as they were."""
    ends_at = time.monotonic() + longest_seconds
    joined = joined_months(settings)
    try:
        for _ in joined:
            if time.monotonic() > ends_at:
                break
    except (PerpsError, OSError) as error:
        return [f"landing was not joined: {error}"]
    finally:
        joined.close()
    return []
