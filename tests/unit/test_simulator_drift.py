"""Drift's dialect: the recorded list's shape, candles back from a bound, files of a day, two sides; not in the common market."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from simulator import Truth
from simulator.dialect import Query
from simulator.dialects import venues
from simulator.dialects.drift import VENUE
from simulator.switchboard import Switchboard

TRUTH = Truth(seed=3, start=date(2026, 3, 1), days=20, venues=[VENUE])
NOW = datetime(2026, 3, 15, 12, 30, tzinfo=UTC)
HOUR = int(NOW.timestamp()) // 3600 * 3600


@pytest.fixture
def board() -> Switchboard:
    return Switchboard(TRUTH, NOW)


def get(board: Switchboard, path: str, **params: Any) -> Any:
    reply = board.respond("drift", Query("GET", path, {name: str(value) for name, value in params.items()}))
    assert reply.status == 200, reply.content
    return reply.content


def test_a_halted_venue_is_not_in_the_common_market() -> None:
    assert "drift" not in {venue.name for venue in venues()}
    assert [market.symbol for market in TRUTH.markets] == ["BTC-PERP", "ETH-PERP", "1MPEPE-PERP"]


@pytest.mark.recorded
def test_the_list_has_the_recorded_fields(board: Switchboard, shared: Path) -> None:
    recorded = json.loads((shared / "fixtures/sources/drift/stats_markets__BTC-PERP.json").read_text())["response"]
    found = orjson.loads(get(board, "/stats/markets"))
    assert {name: type(value) for name, value in found["markets"][0].items()} == {
        name: type(value) for name, value in recorded["markets"][0].items()
    }
    assert [market["marketType"] for market in found["markets"]] == ["perp", "perp", "perp", "spot"]


def test_the_larger_side_is_the_truth_and_shorts_are_negative(board: Switchboard) -> None:
    truth = {row["symbol"]: row for row in TRUTH.open_interest().filter(pl.col("observed_at").dt.epoch("s") == HOUR).to_dicts()}
    larger = set()
    for market in orjson.loads(get(board, "/stats/markets"))["markets"][:3]:
        longs, shorts = float(market["openInterest"]["long"]), float(market["openInterest"]["short"])
        assert longs > 0 > shorts
        assert max(longs, -shorts) == truth[market["symbol"]]["open_interest_base"]
        assert float(market["oraclePrice"]) == truth[market["symbol"]]["price_used"]
        larger.add(longs > -shorts)
    assert larger == {True, False}


def test_candles_are_the_newest_up_to_the_bound(board: Switchboard) -> None:
    path = "/market/BTC-PERP/candles/60"
    found = orjson.loads(get(board, path, startTs=HOUR - 1, endTs=HOUR - 5 * 3600, limit=3))["records"]
    assert [row["ts"] for row in found] == [HOUR - n * 3600 for n in (1, 2, 3)]
    assert len(orjson.loads(get(board, path, startTs=HOUR - 1, endTs=HOUR - 5 * 3600, limit=1000))["records"]) == 5
    assert orjson.loads(get(board, path))["records"][0]["ts"] == HOUR
    assert board.respond("drift", Query("GET", "/market/NONE-PERP/candles/60")).status == 404
    assert board.respond("drift", Query("GET", "/market/BTC-PERP/candles/7")).status == 400


def test_a_file_has_the_settlements_of_its_day_in_dollars(board: Switchboard) -> None:
    rows = list(csv.DictReader(io.StringIO(get(board, "/market/ETH-PERP/fundingRates/2026/3/14", format="csv").decode())))
    truth = TRUTH.funding().filter(symbol="ETH-PERP", date=date(2026, 3, 14))["funding_rate"].to_list()
    assert len(rows) == len(truth) == 24
    for row, rate in zip(rows, truth, strict=True):
        assert float(row["fundingRate"]) / float(row["oraclePriceTwap"]) == pytest.approx(rate, rel=1e-12)
        assert 8 <= int(row["ts"]) % 3600 <= 14
    assert get(board, "/market/ETH-PERP/fundingRates/2026/4/14", format="csv") == b""
    assert board.respond("drift", Query("GET", "/market/ETH-PERP/fundingRates/2026/3/14")).status == 400
