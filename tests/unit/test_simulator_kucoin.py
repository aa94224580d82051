"""KuCoin's dialect: lots, ranges, what is cut, the two orders, errors inside HTTP 200."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import polars as pl
from simulated import Simulated

from simulator import Truth
from simulator.changes import NewTerms
from simulator.dialects.kucoin import DIALECT, VENUE

HOUR_MS = 3_600_000
TRUTH = Truth(seed=3, days=70, venues=[VENUE])
NOW = datetime(2026, 9, 5, 12, 30, tzinfo=UTC)
SIMULATED = Simulated("kucoin", TRUTH, NOW, "/api/")
body = SIMULATED.body
NOW_MS = int(NOW.timestamp() * 1000)
HOUR = NOW_MS // HOUR_MS * HOUR_MS


def data(path: str, **params: Any) -> Any:
    whole = body(path, **params)
    assert whole["code"] == "200000", whole
    return whole["data"]


def test_lots_are_worth_their_multiplier() -> None:
    listed = {row["symbol"]: row for row in data("v1/contracts/active")}
    assert sorted(listed) == ["ETHUSDTM", "PEPEUSDTM", "XBTMZ26", "XBTUSDM", "XBTUSDTM"]
    assert (listed["XBTUSDM"]["multiplier"], listed["XBTUSDM"]["isInverse"], listed["XBTMZ26"]["type"]) == (-1, True, "FFICSX")
    for name in ("XBTUSDTM", "PEPEUSDTM", "XBTUSDM"):
        size = abs(listed[name]["multiplier"])
        last = HOUR - HOUR_MS
        (row,) = data("v1/kline/query", symbol=name, granularity=60, from_=last, to=last)
        truth = TRUTH.candles().filter(symbol=name).row(by_predicate=pl.col("opened_at").dt.epoch("ms") == last, named=True)
        held = TRUTH.open_interest().filter(symbol=name).row(by_predicate=pl.col("observed_at").dt.epoch("ms") == HOUR, named=True)
        own, other = ("usd", "base") if name == "XBTUSDM" else ("base", "usd")
        assert (row[5] * size, row[6]) == (truth[f"volume_{own}"], truth[f"volume_{other}"])
        assert float(listed[name]["openInterest"]) * size == held[f"open_interest_{own}"]


def test_the_market_type_of_a_stock_is_its_exchange() -> None:
    changes = [NewTerms("kucoin", "ETHUSDTM", 3, {"underlying_class": kind}) for kind in ("equity", "commodity")]
    said = []
    for change in (None, *changes):
        truth = Truth(seed=3, days=70, assets=["ETH"], venues=[VENUE], changes=[change] if change else [])
        (row,) = Simulated("kucoin", truth, NOW, "/api/").body("v1/contracts/active")["data"]
        said.append((row["assetClass"], row["marketType"]))
    assert said == [("CRYPTO", "CRYPTO"), ("STOCK", "NASDAQ"), ("COMMODITY", "CRYPTO")]


def test_candles_are_oldest_first_and_end_at_200() -> None:
    rows = data("v1/kline/query", symbol="XBTUSDTM", granularity=60, from_=HOUR - 3 * HOUR_MS, to=HOUR)
    assert [row[0] for row in rows] == [HOUR - n * HOUR_MS for n in (3, 2, 1, 0)]
    many = data("v1/kline/query", symbol="XBTUSDTM", granularity=60, from_=HOUR - 500 * HOUR_MS, to=HOUR)
    assert [many[0][0], many[-1][0]] == [HOUR - 500 * HOUR_MS, HOUR - 301 * HOUR_MS]


def test_funding_needs_both_bounds_and_is_newest_first() -> None:
    rows = data("v1/contract/funding-rates", symbol="PEPEUSDTM", from_=0, to=NOW_MS)
    assert [row["timepoint"] for row in rows] == [HOUR - n * 4 * HOUR_MS for n in range(100)]
    assert body("v1/contract/funding-rates", symbol="PEPEUSDTM", from_=0)["code"] == "400100"


def test_the_history_of_open_interest_does_not_name_its_symbol() -> None:
    start = {"startAt": HOUR - 3 * HOUR_MS, "endAt": HOUR - 1}
    rows = data("ua/v1/market/open-interest", symbol="XBTUSDTM", interval="1hour", pageSize=200, **start)
    assert [row["ts"] for row in rows] == [HOUR - n * HOUR_MS for n in (1, 2, 3)]
    assert set(rows[0]) == {"openInterest", "ts"}
    (now,) = data("ua/v1/market/open-interest", symbol="XBTUSDTM")
    assert (now["symbol"], now["ts"]) == ("XBTUSDTM", NOW_MS)
    everything = data("ua/v1/market/open-interest", symbol="XBTUSDTM", interval="1hour", pageSize=500)
    assert len(everything) == 200


def test_errors_are_codes_inside_http_200() -> None:
    assert body("v1/kline/query", symbol="BTCUSDTM", granularity=60)["code"] == "100003"
    assert body("v1/kline/query", symbol="XBTUSDTM", granularity="1H")["code"] == "400100"
    assert body("ua/v1/market/open-interest", symbol="XBTUSDTM", interval="1h")["code"] == "400100"
    assert body("v1/kline/query", symbol="XBTUSDTM", granularity=60, to="x")["code"] == "400100"
    reply = DIALECT.too_many(1.0, False)
    assert (reply.status, orjson.loads(reply.content)["code"]) == (429, "429000")
