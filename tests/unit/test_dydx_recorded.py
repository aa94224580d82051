"""dYdX: recorded answers value by value, in the indexer's own units."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ingestion.run.replay import route
from ingestion.run.session import Session
from ingestion.venue.registry import all_sources

FOLDER = "sources/dydx"
TODAY = date(2026, 3, 1)  # when the fixture `payload` was fetched


@pytest.mark.recorded
def test_recorded_markets(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/perpetualMarkets__btc-eth-sol.json", "dydx", "perpetual_markets")
    found = typed(one)
    assert [list(row.values()) for row in found["instruments"]] == [
        ["BTC-USD", TODAY, "0", "ACTIVE", "CROSS", -10, 1.0, 0.0001],
        ["ETH-USD", TODAY, "1", "ACTIVE", "CROSS", -9, 0.1, 0.001],
        ["SOL-USD", TODAY, "5", "ACTIVE", "CROSS", -7, 0.01, 0.1],
    ]
    assert [list(row.values()) for row in found["market_states"]] == [
        ["BTC-USD", one.fetched_at, "ACTIVE", 89919.2, 381.7348, 782.0931, 247500844.6834, 63065, 0.00000254545454545455],
        ["ETH-USD", one.fetched_at, "ACTIVE", 3103.01, 7457.108, 13993.985, 59598032.8897, 22916, 0.00000125],
        ["SOL-USD", one.fetched_at, "ACTIVE", 135.3, 41917.9, 136045.7, 54043106.256, 22352, -0.00000143181818181818],
    ]


@pytest.mark.recorded
def test_recorded_settled_market_is_still_in_the_list(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/perpetualMarkets__prod-20260911-a.json", "dydx", "perpetual_markets")
    found = typed(one)
    assert [(row["ticker"], row["status"]) for row in found["instruments"]] == [("BTC-USD", "ACTIVE"), ("MATIC-USD", "FINAL_SETTLEMENT")]
    names = ("oracle_price", "open_interest", "base_open_interest", "volume_24h")
    assert [tuple(row[name] for name in names) for row in found["market_states"]] == [
        (77862.55687, 194.239, None, 3889329.2462), (0.3932407381, 0.0, None, 0.0),
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_candle_without_trades(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/candles__BTC-USD-1MIN-zero-volume.json", "dydx", "candles")
    assert typed(one)["candles"] == [
        {"ticker": "BTC-USD", "resolution": "1MIN", "started_at": datetime(2025, 7, 29, 5, 46, tzinfo=UTC), "open": 118810.0,
         "high": 118810.0, "low": 118810.0, "close": 118810.0, "base_token_volume": 0.0, "usd_volume": 0.0, "trades": 0,
         "starting_open_interest": 59.0763, "orderbook_mid_price_open": 118930.25, "orderbook_mid_price_close": 118930.25}
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_funding(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/historicalFunding__BTC-USD.json", "dydx", "historical_funding")
    assert [list(row.values()) for row in typed(one)["funding_rates"]] == [
        ["BTC-USD", datetime(2025, 12, 8, 16, 0, 0, 219_000, UTC), 66622979, 0.000002375, 89993.8],
        ["BTC-USD", datetime(2025, 12, 8, 15, 0, 0, 586_000, UTC), 66617413, 0.000000375, 90860.48604],
        ["BTC-USD", datetime(2025, 12, 8, 14, 0, 0, 112_000, UTC), 66611773, 0.000000625, 91459.59191],
    ]


@pytest.mark.parametrize(
    ("url", "reason"),
    [("https://api.dydx.exchange/v3/historical-funding/BTC-USD", "no source claims https://api.dydx.exchange"),
     ("https://indexer.v4testnet.dydx.exchange/v4/candles/perpetualMarkets/BTC-USD", "no source claims"),
     ("https://indexer.dydx.trade/v4/orderbooks/perpetualMarket/BTC-USD", "dydx does not use GET /v4/orderbooks")],
)  # fmt: skip
def test_what_is_not_ours_has_a_reason(url: str, reason: str) -> None:
    found = route(all_sources(), "GET", url, {}, None)
    assert isinstance(found, str)
    assert found.startswith(reason)


def test_a_time_without_a_zone_is_not_guessed(payload: Any, settings: Any) -> None:
    rows = [
        {"ticker": "BTC-USD", "rate": "0", "price": "1", "effectiveAtHeight": "1", "effectiveAt": f"2025-12-08T1{hour}:00:00.219{zone}"}
        for hour, zone in ((6, ""), (7, "Z"))
    ]
    session = Session(all_sources()["dydx"], settings, "run", client=None)
    session.take(payload("dydx", "historical_funding", {"historicalFunding": rows}))
    asyncio.run(session.commit())
    outcome = session.outcomes["funding_rates"]
    assert (outcome.rows_added, outcome.rows_quarantined) == (1, 1)
    assert "effective_at = '2025-12-08T16:00:00.219' is not Datetime" in outcome.quarantined_because
