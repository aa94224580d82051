"""HTX: recorded answers value by value, in their own units; a volume and an open interest in USD by hand for each contract type."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ingestion.errors import Unroutable

FOLDER = "venues/htx"
TODAY = date(2026, 3, 1)


@pytest.mark.recorded
def test_recorded_instruments(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/instruments__jk_usdtmarginswap_getcontractinfo.json", "htx", "contract_info")
    rows = typed(one)["instruments"]
    assert [(row["contract_code"], row["business_type"]) for row in rows] == [
        ("BTC-USDT-211203", "futures"), ("BTC-USDT-211210", "futures"), ("BTC-USDT-211231", "futures"), ("BTC-USDT", "swap"),
    ]  # fmt: skip
    assert list(rows[3].values()) == ["BTC-USDT", TODAY, "BTC", 0.001, 0.1, "20211202", 1, "swap", "swap", "", "", None]
    dated, _ = recorded(f"{FOLDER}/instruments__cx_fetch_markets_by_type_and_sub_type_linear.json", "htx", "contract_info")
    assert [row["contract_code"] for row in typed(dated)["instruments"]] == ["BTC-USDT-211231"]


@pytest.mark.recorded
def test_recorded_labels_and_hours_between_settlements(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/instruments__air_linear_tradfi_a.json", "htx", "contract_info")
    told = ("symbol", "labels", "tradfi_labels", "settlement_period")
    assert [tuple(row[name] for name in told) for row in typed(one)["instruments"]] == [
        ("BTC", "hot,common", "", 8), ("PEPE", "hot,common", "", 8), ("BOME", "common", "", 4),
        ("XAU", "tradfi,commodities,common", "Metals", 4), ("JP225", "tradfi,indices", "Stocks", 1),
        ("TQQQ", "tradfi,indices", "Stocks,Indices", 8), ("XOM", "stock", "", 8), ("CYBER", "common", "", 4),
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_kline_counts_buys_and_sells(recorded: Any, typed: Any) -> None:
    """One trade of 2 contracts × 0.001 BTC at 13,076.8 is 26.1536 USDT; the kline says twice as much, and one trade."""
    one, _ = recorded(f"{FOLDER}/klines__jk_usdtmarginswap_getklines.json", "htx", "kline")
    (row,) = typed(one)["klines"]
    assert list(row.values()) == ["BTC-USDT", "1min", 1603695060, 13076.8, 13076.8, 13076.8, 13076.8, 4, 0.004, 52.3072, 1]
    assert row["trade_turnover"] / 2 == pytest.approx(2 * 0.001 * 13076.8, rel=1e-12)


@pytest.mark.recorded
def test_recorded_open_interest_has_one_side_and_volume_two(recorded: Any, typed: Any) -> None:
    """28,808,125 contracts × 0.001 = 28,808.125 BTC at 77,107.9 = 2,221,334,021.69 USDT: an odd number of contracts."""
    one, _ = recorded(f"{FOLDER}/open_interest__acb_air_linear_a.json", "htx", "open_interest")
    rows = typed(one)["open_interest"]
    at = one.json["ts"]
    assert list(rows[0].values()) == ["BTC-USDT", at, 28808125, 28808.125, 2221334021.6875, 1884880, 1884.88, 145152802.919]
    assert rows[0]["amount"] * 77107.9 == pytest.approx(rows[0]["value"], rel=1e-12)
    assert any(row["volume"] % 2 for row in rows)
    assert all(row["trade_volume"] % 2 == 0 for row in rows)
    pepe = next(row for row in rows if row["contract_code"] == "PEPE-USDT")
    assert pepe["amount"] == pepe["volume"] * 1_000_000
    old, _ = recorded(f"{FOLDER}/open_interest__jk_usdtmarginswap_getswapopeninterest.json", "htx", "open_interest")
    assert [(row["contract_code"], row["value"]) for row in typed(old)["open_interest"]][:2] == [
        ("BTC-USDT", 3823138.2456), ("BTC-USDT-211217", 530662.21),
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_open_interest_history_needs_its_period(recorded: Any, typed: Any) -> None:
    """27,112 contracts × 0.001 BTC at 48,742.2 are 1,321,498.53 USDT."""
    name = f"{FOLDER}/open_interest_history__jk_usdtmarginswap_getopeninteresthistory.json"
    one, _ = recorded(name, "htx", "his_open_interest", params={"period": "60min"})
    (row,) = typed(one)["open_interest_history"]
    assert list(row.values()) == ["BTC-USDT-211210", "60min", 1, 1638720000000, 27112, 1321498.5264]
    assert row["volume"] * 0.001 * 48742.2 == pytest.approx(row["value"], rel=1e-12)
    without, _ = recorded(name, "htx", "his_open_interest")
    with pytest.raises(Unroutable, match="no 'period'"):
        typed(without)


@pytest.mark.recorded
def test_recorded_funding_of_both_apis(recorded: Any, typed: Any) -> None:
    old, _ = recorded(f"{FOLDER}/funding_history__air_btc_usdt_v1.json", "htx", "funding_history")
    rows = typed(old)["funding_rates"]
    assert [row["funding_time"] for row in rows] == [1789315200000 - n * 28_800_000 for n in range(5)]
    assert list(rows[3].values()) == ["BTC-USDT", 1789228800000, 0.000050684203575903, None, -0.000449296922431426]
    hourly, _ = recorded(f"{FOLDER}/funding_history__air_jp225_usdt_1h.json", "htx", "funding_history")
    assert [(row["funding_time"], row["funding_rate"]) for row in typed(hourly)["funding_rates"]] == [
        (1789336800000 - n * 3_600_000, 0.00000625) for n in range(5)
    ]
    new, _ = recorded(f"{FOLDER}/funding_history__cx_fetch_funding_rate_history_linear_v5.json", "htx", "funding_history_v5")
    assert [list(row.values()) for row in typed(new)["funding_rates"]] == [["BTC-USDT", 1603296000000, 0.0001, None, None]]


@pytest.mark.recorded
def test_recorded_liquidations(recorded: Any, typed: Any) -> None:
    """479 contracts × 0.001 = 0.479 BTC × 51,441.7 = 24,640.57 USDT: an order has one side."""
    for name in ("cx_fetch_liquidations_v3", "jk_usdtmarginswap_getliquidationorders"):
        one, _ = recorded(f"{FOLDER}/liquidations__{name}.json", "htx", "liquidation_orders")
        (row,) = typed(one)["liquidations"]
        assert list(row.values()) == ["BTC-USDT-211210", 1638593647864, 452057, "sell", "close", 479, 0.479, 51441.7, 24640.5743]
        assert row["volume"] * 0.001 * row["price"] == pytest.approx(row["trade_turnover"], rel=1e-9)


def test_inverse_answers_lack_types_and_turnover(payload: Any, typed: Any) -> None:
    """40,001 contracts × 100 USD = 4,000,100 USD; 2,600 contracts bought and sold are 130,000 USD of volume. Shapes: the list of 2022."""
    listed = {"symbol": "BTC", "contract_code": "BTC-USD", "contract_size": 100.0, "price_tick": 0.1, "delivery_time": ""}
    listed |= {"create_date": "20200325", "contract_status": 1, "settlement_date": "1645315200000"}
    (row,) = typed(payload("htx", "contract_info", {"status": "ok", "data": [listed]}))["instruments"]
    assert list(row.values()) == ["BTC-USD", TODAY, "BTC", 100, 0.1, "20200325", 1, None, None, "", "", None]
    kline = {"id": 1603695600, "open": 1, "close": 13000, "low": 1, "high": 2, "amount": 20, "vol": 2600, "count": 7}
    body = {"status": "ok", "ch": "market.BTC-USD.kline.60min", "data": [kline]}
    (candle,) = typed(payload("htx", "kline", body))["klines"]
    assert (candle["trade_turnover"], candle["vol"] * row["contract_size"] / 2) == (None, 130_000)
    interest = {"contract_code": "BTC-USD", "symbol": "BTC", "volume": 40001, "amount": 51.25}
    (held,) = typed(payload("htx", "open_interest", {"status": "ok", "data": [interest], "ts": 1603699200000}))["open_interest"]
    assert (held["value"], held["volume"] * row["contract_size"]) == (None, 4_000_100)
