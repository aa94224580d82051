"""Hyperliquid's statistics CDN: whole daily series, `time` a UTC day without a zone. Learnt from recorded answers.

The markets are the `hyperliquid` dialect's. The running day is already in the series.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from simulator.dialect import Dialect, Query, Reply, json_reply
from simulator.world import World

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
USD_PER_USER = 50_000.0
DIALECT = Dialect("hyperliquid_stats")


def _chart(rows: list[dict[str, Any]]) -> Reply:
    return json_reply({"chart_data": rows})


def _day(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // DAY_MS * DAY_MS / 1000, UTC).strftime("%Y-%m-%dT00:00:00")


@DIALECT.get("/daily_notional_liquidated_by_coin")
def liquidated(world: World, query: Query) -> Reply:
    totals: dict[tuple[str, str], float] = defaultdict(float)
    for market in world.markets("hyperliquid"):
        for one in world.liquidations(market):
            totals[_day(one.at_ms), market.symbol] += one.usd
    return _chart([{"time": day, "coin": coin, "daily_notional_liquidated": usd} for (day, coin), usd in sorted(totals.items())])


@DIALECT.get("/open_interest")
def held(world: World, query: Query) -> Reply:
    """The day's average times its average price, which is no moment's figure."""
    found: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for market in world.markets("hyperliquid"):
        for candle in world.candles(market, 0, world.now_ms, 1):
            hour = (candle.opened_ms - world.history.start_ms) // HOUR_MS
            usd, mark = float(market.open_interest_usd[hour]), float(market.mark[hour])
            found[_day(candle.opened_ms), market.symbol].append((usd / mark, mark))
    rows = []
    for (day, coin), hours in sorted(found.items()):
        base, price = (sum(values) / len(hours) for values in zip(*hours, strict=True))
        rows.append({"time": day, "coin": coin, "open_interest": base * price})
    return _chart(rows)


@DIALECT.get("/daily_unique_users")
def users(world: World, query: Query) -> Reply:
    volumes: dict[str, float] = defaultdict(float)
    for market in world.markets("hyperliquid"):
        for candle in world.candles(market, 0, world.now_ms, 1):
            volumes[_day(candle.opened_ms)] += candle.quote
    return _chart([{"time": day, "daily_unique_users": int(usd / USD_PER_USER) + 1} for day, usd in sorted(volumes.items())])
