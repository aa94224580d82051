"""BitMEX: day files of trades as gzipped CSV, and REST with bars stamped at their close, funding and the instrument list.

Learnt from shared reference venues/bitmex.md and the recorded payloads beside it. Trades of an hour are four: open, high, low and close,
a quarter of the volume each. Pages are numbers of rows (`start`), all symbols together, oldest first. Errors are
`{"error": {"message", "name"}}`. The option bitmex.archive=gone empties the bucket.

The venue is closed and its source skipped, so its markets are no part of everybody's truth: `DIALECT.venue` is None, and a test that
wants them makes `Truth(venues=[VENUE])` of days before the end.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS, Candle
from simulator.dialect import Dialect, Query, Refusal, Reply, json_reply, number
from simulator.market import Market
from simulator.s3_listing import no_such_key
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, World

DAY_MS = 24 * HOUR_MS
SATOSHI = 1e8
HEADER = "timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional,trdType"
MATCH_ID = "00000000-0000-0000-0000-000000000000"
INTERVAL = "2000-01-01T{:02d}:00:00.000Z"


def list_asset(asset: Asset) -> list[Listing]:
    """Bitcoin inverse and linear; ether as a quanto, worth 100 satoshi a dollar."""
    if asset.name == "BTC":
        size = 2.0**-20  # a power of two near the true millionth
        return [
            Listing("XBTUSD", "inverse", contract_usd=1.0, volume_share=0.02, has_funding_mark=False),
            Listing("XBTUSDT", "linear", contract_base=size, volume_share=0.01, has_funding_mark=False),
        ]
    quanto = Listing("ETHUSD", "quanto", volume_share=0.01, has_funding_mark=False, tags={"multiplier": "100"})
    return [quanto] if asset.name == "ETH" else []


def error(message: str, name: str = "HTTPError", status: int = 400) -> Reply:
    return json_reply({"error": {"message": message, "name": name}}, status)


VENUE = Venue("bitmex", list_asset)
DIALECT = Dialect(
    "bitmex",
    too_many=lambda retry_after, was_warned: error("Rate limit exceeded, retry in 1 seconds.", "RateLimitError", 429),
    not_found=lambda query: error("Not Found", status=404),
)


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _bound(query: Query, name: str, default: int) -> int:
    text = query.params.get(name, "")
    return int(datetime.fromisoformat(text).timestamp() * 1000) if text else default


def _page(query: Query, rows: list[Any], most: int) -> Reply:
    count, start = min(query.integer("count", 100), most), query.integer("start", 0)
    return json_reply(rows[start : start + count])


def _contracts(market: Market, candle: Candle) -> float:
    return float(round(candle.base)) if _is_quanto(market) else candle.contracts


def _is_quanto(market: Market) -> bool:
    return market.product == "quanto"


@DIALECT.get("/data/trade/{name}.csv.gz")
def trades(world: World, query: Query) -> Reply:
    """A file appears when its day is over."""
    if not re.fullmatch(r"\d{8}", query.slots["name"]) or world.options.get("bitmex.archive") == "gone":
        return no_such_key(query.path)
    day = datetime.strptime(query.slots["name"], "%Y%m%d").replace(tzinfo=UTC)
    start = int(day.timestamp() * 1000)
    if day + timedelta(days=1) > world.now or start < world.history.start_ms:
        return no_such_key(query.path)
    lines = [
        line
        for market in world.markets("bitmex")
        for one in world.candles(market, start, start + DAY_MS - 1)
        for line in _lines(market, one)
    ]
    return Reply(gzip.compress("\n".join([HEADER, *lines, ""]).encode(), mtime=0), content_type="application/x-gzip")


def _lines(market: Market, candle: Candle) -> Iterator[str]:
    """A quarter of the notionals each, which is exact; contracts are whole, the last trade has what is left."""
    contracts = _contracts(market, candle)
    size = contracts // 4
    sizes = (size, size, size, contracts - 3 * size)
    for offset, price, traded in zip((1, 600, 1200, 3599), (candle.open, candle.high, candle.low, candle.close), sizes, strict=True):
        stamp = datetime.fromtimestamp(candle.opened_ms / 1000 + offset, UTC).strftime("%Y-%m-%dD%H:%M:%S.000000000")
        gross = round(traded / price * SATOSHI) if market.is_inverse else round(traded)
        notionals = f"{number(candle.base / 4)},{number(candle.quote / 4)}"
        yield f"{stamp},{market.symbol},Buy,{number(traded)},{number(price)},PlusTick,{MATCH_ID},{gross},{notionals},Regular"


@DIALECT.get("/trade/bucketed")
def bucketed(world: World, query: Query) -> Reply:
    """Whole hours, stamped at their close; both bounds included."""
    if query.params.get("binSize") != "1h":
        raise Refusal(error("Invalid binSize."))
    first, last = _bound(query, "startTime", 0) - HOUR_MS, _bound(query, "endTime", DISTANT_FUTURE_MS) - HOUR_MS
    found = [
        (one.opened_ms + HOUR_MS, market.symbol, _bar(market, one))
        for market in world.markets("bitmex")
        for one in world.candles(market, first, last)
        if one.closed_ms < world.now_ms
    ]
    return _page(query, [row for _, _, row in sorted(found, key=lambda item: item[:2])], 1000)


def _bar(market: Market, one: Candle) -> dict[str, Any]:
    return {
        "timestamp": _iso(one.opened_ms + HOUR_MS), "symbol": market.symbol, "open": one.open, "high": one.high, "low": one.low,
        "close": one.close, "trades": one.trades, "volume": _contracts(market, one), "vwap": one.quote / one.base, "lastSize": 1,
        "turnover": round(one.base * SATOSHI), "homeNotional": one.base, "foreignNotional": one.quote,
    }  # fmt: skip


@DIALECT.get("/funding")
def funding(world: World, query: Query) -> Reply:
    start, end = _bound(query, "startTime", 0), _bound(query, "endTime", DISTANT_FUTURE_MS)
    found = []
    for market in world.markets("bitmex"):
        for one in world.settlements(market, start, end):
            row = {"timestamp": _iso(one.settled_ms), "symbol": market.symbol, "fundingInterval": INTERVAL.format(one.hours)}
            found.append((one.settled_ms, market.symbol, row | {"fundingRate": one.rate, "fundingRateDaily": one.rate * 24 / one.hours}))
    return _page(query, [row for _, _, row in sorted(found, key=lambda item: item[:2])], 500)


@DIALECT.get("/instrument", "/instrument/active")
def instruments(world: World, query: Query) -> Reply:
    bitcoin = world.find("bitmex", "XBTUSD")
    rows = [_instrument(world, market, bitcoin) for market in world.listed("bitmex")]
    return _page(query, rows, 500) if query.path == "/instrument" else json_reply(rows)


def _instrument(world: World, market: Market, bitcoin: Market | None) -> dict[str, Any]:
    hour = world.current_hour(market)
    mark, usd = float(market.mark[hour]), float(market.open_interest_usd[hour])
    bitcoin_mark = float(bitcoin.mark[hour]) if bitcoin else mark
    tags, is_linear = market.listing.tags, not market.is_inverse and not _is_quanto(market)
    position = 1 / market.listing.contract_base if is_linear else None
    multiplier = -SATOSHI if market.is_inverse else float(tags.get("multiplier", 1))
    contracts = round(usd / mark) if _is_quanto(market) else float(market.open_interest_contracts[hour])
    return {
        "symbol": market.symbol, "rootSymbol": market.symbol[:3], "state": "Open", "typ": "FFWCSX", "listing": _iso(market.listed_ms),
        "expiry": None, "underlying": "XBT" if market.asset.name == "BTC" else market.asset.name,
        "quoteCurrency": "USDT" if is_linear else "USD", "settlCurrency": "USDt" if is_linear else "XBt",
        "isInverse": market.is_inverse, "isQuanto": _is_quanto(market), "multiplier": multiplier,
        "underlyingToPositionMultiplier": position, "underlyingToSettleMultiplier": -SATOSHI if market.is_inverse else None,
        "fundingInterval": INTERVAL.format(market.listing.funding_interval_hours or 8), "openInterest": contracts,
        "openValue": usd * 1e6 if is_linear else usd / bitcoin_mark * SATOSHI, "markPrice": mark,
        "indicativeSettlePrice": float(market.index[hour]), "fundingRate": float(market.funding_estimate[hour]) * 8,
        "timestamp": _iso(world.now_ms),
    }  # fmt: skip
