"""GMX's newer REST: weekly buybacks. Learnt from gmx-io/gmx-interface (its types and their tests); no answer of it was recorded.

The treasury puts aside a quarter of a week's fees of V2, which alone pays holders, at the mean of the week's closing
prices. A week that began before the truth is there as a zero. The running week has what was put aside on its days that
are over.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from simulator.dialect import Dialect, Query, Reply, json_reply
from simulator.world import World

DIALECT = Dialect("gmx_buybacks", not_found=lambda query: json_reply({"error": "Not Found"}, 404))
SHARE = Fraction(1, 4)
DAY_S = 86_400
WEEK_S = 7 * DAY_S
A_WEDNESDAY_S = 6 * DAY_S  # 1970-01-07
CLOSE_S = 23 * 3600 + 55 * 60


@DIALECT.get("/v1/buyback/weekly-stats")
def weekly_stats(world: World, query: Query) -> Reply:
    start_s, now_s = world.history.start_ms // 1000, world.now_ms // 1000
    weeks: list[dict[str, Any]] = []
    total = 0
    for week_s in range(start_s - (start_s - A_WEDNESDAY_S) % WEEK_S, now_s, WEEK_S):
        end_s = min(week_s + WEEK_S, now_s)
        accrued = _accrued(world, range(week_s, end_s - end_s % DAY_S, DAY_S)) if week_s >= start_s else 0
        total += accrued
        weeks.append({"weekStart": week_s, "weekEnd": end_s, "weeklyAccrued": str(accrued), "cumulativeAccrued": str(total)})
    summary = {"totalAccrued": str(total), "latestWeekAccrued": weeks[-1]["weeklyAccrued"], "weeksTracked": len(weeks)}
    return json_reply({"summary": summary, "weeks": weeks, "months": []})


def _accrued(world: World, days: range) -> int:
    """GMX × 1e18 of these days."""
    fees = world.series("gmx-v2-perps")["fees"]
    start_s = world.history.start_ms // 1000
    paid = sum(Fraction(float(fees[(day - start_s) // DAY_S])) for day in days)
    prices = [Fraction(world.coin_price("gmx", day + CLOSE_S) or 0) for day in days]
    return round(SHARE * paid * len(prices) / sum(prices) * 10**18) if any(prices) else 0
