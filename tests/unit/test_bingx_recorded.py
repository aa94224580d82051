"""BingX: recorded answers value by value, in their own units; volumes and open interest by hand."""

from __future__ import annotations

from typing import Any

import pytest

FOLDER = "sources/bingx"


@pytest.mark.recorded
def test_recorded_contracts(recorded: Any, typed: Any) -> None:
    """NC codes are no coins; a suspended contract stays in the list."""
    one, _ = recorded(f"{FOLDER}/contracts__20260913.json", "bingx", "contracts")
    rows = typed(one)["instruments"]
    told = [(row["symbol"], row["asset"], row["currency"], row["status"], row["launch_time"]) for row in rows]
    assert told == [
        ("BTC-USDT", "BTC", "USDT", 1, 1586275200000),
        ("ETH-USDT", "ETH", "USDT", 1, 1586275200000),
        ("1000PEPE-USDT", "1000PEPE", "USDT", 1, 1692633600000),
        ("BTC-USDC", "BTC", "USDC", 1, 1719134881000),
        ("NCCOGOLD2USD-USDT", "NCCOGOLD2USD", "USDT", 1, 1760424900000),
        ("NCCOCOFFEE2USD-USDT", "NCCOCOFFEE2USD", "USDT", 25, 1762252200000),
    ]
    assert (rows[4]["display_name"], rows[5]["off_time"]) == ("GOLD(XAU)-USDT", 0)


@pytest.mark.recorded
def test_recorded_marks_and_intervals(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/premiumIndex__20260913.json", "bingx", "premium_index")
    rows = {row.pop("symbol"): list(row.values())[1:] for row in typed(one)["premium_index"]}
    assert rows == {
        "BTC-USDT": [77190.5, 77225.4, 0.000094, 8],
        "ETH-USDT": [2503.23, 2504.31, 0.0001, 8],
        "1000PEPE-USDT": [0.0034057, 0.0034075, 0.0001, 8],
        "BTC-USDC": [77171.6, 77204.8, 0.000094, 8],
        "NCCOGOLD2USD-USDT": [4341.61, 4341.44, 0.00005, 4],
    }


@pytest.mark.recorded
def test_recorded_volume_is_base_and_quote_and_open_interest_is_a_value(recorded: Any, typed: Any) -> None:
    """337,831,456.71 / 4,386.85 = 77,010 lies between the day's 76,486 and 77,453; 287,039,550 / 77,190.5 = 3,719 BTC."""
    one, _ = recorded(f"{FOLDER}/ticker__20260913.json", "bingx", "ticker")
    rows = {row["symbol"]: row for row in typed(one)["tickers"]}
    bitcoin, pepe = rows["BTC-USDT"], rows["1000PEPE-USDT"]
    assert list(bitcoin.values()) == ["BTC-USDT", 1789336844000, 77187.1, 4386.85, 337831456.71]
    assert 76486.2 < bitcoin["quote_volume"] / bitcoin["volume"] == pytest.approx(77_010, abs=1)
    assert 0.0033729 < pepe["quote_volume"] / pepe["volume"] < 0.0034834  # per thousand, and so counted
    one, _ = recorded(f"{FOLDER}/openInterest__BTC-USDT-20260913.json", "bingx", "open_interest")
    (held,) = typed(one)["open_interest"]
    assert list(held.values()) == ["BTC-USDT", 1789336846040, 287039550.4]
    assert held["open_interest"] / 77190.5 == pytest.approx(3_718.6, abs=0.1)


@pytest.mark.recorded
def test_recorded_funding_is_newest_first_and_eight_hours_apart(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/fundingRate__BTC-USDT-20260913.json", "bingx", "funding_rate")
    assert [list(row.values()) for row in typed(one)["funding_rates"]] == [
        ["BTC-USDT", 1789315200000, 0.000078, 77100.3],
        ["BTC-USDT", 1789286400000, 0.000082, 77089.9],
        ["BTC-USDT", 1789257600000, 0.000092, 77254.3],
    ]
