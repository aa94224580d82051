"""dYdX's dialect: the recorded answers' shape, newest first, the bounds of pages, settled markets, errors in milliseconds."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from simulated import Simulated

from simulator import Truth
from simulator.dialects.dydx import DIALECT, VENUE

TRUTH = Truth(seed=3, days=60, venues=[VENUE])
NOW = datetime(2026, 8, 25, 12, 30, tzinfo=UTC)
SIMULATED = Simulated("dydx", TRUTH, NOW)
ask, get = SIMULATED.ask, SIMULATED.body
CANDLES, FUNDING = "/candles/perpetualMarkets/BTC-USD", "/historicalFunding/BTC-USD"


@pytest.mark.recorded
def test_answers_have_the_recorded_fields(shared: Path) -> None:
    def recorded(name: str) -> Any:
        return json.loads((shared / "fixtures/sources/dydx" / f"{name}.json").read_text())["response"]

    def kinds(row: dict[str, Any]) -> dict[str, type]:
        return {name: type(value) for name, value in row.items()}

    markets = recorded("perpetualMarkets__btc-eth-sol")["markets"]
    assert kinds(get("/perpetualMarkets")["markets"]["BTC-USD"]) == kinds(markets["BTC-USD"])
    candle = recorded("candles__BTC-USD-1MIN-zero-volume")["candles"][0]
    assert kinds(get(CANDLES, resolution="1HOUR")["candles"][0]) == kinds(candle)
    assert kinds(get(FUNDING)["historicalFunding"][0]) == kinds(recorded("historicalFunding__BTC-USD")["historicalFunding"][0])


def test_candles_are_newest_first_from_inclusive_to_exclusive() -> None:
    bounds = {"fromISO": "2026-08-01T00:00:00.000Z", "toISO": "2026-08-01T03:00:00.000Z"}
    found = get(CANDLES, resolution="1HOUR", **bounds)["candles"]
    assert [row["startedAt"] for row in found] == [f"2026-08-01T0{hour}:00:00.000Z" for hour in (2, 1, 0)]
    assert [row["startedAt"] for row in get(CANDLES, resolution="1HOUR", limit="1", **bounds)["candles"]] == [found[0]["startedAt"]]
    truth = TRUTH.candles().filter(symbol="BTC-USD").filter(pl.col("opened_at").is_between(*(_utc(found[n]) for n in (2, 0))))
    assert [float(row["usdVolume"]) for row in reversed(found)] == truth["volume_usd"].to_list()
    held = TRUTH.open_interest().filter(symbol="BTC-USD").filter(pl.col("observed_at").is_in(truth["opened_at"].implode()))
    assert [float(row["startingOpenInterest"]) for row in reversed(found)] == held["open_interest_base"].to_list()
    assert len(get(CANDLES, resolution="1HOUR")["candles"]) == 1000


def _utc(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["startedAt"])


def test_funding_is_newest_first_up_to_a_moment_and_late() -> None:
    found = get(FUNDING, effectiveBeforeOrAt="2026-08-01T02:59:59.999Z", limit="2")["historicalFunding"]
    stamps = [datetime.fromisoformat(row["effectiveAt"]) for row in found]
    assert [at.replace(microsecond=0) for at in stamps] == [datetime(2026, 8, 1, hour, tzinfo=UTC) for hour in (2, 1)]
    assert all(timedelta(0) < at - at.replace(microsecond=0) < timedelta(seconds=1) for at in stamps)
    truth = TRUTH.funding().filter(symbol="BTC-USD").filter(settled_at=datetime(2026, 8, 1, 2, tzinfo=UTC)).row(0, named=True)
    assert (float(found[0]["rate"]), float(found[0]["price"])) == (truth["funding_rate"], truth["mark_price"])


def test_settled_markets_stay_with_zeros() -> None:
    markets = get("/perpetualMarkets")["markets"]
    gone = markets["MATIC-USD"]
    assert (gone["status"], gone["openInterest"], gone["volume24H"]) == ("FINAL_SETTLEMENT", "0.0", "0.0")
    assert {market["status"] for name, market in markets.items() if name != "MATIC-USD"} == {"ACTIVE"}
    assert "AAPL-USD" not in markets


@pytest.mark.parametrize(
    ("path", "params", "message"),
    [("/historicalFunding/NO-USD", {}, "ticker must be a valid ticker"), (FUNDING, {"limit": "1001"}, "limit must be"),
     (FUNDING, {"effectiveBeforeOrAt": "soon"}, "Invalid value"), (CANDLES, {"resolution": "1h"}, "resolution must be"),
     ("/perpetualMarkets", {"ticker": "NO-USD"}, "ticker must be a valid ticker")],
)  # fmt: skip
def test_refusals(path: str, params: dict[str, str], message: str) -> None:
    reply = ask(path, **params)
    assert (reply.status, orjson.loads(reply.content)["errors"][0]["msg"].startswith(message)) == (400, True)


def test_retry_after_is_in_milliseconds() -> None:
    reply = DIALECT.too_many(2.5, False)
    assert (reply.status, reply.headers["Retry-After"]) == (429, "2500")
    assert orjson.loads(reply.content) == {"errors": [{"msg": "Too many requests"}]}
