"""Binance USDⓈ-M (fapi) and COIN-M (dapi) REST, both below one address.

Learnt from the vendor's pages and recorded payloads. fapi and dapi differ by path, but for
/futures/data/openInterestHist by parameters: `symbol` is fapi, `pair` and `contractType` are dapi. fapi klines go forward from
startTime; dapi gives the most recent `limit` rows before endTime, over at most 200 days. OI history: 30 days, newest rows first
cut (a lone startTime does not anchor it). Delisted symbols leave exchangeInfo and answer -1121; the archive keeps them.
Not here: the shapes of rows (binance_rows.py) and the zip archive (binance_archive.py).
"""

from __future__ import annotations

from simulator.assets import Asset
from simulator.candles import HOUR_MS
from simulator.dialect import Dialect, Query, Refusal, Reply, integers, json_reply, number
from simulator.dialects.binance_rows import history_row, instrument, kline, premium, settlement, ticker
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, World

DAY_MS = 24 * HOUR_MS
JITTER_MS = (0, 12)  # of fundingTime
INTERVAL_HOURS = {"1h": 1, "2h": 2, "4h": 4, "6h": 6, "8h": 8, "12h": 12, "1d": 24}
PERIOD_MINUTES = {"5m": 5, "15m": 15, "30m": 30} | {name: hours * 60 for name, hours in INTERVAL_HOURS.items() if name != "8h"}
FOUR_HOURLY = {"HYPE", "ASTER"}
THOUSANDS = {"PEPE"}
COIN_MARGINED_SIZE_USD = {"BTC": 100.0, "ETH": 10.0}


def list_asset(asset: Asset) -> list[Listing]:
    """USD-M for every asset, COIN-M for BTC and ETH, spot for coins that have it (served by the archive)."""
    prefix, unit = ("1000", 1000.0) if asset.name in THOUSANDS else ("", 1.0)
    pair = f"{prefix}{asset.name}USDT"
    found = [Listing(pair, "um", unit, funding_interval_hours=4 if asset.name in FOUR_HOURLY else 8, pair=pair)]
    if asset.name in COIN_MARGINED_SIZE_USD:
        size, pair = COIN_MARGINED_SIZE_USD[asset.name], f"{asset.name}USD"
        found.append(Listing(f"{pair}_PERP", "cm", contract_usd=size, volume_share=0.08, has_funding_mark=False, pair=pair))
    if asset.has_spot:
        found.append(Listing(f"{asset.name}USDT", "spot", funding_interval_hours=None, volume_share=0.2))
    return found


def error(code: int, message: str, status: int = 400) -> Reply:
    return json_reply({"code": code, "msg": message}, status)


def too_many(retry_after: float, was_warned: bool) -> Reply:
    """429 first; 418 for those who go on."""
    reply = error(-1003, "Way too many requests; IP banned." if was_warned else "Too many requests.", 418 if was_warned else 429)
    reply.headers["Retry-After"] = str(max(1, round(retry_after)))
    return reply


VENUE = Venue("binance", list_asset)
DIALECT = Dialect(
    "binance",
    VENUE,
    too_many=too_many,
    bucket=lambda query: "dapi" if query.path.startswith("/dapi") or "pair" in query.params else "fapi",
    used_weight_header="X-MBX-USED-WEIGHT-1M",
    not_found=lambda query: error(-5000, f"Path {query.path}, Method {query.method} is invalid", 404),
)


def _product(query: Query) -> str:
    return "cm" if DIALECT.bucket(query) == "dapi" else "um"


def _market(world: World, query: Query) -> Market:
    symbol = query.params.get("symbol", "")
    if not symbol:
        raise Refusal(error(-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."))
    market = world.find_listed("binance", symbol, _product(query))
    if market is None:
        raise Refusal(error(-1121, "Invalid symbol."))
    return market


def _markets(world: World, query: Query) -> list[Market]:
    """One or all: the routes whose symbol is optional."""
    if "symbol" in query.params:
        return [_market(world, query)]
    listed = world.listed("binance", _product(query))
    return [market for market in listed if query.params.get("pair") in (None, market.listing.pair)]


_integer = integers(
    lambda name: error(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."),
    lambda name: error(-1130, f"Data sent for parameter '{name}' is not valid."),
)


@DIALECT.get("/fapi/v1/time", "/dapi/v1/time")
def server_time(world: World, query: Query) -> Reply:
    return json_reply({"serverTime": world.now_ms})


@DIALECT.get("/fapi/v1/exchangeInfo", "/dapi/v1/exchangeInfo")
def exchange_info(world: World, query: Query) -> Reply:
    limits = [{"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 2400}]
    symbols = [instrument(market) for market in world.listed("binance", _product(query))]
    return json_reply({"timezone": "UTC", "serverTime": world.now_ms, "rateLimits": limits, "exchangeFilters": [], "symbols": symbols})


@DIALECT.get("/fapi/v1/fundingInfo", "/dapi/v1/fundingInfo")
def funding_info(world: World, query: Query) -> Reply:
    """Only symbols that were ever adjusted: those that do not settle every 8 hours."""
    rows = [
        {
            "symbol": market.symbol,
            "adjustedFundingRateCap": "0.02000000",
            "adjustedFundingRateFloor": "-0.02000000",
            "fundingIntervalHours": market.listing.funding_interval_hours,
            "disclaimer": False,
        }
        for market in _markets(world, query)
        if market.listing.funding_interval_hours != 8
    ]
    return json_reply(rows, weight=0)


@DIALECT.get("/fapi/v1/klines", "/dapi/v1/klines")
def klines(world: World, query: Query) -> Reply:
    market = _market(world, query)
    hours = INTERVAL_HOURS.get(query.params.get("interval", ""))
    if hours is None:
        raise Refusal(error(-1120, "Invalid interval."))
    limit = _integer(query, "limit", 500, at_most=1500)
    start, end = _integer(query, "startTime", 0), _integer(query, "endTime", DISTANT_FUTURE_MS)
    if market.is_inverse and start and min(end, world.now_ms) - start > 200 * DAY_MS:
        raise Refusal(error(-1128, "Combination of optional parameters invalid."))
    found = world.candles(market, start, end, hours)
    forward = "startTime" in query.params and not market.is_inverse
    rows = [kline(market, candle) for candle in (found[:limit] if forward else found[-limit:])]
    weight = 1 if limit < 100 else 2 if limit < 500 else 5 if limit <= 1000 else 10
    return json_reply(rows, weight=weight)


@DIALECT.get("/fapi/v1/fundingRate", "/dapi/v1/fundingRate")
def funding_rate(world: World, query: Query) -> Reply:
    """Ascending from startTime; without it the newest. fapi also without symbol: all mixed, the newest only."""
    limit = _integer(query, "limit", 100, at_most=1000)
    start, end = _integer(query, "startTime", 0), _integer(query, "endTime", DISTANT_FUTURE_MS)
    markets = _markets(world, query) if _product(query) == "um" else [_market(world, query)]
    rows = [settlement(market, row) for market in markets for row in world.settlements(market, start, end, JITTER_MS)]
    rows.sort(key=lambda row: int(row["fundingTime"]))
    is_anchored = "startTime" in query.params and len(markets) == 1
    return json_reply(rows[:limit] if is_anchored else rows[-limit:], weight=1 if _product(query) == "cm" else 0)


@DIALECT.get("/fapi/v1/premiumIndex", "/dapi/v1/premiumIndex")
def premium_index(world: World, query: Query) -> Reply:
    rows = [premium(world, market) for market in _markets(world, query)]
    is_single = "symbol" in query.params
    return json_reply(rows[0] if is_single and _product(query) == "um" else rows, weight=1 if is_single else 10)


@DIALECT.get("/fapi/v1/openInterest", "/dapi/v1/openInterest")
def open_interest(world: World, query: Query) -> Reply:
    market = _market(world, query)
    hour = world.current_hour(market)
    if market.is_inverse:
        fields = {"pair": market.listing.pair, "contractType": "PERPETUAL", "openInterest": f"{market.open_interest_contracts[hour]:.0f}"}
    else:
        fields = {"openInterest": number(float(market.open_interest_base[hour]))}
    return json_reply({"symbol": market.symbol, **fields, "time": world.now_ms})


@DIALECT.get("/futures/data/openInterestHist")
def open_interest_history(world: World, query: Query) -> Reply:
    """30 days only; the `limit` newest rows of the window. An older startTime is an error."""
    limit = _integer(query, "limit", 30, at_most=500)
    minutes = PERIOD_MINUTES.get(query.params.get("period", ""))
    if minutes is None:
        raise Refusal(error(-1130, "Data sent for parameter 'period' is not valid."))
    oldest = world.now_ms - 30 * DAY_MS
    start, end = _integer(query, "startTime", oldest), min(_integer(query, "endTime", world.now_ms), world.now_ms)
    if start < oldest or end < oldest:
        raise Refusal(error(-1130, f"parameter '{'startTime' if start < oldest else 'endTime'}' is invalid."))
    market = _history_market(world, query)
    if market is None:
        return json_reply([], weight=0)
    stamps = world.stamps(market, start, end, minutes * 60_000)
    return json_reply([history_row(world, market, stamp) for stamp in stamps[-limit:]], weight=0)


def _history_market(world: World, query: Query) -> Market | None:
    if "pair" not in query.params:
        return _market(world, query)
    if "contractType" not in query.params:
        raise Refusal(error(-1102, "Mandatory parameter 'contractType' was not sent, was empty/null, or malformed."))
    found = next((market for market in _markets(world, query)), None)
    if found is None:
        raise Refusal(error(-1121, "Invalid symbol."))
    return found if query.params["contractType"] in ("PERPETUAL", "ALL") else None


@DIALECT.get("/fapi/v1/ticker/24hr", "/dapi/v1/ticker/24hr")
def tickers(world: World, query: Query) -> Reply:
    rows = [row for market in _markets(world, query) if (row := ticker(world, market))]
    is_single = "symbol" in query.params
    return json_reply(rows[0] if is_single and rows and _product(query) == "um" else rows, weight=1 if is_single else 40)
