"""Lighter: recorded answers value by value, in the venue's own units; a volume and an open interest in USD by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ingestion.errors import Unroutable

FOLDER = "sources/lighter"
TODAY = date(2026, 3, 1)  # when the fixture `payload` was fetched


@pytest.mark.recorded
def test_recorded_markets_and_their_state(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/orderBookDetails__20260911.json", "lighter", "order_book_details")
    found = typed(one)
    assert [list(row.values()) for row in found["instruments"]] == [
        [1, TODAY, "BTC", "perp", "active", None, None, None],
        [0, TODAY, "ETH", "perp", "active", None, None, None],
        [135, TODAY, "PIPPIN", "perp", "inactive", None, None, None],
    ]
    at = one.fetched_at
    assert [list(row.values()) for row in found["market_states"]] == [
        [1, at, "BTC", "active", 2092.76507, 77758.9, 77791.3, None, 10954.89124, 850015955.986308, None],
        [0, at, "ETH", "active", 47381.5269, 2574.08, 2575.08, None, 169852.5986, 427857446.752992, None],
        [135, at, "PIPPIN", "inactive", 1407378.2, 0.02372, 0.0237, None, 0.0, 0.0, None],
    ]


@pytest.mark.recorded
def test_recorded_usd_by_hand(recorded: Any, typed: Any) -> None:
    """10,954.89 BTC for 850,015,956 USD are 77,592 each, about the mark: quote volume is USD. 2092.77 BTC × 77,758.9 are 162.7 million."""
    one, _ = recorded(f"{FOLDER}/orderBookDetails__20260911.json", "lighter", "order_book_details")
    state = typed(one)["market_states"][0]
    assert state["daily_quote_token_volume"] / state["daily_base_token_volume"] == pytest.approx(77592.3, abs=0.1)
    assert state["open_interest"] * state["mark_price"] == pytest.approx(162_731_109.8, abs=0.1)


@pytest.mark.recorded
def test_recorded_older_answer_has_terms_and_no_mark(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/orderBookDetails__20260505.json", "lighter", "order_book_details")
    found = typed(one)
    assert [list(row.values()) for row in found["instruments"]] == [[0, TODAY, "ETH", "perp", "active", None, 4, 2]]
    assert [list(row.values()) for row in found["market_states"]] == [
        [0, one.fetched_at, "ETH", "active", 27350.8981, None, None, 2361.31, 195399.1521, 460664167.955905, 428074]
    ]


@pytest.mark.recorded
def test_recorded_candles_say_their_resolution_and_not_their_market(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/candles__ETH-1m.json", "lighter", "candles", params={"market_id": 0})
    assert [list(row.values()) for row in typed(one)["candles"]] == [
        [0, "1m", 1700000000000, 2361.11, 2362.22, 2360.0, 2361.31, 1.2345, 2914.872195, 19211490282],
        [0, "1m", 1700000060000, 2361.31, 2363.0, 2361.1, 2362.5, 0.5, 1181.905, 19211490283],
    ]
    nameless, _ = recorded(f"{FOLDER}/candles__ETH-1m.json", "lighter", "candles")
    with pytest.raises(Unroutable, match="the request has no 'market_id'"):
        typed(nameless)
