"""GMX: recorded lists, and answers of the squid as its own interface's sample has them, in USD by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ingestion.run.replay import route
from ingestion.venue.registry import all_sources

FOLDER = "sources/gmx"
TODAY = date(2026, 3, 1)  # when the fixture `payload` was fetched
BTC = "0x47c031236e19d024b42f8AE6780E44A573170703"
SQUID = "https://gmx.squids.live/gmx-synthetics-arbitrum:prod/api/graphql"


@pytest.mark.recorded
def test_recorded_pools(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/markets__arbitrum.json", "gmx", "markets")
    rows = {row["market_token"]: row for row in typed(one)["markets"]}
    assert len(rows) == 134
    assert list(rows[BTC].values()) == [
        BTC, TODAY, "BTC/USD [WBTC.b-USDC]", "0x47904963fc8b2340414262125aF798B9655E58Cd", "0x2f2a2543B76A4166549F7aaB2e75Bef0aefC5B0f",
        "0xaf88d065e77c8cC2239327C5EDb3A432268e5831", True, datetime(2023, 8, 8, tzinfo=UTC),
    ]  # fmt: skip
    assert sum(row["index_token"] == "0x" + "0" * 40 for row in rows.values()) == 5
    assert sorted(row["name"] for row in rows.values() if not row["is_listed"]) == [
        "APE_deprecated (deprecated)/USD [APE_deprecated (deprecated)-USDC]", "XAUT (deprecated)/USD [WBTC.b-USDC]",
    ]  # fmt: skip
    assert sum(row["name"].startswith("BTC/USD") for row in rows.values()) == 3


@pytest.mark.recorded
def test_recorded_tokens_cover_every_pool_that_trades(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/tokens__arbitrum.json", "gmx", "tokens")
    tokens = {row["address"]: (row["symbol"], row["decimals"], row["synthetic"]) for row in typed(one)["tokens"]}
    assert tokens["0x47904963fc8b2340414262125aF798B9655E58Cd"] == ("BTC", 8, True)
    assert tokens["0x82aF49447D8a07e3bd95BD0d56f35241523fBab1"] == ("ETH", 18, None)
    pools, _ = recorded(f"{FOLDER}/markets__arbitrum.json", "gmx", "markets")
    traded = {row["index_token"] for row in typed(pools)["markets"]} - {"0x" + "0" * 40}
    assert traded <= set(tokens)


@pytest.mark.recorded
def test_both_sides_of_the_interfaces_sample(recorded: Any, payload: Any, typed: Any) -> None:
    """35,075,398 USD of longs on 537.37 BTC, opened at 65,272 on average; 26,570,683 of shorts."""
    _, sample = recorded(f"{FOLDER}/ui_markets_info__two-markets-sample.json", "gmx", "marketInfos")
    values = {name: str(int(value["hex"], 16)) for name, value in sample[BTC].items() if isinstance(value, dict) and "hex" in value}
    info = {
        "marketTokenAddress": BTC, "isDisabled": sample[BTC]["isDisabled"],
        "longOpenInterestUsd": values["longInterestUsd"], "shortOpenInterestUsd": values["shortInterestUsd"],
        "longOpenInterestInTokens": values["longInterestInTokens"], "shortOpenInterestInTokens": values["shortInterestInTokens"],
    }  # fmt: skip
    (row,) = typed(payload("gmx", "marketInfos", {"data": {"marketInfos": [info], "positionsVolume": []}}))["market_states"]
    assert list(row.values())[2:] == [
        False, "35075398025684025832257258458628892881", "26570683064302476496827328775814355968", "53737324932", "43434934802", None,
    ]  # fmt: skip
    longs, size = int(row["long_open_interest_usd"]) / 1e30, int(row["long_open_interest_in_tokens"]) / 1e8
    assert (round(longs), round(size, 2), round(longs / size)) == (35075398, 537.37, 65272)


@pytest.mark.parametrize(
    ("method", "url", "body", "expected"),
    [("GET", "https://arbitrum-api.gmxinfra.io/prices/candles", None, "candles"),
     ("POST", SQUID, {"operationName": "fundingBalanceOiSnapshots"}, "fundingBalanceOiSnapshots"),
     ("POST", SQUID, {"operationName": "positionChanges"}, "positionChanges"),
     ("POST", SQUID, {"operationName": "prices"}, "gmx does not use POST /gmx-synthetics-arbitrum:prod/api/graphql"),
     ("GET", "https://arbitrum-api.gmxinfra.io/prices/tickers", None, "gmx does not use GET /prices/tickers"),
     ("GET", "https://avalanche-api.gmxinfra.io/markets", None, "no source claims https://avalanche-api.gmxinfra.io")],
)  # fmt: skip
def test_what_is_ours_is_told_by_path_and_operation(method: str, url: str, body: Any, expected: str) -> None:
    found = route(all_sources(), method, url, {"tokenSymbol": "BTC"}, body)
    assert (found if isinstance(found, str) else found[1].name) == expected


def test_candles_name_their_token_only_in_the_request(payload: Any, typed: Any) -> None:
    body = {"period": "1h", "candles": [[1788224400, 77000.1, 77100, 76900, 77050.5], [1788220800, 1e-05, 2e-05, 1e-06, 1.5e-05]]}
    rows = typed(payload("gmx", "candles", body, params={"tokenSymbol": "PEPE"}))["candles"]
    assert [list(row.values()) for row in rows] == [
        ["PEPE", "1h", 1788224400, 77000.1, 77100.0, 76900.0, 77050.5], ["PEPE", "1h", 1788220800, 1e-05, 2e-05, 1e-06, 1.5e-05],
    ]  # fmt: skip
    with pytest.raises(Exception, match="no 'tokenSymbol'"):
        typed(payload("gmx", "candles", body))


def test_series_keep_their_integers_as_text(payload: Any, typed: Any) -> None:
    factors = {"fundingFactorPerSecondLong": "-5592763202296068730633", "fundingFactorPerSecondShort": "6132468554990529222371"}
    body = {"data": {"fundingRateSnapshots": [{"marketAddress": BTC, "snapshotTimestamp": 1787011200, **factors}]}}
    assert list(typed(payload("gmx", "fundingRateSnapshots", body))["funding_rates"][0].values()) == [
        BTC, 1787011200, "-5592763202296068730633", "6132468554990529222371",
    ]  # fmt: skip
    fill = {"id": "x", "timestamp": 1788220801, "market": BTC, "type": "decrease", "isLong": False, "sizeDeltaUsd": "284" + "0" * 30}
    body = {"data": {"positionChanges": [fill | {"sizeDeltaInTokens": "370000", "account": "0xAb"}]}}
    assert list(typed(payload("gmx", "positionChanges", body))["position_changes"][0].values()) == [
        "x", 1788220801, BTC, "decrease", False, "284" + "0" * 30, "370000", "0xAb",
    ]  # fmt: skip
    order = {
        "id": "y",
        "timestamp": 1788220802,
        "marketAddress": BTC,
        "eventName": "OrderExecuted",
        "orderType": 7,
        "isLong": True,
        "sizeDeltaUsd": "1",
    }
    body = {"data": {"tradeActions": [order | {"executionPrice": "77" + "0" * 25}]}}
    assert list(typed(payload("gmx", "tradeActions", body))["liquidations"][0].values()) == [
        "y", 1788220802, BTC, "OrderExecuted", 7, True, "1", "77" + "0" * 25,
    ]  # fmt: skip
    sides = {"longOpenInterestUsd": "4", "shortOpenInterestUsd": "3", "longOpenInterestInTokens": "2", "shortOpenInterestInTokens": "1"}
    body = {"data": {"fundingBalanceOiSnapshots": [{"marketAddress": BTC, "snapshotTimestamp": 1788220800, **sides}]}}
    assert list(typed(payload("gmx", "fundingBalanceOiSnapshots", body))["open_interest"][0].values()) == [
        BTC,
        1788220800,
        "4",
        "3",
        "2",
        "1",
    ]
