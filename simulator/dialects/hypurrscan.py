"""Hypurrscan: Hyperliquid's fees as a counter that is read every twenty minutes. Learnt from recorded answers.

The fees of a day are those DefiLlama reports, taken evenly over its hours; the counter starts with the truth. A fifth of them is spot's.
"""

from __future__ import annotations

from simulator.dialect import Dialect, Query, Reply, json_reply
from simulator.world import World

DIALECT = Dialect("hypurrscan", not_found=lambda query: json_reply({"error": "Not Found"}, 404))
DAY_S, STEP_S, UNIT = 86_400, 1200, 1_000_000


@DIALECT.get("/fees")
def fees(world: World, query: Query) -> Reply:
    start_s = world.history.start_ms // 1000
    daily = [float(usd) for usd in world.series("hyperliquid")["fees"]]
    readings = []
    before, day = 0.0, 0
    for at in range(start_s, world.now_ms // 1000 + 1, STEP_S):
        while (at - start_s) // DAY_S > day:
            before, day = before + daily[day], day + 1
        total = before + daily[day] * ((at - start_s) % DAY_S) / DAY_S if day < len(daily) else before
        readings.append({"time": at, "total_fees": round(total * UNIT), "total_spot_fees": round(total * UNIT / 5)})
    return json_reply(readings)
