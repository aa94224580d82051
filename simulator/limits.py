"""A source's request budget, in its own weights per window of wall-clock time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Budget:
    """A fixed window that starts with its first request. `limit` None: counts, never refuses."""

    limit: int | None = None
    window_seconds: float = 60.0
    clock: Callable[[], float] = time.monotonic
    used: int = 0
    _ends_at: float = 0.0
    _blocked_until: float = 0.0

    def spend(self, weight: int) -> bool:
        """Book a request. False when it goes over the limit: the caller then refuses until the window ends."""
        now = self.clock()
        if now >= self._ends_at:
            self.used, self._ends_at = 0, now + self.window_seconds
        self.used += weight
        if self.limit is not None and self.used > self.limit:
            self._blocked_until = self._ends_at
            return False
        return True

    def wait_seconds(self) -> float:
        """How long the reader must still wait after a refusal; 0 when it need not."""
        return max(0.0, self._blocked_until - self.clock())
