"""edgeX V2's REST: everything in an envelope, numbers for contracts, tickers one at a time, candles of many at once.

Learnt from shared reference sources/edgex.md, the vendor's pages and the recorded payload. Candles and funding are newest first, from
inclusive, to exclusive; a contract that is not there answers with an empty list. Without its filter the funding page also has forecasts:
here one, of now. What ended leaves the list, and its truth could not come back: none is simulated.
"""

from __future__ import annotations

from typing import Any

from simulator.assets import Asset
from simulator.candles import HOUR_MS, Candle
from simulator.dialect import Dialect, Query, Refusal, Reply, integers, json_reply, number
from simulator.market import Market
from simulator.venue import Listing, Venue
from simulator.world import DISTANT_FUTURE_MS, World

FIRST_ID = 30000001
LISTED = {"BTC": 4, "ETH": 4, "PEPE": 1, "AAPL": 4}  # hours between settlements
THOUSANDS = {"PEPE"}
KLINE_HOURS = {"HOUR_1": 1, "HOUR_4": 4, "DAY_1": 24}
QUOTE_COIN = {"coinId": "1000", "coinName": "USDC"}


def list_asset(asset: Asset) -> list[Listing]:
    """Four markets in USDC."""
    if asset.name not in LISTED:
        return []
    prefix, unit = ("1000", 1000.0) if asset.name in THOUSANDS else ("", 1.0)
    base = f"{prefix}{asset.name}"
    return [Listing(f"{base}USDC", "perp", unit, funding_interval_hours=LISTED[asset.name], volume_share=0.03, tags={"base": base})]


def _envelope(world: World | None, code: str, data: Any, message: str | None = None, status: int = 200) -> Reply:
    time = str(world.now_ms) if world else "0"
    stamps = {"requestTime": time, "responseTime": time, "traceId": "0"}
    return json_reply({"code": code, "data": data, "msg": message, "errorParam": None, **stamps}, status)


def _error(code: str, message: str, status: int = 200) -> Reply:
    return _envelope(None, code, None, message, status)


VENUE = Venue("edgex", list_asset)
DIALECT = Dialect(
    "edgex",
    VENUE,
    too_many=lambda retry_after, was_warned: _error("TOO_MANY_REQUESTS", "too many requests", 429),
    not_found=lambda query: _error("NOT_FOUND", f"no route {query.path}", 404),
)


def _numbers(world: World) -> dict[str, str]:
    """Every contract's number, from the first day on."""
    listed = (market for market in world.history.markets if market.venue == "edgex")
    return {market.symbol: str(FIRST_ID + place) for place, market in enumerate(listed)}


def _contracts(world: World, ids: str) -> list[tuple[str, Market]]:
    """Those of the numbers that exist."""
    numbers, wanted = _numbers(world), set(ids.split(","))
    return [(numbers[market.symbol], market) for market in world.listed("edgex") if numbers[market.symbol] in wanted]


_integer = integers(lambda name: _error("INVALID_PARAMETER", name))


@DIALECT.get("/meta/getMetaData")
def metadata(world: World, query: Query) -> Reply:
    contracts, coins = [], [QUOTE_COIN]
    for market in world.listed("edgex"):
        contract_id, coin_id = _numbers(world)[market.symbol], str(1000 + len(coins))
        coins.append({"coinId": coin_id, "coinName": market.listing.tags.get("base", market.asset.name)})
        contracts.append({
            "contractId": contract_id, "contractName": market.symbol, "baseCoinId": coin_id, "quoteCoinId": "1000", "enableTrade": True,
            "enableDisplay": True, "enableOpenPosition": True, "isStock": market.asset.kind == "equity", "isFx": False,
            "fundingRateIntervalMin": str((market.listing.funding_interval_hours or 4) * 60),
        })  # fmt: skip
    return _envelope(world, "SUCCESS", {"global": {"collateralCoinId": "1000"}, "coinList": coins, "contractList": contracts})


@DIALECT.get("/contract-labels")
def labels(world: World, query: Query) -> Reply:
    """Tabs of the venue's list; other apps' sets say other things, here that a stock is a commodity."""
    rows = [(market.asset.kind, _numbers(world)[market.symbol], market.symbol) for market in world.listed("edgex")]
    found = []
    tabs = (
        ("commodities", "AppTradFi", ("commodity", "equity")),
        ("commodities", "PrepV2", ("commodity",)),
        ("meme", "PrepV2", ("crypto",)),
    )
    for tab, category, kinds in tabs:
        under = [{"contractId": one, "contractName": name, "sort": 1, "rewardRate": ""} for kind, one, name in rows if kind in kinds]
        found.append({"name": tab, "multiLanguageKey": f"tabs.{tab}", "productCategory": category, "contracts": under})
    return json_reply({"code": "SUCCESS", "data": found})


@DIALECT.get("/quote/getTicker")
def ticker(world: World, query: Query) -> Reply:
    """Of one contract; several at once are none."""
    found = [_ticker(world, *one) for one in _contracts(world, query.params.get("contractId", ""))]
    return _envelope(world, "SUCCESS", found if len(found) == 1 else [])


def _ticker(world: World, contract_id: str, market: Market) -> dict[str, Any]:
    hour, day = world.current_hour(market), world.last_24_hours(market)
    width = (market.listing.funding_interval_hours or 4) * HOUR_MS
    mark = number(float(market.mark[hour]))
    return {
        "contractId": contract_id, "contractName": market.symbol, "trades": str(sum(one.trades for one in day)),
        "size": number(sum(one.base for one in day)), "value": number(sum(one.quote for one in day)),
        "startTime": str(day[0].opened_ms), "endTime": str(world.now_ms), "lastPrice": number(day[-1].close),
        "indexPrice": number(float(market.index[hour])), "oraclePrice": mark, "markPrice": mark,
        "openInterest": number(float(market.open_interest_base[hour])),
        "fundingRate": f"{market.funding_estimate[hour] * width / HOUR_MS:.8f}",
        "fundingTime": str(world.now_ms // width * width), "nextFundingTime": str(world.now_ms // width * width + width),
    }  # fmt: skip


@DIALECT.get("/quote/getMultiContractKline")
def klines(world: World, query: Query) -> Reply:
    kind, size = query.params.get("klineType", ""), _integer(query, "size", 200, at_most=200)
    if kind not in KLINE_HOURS or query.params.get("priceType") != "LAST_PRICE":
        raise Refusal(_error("INVALID_PARAMETER", "klineType or priceType"))
    start = _integer(query, "filterBeginKlineTimeInclusive", 0)
    end = _integer(query, "filterEndKlineTimeExclusive", DISTANT_FUTURE_MS)
    lists = []
    for contract_id, market in _contracts(world, query.params.get("contractIdList", "")):
        found = world.candles(market, start, end - 1, KLINE_HOURS[kind])[::-1][:size]
        head = {"contractId": contract_id, "contractName": market.symbol, "klineType": kind, "priceType": "LAST_PRICE"}
        lists.append({"contractId": contract_id, "klineList": [head | _kline(one) for one in found]})
    return _envelope(world, "SUCCESS", lists)


def _kline(candle: Candle) -> dict[str, str]:
    prices = {name: number(getattr(candle, name)) for name in ("open", "high", "low", "close")}
    volumes = {"size": number(candle.base), "value": number(candle.quote), "trades": str(candle.trades)}
    return {"klineId": str(candle.opened_ms), "klineTime": str(candle.opened_ms)} | prices | volumes


@DIALECT.get("/funding/getFundingRatePage")
def funding_page(world: World, query: Query) -> Reply:
    found, size = _contracts(world, query.params.get("contractId", "")), _integer(query, "size", 100, at_most=100)
    if len(found) != 1:
        return _envelope(world, "SUCCESS", [])
    contract_id, market = found[0]
    start, end = _integer(query, "filterBeginTimeInclusive", 0), _integer(query, "filterEndTimeExclusive", DISTANT_FUTURE_MS)
    settled = world.settlements(market, start, end - 1)[::-1]
    rows = [
        {
            "contractId": contract_id, "fundingTime": str(one.settled_ms), "fundingTimestamp": str(one.settled_ms),
            "markPrice": number(one.mark), "indexPrice": number(one.mark / (1.0 + one.premium)), "fundingRate": f"{one.rate:.8f}",
            "isSettlement": True, "forecastFundingRate": "", "fundingRateIntervalMin": str(one.hours * 60),
        }
        for one in settled
    ]  # fmt: skip
    if query.params.get("filterSettlementFundingRate") != "true" and rows:
        rows.insert(0, rows[0] | {"isSettlement": False, "fundingTimestamp": str(world.now_ms), "forecastFundingRate": "0.00005"})
    data = {"dataList": rows[:size], "nextPageOffsetData": rows[size - 1]["fundingTime"] if len(rows) > size else ""}
    return _envelope(world, "SUCCESS", data)
