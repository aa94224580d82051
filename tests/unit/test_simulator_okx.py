"""OKX's dialect: the envelope, newest first between exclusive bounds, contracts, running bars, errors inside HTTP 200."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import polars as pl
import pytest
from simulated import Simulated

from simulator import Truth
from simulator.dialect import Query
from simulator.dialects.okx import DIALECT, VENUE

HOUR_MS = 3_600_000
TRUTH = Truth(seed=3, days=70, venues=[VENUE])
NOW = datetime(2026, 9, 5, 12, 30, tzinfo=UTC)
SIMULATED = Simulated("okx", TRUTH, NOW, "/api/v5/")
body = SIMULATED.body
NOW_MS = int(NOW.timestamp() * 1000)
HOUR = NOW_MS // HOUR_MS * HOUR_MS


def data(path: str, **params: Any) -> Any:
    whole = body(path, **params)
    assert whole["code"] == "0", whole
    return whole["data"]


@pytest.mark.parametrize(
    ("path", "older", "newer", "fixed"),
    [("market/candles", "after", "before", {"bar": "1H"}), ("market/history-candles", "after", "before", {"bar": "1H"}),
     ("rubik/stat/contracts/open-interest-history", "end", "begin", {"period": "1H"})],
)  # fmt: skip
def test_rows_lie_between_exclusive_bounds_newest_first_and_the_oldest_are_cut(
    path: str, older: str, newer: str, fixed: dict[str, str]
) -> None:
    bounds = {older: HOUR - HOUR_MS, newer: HOUR - 6 * HOUR_MS}
    rows = data(path, instId="BTC-USDT-SWAP", **fixed, **bounds)
    assert [int(row[0]) for row in rows] == [HOUR - n * HOUR_MS for n in (2, 3, 4, 5)]
    cut = data(path, instId="BTC-USDT-SWAP", **fixed, **bounds, limit=2)
    assert [int(row[0]) for row in cut] == [HOUR - n * HOUR_MS for n in (2, 3)]


def test_only_candles_know_the_running_bar_and_only_1440_of_them() -> None:
    assert [row[8] for row in data("market/candles", instId="BTC-USDT-SWAP", bar="1H", limit=2)] == ["0", "1"]
    assert [row[8] for row in data("market/history-candles", instId="BTC-USDT-SWAP", bar="1H", limit=2)] == ["1", "1"]
    old = {"instId": "BTC-USDT-SWAP", "bar": "1H", "after": HOUR - 1500 * HOUR_MS}
    assert data("market/candles", **old) == []
    assert len(data("market/history-candles", **old)) == 70 * 24 - 1500 - (70 * 24 - (HOUR - TRUTH.start_ms) // HOUR_MS)


def test_contracts_are_worth_their_size() -> None:
    swaps = {row["instId"]: row for row in data("public/instruments", instType="SWAP")}
    assert not any("MATIC" in name for name in swaps)
    assert (swaps["BTC-USD-SWAP"]["ctVal"], swaps["BTC-USD-SWAP"]["ctValCcy"], swaps["BTC-USD-SWAP"]["settleCcy"]) == (
        "100.0",
        "USD",
        "BTC",
    )
    assert swaps["AAPL-USDT-SWAP"]["instCategory"] == "3"
    for name in ("BTC-USD-SWAP", "ETH-USDT-SWAP", "SOL-USDT-SWAP"):
        (row,) = data("market/candles", instId=name, bar="1H", after=HOUR, before=HOUR - HOUR_MS - 1)
        size = float(swaps[name]["ctVal"]) * float(swaps[name]["ctMult"])
        truth = TRUTH.candles().filter(symbol=name).row(by_predicate=pl.col("opened_at").dt.epoch("ms") == HOUR - HOUR_MS, named=True)
        assert float(row[5]) * size == truth["volume_usd" if name == "BTC-USD-SWAP" else "volume_base"]
        assert (float(row[6]), float(row[7])) == (truth["volume_base"], truth["volume_usd"])


def test_open_interest_carries_noise_below_the_digits_that_count() -> None:
    rows = {row["instId"]: row for row in data("public/open-interest", instType="SWAP")}
    truth = TRUTH.open_interest().filter(symbol="ETH-USDT-SWAP").filter(pl.col("observed_at").dt.epoch("ms") == HOUR)
    base = truth["open_interest_base"][0]
    assert float(rows["ETH-USDT-SWAP"]["oiCcy"]) != base
    assert round(float(rows["ETH-USDT-SWAP"]["oiCcy"]), 8) == base
    assert float(rows["ETH-USDT-SWAP"]["oiUsd"]) == truth["open_interest_usd"][0]


def test_what_was_charged_is_not_what_was_forecast() -> None:
    rows = data("public/funding-rate-history", instId="HYPE-USDT-SWAP", limit=3)
    truth = TRUTH.funding().filter(symbol="HYPE-USDT-SWAP").filter(pl.col("settled_at") <= NOW).tail(3)["funding_rate"].to_list()
    assert [float(row["realizedRate"]) for row in rows] == truth[::-1]
    assert all(row["fundingRate"] != row["realizedRate"] for row in rows)
    (coming,) = (row for row in data("public/funding-rate", instId="ANY") if row["instId"] == "HYPE-USDT-SWAP")
    assert int(coming["nextFundingTime"]) - int(coming["fundingTime"]) == 4 * HOUR_MS


def test_marks_name_swaps_and_indexes_name_pairs() -> None:
    (mark,) = (row for row in data("public/mark-price", instType="SWAP") if row["instId"] == "BTC-USD-SWAP")
    (index,) = (row for row in data("market/index-tickers", quoteCcy="USD") if row["instId"] == "BTC-USD")
    truth = TRUTH.premiums().filter(symbol="BTC-USD-SWAP").row(by_predicate=pl.col("observed_at").dt.epoch("ms") == HOUR, named=True)
    assert (float(mark["markPx"]), float(index["idxPx"])) == (truth["mark_price"], truth["index_price"])
    assert data("market/index-tickers", quoteCcy="USDC") == []


def test_liquidations_are_a_familys_newest_first_between_exclusive_bounds() -> None:
    found = TRUTH.liquidations().filter(symbol="BTC-USD-SWAP").filter(pl.col("liquidated_at") <= NOW).tail(3).rows(named=True)
    stamps = [int(one["liquidated_at"].timestamp() * 1000) for one in found]
    fixed = {"instType": "SWAP", "state": "filled", "instFamily": "BTC-USD"}
    (group,) = data("public/liquidation-orders", **fixed, before=stamps[0], after=NOW_MS)
    assert (group["instId"], [int(row["ts"]) for row in group["details"]]) == ("BTC-USD-SWAP", stamps[:0:-1])
    newest = group["details"][0]
    assert float(newest["sz"]) * 100 == found[2]["liquidated_usd"]
    assert (newest["posSide"], newest["side"]) == (found[2]["side"], {"long": "sell", "short": "buy"}[found[2]["side"]])
    assert data("public/liquidation-orders", **fixed, after=NOW_MS - 25 * HOUR_MS) == []
    assert body("public/liquidation-orders", instType="SWAP")["code"] == "50015"
    linear = TRUTH.liquidations().filter(symbol="ETH-USDT-SWAP").filter(pl.col("liquidated_at") <= NOW).tail(1).row(0, named=True)
    ((row,),) = (one["details"] for one in data("public/liquidation-orders", **fixed | {"instFamily": "ETH-USDT"}, limit=1))
    assert (float(row["sz"]) * 2.0**-3, float(row["bkPx"])) == (linear["quantity_base"], linear["price"])


def test_errors_are_codes_inside_http_200_and_limits_are_per_path() -> None:
    assert body("market/candles", instId="MATIC-USDT-SWAP", bar="1H")["code"] == "51001"
    assert body("market/candles", instId="BTC-USDT-SWAP", bar="1h")["code"] == "51000"
    assert body("market/candles", instId="BTC-USDT-SWAP", bar="1H", after="x")["code"] == "51000"
    assert body("public/instruments")["code"] == "50014"
    assert DIALECT.bucket(Query("GET", "/a")) != DIALECT.bucket(Query("GET", "/b"))
    reply = DIALECT.too_many(1.0, False)
    assert (reply.status, orjson.loads(reply.content)["code"], reply.headers) == (429, "50011", {})
