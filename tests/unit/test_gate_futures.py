"""Gate: two books, pages that run past their limit, liquidations of all contracts hour by hour; its dialect's sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import polars as pl
import pytest
from fetched import DAY, NOW, fetching
from simulated import Simulated, venue_of

from ingestion.run.window import Window
from ingestion.venue.registry import all_sources
from simulator import Truth

GATE = all_sources()["gate"]
HOUR = 3600
NOW_S = int(NOW.timestamp())
START = int(datetime(2026, 3, 8, tzinfo=UTC).timestamp())  # with the look-back of a day
END = START + 48 * HOUR
Answer = Callable[[dict[str, str]], Any]
run = fetching("gate")


def contract(name: str, **more: Any) -> dict[str, Any]:
    base = {"name": name, "type": "direct", "quanto_multiplier": "1", "status": "trading", "in_delisting": False, "position_size": 4}
    return base | {"create_time": 0, "launch_time": 1, "funding_interval": 28800, "contract_type": ""} | more


def venue(usdt: list[dict[str, Any]], btc: list[dict[str, Any]] | None = None, **paths: Answer) -> Callable[[httpx.Request], Any]:
    """These contracts, and answers by the last part of the path; everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1]
        if name in paths:
            return paths[name](dict(request.url.params))
        if name == "contracts":
            return usdt if "/usdt/" in request.url.path else btc or []
        return []

    return answer


def test_a_snapshot_is_two_calls_a_book(settings: Any, wire: Any, held: Any) -> None:
    line = wire(venue([contract("BTC_USDT", mark_price="7", index_price="6")], [contract("BTC_USD", type="inverse")]))
    assert run(settings, line).problem is None
    paths = [request.url.path.removeprefix("/api/v4/futures/") for request in line.asked]
    assert paths == ["usdt/contracts", "btc/contracts", "btc/liq_orders", "usdt/liq_orders"]
    hour = {"from": str(NOW_S - HOUR), "to": str(NOW_S - 1), "limit": "1000"}  # the newest, for who has it no longer by bounds
    assert [dict(request.url.params) for request in line.asked] == [{}, {}, hour, hour]
    assert [(row["settle"], row["name"], row["mark_price"]) for row in held(settings, "gate", "contract_states")] == [
        ("btc", "BTC_USD", None), ("usdt", "BTC_USDT", 7.0),
    ]  # fmt: skip


def test_a_day_is_three_requests_a_contract_and_an_hour_of_liquidations_each(settings: Any, wire: Any) -> None:
    off = [
        contract("OLD_USDT", status="delisted"),
        contract("GONE_USDT", in_delisting=True, position_size=0),
        contract("A", status="prelaunch"),
    ]
    line = wire(venue([contract("BTC_USDT"), *off], [contract("BTC_USD", status=None)]))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    bounds = {"from": str(START), "to": str(END - 1)}
    names = ("BTC_USDT", "BTC_USD")
    assert line.params("candlesticks") == [{"contract": name, "interval": "1h", **bounds} for name in names]
    assert line.params("funding_rate") == [{"contract": name, **bounds, "limit": "1000"} for name in names]
    stats = {"interval": "1h", "from": str(START), "limit": "48"}
    assert line.params("contract_stats") == [{"contract": name, **stats} for name in names]
    first = START + 24 * HOUR  # without a look-back
    orders = [{"from": str(first + n * HOUR), "to": str(first + n * HOUR + HOUR - 1), "limit": "1000"} for n in range(24)]
    newest = {"from": str(NOW_S - HOUR), "to": str(NOW_S - 1), "limit": "1000"}
    assert sorted(line.params("liq_orders"), key=str) == sorted([newest, *orders] * 2, key=str)
    assert len(line.asked) == 4 + 2 * 3 + 2 * 24


def test_liquidations_begin_with_the_first_whole_day_and_a_bad_hour_costs_itself(settings: Any, wire: Any, held: Any) -> None:
    bad = START + 30 * HOUR

    def orders(params: dict[str, str]) -> Any:
        if int(params["from"]) == bad:
            return {"label": "INVALID_PARAM_VALUE", "message": "no"}
        return [{"contract": "BTC_USDT", "time": int(params["from"]), "size": 1, "fill_price": "1", "order_price": "1"}]

    line = wire(venue([contract("BTC_USDT")], liq_orders=orders))
    result = run(settings, line, Window(DAY - timedelta(days=200), DAY))
    assert result.problem == "liq_orders: INVALID_PARAM_VALUE: no (×1: usdt)"
    assert "liquidations: the source keeps 90 days, nothing older can be had" in result.limitations
    first = min(int(page["from"]) for page in line.params("liq_orders"))
    assert first == int((NOW - timedelta(days=89)).replace(hour=0, minute=0).timestamp())
    assert len(held(settings, "gate", "liquidations")) == (END - first) // HOUR - 1 + 1  # without the bad hour, with the newest


def test_a_book_of_which_nothing_is_wanted_is_not_asked_for_liquidations(make_settings: Any, wire: Any) -> None:
    line = wire(venue([contract("BTC_USDT")], [contract("BTC_USD")]))
    run(make_settings(markets="BTC_USDT"), line, Window(DAY, DAY))
    assert {request.url.path for request in line.asked if "liq" in request.url.path} == {"/api/v4/futures/usdt/liq_orders"}


def test_long_windows_are_cut_begin_at_the_listing_and_end_where_bars_are_kept(settings: Any, wire: Any) -> None:
    listed = int(datetime(2025, 12, 1, 7, 30, tzinfo=UTC).timestamp())
    line = wire(venue([contract("OLD_USDT"), contract("NEW_USDT", launch_time=listed)]))
    run(settings, line, Window(date(2024, 12, 2), date(2025, 12, 31)))

    def bounds(name: str) -> list[tuple[int, int]]:
        return [(int(page["from"]), int(page["to"])) for page in line.params("candlesticks") if page["contract"] == name]

    kept = int(NOW.timestamp()) - 9990 * HOUR
    assert bounds("OLD_USDT")[0][0] == kept
    assert [(until + 1 - since) // HOUR for since, until in bounds("OLD_USDT")[1:]] == [2000, 2000, 2000, 1504]
    assert bounds("NEW_USDT")[0][0] == listed - 1800  # the hour it listed in
    assert {page["limit"] for page in line.params("contract_stats") if page["contract"] == "OLD_USDT"} == {"2000"}


def test_statistics_go_on_while_pages_are_full(settings: Any, wire: Any, held: Any) -> None:
    def stats(params: dict[str, str]) -> Any:
        """Two rows more than asked for, as the venue does."""
        first, until = -(-int(params["from"]) // HOUR) * HOUR, int(NOW.timestamp())
        return [{"time": at, "open_interest": 2} for at in range(first, until, HOUR)][: int(params["limit"]) + 2]

    line = wire(venue([contract("BTC_USDT")], contract_stats=stats))
    assert run(settings, line, Window(date(2025, 10, 2), date(2025, 12, 31))).problem is None
    start = int(datetime(2025, 10, 1, tzinfo=UTC).timestamp())
    assert [(int(page["from"]), int(page["limit"])) for page in line.params("contract_stats")] == [
        (start, 2000), (start + 2001 * HOUR + 1, 207),
    ]  # fmt: skip
    assert [row["time"] for row in held(settings, "gate", "contract_stats")] == list(range(start, start + 92 * 24 * HOUR, HOUR))


def test_a_full_hour_of_liquidations_asks_for_its_oldest_second_again(settings: Any, wire: Any, held: Any) -> None:
    first = START + 30 * HOUR

    def orders(params: dict[str, str]) -> Any:
        since, until = int(params["from"]), int(params["to"])
        if since != first:
            return []
        ages = [first + n // 2 for n in range(1501) if since <= first + n // 2 <= until]  # two each second, the page cuts one apart
        rows = [{"contract": "BTC_USDT", "time": at, "size": n, "fill_price": "1", "order_price": "1"} for n, at in enumerate(ages, 1)]
        return rows[::-1][:1000]

    line = wire(venue([contract("BTC_USDT")], liq_orders=orders))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    asked = [int(page["to"]) - first for page in line.params("liq_orders") if int(page["from"]) == first]
    assert asked == [3599, 250]
    assert len(held(settings, "gate", "liquidations")) == 1501


def test_hours_that_bring_none_of_their_own_liquidations_fail(settings: Any, wire: Any) -> None:
    """A source that ignores the bounds answers every hour with its newest: only the hours beside that can be right."""

    def newest(params: dict[str, str]) -> Any:
        return [{"contract": "BTC_USDT", "time": END - 60, "size": 1, "fill_price": "1", "order_price": "1"}]

    line = wire(venue([contract("BTC_USDT")], liq_orders=newest))
    result = run(settings, line, Window(DAY, DAY))
    failures = result.outcomes["liquidations"].failures
    assert [failure.detail.split(":")[0] for failure in failures] == ["bounds ignored"] * 23  # and the newest hour
    assert {failure.market for failure in failures} == {"usdt"}


def test_funding_goes_backward_until_a_short_page(settings: Any, wire: Any, held: Any) -> None:
    left = [1000, 4]

    def rates(params: dict[str, str]) -> Any:
        return [{"t": int(params["to"]) - n, "r": "0.0001"} for n in range(left.pop(0))]

    line = wire(venue([contract("BTC_USDT")], funding_rate=rates))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [int(page["to"]) for page in line.params("funding_rate")] == [END - 1, END - 1001]
    assert len(held(settings, "gate", "funding_rates")) == 1004


def test_tickers_are_asked_for_only_where_volume_ranks(make_settings: Any, wire: Any) -> None:
    rows = [{"contract": "A_USDT", "volume_24h_quote": "5"}, {"contract": "B_USDT", "volume_24h_quote": "6"}]
    line = wire(venue([contract("A_USDT"), contract("B_USDT")], tickers=lambda params: rows))
    run(make_settings(markets="top:1"), line, Window(DAY, DAY))
    assert {page["contract"] for page in line.params("candlesticks")} == {"B_USDT"}
    assert len(line.params("tickers")) == 2


def test_one_book_that_fails_leaves_the_other(settings: Any, wire: Any) -> None:
    def answer(request: httpx.Request) -> Any:
        if "/btc/" in request.url.path:
            return httpx.Response(400, json={"label": "INVALID_PARAM_VALUE", "message": "no such book"})
        return [contract("BTC_USDT")] if request.url.path.endswith("contracts") else []

    line = wire(answer)
    result = run(settings, line, Window(DAY, DAY))
    assert "no such book" in (result.problem or "")
    assert "all btc" in (result.problem or "")
    assert len(line.params("candlesticks")) == 1


def test_every_endpoint_has_a_budget_of_its_own() -> None:
    assert {endpoint.host for endpoint in GATE.endpoints} == {endpoint.name for endpoint in GATE.endpoints}
    assert {limit.amount / limit.seconds for limit in GATE.limits.values()} == {20}


@pytest.mark.recorded
def test_recorded_tickers_count_both_sides_and_contracts_times_multiplier(recorded: Any, typed: Any) -> None:
    """BTC: 491,316,167 contracts × 0.0001 = 49,131.6 BTC; 3,904,379,785 USDT is 79,468 a coin, between the day's low and high."""
    tickers, body = recorded("venues/gate/tickers__acb_usdt_a.json", "gate", "tickers", match={"settle": "usdt"})
    assert typed(tickers) == {}  # they rank, and nothing of them is kept
    told = {row["contract"]: row for row in body}
    base = float(told["BTC_USDT"]["volume_24h"]) * float(told["BTC_USDT"]["quanto_multiplier"])
    assert base == pytest.approx(49131.6167, abs=1e-4)
    assert float(told["BTC_USDT"]["volume_24h_quote"]) / base == pytest.approx(79468, abs=1)
    listed, _ = recorded("venues/gate/instruments__acb_usdt_a.json", "gate", "contracts", match={"settle": "usdt"})
    sides = {row["name"]: float(told[row["name"]]["total_size"]) / row["position_size"]
             for row in typed(listed)["contracts"] if row["name"] in told}  # fmt: skip
    assert sides == {"0G_USDT": 2.0, "AAVE_USDT": 2.0}


def test_the_dialects_statistics_and_tickers_count_both_sides_and_liquidations_have_a_sign() -> None:
    truth, now = Truth(seed=5, days=40, venues=[venue_of("gate")]), datetime(2026, 8, 5, 12, 30, tzinfo=UTC)
    body = Simulated("gate", truth, now, "/futures/usdt/").body
    hour, held = int(now.timestamp()) // HOUR * HOUR, {row["name"]: row for row in body("contracts")}
    (newest,) = body("contract_stats", contract="ETH_USDT", interval="1h", from_=hour, limit=10)
    (ticker,) = (row for row in body("tickers") if row["contract"] == "ETH_USDT")
    assert newest["open_interest"] == float(ticker["total_size"]) == 2 * held["ETH_USDT"]["position_size"]
    last = truth.liquidations().filter(product="usdt").filter(pl.col("liquidated_at") < now).sort("liquidated_at").row(-1, named=True)
    at = int(last["liquidated_at"].timestamp())
    (row,) = (row for row in body("liq_orders", from_=at, to=at) if row["contract"] == last["symbol"])
    size, order, left = (float(row[name]) for name in ("size", "order_size", "left"))
    assert ((size > 0) == (last["side"] == "long"), order * size < 0) == (True, True)
    closed = abs(order - left) * float(held[last["symbol"]]["quanto_multiplier"]) * float(row["fill_price"])
    assert closed == last["liquidated_usd"]
