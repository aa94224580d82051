"""edgeX's dialect: the recorded fields, one ticker a call, candles of many contracts newest first, settlements and forecasts, errors."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from simulated import Simulated

from simulator import Truth
from simulator.changes import NewTerms
from simulator.dialects.edgex import DIALECT, VENUE

HOUR_MS = 3_600_000
TRUTH = Truth(seed=3, days=20, venues=[VENUE])
NOW = datetime(2026, 7, 15, 12, 30, tzinfo=UTC)
SIMULATED = Simulated("edgex", TRUTH, NOW)
body = SIMULATED.said
NOON = int(NOW.timestamp() * 1000) - 1_800_000


def data(path: str, **params: Any) -> Any:
    whole = body(path, **params)
    assert whole["code"] == "SUCCESS", whole
    return whole["data"]


def number(name: str) -> str:
    found = {row["contractName"]: row["contractId"] for row in data("/meta/getMetaData")["contractList"]}
    return str(found[name])


def test_tabs_of_several_apps_say_what_is_a_commodity() -> None:
    changes = [NewTerms("edgex", "ETHUSDC", 3, {"underlying_class": "commodity"})]
    truth = Truth(seed=3, days=20, assets=["ETH", "AAPL"], venues=[VENUE], changes=changes)
    tabs = Simulated("edgex", truth, NOW).said("/contract-labels")["data"]
    found = {(tab["productCategory"], tab["name"]): [one["contractName"] for one in tab["contracts"]] for tab in tabs}
    said = {("AppTradFi", "commodities"): ["ETHUSDC", "AAPLUSDC"], ("PrepV2", "commodities"): ["ETHUSDC"], ("PrepV2", "meme"): []}
    assert found == said


@pytest.mark.recorded
def test_a_ticker_has_the_recorded_fields(shared: Path) -> None:
    real = json.loads((shared / "fixtures/sources/edgex/getTicker__BTCUSDC-v2.json").read_text())["response"]
    ours = body("/quote/getTicker", contractId=number("BTCUSDC"))
    assert set(real) == set(ours)
    left_out = {"priceChange", "priceChangePercent", "high", "low", "open", "close", "highTime", "lowTime"}
    assert set(real["data"][0]) - left_out == set(ours["data"][0])
    assert {type(value) for value in ours["data"][0].values()} == {str}


def test_one_ticker_a_call() -> None:
    both = f"{number('BTCUSDC')},{number('ETHUSDC')}"
    assert [len(data("/quote/getTicker", contractId=ids)) for ids in (number("BTCUSDC"), both, "")] == [1, 0, 0]


def test_candles_of_many_newest_first_from_inclusive_to_exclusive() -> None:
    names = ("BTCUSDC", "1000PEPEUSDC")
    params = {"klineType": "HOUR_1", "priceType": "LAST_PRICE", "filterBeginKlineTimeInclusive": NOON - 3 * HOUR_MS}
    params |= {"contractIdList": ",".join(number(name) for name in names), "filterEndKlineTimeExclusive": NOON}
    lists = data("/quote/getMultiContractKline", **params)
    assert [row["contractId"] for row in lists] == [number(name) for name in names]
    assert [int(row["klineTime"]) for row in lists[1]["klineList"]] == [NOON - n * HOUR_MS for n in (1, 2, 3)]
    cut = data("/quote/getMultiContractKline", **params, size=1)
    assert [row["klineTime"] for row in cut[1]["klineList"]] == [str(NOON - HOUR_MS)]
    truth = TRUTH.candles().filter(symbol="1000PEPEUSDC").filter(pl.col("opened_at").dt.epoch("ms") == NOON - HOUR_MS)
    newest = lists[1]["klineList"][0]
    assert (float(newest["size"]), float(newest["value"]), int(newest["trades"])) == truth.select(
        "volume_base", "volume_usd", "trades"
    ).row(0)


def test_forecasts_stand_among_settlements_unless_filtered() -> None:
    asked = {"contractId": number("1000PEPEUSDC"), "size": 3}
    settled = data("/funding/getFundingRatePage", **asked, filterSettlementFundingRate="true")
    assert [(row["isSettlement"], int(row["fundingTime"])) for row in settled["dataList"]] == [
        (True, NOON - n * HOUR_MS) for n in range(3)
    ]  # fmt: skip
    assert settled["nextPageOffsetData"] != ""
    truth = TRUTH.funding().filter(symbol="1000PEPEUSDC").filter(pl.col("settled_at") <= NOW).tail(3)
    assert [float(row["fundingRate"]) for row in settled["dataList"]] == truth["funding_rate"].to_list()[::-1]
    assert [float(row["markPrice"]) for row in settled["dataList"]] == truth["mark_price"].to_list()[::-1]
    mixed = data("/funding/getFundingRatePage", **asked)["dataList"]
    assert [row["isSettlement"] for row in mixed] == [False, True, True]
    assert {row["fundingRateIntervalMin"] for row in mixed} == {"60"}


def test_what_is_not_there_is_an_empty_list_and_errors_are_codes() -> None:
    assert data("/funding/getFundingRatePage", contractId="1") == []
    assert data("/quote/getMultiContractKline", contractIdList="1", klineType="HOUR_1", priceType="LAST_PRICE") == []
    assert body("/funding/getFundingRatePage", contractId="1", size=101)["code"] == "INVALID_PARAMETER"
    assert body("/quote/getMultiContractKline", contractIdList="1", klineType="HOUR_9")["code"] == "INVALID_PARAMETER"
    assert DIALECT.too_many(1.0, False).status == 429
