"""edgeX: contracts that are hidden, groups of many for candles, tabs that fail, a market caught up by its number; its dialect's tabs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from fetched import DAY, HOUR, NOW, START, fetching
from simulated import Simulated, venue_of

from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources
from simulator import Truth
from simulator.changes import NewTerms

EDGEX = all_sources()["edgex"]
COINS = [{"coinId": "1000", "coinName": "USDC"}, {"coinId": "1001", "coinName": "BTC"}]
run = fetching("edgex")


def contract(number: int, name: str, **more: Any) -> dict[str, Any]:
    coins = {"baseCoinId": "1001", "quoteCoinId": "1000", "fundingRateIntervalMin": "240"}
    return {"contractId": str(number), "contractName": name, "enableTrade": True, "enableDisplay": True} | coins | more


def venue(*contracts: dict[str, Any], **paths: Callable[[dict[str, str]], Any]) -> Callable[[httpx.Request], Any]:
    """These contracts, and answers by the last part of the path; everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1].replace("-", "_")
        empty: Any = {"contractList": contracts, "coinList": COINS} if name == "getMetaData" else []
        return {"code": "SUCCESS", "data": paths[name](dict(request.url.params)) if name in paths else empty, "responseTime": str(START)}

    return answer


def test_what_is_shown_and_trades_has_a_ticker_though_tabs_cannot_be_had(settings: Any, wire: Any, held: Any) -> None:
    listed = contract(1, "BTCUSDC"), contract(2, "ZROUSDC", enableDisplay=False, baseCoinId="9"), contract(3, "OLDUSDC", enableTrade=False)
    ticker = lambda params: [{"contractId": params["contractId"], "contractName": "BTCUSDC", "openInterest": "2"}]  # noqa: E731
    line = wire(venue(*listed, getTicker=ticker, contract_labels=lambda params: "gone"))
    assert "labels" in (run(settings, line).problem or "")
    columns = ["contract_name", "base_coin", "enable_trade", "enable_display"]
    assert [tuple(row.values()) for row in held(settings, "edgex", "instruments", columns)] == [
        ("BTCUSDC", "BTC", True, True), ("ZROUSDC", None, True, False), ("OLDUSDC", "BTC", False, True),
    ]  # fmt: skip
    assert [(row["contract_id"], row["time"], row["trades"]) for row in held(settings, "edgex", "tickers")] == [("1", START, None)]


def test_candles_are_asked_for_by_twenty_five(settings: Any, wire: Any) -> None:
    """A contract without data answers with an empty list, in place of a page, too."""
    line = wire(venue(*(contract(n, f"C{n}USDC") for n in range(1, 28))))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    asked = [params["contractIdList"] for params in line.params("/getMultiContractKline")]
    assert asked == [",".join(map(str, range(1, 26))), "26,27"]
    assert len(line.params("/getFundingRatePage")) == 27


def test_a_market_that_failed_is_caught_up_by_its_own_days(settings: Any, wire: Any) -> None:
    """By its contract's number, not its name. A settlement at 20 h vouches for the day before; look-back is a day more."""
    failing = set[str]()

    def rates(params: dict[str, str]) -> Any:
        row = {"contractId": params["contractId"], "isSettlement": True, "fundingRate": "0"}
        at = int(params["filterEndTimeExclusive"]) - 4 * HOUR
        return "no page" if params["contractId"] in failing else {"dataList": [row | {"fundingTime": str(at)}]}

    line = lambda: wire(venue(contract(1, "BTCUSDC"), contract(2, "ETHUSDC"), getFundingRatePage=rates))  # noqa: E731
    for ago, failed in ((2, ()), (1, ("2",))):
        failing.update(failed)
        run(settings, line(), Window(DAY - timedelta(days=ago), DAY - timedelta(days=ago)))
    failing.clear()
    last = line()
    ingest(settings, [EDGEX], Window(DAY, DAY), transports={"edgex": last.transport}, clock=lambda: NOW, catch_up=True)
    starts = {params["contractId"]: int(params["filterBeginTimeInclusive"]) for params in last.params("/getFundingRatePage")}
    assert starts == {"1": START - 24 * HOUR, "2": START - 48 * HOUR}


def test_a_group_is_asked_for_since_the_contract_that_is_farthest_behind(settings: Any, wire: Any) -> None:
    """Two nights of candles; on the second one the answer lacks those of the second contract."""
    price = {
        "klineType": "HOUR_1",
        "priceType": "LAST_PRICE",
        "open": 1,
        "high": 1,
        "low": 1,
        "close": 1,
        "size": 1,
        "value": 1,
        "trades": 1,
    }
    told = ["1", "2"]

    def candles(params: dict[str, str]) -> Any:
        at = str(int(params["filterEndKlineTimeExclusive"]) - HOUR)
        of = lambda name: [price | {"contractId": name, "klineTime": at, "contractName": name}]  # noqa: E731
        return [{"contractId": name, "klineList": of(name) if name in told else None} for name in ("1", "2")]

    for ago in (2, 1, 0):
        told[:] = ["1"] if ago == 1 else ["1", "2"]
        day, now = DAY - timedelta(days=ago), NOW - timedelta(days=ago)
        line = wire(venue(contract(1, "BTCUSDC"), contract(2, "ETHUSDC"), getMultiContractKline=candles))
        ingest(settings, [EDGEX], Window(day, day), transports={"edgex": line.transport}, clock=lambda now=now: now, catch_up=True)
    (asked,) = line.params("/getMultiContractKline")
    assert int(asked["filterBeginKlineTimeInclusive"]) == START - 24 * HOUR


def test_the_dialects_tabs_of_several_apps_say_what_is_a_commodity() -> None:
    changes = [NewTerms("edgex", "ETHUSDC", 3, {"underlying_class": "commodity"})]
    truth = Truth(seed=3, days=20, assets=["ETH", "AAPL"], venues=[venue_of("edgex")], changes=changes)
    tabs = Simulated("edgex", truth, datetime(2026, 7, 15, 12, 30, tzinfo=UTC)).said("/contract-labels")["data"]
    found = {(tab["productCategory"], tab["name"]): [one["contractName"] for one in tab["contracts"]] for tab in tabs}
    said = {("AppTradFi", "commodities"): ["ETHUSDC", "AAPLUSDC"], ("PrepV2", "commodities"): ["ETHUSDC"], ("PrepV2", "meme"): []}
    assert found == said
