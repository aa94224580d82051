"""Coinbase: recorded answers of the international exchange and of Advanced, value by value; USD figures by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

INTX, ADVANCED = "venues/coinbase_intx", "venues/coinbase"
TODAY = date(2026, 3, 1)


@pytest.mark.recorded
def test_recorded_instruments_are_tickers_too(recorded: Any, typed: Any) -> None:
    """5153.5569 ETH at a mark of 3812.13 are 19,646,029 USD; 60,570.88 ETH a day cost 232,030,129.88 USDC, 3830.72 each."""
    one, _ = recorded(f"{INTX}/tickers__ccxt_static_instruments.json", "coinbase", "instruments")
    rows = typed(one)
    assert [list(row.values()) for row in rows["instruments"]] == [
        ["ETH-PERP", TODAY, "149264164756389888", "PERP", "ETH", "USDC", 3600000000000, "TRADING"],
        ["BTC-PERP", TODAY, "149264167780483072", "PERP", "BTC", "USDC", 3600000000000, "TRADING"],
    ]
    ether = rows["tickers"][0]
    assert list(ether.values()) == [
        "ETH-PERP", datetime(2024, 3, 7, 16, 58, 5, 231000, tzinfo=UTC), "PERP", 3812.13, 3829.39, 3812.13, 5153.5569, 60570.88,
        232030129.8846, -0.00015,
    ]  # fmt: skip
    assert ether["open_interest"] * ether["mark_price"] == pytest.approx(19_646_029, abs=1)
    assert ether["notional_24hr"] / ether["qty_24hr"] == pytest.approx(3830.72, abs=0.01)


@pytest.mark.recorded
def test_recorded_funding_names_the_instrument_by_its_number(recorded: Any, typed: Any) -> None:
    match = {"instrument": "149264167780483072"}
    one, _ = recorded(f"{INTX}/funding_history__ccxt_static_btc.json", "coinbase", "funding", match=match)
    assert [list(row.values()) for row in typed(one)["funding_rates"]] == [
        ["149264167780483072", datetime(2024, 3, 7, 11, tzinfo=UTC), "149264167780483072", -0.008642, 52900]
    ]


@pytest.mark.recorded
def test_recorded_products_of_advanced(recorded: Any, typed: Any) -> None:
    """114,020.1501 ETH at 3630.98 are 414.0 million USD a day."""
    one, _ = recorded(f"{ADVANCED}/instruments__cx_parse_contract_market_perp_item.json", "coinbase", "products")
    (row,) = typed(one)["products"]
    assert list(row.values()) == ["ETH-PERP-INTX", TODAY, "INTX", "USDC", 3630.98, 114020.1501, "ETH", 1, "PERPETUAL"]
    assert row["volume_24h"] * row["price"] / 1e6 == pytest.approx(414.0, abs=0.1)


@pytest.mark.recorded
def test_recorded_candles_of_advanced(recorded: Any, typed: Any) -> None:
    name = f"{ADVANCED}/klines__cx_fetch_ohlcv_candles.json"
    one, _ = recorded(name, "coinbase", "product_candles", match={"product_id": "BTC-PERP-INTX"}, params={"granularity": "ONE_HOUR"})
    (row,) = typed(one)["product_candles"]
    assert list(row.values()) == ["BTC-PERP-INTX", "ONE_HOUR", 1673391780, 17417.74, 17417.99, 17414.36, 17417.38, 1.87780853]
    assert row["volume"] * row["close"] == pytest.approx(32706.5, abs=0.1)
    spot, _ = recorded(
        f"{ADVANCED}/klines__jk_advancedtrade_getklines.json", "coinbase", "product_candles", match={"product_id": "ETH-USDT"}
    )
    assert [(row["product_id"], row["granularity"]) for row in typed(spot)["product_candles"]] == [("ETH-USDT", "unknown")]


def test_candles_as_the_vendor_documents_them(payload: Any, typed: Any) -> None:
    """docs.cdp.coinbase.com, get-aggregated-candles: 3253.9983 BTC at the close of 63,508.4 are 206,656,225.6 USD."""
    body = {"aggregations": [{"start": "2024-04-23T00:00:00Z", "open": "62884.4", "high": "64710.6", "low": "62884.4", "close": "63508.4",
                              "volume": "3253.9983"}]}  # fmt: skip
    match = {"instrument": "BTC-PERP"}
    (row,) = typed(payload("coinbase", "candles", body, match=match, params={"granularity": "ONE_DAY"}))["candles"]
    start = datetime(2024, 4, 23, tzinfo=UTC)
    assert list(row.values()) == ["BTC-PERP", "ONE_DAY", start, 62884.4, 64710.6, 62884.4, 63508.4, 3253.9983]
    assert row["volume"] * row["close"] == pytest.approx(206_656_225.6, abs=0.1)
