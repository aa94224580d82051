"""What a run would send, before anything is sent: requests, weight and time of each source.

Belongs here: the figures. Does not: how they are counted (rehearsal), or how they print (orchestration).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ingestion.errors import PerpsError
from ingestion.run.adapter import Adapter
from ingestion.run.window import Window
from ingestion.settings import Settings
from ingestion.venue.rehearsal import Rehearsal
from ingestion.wire.api import Limit
from ingestion.wire.pacing import SAFE_SHARE

ANSWER_SECONDS = 0.3  # how long a source takes to answer, about: what a source without a tight budget costs


@dataclass(frozen=True)
class Planned:
    """Of one source. `problem` says why it is not known, or known in part only; a source that is not asked has no requests."""

    source: str
    requests: int
    weight: float
    minutes: float
    markets: int | None = None
    problem: str = ""


def plan(
    settings: Settings,
    sources: Sequence[Adapter],
    window: Window,
    *,
    catch_up: bool = False,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Planned]:
    """Of all sources. Counts with the lists that were fetched last, and with rows as far apart as they were then."""
    return [_plan(settings, source, window, catch_up, clock) for source in sources]


def _plan(settings: Settings, source: Adapter, window: Window, catch_up: bool, clock: Callable[[], datetime]) -> Planned:
    if source.lacks_key(settings):
        return Planned(source.name, 0, 0, 0, problem="not configured: it needs a key")
    if source.closed_on and window.first > source.closed_on:
        return Planned(source.name, 0, 0, 0, problem=f"closed on {source.closed_on}")
    last = min(window.last, source.closed_on) if source.closed_on else window.last
    session = Rehearsal(source, settings, "plan", client=None, clock=clock)
    session.catch_up = catch_up
    markets, problem = asyncio.run(_rehearse(session.begin(window), source, Window(window.first, last)))
    weight, count = sum(session.weights.values()), session.requests.total()
    return Planned(source.name, count, weight, round(_minutes(session.weights, count, source.limits, settings), 1), markets, problem)


async def _rehearse(session: Rehearsal, source: Adapter, window: Window) -> tuple[int | None, str]:
    """How many markets there are, and what is not known."""
    try:
        markets = await source.snapshot(session)
        await source.history(session, window, markets)
    except PerpsError:
        return (
            None,
            f"markets unknown: no {', '.join(sorted(session.unknown))} in landing; run `perps snapshot`, or name them in PERPS_MARKETS",
        )
    return len(markets), ""


def _minutes(weights: Mapping[str, float], requests: int, limits: Mapping[str, Limit], settings: Settings) -> float:
    """As long as the tightest budget takes, or as the answers do."""
    share = SAFE_SHARE * settings.rate_limit_factor
    paced = [weight * limits[name].seconds / (limits[name].amount * share) for name, weight in weights.items() if name in limits]
    return max([*paced, requests * ANSWER_SECONDS / settings.concurrency]) / 60
