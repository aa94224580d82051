"""Names of raw on disk, and what tells a file from the one before: for readers that need none of raw's libraries."""

from __future__ import annotations

EMPTY_MONTH = "0000-00"  # the part of a raw table that only carries its columns


def stamp(size: int, modified_ns: int) -> str:
    return f"{size}:{modified_ns}"
