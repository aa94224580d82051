"""Aevo: recorded answers value by value, in their own units; volume and open interest in USD by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

FOLDER = "sources/aevo"
TODAY = date(2026, 3, 1)


@pytest.mark.recorded
def test_recorded_markets_of_all_classes(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/markets__perpetual-20260913.json", "aevo", "markets")
    found = typed(one)
    assert list(found["instruments"][0].values()) == [
        "BTC-PERP", TODAY, "3396", "PERPETUAL", "BTC", "USDC", True, False, "crypto", 20, 0.1, 0.001,
    ]  # fmt: skip
    assert [(row["underlying_asset"], row["market_type"], row["is_rwa"]) for row in found["instruments"]][:4] == [
        ("BTC", "crypto", False), ("ETH", "crypto", False), ("MSTR", "equity", True), ("XAU", "commodity", True),
    ]  # fmt: skip
    assert found["instruments"][-1]["underlying_asset"] == "1000PEPE"
    assert [found["prices"][0][name] for name in ("mark_price", "index_price")] == [76729.48536, 76759.462906]


@pytest.mark.recorded
def test_recorded_open_interest_is_base_and_volume_dollars(recorded: Any, typed: Any) -> None:
    """26.235999 BTC at 76,729.48536 are 2,013,074.70 USD; the volume of 24 h is 1,889,388 USD. A halted market names no settlement."""
    one, _ = recorded(f"{FOLDER}/coingecko-statistics__20260913-a.json", "aevo", "coingecko_statistics")
    rows = {row["ticker_id"]: row for row in typed(one)["statistics"]}
    bitcoin = rows["BTC-PERP"]
    assert bitcoin["open_interest"] * 76729.48536 == pytest.approx(2_013_074.70, abs=0.01)
    assert (bitcoin["target_volume"], bitcoin["funding_rate"], bitcoin["next_funding_rate_timestamp"]) == (
        1889388.228,
        0.000008,
        1789340400,
    )
    assert (rows["BEAMX-PERP"]["open_interest"], rows["BEAMX-PERP"]["next_funding_rate_timestamp"]) == (0, None)


def test_trades_and_funding_as_the_vendors_page_shows_them(payload: Any, typed: Any) -> None:
    trade = {"trade_id": "DwmDn5", "instrument_id": "12", "instrument_name": "ETH-PERP", "instrument_type": "PERPETUAL", "side": "buy",
             "price": "12.34", "amount": "1.5", "created_timestamp": "1680249600000000001"}  # fmt: skip
    body = {"count": "1", "trade_history": [trade]}
    assert [list(row.values()) for row in typed(payload("aevo", "trade_history", body))["trades"]] == [
        ["ETH-PERP", "DwmDn5", 1680249600000000001, "buy", 12.34, 1.5]
    ]
    assert typed(payload("aevo", "trade_history", {"count": "0"}))["trades"] == []
    rates = {"funding_history": [["ETH-PERP", "1680249600000000000", "0.000123", "1892.82"]]}
    assert [list(row.values()) for row in typed(payload("aevo", "funding_history", rates))["funding_rates"]] == [
        ["ETH-PERP", 1680249600000000000, 0.000123, 1892.82]
    ]
