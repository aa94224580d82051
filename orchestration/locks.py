"""Locks of a data folder that several modules take. Belongs here: which file each is. Does not: what is done under it."""

from __future__ import annotations

from filelock import BaseFileLock, FileLock

from ingestion.settings import Settings


def warehouse_lock(settings: Settings) -> BaseFileLock:
    """Who opens the warehouse holds it: build, gate, publication. One object a process, so who holds it may take it again."""
    return _lock(settings, "warehouse")


def publication_lock(settings: Settings) -> BaseFileLock:
    """Who adds or removes a version, or points to another one, holds it. Taken after the warehouse's where both are needed."""
    return _lock(settings, "publication")


def _lock(settings: Settings, name: str) -> BaseFileLock:
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    return FileLock(settings.state_dir / f"{name}.lock", is_singleton=True)
