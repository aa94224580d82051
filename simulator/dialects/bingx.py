"""BingX perpetuals: an envelope of whole codes, open interest as a value, candles without turnover.

Learnt from the venue reference and the recorded payloads beside it. Open interest is of one contract a call, in quote; candles and
funding come newest first, the newest are kept, and both bounds belong to the range. A contract that was taken off stays in the list
with status 25 and answers nothing: the truth of one that stays away could not come back, so that is a row without a market behind it.
"""

from __future__ import annotations

from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS
from simulator.dialect import Dialect, Query, Refusal, Reply, integers, json_reply, number
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, World

INTERVAL_HOURS = {"1h": 1, "2h": 2, "4h": 4, "6h": 6, "8h": 8, "12h": 12, "1d": 24}
KLINE_DEFAULT, KLINE_LIMIT, FUNDING_DEFAULT, FUNDING_LIMIT = 500, 1440, 100, 1000
CODES = {"PEPE": "1000PEPE", "AAPL": "NCSKAAPL2USD"}
HOURS = {"PEPE": 4, "AAPL": 4}  # between settlements, 8 elsewhere
SUSPENDED = "NCCOCOFFEE2USD"


def list_asset(asset: Asset) -> list[Listing]:
    """Bitcoin in both stablecoins; Ether, PEPE by the thousand and a share in USDT."""
    if asset.name not in ("BTC", "ETH", "PEPE", "AAPL"):
        return []
    code, unit = CODES.get(asset.name, asset.name), 1000.0 if asset.name == "PEPE" else 1.0
    currencies = {"USDT": 0.08, "USDC": 0.02} if asset.name == "BTC" else {"USDT": 0.08}
    return [
        Listing(
            f"{code}-{currency}", unit=unit, funding_interval_hours=HOURS.get(asset.name, 8), volume_share=share, has_own_quote=False,
            tags={"asset": code, "currency": currency},
        )
        for currency, share in currencies.items()
    ]  # fmt: skip


def error(code: int, message: str, status: int = 200) -> Reply:
    return json_reply({"code": code, "msg": message, "data": {}}, status)


VENUE = Venue("bingx", list_asset)
DIALECT = Dialect("bingx", VENUE, not_found=lambda query: error(100404, "this api is not exist", 404))


def answer(data: Any) -> Reply:
    return json_reply({"code": 0, "msg": "", "data": data})


def _market(world: World, query: Query) -> Market:
    symbol = query.params.get("symbol", "")
    market = world.find("bingx", symbol)
    if symbol.startswith(SUSPENDED) or (market and not world.is_trading(market)):
        raise Refusal(error(109415, f"{symbol} is suspended"))
    if market is None:
        raise Refusal(error(100400, "symbol is invalid"))
    return market


_integer = integers(lambda name: error(100400, f"{name} is invalid"))


def _range(query: Query) -> tuple[int, int]:
    return _integer(query, "startTime", 0), _integer(query, "endTime", DISTANT_FUTURE_MS)


def _contract(code: str, currency: str, status: int, launched_ms: int, number_of_it: int) -> dict[str, Any]:
    return {
        "contractId": str(number_of_it), "symbol": f"{code}-{currency}", "size": "0.0001", "quantityPrecision": 4, "pricePrecision": 1,
        "feeRate": 0.0005, "makerFeeRate": 0.0002, "takerFeeRate": 0.0005, "tradeMinLimit": 0, "tradeMinQuantity": 0.00008,
        "tradeMinUSDT": 2, "currency": currency, "asset": code, "status": status, "apiStateOpen": "true", "apiStateClose": "true",
        "ensureTrigger": True, "triggerFeeRate": "0.00050000", "brokerState": False, "launchTime": launched_ms, "maintainTime": 0,
        "offTime": 0, "displayName": f"{code}-{currency}",
    }  # fmt: skip


@DIALECT.get("/v2/quote/contracts")
def contracts(world: World, query: Query) -> Reply:
    rows = [
        (market.listing.tags["asset"], market.listing.tags["currency"], 1 if world.is_trading(market) else 25, market.listed_ms)
        for market in world.markets("bingx")
    ]
    gone = (SUSPENDED, "USDT", 25, 1762252200000)
    return answer([_contract(*one, place) for place, one in enumerate([*rows, gone], 100)])


def _now(world: World, market: Market) -> dict[str, Any]:
    hour, hours = world.current_hour(market), market.listing.funding_interval_hours or 8
    settled = world.now_ms // (hours * HOUR_MS) * hours * HOUR_MS
    return {
        "symbol": market.symbol, "markPrice": number(float(market.mark[hour])), "indexPrice": number(float(market.index[hour])),
        "lastFundingRate": f"{market.funding_estimate[hour] * hours:.8f}", "nextFundingTime": settled + hours * HOUR_MS,
        "fundingIntervalHours": hours, "minFundingRate": "-0.003000", "maxFundingRate": "0.003000", "updateTime": settled,
    }  # fmt: skip


@DIALECT.get("/v2/quote/premiumIndex")
def premium_index(world: World, query: Query) -> Reply:
    return answer([_now(world, market) for market in world.listed("bingx")])


def _day(world: World, market: Market) -> dict[str, Any]:
    day, at = world.last_24_hours(market), world.now_ms // 1000 * 1000
    mark = float(market.mark[world.current_hour(market)])
    first, last = (day[0].open, day[-1].close) if day else (mark, mark)
    return {
        "symbol": market.symbol, "priceChange": number(last - first), "priceChangePercent": f"{100 * (last / first - 1):.2f}",
        "lastPrice": number(last), "lastQty": "1", "highPrice": number(max([first, *(one.high for one in day)])),
        "lowPrice": number(min([first, *(one.low for one in day)])), "volume": number(sum(one.base for one in day)),
        "quoteVolume": number(sum(one.quote for one in day)), "openPrice": number(first), "openTime": at - 24 * HOUR_MS, "closeTime": at,
        "askPrice": number(last), "askQty": "1", "bidPrice": number(last), "bidQty": "1",
    }  # fmt: skip


@DIALECT.get("/v2/quote/ticker")
def ticker(world: World, query: Query) -> Reply:
    return answer([_day(world, market) for market in world.listed("bingx")])


@DIALECT.get("/v2/quote/openInterest")
def open_interest(world: World, query: Query) -> Reply:
    """An object, not a list: the value in quote of one side."""
    market = _market(world, query)
    value = number(float(market.open_interest_usd[world.current_hour(market)]))
    return answer({"openInterest": value, "symbol": market.symbol, "time": world.now_ms})


@DIALECT.get("/v3/quote/klines")
def klines(world: World, query: Query) -> Reply:
    market, hours, (start, end) = _market(world, query), INTERVAL_HOURS.get(query.params.get("interval", "")), _range(query)
    if hours is None:
        raise Refusal(error(100400, "interval is invalid"))
    limit = _integer(query, "limit", KLINE_DEFAULT, KLINE_LIMIT)
    rows = [
        {
            "open": number(one.open), "close": number(one.close), "high": number(one.high), "low": number(one.low),
            "volume": number(one.base), "time": one.opened_ms,
        }
        for one in world.candles(market, start, end, hours)[::-1][:limit]
    ]  # fmt: skip
    return answer(rows or None)


@DIALECT.get("/v2/quote/fundingRate")
def funding_rate(world: World, query: Query) -> Reply:
    market, (start, end) = _market(world, query), _range(query)
    found = world.settlements(market, start, end)[::-1][: _integer(query, "limit", FUNDING_DEFAULT, FUNDING_LIMIT)]
    rows = [
        {"symbol": market.symbol, "fundingRate": f"{one.rate:.8f}", "fundingTime": one.settled_ms, "markPrice": number(one.mark)}
        for one in found
    ]
    return answer(rows or None)
