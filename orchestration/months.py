"""A run's days as Dagster is told of them: the months that they lie in are its partitions, the days themselves its config.

Belongs here: that translation, both ways in. Does not: which days a person asks for (days.py).
"""

from __future__ import annotations

from typing import Any

FIRST_MONTH = "2019-09"  # Binance's first perpetual
MOST_MONTHS = 24  # of one run that are told as partitions: an event for every asset and month is what a longer history would cost
ONE, START, END = "dagster/partition", "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


def config_of(first_day: str, last_day: str) -> dict[str, Any]:
    """The run config for these days, both included, written YYYY-MM-DD."""
    return {"ops": {"fetch_sources": {"config": {"first_day": first_day, "last_day": last_day}}}}


def partitions_of(first_day: str, last_day: str) -> dict[str, str]:
    """The tags that name the months of these days; none where they are too many, or older than the first."""
    first, last = first_day[:7], last_day[:7]
    if first < FIRST_MONTH or _number(last) - _number(first) >= MOST_MONTHS:
        return {}
    return {ONE: first} if first == last else {START: first, END: last}


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:])
