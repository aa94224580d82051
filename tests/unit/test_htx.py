"""HTX: two products, pages without bounds, liquidations in spans of two hours, what the new API gives; its dialect's new API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
from fetched import DAY, fetching
from simulated import Simulated, venue_of

from ingestion.run.window import Window
from ingestion.venue.registry import all_sources
from simulator import Truth
from simulator.changes import NewTerms

HTX = all_sources()["htx"]
HOUR = 3600
START = int(datetime(2026, 3, 8, tzinfo=UTC).timestamp())  # with the look-back of a day, in seconds
END = START + 48 * HOUR
Answer = Callable[[dict[str, str]], Any]
LATER = datetime(2026, 8, 5, 12, 30, tzinfo=UTC)  # of its dialect
run = fetching("htx")


def contract(code: str, **more: Any) -> dict[str, Any]:
    return {"symbol": code.split("-")[0], "contract_code": code, "contract_size": 1, "create_date": "20200101", "contract_status": 1} | more


def venue(contracts: list[dict[str, Any]], **paths: Answer) -> Callable[[httpx.Request], Any]:
    """These contracts by product, and answers by the last part of the path; everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name, params = request.url.path.rsplit("/", 1)[1], dict(request.url.params)
        is_linear = request.url.path.startswith(("/linear-swap", "/v5"))
        if name in paths:
            return paths[name](params)
        if name == "swap_contract_info":
            listed = [row for row in contracts if row["contract_code"].endswith("USDT") == is_linear]
            return {"status": "ok", "data": listed, "ts": START * 1000}
        if name == "kline":
            return {"status": "ok", "ch": f"market.{params['contract_code']}.kline.60min", "data": [], "ts": 1}
        if name == "swap_his_open_interest":
            return {"status": "ok", "data": {"contract_code": params["contract_code"], "tick": []}, "ts": 1}
        if name == "swap_historical_funding_rate":
            return {"status": "ok", "data": {"total_page": 0, "data": []}, "ts": 1}
        return {"status": "ok", "code": 200, "data": [], "ts": START * 1000}

    return answer


def settled(code: str, *hours: int) -> list[dict[str, Any]]:
    return [{"contract_code": code, "funding_time": str((START + hour * HOUR) * 1000), "funding_rate": "0.0001"} for hour in hours]


def test_a_day_asks_each_series_once_and_liquidations_by_two_hours(settings: Any, wire: Any) -> None:
    line = wire(venue([contract("BTC-USDT"), contract("BTC-USD"), contract("OLD-USDT", contract_status=0)]))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    bounds = {"period": "60min", "from": str(START), "to": str(END - 1)}
    assert line.params("-ex/market/history/kline") == [{"contract_code": code, **bounds} for code in ("BTC-USDT", "BTC-USD")]
    paged = {"page_index": "1", "page_size": "100"}
    assert line.params("swap_historical_funding_rate") == [{"contract_code": code, **paged} for code in ("BTC-USDT", "BTC-USD")]
    hours = {"period": "60min", "size": "55"}  # since the window began: 54 whole ones and the running one
    assert line.params("swap_his_open_interest") == [
        {"contract_code": "BTC-USDT", **hours, "amount_type": "2"}, {"contract_code": "BTC-USD", **hours, "amount_type": "1"},
    ]  # fmt: skip
    spans = [page for page in line.params("swap_liquidation_orders") if page["contract"] == "BTC-USDT"]
    first = (START + 24 * HOUR) * 1000  # without a look-back
    assert [int(page["start_time"]) for page in spans] == [first + n * 7_200_000 for n in range(12)]
    assert {int(page["end_time"]) - int(page["start_time"]) for page in spans} == {7_199_999}
    assert all((page["trade_type"], page["direct"]) == ("0", "next") for page in spans)
    assert len(line.asked) == 4 + 2 * 15


def test_long_windows_are_cut_and_old_ones_have_no_open_interest(settings: Any, wire: Any) -> None:
    listed = contract("NEW-USDT", create_date="20250601")
    line = wire(venue([contract("BTC-USDT"), listed]))
    result = run(settings, line, Window(date(2025, 1, 2), date(2025, 6, 30)))
    assert (result.problem, result.limitations) == (
        None,
        [
            "liquidations: the source keeps 90 days, nothing older can be had",
            "open_interest_history: the source keeps 8 days, nothing older can be had",
        ],
    )
    pages = [(page["contract_code"], (int(page["to"]) + 1 - int(page["from"])) // HOUR) for page in line.params("kline")]
    assert pages == [("BTC-USDT", 2000), ("BTC-USDT", 2000), ("BTC-USDT", 344), ("NEW-USDT", 384), ("NEW-USDT", 344)]  # from the listing
    assert line.params("swap_his_open_interest") == []


def test_liquidations_begin_at_the_listing_or_at_the_first_day_that_is_kept_whole(settings: Any, wire: Any) -> None:
    line = wire(venue([contract("BTC-USDT"), contract("NEW-USDT", create_date="20260201")]))
    assert run(settings, line, Window(date(2025, 6, 1), DAY)).problem is None

    def begin(code: str) -> datetime:
        starts = [int(page["start_time"]) for page in line.params("swap_liquidation_orders") if page["contract"] == code]
        return datetime.fromtimestamp(min(starts) / 1000, UTC)

    assert begin("BTC-USDT") == datetime(2025, 12, 11, tzinfo=UTC)  # 90 days before now is the morning of the 10th
    assert begin("NEW-USDT") == datetime(2026, 1, 31, 16, tzinfo=UTC)  # 2026-02-01 in UTC+8 begins at 16:00 UTC of January


def test_funding_pages_go_back_to_the_window(settings: Any, wire: Any, held: Any) -> None:
    def rates(params: dict[str, str]) -> Any:
        page = int(params["page_index"])
        newest = 60 - (page - 1) * 50  # fewer than asked for: the venue's own text says 50 at most
        rows = settled("BTC-USDT", *range(newest, newest - 50, -1))
        return {"status": "ok", "data": {"total_page": 99, "current_page": page, "data": rows}, "ts": 1}

    line = wire(venue([contract("BTC-USDT")], swap_historical_funding_rate=rates))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [page["page_index"] for page in line.params("swap_historical_funding_rate")] == ["1", "2"]
    stamps = [row["funding_time"] // 1000 for row in held(settings, "htx", "funding_rates")]
    assert stamps == list(range(START, END, HOUR))  # of a hundred rows those of the window


def test_a_funding_page_that_is_short_is_the_last(settings: Any, wire: Any) -> None:
    line = wire(venue([contract("BTC-USDT")], swap_historical_funding_rate=lambda params: {
        "status": "ok", "data": {"data": settled("BTC-USDT", 60, 52)}, "ts": 1,
    }))  # fmt: skip
    run(settings, line, Window(date(2026, 1, 1), DAY))
    assert len(line.params("swap_historical_funding_rate")) == 1


def test_the_new_api_gives_funding_where_the_old_is_gone(settings: Any, wire: Any, held: Any) -> None:
    def offline(params: dict[str, str]) -> Any:
        return {"status": "error", "err_code": 1499, "err_msg": "The interface is offline", "ts": 1}

    def rates(params: dict[str, str]) -> Any:
        return {"code": 200, "message": "Success", "data": settled("BTC-USDT", 8), "ts": 1}

    line = wire(venue([contract("BTC-USDT"), contract("BTC-USD")], swap_historical_funding_rate=offline, funding_rate_history=rates))
    result = run(settings, line, Window(DAY, DAY))
    assert "The interface is offline (×1: BTC-USD)" in (result.problem or "")
    bounds = {"start_time": str(START * 1000), "end_time": str(END * 1000 - 1), "limit": "100"}
    assert line.params("funding_rate_history") == [{"contract_code": "BTC-USDT", **bounds}]
    assert [row["funding_rate"] for row in held(settings, "htx", "funding_rates")] == [0.0001]


def test_the_last_page_of_funding_is_told(settings: Any, wire: Any) -> None:
    def rates(params: dict[str, str]) -> Any:
        page = int(params["page_index"])
        rows = settled("BTC-USDT", 60 - page)
        return {"status": "ok", "data": {"total_page": 2, "current_page": page, "data": rows}, "ts": 1}

    line = wire(venue([contract("BTC-USDT")], swap_historical_funding_rate=rates))
    assert run(settings, line, Window(date(2026, 1, 1), DAY)).problem is None
    assert [page["page_index"] for page in line.params("swap_historical_funding_rate")] == ["1", "2"]


def test_the_new_api_gives_open_interest_where_the_old_is_gone(settings: Any, wire: Any, held: Any) -> None:
    """The answer as a third party recorded it: 32,476.092 BTC at 63,528 USDT."""

    def offline(params: dict[str, str]) -> Any:
        return {"status": "error", "err_code": 1499, "err_msg": "The interface is offline", "ts": 1}

    def state(params: dict[str, str]) -> Any:
        told = {"amount": "32476.092", "volume": "32476092", "value": "2063137924.9668", "contract_code": "BTC-USDT"}
        return {"code": 200, "message": "Success", "data": told | {"trade_turnover": "723600792.7222"}, "ts": START * 1000}

    line = wire(venue([contract("BTC-USDT"), contract("BTC-USD")], swap_open_interest=offline, open_interest=state))
    result = run(settings, line)
    assert "The interface is offline (×1: all swap)" in (result.problem or "")  # the coin-margined one has no other way
    assert line.params("/v5/market/open_interest") == [{"contract_code": "BTC-USDT"}]
    assert all("open_interest_v5" in endpoint.name for endpoint in HTX.endpoints if endpoint.path == "/v5/market/open_interest")
    (row,) = held(settings, "htx", "open_interest")
    assert (row["contract_code"], row["volume"], row["amount"], row["value"]) == ("BTC-USDT", 32476092, 32476.092, 2063137924.9668)


def test_the_new_api_gives_liquidations_where_the_old_is_gone(settings: Any, wire: Any, held: Any) -> None:
    """The order as a third party recorded it: its amount is in contracts, 2 × 0.001 BTC × 62,978.5 = 125.957 USDT."""

    def offline(params: dict[str, str]) -> Any:
        return {"code": 1499, "msg": "The interface is offline", "ts": 1}

    def orders(params: dict[str, str]) -> Any:
        first = (START + 26 * HOUR) * 1000
        order = {"id": "150153038758", "contract_code": "BTC-USDT", "liquidation_time": str(first + 7), "side": "buy"}
        order |= {"position_side": "short", "volume": "2", "amount": "2", "bankrupt_price": "62978.5", "trade_turnover": "125.957"}
        is_there = int(params["start_time"]) == first and "from" not in params
        return {"code": 200, "message": "Success", "data": [order] if is_there else [], "ts": 1}

    line = wire(venue([contract("BTC-USDT")], swap_liquidation_orders=offline, liquidation_orders=orders))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert HTX.endpoint("liquidation_orders_v5").path == "/v5/market/liquidation_orders"
    asked = line.params("/v5/market/liquidation_orders")
    assert len(asked) == 12 + 1
    assert {(page["contract_code"], page["limit"], page["direct"]) for page in asked} == {("BTC-USDT", "100", "next")}
    (row,) = held(settings, "htx", "liquidations")
    assert [row[name] for name in ("query_id", "direction", "volume", "price", "trade_turnover")] == [
        150153038758,
        "buy",
        2,
        62978.5,
        125.957,
    ]
    assert (row["amount"], row["created_at"]) == (None, (START + 26 * HOUR) * 1000 + 7)


def test_liquidations_go_on_from_the_largest_id_until_nothing_comes(settings: Any, wire: Any, held: Any) -> None:
    def orders(params: dict[str, str]) -> Any:
        start, since = int(params["start_time"]), int(params.get("from_id", 0))
        ids = [n for n in (5, 6, 7) if n > since][:2] if start == (START + 26 * HOUR) * 1000 else []
        rows = [
            {"query_id": n, "contract_code": "BTC-USDT", "created_at": start + n, "direction": "sell", "volume": 1, "price": 2} for n in ids
        ]
        return {"code": 200, "msg": "", "data": rows, "ts": 1}

    line = wire(venue([contract("BTC-USDT")], swap_liquidation_orders=orders))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [page["from_id"] for page in line.params("swap_liquidation_orders") if "from_id" in page] == ["6", "7"]
    assert [row["query_id"] for row in held(settings, "htx", "liquidations")] == [5, 6, 7]


def test_a_spoiled_liquidation_costs_itself_and_the_pages_go_on(settings: Any, wire: Any, held: Any) -> None:
    def orders(params: dict[str, str]) -> Any:
        start, since = int(params["start_time"]), int(params.get("from_id", 0))
        ids = [n for n in (5, 6, 7) if n > since][:2] if start == (START + 26 * HOUR) * 1000 else []
        row = {"contract_code": "BTC-USDT", "created_at": start + 1, "direction": "sell", "volume": 1, "price": 2}
        odd = [None, row | {"query_id": None}, row | {"query_id": "next"}] if ids else []
        return {"code": 200, "data": [*odd, *(row | {"query_id": n} for n in ids)], "ts": 1}

    line = wire(venue([contract("BTC-USDT")], swap_liquidation_orders=orders))
    run(settings, line, Window(DAY, DAY))
    assert [page["from_id"] for page in line.params("swap_liquidation_orders") if "from_id" in page] == ["6", "7"]
    assert [row["query_id"] for row in held(settings, "htx", "liquidations")] == [5, 6, 7]


def test_the_largest_markets_are_chosen_by_turnover(make_settings: Any, wire: Any) -> None:
    def interest(params: dict[str, str]) -> Any:
        rows = [{"contract_code": code, "volume": 1, "trade_turnover": turnover} for code, turnover in (("A-USDT", 10), ("B-USDT", 12))]
        return {"status": "ok", "data": rows, "ts": START * 1000}

    line = wire(venue([contract("A-USDT"), contract("B-USDT", create_date="")], swap_open_interest=interest))
    run(make_settings(markets="top:1"), line, Window(DAY, DAY))
    assert [page["contract_code"] for page in line.params("kline")] == ["B-USDT"]


def test_one_product_that_fails_leaves_the_other(settings: Any, wire: Any) -> None:
    def interest(params: dict[str, str]) -> Any:
        return {"status": "error", "err_code": 1030, "err_msg": "Abnormal service", "ts": 1}

    line = wire(venue([contract("BTC-USDT")], swap_open_interest=interest))
    result = run(settings, line, Window(DAY, DAY))
    assert "Abnormal service" in (result.problem or "")
    assert len(line.params("kline")) == 1


def test_klines_have_a_budget_of_their_own() -> None:
    budgets = {name: limit.amount / limit.seconds for name, limit in HTX.limits.items()}
    assert budgets == {"api": 80, "market": 800}
    assert {name: HTX.endpoint(name).host for name in ("contract_info", "kline", "his_open_interest")} == {
        "contract_info": "api", "kline": "market", "his_open_interest": "market",
    }  # fmt: skip


def test_the_dialects_list_tells_classes_and_hours_between_settlements() -> None:
    changes = [NewTerms("htx", "ETH-USDT", 3, {"underlying_class": "equity", "funding_interval_hours": 4})]
    truth = Truth(seed=5, days=40, assets=["ETH", "BTC"], venues=[venue_of("htx")], changes=changes)
    asked = Simulated("htx", truth, LATER)
    (stock,) = (row for row in asked.said("/linear-swap-api/v1/swap_contract_info")["data"] if row["symbol"] == "ETH")
    assert (stock["settlement_period"], stock["labels"], stock["tradfi_labels"]) == ("4", ["stock"], [])
    (inverse,) = asked.said("/swap-api/v1/swap_contract_info")["data"]
    assert not {"settlement_period", "labels", "tradfi_labels"} & set(inverse)


def test_the_dialects_new_api_tells_the_same_in_other_words() -> None:
    truth = Truth(seed=5, days=40, assets=["BTC"], venues=[venue_of("htx")])
    body, name = Simulated("htx", truth, LATER).said, {"contract_code": "BTC-USDT"}
    (old,) = (row for row in body("/linear-swap-api/v1/swap_open_interest")["data"] if row["contract_code"] == "BTC-USDT")
    new = body("/v5/market/open_interest", **name)["data"]
    assert (new["volume"], new["value"]) == (str(old["volume"]), str(old["value"]))
    rates = body("/v5/market/funding_rate_history", **name, start_time=0, end_time=int(LATER.timestamp() * 1000), limit=2)["data"]
    assert rates == body("/linear-swap-api/v1/swap_historical_funding_rate", **name, page_index=1, page_size=2)["data"]["data"]
    at = truth.liquidations().filter(symbol="BTC-USDT")["liquidated_at"].dt.epoch("ms")[0]
    span = {"start_time": at, "end_time": at + 1, "direct": "next"}
    (order,) = body("/v5/market/liquidation_orders", **name, **span)["data"]
    (before,) = body("/linear-swap-api/v3/swap_liquidation_orders", contract="BTC-USDT", trade_type=0, **span)["data"]
    assert (order["id"], order["trade_turnover"]) == (str(before["query_id"]), str(before["trade_turnover"]))
    assert float(order["amount"]) == float(order["volume"]) == before["amount"] / 2.0**-10
    after = {"contract": "BTC-USDT", "trade_type": 0, "from_id": before["query_id"]}
    assert body("/linear-swap-api/v3/swap_liquidation_orders", **after, **span)["data"] == []
