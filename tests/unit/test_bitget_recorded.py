"""Bitget: recorded answers value by value, in their own units; a volume and an open interest in USD by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ingestion.errors import BadAnswer, Rejected, Unroutable
from ingestion.venue.registry import all_sources

FOLDER = "venues/bitget"
TODAY = date(2026, 3, 1)


@pytest.mark.recorded
def test_recorded_instruments_of_both_lists(recorded: Any, typed: Any) -> None:
    new, _ = recorded(f"{FOLDER}/instruments__cx_fetch_uta_markets_v3_uta.json", "bitget", "instruments")
    assert [list(row.values()) for row in typed(new)["instruments"]] == [
        ["USDC-FUTURES", "BTCPERP", TODAY, "BTC", "USDC", "perpetual", "online", None, None, 8, None, -1]
    ]
    old, _ = recorded(f"{FOLDER}/instruments__cx_fetch_default_markets_v2.json", "bitget", "contracts")
    assert [list(row.values()) for row in typed(old)["instruments"]] == [
        ["USDT-FUTURES", "BTCUSDT", TODAY, "BTC", "USDT", "perpetual", "normal", None, None, 8, None, -1]
    ]


@pytest.mark.recorded
def test_recorded_tickers_are_in_base_coin(recorded: Any, typed: Any) -> None:
    """One side at mark: 34,447.5604 × 80,307.5 = 2,766,397,457 USD; 2,759,939,325.9 USD are 34,750.814 BTC at 79,420 on average."""
    one, _ = recorded(f"{FOLDER}/tickers__acb_usdt_a.json", "bitget", "tickers")
    rows = typed(one)["tickers"]
    assert list(rows[0].values()) == [
        "BTCUSDT", 1787848769270, 80303.9, 80307.5, 80349.06, 34447.5603999999348, 34750.814, 2759939325.90183, 2759939325.90183,
        0.000018, None,
    ]  # fmt: skip
    assert rows[0]["holding_amount"] * rows[0]["mark_price"] == pytest.approx(2_766_397_457, abs=1)
    assert rows[0]["usdt_volume"] / rows[0]["base_volume"] == pytest.approx(79_420.8, abs=0.1)
    assert [row["symbol"] for row in rows][:3] == ["BTCUSDT", "ADAUSDT", "ACHUSDT"]
    assert rows[1]["holding_amount"] % 2 == 1  # an odd count of coins: one side
    old, _ = recorded(f"{FOLDER}/tickers__cx_fetch_tickers_v2_all.json", "bitget", "tickers")
    (row,) = typed(old)["tickers"]
    assert (row["symbol"], row["usdt_volume"], row["holding_amount"], row["mark_price"]) == ("LINKUSDT", 7008612.42986561, None, None)


@pytest.mark.recorded
def test_recorded_candles_have_base_then_quote_oldest_first(recorded: Any, typed: Any) -> None:
    """110.9379 BTC for 8,498,626.70689 USDT: 76,607 each, within the bar."""
    one, _ = recorded(f"{FOLDER}/klines__acb_air_btcusdt_5m_a.json", "bitget", "candles")
    rows = typed(one)["candles"]
    assert list(rows[0].values()) == ["BTCUSDT", "5m", 1789651200000, 76641.2, 76682.8, 76563.9, 76586.2, 110.9379, 8498626.70689]
    assert [row["ts"] for row in rows] == [1789651200000 + 600_000 * n for n in range(5)]  # every second bar was recorded
    assert all(row["low"] < row["turnover"] / row["volume"] < row["high"] for row in rows)


@pytest.mark.recorded
def test_recorded_candles_need_their_symbol(recorded: Any, typed: Any) -> None:
    without, _ = recorded(f"{FOLDER}/klines__cx_fetch_ohlcv_row.json", "bitget", "history_candles")
    with pytest.raises(Unroutable, match="no 'symbol'"):
        typed(without)


@pytest.mark.recorded
def test_recorded_funding_is_newest_first(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/funding_history__air_btc.json", "bitget", "history_fund_rate")
    assert [list(row.values()) for row in typed(one)["funding_rates"]] == [
        ["BTCUSDT", 1789315200000, 0.000076], ["BTCUSDT", 1789286400000, 0.000082], ["BTCUSDT", 1789257600000, 0.000091],
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_errors_of_older_paths_are_errors(recorded: Any) -> None:
    for number, error in ((1, BadAnswer), (2, Rejected)):
        one, _ = recorded(f"{FOLDER}/errors__cx_handle_errors_err{number}.json", "bitget", "tickers")
        with pytest.raises(error, match=r"error (01001|invalid-parameter: invalid size)"):
            all_sources()["bitget"].check(one)


def test_coin_margined_candles_have_usd_first_and_base_second(payload: Any, typed: Any) -> None:
    """0.089 BTC of a quiet minute at 43,059 were 3,832 USD (ccxt 20576)."""
    body = {"code": "00000", "data": [["1703762280000", "43064.1", "43064.6", "43059.0", "43059.0", "3832.251", "0.089"]]}
    (row,) = typed(payload("bitget", "candles", body, params={"symbol": "BTCUSD", "granularity": "1m"}))["candles"]
    assert row["volume"] / row["turnover"] == pytest.approx(row["close"])
