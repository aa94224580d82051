"""edgeX: what a run asks for, candles of many contracts at once, pages of funding, errors inside HTTP 200."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from fetched import DAY, END, HOUR, NOW, START, fetching

from ingestion.errors import BadAnswer, NotAvailable, Rejected
from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

EDGEX = all_sources()["edgex"]
COINS = [{"coinId": "1000", "coinName": "USDC"}, {"coinId": "1001", "coinName": "BTC"}]
run = fetching("edgex")


def contract(number: int, name: str, **more: Any) -> dict[str, Any]:
    base = {"contractId": str(number), "contractName": name, "baseCoinId": "1001", "quoteCoinId": "1000"}
    return base | {"enableTrade": True, "enableDisplay": True, "fundingRateIntervalMin": "240"} | more


BTC = contract(30000001, "BTCUSDC", isStock=False, isFx=False)


def venue(contracts: list[dict[str, Any]], **paths: Callable[[dict[str, str]], Any]) -> Callable[[httpx.Request], Any]:
    """These contracts, and answers by the last part of the path; everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1]
        data: Any = {"contractList": contracts, "coinList": COINS} if name == "getMetaData" else []
        if name in paths:
            data = paths[name](dict(request.url.params))
        return data if isinstance(data, httpx.Response) else {"code": "SUCCESS", "data": data, "responseTime": str(START)}

    return answer


def ticker(number: str, **more: Any) -> dict[str, Any]:
    return {"contractId": number, "contractName": "BTCUSDC", "markPrice": "3", "openInterest": "2", "value": "6"} | more


def test_a_snapshot_is_the_metadata_and_a_ticker_of_each_contract_shown(settings: Any, wire: Any, held: Any) -> None:
    hidden = contract(30000158, "ZROUSDC", enableDisplay=False, baseCoinId="9")
    ended = contract(30000159, "OLDUSDC", enableTrade=False)
    line = wire(venue([BTC, hidden, ended], getTicker=lambda params: [ticker(params["contractId"])]))
    assert run(settings, line).problem is None
    assert [(request.url.path.rsplit("/", 1)[1], dict(request.url.params)) for request in line.asked] == [
        ("getMetaData", {}), ("contract-labels", {}), ("getTicker", {"contractId": "30000001"}),
    ]  # fmt: skip
    columns = ["contract_id", "contract_name", "base_coin", "quote_coin", "enable_trade", "enable_display", "is_stock"]
    assert [tuple(row.values()) for row in held(settings, "edgex", "instruments", columns)] == [
        ("30000001", "BTCUSDC", "BTC", "USDC", True, True, False),
        ("30000158", "ZROUSDC", None, "USDC", True, False, None),
        ("30000159", "OLDUSDC", "BTC", "USDC", False, True, None),
    ]
    (found,) = held(settings, "edgex", "tickers", ["contract_id", "time", "mark_price", "open_interest", "value", "trades"])
    assert list(found.values()) == ["30000001", START, 3, 2, 6, None]


def test_tabs_that_cannot_be_had_cost_themselves(settings: Any, wire: Any, held: Any) -> None:
    line = wire(venue([BTC], **{"contract-labels": lambda params: "gone", "getTicker": lambda params: [ticker(params["contractId"])]}))
    assert "labels" in (run(settings, line).problem or "")
    assert len(held(settings, "edgex", "tickers")) == 1


def test_one_day_is_one_call_for_many_candles_and_one_a_contract_for_funding(settings: Any, wire: Any) -> None:
    contracts = [contract(30000001 + n, f"C{n:02}USDC") for n in range(27)]
    line = wire(venue(contracts))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    bounds = {"filterBeginKlineTimeInclusive": str(START), "filterEndKlineTimeExclusive": str(END)}
    fixed = {"klineType": "HOUR_1", "priceType": "LAST_PRICE", "size": "48"} | bounds
    groups = [",".join(one["contractId"] for one in contracts[first : first + 25]) for first in (0, 25)]
    assert line.params("/getMultiContractKline") == [{"contractIdList": group} | fixed for group in groups]
    settled = {"size": "100", "filterSettlementFundingRate": "true"}
    bounds = {"filterBeginTimeInclusive": str(START), "filterEndTimeExclusive": str(END)}
    assert line.params("/getFundingRatePage") == [{"contractId": one["contractId"]} | settled | bounds for one in contracts]
    assert len(line.asked) == 2 + 27 + 2 + 27


def test_long_windows_are_cut_to_what_an_answer_holds(settings: Any, wire: Any, held: Any) -> None:
    first = int(datetime(2026, 2, 19, tzinfo=UTC).timestamp() * 1000)

    def candles(params: dict[str, str]) -> Any:
        """Newest first, the oldest cut."""
        start, end = int(params["filterBeginKlineTimeInclusive"]), int(params["filterEndKlineTimeExclusive"])
        head = {"contractId": "30000001", "contractName": "BTCUSDC", "klineType": "HOUR_1", "priceType": "LAST_PRICE", "trades": "3"}
        numbers = dict.fromkeys(("open", "high", "low", "close", "size", "value"), "1.5")
        rows = [head | numbers | {"klineTime": str(at)} for at in range(end - HOUR, start - HOUR, -HOUR)]
        return [{"contractId": "30000001", "klineList": rows[: int(params["size"])]}]

    def rates(params: dict[str, str]) -> Any:
        start, end = int(params["filterBeginTimeInclusive"]), int(params["filterEndTimeExclusive"])
        row = {"contractId": "30000001", "isSettlement": True, "fundingRate": "0.5", "markPrice": "3", "fundingRateIntervalMin": "240"}
        last = -(-end // (4 * HOUR)) * 4 * HOUR - 4 * HOUR
        return {"dataList": [row | {"fundingTime": str(at)} for at in range(last, start - 1, -4 * HOUR)][:100]}

    line = wire(venue([BTC], getMultiContractKline=candles, getFundingRatePage=rates))
    assert run(settings, line, Window(date(2026, 2, 20), DAY)).problem is None
    assert [params["size"] for params in line.params("/getMultiContractKline")] == ["200", "200", "56"]
    rows = held(settings, "edgex", "klines", ["kline_time", "value", "trades"])
    assert [row["kline_time"] for row in rows] == list(range(first, END, HOUR))
    assert [int(params["filterEndTimeExclusive"]) for params in line.params("/getFundingRatePage")] == [END, END - 400 * HOUR]
    assert [row["funding_time"] for row in held(settings, "edgex", "funding_rates")] == list(range(first, END, 4 * HOUR))


def test_the_largest_markets_are_chosen_by_what_their_tickers_say(make_settings: Any, wire: Any) -> None:
    contracts = [contract(1, "AUSDC"), contract(2, "BUSDC"), contract(3, "CUSDC")]
    values = {"1": "9", "2": "10", "3": "1"}

    def one(params: dict[str, str]) -> Any:
        number = params["contractId"]
        return [ticker(number, contractName=contracts[int(number) - 1]["contractName"], value=values[number])]

    line = wire(venue(contracts, getTicker=one))
    run(make_settings(markets="top:1"), line, Window(DAY, DAY))
    assert [params["contractIdList"] for params in line.params("/getMultiContractKline")] == ["2"]
    named = wire(venue(contracts, getTicker=one))
    run(make_settings(markets="CUSDC"), named, Window(DAY, DAY))
    assert [params["contractId"] for params in named.params("/getTicker")] == ["3"]


def test_a_contract_without_data_answers_an_empty_list(settings: Any, wire: Any) -> None:
    result = run(settings, wire(venue([BTC])), Window(DAY, DAY))
    assert result.problem is None
    assert {name: outcome.rows_parsed for name, outcome in result.outcomes.items()} == {
        "instruments": 1, "labels": 0, "tickers": 0, "klines": 0, "funding_rates": 0,
    }  # fmt: skip


@pytest.mark.parametrize("group", [None, 7, {}, {"contractId": "30000001", "klineList": "none"}])
def test_a_contract_of_another_shape_costs_itself(group: Any, settings: Any, wire: Any, held: Any) -> None:
    numbers = dict.fromkeys(("open", "high", "low", "close", "size", "value", "trades"), "1")
    head = {"contractId": "30000001", "contractName": "BTCUSDC", "klineType": "HOUR_1", "priceType": "LAST_PRICE", "klineTime": str(START)}
    line = wire(venue([BTC], getMultiContractKline=lambda params: [group, {"contractId": "30000001", "klineList": [head | numbers]}]))
    result = run(settings, line, Window(DAY, DAY))
    assert [row["kline_time"] for row in held(settings, "edgex", "klines")] == [START]
    assert result.outcomes["klines"].rows_quarantined == 1


def test_a_market_that_failed_is_caught_up_by_its_own_days(settings: Any, wire: Any) -> None:
    """By its contract's id, not its name. A settlement at 20 h vouches for the day before; look-back is a day more."""
    failing = lambda params: httpx.Response(400, json={"code": "INVALID_PARAMETER", "msg": "no"})  # noqa: E731

    def rates(params: dict[str, str]) -> Any:
        at = int(params["filterEndTimeExclusive"]) - 4 * HOUR
        return {"dataList": [{"contractId": params["contractId"], "isSettlement": True, "fundingRate": "0", "fundingTime": str(at)}]}

    eth = contract(30000002, "ETHUSDC")
    run(settings, wire(venue([BTC, eth], getFundingRatePage=rates)), Window(date(2026, 3, 7), date(2026, 3, 7)))
    later = lambda params: failing(params) if params["contractId"] == "30000002" else rates(params)  # noqa: E731
    run(settings, wire(venue([BTC, eth], getFundingRatePage=later)), Window(date(2026, 3, 8), date(2026, 3, 8)))
    line = wire(venue([BTC, eth], getFundingRatePage=rates))
    ingest(settings, [EDGEX], Window(DAY, DAY), transports={"edgex": line.transport}, clock=lambda: NOW, catch_up=True)
    starts = {params["contractId"]: int(params["filterBeginTimeInclusive"]) for params in line.params("/getFundingRatePage")}
    assert starts == {"30000001": START - 24 * HOUR, "30000002": START - 48 * HOUR}


@pytest.mark.parametrize(
    ("status", "body", "kind", "text"),
    [
        (200, {"code": "INVALID_PARAMETER", "msg": "size"}, Rejected, "error INVALID_PARAMETER: size"),
        (200, {"code": "SYSTEM_ERROR", "msg": "later"}, BadAnswer, "error SYSTEM_ERROR: later"),
        (200, {"data": []}, Rejected, "error none"),
        (200, [], Rejected, "an answer without an envelope"),
        (403, b"<html>", NotAvailable, "HTTP 403"),
    ],
)
@pytest.mark.parametrize("endpoint", ["metadata", "ticker", "klines", "funding_page"])
def test_any_code_but_success_is_an_error(endpoint: str, status: int, body: Any, kind: type[Exception], text: str, payload: Any) -> None:
    with pytest.raises(kind, match=rf"edgex {endpoint} \[30000001\]: {text}"):
        EDGEX.check(payload("edgex", endpoint, body, status=status, params={"contractId": "30000001"}))
    EDGEX.check(payload("edgex", endpoint, {"code": "SUCCESS", "data": []}))


def test_liquidations_are_not_public() -> None:
    assert set(EDGEX.no_public_api) == {"liquidations"}
