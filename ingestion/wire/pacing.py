"""When a request may go, and when it goes again: budgets, Retry-After, back-off. Knows no HTTP client and no source."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from aiolimiter import AsyncLimiter

from ingestion.wire.api import Limit

SLICES = 10  # a budget is spent in slices of a tenth of its period, so that no window of the venue's sees more than 1.1 budgets
SAFE_SHARE = 0.85
LONGEST_BACKOFF_SECONDS = 30.0


class Budgets:
    """A source's published budgets, spent one request after the other."""

    def __init__(self, limits: Mapping[str, Limit], factor: float) -> None:
        self._buckets = {name: (bucket(limit, factor), asyncio.Lock()) for name, limit in limits.items()}

    async def pay(self, name: str, weight: float) -> None:
        """Wait until the budget has room; a request heavier than its bucket is paid in portions."""
        if name not in self._buckets:
            return
        limiter, turn = self._buckets[name]
        async with turn:
            while weight > 0:
                await limiter.acquire(min(weight, limiter.max_rate))
                weight -= limiter.max_rate


def bucket(limit: Limit, factor: float) -> AsyncLimiter:
    """In weight per second; the bucket holds a slice, or the heaviest single request."""
    rate = limit.amount * SAFE_SHARE * factor / limit.seconds
    size = max(1.0, limit.amount * SAFE_SHARE * factor / SLICES)
    return AsyncLimiter(size, size / rate)


def backoff(first_seconds: float, tried: int) -> float:
    """Seconds until the next try: doubling from the first pause, with jitter."""
    return min(LONGEST_BACKOFF_SECONDS, first_seconds * 2.0 ** (tried - 1)) + random.uniform(0, first_seconds)


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
