"""DefiLlama's coins host: token prices, on the same dialect as the rest. Ids that are not known are left out, not an error.

A price stands from one hour boundary to the next; the time asked for comes back as its timestamp.
"""

from __future__ import annotations

from simulator.dialect import Query, Refusal, Reply, json_reply, text_reply
from simulator.dialects.defillama import DAY_S, DIALECT
from simulator.world import World

LARGEST_SPAN = 500


def _coins(world: World, query: Query) -> list[tuple[str, str, str]]:
    """(id as asked, CoinGecko id, symbol) of those that are known."""
    symbols = {asset.coin_id: asset.name for asset in world.history.assets.values() if asset.coin_id}
    asked = [coin for coin in query.slots["coins"].split(",") if coin]
    return [(coin, name, symbols[name]) for coin in asked if coin.startswith("coingecko:") and (name := coin[10:]) in symbols]


def _prices_at(world: World, query: Query, at_s: int) -> Reply:
    found = {}
    for coin, name, symbol in _coins(world, query):
        price = world.coin_price(name, at_s)
        if price is not None:
            found[coin] = {"price": price, "symbol": symbol, "timestamp": at_s, "confidence": 0.99}
    return json_reply({"coins": found})


def _seconds(text: str, default: int) -> int:
    try:
        return int(text) if text else default
    except ValueError:
        raise Refusal(text_reply("Internal server error", 500)) from None


@DIALECT.get("/prices/current/{coins}")
def prices_current(world: World, query: Query) -> Reply:
    return _prices_at(world, query, world.now_ms // 1000)


@DIALECT.get("/prices/historical/{at}/{coins}")
def prices_historical(world: World, query: Query) -> Reply:
    return _prices_at(world, query, _seconds(query.slots["at"], 0))


@DIALECT.get("/chart/{coins}")
def price_chart(world: World, query: Query) -> Reply:
    """`span` points, one `period` apart, from `start` on or back from `end` (default now)."""
    period = _period_s(query.params.get("period", "1d"))
    start, end = _seconds(query.params.get("start", ""), 0), _seconds(query.params.get("end", ""), world.now_ms // 1000)
    span = _seconds(query.params.get("span", ""), 0) or ((end - start) // period + 1 if start else 1)
    if span > LARGEST_SPAN:
        raise Refusal(text_reply("Internal server error", 500))
    stamps = [start + step * period for step in range(span)] if start else [end - step * period for step in reversed(range(span))]
    found = {}
    for coin, name, symbol in _coins(world, query):
        priced = [(stamp, world.coin_price(name, stamp)) for stamp in stamps]
        points = [{"timestamp": stamp, "price": price} for stamp, price in priced if price is not None]
        if points:
            found[coin] = {"symbol": symbol, "confidence": 0.99, "prices": points}
    return json_reply({"coins": found})


def _period_s(text: str) -> int:
    units = {"h": 3600, "d": DAY_S, "w": 7 * DAY_S}
    if text[-1:].lower() not in units or not text[:-1].isdigit():
        raise Refusal(text_reply("Internal server error", 500))
    return int(text[:-1]) * units[text[-1].lower()]
