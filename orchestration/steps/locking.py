"""One writer at a time: whoever opens the warehouse or replaces the publication holds this lock, steps and commands alike."""

from __future__ import annotations

from filelock import FileLock

from ingestion.settings import Settings


def warehouse_lock(settings: Settings) -> FileLock:
    """To be used with `with`; waits for the holder, and may be taken again by the process that holds it."""
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    return FileLock(settings.state_dir / "warehouse.lock", is_singleton=True)
