"""Kraken's dialect: contracts of one base unit or one USD, seconds with both bounds included, buckets and `more`, funding whole."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from simulated import Simulated

from simulator import Truth
from simulator.dialects.kraken import VENUE

HOUR = 3600
TRUTH = Truth(seed=3, days=90, venues=[VENUE])
NOW = datetime(2026, 9, 25, 12, 30, tzinfo=UTC)
SIMULATED = Simulated("kraken", TRUTH, NOW)
body = SIMULATED.body
LAST = int(NOW.timestamp()) // HOUR * HOUR


def truth_of(symbol: str, frame: pl.DataFrame, column: str) -> dict[str, Any]:
    at = pl.col(column).dt.epoch("s") == LAST - HOUR
    return frame.filter(symbol=symbol).row(by_predicate=at, named=True)


def test_candles_lie_between_included_bounds_and_the_oldest_2000_come() -> None:
    path = "/api/charts/v1/trade/PF_ETHUSD/1h"
    found = body(path, **{"from": LAST - 3 * HOUR, "to": LAST - HOUR})
    assert [row["time"] // 1000 for row in found["candles"]] == [LAST - 3 * HOUR, LAST - 2 * HOUR, LAST - HOUR]
    assert found["more_candles"] is False
    whole = body(path)
    assert (len(whole["candles"]), whole["candles"][0]["time"], whole["more_candles"]) == (2000, TRUTH.start_ms, True)


def test_contracts_are_base_or_usd() -> None:
    for symbol, volume, interest in (("PF_ETHUSD", "volume_base", "open_interest_base"), ("PI_XBTUSD", "volume_usd", "open_interest_usd")):
        (row,) = body(f"/api/charts/v1/trade/{symbol}/1h", **{"from": LAST - HOUR, "to": LAST - 1})["candles"]
        assert row["volume"] == truth_of(symbol, TRUTH.candles(), "opened_at")[volume]
        bounds = {"since": LAST - HOUR, "to": LAST - 1, "interval": HOUR}
        result = body(f"/api/charts/v1/analytics/{symbol}/open-interest", **bounds)["result"]
        assert result["timestamp"] == [LAST - HOUR]
        assert float(result["data"][0][0]) == truth_of(symbol, TRUTH.open_interest(), "observed_at")[interest]


def test_buckets_say_whether_there_are_more() -> None:
    path = "/api/charts/v1/analytics/PF_ETHUSD/open-interest"
    first = body(path, since=0, interval=HOUR)["result"]
    assert (len(first["timestamp"]), first["more"]) == (500, True)
    then = body(path, since=first["timestamp"][-1] + 1, interval=HOUR)["result"]
    assert then["timestamp"][0] == first["timestamp"][-1] + HOUR
    assert body(path, 400, since=0, interval=61)["errors"][0]["field"] == "interval"


def test_liquidations_of_a_bucket_are_added_up_in_contracts() -> None:
    for symbol, amount in (("PF_ETHUSD", "quantity_base"), ("PI_XBTUSD", "liquidated_usd")):
        day = {"since": LAST - 36 * HOUR, "to": LAST - 1, "interval": 4 * HOUR}
        result = body(f"/api/charts/v1/analytics/{symbol}/liquidation-volume", **day)["result"]
        rows = TRUTH.liquidations().filter(symbol=symbol).with_columns(pl.col("liquidated_at").dt.epoch("s").alias("at"))
        told = {at: rows.filter(pl.col("at").is_between(at, at + 4 * HOUR - 1))[amount].sum() for at in result["timestamp"]}
        assert [float(value) for value in result["data"]] == pytest.approx(list(told.values()))
        assert sum(told.values()) > 0


def test_funding_is_whole_and_absolute_beside_relative() -> None:
    for symbol in ("PF_XBTUSD", "PI_XBTUSD"):
        rates = body("/derivatives/api/v4/historicalfundingrates", symbol=symbol)["rates"]
        assert rates[-1]["timestamp"] == "2026-09-25T12:00:00.000Z"
        assert len(rates) == (LAST - TRUTH.start_ms // 1000) // HOUR + 1
        rate, mark = (truth_of(symbol, frame, column)[name] for frame, column, name in (
            (TRUTH.funding(), "settled_at", "funding_rate"), (TRUTH.premiums(), "observed_at", "mark_price"),
        ))  # fmt: skip
        assert rates[-2]["relativeFundingRate"] == rate
        assert rates[-2]["fundingRate"] == (rate / mark if symbol == "PI_XBTUSD" else rate * mark)


def test_lists_hold_more_than_perpetuals_and_unknown_symbols_are_404() -> None:
    listed = body("/derivatives/api/v3/instruments")["instruments"]
    assert {row["symbol"].split("_")[0] for row in listed} == {"PF", "PI", "FI", "FF"}
    assert {row["symbol"] for row in body("/derivatives/api/v3/tickers")["tickers"]} >= {"in_xbtusd", "FI_XBTUSD_261225"}
    assert body("/api/charts/v1/trade/PF_NONEUSD/1h", 404)["error"] == "NOT_FOUND"
    assert body("/derivatives/api/v3/nothing", 404)["result"] == "error"
