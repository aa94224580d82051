"""OKX v5 REST, perpetual swaps: everything in an envelope, all values text, series newest first.

Learnt from shared reference venues/okx.md and the recorded payloads beside it. Errors are codes inside HTTP 200; limits are per path.
Linear contracts count 0.1 of base and so on (ctVal), inverse ones 100 or 10 USD; candles say contracts, base and quote. `after`/`end`
is older than, `before`/`begin` newer than, both exclusive. /candles keeps 1440 bars, the open interest history 1440 points, funding
about three months, liquidations a day and an hour [measured: 22 hours, told 69 minutes late; none is late here, so that one snapshot a
day holds all]. The forecast of a settlement differs from what was charged. A swap that was taken off answers 51001 and is in no
list: its truth could not come back, so none is simulated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS, Candle
from simulator.dialect import Dialect, Query, Refusal, Reply, integers, json_reply, number
from simulator.liquidations import Liquidation
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, Settlement, World

KEPT_HOURS = 1440
KEPT_FUNDING_HOURS = 92 * 24
KEPT_LIQUIDATIONS_MS = 25 * HOUR_MS
BAR_HOURS = {"1H": 1, "2H": 2, "4H": 4, "1Dutc": 24}
CATEGORIES = {"crypto": "1", "equity": "3", "commodity": "4"}
NOISE = 1 + 3e-15  # recorded: 642379.43700000209
FOUR_HOURLY = {"HYPE", "ASTER"}
INVERSE_SIZE_USD = {"BTC": 100.0, "ETH": 10.0}
LINEAR_SIZE = {"BTC": 2.0**-7, "ETH": 2.0**-3, "PEPE": 2.0**23}  # powers of two near the true 0.01, 0.1 and 10 million; else 1
MULTIPLIERS = {"SOL": 4.0}  # ctMult is 1 nearly everywhere


def list_asset(asset: Asset) -> list[Listing]:
    """A USDT swap of every asset that stays, with no prefix of thousands, and a coin-margined one of BTC and ETH."""
    if asset.delisted_at_fraction is not None:
        return []
    hours = 4 if asset.name in FOUR_HOURLY else 8
    pair = f"{asset.name}-USDT"
    common: dict[str, Any] = {"funding_interval_hours": hours, "has_funding_mark": False}
    size, tags = LINEAR_SIZE.get(asset.name, 1.0), {"multiplier": number(MULTIPLIERS.get(asset.name, 1.0))}
    found = [Listing(f"{pair}-SWAP", "linear", contract_base=size, volume_share=0.4, pair=pair, tags=tags, **common)]
    if asset.name in INVERSE_SIZE_USD:
        size, pair = INVERSE_SIZE_USD[asset.name], f"{asset.name}-USD"
        found.append(Listing(f"{pair}-SWAP", "inverse", contract_usd=size, volume_share=0.05, pair=pair, **common))
    return found


def error(code: str, message: str, status: int = 200) -> Reply:
    return json_reply({"code": code, "msg": message, "data": []}, status)


VENUE = Venue("okx", list_asset)
DIALECT = Dialect(
    "okx",
    VENUE,
    too_many=lambda retry_after, was_warned: error("50011", "Too Many Requests", 429),
    bucket=lambda query: query.path,
    not_found=lambda query: error("404", f"{query.path} Not Found", 404),
)


def _data(rows: Iterable[Any]) -> Reply:
    return json_reply({"code": "0", "msg": "", "data": list(rows)})


def _required(query: Query, name: str) -> str:
    if not query.params.get(name):
        raise Refusal(error("50014", f"Parameter {name} can not be empty"))
    return query.params[name]


_integer = integers(lambda name: error("51000", f"Parameter {name} error"))


def _listed(world: World, query: Query) -> list[Market]:
    if _required(query, "instType") != "SWAP":
        return []
    return world.listed("okx")


def _market(world: World, query: Query) -> Market:
    market = world.find_listed("okx", _required(query, "instId"))
    if market is None:
        raise Refusal(error("51001", "Instrument ID or Spread ID doesn't exist."))
    return market


def _page(
    query: Query, largest: int, stamped: list[tuple[int, Any]], row: Callable[[Any], Any], older: str = "after", newer: str = "before"
) -> Reply:
    """Rows between the two exclusive bounds, newest first; the oldest are cut. Only what is on the page is written out."""
    end, start = _integer(query, older, DISTANT_FUTURE_MS), _integer(query, newer, 0)
    limit = min(_integer(query, "limit", 100), largest)
    return _data([row(one) for one in [one for stamp, one in reversed(stamped) if start < stamp < end][:limit]])


@DIALECT.get("/api/v5/public/instruments")
def instruments(world: World, query: Query) -> Reply:
    rows = []
    for market in _listed(world, query):
        base, multiplier = market.asset.name, float(market.listing.tags.get("multiplier", 1.0))
        rows.append({
            "instType": "SWAP", "instId": market.symbol, "instFamily": market.listing.pair, "uly": market.listing.pair,
            "ctVal": number(market.listing.contract_size / multiplier), "ctMult": number(multiplier),
            "ctValCcy": "USD" if market.is_inverse else base, "ctType": market.product,
            "settleCcy": base if market.is_inverse else "USDT", "category": "1",
            "instCategory": CATEGORIES[market.asset.kind], "baseCcy": "", "quoteCcy": "", "listTime": str(market.listed_ms), "expTime": "",
            "state": "live", "ruleType": "normal", "lotSz": "0.01", "minSz": "0.01", "tickSz": number(market.price_step), "alias": "",
        })  # fmt: skip
    return _data(rows)


@DIALECT.get("/api/v5/market/tickers")
def tickers(world: World, query: Query) -> Reply:
    rows = []
    for market in _listed(world, query):
        day = world.last_24_hours(market)
        if day:
            base = sum(candle.base for candle in day)
            rows.append({
                "instType": "SWAP", "instId": market.symbol, "last": number(day[-1].close), "open24h": number(day[0].open),
                "high24h": number(max(candle.high for candle in day)), "low24h": number(min(candle.low for candle in day)),
                "volCcy24h": number(base), "vol24h": number(sum(candle.contracts for candle in day)), "ts": str(world.now_ms),
            })  # fmt: skip
    return _data(rows)


@DIALECT.get("/api/v5/public/mark-price")
def mark_price(world: World, query: Query) -> Reply:
    return _data(
        {"instType": "SWAP", "instId": one.symbol, "markPx": number(float(one.mark[world.current_hour(one)])), "ts": str(world.now_ms)}
        for one in _listed(world, query)
    )


@DIALECT.get("/api/v5/market/index-tickers")
def index_tickers(world: World, query: Query) -> Reply:
    """By quote currency; stamped a moment before the marks."""
    quote, stamp = _required(query, "quoteCcy"), str(world.now_ms - 700)
    listed = [market for market in world.listed("okx") if market.listing.pair.endswith(f"-{quote}")]
    return _data({"instId": one.listing.pair, "idxPx": number(float(one.index[world.current_hour(one)])), "ts": stamp} for one in listed)


@DIALECT.get("/api/v5/public/open-interest")
def open_interest(world: World, query: Query) -> Reply:
    rows = []
    for market in _listed(world, query):
        contracts, base, usd = _interest(market, world.current_hour(market))
        names = {"instType": "SWAP", "instId": market.symbol}
        rows.append(names | {"oi": contracts, "oiCcy": base, "oiUsd": usd, "ts": str(world.now_ms)})
    return _data(rows)


def _interest(market: Market, hour: int) -> tuple[str, str, str]:
    """Contracts, base and USD, one-sided; sums of doubles, and written as such."""
    base, contracts = float(market.open_interest_base[hour]) * NOISE, float(market.open_interest_contracts[hour])
    return number(contracts if market.is_inverse else contracts * NOISE), number(base), number(float(market.open_interest_usd[hour]))


@DIALECT.get("/api/v5/public/funding-rate")
def funding_rate(world: World, query: Query) -> Reply:
    """The coming settlement of one swap, or of ANY."""
    is_any = _required(query, "instId") == "ANY"
    markets = world.listed("okx") if is_any else [_market(world, query)]
    rows = []
    for market in markets:
        width = (market.listing.funding_interval_hours or 8) * HOUR_MS
        coming, estimate = world.now_ms // width * width + width, float(market.funding_estimate[world.current_hour(market)])
        rows.append({
            "instType": "SWAP", "instId": market.symbol, "method": "current_period", "formulaType": "withRate",
            "fundingRate": f"{estimate * width / HOUR_MS:.16f}", "nextFundingRate": "", "fundingTime": str(coming),
            "nextFundingTime": str(coming + width), "prevFundingTime": str(coming - width), "ts": str(world.now_ms),
        })  # fmt: skip
    return _data(rows)


@DIALECT.get("/api/v5/public/funding-rate-history")
def funding_history(world: World, query: Query) -> Reply:
    market = _market(world, query)
    oldest = world.now_ms - KEPT_FUNDING_HOURS * HOUR_MS
    names = {"instType": "SWAP", "instId": market.symbol, "method": "current_period", "formulaType": "withRate"}

    def row(one: Settlement) -> dict[str, str]:
        rates = {"fundingRate": f"{one.rate + 1e-6:.16f}", "realizedRate": number(one.rate)}
        return names | rates | {"fundingTime": str(one.settled_ms)}

    return _page(query, 100, [(one.settled_ms, one) for one in world.settlements(market, oldest)], row)


@DIALECT.get("/api/v5/rubik/stat/contracts/open-interest-history")
def open_interest_history(world: World, query: Query) -> Reply:
    market = _market(world, query)
    hours = BAR_HOURS.get(query.params.get("period", "5m"))
    if hours is None:
        raise Refusal(error("51000", "Parameter period error"))
    width = hours * HOUR_MS
    stamps = world.stamps(market, world.now_ms - KEPT_HOURS * width, world.now_ms, width)
    return _page(
        query, 100, [(stamp, stamp) for stamp in stamps],
        lambda stamp: [str(stamp), *_interest(market, world.hour_of(market, stamp))], older="end", newer="begin",
    )  # fmt: skip


@DIALECT.get("/api/v5/public/liquidation-orders")
def liquidation_orders(world: World, query: Query) -> Reply:
    """A family's, below its swap, newest first between two exclusive bounds."""
    family = query.params.get("instFamily") or query.params.get("uly")
    if not family:
        raise Refusal(error("50015", "Either parameter uly or instFamily is required"))
    end, start = _integer(query, "after", DISTANT_FUTURE_MS), max(_integer(query, "before", 0), world.now_ms - KEPT_LIQUIDATIONS_MS)
    groups = []
    for market in _listed(world, query):
        details = [_closing(one) for one in world.liquidations(market, start + 1, end - 1)][::-1]
        if market.listing.pair == family and details:
            names = {"instType": "SWAP", "instId": market.symbol, "instFamily": family, "uly": family, "totalLoss": "0"}
            groups.append(names | {"details": details[: min(_integer(query, "limit", 100), 100)]})
    return _data(groups)


def _closing(one: Liquidation) -> dict[str, Any]:
    """The order is on the other side of the position."""
    return {
        "bkLoss": "0", "bkPx": number(one.price), "ccy": "", "posSide": one.side, "side": "sell" if one.side == "long" else "buy",
        "sz": number(one.contracts), "time": one.at_ms, "ts": str(one.at_ms),
    }  # fmt: skip


@DIALECT.get("/api/v5/market/candles", "/api/v5/market/history-candles")
def candles(world: World, query: Query) -> Reply:
    """The newest 1440 bars with the running one, or finished bars of all times."""
    market, hours = _market(world, query), BAR_HOURS.get(query.params.get("bar", ""))
    if hours is None:
        raise Refusal(error("51000", "Parameter bar error"))
    is_history = query.path.endswith("history-candles")
    oldest = 0 if is_history else world.now_ms - KEPT_HOURS * hours * HOUR_MS
    start, end = max(oldest, _integer(query, "before", 0)), _integer(query, "after", DISTANT_FUTURE_MS)
    shown = [one for one in world.candles(market, start, end, hours) if one.closed_ms < world.now_ms or not is_history]

    def row(one: Candle) -> list[str]:
        prices = [number(price) for price in (one.open, one.high, one.low, one.close)]
        volumes = [number(volume) for volume in (one.contracts, one.base, one.quote)]
        return [str(one.opened_ms), *prices, *volumes, "1" if one.closed_ms < world.now_ms else "0"]

    return _page(query, 300, [(one.opened_ms, one) for one in shown], row)
