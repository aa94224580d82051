"""Deribit: recorded answers value by value, in their own units; a volume and an open interest in USD by hand for each contract type."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

FOLDER = "venues/deribit"
TODAY = date(2026, 3, 1)


@pytest.mark.recorded
def test_recorded_instruments(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/instruments__nt_get_instruments.json", "deribit", "instruments")
    rows = typed(one)["instruments"]
    assert list(rows[0].values()) == [
        "BTC-PERPETUAL", TODAY, "future", "reversed", "perpetual", "BTC", "USD", "USD", "BTC", 10, 1534167754000, 32503708800000,
        True, None, None,
    ]  # fmt: skip
    assert [(row["instrument_name"], row["kind"], row["settlement_period"]) for row in rows[1:]] == [
        ("BTC-27DEC24", "future", "month"), ("BTC-27DEC24-100000-C", "option", "month"), ("BTC-COMBO-1", "future_combo", None),
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_instruments_of_the_common_books(recorded: Any, typed: Any) -> None:
    """As drb.coinbase.com answered: the same shape, with the class of the underlying; one contract is 0.01 AAVE."""
    one, _ = recorded("venues/coinbase_intx/instruments__cx_fetch_markets_drb.json", "deribit", "instruments")
    assert list(typed(one)["instruments"][0].values()) == [
        "AAVE_USDC-PERPETUAL", TODAY, "future", "linear", "perpetual", "AAVE", "USDC", "USDC", "USDC", 0.01, 1786804445000, 32503708800000,
        True, "open", "crypto",
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_inverse_chart_counts_base_and_usd(recorded: Any, typed: Any) -> None:
    """22.682721123 BTC between 7833.5 and 7839 are 177,740 USD."""
    one, _ = recorded(f"{FOLDER}/klines__cx_fetch_ohlcv_chart.json", "deribit", "chart")
    rows = typed(one)["charts"]
    assert list(rows[1].values()) == ["BTC-PERPETUAL", "1", 1583917020000, 7839, 7839, 7833.5, 7833.5, 22.682721123, 177740]
    assert [(row["volume"], row["cost"]) for row in rows[2:]] == [(3.011587939, 23590), (0, 0)]
    for row in rows[:3]:
        assert row["low"] * 0.999 <= row["cost"] / row["volume"] <= row["high"] * 1.001


@pytest.mark.recorded
def test_recorded_linear_chart_counts_base_and_usdc(recorded: Any, typed: Any) -> None:
    """As drb.coinbase.com answered: 0.0168 BTC at 78,441 are 1317.8 USDC."""
    params = {"instrument_name": "BTC_USDC-PERPETUAL", "resolution": "1"}
    one, _ = recorded("venues/coinbase_intx/klines__cx_fetch_ohlcv_drb.json", "deribit", "chart", params=params)
    rows = typed(one)["charts"]
    assert list(rows[1].values()) == ["BTC_USDC-PERPETUAL", "1", 1788853440000, 78444, 78444, 78441, 78441, 0.0168, 1317.8151]
    assert rows[1]["volume"] * rows[1]["close"] == pytest.approx(rows[1]["cost"], rel=1e-4)


@pytest.mark.recorded
def test_recorded_open_interest_of_an_inverse_instrument_is_usd(recorded: Any, typed: Any) -> None:
    """9,978,911,260 USD (test net) at 87,102.01 are 114,565.8 BTC; 7377.19 BTC a day at about 89,600 are 661,040,250 USD."""
    one, _ = recorded(f"{FOLDER}/open_interest__cx_fetch_open_interest_book_summary.json", "deribit", "book_summary")
    (row,) = typed(one)["book_summaries"]
    assert list(row.values()) == [
        "BTC-PERPETUAL", 1763674177068, 87197, 87102.01, 87047.2, 9978911260, 7377.18657991, 661040250, 661040250, 0.00012966, -0.00081069,
    ]  # fmt: skip
    assert row["open_interest"] / row["mark_price"] == pytest.approx(114565.8, abs=0.1)
    assert row["volume_usd"] / row["volume"] == pytest.approx(89606, abs=1)


@pytest.mark.recorded
def test_recorded_funding_is_by_the_hour(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/funding_history__cx_fetch_funding_rate_history_hist.json", "deribit", "funding_rate_history")
    assert [list(row.values()) for row in typed(one)["funding_rates"]] == [
        ["BTC-PERPETUAL", 1569891600000, -4.739622041017375e-07, -9.234260068476106e-05, 8222.87, 8305.72]
    ]
