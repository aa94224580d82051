"""edgeX: the recorded answer and the vendor's examples value by value; a volume and an open interest in USD by hand."""

from __future__ import annotations

from typing import Any

import pytest

FOLDER = "sources/edgex"


@pytest.mark.recorded
def test_recorded_ticker(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/getTicker__BTCUSDC-v2.json", "edgex", "ticker")
    assert [list(row.values()) for row in typed(one)["tickers"]] == [
        ["30000001", 1789339039906, "BTCUSDC", 76793.7, 76773.55095741687, 76825.4814574688, 3284.957, 2733.637, 210414016.4312, 73666,
         -0.00005592, 1789344000000]
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_metadata(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/getMetaData__v2-20260913-a.json", "edgex", "metadata")
    columns = ("contract_id", "contract_name", "base_coin", "enable_display", "is_stock", "funding_rate_interval_min")
    assert [tuple(row[name] for name in columns) for row in typed(one)["instruments"]] == [
        ("30000001", "BTCUSDC", "BTC", True, False, 240), ("30000010", "SPYUSDC", "SPY", True, True, 240),
        ("30000046", "1000PEPEUSDC", "1000PEPE", True, False, 240), ("30000158", "ZROUSDC", "ZRO", False, False, 240),
        ("30000169", "哈基米USDC", "HAJIMI", True, False, 240),
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_tabs_of_the_list(recorded: Any, typed: Any) -> None:
    """Another app files a bank under commodities."""
    one, _ = recorded(f"{FOLDER}/contract-labels__v2-20260913-a.json", "edgex", "labels")
    found = [(row["product_category"], row["tab"], row["contract_name"]) for row in typed(one)["labels"]]
    assert found == [
        ("AppTradFi", "tabs.commodities", "XAUUSDC"), ("AppTradFi", "tabs.commodities", "XAGUSDC"),
        ("AppTradFi", "tabs.commodities", "JPMUSDC"), ("PrepV2", "tabs.commodities", "XAUUSDC"),
        ("PrepV2", "tabs.commodities", "XAGUSDC"), ("PrepV2", "tabs.meme", "1000PEPEUSDC"), ("PrepV2", "tabs.meme", "哈基米USDC"),
    ]  # fmt: skip
    assert typed(one)["labels"][0]["contract_id"] == "30000005"


@pytest.mark.recorded
def test_recorded_usd_by_hand(recorded: Any, typed: Any) -> None:
    """2733.637 BTC for 210,414,016 USD are 76,972 each, within that day's 76,453 to 77,404; 3284.957 BTC at the mark are 252 million."""
    one, _ = recorded(f"{FOLDER}/getTicker__BTCUSDC-v2.json", "edgex", "ticker")
    (row,) = typed(one)["tickers"]
    assert row["value"] / row["size"] == pytest.approx(76972.2, abs=0.1)
    assert row["open_interest"] * row["mark_price"] == pytest.approx(252_197_813.6, abs=0.1)


def test_candles_as_the_vendor_shows_them(payload: Any, typed: Any) -> None:
    row = {
        "klineId": "687194849731486048", "contractId": "10000001", "contractName": "BTCUSDT", "klineType": "HOUR_1",
        "klineTime": "1734595200000", "priceType": "LAST_PRICE", "trades": "3123", "size": "7.947", "value": "807240.1268",
        "high": "101798.4", "low": "101326.3", "open": "101603.8", "close": "101605.6",
    }  # fmt: skip
    body = {"code": "SUCCESS", "data": [{"contractId": "10000001", "klineList": [row]}, {"contractId": "10000002", "klineList": None}]}
    (found,) = typed(payload("edgex", "klines", body))["klines"]
    assert list(found.values()) == [
        "10000001", "HOUR_1", "LAST_PRICE", 1734595200000, "BTCUSDT", 101603.8, 101798.4, 101326.3, 101605.6, 7.947, 807240.1268, 3123,
    ]  # fmt: skip
    assert 101326.3 < found["value"] / found["size"] < 101798.4


def test_a_settlement_as_it_was_captured(payload: Any, typed: Any) -> None:
    row = {
        "contractId": "30000001", "fundingTime": "1789329600000", "fundingTimestamp": "1789329600000", "isSettlement": True,
        "markPrice": "77238.856686018451196599", "indexPrice": "77269.8500661371", "fundingRate": "-0.00005067",
        "forecastFundingRate": "", "fundingRateIntervalMin": "240",
    }  # fmt: skip
    body = {"code": "SUCCESS", "data": {"dataList": [row], "nextPageOffsetData": "0880F48DD58934"}}
    (found,) = typed(payload("edgex", "funding_page", body))["funding_rates"]
    assert list(found.values()) == ["30000001", 1789329600000, True, -0.00005067, 77238.856686018451, 77269.8500661371, 240]


def test_metadata_gives_coins_their_names(payload: Any, typed: Any) -> None:
    names = {"contractId": "30000169", "contractName": "哈基米USDC", "baseCoinId": "1169", "quoteCoinId": "1000"}
    flags = {"enableTrade": True, "enableDisplay": True, "enableOpenPosition": True, "isStock": False, "isFx": False}
    coins = [{"coinId": "1000", "coinName": "USDC"}, {"coinId": "1169", "coinName": "HAJIMI"}]
    body = {"code": "SUCCESS", "data": {"coinList": coins, "contractList": [names | flags | {"fundingRateIntervalMin": "240"}]}}
    (found,) = typed(payload("edgex", "metadata", body))["instruments"]
    assert list(found.values())[2:] == ["哈基米USDC", "HAJIMI", "USDC", True, True, True, False, False, 240]
