"""Aster: recorded answers value by value; a volume and an open interest in USD by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

FOLDER = "sources/aster"
TODAY = date(2026, 3, 1)  # when the fixture `payload` was fetched


@pytest.mark.recorded
def test_recorded_funding_info_names_every_symbol(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/fundingInfo__20260911.json", "aster", "um_funding_info")
    assert [list(row.values()) for row in typed(one)["funding_info"]] == [
        ["um", "GNSUSD", TODAY, 8, 0.02, -0.02], ["um", "SUSHIUSDT", TODAY, 1, 0.02, -0.02], ["um", "BTCUSD", TODAY, 2, 0.02, -0.02],
        ["um", "ETHUSDT", TODAY, 8, 0.003, -0.003], ["um", "BTCUSDT", TODAY, 8, 0.003, -0.003],
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_tickers_count_base_and_usd(recorded: Any, typed: Any) -> None:
    """13,681.748 BTC for 1,059,790,811.37 USDT are 77,460 each, and the last trade was at 77,822.5."""
    one, _ = recorded(f"{FOLDER}/ticker24hr__20260911.json", "aster", "um_ticker")
    rows = typed(one)["tickers"]
    assert [list(row.values()) for row in rows] == [
        ["um", "BTCUSDT", 1789147681850, 1789061280000, 77822.5, 13681.748, 1059790811.37, None, None],
        ["um", "SUSHIUSDT", 1789146485200, 1789062060000, 0.2174, 57254.0, 12455.67, None, None],
        ["um", "ETHUSDT", 1789147682650, 1789061280000, 2575.89, 361474.966, 914660373.81, None, None],
    ]
    assert rows[0]["quote_volume"] / rows[0]["volume"] == pytest.approx(77460.2, abs=0.1)


def test_open_interest_as_others_read_it_is_base(payload: Any, typed: Any) -> None:
    """5599.890 BTC at 77,804.5 are 435.7 million USD: of the order of a day's volume, not of its two-hundred-thousandth part."""
    body = {"symbol": "BTCUSDT", "openInterest": "5599.890", "time": 1789147120395}
    (row,) = typed(payload("aster", "um_open_interest", body))["open_interest"]
    assert list(row.values()) == ["um", "BTCUSDT", 1789147120395, 5599.89]
    assert row["open_interest"] * 77804.5 == pytest.approx(435_696_641.5, abs=0.1)
