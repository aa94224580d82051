"""Bybit: recorded answers value by value, and what a figure is worth in USD by hand for each contract type."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ingestion.errors import NotFound, Unroutable
from ingestion.venue.registry import all_sources

FOLDER = "venues/bybit"
TODAY = date(2026, 3, 1)
ROW = ["1709888400000", "2", "2", "2", "2", "500", "250"]


@pytest.mark.recorded
def test_recorded_tickers_have_both_sides_and_one(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/tickers__acb_linear_a.json", "bybit", "tickers")
    rows = typed(one)["tickers"]
    stamp = int(one.fetched_at.timestamp() * 1000)  # this recording has no time of its own
    assert list(rows[0].values()) == [
        "linear", "0GUSDT", stamp, 0.1641, 0.1641, 0.1641, 9577870.4, 1571728.53, 4788935.2, 785864.27, 2477713.7, 395880.9502, 0.00005,
        1787860800000, 4,
    ]  # fmt: skip
    assert [(row["symbol"], row["funding_interval_hour"]) for row in rows] == [
        ("0GUSDT", 4), ("1000BONKUSDT", 4), ("1000FLOKIUSDT", 8), ("1000RATSUSDT", 4),
    ]  # fmt: skip
    for row in rows:  # one side is half, to the last lot; its value at mark is the venue's own
        assert row["single_open_interest"] == pytest.approx(row["open_interest"] / 2, abs=100)
        assert row["single_open_interest_value"] == pytest.approx(row["single_open_interest"] * row["mark_price"], rel=1e-5)


@pytest.mark.recorded
def test_recorded_inverse_ticker_is_in_usd(recorded: Any, typed: Any) -> None:
    for name in ("cx_fetch_ticker_ticker", "jk_v5api_getlinearinversetickers"):
        one, _ = recorded(f"{FOLDER}/tickers__{name}.json", "bybit", "tickers")
        (row,) = typed(one)["tickers"]
        assert (row["category"], row["symbol"], row["time"]) == ("inverse", "BTCUSD", 1672376496682)
        assert (row["open_interest"], row["single_open_interest"]) == (373504107, None)
        # one side: 186,752,053.5 USD, 11,252.835 BTC; the value is base, both sides
        assert row["open_interest"] / row["mark_price"] == pytest.approx(row["open_interest_value"], rel=1e-4)
        assert row["open_interest"] / 2 / row["mark_price"] == pytest.approx(11252.835, rel=1e-4)
        assert row["volume_24h"] / row["turnover_24h"] == pytest.approx(20968.3, rel=1e-5)  # USD over BTC: an average price of that day


@pytest.mark.recorded
def test_recorded_linear_ticker_before_the_single_side(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/tickers__cx_fetch_funding_rates_funding_from_tickers.json", "bybit", "tickers")
    (row,) = typed(one)["tickers"]
    assert (row["category"], row["symbol"], row["open_interest"], row["single_open_interest"]) == ("linear", "BTCUSDT", 48069.549, None)
    # one side at mark: 24,034.7745 x 19,255 = 462,789,583 USD; volume: base x price is the turnover
    assert row["open_interest"] / 2 * row["mark_price"] == pytest.approx(462_789_583, abs=1)
    assert row["turnover_24h"] / row["volume_24h"] == pytest.approx(19229.0, rel=1e-4)


@pytest.mark.recorded
def test_recorded_instruments(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/instruments__acb_air_assetclass_a.json", "bybit", "instruments_info")
    rows = typed(one)["instruments"]
    assert [(row["symbol"], row["symbol_type"], row["funding_interval"]) for row in rows] == [
        ("BBUSDT", "", 240), ("ONUSDT", "stock", 480), ("XAUTUSDT", "", 240), ("BBXUSDT", "stock", 480), ("XAUUSDT", "commodity", 240),
    ]  # fmt: skip
    assert list(rows[0].values()) == [
        "linear", "BBUSDT", "Trading", TODAY, "LinearPerpetual", "BB", "USDT", None, None, None, 240, "", None, None,
    ]  # fmt: skip
    prelisting, _ = recorded(f"{FOLDER}/instruments__jk_v5api_getlinearinversesymbolsprelisting.json", "bybit", "instruments_info")
    assert [list(row.values()) for row in typed(prelisting)["instruments"]] == [
        [
            "linear",
            "PRE02ZROUSDT",
            "PreLaunch",
            TODAY,
            "LinearPerpetual",
            "PRE02ZRO",
            "USDT",
            "USDT",
            1718610229000,
            0,
            480,
            None,
            True,
            "ContinuousTrading",
        ]
    ]
    inverse, _ = recorded(f"{FOLDER}/instruments__nt_get_instruments_inverse_symbol_type.json", "bybit", "instruments_info")
    assert [list(row.values()) for row in typed(inverse)["instruments"]] == [
        ["inverse", "BRENTUSD", "Trading", TODAY, "InversePerpetual", "BRENT", "USD", "BRENT", 0, 0, 480, "commodity", None, None]
    ]


@pytest.mark.recorded
def test_recorded_klines_need_their_interval(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/klines__nt_get_klines_linear.json", "bybit", "kline", params={"interval": "60"})
    assert [list(row.values()) for row in typed(one)["klines"]] == [
        ["linear", "BTCUSDT", "60", 1709891679000, 27450, 27460, 27440, 27455, 123.45, 3390000]
    ]
    without, _ = recorded(f"{FOLDER}/klines__nt_get_klines_linear.json", "bybit", "kline")
    with pytest.raises(Unroutable, match="no 'interval'"):
        typed(without)


@pytest.mark.recorded
def test_recorded_funding_and_open_interest_are_newest_first(recorded: Any, typed: Any) -> None:
    rates, _ = recorded(f"{FOLDER}/funding_history__nt_get_funding_history.json", "bybit", "funding_history")
    assert [list(row.values()) for row in typed(rates)["funding_rates"]] == [
        ["linear", "BTCUSDT", 1709884800000, 0.0001], ["linear", "BTCUSDT", 1709856000000, 0.00015],
    ]  # fmt: skip
    interest, _ = recorded(f"{FOLDER}/open_interest_history__bd_open-interest_inverse_0.json", "bybit", "open_interest")
    rows = typed(interest)["open_interest"]
    assert list(rows[0].values()) == ["inverse", "BTCUSD", 1780963200000, None, 63910691, 31955346]
    assert [row["timestamp"] for row in rows] == [1780963200000 - 86_400_000 * n for n in range(5)]


@pytest.mark.recorded
def test_a_recorded_error_names_its_symbol(recorded: Any) -> None:
    one, _ = recorded(f"{FOLDER}/errors__cx_handle_errors_err1.json", "bybit", "tickers")
    with pytest.raises(NotFound, match="error 10001: symbol params err"):
        all_sources()["bybit"].check(one)


def test_an_inverse_kline_keeps_usd_in_volume(payload: Any, typed: Any) -> None:
    body = {"retCode": 0, "result": {"category": "inverse", "symbol": "BTCUSD", "list": [ROW]}}
    (row,) = typed(payload("bybit", "kline", body, params={"interval": "60"}))["klines"]
    assert (row["volume"], row["turnover"], row["volume"] / row["turnover"]) == (500, 250, row["close"])
