"""What an answer is whole for: of which events a row that it does not have is no longer there.

Belongs here: what an adapter says of an endpoint. Does not: the spans that follow from an answer's rows (store/withdrawn).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ingestion.wire.payload import Payload

Reach = Literal["between", "days", "all"]


@dataclass(frozen=True)
class Cover:
    """How far an answer is whole, in each series of which it has rows: `between` its first row and its last, on the UTC `days` of which it
    has one, or `all` of it.

    `series` is the one that was asked for, by the columns that name it, where an answer without rows says that nothing is left of it.
    """

    reach: Reach
    series: Mapping[str, Any] | None = None


def between_rows(payload: Payload) -> Cover | None:
    """A page of a range: it may be cut at either end, never in between. Without bounds nothing is known of what it leaves out."""
    return Cover("between") if payload.asked else None
