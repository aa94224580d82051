"""Aevo REST: lists of all perpetuals, public trades instead of candles, hourly funding; nanoseconds and numbers as text.

Learnt from shared reference sources/aevo.md and the recorded payloads beside it. An hour's trades are four: at the open, the high and
the low without an amount, and the whole volume at the close, so that base and dollars are the truth's (base × close). Newest first, 50
rows a page, bounds inclusive; `count` is the rows of the whole query. Errors are `{"error": text}`.
"""

from __future__ import annotations

from simulator.assets import Asset
from simulator.candles import HOUR_MS, Candle
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply, number
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, World

NS = 1_000_000
PAGE = 50
JITTER_MS = (0, 900)
UNITS = {"BTC": 1.0, "ETH": 1.0, "PEPE": 1000.0}
TYPES = {"crypto": "crypto", "equity": "equity"}


def list_asset(asset: Asset) -> list[Listing]:
    """Three of the largest, hourly funding."""
    unit = UNITS.get(asset.name)
    if unit is None:
        return []
    base = asset.name if unit == 1 else f"1000{asset.name}"
    return [
        Listing(
            f"{base}-PERP", "perpetual", unit=unit, funding_interval_hours=1, funding_decimals=9, volume_share=0.01, has_own_quote=False,
            tags={"underlying_asset": base},
        )
    ]  # fmt: skip


def error(text: str, status: int = 400) -> Reply:
    return json_reply({"error": text}, status)


VENUE = Venue("aevo", list_asset)
DIALECT = Dialect(
    "aevo",
    VENUE,
    too_many=lambda retry_after, was_warned: error("RATE_LIMIT_EXCEEDED", 429),
    not_found=lambda query: error("NOT_FOUND", 404),
)


def _market(world: World, name: str) -> Market:
    market = world.find("aevo", name)
    if market is None:
        raise Refusal(error("INSTRUMENT_NOT_FOUND", 404))
    return market


def _bounds(query: Query) -> tuple[int, int]:
    """Nanoseconds, both included."""
    try:
        return query.integer("start_time", 0), query.integer("end_time", DISTANT_FUTURE_MS * NS)
    except ValueError:
        raise Refusal(error("ERR_MALFORMED_REQUEST")) from None


@DIALECT.get("/markets")
def markets(world: World, query: Query) -> Reply:
    """A market that was taken off stays, inactive."""
    rows = []
    for number_of, one in enumerate(world.markets("aevo"), 1):
        hour = world.current_hour(one)
        rows.append({
            "instrument_id": str(number_of), "instrument_name": one.symbol, "instrument_type": "PERPETUAL",
            "underlying_asset": one.listing.tags.get("underlying_asset", one.asset.name), "quote_asset": "USDC",
            "price_step": number(one.price_step), "amount_step": number(one.base_step), "min_order_value": "10",
            "max_order_value": "1000000", "max_notional_value": "10000000", "price_band": "0.3",
            "mark_price": number(float(one.mark[hour])), "index_price": number(float(one.index[hour])),
            "is_active": world.is_trading(one), "max_leverage": "20", "is_rwa": one.asset.kind != "crypto",
            "market_type": TYPES[one.asset.kind],
        })  # fmt: skip
    return json_reply([row for row in rows if query.params.get("instrument_type", "PERPETUAL") == "PERPETUAL"])


@DIALECT.get("/coingecko-statistics")
def statistics(world: World, query: Query) -> Reply:
    rows = []
    for one in world.listed("aevo"):
        hour = world.current_hour(one)
        rows.append({
            "ticker_id": one.symbol, "base_currency": one.asset.name, "target_currency": "USD",
            "target_volume": number(sum(candle.usd for candle in world.last_24_hours(one))), "product_type": "Perpetual",
            "open_interest": number(float(one.open_interest_base[hour])), "index_price": number(float(one.index[hour])),
            "index_currency": "USD", "next_funding_rate_timestamp": str(world.now_ms // HOUR_MS * 3600 + 3600),
            "funding_rate": number(float(one.funding_estimate[hour])), "contract_type": "Vanilla", "contract_price_currency": "USD",
        })  # fmt: skip
    return json_reply(rows)


def _trades(one: Candle, is_running: bool) -> list[tuple[int, float, float]]:
    """Nanosecond, price, amount, oldest first; the last one a nanosecond before the hour ends, or a moment ago."""
    opened, last = one.opened_ms * NS, (one.opened_ms + 1) * NS if is_running else (one.closed_ms + 1) * NS - 1
    return [(opened, one.open, 0.0), (opened + 1, one.high, 0.0), (opened + 1, one.low, 0.0), (last, one.close, one.base)]


@DIALECT.get("/instrument/{name}/trade-history")
def trade_history(world: World, query: Query) -> Reply:
    market, (start, end) = _market(world, query.slots["name"]), _bounds(query)
    found = [
        (at, one.opened_ms, part, price, amount)
        for one in world.candles(market, max(0, start // NS - HOUR_MS), min(end // NS, DISTANT_FUTURE_MS))
        for part, (at, price, amount) in enumerate(_trades(one, one.closed_ms >= world.now_ms))
        if start <= at <= end
    ]
    rows = [
        {
            "trade_id": f"{market.symbol}-{opened_ms}-{part}", "instrument_id": "1", "instrument_name": market.symbol,
            "instrument_type": "PERPETUAL", "side": "buy",
            "price": number(price), "amount": number(amount), "created_timestamp": str(at),
        }
        for at, opened_ms, part, price, amount in reversed(found[-PAGE:])
    ]  # fmt: skip
    return json_reply({"count": str(len(found)), "trade_history": rows})


@DIALECT.get("/funding-history")
def funding_history(world: World, query: Query) -> Reply:
    """A settlement is stamped up to a second late."""
    market, (start, end) = _market(world, query.params.get("instrument_name", "")), _bounds(query)
    due = world.settlements(market, -(-start // NS), min(end // NS, DISTANT_FUTURE_MS), JITTER_MS)
    limit = min(query.integer("limit", PAGE), PAGE)
    rows = [[market.symbol, str(one.settled_ms * NS), number(one.rate), number(one.mark)] for one in reversed(due)]
    return json_reply({"funding_history": rows[:limit]})
