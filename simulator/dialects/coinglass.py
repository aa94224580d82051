"""CoinGlass, v4: bars of what all venues of the truth held, paid and lost together, by asset.

Learnt from shared reference sources/coinglass.md and the answers beside it. Totals are of every perpetual that shows the figure;
liquidations are of the exchanges asked for, and a name that is in nobody's truth adds nothing. A bar opens with the close of the one
before it; the running bar is there as far as it has come. Errors are HTTP 200 with a code; no key is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from simulator.candles import HOUR_MS
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply, number
from simulator.frames import showing
from simulator.grid import Floats
from simulator.market import Market
from simulator.world import World

HOURS = {"1h": 1, "4h": 4, "6h": 6, "8h": 8, "12h": 12, "1d": 24}
MOST_BARS = 1000
EXCHANGES = (
    "OKX", "Binance", "HTX", "Bitfinex", "Bybit", "Deribit", "Gate", "Kraken", "KuCoin", "CME", "Bitget", "dYdX", "BingX", "Coinbase",
    "Crypto.com", "Hyperliquid", "Bitunix", "MEXC", "WhiteBIT", "Aster", "Lighter", "EdgeX", "Drift", "Paradex", "Extended", "ApeX Omni",
    "LBank", "tradeXYZ",
)  # fmt: skip
DIALECT = Dialect("coinglass", not_found=lambda query: json_reply({"code": "404", "msg": "Not Found"}, 404))


def _answer(rows: list[Any]) -> Reply:
    return json_reply({"code": "0", "msg": "success", "data": rows})


def _required(query: Query, name: str) -> str:
    if not query.params.get(name):
        raise Refusal(json_reply({"code": "400", "msg": f"Required parameter '{name}' is not present."}))
    return query.params[name]


def _bars(world: World, query: Query) -> list[tuple[int, int, int]]:
    """(time, first hour, hour after the last one begun) of each bar asked for that has begun."""
    if (width := HOURS.get(_required(query, "interval"))) is None:
        raise Refusal(json_reply({"code": "400", "msg": "interval not supported"}))
    begun = (world.now_ms - world.history.start_ms) // HOUR_MS + 1
    starts = range(0, min(begun, world.history.hours), width)
    times = [(world.history.start_ms + hour * HOUR_MS, hour, min(hour + width, begun)) for hour in starts]
    first, last = query.integer("start_time", 0), query.integer("end_time", world.now_ms)
    return [bar for bar in times if first <= bar[0] <= last][: min(query.integer("limit", MOST_BARS), MOST_BARS)]


def _markets(world: World, query: Query, what: str) -> list[Market]:
    asset = _required(query, "symbol")
    return [market for market in showing(world.history.perpetuals(), what) if market.asset.name == asset]


def _ohlc(world: World, query: Query, hourly: Floats) -> Reply:
    """Of an hourly series; hours that have none are NaN, and a bar that ends in one is not there."""
    rows = []
    for time, first, end in _bars(world, query):
        part = hourly[max(first - 1, 0) : end]
        if not np.isnan(part[-1]):
            known = part[~np.isnan(part)]
            values = {"open": known[0], "high": known.max(), "low": known.min(), "close": part[-1]}
            rows.append({"time": time} | {name: number(float(value)) for name, value in values.items()})
    return _answer(rows)


def _held(world: World, markets: list[Market]) -> Floats:
    total = np.zeros(world.history.hours)
    for market in markets:
        total[market.alive()] += market.open_interest_usd[market.alive()]
    return np.where(total > 0, total, np.nan)


def _rate_8h(market: Market) -> Floats:
    """The rate last settled, per 8 h; NaN before the first."""
    rates = np.full(len(market.funding_rate), np.nan)
    rates[market.settled()] = market.funding_rate[market.settled()]
    last = np.maximum.accumulate(np.where(np.isnan(rates), -1, np.arange(len(rates))))
    return np.where(last < 0, np.nan, rates[last] * (8 / np.maximum(market.funding_hours, 1))[last])


@DIALECT.get("/api/futures/supported-exchanges")
def exchanges(world: World, query: Query) -> Reply:
    """Names as the vendor writes them; they are the same whatever the truth has of them."""
    return _answer(list(EXCHANGES))


@DIALECT.get("/api/futures/supported-coins")
def coins(world: World, query: Query) -> Reply:
    return _answer(list(world.history.assets))


@DIALECT.get("/api/futures/open-interest/aggregated-history")
def open_interest(world: World, query: Query) -> Reply:
    return _ohlc(world, query, _held(world, _markets(world, query, "open_interest")))


@DIALECT.get("/api/futures/funding-rate/oi-weight-history")
def funding(world: World, query: Query) -> Reply:
    """Percent; a market whose rate or open interest is unknown has no weight."""
    weighted, weights = np.zeros(world.history.hours), np.zeros(world.history.hours)
    for market in showing(_markets(world, query, "open_interest"), "funding"):
        rate, weight = _rate_8h(market), np.zeros(world.history.hours)
        weight[market.alive()] = market.open_interest_usd[market.alive()]
        weight[np.isnan(rate)] = 0.0
        weighted, weights = weighted + np.nan_to_num(rate) * weight, weights + weight
    rates = np.divide(weighted, weights, out=np.full(world.history.hours, np.nan), where=weights > 0)
    return _ohlc(world, query, rates * 100)


@DIALECT.get("/api/futures/liquidation/aggregated-history")
def liquidations(world: World, query: Query) -> Reply:
    venues = {name.lower() for name in _required(query, "exchange_list").split(",")}
    markets = _markets(world, query, "liquidations")
    width = HOURS.get(query.params.get("interval", ""), 24) * HOUR_MS
    sums: dict[tuple[int, str], float] = defaultdict(float)
    for market in markets:
        for one in world.liquidations(market) if market.venue in venues else ():
            sums[one.at_ms // width * width, one.side] += one.usd
    times = [time for time, _, _ in _bars(world, query)] if markets else []
    sides = ("long", "short")
    return _answer([{"time": time} | {f"aggregated_{side}_liquidation_usd": sums[time, side] for side in sides} for time in times])


@DIALECT.get("/api/futures/open-interest/exchange-history-chart")
def by_exchange(world: World, query: Query) -> Reply:
    """Each exchange's own, dated futures included; null where it holds nothing yet. The last point is of now."""
    asset, width = _required(query, "symbol"), (HOURS.get(query.params.get("range", ""), 4)) * HOUR_MS
    start, now = world.history.start_ms, min(world.now_ms, world.history.start_ms + world.history.hours * HOUR_MS - 1)
    times = [*range(start, now + 1, width), now]
    held: dict[str, Floats] = defaultdict(lambda: np.zeros(world.history.hours))
    for market in world.history.markets:
        if market.asset.name == asset and (market.listing.funding_interval_hours is not None or market.product == "future"):
            held[market.venue.upper()][market.alive()] += market.open_interest_usd[market.alive()]
    values = {venue: [total[(at - start) // HOUR_MS] for at in times] for venue, total in sorted(held.items())}
    chart = {venue: [float(one) if one > 0 else None for one in points] for venue, points in values.items()}
    data = {"time_list": times, "price_list": [1.0] * len(times), "data_map": chart}
    return json_reply({"code": "0", "msg": "success", "data": data})
