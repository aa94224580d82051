"""Names of raw on disk that readers without raw's libraries need too."""

from __future__ import annotations

EMPTY_MONTH = "0000-00"  # the part of a raw table that only carries its columns
