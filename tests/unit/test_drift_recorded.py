"""Drift: the recorded list value by value, its two sides in USD by hand, and what is not ours."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ingestion.run.replay import route
from ingestion.venue.registry import all_sources

FOLDER = "sources/drift"
TODAY = date(2026, 3, 1)  # when the fixture `payload` was fetched


@pytest.mark.recorded
def test_recorded_market(recorded: Any, typed: Any) -> None:
    """293.8037 BTC for 20,508,204 USD in 24 h; 264.79 BTC of longs and 312.38 of shorts, 21.4 million USD on the larger side."""
    one, _ = recorded(f"{FOLDER}/stats_markets__BTC-PERP.json", "drift", "stats_markets")
    found = typed(one)
    assert [list(row.values()) for row in found["instruments"]] == [["BTC-PERP", TODAY, 1, "perp", "BTC", "USDC", "active"]]
    (state,) = found["market_states"]
    assert list(state.values()) == [
        "BTC-PERP", one.fetched_at, "perp", 68525.837797, 68481.850665, 293.8037, 20508203.775252, 264.7866, -312.3766, 0.00093, -0.00093,
        1770728410,
    ]  # fmt: skip
    assert state["quote_volume"] / state["base_volume"] == pytest.approx(69802.4, abs=0.1)
    assert max(state["open_interest_long"], -state["open_interest_short"]) * state["oracle_price"] == pytest.approx(21_405_868.223)
    assert state["funding_rate_update_ts"] % 3600 == 10


@pytest.mark.parametrize(
    ("url", "expected"),
    [("https://data.api.drift.trade/market/SOL-PERP/fundingRates/2025/1/9", "funding_rates"),
     ("https://data.api.drift.trade/market/1MPEPE-PERP/candles/60", "candles"),
     ("https://data.api.drift.trade/contracts", "drift does not use GET /contracts"),
     ("https://dlob.drift.trade/l2", "no source claims https://dlob.drift.trade")],
)  # fmt: skip
def test_what_is_ours_is_told_by_its_address(url: str, expected: str) -> None:
    found = route(all_sources(), "GET", url, {}, None)
    assert (found if isinstance(found, str) else found[1].name) == expected


def test_a_file_is_read_by_its_header(payload: Any, typed: Any) -> None:
    """0.002007041 USD per SOL and hour on 2025-01-09."""
    head = b"ts,txSig,slot,marketIndex,fundingRate,fundingRateLong,fundingRateShort,oraclePriceTwap,markPriceTwap\n"
    body = head + b"1736380810,abc,312968596,0,0.002007041,0.002007041,0.002007041,200.7041,200.9\n"
    assert typed(payload("drift", "funding_rates", body, match={"symbol": "SOL-PERP"}))["funding_rates"] == [
        {
            "symbol": "SOL-PERP", "ts": 1736380810, "funding_rate": 0.002007041, "funding_rate_long": 0.002007041,
            "funding_rate_short": 0.002007041, "oracle_price_twap": 200.7041, "mark_price_twap": 200.9,
        }
    ]  # fmt: skip


def test_a_candle_has_prices_of_fills_and_of_the_oracle(payload: Any, typed: Any) -> None:
    names = (
        "fillOpen",
        "fillHigh",
        "fillLow",
        "fillClose",
        "oracleOpen",
        "oracleHigh",
        "oracleLow",
        "oracleClose",
        "baseVolume",
        "quoteVolume",
    )
    record = {"ts": 1770724800} | dict(zip(names, (1, 4, 0.5, 3, 1.1, 4.1, 0.6, 3.1, 7, 21), strict=True))
    one = payload("drift", "candles", {"success": True, "records": [record]}, match={"symbol": "SOL-PERP", "resolution": "60"})
    assert list(typed(one)["candles"][0].values()) == ["SOL-PERP", "60", 1770724800, 1, 4, 0.5, 3, 1.1, 4.1, 0.6, 3.1, 7, 21]
