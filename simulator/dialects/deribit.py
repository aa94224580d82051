"""Deribit v2, JSON-RPC over GET: one list of instruments, summaries by settlement currency, charts in columns, hourly funding.

Learnt from shared reference venues/deribit.md and the recorded payloads beside it. Inverse instruments have their open interest in USD and
their volume in base; linear ones name USDC and can count thousands (1000PEPE). Charts keep the newest 5001 bars, funding 744 rows, both
bounds included. A summary is some seconds old. Dated futures stand in the same lists. Open interest has no history, and an instrument
that was taken off is in no list: none is simulated.
"""

from __future__ import annotations

from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, World

CHART_LIMIT, FUNDING_LIMIT = 5001, 744
FOR_EVER_MS = 32503708800000
SUMMARY_AGE_MS = 1400
RESOLUTION_HOURS = {"60": 1, "120": 2, "360": 6, "720": 12, "1D": 24}
THOUSANDS = {"PEPE"}
INVERSE_SIZE_USD = {"BTC": 10.0}
LISTED = {"BTC", "ETH", "PEPE"}
CURRENCIES = {"BTC", "ETH", "USDC", "USDT", "EURR"}


def list_asset(asset: Asset) -> list[Listing]:
    """Linear instruments of three assets and the inverse one of BTC."""
    if asset.name not in LISTED:
        return []
    prefix, unit = ("1000", 1000.0) if asset.name in THOUSANDS else ("", 1.0)
    common: dict[str, Any] = {"funding_interval_hours": 1, "has_funding_mark": False}
    found = [Listing(f"{prefix}{asset.name}_USDC-PERPETUAL", "linear", unit, volume_share=0.03, **common)]
    if asset.name in INVERSE_SIZE_USD:
        size = INVERSE_SIZE_USD[asset.name]
        found.append(Listing(f"{asset.name}-PERPETUAL", "inverse", contract_usd=size, volume_share=0.06, **common))
    return found


def failure(code: int, message: str, status: int = 400, **data: str) -> Reply:
    error: dict[str, Any] = {"code": code, "message": message} | ({"data": data} if data else {})
    return json_reply({"jsonrpc": "2.0", "error": error, "usIn": 0, "usOut": 0, "usDiff": 0, "testnet": False}, status)


def invalid(param: str, reason: str) -> Refusal:
    return Refusal(failure(-32602, "Invalid params", param=param, reason=reason))


VENUE = Venue("deribit", list_asset)
DIALECT = Dialect(
    "deribit",
    VENUE,
    too_many=lambda retry_after, was_warned: failure(10028, "too_many_requests", 429),
    bucket=lambda query: "instruments" if query.path.endswith("get_instruments") else "",
    not_found=lambda query: failure(-32601, "Method not found"),
)


def _result(found: Any, world: World) -> Reply:
    at = world.now_ms * 1000
    return json_reply({"jsonrpc": "2.0", "result": found, "usIn": at, "usOut": at + 250, "usDiff": 250, "testnet": False})


def _base(market: Market) -> str:
    return market.asset.name if market.listing.unit == 1 else f"{market.listing.unit:.0f}{market.asset.name}"


def _settled_in(market: Market) -> str:
    return _base(market) if market.is_inverse else "USDC"


def _market(world: World, query: Query) -> Market:
    name = query.params.get("instrument_name", "")
    market = next((market for market in world.listed("deribit") if market.symbol == name), None)
    if market is None:
        raise invalid("instrument_name", "wrong format")
    return market


def _range(query: Query) -> tuple[int, int]:
    """Both bounds are required, and included."""
    found = []
    for name in ("start_timestamp", "end_timestamp"):
        if not query.params.get(name, "").isdigit():
            raise invalid(name, "must be an integer")
        found.append(min(int(query.params[name]), DISTANT_FUTURE_MS))
    return found[0], found[1]


@DIALECT.get("/api/v2/public/get_instruments")
def instruments(world: World, query: Query) -> Reply:
    rows = []
    for market in world.listed("deribit"):
        base, quote = _base(market), "USD" if market.is_inverse else "USDC"
        row = {
            "instrument_name": market.symbol, "kind": "future", "instrument_type": "reversed" if market.is_inverse else "linear",
            "settlement_period": "perpetual", "base_currency": base, "quote_currency": quote, "counter_currency": quote,
            "settlement_currency": _settled_in(market), "contract_size": market.listing.contract_usd or 0.01,
            "creation_timestamp": market.listed_ms, "expiration_timestamp": FOR_EVER_MS, "is_active": True, "state": "open",
            "price_index": f"{base.lower()}_{quote.lower()}", "tick_size": market.price_step, "underlying_type": market.asset.kind,
        }  # fmt: skip
        dated = {"instrument_name": market.symbol.replace("PERPETUAL", "25DEC26"), "settlement_period": "month"}
        rows += [row, row | dated | {"expiration_timestamp": 1798185600000}]
    return _result(rows, world)


@DIALECT.get("/api/v2/public/get_book_summary_by_currency")
def book_summary(world: World, query: Query) -> Reply:
    currency = query.params.get("currency", "")
    if currency not in CURRENCIES:
        raise invalid("currency", "invalid currency")
    rows = []
    for market in world.listed("deribit"):
        if _settled_in(market) != currency:
            continue
        hour, day = world.current_hour(market), world.last_24_hours(market)
        interest, usd = market.open_interest_usd if market.is_inverse else market.open_interest_base, sum(one.usd for one in day)
        row = {
            "instrument_name": market.symbol, "creation_timestamp": world.now_ms - SUMMARY_AGE_MS, "mark_price": float(market.mark[hour]),
            "estimated_delivery_price": float(market.index[hour]), "open_interest": float(interest[hour]),
            "last": day[-1].close if day else None, "volume": sum(one.base for one in day), "volume_usd": usd, "volume_notional": usd,
            "base_currency": _base(market), "quote_currency": "USD" if market.is_inverse else "USDC",
            "current_funding": float(market.funding_estimate[hour]) * 8, "funding_8h": 0.0,
        }  # fmt: skip
        rows += [row, row | {"instrument_name": market.symbol.replace("PERPETUAL", "25DEC26")}]
    return _result(rows, world)


@DIALECT.get("/api/v2/public/get_tradingview_chart_data")
def chart(world: World, query: Query) -> Reply:
    market, hours = _market(world, query), RESOLUTION_HOURS.get(query.params.get("resolution", ""))
    if hours is None:
        raise invalid("resolution", "unsupported resolution")
    found = world.candles(market, *_range(query), hours)[-CHART_LIMIT:]
    columns = {
        "ticks": [one.opened_ms for one in found], "open": [one.open for one in found], "high": [one.high for one in found],
        "low": [one.low for one in found], "close": [one.close for one in found], "volume": [one.base for one in found],
        "cost": [one.usd if market.is_inverse else one.quote for one in found],
    }  # fmt: skip
    return _result(columns | {"status": "ok"} if found else {"status": "no_data"}, world)


@DIALECT.get("/api/v2/public/get_funding_rate_history")
def funding_rate_history(world: World, query: Query) -> Reply:
    """Each hour with the sum of the last eight beside it."""
    market, (start, end) = _market(world, query), _range(query)
    found = world.settlements(market, start - 8 * HOUR_MS, end)
    rows = []
    for row in found:
        trailing = sum(one.rate for one in found if row.settled_ms - 8 * HOUR_MS < one.settled_ms <= row.settled_ms)
        hour = world.hour_of(market, row.settled_ms)
        prices = {"index_price": float(market.index[hour]), "prev_index_price": float(market.index[max(hour - 1, 0)])}
        rows.append({"timestamp": row.settled_ms, "interest_1h": row.rate, "interest_8h": trailing} | prices)
    return _result([row for row in rows if row["timestamp"] >= start][-FUNDING_LIMIT:], world)
