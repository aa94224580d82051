"""CoinGecko: recorded answers and the vendor's examples value by value, in their own units."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.recorded
FOLDER = "sources/coingecko"


def test_exchanges_are_in_bitcoin(recorded: Any, typed: Any) -> None:
    """588,597.24 BTC at 77,671 are 45.7 billion USD a day; the volume is a text, the open interest a number."""
    one, body = recorded(f"{FOLDER}/oas_demo__derivatives_exchanges.json", "coingecko", "derivatives_exchanges")
    assert body[0]["trade_volume_24h_btc"] == "588597.24"
    row = typed(one)["derivatives_exchanges"][0]
    assert [row[name] for name in ("id", "name", "open_interest_btc", "trade_volume_24h_btc", "number_of_perpetual_pairs", "country")] == [
        "binance_futures", "Binance (Futures)", 332790.5, 588597.24, 592, "Cayman Islands",
    ]  # fmt: skip
    assert row["trade_volume_24h_btc"] * 77671 == pytest.approx(45.717e9, rel=1e-4)


def test_tickers_are_percent_and_dollars(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/oas_demo__derivatives.json", "coingecko", "derivatives")
    row = typed(one)["derivatives_tickers"][0]
    assert [row[name] for name in list(row) if name != "observed_at"] == [
        "Binance (Futures)", "BTCUSDT", "perpetual", "BTC", 77034.8, 76691.4276087, -0.138769748300737, 0.01, 0.004308, 7497508223.83,
        9623150393.3656, 1779807819, None,
    ]  # fmt: skip
    assert row["open_interest"] / row["price"] == pytest.approx(97326.3, abs=0.1)  # in bitcoin: dollars, not coins


def test_coins_have_a_cap_that_is_price_times_supply(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/oas_demo__coins_markets.json", "coingecko", "coins_markets")
    (row,) = typed(one)["coins_markets"]
    assert [row[name] for name in list(row) if name != "observed_at"] == [
        "bitcoin", "btc", "Bitcoin", 77671, 1555886872303, 1555914058873, 33235034316, 20030493, 20030843, 21000000,
        "2026-05-18T12:49:21.599Z",
    ]  # fmt: skip
    assert row["current_price"] * row["circulating_supply"] == pytest.approx(row["market_cap"], rel=1e-3)


def test_charts_join_three_series_by_their_instant(recorded: Any, typed: Any) -> None:
    one, body = recorded(f"{FOLDER}/market_chart_range__hyperliquid.json", "coingecko", "market_chart", match={"id": "hyperliquid"})
    rows = typed(one)["market_charts"]
    assert len(rows) == len(body["prices"]) == 132
    assert list(rows[-1].values()) == ["hyperliquid", 1747008000000, 24.873025270358454, 8304814584.903163, 200447225.67157948]
