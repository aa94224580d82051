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
SLOWEST = 16.0  # so many times slower than the published budget, where a source refuses what it allows


class Budget:
    """One published budget, spent one request after the other; slower after a refusal, and by and by as fast as before."""

    def __init__(self, limit: Limit, factor: float) -> None:
        self._limiter, self._turn = bucket(limit, factor), asyncio.Lock()
        self._period = limit.seconds / factor
        self._slowness, self._changed_at = 1.0, float("-inf")

    async def pay(self, weight: float) -> None:
        """Wait until there is room; a request heavier than its bucket is paid in portions."""
        async with self._turn:
            left = weight * self._slowness
            while left > 0:
                await self._limiter.acquire(min(left, self._limiter.max_rate))
                left -= self._limiter.max_rate

    def refused(self) -> float:
        """Half as fast from now on, once for all that is refused in one period; gives the seconds of a period, to be waited for."""
        now = asyncio.get_running_loop().time()
        if now - self._changed_at > self._period / 2:
            self._slowness, self._changed_at = min(SLOWEST, self._slowness * 2), now
        return self._period

    def answered(self) -> None:
        """Twice as fast again after some periods without a refusal."""
        now = asyncio.get_running_loop().time()
        if self._slowness > 1 and now - self._changed_at > self._slowness * 2 * self._period:
            self._slowness, self._changed_at = max(1.0, self._slowness / 2), now


class Budgets:
    """A source's budgets by name; a name without one is not held up."""

    def __init__(self, limits: Mapping[str, Limit], factor: float) -> None:
        self._budgets = {name: Budget(limit, factor) for name, limit in limits.items()}

    async def pay(self, name: str, weight: float) -> None:
        if name in self._budgets:
            await self._budgets[name].pay(weight)

    def refused(self, name: str) -> float | None:
        """After a refusal that names no time: how long the host had better be left alone."""
        return self._budgets[name].refused() if name in self._budgets else None

    def answered(self, name: str) -> None:
        if name in self._budgets:
            self._budgets[name].answered()


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
