"""Kraken Futures: the list and tickers of the derivatives API, candles and analytics of the charts API, one host.

Learnt from shared reference venues/krakenfutures.md and the recorded payloads beside it. A contract is one base unit (linear) or one USD
(inverse), and the contracts of a market are all it reports. Charts take seconds, both bounds included, and keep the oldest 2000 rows.
Funding is hourly, the whole of it in one answer: an amount and, beside it, a fraction. A market that was taken off is in no list and
unknown everywhere, so none is simulated.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from simulator.assets import Asset
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply, number
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, World

NAMES = {"BTC": "XBT"}
LISTED = {"BTC", "ETH", "PEPE"}
INVERSE = {"BTC"}
CANDLE_LIMIT, BUCKET_LIMIT = 2000, 500
RESOLUTION_HOURS = {"1h": 1, "4h": 4, "12h": 12, "1d": 24}
INTERVALS = {3600, 14400, 43200, 86400}
DATED = {"FI": "futures_inverse", "FF": "flexible_futures"}


def list_asset(asset: Asset) -> list[Listing]:
    """Linear markets of three assets, with no prefix of thousands, and a coin-margined one of BTC."""
    if asset.name not in LISTED:
        return []
    common: dict[str, Any] = {"funding_interval_hours": 1, "has_funding_mark": False, "has_own_quote": False}
    name = NAMES.get(asset.name, asset.name)
    found = [Listing(f"PF_{name}USD", "linear", volume_share=0.04, **common)]
    if asset.name in INVERSE:
        found.append(Listing(f"PI_{name}USD", "inverse", contract_usd=1.0, volume_share=0.001, **common))
    return found


def failure(reason: str, status: int = 200) -> Reply:
    return json_reply({"result": "error", "error": reason, "serverTime": "2026-08-27T17:21:56.554Z"}, status)


VENUE = Venue("kraken", list_asset)
DIALECT = Dialect(
    "kraken",
    VENUE,
    too_many=lambda retry_after, was_warned: failure("apiLimitExceeded"),
    bucket=lambda query: query.path.split("/")[1],
    not_found=lambda query: failure("NOT_FOUND", 404),
)


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _market(world: World, symbol: str) -> Market:
    market = next((market for market in world.listed("kraken") if market.symbol.upper() == symbol), None)
    if market is None:
        raise Refusal(failure("NOT_FOUND", 404))
    return market


def _seconds(query: Query, name: str, default: int) -> int:
    """A bound in seconds, as milliseconds."""
    try:
        return query.integer(name, default) * 1000
    except ValueError:
        raise Refusal(_invalid(name)) from None


def _invalid(name: str) -> Reply:
    one = {"severity": "E", "error_class": "General", "type": "Invalid arguments", "msg": None, "value": None, "field": name}
    return json_reply({"result": None, "errors": [one]}, 400)


def _base(market: Market) -> str:
    prefix = "" if market.listing.unit == 1 else f"{market.listing.unit:.0f}"
    return prefix + market.asset.name + ("x" if market.asset.kind == "equity" else "")


def _contracts(market: Market, hour: int) -> float:
    """Open interest, as the venue counts it."""
    return float((market.open_interest_contracts if market.is_inverse else market.open_interest_base)[hour])


@DIALECT.get("/derivatives/api/v3/instruments")
def instruments(world: World, query: Query) -> Reply:
    rows: list[dict[str, Any]] = []
    for market in world.listed("kraken"):
        base, kind = _base(market), "futures_inverse" if market.is_inverse else "flexible_futures"
        rows.append({
            "symbol": market.symbol, "type": kind, "tickSize": market.price_step, "contractSize": market.listing.contract_usd or 1,
            "tradeable": True, "openingDate": _iso(market.listed_ms), "marginLevels": [], "base": base, "quote": "USD",
            "pair": f"{base}:USD", "mtf": True,
        })  # fmt: skip
    dated = {f"{name}_XBTUSD_261225": kind for name, kind in DATED.items()}
    ends = {"tradeable": True, "contractSize": 1, "lastTradingTime": "2026-12-25T08:00:00.000Z"}
    return _success({"instruments": rows + [{"symbol": name, "type": kind, **ends} for name, kind in dated.items()]}, world)


def _success(found: dict[str, Any], world: World) -> Reply:
    return json_reply({"result": "success", **found, "serverTime": _iso(world.now_ms)})


@DIALECT.get("/derivatives/api/v3/tickers")
def tickers(world: World, query: Query) -> Reply:
    rows: list[dict[str, Any]] = [{"symbol": "in_xbtusd", "last": 77000, "lastTime": _iso(world.now_ms)}]
    for market in world.listed("kraken"):
        hour, day = world.current_hour(market), world.last_24_hours(market)
        mark, rate = float(market.mark[hour]), float(market.funding_estimate[hour])
        rows.append({
            "symbol": market.symbol, "tag": "perpetual", "pair": f"{_base(market)}:USD", "markPrice": mark,
            "indexPrice": float(market.index[hour]), "last": day[-1].close if day else mark, "volumeQuote": sum(one.usd for one in day),
            "vol24h": sum(one.contracts if market.is_inverse else one.base for one in day), "openInterest": _contracts(market, hour),
            "fundingRate": _amount(market, rate, mark), "suspended": False, "postOnly": False,
        })  # fmt: skip
    rows.append({"symbol": "FI_XBTUSD_261225", "tag": "quarter", "pair": "XBT:USD", "markPrice": 78000.5, "openInterest": 12345})
    return _success({"tickers": rows}, world)


def _amount(market: Market, rate: float, mark: float) -> float:
    """USD per unit of base, or base per USD."""
    return rate / mark if market.is_inverse else rate * mark


@DIALECT.get("/derivatives/api/v4/historicalfundingrates")
def funding_rates(world: World, query: Query) -> Reply:
    market = _market(world, query.params.get("symbol", ""))
    rates = [
        {"timestamp": _iso(row.settled_ms), "fundingRate": _amount(market, row.rate, row.mark), "relativeFundingRate": row.rate}
        for row in world.settlements(market)
    ]
    return _success({"rates": rates}, world)


@DIALECT.get("/api/charts/v1/trade/{symbol}/{resolution}")
def candles(world: World, query: Query) -> Reply:
    market, hours = _market(world, query.slots["symbol"]), RESOLUTION_HOURS.get(query.slots["resolution"])
    if hours is None:
        raise Refusal(_invalid("resolution"))
    found = world.candles(market, _seconds(query, "from", 0), _seconds(query, "to", DISTANT_FUTURE_MS // 1000), hours)
    rows = []
    for one in found[:CANDLE_LIMIT]:
        prices = {name: number(getattr(one, name)) for name in ("open", "high", "low", "close")}
        rows.append({"time": one.opened_ms, **prices, "volume": one.contracts if market.is_inverse else one.base})
    return json_reply({"candles": rows, "more_candles": len(found) > CANDLE_LIMIT})


def _buckets(world: World, query: Query) -> tuple[Market, list[int], bool]:
    """The market, the starts of the asked buckets, oldest first, and whether there are more."""
    market = _market(world, query.slots["symbol"])
    width = _seconds(query, "interval", 0)
    if width // 1000 not in INTERVALS:
        raise Refusal(_invalid("interval"))
    stamps = world.stamps(market, _seconds(query, "since", 0), _seconds(query, "to", DISTANT_FUTURE_MS // 1000), width)
    return market, stamps[:BUCKET_LIMIT], len(stamps) > BUCKET_LIMIT


def _analytics(stamps: list[int], data: Any, more: bool) -> Reply:
    return json_reply({"result": {"timestamp": [stamp // 1000 for stamp in stamps], "more": more, "data": data}, "errors": []})


@DIALECT.get("/api/charts/v1/analytics/{symbol}/open-interest")
def open_interest(world: World, query: Query) -> Reply:
    """[open, high, low, close] of each bucket: it opens with the hour's value and drifts a little towards the next one's."""
    market, stamps, more = _buckets(world, query)
    opens = [_contracts(market, world.hour_of(market, stamp)) for stamp in stamps]
    return _analytics(stamps, [[number(value), number(value + 1), number(value), number(value + 0.5)] for value in opens], more)


@DIALECT.get("/api/charts/v1/analytics/{symbol}/liquidation-volume")
def liquidation_volume(world: World, query: Query) -> Reply:
    """One number a bucket, longs and shorts together, in contracts; zero where nothing was closed."""
    market, stamps, more = _buckets(world, query)
    width = _seconds(query, "interval", 0)
    closed = dict.fromkeys(stamps, 0.0)
    for one in world.liquidations(market, min(stamps, default=0), max(stamps, default=0) + width - 1):
        closed[one.at_ms // width * width] += one.contracts if market.is_inverse else one.base
    return _analytics(stamps, [number(value) for value in closed.values()], more)
