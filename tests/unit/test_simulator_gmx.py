"""GMX's dialect: the recorded lists' shape, candles newest first, fills that add up to the truth, both sides, pages, errors."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from ingestion.sources.gmx import SQUID
from simulator import Truth
from simulator.dialect import Query
from simulator.dialects.gmx import VENUE
from simulator.switchboard import Switchboard

TRUTH = Truth(seed=3, days=20, venues=[VENUE])
NOW = datetime(2026, 7, 15, 12, 30, tzinfo=UTC)
HOUR = int(NOW.timestamp()) // 3600 * 3600
BTC = next(market for market in TRUTH.markets if market.asset.name == "BTC")


@pytest.fixture
def board() -> Switchboard:
    return Switchboard(TRUTH, NOW)


def get(board: Switchboard, path: str, **params: str) -> Any:
    return orjson.loads(board.respond("gmx", Query("GET", path, params)).content)


def squid(board: Switchboard, name: str, **variables: int) -> Any:
    asked = {"from": HOUR - 86_400, "to": HOUR, "limit": 1000, "offset": 0} | variables
    body = {"operationName": name, "query": "", "variables": asked}
    return orjson.loads(board.respond("gmx", Query("POST", SQUID, {}, body)).content)


def rows(board: Switchboard, name: str, **variables: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = squid(board, name, **variables)["data"][name]
    return found


@pytest.mark.recorded
def test_lists_have_the_recorded_fields(board: Switchboard, shared: Path) -> None:
    for name in ("markets", "tokens"):
        recorded = json.loads((shared / f"fixtures/sources/gmx/{name}__arbitrum.json").read_text())["response"][name]
        assert set(get(board, f"/{name}")[name][1]) <= set().union(*recorded)
        assert set(get(board, f"/{name}")[name][-1]) >= set(recorded[0])


def test_candles_are_the_newest_first_and_know_the_running_hour(board: Switchboard) -> None:
    found = get(board, "/prices/candles", tokenSymbol="BTC", period="1h", limit="3")
    assert [row[0] for row in found["candles"]] == [HOUR, HOUR - 3600, HOUR - 7200]
    assert board.respond("gmx", Query("GET", "/prices/candles", {"tokenSymbol": "NONE", "period": "1h"})).status == 400


def test_fills_of_an_hour_add_up_to_the_truth(board: Switchboard) -> None:
    fills = [row for row in rows(board, "positionChanges", **{"from": HOUR - 3600}) if row["market"] == BTC.symbol.lower()]
    truth = TRUTH.candles().filter(market_id=BTC.market_id).filter(pl.col("opened_at").dt.epoch("s") == HOUR - 3600).row(0, named=True)
    assert len(fills) == 2
    assert sum(Fraction(row["sizeDeltaUsd"]) for row in fills) == Fraction(truth["volume_usd"]) * 10**30
    decimals = next(row["decimals"] for row in get(board, "/tokens")["tokens"] if row["symbol"] == "BTC")
    assert sum(Fraction(row["sizeDeltaInTokens"]) for row in fills) == Fraction(truth["volume_base"]) * 10**decimals


def test_the_truth_is_the_larger_side_and_that_is_not_always_the_same(board: Switchboard) -> None:
    truth = {
        row["market_id"]: row["open_interest_usd"]
        for row in TRUTH.open_interest().filter(pl.col("observed_at").dt.epoch("s") == HOUR).to_dicts()
    }
    larger = set()
    for row in squid(board, "marketInfos")["data"]["marketInfos"]:
        sides = {side: Fraction(row[f"{side}OpenInterestUsd"]) / 10**30 for side in ("long", "short")}
        market_id = next(name for name in truth if name.lower() == f"gmx:{row['marketTokenAddress']}")
        assert max(sides.values()) == Fraction(truth[market_id])
        assert min(sides.values()) == max(sides.values()) * 3 / 4
        larger.add(max(sides, key=lambda side: sides[side]))
    assert larger == {"long", "short"}


def test_who_pays_has_the_negative_factor(board: Switchboard) -> None:
    found = [row for row in rows(board, "fundingRateSnapshots") if row["marketAddress"] == BTC.symbol.lower()]
    truth = TRUTH.funding().filter(market_id=BTC.market_id)
    due = {row["settled_at"].timestamp(): row["funding_rate"] for row in truth.to_dicts()}
    assert [row["snapshotTimestamp"] for row in found] == list(range(HOUR - 86_400, HOUR, 3600))
    for row in found:
        assert -3600 * int(row["fundingFactorPerSecondLong"]) / 1e30 == pytest.approx(due[row["snapshotTimestamp"]], rel=1e-12)
        assert int(row["fundingFactorPerSecondLong"]) * int(row["fundingFactorPerSecondShort"]) < 0


def test_pages_are_cut_by_offset_and_the_end_is_exclusive(board: Switchboard) -> None:
    whole = rows(board, "fundingBalanceOiSnapshots")
    assert len(whole) == 3 * 24
    assert [row["snapshotTimestamp"] for row in whole] == sorted(row["snapshotTimestamp"] for row in whole)
    parts = [rows(board, "fundingBalanceOiSnapshots", offset=offset, limit=30) for offset in (0, 30, 60)]
    assert [len(part) for part in parts] == [30, 30, 12]
    assert [row for part in parts for row in part] == whole
    assert len(rows(board, "positionChanges", **{"from": HOUR - 11 * 86_400, "limit": 5000})) == 1000


def test_liquidations_and_errors(board: Switchboard) -> None:
    found = rows(board, "tradeActions")
    truth = TRUTH.liquidations().filter(pl.col("liquidated_at").dt.epoch("s").is_between(HOUR - 86_400, HOUR - 1))
    assert len(found) == len(truth) > 0
    assert sorted(row["isLong"] for row in found) == sorted(side == "long" for side in truth["side"])
    assert squid(board, "prices") == {"errors": [{"message": "Cannot query field 'prices' on type Query."}]}
