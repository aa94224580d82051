"""Deribit's dialect: columns, what a page keeps, USD and base, the hour beside the sum of eight, errors of the envelope."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import polars as pl
import pytest
from simulated import Simulated

from simulator import Truth
from simulator.dialect import Query
from simulator.dialects.deribit import DIALECT, VENUE

HOUR_MS = 3_600_000
TRUTH = Truth(seed=3, days=220, venues=[VENUE])
NOW = datetime(2027, 2, 1, 12, 30, tzinfo=UTC)
SIMULATED = Simulated("deribit", TRUTH, NOW, "/api/v2/public/get_")
body = SIMULATED.body
NOW_MS = int(NOW.timestamp() * 1000)
LAST = NOW_MS // HOUR_MS * HOUR_MS - HOUR_MS


def truth_of(symbol: str, frame: pl.DataFrame, column: str) -> dict[str, Any]:
    return frame.filter(symbol=symbol).row(by_predicate=pl.col(column).dt.epoch("ms") == LAST, named=True)


@pytest.mark.parametrize("symbol", ["BTC-PERPETUAL", "ETH_USDC-PERPETUAL", "1000PEPE_USDC-PERPETUAL"])
def test_a_chart_counts_base_and_usd(symbol: str) -> None:
    bounds = {"start_timestamp": LAST - HOUR_MS, "end_timestamp": LAST}
    found = body("tradingview_chart_data", instrument_name=symbol, resolution=60, **bounds)["result"]
    truth = truth_of(symbol, TRUTH.candles(), "opened_at")
    assert found["ticks"] == [LAST - HOUR_MS, LAST]
    assert [found[name][-1] for name in ("close", "volume", "cost")] == [truth["close"], truth["volume_base"], truth["volume_usd"]]


def test_pages_keep_the_newest() -> None:
    whole = {"instrument_name": "BTC-PERPETUAL", "start_timestamp": 0, "end_timestamp": NOW_MS}
    chart = body("tradingview_chart_data", resolution=60, **whole)["result"]
    assert (len(chart["ticks"]), chart["ticks"][-1], chart["status"]) == (5001, LAST + HOUR_MS, "ok")
    funding = body("funding_rate_history", **whole)["result"]
    assert [row["timestamp"] for row in funding] == list(range(LAST - 742 * HOUR_MS, LAST + HOUR_MS + 1, HOUR_MS))
    nothing = body("tradingview_chart_data", resolution=60, **whole | {"end_timestamp": 1})
    assert nothing["result"] == {"status": "no_data"}


def test_the_hour_stands_beside_the_sum_of_eight() -> None:
    bounds = {"start_timestamp": LAST - 7 * HOUR_MS, "end_timestamp": LAST}
    rows = body("funding_rate_history", instrument_name="ETH_USDC-PERPETUAL", **bounds)["result"]
    assert rows[-1]["interest_1h"] == truth_of("ETH_USDC-PERPETUAL", TRUTH.funding(), "settled_at")["funding_rate"]
    assert rows[-1]["interest_8h"] == pytest.approx(sum(row["interest_1h"] for row in rows), rel=1e-12)
    assert abs(rows[-1]["interest_8h"]) > 3 * abs(rows[-1]["interest_1h"])


def test_summaries_are_by_settlement_currency_in_usd_or_base() -> None:
    hour = pl.col("observed_at").dt.epoch("ms") == LAST + HOUR_MS
    truth = {row["symbol"]: row for row in TRUTH.open_interest().filter(hour).to_dicts()}
    (inverse, dated) = body("book_summary_by_currency", currency="BTC", kind="future")["result"]
    assert (inverse["open_interest"], dated["instrument_name"]) == (truth["BTC-PERPETUAL"]["open_interest_usd"], "BTC-25DEC26")
    linear = {row["instrument_name"]: row for row in body("book_summary_by_currency", currency="USDC")["result"]}
    name = "1000PEPE_USDC-PERPETUAL"
    assert linear[name]["open_interest"] == truth[name]["open_interest_base"]
    assert linear[name]["creation_timestamp"] < NOW_MS
    assert "BTC-PERPETUAL" not in linear
    assert body("book_summary_by_currency", 400, currency="any")["error"]["data"]["param"] == "currency"


def test_the_list_holds_sizes_and_dated_futures() -> None:
    rows = {row["instrument_name"]: row for row in body("instruments", currency="any", kind="future")["result"]}
    assert (rows["BTC-PERPETUAL"]["contract_size"], rows["BTC-PERPETUAL"]["settlement_currency"]) == (10, "BTC")
    assert rows["1000PEPE_USDC-PERPETUAL"]["base_currency"] == "1000PEPE"
    assert rows["BTC-25DEC26"]["settlement_period"] == "month"


def test_errors_are_in_the_envelope_and_instruments_have_their_own_bucket() -> None:
    bounds = {"start_timestamp": 0, "end_timestamp": 1}
    unknown = body("funding_rate_history", 400, instrument_name="NOPE-PERPETUAL", **bounds)["error"]
    assert (unknown["code"], unknown["data"]["param"]) == (-32602, "instrument_name")
    assert body("funding_rate_history", 400, instrument_name="BTC-PERPETUAL")["error"]["data"]["param"] == "start_timestamp"
    assert body("nothing", 400)["error"]["code"] == -32601
    reply = DIALECT.too_many(1.0, False)
    assert (reply.status, orjson.loads(reply.content)["error"]["code"]) == (429, 10028)
    paths = [f"/api/v2/public/get_{name}" for name in ("instruments", "funding_rate_history")]
    assert [DIALECT.bucket(Query("GET", path)) for path in paths] == ["instruments", ""]
