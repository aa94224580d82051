"""HTX: USDT-margined swaps below /linear-swap-…, coin-margined ones below /swap-….

Learnt from shared reference venues/htx.md, the vendor's pages and the recorded payloads. Contracts, base and turnover of klines count
buys and sells both; trades, open interest and liquidations do not. Days begin at 16:00 UTC. Klines: from and to in seconds, both
included, or size; open interest history: the newest ≤ 200 hours, newest first; funding: pages of ≤ 100, newest first; liquidations: one
contract, ≤ 2 hours, ≤ 50 a page [the real size is not told], on from a query_id. Errors inside HTTP 200. The newer API for USDT-margined
swaps, /v5/market/…: open interest of one contract, funding and liquidations, numbers as text.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS, Candle, merged
from simulator.dialect import Dialect, Query, Refusal, Reply, integers, json_reply
from simulator.liquidations import Liquidation
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import Settlement, World

EAST_MS = 8 * HOUR_MS  # the venue's clock: UTC+8
LINEAR_SIZE = {"BTC": 2.0**-10, "ETH": 2.0**-7, "PEPE": 2.0**20}  # powers of two near the true 0.001, 0.01 and 1 million
LONGEST_SPAN_MS = 2 * HOUR_MS
LABELS = {  # tradfi_labels and labels of what is traded, as recorded; a coin has no tradfi_labels, some stocks neither
    "crypto": ([], ["hot", "common"]),
    "equity": ([], ["stock"]),
    "commodity": (["Metals"], ["tradfi", "commodities", "common"]),
    "index": (["Indices"], ["tradfi", "indices"]),
}
PERIOD_HOURS = {"60min": 1, "4hour": 4, "12hour": 12, "1day": 24}


def list_asset(asset: Asset) -> list[Listing]:
    """USDT-margined for three, with no prefix of thousands, and a coin-margined one in contracts of 100 USD."""
    if asset.name not in LINEAR_SIZE:
        return []
    size = LINEAR_SIZE[asset.name]
    found = [Listing(f"{asset.name}-USDT", "linear-swap", contract_base=size, volume_share=0.02, has_funding_mark=False)]
    if asset.name == "BTC":
        found.append(Listing("BTC-USD", "swap", contract_usd=100.0, volume_share=0.01, has_funding_mark=False))
    return found


def error(code: int | str, message: str, dash: str = "_") -> Reply:
    return json_reply({"status": "error", f"err{dash}code": code, f"err{dash}msg": message, "ts": 1})


VENUE = Venue("htx", list_asset)
DIALECT = Dialect(
    "htx",
    VENUE,
    too_many=lambda retry_after, was_warned: error(1032, "The number of access exceeded the limit."),
    bucket=lambda query: "market" if "-ex/" in query.path or "his_open" in query.path else "api",
    not_found=lambda query: json_reply({"status": "error", "err_code": 404, "err_msg": "Not Found", "ts": 1}, 404),
)


def _ok(world: World, data: Any, **more: Any) -> Reply:
    return json_reply({"status": "ok", "data": data, "ts": world.now_ms} | more)


def _v5(world: World, data: Any) -> Reply:
    return json_reply({"code": 200, "message": "Success", "data": data, "ts": world.now_ms})


def _texts(row: dict[str, Any]) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in row.items()}


_integer = integers(lambda name: error(1030, f"invalid {name}"))


def _market(world: World, query: Query, name: str = "contract_code") -> Market:
    market = world.find_listed("htx", query.params.get(name, "").upper(), query.slots.get("product", "linear-swap"))
    if market is None:
        raise Refusal(error(1332, "The contract doesn't exist."))
    return market


def _base(market: Market) -> str:
    return (f"{market.listing.unit:.0f}" if market.listing.unit != 1 else "") + market.asset.name


@DIALECT.get("/{product}-api/v1/swap_contract_info")
def contract_info(world: World, query: Query) -> Reply:
    rows = []
    for market in world.listed("htx", query.slots["product"]):
        created = datetime.fromtimestamp((market.listed_ms + EAST_MS) / 1000, UTC)
        row = {
            "symbol": _base(market), "contract_code": market.symbol, "contract_size": market.listing.contract_size,
            "price_tick": market.price_step, "delivery_time": "", "create_date": f"{created:%Y%m%d}", "contract_status": 1,
            "settlement_date": str(world.now_ms),
        }  # fmt: skip
        tradfi, labels = LABELS[market.asset.kind]
        told = {"settlement_period": str(market.listing.funding_interval_hours), "labels": labels, "tradfi_labels": tradfi}
        swap = {"support_margin_mode": "all", "business_type": "swap", "pair": market.symbol, "contract_type": "swap"}
        rows.append(row if market.is_inverse else row | swap | told | {"delivery_date": "", "trade_partition": "USDT"})
    return _ok(world, rows)


@DIALECT.get("/{product}-api/v1/swap_open_interest")
def open_interest(world: World, query: Query) -> Reply:
    rows = []
    for market in world.listed("htx", query.slots["product"]):
        kind = {} if market.is_inverse else {"business_type": "swap", "pair": market.symbol, "contract_type": "swap"}
        rows.append({"symbol": _base(market)} | _state(world, market) | kind)
    return _ok(world, rows)


def _state(world: World, market: Market) -> dict[str, Any]:
    day, hour = world.last_24_hours(market), world.current_hour(market)
    row = {
        "contract_code": market.symbol, "volume": _held(market, hour, 1), "amount": _held(market, hour, 2),
        "trade_amount": 2 * sum(one.base for one in day), "trade_volume": sum(_contracts(one) for one in day),
        "trade_turnover": 2 * sum(one.usd for one in day),
    }  # fmt: skip
    return row if market.is_inverse else row | {"value": float(market.open_interest_usd[hour])}


def _held(market: Market, hour: int, amount_type: int) -> float:
    """One side, in contracts (1) or base (2)."""
    return float((market.open_interest_contracts if amount_type == 1 else market.open_interest_base)[hour])


@DIALECT.get("/v5/market/open_interest")
def open_interest_v5(world: World, query: Query) -> Reply:
    market = _market(world, query)
    return _v5(world, _texts(_state(world, market)))


@DIALECT.get("/{product}-api/v1/swap_his_open_interest")
def open_interest_history(world: World, query: Query) -> Reply:
    market, size = _market(world, query), _integer(query, "size", 48, at_most=200)
    hours, unit = PERIOD_HOURS.get(query.params.get("period", "")), _integer(query, "amount_type", 0)
    if hours is None or unit not in (1, 2):
        raise Refusal(error(1030, "invalid period or amount_type"))
    ticks = []
    for stamp in reversed(world.stamps(market, 0, world.now_ms, hours * HOUR_MS)[-size:]):
        hour = world.hour_of(market, stamp)
        tick = {"volume": _held(market, hour, unit), "amount_type": unit, "ts": stamp}
        ticks.append(tick if market.is_inverse else tick | {"value": float(market.open_interest_usd[hour])})
    return _ok(world, {"symbol": _base(market), "contract_code": market.symbol, "tick": ticks})


def _contracts(candle: Candle) -> float:
    """Bought and sold."""
    return 2 * candle.contracts


@DIALECT.get("/{product}-ex/market/history/kline")
def klines(world: World, query: Query) -> Reply:
    market, period = _market(world, query), query.params.get("period", "")
    if period not in PERIOD_HOURS:
        raise Refusal(error("invalid-parameter", "invalid period", dash="-"))
    if "size" not in query.params and not {"from", "to"} <= set(query.params):
        raise Refusal(error("invalid-parameter", "invalid size, valid range: [1,2000]", dash="-"))
    found = world.candles(market) if period == "60min" else _eastern(world.candles(market), PERIOD_HOURS[period] * HOUR_MS)
    if "size" in query.params:
        found = found[-_integer(query, "size", 150, at_most=2000) :]
    else:
        start, end = _integer(query, "from", 0), _integer(query, "to", 0)
        found = [one for one in found if start <= one.opened_ms // 1000 <= end][:2000]
    rows = [_kline(market, candle) for candle in found]
    return _ok(world, rows, ch=f"market.{market.symbol}.kline.{period}")


def _kline(market: Market, candle: Candle) -> dict[str, Any]:
    row = {
        "id": candle.opened_ms // 1000, "open": candle.open, "close": candle.close, "low": candle.low, "high": candle.high,
        "amount": 2 * candle.base, "vol": _contracts(candle), "count": candle.trades,
    }  # fmt: skip
    return row if market.is_inverse else row | {"trade_turnover": 2 * candle.quote}


def _eastern(hourly: list[Candle], width_ms: int) -> list[Candle]:
    """Longer candles are cut by the clock of UTC+8."""
    shifted = [one._replace(opened_ms=one.opened_ms + EAST_MS) for one in hourly]
    return [one._replace(opened_ms=one.opened_ms - EAST_MS) for one in merged(shifted, width_ms)]


@DIALECT.get("/{product}-api/v1/swap_historical_funding_rate")
def funding_history(world: World, query: Query) -> Reply:
    market, page = _market(world, query), _integer(query, "page_index", 1, at_most=1 << 30)
    size = _integer(query, "page_size", 20, at_most=100)
    settled = world.settlements(market)[::-1]
    rows = [_settled(market, row) for row in settled[(page - 1) * size : page * size]]
    pages = {"total_page": -(-len(settled) // size), "current_page": page, "total_size": len(settled)}
    return _ok(world, pages | {"data": rows})


def _settled(market: Market, row: Settlement) -> dict[str, Any]:
    return {
        "avg_premium_index": f"{row.premium:.18f}", "funding_rate": f"{row.rate:.18f}", "realized_rate": None,
        "funding_time": str(row.settled_ms), "contract_code": market.symbol, "symbol": _base(market),
        "fee_asset": _base(market) if market.is_inverse else "USDT",
    }  # fmt: skip


@DIALECT.get("/v5/market/funding_rate_history")
def funding_history_v5(world: World, query: Query) -> Reply:
    market, limit = _market(world, query), _integer(query, "limit", 10, at_most=100)
    start, end = _integer(query, "start_time", 0), _integer(query, "end_time", world.now_ms)
    settled = [row for row in world.settlements(market)[::-1] if start <= row.settled_ms <= end]
    return _v5(world, [_settled(market, row) for row in settled[:limit]])


@DIALECT.get("/v5/market/liquidation_orders")
def liquidation_orders_v5(world: World, query: Query) -> Reply:
    """The base amount is told in contracts."""
    market, end, limit = _market(world, query), _integer(query, "end_time", world.now_ms), _integer(query, "limit", 10, at_most=100)
    start, since = _integer(query, "start_time", end - LONGEST_SPAN_MS), _integer(query, "from", 0)
    if query.params.get("direct") != "next" or not end - LONGEST_SPAN_MS <= start <= end:
        raise Refusal(json_reply({"code": 1030, "message": "Abnormal parameter", "ts": world.now_ms}))
    found = [one for one in world.liquidations(market, start, end) if _query_id(one) > since]
    rows = [
        {
            "id": _query_id(one), "contract_code": market.symbol, "liquidation_time": one.at_ms, "position_side": one.side,
            "side": "sell" if one.side == "long" else "buy", "volume": one.contracts, "amount": one.contracts,
            "bankrupt_price": one.price, "trade_turnover": one.usd,
        }
        for one in found[:limit]
    ]  # fmt: skip
    return _v5(world, [_texts(row) for row in rows])


@DIALECT.get("/{product}-api/v3/swap_liquidation_orders")
def liquidation_orders(world: World, query: Query) -> Reply:
    """direct=next only, which is all that is asked for."""
    market, end = _market(world, query, "contract"), _integer(query, "end_time", world.now_ms)
    start, since = _integer(query, "start_time", end - LONGEST_SPAN_MS), _integer(query, "from_id", 0)
    if query.params.get("trade_type") != "0" or query.params.get("direct") != "next" or not end - LONGEST_SPAN_MS <= start <= end:
        raise Refusal(json_reply({"code": 1030, "msg": "Abnormal parameter", "ts": world.now_ms}))
    found = [one for one in world.liquidations(market, start, end) if _query_id(one) > since]
    return json_reply({"code": 200, "msg": "", "data": [_order(market, one) for one in found[:50]], "ts": world.now_ms})


def _query_id(one: Liquidation) -> int:
    return one.at_ms // 1000 - 1_400_000_000


def _order(market: Market, one: Liquidation) -> dict[str, Any]:
    row = {
        "query_id": _query_id(one), "contract_code": market.symbol, "symbol": _base(market), "offset": "close", "price": one.price,
        "direction": "sell" if one.side == "long" else "buy", "created_at": one.at_ms, "amount": one.base,
        "volume": one.contracts,
    }  # fmt: skip
    return row if market.is_inverse else row | {"trade_turnover": one.usd, "business_type": "swap", "pair": market.symbol}
