"""Gate futures: the books usdt and btc, bare arrays, times in seconds.

Learnt from shared reference venues/gate.md, the vendor's documentation and the recorded payloads. Volumes and open interest are
contracts: of so much base, or of 1 USD; statistics and tickers count both sides, the list one. Candles ≤ 2000, from and to included,
no limit beside them; statistics from `from` on, two rows more than asked for; funding newest first, two seconds late; liquidations of
all contracts, newest first, an hour at most. What trades in fractions says so. Errors are {label, message} with HTTP 400.
"""

from __future__ import annotations

from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS
from simulator.dialect import Dialect, Query, Refusal, Reply, integers, json_reply, number
from simulator.liquidations import Liquidation
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, World

LATE_MS = (2000, 2999)  # after the settlement
KEPT_MS = 10_000 * HOUR_MS
LIQUIDATIONS_KEPT_MS = 90 * 24 * HOUR_MS
INTERVAL_HOURS = {"1h": 1, "4h": 4, "8h": 8, "1d": 24}
LINEAR_SIZE = {"BTC": 2.0**-13, "ETH": 2.0**-7, "PEPE": 2.0**23}  # powers of two near the true 0.0001, 0.01 and 10 million
KINDS = {"crypto": "", "equity": "stocks", "commodity": "metals"}


def list_asset(asset: Asset) -> list[Listing]:
    """USDT-settled for three, with no prefix of thousands, and one of bitcoin settled in itself, in contracts of 1 USD."""
    if asset.name not in LINEAR_SIZE:
        return []
    common: dict[str, Any] = {"funding_interval_hours": 4 if asset.name == "PEPE" else 8, "has_funding_mark": False}
    found = [Listing(f"{asset.name}_USDT", "usdt", contract_base=LINEAR_SIZE[asset.name], volume_share=0.3, **common)]
    if asset.name == "BTC":
        found.append(Listing("BTC_USD", "btc", contract_usd=1.0, volume_share=0.01, **common))
    return found


def error(label: str, message: str, status: int = 400) -> Reply:
    return json_reply({"label": label, "message": message}, status)


VENUE = Venue("gate", list_asset)
DIALECT = Dialect(
    "gate",
    VENUE,
    too_many=lambda retry_after, was_warned: error("TOO_MANY_REQUESTS", "Request Rate limit Exceeded", 429),
    bucket=lambda query: query.path,
    not_found=lambda query: error("NOT_FOUND", query.path, 404),
)


_integer = integers(lambda name: error("INVALID_PARAM_VALUE", f"invalid {name}"))


def _market(world: World, query: Query) -> Market:
    market = world.find_listed("gate", query.params.get("contract", ""), query.slots["settle"])
    if market is None:
        raise Refusal(error("CONTRACT_NOT_FOUND", "contract not found"))
    return market


def _interval(query: Query) -> int:
    if query.params.get("interval", "") not in INTERVAL_HOURS:
        raise Refusal(error("INVALID_PARAM_VALUE", "invalid interval"))
    return INTERVAL_HOURS[query.params["interval"]]


def _is_fractional(market: Market) -> bool:
    return not market.is_inverse and market.base_step % market.listing.contract_size != 0


def _held(market: Market, hour: int) -> float:
    """One side, in contracts."""
    return float(market.open_interest_contracts[hour])


@DIALECT.get("/futures/{settle}/contracts")
def contracts(world: World, query: Query) -> Reply:
    rows = []
    for market in world.listed("gate", query.slots["settle"]):
        hour, interval = world.current_hour(market), (market.listing.funding_interval_hours or 8) * 3600
        rows.append({
            "name": market.symbol, "type": "inverse" if market.is_inverse else "direct", "status": "trading", "in_delisting": False,
            "quanto_multiplier": "0" if market.is_inverse else number(market.listing.contract_size), "position_size": _held(market, hour),
            "mark_price": number(float(market.mark[hour])), "index_price": number(float(market.index[hour])),
            "last_price": number(float(market.close[hour])), "funding_rate": f"{market.funding_estimate[hour] * interval / 3600:.6f}",
            "funding_interval": interval, "funding_next_apply": (world.now_ms // 1000 // interval + 1) * interval,
            "create_time": market.listed_ms // 1000, "launch_time": market.listed_ms // 1000,
            "contract_type": KINDS.get(market.asset.kind, market.asset.kind), "enable_decimal": _is_fractional(market),
        })  # fmt: skip
    return json_reply(rows)


@DIALECT.get("/futures/{settle}/tickers")
def tickers(world: World, query: Query) -> Reply:
    rows = []
    for market in world.markets("gate", query.slots["settle"]):
        day, hour = world.last_24_hours(market), world.current_hour(market)
        rows.append({
            "contract": market.symbol, "total_size": number(2 * _held(market, hour)), "mark_price": number(float(market.mark[hour])),
            "volume_24h": str(int(sum(one.contracts for one in day))), "volume_24h_quote": str(int(sum(one.usd for one in day))),
        })  # fmt: skip
    return json_reply(rows)


@DIALECT.get("/futures/{settle}/candlesticks")
def candlesticks(world: World, query: Query) -> Reply:
    market, hours = _market(world, query), _interval(query)
    if "limit" in query.params and {"from", "to"} & set(query.params):
        raise Refusal(error("INVALID_PARAM_VALUE", "limit conflicts with from and to"))
    start, end = _integer(query, "from", 0) * 1000, _integer(query, "to", DISTANT_FUTURE_MS // 1000) * 1000
    if "from" in query.params and start < world.now_ms - KEPT_MS * hours:
        raise Refusal(error("INVALID_PARAM_VALUE", "Candlestick too long ago. Maximum 10000 points ago are allowed"))
    found = world.candles(market, start, end, hours)
    if len(found) > 2000 and "limit" not in query.params:
        raise Refusal(error("INVALID_PARAM_VALUE", "Candlestick range too broad. Maximum 2000 data points are allowed per request"))
    return json_reply([
        {
            "t": one.opened_ms // 1000, "o": number(one.open), "h": number(one.high), "l": number(one.low), "c": number(one.close),
            "v": one.contracts, "sum": number(one.quote),
        }
        for one in found[-_integer(query, "limit", 2000, at_most=2000) :]
    ])  # fmt: skip


@DIALECT.get("/futures/{settle}/contract_stats")
def contract_stats(world: World, query: Query) -> Reply:
    """Both sides; two rows more than the limit where there are any."""
    market, width = _market(world, query), _interval(query) * HOUR_MS
    limit, stamps = _integer(query, "limit", 30, at_most=2000), world.stamps(market, _integer(query, "from", 0) * 1000, world.now_ms, width)
    return json_reply([_statistics(world, market, at, width) for at in stamps[: limit + 2]])


def _statistics(world: World, market: Market, at: int, width: int) -> dict[str, Any]:
    hour, closed = world.hour_of(market, at), world.liquidations(market, at, at + width - 1)
    return {
        "time": at // 1000, "open_interest": 2 * _held(market, hour), "mark_price": float(market.mark[hour]),
        "open_interest_usd": 2 * float(market.open_interest_usd[hour]),
        "long_liq_usd": sum(one.usd for one in closed if one.side == "long"),
        "short_liq_usd": sum(one.usd for one in closed if one.side == "short"),
    }  # fmt: skip


@DIALECT.get("/futures/{settle}/funding_rate")
def funding_rate(world: World, query: Query) -> Reply:
    market, limit = _market(world, query), _integer(query, "limit", 100, at_most=1000)
    start, end = _integer(query, "from", 0), _integer(query, "to", DISTANT_FUTURE_MS // 1000)
    found = world.settlements(market, start * 1000, end * 1000 + 999, LATE_MS)
    return json_reply([{"t": row.settled_ms // 1000, "r": f"{row.rate:.8f}"} for row in reversed(found[-limit:])])


@DIALECT.get("/futures/{settle}/liq_orders")
def liq_orders(world: World, query: Query) -> Reply:
    """Of one contract, or of all."""
    limit, end = _integer(query, "limit", 100, at_most=1000), _integer(query, "to", world.now_ms // 1000) * 1000
    start = _integer(query, "from", end // 1000 - 3600) * 1000
    if end - start > HOUR_MS or start < world.now_ms - LIQUIDATIONS_KEPT_MS:
        raise Refusal(error("INVALID_PARAM_VALUE", "range from/to must in 1 hour"))
    asked = [_market(world, query)] if "contract" in query.params else world.markets("gate", query.slots["settle"])
    found = [(one.at_ms, market.symbol, _order(market, one)) for market in asked for one in world.liquidations(market, start, end)]
    return json_reply([row for _, _, row in sorted(found, key=lambda item: item[:2], reverse=True)[:limit]])


def _order(market: Market, one: Liquidation) -> dict[str, Any]:
    """The position is larger than the order, and a part of the order was not filled."""
    closed = one.contracts * (1 if one.side == "long" else -1)
    return {
        "contract": market.symbol, "time": one.at_ms // 1000, "size": number(2 * closed), "order_size": number(-1.5 * closed),
        "left": number(-0.5 * closed), "fill_price": number(one.price), "order_price": number(one.price - market.price_step),
    }  # fmt: skip
