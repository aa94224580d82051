"""MEXC: recorded answers value by value, in their own units; a volume and an open interest in USD by hand for each contract type."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ingestion.errors import Rejected
from ingestion.venue.registry import all_sources

FOLDER = "venues/mexc"
TODAY = date(2026, 3, 1)


@pytest.mark.recorded
def test_recorded_contracts(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/instruments__acb_detail_a.json", "mexc", "detail")
    assert [list(row.values()) for row in typed(one)["instruments"]] == [
        ["BTC_USDT", TODAY, "BTC", "USDT", "USDT", 0.0001, 1, 0, False, "mc-trade-zone-layer2,mc-trade-zone-pow", 1591242684000, 0],
        ["AALSTOCK_USDT", TODAY, "AALSTOCK", "USDT", "USDT", 0.1, 1, 0, False,
         "mc-trade-zone-Stock,mc-trade-zone-0fees,mc-trade-zone-tradfi", 1781756665000, 1781757900000],
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_tickers_count_contracts(recorded: Any, typed: Any) -> None:
    """One side: 585,233,517 × 0.0001 × 80,318.2 = 4,700,490,266 USD; 4,477,604,519 USD are 56,545.7133 BTC at 79,186."""
    one, _ = recorded(f"{FOLDER}/tickers__acb_contract_a.json", "mexc", "ticker")
    rows = {row["symbol"]: row for row in typed(one)["tickers"]}
    bitcoin = rows["BTC_USDT"]
    assert list(bitcoin.values()) == [
        "BTC_USDT", 1787848767691, 80319.3, 80318.2, 80349, 585233517, 565457133, 4477604519.13254, 0.000073,
    ]  # fmt: skip
    assert bitcoin["hold_vol"] * 0.0001 * bitcoin["fair_price"] == pytest.approx(4_700_490_266, abs=1)
    assert bitcoin["amount24"] / (bitcoin["volume24"] * 0.0001) == pytest.approx(79_185.6, abs=0.1)
    assert bitcoin["hold_vol"] % 2 == 1  # an odd count: one side
    bonk = rows["1000BONK_USDT"]  # 10,000 units of a thousand a contract, at about 0.003
    assert bonk["amount24"] / bonk["volume24"] / 10_000 == pytest.approx(0.003, rel=0.02)


@pytest.mark.recorded
def test_recorded_tickers_of_one_symbol_come_without_a_list(recorded: Any, typed: Any) -> None:
    for name in ("single", "s_all"):
        one, _ = recorded(f"{FOLDER}/tickers__cx_fetch_ticker{'_' if name == 'single' else ''}{name}.json", "mexc", "ticker")
        (row,) = typed(one)["tickers"]
        assert (row["symbol"], row["timestamp"], row["hold_vol"], row["fair_price"]) == ("ETH_USDT", 1634162885016, 5832946, 3581.08)


@pytest.mark.recorded
def test_recorded_klines_are_columns_in_seconds(recorded: Any, typed: Any) -> None:
    """1740 contracts of 0.01 ETH for 60,793.623 USDT: 3493.9 each, within the bar; each bar opens at the close before."""
    params = {"symbol": "ETH_USDT", "interval": "Min1"}
    one, _ = recorded(f"{FOLDER}/klines__cx_fetch_ohlcv_kline.json", "mexc", "kline", params=params)
    rows = typed(one)["klines"]
    assert list(rows[0].values()) == ["ETH_USDT", "Min1", 1634052300, 3492.2, 3495.85, 3491.15, 3491.3, 1740, 60793.623]
    assert [row["time"] for row in rows] == [1634052300, 1634052360, 1634052420]
    assert all(row["low"] <= row["amount"] / (row["vol"] * 0.01) <= row["high"] for row in rows)
    assert [row["open"] for row in rows[1:]] == [row["close"] for row in rows[:-1]]


@pytest.mark.recorded
def test_recorded_funding_is_newest_first_and_says_its_interval(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/funding_history__air_btc.json", "mexc", "funding_history")
    rows = typed(one)["funding_rates"]
    assert list(rows[0].values()) == ["BTC_USDT", 1789142400000, 0.000036, 8]
    assert [row["settle_time"] for row in rows] == [1789142400000 - 28_800_000 * n for n in range(5)]


@pytest.mark.recorded
def test_a_recorded_error_is_one(recorded: Any) -> None:
    one, _ = recorded(f"{FOLDER}/errors__cx_handle_errors_err3.json", "mexc", "detail")
    with pytest.raises(Rejected, match="error 10216: No available deposit address"):
        all_sources()["mexc"].check(one)


def test_inverse_contracts_have_base_in_amount(payload: Any, typed: Any) -> None:
    """2,400 contracts of 100 USD are 240,000 USD, and 3 BTC at 80,000; 20,001 held are 2,000,100 USD of one side."""
    body = {"time": [1787840000], "open": [80000], "close": [80000], "high": [80000], "low": [80000], "vol": [2400], "amount": [3]}
    params = {"symbol": "BTC_USD", "interval": "Min60"}
    (row,) = typed(payload("mexc", "kline", {"success": True, "code": 0, "data": body}, params=params))["klines"]
    assert row["vol"] * 100 / row["amount"] == row["close"]
    held = {"symbol": "BTC_USD", "timestamp": 1787848767691, "holdVol": 20001, "fairPrice": 80000}
    (state,) = typed(payload("mexc", "ticker", {"success": True, "code": 0, "data": held}))["tickers"]
    assert state["hold_vol"] * 100 == 2_000_100
