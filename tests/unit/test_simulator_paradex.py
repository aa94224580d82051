"""Paradex's dialect: the recorded fields, options among perpetuals, funding that accrues, minutes of the past, errors."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from simulated import Simulated

from simulator import Truth
from simulator.dialects.paradex import DIALECT, OPTION, VENUE

HOUR_MS = 3_600_000
TRUTH = Truth(seed=3, days=20, venues=[VENUE])
NOW = datetime(2026, 7, 15, 12, 30, tzinfo=UTC)
SIMULATED = Simulated("paradex", TRUTH, NOW)
ask = SIMULATED.ask
NOON = int(NOW.timestamp() * 1000) - 1_800_000
BTC, PEPE = "BTC-USD-PERP", "kPEPE-USD-PERP"


def results(path: str, **params: Any) -> Any:
    reply = ask(path, **params)
    assert reply.status == 200, reply.content
    return orjson.loads(reply.content)["results"]


@pytest.mark.recorded
def test_answers_have_the_recorded_fields(shared: Path) -> None:
    def recorded(name: str) -> Any:
        return json.loads((shared / f"fixtures/sources/paradex/{name}.json").read_text())["response"]["results"][0]

    real, ours = recorded("markets__prod-20260911"), results("/markets")[0]
    assert {key: type(value) for key, value in real.items()}.items() <= {key: type(value) for key, value in ours.items()}.items()
    read = ("symbol", "mark_price", "underlying_price", "last_traded_price", "volume_24h", "total_volume", "created_at", "open_interest")
    real, ours = recorded("markets_summary__prod-BTC-and-option-20260911"), results("/markets/summary", market="ALL")[0]
    assert [type(ours[key]) for key in read] == [type(real[key]) for key in read]


def test_options_stand_among_the_perpetuals() -> None:
    kinds = {row["symbol"]: row["asset_kind"] for row in results("/markets")}
    assert (kinds[BTC], kinds[OPTION], len(kinds)) == ("PERP", "OPTION", 5)
    (option,) = (row for row in results("/markets/summary", market="ALL") if row["symbol"] == OPTION)
    assert option["funding_rate"] == ""


def test_the_index_grows_to_what_the_truth_settles() -> None:
    def sample(at: int) -> dict[str, Any]:
        (row,) = results("/funding/data", market=PEPE, start_at=at - 300_000, end_at=at, page_size=1)
        assert row["created_at"] == at - 700
        return dict(row)

    before, half, after = (sample(NOON - hours * HOUR_MS) for hours in (4, 2, 0))
    price = float(after["funding_premium"]) / float(after["funding_rate"])
    truth = TRUTH.funding().filter(symbol=PEPE).filter(pl.col("settled_at").dt.epoch("ms") == NOON)
    paid = float(after["funding_index"]) - float(before["funding_index"])
    assert round(paid / price, 12) == truth["funding_rate"][0] == float(after["funding_rate"])
    assert float(half["funding_index"]) - float(before["funding_index"]) == pytest.approx(paid / 2)
    assert after["funding_period_hours"] == 4


def test_funding_rows_are_newest_first_and_none_is_to_come() -> None:
    rows = results("/funding/data", market=BTC, page_size=3)
    assert [NOON + 1_800_000 - row["created_at"] for row in rows] == [700, 60_700, 120_700]


def test_the_past_of_a_summary_is_of_its_minute() -> None:
    midnight = int(datetime(2026, 7, 10, tzinfo=UTC).timestamp() * 1000)
    (row,) = results("/markets/summary", market=BTC, start=midnight - 60_000, end=midnight - 1)
    truth = TRUTH.daily_open_interest().filter(symbol=BTC, date=date(2026, 7, 9))
    assert (row["created_at"], float(row["open_interest"])) == (midnight - 60_000, truth["open_interest_base"][0])


def test_candles_have_both_bounds_and_base() -> None:
    rows = results("/markets/klines", symbol=BTC, resolution=60, start_at=NOON - 2 * HOUR_MS, end_at=NOON - 1)
    assert [row[0] for row in rows] == [NOON - 2 * HOUR_MS, NOON - HOUR_MS]
    truth = TRUTH.candles().filter(symbol=BTC).filter(pl.col("opened_at").dt.epoch("ms") == NOON - HOUR_MS)
    assert rows[1][5] * rows[1][4] == truth["volume_usd"][0]


def test_errors_are_words() -> None:
    def error(path: str, **params: Any) -> tuple[int, str]:
        reply = ask(path, **params)
        return reply.status, orjson.loads(reply.content)["error"]

    assert error("/markets/klines", symbol="X", resolution=60, start_at=0, end_at=1) == (400, "INVALID_SYMBOL")
    assert error("/markets/klines", symbol=BTC, resolution=240, start_at=0, end_at=1) == (400, "VALIDATION_ERROR")
    assert error("/markets/klines", symbol=BTC, resolution=60, end_at=1) == (400, "VALIDATION_ERROR")
    assert error("/x") == (404, "NOT_FOUND")
    assert DIALECT.too_many(1.0, False).status == 429
