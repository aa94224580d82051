"""Paradex: recorded answers value by value; a volume and an open interest in USD by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

FOLDER = "sources/paradex"
TODAY = date(2026, 3, 1)  # when the fixture `payload` was fetched


@pytest.mark.recorded
def test_recorded_markets_without_options(recorded: Any, typed: Any) -> None:
    now, _ = recorded(f"{FOLDER}/markets__prod-20260911.json", "paradex", "markets")
    assert [list(row.values()) for row in typed(now)["instruments"]] == [
        [f"{base}-USD-PERP", TODAY, "PERP", base, "USD", "USDC", None, 0, 8, 0.02, "LAYER-1"] for base in ("BTC", "ETH")
    ]
    old, _ = recorded(f"{FOLDER}/markets__BTC-USD-PERP.json", "paradex", "markets")
    assert [list(row.values()) for row in typed(old)["instruments"]] == [
        ["BTC-USD-PERP", TODAY, "PERP", "BTC", "USD", "USDC", 1698756879745, 0, None, 0.02, ""]
    ]


@pytest.mark.recorded
def test_recorded_summaries(recorded: Any, typed: Any) -> None:
    now, _ = recorded(f"{FOLDER}/markets_summary__prod-BTC-and-option-20260911.json", "paradex", "summary")
    assert [list(row.values()) for row in typed(now)["market_summaries"]] == [
        ["BTC-USD-PERP", 1789147120003, 77804.85141726, 77788.24195927, 77799.4, 50.4599, 4273947.632803999, 133780320848.057831,
         0.00007688102642]
    ]  # fmt: skip
    old, _ = recorded(f"{FOLDER}/markets_summary__BTC-USD-PERP-a.json", "paradex", "summary")
    assert [list(row.values()) for row in typed(old)["market_summaries"]] == [
        ["BTC-USD-PERP", 1718377962698, 67307.7225876, 66806.71304318, 66821.1, 152.777, 2611476.262600002, 589169794.979260343,
         0.00749938923192]
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_usd_by_hand(recorded: Any, typed: Any) -> None:
    """50.4599 BTC × 77,804.85 are 3.926 million USD; if open_interest were USD, 50 dollars would be open of 4.3 million traded a day."""
    one, _ = recorded(f"{FOLDER}/markets_summary__prod-BTC-and-option-20260911.json", "paradex", "summary")
    (row,) = typed(one)["market_summaries"]
    assert row["open_interest"] * row["mark_price"] == pytest.approx(3_926_025.02, abs=0.01)
    assert row["volume_24h"] / row["mark_price"] == pytest.approx(54.93, abs=0.01)  # BTC a day


def test_candles_of_the_hour_count_base(payload: Any, typed: Any) -> None:
    body = {"results": [[1720071900000, 3961.28, 3962.0, 3960.5, 3961.3, 2.5]]}
    one = payload("paradex", "klines", body, params={"symbol": "ETH-USD-PERP", "resolution": "60"})
    (row,) = typed(one)["klines"]
    assert list(row.values()) == ["ETH-USD-PERP", "60", "last", 1720071900000, 3961.28, 3962.0, 3960.5, 3961.3, 2.5]
    assert row["volume"] * row["close"] == 9903.25


def test_the_premium_over_the_rate_is_a_price(payload: Any, typed: Any) -> None:
    row = {
        "market": "BTC-USD-PERP", "created_at": 1789084799300, "funding_index": "-1065.5", "funding_premium": "5.98",
        "funding_rate": "0.00007688", "funding_rate_8h": "0.00007688", "funding_period_hours": 8,
    }  # fmt: skip
    (found,) = typed(payload("paradex", "funding_data", {"next": "x", "prev": None, "results": [row]}))["funding_data"]
    assert list(found.values()) == ["BTC-USD-PERP", 1789084799300, -1065.5, 5.98, 0.00007688, 0.00007688, 8]
    assert found["funding_premium"] / found["funding_rate"] == pytest.approx(77783.6, abs=0.1)
