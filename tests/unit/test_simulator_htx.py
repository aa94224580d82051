"""HTX's dialect: doubled volumes, days of the east, pages, spans of liquidations, errors inside HTTP 200."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl
from simulated import Simulated

from simulator import Truth
from simulator.changes import NewTerms
from simulator.dialects.htx import VENUE

TRUTH = Truth(seed=5, days=40, venues=[VENUE])
NOW = datetime(2026, 8, 5, 12, 30, tzinfo=UTC)
SIMULATED = Simulated("htx", TRUTH, NOW)
body = SIMULATED.said
NOW_MS = int(NOW.timestamp() * 1000)
HOUR = NOW_MS // 3_600_000 * 3600


def truth_of(symbol: str, second: int) -> dict[str, Any]:
    hours = TRUTH.candles().filter(symbol=symbol)
    return hours.row(by_predicate=pl.col("opened_at").dt.epoch("s") == second, named=True)


def test_klines_count_buys_and_sells_and_trades_once() -> None:
    bounds = {"period": "60min", "from": HOUR - 7200, "to": HOUR - 3601}
    linear = body("/linear-swap-ex/market/history/kline", contract_code="ETH-USDT", **bounds)
    assert linear["ch"] == "market.ETH-USDT.kline.60min"
    (row,) = linear["data"]
    truth = truth_of("ETH-USDT", HOUR - 7200)
    expected = (2 * truth["volume_base"], 2 * truth["volume_usd"], truth["trades"])
    assert (row["amount"], row["trade_turnover"], row["count"]) == expected
    assert row["vol"] * 2.0**-7 == row["amount"]
    (inverse,) = body("/swap-ex/market/history/kline", contract_code="BTC-USD", **bounds)["data"]
    assert inverse["vol"] * 100 / 2 == truth_of("BTC-USD", HOUR - 7200)["volume_usd"]
    assert "trade_turnover" not in inverse


def test_bounds_are_included_size_overrides_them_and_days_are_of_the_east() -> None:
    path, name = "/linear-swap-ex/market/history/kline", {"contract_code": "BTC-USDT"}
    rows = body(path, **name, period="60min", **{"from": HOUR - 7200, "to": HOUR})["data"]
    assert [row["id"] for row in rows] == [HOUR - 7200, HOUR - 3600, HOUR]
    sized = body(path, **name, period="60min", size=2, **{"from": 0, "to": 1})["data"]
    assert [row["id"] for row in sized] == [HOUR - 3600, HOUR]
    days = body(path, **name, period="1day", size=2)["data"]
    assert [datetime.fromtimestamp(row["id"], UTC).hour for row in days] == [16, 16]
    hours = TRUTH.candles().filter(symbol="BTC-USDT").filter(pl.col("opened_at").dt.epoch("s").is_between(days[0]["id"], days[1]["id"] - 1))
    assert (len(hours), days[0]["amount"]) == (24, 2 * hours["volume_base"].sum())


def test_open_interest_has_one_side_in_the_unit_that_was_asked_for() -> None:
    fixed = {"contract_code": "BTC-USDT", "period": "60min"}
    contracts = body("/linear-swap-api/v1/swap_his_open_interest", **fixed, size=3, amount_type=1)["data"]["tick"]
    base = body("/linear-swap-api/v1/swap_his_open_interest", **fixed, size=3, amount_type=2)["data"]["tick"]
    assert [tick["ts"] // 1000 for tick in base] == [HOUR, HOUR - 3600, HOUR - 7200]
    held = TRUTH.open_interest().filter(symbol="BTC-USDT").filter(pl.col("observed_at").dt.epoch("s") == HOUR)
    assert base[0]["volume"] == held["open_interest_base"][0] == contracts[0]["volume"] * 2.0**-10
    (now,) = (row for row in body("/swap-api/v1/swap_open_interest")["data"] if row["contract_code"] == "BTC-USD")
    usd = TRUTH.open_interest().filter(symbol="BTC-USD").filter(pl.col("observed_at").dt.epoch("s") == HOUR)["open_interest_usd"][0]
    assert now["volume"] * 100 == usd
    assert body("/linear-swap-api/v1/swap_his_open_interest", **fixed, size=201, amount_type=1)["status"] == "error"


def test_funding_comes_in_pages_newest_first() -> None:
    path, name = "/linear-swap-api/v1/swap_historical_funding_rate", {"contract_code": "BTC-USDT"}
    pages = [body(path, **name, page_index=n, page_size=50)["data"] for n in (1, 2, 3)]
    assert [len(page["data"]) for page in pages] == [50, 50, 7]  # eight-hourly, 35 days and a half
    stamps = [int(row["funding_time"]) for page in pages for row in page["data"]]
    assert stamps == sorted(stamps, reverse=True)
    assert body(path, **name, page_size=101)["status"] == "error"


def test_liquidations_are_asked_for_in_spans_of_two_hours() -> None:
    path = "/swap-api/v3/swap_liquidation_orders"
    one = TRUTH.liquidations().filter(symbol="BTC-USD").row(0, named=True)
    at = int(one["liquidated_at"].timestamp() * 1000)
    fixed = {"contract": "BTC-USD", "trade_type": 0, "direct": "next"}
    (row,) = (row for row in body(path, **fixed, start_time=at, end_time=at + 1)["data"])
    assert (row["created_at"], row["direction"]) == (at, "sell" if one["side"] == "long" else "buy")
    assert row["volume"] * 100 == one["liquidated_usd"]
    assert body(path, **fixed, start_time=at, end_time=at + 1, from_id=row["query_id"])["data"] == []
    assert body(path, **fixed, start_time=at, end_time=at + 7_200_001)["code"] != 200


def test_the_list_tells_classes_and_hours_between_settlements() -> None:
    (eth,) = (row for row in body("/linear-swap-api/v1/swap_contract_info")["data"] if row["contract_code"] == "ETH-USDT")
    assert (eth["settlement_period"], eth["labels"], eth["tradfi_labels"]) == ("8", ["hot", "common"], [])
    changes = [NewTerms("htx", "ETH-USDT", 3, {"underlying_class": "equity", "funding_interval_hours": 4})]
    truth = Truth(seed=5, days=40, assets=["ETH"], venues=[VENUE], changes=changes)
    (stock,) = Simulated("htx", truth, NOW).said("/linear-swap-api/v1/swap_contract_info")["data"]
    assert (stock["settlement_period"], stock["labels"], stock["tradfi_labels"]) == ("4", ["stock"], [])
    (inverse,) = body("/swap-api/v1/swap_contract_info")["data"]
    assert not {"settlement_period", "labels", "tradfi_labels"} & set(inverse)


def test_the_new_api_tells_the_same_in_other_words() -> None:
    name = {"contract_code": "BTC-USDT"}
    (old,) = (row for row in body("/linear-swap-api/v1/swap_open_interest")["data"] if row["contract_code"] == "BTC-USDT")
    new = body("/v5/market/open_interest", **name)
    assert (new["code"], new["data"]["volume"], new["data"]["value"]) == (200, str(old["volume"]), str(old["value"]))
    rates = body("/v5/market/funding_rate_history", **name, start_time=0, end_time=NOW_MS, limit=2)["data"]
    assert rates == body("/linear-swap-api/v1/swap_historical_funding_rate", **name, page_index=1, page_size=2)["data"]["data"]
    one = TRUTH.liquidations().filter(symbol="BTC-USDT").row(0, named=True)
    at = int(one["liquidated_at"].timestamp() * 1000)
    spans = {"start_time": at, "end_time": at + 1}
    (order,) = body("/v5/market/liquidation_orders", **name, **spans, direct="next")["data"]
    (before,) = body("/linear-swap-api/v3/swap_liquidation_orders", contract="BTC-USDT", trade_type=0, **spans, direct="next")["data"]
    assert (order["id"], order["side"], order["trade_turnover"]) == (
        str(before["query_id"]), before["direction"], str(before["trade_turnover"]),
    )  # fmt: skip
    assert float(order["amount"]) == float(order["volume"]) == before["amount"] / 2.0**-10
    assert body("/v5/market/liquidation_orders", **name, **spans)["code"] != 200  # without a direction


def test_errors_come_inside_http_200() -> None:
    assert body("/linear-swap-api/v1/swap_historical_funding_rate", contract_code="NO-USDT")["err_code"] == 1332
    assert body("/linear-swap-ex/market/history/kline", contract_code="BTC-USDT", period="2hour")["err-code"] == "invalid-parameter"
    assert body("/linear-swap-ex/market/history/kline", contract_code="BTC-USDT", period="60min")["status"] == "error"
