"""CoinGecko: once a day but for supplies, categories, pages of exchanges, a year of charts, three forms of error, an optional key."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingestion.errors import NotAvailable, NotFound, Rejected
from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.replay import route
from ingestion.run.window import Window
from ingestion.sources.coingecko import CATEGORIES
from ingestion.venue.registry import all_sources

GECKO = all_sources()["coingecko"]
NOW = datetime(2026, 3, 10, 6, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
DAY = Window(date(2026, 3, 9), date(2026, 3, 9))
START, END = 1772928000, 1773100800  # 2026-03-08, with the look-back of a day, to 2026-03-10
CHART = {"prices": [[1773014400000, 1.5]], "market_caps": [[1773014400000, 0.0]], "total_volumes": [[1773014400000, 7], [1773018000000, 8]]}


@pytest.fixture
def seeded(make_settings: Any, tmp_path: Path) -> Any:
    """Settings with seeds of two coins, one of them in both."""
    seed, assets = tmp_path / "protocols.csv", tmp_path / "assets.csv"
    seed.write_text("protocol,category,coingecko_id\ngmx,perp,gmx\nhyper,perp,hyperliquid\nhyper_perps,perp,hyperliquid\nnone,ai,\n")
    assets.write_text("asset,coingecko_id\nHYPE,hyperliquid\n")
    return make_settings(protocols_file=seed, assets_file=assets)


def answers(**paths: Callable[[dict[str, str]], Any]) -> Callable[[httpx.Request], Any]:
    """By the last part of the path, or `category` of a list; all coins are listed, charts are CHART, all else is an empty list."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1]
        if "category" in request.url.params:
            return paths["category"](dict(request.url.params)) if "category" in paths else []
        if name == "markets" and name not in paths:
            return [{"id": coin, "symbol": coin, "name": coin} for coin in request.url.params["ids"].split(",")]
        return paths[name](dict(request.url.params)) if name in paths else CHART if name == "range" else []

    return answer


def run(settings: Any, line: Any, window: Window | None = DAY, at: datetime = LATER, catch_up: bool = False) -> SourceResult:
    """Some days after the day, so that its caps are in no snapshot."""
    (result,) = ingest(settings, [GECKO], window, transports={"coingecko": line.transport}, clock=lambda: at, catch_up=catch_up)
    return result


def test_a_run_that_follows_yesterdays_is_ten_requests(seeded: Any, wire: Any) -> None:
    """Its snapshot has what charts would say, and a chart costs a request a coin of the few that are allowed."""
    line = wire(answers())
    assert run(seeded, line, at=NOW).problem is None
    assert [request.url.path.removeprefix("/api/v3") for request in line.asked] == [
        "/coins/markets", "/derivatives/exchanges", "/derivatives", *["/coins/markets"] * len(CATEGORIES),
    ]  # fmt: skip
    assert [params["category"] for params in line.params("/coins/markets")[1:]] == list(CATEGORIES)


def test_days_that_no_run_saw_are_charted(seeded: Any, wire: Any) -> None:
    """The run of 2026-03-10 took the snapshot of that day; that of 2026-03-13 catches up what lies between."""
    run(seeded, wire(answers()), at=NOW, catch_up=True)
    line = wire(answers())
    run(seeded, line, Window(date(2026, 3, 10), date(2026, 3, 10)), at=NOW + timedelta(days=1), catch_up=True)
    assert line.params("/market_chart/range") == []
    run(seeded, line, Window(date(2026, 3, 13), date(2026, 3, 13)), at=NOW + timedelta(days=4), catch_up=True)
    asked = {coin: line.params(f"/coins/{coin}/market_chart/range") for coin in ("bitcoin", "gmx", "hyperliquid")}
    assert {len(params) for params in asked.values()} == {1}
    first = datetime.fromtimestamp(int(asked["gmx"][0]["from"]), UTC).date()
    assert first <= date(2026, 3, 11)


@pytest.mark.parametrize("between", ["a snapshot", "a chart that failed"])
def test_days_that_nobody_saw_are_charted_whatever_came_in_between(between: str, seeded: Any, wire: Any) -> None:
    """The hourly snapshot of 2026-03-14, and a run then of which one chart failed, move every mark past the days before them."""
    run(seeded, wire(answers()), at=NOW, catch_up=True)
    later, all_coins = NOW + timedelta(days=4), ["bitcoin", "gmx", "hyperliquid"]
    if between == "a snapshot":
        run(seeded, wire(answers()), None, at=later)
    else:
        refused = answers()
        spoiled = wire(lambda request: httpx.Response(404) if "coins/gmx/market_chart" in request.url.path else refused(request))
        run(seeded, spoiled, Window(date(2026, 3, 13), date(2026, 3, 13)), at=later, catch_up=True)
    line = wire(answers(range=lambda params: {name: [] for name in CHART}))
    run(seeded, line, Window(date(2026, 3, 14), date(2026, 3, 14)), at=later + timedelta(days=1), catch_up=True)
    asked = {coin: line.params(f"/coins/{coin}/market_chart/range") for coin in all_coins}
    days = {coin: datetime.fromtimestamp(int(one["from"]), UTC).date() for coin, params in asked.items() for one in params}
    assert days["gmx"] == date(2026, 3, 10)  # with a day of look-back
    assert sorted(days) == all_coins


def test_a_coin_that_is_not_listed_any_more_fails_and_names_its_row(seeded: Any, wire: Any, held: Any) -> None:
    """Unknown ids are silently absent from the list; their charts are not asked for."""
    line = wire(answers(markets=lambda params: [{"id": coin, "symbol": "x", "name": "X"} for coin in ("bitcoin", "gmx")]))
    result = run(seeded, line)
    (failure,) = result.outcomes["coins_markets"].failures
    for part in (
        "hyperliquid (protocols.csv row hyper, protocols.csv row hyper_perps, assets.csv row HYPE)",
        "coingecko_id",
        "empty the cell",
    ):
        assert part in str(failure)
    assert {request.url.path.split("/")[-3] for request in line.asked if "market_chart" in request.url.path} == {"bitcoin", "gmx"}
    assert {row["id"] for row in held(seeded, "coingecko", "coins_markets")} == {"bitcoin", "gmx"}


def test_a_list_without_any_coin_is_a_limitation_that_names_them(seeded: Any, wire: Any) -> None:
    result = run(seeded, wire(answers(markets=lambda params: [])))
    assert result.problem is None
    assert result.limitations == ["coins_markets: an answer without any of what was asked for: bitcoin, gmx, hyperliquid"]


def test_a_past_day_is_ten_requests_and_one_a_coin(seeded: Any, wire: Any, held: Any) -> None:
    line = wire(answers())
    assert run(seeded, line).problem is None
    assert line.params("/derivatives/exchanges") == [{"per_page": "100", "page": "1"}]
    assert line.params("/derivatives") == [{}]
    coins = line.params("/coins/markets")[0]
    assert coins == {"vs_currency": "usd", "per_page": "250", "page": "1", "ids": "bitcoin,gmx,hyperliquid"}
    span = {"vs_currency": "usd", "from": str(START), "to": str(END - 1)}
    for coin in ("bitcoin", "gmx", "hyperliquid"):
        assert line.params(f"/coins/{coin}/market_chart/range") == [span]
    assert len(line.asked) == 6 + len(CATEGORIES)
    assert [list(row.values())[:5] for row in held(seeded, "coingecko", "market_charts")][:2] == [
        ["bitcoin", 1773014400000, 1.5, 0.0, 7], ["bitcoin", 1773018000000, None, None, 8],
    ]  # fmt: skip


def test_an_hourly_run_asks_for_supplies_alone(seeded: Any, wire: Any) -> None:
    """One request: supplies have no free history, so that an hour nobody asked is lost."""
    line = wire(answers())
    assert run(seeded, line, None).status == "ok"
    assert [request.url.path for request in line.asked] == ["/api/v3/coins/markets"]


def test_the_categories_are_those_of_the_seed(repository: Path) -> None:
    """The adapter asks, the seed says what each means."""
    with (repository / "dbt_project" / "seeds" / "ai_categories.csv").open(newline="", encoding="utf-8") as handle:
        assert {row["category"] for row in csv.DictReader(handle)} == set(CATEGORIES)


def test_a_category_is_the_largest_250_of_it(seeded: Any, wire: Any, held: Any) -> None:
    """Each list by itself: the coin of two has a row in each. One that fails stops no other."""
    coin = {"id": "io", "symbol": "io", "name": "io.net", "current_price": 0.3, "market_cap": 3e7, "total_volume": 5e6}
    lists = {
        "artificial-intelligence": [coin, {"id": "x", "symbol": "x", "name": "X", "market_cap": None}, {"name": "odd"}],
        "depin": [coin],
    }
    gone = httpx.Response(404, json={"error": "category not found"})
    line = wire(answers(category=lambda params: gone if params["category"] == "big-data" else lists.get(params["category"], [])))
    result = run(seeded, line)
    span = {"vs_currency": "usd", "order": "market_cap_desc", "per_page": "250", "page": "1"}
    assert line.params("/coins/markets")[1] == span | {"category": "artificial-intelligence"}
    outcome = result.outcomes["category_coins"]
    assert "category not found" in str(outcome.failures[0])
    assert outcome.rows_quarantined == 1
    rows = held(seeded, "coingecko", "category_coins", ["category", "id", "current_price", "market_cap"])
    assert [tuple(row.values()) for row in rows] == [
        ("artificial-intelligence", "io", 0.3, 3e7), ("artificial-intelligence", "x", None, None), ("depin", "io", 0.3, 3e7),
    ]  # fmt: skip
    assert result.outcomes["coins_markets"].failures == []


def test_a_run_asks_for_the_developers_whose_answer_is_the_oldest(make_settings: Any, tmp_path: Path, wire: Any, held: Any) -> None:
    """Eight a run: four runs on end ask for each AI protocol of the seed and each of the 30 largest, then the round begins again.

    A perpetual exchange's is not asked.
    """
    seed, assets = tmp_path / "protocols.csv", tmp_path / "assets.csv"
    seed.write_text("protocol,category,coingecko_id\ngmx,perp,gmx\nrender,ai,render-token\nunknown,ai,\n")
    assets.write_text("asset,coingecko_id\n")
    settings = make_settings(protocols_file=seed, assets_file=assets)
    largest = [{"id": f"ai-{number}", "symbol": "ai", "name": "AI"} for number in range(31)]
    told = {"forks": 7, "stars": 76697, "pull_requests_merged": 5, "commit_count_4_weeks": 108, "pull_request_contributors": 829}
    asked: list[str] = []

    def answer(request: httpx.Request) -> Any:
        parts = request.url.path.split("/coins/")[-1].split("/")
        if len(parts) > 1 or parts[0] in ("markets", "derivatives", "exchanges") or "derivatives" in request.url.path:
            return answers(category=lambda params: largest if params["category"] == "artificial-intelligence" else [])(request)
        asked.append(parts[0])
        assert dict(request.url.params)["developer_data"] == "true"
        return {"id": parts[0], "developer_data": told if parts[0] != "ai-3" else None}

    for days in range(4):
        line, at = wire(answer), NOW + timedelta(days=days)
        result = run(settings, line, Window(at.date() - timedelta(days=1), at.date() - timedelta(days=1)), at=at)
        assert result.problem is None
        assert len(line.asked) <= 20
    assert len(asked) == 32
    assert sorted(asked[:31]) == sorted(["render-token", *(f"ai-{number}" for number in range(30))])
    assert asked[31] in asked[:8]
    rows = {row["id"]: row for row in held(settings, "coingecko", "developers")}
    assert [rows["ai-0"][name] for name in told] == list(told.values())
    assert {rows["ai-3"][name] for name in told} == {None}


def test_an_answer_that_was_not_asked_about_developers_says_nothing_of_them() -> None:
    """Recordings of other programs leave them out: no row that would say there is no repository."""
    for asked, name in (({"developer_data": "true"}, "developers"), ({}, "developers"), ({"developer_data": "false"}, None)):
        found = route({"coingecko": GECKO}, "GET", "https://api.coingecko.com/api/v3/coins/golem", asked, None)
        assert (found if isinstance(found, str) else found[1].name) == (name or "coingecko does not use GET /api/v3/coins/golem")


def test_charts_go_back_a_year_and_no_further(seeded: Any, wire: Any) -> None:
    inside = {"prices": [[1746057600000, 1.5]], "market_caps": [], "total_volumes": []}  # 2025-05-01
    line = wire(answers(range=lambda params: inside))
    result = run(seeded, line, Window(date(2020, 1, 1), date(2025, 6, 1)))
    assert result.problem is None
    assert result.limitations == ["market_charts: the source keeps 365 days, nothing older can be had"]
    assert line.params("/gmx/market_chart/range")[0]["from"] == str(int(datetime(2025, 3, 12, 6, tzinfo=UTC).timestamp()))
    old = wire(answers())
    run(seeded, old, Window(date(2020, 1, 1), date(2020, 1, 2)))
    assert len(old.asked) == 3 + len(CATEGORIES)


def test_a_chart_of_another_range_than_asked_is_a_failure(seeded: Any, wire: Any, held: Any) -> None:
    result = run(seeded, wire(answers()), Window(date(2025, 6, 1), date(2025, 6, 1)))
    assert "bounds ignored" in (result.problem or "")
    assert held(seeded, "coingecko", "market_charts") == []


@pytest.mark.parametrize("odd", [None, 5, [], [1773014400001], ["1773014400001", 2], [None, 2], [True, 2], [[1], 2], [1e300, 2]], ids=str)
def test_an_odd_point_of_a_chart_costs_itself_only(odd: Any, seeded: Any, wire: Any, held: Any) -> None:
    chart = CHART | {"prices": [odd, *CHART["prices"]]}
    result = run(seeded, wire(answers(range=lambda params: chart)))
    assert (result.error, result.outcomes["market_charts"].rows_quarantined) == (None, 3)  # one a coin
    rows = held(seeded, "coingecko", "market_charts", ["id", "time", "price", "market_cap", "total_volume"])
    assert [tuple(row.values())[1:] for row in rows] == [(1773014400000, 1.5, 0, 7), (1773018000000, None, None, 8)] * 3


@pytest.mark.parametrize("odd", [None, "x", {"id": None}, {"id": "e", "name": "E", "open_interest_btc": "much"}], ids=str)
def test_an_odd_exchange_costs_itself_only_and_ends_no_paging(odd: Any, seeded: Any, wire: Any, held: Any) -> None:
    full = [{"id": f"e{number}", "name": "E"} for number in range(99)]
    line = wire(answers(exchanges=lambda params: [odd, *full] if params["page"] == "1" else [{"id": "last", "name": "L"}]))
    result = run(seeded, line)
    assert (result.problem, result.outcomes["derivatives_exchanges"].rows_quarantined) == (None, 1)
    assert len(held(seeded, "coingecko", "derivatives_exchanges")) == 100


def test_pages_without_an_end_are_named(seeded: Any, wire: Any) -> None:
    line = wire(answers(exchanges=lambda params: [{"id": f"e{number}", "name": "E"} for number in range(100)]))
    assert "more than 20 pages" in (run(seeded, line).problem or "")
    assert len(line.params("/derivatives/exchanges")) == 20


def test_a_full_page_of_exchanges_goes_on(seeded: Any, wire: Any, held: Any) -> None:
    full = [{"id": f"e{number}", "name": "E", "open_interest_btc": 2.5, "trade_volume_24h_btc": "3.5"} for number in range(100)]
    line = wire(answers(exchanges=lambda params: full if params["page"] == "1" else full[:1]))
    assert run(seeded, line).problem is None
    assert [params["page"] for params in line.params("/derivatives/exchanges")] == ["1", "2"]
    rows = held(seeded, "coingecko", "derivatives_exchanges")
    assert {(row["open_interest_btc"], row["trade_volume_24h_btc"]) for row in rows} == {(2.5, 3.5)}


def test_one_that_is_throttled_leaves_the_rest(seeded: Any, wire: Any, held: Any) -> None:
    busy = {"status": {"error_code": 429, "error_message": "You've exceeded the Rate Limit."}}
    line = wire(answers(derivatives=lambda params: httpx.Response(429, json=busy)))
    result = run(seeded, line)
    assert result.status == "failed"
    assert [failure.endpoint for failure in result.outcomes["derivatives_tickers"].failures] == ["derivatives"]
    assert len(held(seeded, "coingecko", "market_charts")) == 6
    assert result.outcomes["coins_markets"].failures == []


def test_the_key_is_optional_and_goes_into_a_header(seeded: Any, wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COINGECKO_API_KEY", raising=False)
    line = wire(answers())
    run(seeded, line)
    assert {request.headers.get("x-cg-demo-api-key") for request in line.asked} == {None}
    monkeypatch.setenv("COINGECKO_API_KEY", "CG-secret")
    keyed = wire(answers())
    run(seeded, keyed)
    assert {request.headers.get("x-cg-demo-api-key") for request in keyed.asked} == {"CG-secret"}
    assert not any(b"CG-secret" in path.read_bytes() for path in seeded.data_dir.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("body", "status", "error", "text"),
    [
        ({"error": "coin not found"}, 404, NotFound, "coin not found"),
        ({"error": {"status": {"error_code": 10012, "error_message": "within the past 365 days"}}}, 401, NotAvailable, "past 365 days"),
        ({"error_code": 10005, "status": {"error_message": "needs a plan"}}, 401, NotAvailable, "needs a plan"),
        ({"status": {"error_code": 10002, "error_message": "API Key Missing"}}, 401, NotAvailable, "API Key Missing"),
        ({"error": "Missing parameter vs_currency"}, 422, Rejected, "vs_currency"),
    ],
)  # fmt: skip
def test_errors_have_three_forms(body: Any, status: int, error: type[Exception], text: str, payload: Any) -> None:
    with pytest.raises(error, match=rf"coingecko market_chart \[gmx\]: HTTP {status}: .*{text}"):
        GECKO.check(payload("coingecko", "market_chart", body, status=status, match={"id": "gmx"}))
    GECKO.check(payload("coingecko", "coins_markets", []))
