"""When a request may go, and when it goes again: budgets, Retry-After, back-off. Knows no HTTP client and no source."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from aiolimiter import AsyncLimiter
from tenacity import RetryCallState, wait_exponential_jitter

from ingestion.source import Limit

SLICES = 10  # a budget is spent in slices of a tenth of its period, so that no window of the venue's sees more than 1.1 budgets
SAFE_SHARE = 0.85


class Transient(Exception):
    """Worth another try; carries what the server said of when."""

    def __init__(self, reason: str, pause_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.pause_seconds = pause_seconds


class Wait:
    """Retry-After when the server gave one, else exponential with jitter."""

    def __init__(self, first_seconds: float) -> None:
        self._backoff = wait_exponential_jitter(multiplier=first_seconds, max=30.0, jitter=first_seconds)

    def __call__(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        pause = getattr(error, "pause_seconds", None)
        return self._backoff(state) if pause is None else float(pause)


def limiter(limit: Limit, factor: float) -> AsyncLimiter:
    """In weight per second; the bucket holds a slice, or the heaviest single request."""
    rate = limit.amount * SAFE_SHARE * factor / limit.seconds
    size = max(1.0, limit.amount * SAFE_SHARE * factor / SLICES)
    return AsyncLimiter(size, size / rate)


def retry_after(value: str | None, *, in_ms: bool) -> float | None:
    """Seconds to wait from a Retry-After header: a number (seconds, or ms where the source means that) or an HTTP date."""
    if value is None:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", value):
        return float(value) / (1000.0 if in_ms else 1.0)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
