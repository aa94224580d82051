"""OKX: recorded answers value by value, in their own units; a volume and an open interest in USD by hand for each contract type."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

FOLDER = "venues/okx"
TODAY = date(2026, 3, 1)


@pytest.mark.recorded
def test_recorded_instruments(recorded: Any, typed: Any) -> None:
    swaps, _ = recorded(f"{FOLDER}/instruments__nt_get_instruments_swap.json", "okx", "instruments")
    assert [list(row.values()) for row in typed(swaps)["instruments"]] == [
        ["BTC-USD-SWAP", TODAY, "BTC-USD", "BTC-USD", 100, 1, "USD", "inverse", "BTC", 1535424203000, None, "live", None, "normal"],
        ["ETH-USDT-SWAP", TODAY, "ETH-USDT", "ETH-USDT", 0.1, 1, "ETH", "linear", "USDT", 1573557408000, None, "live", None, "normal"],
        ["BTC-USDT-SWAP", TODAY, "BTC-USDT", "BTC-USDT", 0.01, 1, "BTC", "linear", "USDT", 1573557408000, None, "live", None, "normal"],
    ]
    classes, _ = recorded(f"{FOLDER}/instruments__acb_air_assetclass_a.json", "okx", "instruments")
    assert [(row["inst_id"], row["ct_val"], row["inst_category"]) for row in typed(classes)["instruments"]] == [
        ("STX-USDT-SWAP", 10, "1"), ("AI-USDT-SWAP", 100, "1"), ("SPX-USDT-SWAP", 1, "1"), ("PURR-USDT-SWAP", 1, "3"),
        ("JP225-USDT-SWAP", 1, "3"),
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_inverse_candles_count_contracts_base_and_usd(recorded: Any, typed: Any) -> None:
    """628 contracts of 100 USD are 62800 USD; 2.5819 BTC at 24,323 are about as much. The first bar still runs."""
    one, _ = recorded(f"{FOLDER}/klines__cx_fetch_ohlcv_inverse_candles.json", "okx", "candles")
    rows = typed(one)["candles"]
    assert list(rows[0].values()) == ["BTC-USD-SWAP", "1m", 1678928760000, 24341.4, 24344, 24313.2, 24323, 628, 2.5819, 62800, 0]
    assert [(row["ts"], row["confirm"]) for row in rows] == [(1678928760000, 0), (1678928700000, 1), (1678928640000, 1)]
    for row in rows:
        assert row["vol"] * 100 == row["vol_ccy_quote"]
        assert row["vol_ccy"] * row["close"] == pytest.approx(row["vol_ccy_quote"], rel=1e-3)


@pytest.mark.recorded
def test_recorded_history_candles_have_the_same_columns(recorded: Any, typed: Any) -> None:
    params = {"instId": "BTC-USDT-SWAP", "bar": "1H"}
    one, answer = recorded(f"{FOLDER}/klines__jk_unifiedapi_getklinehistory.json", "okx", "history_candles", params=params)
    one = replace(one, body=json.dumps(answer | {"data": answer["data"][:1]}).encode())  # the vendor's example tells one hour twice
    assert list(typed(one)["candles"][0].values()) == [
        "BTC-USDT-SWAP", "1H", 1597026383085, 3.721, 3.743, 3.677, 3.708, 8422410, 22698348.04828491, 12698348.04828491, 0,
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_open_interest_is_contracts_base_and_usd(recorded: Any, typed: Any) -> None:
    """Linear BTC: 2,760,021.94 contracts × 0.01 = 27,600.2194 BTC; 2,146,320,021.55 USD is 77,764.6 a coin, the price of that day."""
    now, _ = recorded(f"{FOLDER}/open_interest__acb_air_swap_a.json", "okx", "open_interest")
    rows = typed(now)["open_interest"]
    assert list(rows[0].values()) == ["BTC-USDT-SWAP", 1789147120395, 2760021.94000001204, 27600.2194000001204, 2146320021.55324936285784]
    assert [row["oi"] * size for row, size in zip(rows, (0.01, 0.1), strict=True)] == pytest.approx([row["oi_ccy"] for row in rows])
    assert rows[0]["oi_usd"] / rows[0]["oi_ccy"] == pytest.approx(77764.6, abs=0.1)
    old, _ = recorded(f"{FOLDER}/open_interest__cx_fetch_open_interest_oi.json", "okx", "open_interest")
    assert [list(row.values()) for row in typed(old)["open_interest"]] == [["BTC-USDT-SWAP", 1664005108969, 2125419, 21254.19, None]]
    params = {"instId": "BTC-USDT-SWAP", "period": "1H"}
    name = f"{FOLDER}/open_interest_history__cx_fetch_open_interest_history_inst_hist.json"
    history, _ = recorded(name, "okx", "open_interest_history", params=params)
    assert [list(row.values()) for row in typed(history)["open_interest_history"]] == [
        ["BTC-USDT-SWAP", "1H", 1790550000000, 2800476.45, 28006.5419, 2360916466.88]
    ]


@pytest.mark.recorded
def test_recorded_funding_and_its_schedule(recorded: Any, typed: Any) -> None:
    rates, _ = recorded(f"{FOLDER}/funding_history__nt_get_funding_rate_history.json", "okx", "funding_rate_history")
    assert [list(row.values()) for row in typed(rates)["funding_rates"]] == [
        ["BTC-USDT-SWAP", 1704067200000, 0.0001515032, 0.00015, None], ["BTC-USDT-SWAP", 1704038400000, -0.0000236017, -0.00002, None],
    ]  # fmt: skip
    now, _ = recorded(f"{FOLDER}/funding_current__acb_btc.json", "okx", "funding_rate")
    old, _ = recorded(f"{FOLDER}/funding_current__jk_unifiedapi_getfundingrates.json", "okx", "funding_rate")
    assert [list(row.values()) for one in (now, old) for row in typed(one)["funding_schedules"]] == [
        ["BTC-USDT-SWAP", TODAY, 1787875200000, 1787904000000, "current_period"],
        ["BTC-USDT-SWAP", TODAY, 1703088000000, 1703116800000, "next_period"],
    ]


@pytest.mark.recorded
def test_recorded_prices_and_tickers(recorded: Any, typed: Any) -> None:
    """volCcy24h of a swap is base: 5,291,668 contracts of 10 ACU are 52,916,680 ACU."""
    marks, _ = recorded(f"{FOLDER}/mark_price__nt_get_mark_price.json", "okx", "mark_price")
    assert [list(row.values()) for row in typed(marks)["mark_prices"]] == [["BTC-USDT-SWAP", 1744590349506, 84660.1]]
    tickers, _ = recorded(f"{FOLDER}/tickers__acb_swap_a.json", "okx", "tickers")
    assert list(typed(tickers)["tickers"][0].values()) == ["ACU-USDT-SWAP", 1787848766070, 0.1492, 5291668, 52916680]


@pytest.mark.recorded
def test_recorded_liquidations_count_contracts_at_bankruptcy(recorded: Any, typed: Any) -> None:
    """807.69 contracts × 0.01 BTC × 77,482.2 = 625,815.98 USD of a short; inverse 19 contracts × 100 USD are 1,900 at any price."""
    one, _ = recorded(f"{FOLDER}/liquidations__air_btc_1.json", "okx", "liquidation_orders")
    rows = typed(one)["liquidations"]
    assert len(rows) == 10
    assert list(rows[0].values()) == ["BTC-USDT-SWAP", 1789241986046, "long", 3.56, 77032.6, "sell", 0]
    short = rows[7]
    assert (short["pos_side"], short["side"], short["sz"]) == ("short", "buy", 807.69)
    assert short["sz"] * 0.01 * short["bk_px"] == pytest.approx(625_815.98, abs=0.01)
    assert {row["pos_side"]: row["side"] for row in rows} == {"long": "sell", "short": "buy"}


def test_index_tickers_name_the_index_not_the_swap(payload: Any, typed: Any) -> None:
    body = {"code": "0", "msg": "", "data": [{"instId": "BTC-USDT", "idxPx": "84650.5", "high24h": "1", "ts": "1744590349500"}]}
    assert typed(payload("okx", "index_tickers", body))["index_tickers"] == [
        {"inst_id": "BTC-USDT", "ts": 1744590349500, "idx_px": 84650.5}
    ]
