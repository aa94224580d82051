"""CoinGlass: nothing without a key, three series an asset and a chart of two, errors inside HTTP 200, the truth of all venues back."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any

import httpx
import polars as pl
import pytest

from ingestion.errors import BadAnswer, NotAvailable, Rejected, Unroutable
from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources
from simulator import Simulator, Truth

GLASS = all_sources()["coinglass"]
NOW = datetime(2026, 7, 4, 6, tzinfo=UTC)
DAY = Window(date(2026, 7, 3), date(2026, 7, 3))
FIRST, LAST = 1767484800000, 1783123199999  # 2026-01-04, half a year before, to the last ms of 2026-07-03
AT = 1783036800000  # 2026-07-03
BAR = {"time": AT, "open": "1", "high": "4", "low": "0.5", "close": "2.5"}
CLOSED = {"time": AT, "aggregated_long_liquidation_usd": 5916885.25, "aggregated_short_liquidation_usd": 12969583.5}
EXCHANGES = "Binance,OKX,Bybit,Hyperliquid,HTX,Gate,Bitfinex"
LISTS = {
    "supported-exchanges": ["OKX", "Binance", "HTX", "Bitfinex", "Bybit", "Gate", "CME", "Hyperliquid"],
    "supported-coins": ["BTC", "ETH", "SOL"],
}
ROUTES = ("liquidation/aggregated-history", "open-interest/aggregated-history", "funding-rate/oi-weight-history")


@pytest.fixture
def seeded(make_settings: Any, tmp_path: Any) -> Any:
    """Settings with a seed of two assets."""
    (tmp_path / "assets.csv").write_text("asset,coingecko_id\nBTC,bitcoin\nSOL,solana\n")
    return make_settings(assets_file=tmp_path / "assets.csv")


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COINGLASS_API_KEY", "sesame")
    return "sesame"


CHART = {"time_list": [AT, AT + 14_400_000], "price_list": [1, 2], "data_map": {"CME": [None, 15.5], "Binance": [8, 9]}}


def listing(names: list[Any]) -> Any:
    return {"code": "0", "msg": "success", "data": names}


def answer(request: httpx.Request) -> Any:
    if (name := request.url.path.rsplit("/", 1)[1]) in LISTS:
        return listing(LISTS[name])
    if "chart" in request.url.path:
        return {"code": "0", "msg": "success", "data": CHART}
    return {"code": "0", "msg": "success", "data": [CLOSED if "liquidation" in request.url.path else BAR]}


def run(settings: Any, line: Any, window: Window | None = DAY) -> SourceResult:
    (result,) = ingest(settings, [GLASS], window, transports={"coinglass": line.transport}, clock=lambda: NOW)
    return result


def test_without_a_key_nothing_is_asked_and_nothing_is_said(seeded: Any, wire: Any, held: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COINGLASS_API_KEY", raising=False)
    line = wire(answer)
    result = run(seeded, line)
    assert (result.status, result.problem, line.asked) == ("not_configured", None, [])
    assert held(seeded, "coinglass", "aggregated_open_interest") == []


def test_a_day_is_three_requests_an_asset_and_half_a_year_again(seeded: Any, wire: Any, held: Any, key: str) -> None:
    line = wire(answer)
    assert run(seeded, line, None).status == "ok"
    assert line.asked == []
    assert run(seeded, line).problem is None
    common = {"interval": "1d", "limit": "1000", "start_time": str(FIRST), "end_time": str(LAST)}
    for route, more in zip(ROUTES, ({"exchange_list": EXCHANGES}, {"unit": "usd"}, {}), strict=True):
        assert line.params(route) == [common | more | {"symbol": asset} for asset in ("BTC", "SOL")]
    assert line.params("exchange-history-chart") == [{"symbol": "BTC", "range": "4h", "unit": "usd"}]
    assert len(line.asked) == 9
    (bars, funding, closed) = (
        held(seeded, "coinglass", name) for name in ("aggregated_open_interest", "oi_weighted_funding", "aggregated_liquidations")
    )
    assert list(bars[1].values())[:7] == list(funding[1].values())[:7] == ["SOL", "1d", AT, 1.0, 4.0, 0.5, 2.5]
    assert list(closed[0].values())[:6] == [EXCHANGES, "BTC", "1d", AT, 5916885.25, 12969583.5]


def test_a_chart_is_a_row_for_each_exchange_and_time_that_has_a_figure(seeded: Any, wire: Any, held: Any, key: str) -> None:
    assert run(seeded, wire(answer)).problem is None
    rows = [tuple(row.values())[:4] for row in held(seeded, "coinglass", "open_interest_by_exchange")]
    assert sorted(rows) == [("BTC", "Binance", AT, 8), ("BTC", "Binance", AT + 14_400_000, 9), ("BTC", "CME", AT + 14_400_000, 15.5)]


@pytest.mark.parametrize("odd", [None, 7, [1], ["x", 2]], ids=str)
def test_an_odd_series_of_a_chart_costs_itself_only(odd: Any, seeded: Any, wire: Any, held: Any, key: str) -> None:
    exchanges = {f"Exchange {number}": [1.0, 2.0] for number in range(20)}
    chart = {"code": "0", "msg": "success", "data": CHART | {"data_map": exchanges | {"CME": odd}}}
    result = run(seeded, wire(lambda request: chart if "chart" in request.url.path else answer(request)))
    assert (result.problem, result.outcomes["open_interest_by_exchange"].rows_quarantined) == (None, 1)
    assert {row["exchange"] for row in held(seeded, "coinglass", "open_interest_by_exchange")} >= exchanges.keys()


def test_years_are_asked_a_thousand_days_at_a_time(seeded: Any, wire: Any, key: str) -> None:
    line = wire(lambda request: answer(request) if "chart" in request.url.path else {"code": "0", "msg": "success", "data": []})
    assert run(seeded, line, Window(date(2022, 1, 1), date(2026, 6, 30))).problem is None
    (one, two) = [one for one in line.params(ROUTES[1]) if one["symbol"] == "BTC"]
    day_ms = 86_400_000
    assert (int(one["end_time"]) + 1 - int(one["start_time"])) / day_ms == 1000
    assert int(two["start_time"]) == int(one["end_time"]) + 1
    assert datetime.fromtimestamp(int(two["end_time"]) / 1000, UTC).date() == date(2026, 6, 30)


def test_the_key_is_in_the_header_and_nowhere_in_the_data_folder(seeded: Any, wire: Any, key: str) -> None:
    line = wire(answer)
    assert run(seeded, line).problem is None
    assert {request.headers["CG-API-KEY"] for request in line.asked} == {key}
    files = [path for path in seeded.data_dir.rglob("*") if path.is_file()]
    assert len(files) > 5
    texts = [str(pl.read_parquet(path, hive_partitioning=False).to_dicts()) for path in files if path.suffix == ".parquet"]
    assert not any(key in text for text in texts)
    assert not any(key.encode() in path.read_bytes() for path in files)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, {"code": "30001", "msg": "secret invalid", "success": False}, NotAvailable),
        (200, {"code": "401", "msg": "Upgrade plan"}, NotAvailable),
        (200, {"code": "429", "msg": "Too Many Requests"}, BadAnswer),
        (200, {"code": "400", "msg": "Required String parameter 'symbol' is not present"}, Rejected),
        (200, {"msg": "no code at all"}, Rejected),
        (500, b"<html>", Rejected),
    ],
)
def test_a_code_is_an_error_whatever_the_status(status: int, body: Any, error: type[Exception], payload: Any) -> None:
    with pytest.raises(error, match=r"secret|Upgrade|Too Many|Required|no code|HTTP 500"):
        GLASS.check(payload("coinglass", "oi_weighted_funding", body, status=status))
    GLASS.check(payload("coinglass", "oi_weighted_funding", {"code": "0", "msg": "success", "data": []}))


@pytest.mark.parametrize("odd", [None, 5, BAR | {"time": None}, BAR | {"close": "n/a"}, BAR | {"time": AT // 1000}], ids=str)
def test_an_odd_bar_costs_itself_only(odd: Any, seeded: Any, wire: Any, held: Any, key: str) -> None:
    """Also one whose time is in another unit."""
    bars = [BAR | {"time": AT - day * 86_400_000} for day in range(20)]

    def answers(request: httpx.Request) -> Any:
        is_odd = request.url.path.endswith(ROUTES[1:])
        return {"code": "0", "data": [*bars, odd]} if is_odd else answer(request)

    result = run(seeded, wire(answers))
    assert result.problem is None
    for name in ("aggregated_open_interest", "oi_weighted_funding"):
        assert result.outcomes[name].rows_quarantined == 2  # one an asset
        assert len(held(seeded, "coinglass", name)) == 40


def test_one_asset_that_fails_does_not_take_the_others_along(seeded: Any, wire: Any, held: Any, key: str) -> None:
    line = wire(lambda request: {"code": "400", "msg": "unknown coin"} if request.url.params.get("symbol") == "SOL" else answer(request))
    result = run(seeded, line)
    assert result.status == "failed"
    assert "unknown coin (×" in (result.problem or "")
    assert [row["symbol"] for row in held(seeded, "coinglass", "oi_weighted_funding")] == ["BTC"]


def lists(**changed: Any) -> Any:
    """Answers with one of the two lists changed."""

    def answers(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1].replace("-", "_")
        return changed[name] if name in changed else answer(request)

    return answers


def test_both_lists_are_kept(seeded: Any, wire: Any, held: Any, key: str) -> None:
    run(seeded, wire(answer))
    kept = {
        name: [tuple(row.values())[:2] for row in held(seeded, "coinglass", name)] for name in ("supported_exchanges", "supported_coins")
    }
    assert {name: sorted(one for one, _ in rows) for name, rows in kept.items()} == {
        "supported_exchanges": sorted(LISTS["supported-exchanges"]), "supported_coins": LISTS["supported-coins"],
    }  # fmt: skip
    assert {day for rows in kept.values() for _, day in rows} == {NOW.date()}


def test_an_exchange_that_it_no_longer_has_fails_and_is_not_asked_for(seeded: Any, wire: Any, held: Any, key: str) -> None:
    """The liquidations of the others come all the same."""
    line = wire(lists(supported_exchanges=listing([name for name in LISTS["supported-exchanges"] if name != "Bitfinex"])))
    result = run(seeded, line)
    (failure,) = result.outcomes["aggregated_liquidations"].failures
    for part in ("[Bitfinex]", "EXCHANGES in ingestion/sources/coinglass.py"):
        assert part in str(failure)
    assert result.outcomes["aggregated_open_interest"].failures == []
    asked = "Binance,OKX,Bybit,Hyperliquid,HTX,Gate"
    assert {params["exchange_list"] for params in line.params(ROUTES[0])} == {asked}
    assert {row["exchange_list"] for row in held(seeded, "coinglass", "aggregated_liquidations")} == {asked}


def test_an_asset_that_it_no_longer_has_fails_and_names_its_row(seeded: Any, wire: Any, key: str) -> None:
    line = wire(lists(supported_coins=listing(["BTC", "ETH"])))
    result = run(seeded, line)
    for name in ("aggregated_liquidations", "aggregated_open_interest", "oi_weighted_funding"):
        (failure,) = result.outcomes[name].failures
        assert "SOL (assets.csv row SOL)" in str(failure)
    assert (result.problem or "").count("assets.csv row SOL") == 1
    assert {params["symbol"] for route in ROUTES for params in line.params(route)} == {"BTC"}


@pytest.mark.parametrize("odd", [{"code": "404", "msg": "no such route"}, listing([]), listing([None, {"name": "Binance"}])], ids=str)
def test_without_a_list_all_are_asked_for_and_that_is_told(odd: Any, seeded: Any, wire: Any, key: str) -> None:
    line = wire(lists(supported_exchanges=odd))
    result = run(seeded, line)
    assert {params["exchange_list"] for params in line.params(ROUTES[0])} == {EXCHANGES}
    assert "supported_exchanges: no name in the list: all of ours are asked for" in result.limitations
    assert result.outcomes["aggregated_liquidations"].failures == []


def test_without_any_exchange_nothing_is_asked_in_its_name(seeded: Any, wire: Any, key: str) -> None:
    line = wire(lists(supported_exchanges=listing(["CME"])))
    result = run(seeded, line)
    assert len(result.outcomes["aggregated_liquidations"].failures) == 7
    assert line.params(ROUTES[0]) == []
    assert len(line.params(ROUTES[1])) == 2


def test_an_answer_whose_request_is_unknown_is_not_guessed(payload: Any) -> None:
    with pytest.raises(Unroutable, match="symbol"):
        GLASS.endpoint("aggregated_open_interest").parse(payload("coinglass", "aggregated_open_interest", {"code": "0", "data": [BAR]}))


def test_totals_over_all_venues_come_back(seeded: Any, key: str, held: Any) -> None:
    """Summed by hand over the truth's markets; the running day, asked for too, is a bar that is not over."""
    truth = Truth(start=date(2026, 7, 1), days=5, assets=["BTC", "ETH"])
    with Simulator(truth, now=NOW) as simulator:
        seeded.base_url = simulator.base_urls()
        (result,) = ingest(seeded, [GLASS], Window(date(2026, 7, 1), date(2026, 7, 4)), clock=lambda: NOW)
    assert (result.problem, result.requests) == (None, 9)
    last = truth.open_interest().filter(asset="BTC").filter(pl.col("observed_at").dt.hour() == 23)
    due = dict(last.group_by("date").agg(pl.col("open_interest_usd").sum()).iter_rows())
    bars = {datetime.fromtimestamp(row["time"] / 1000, UTC).date(): row for row in held(seeded, "coinglass", "aggregated_open_interest")}
    assert list(bars) == [date(2026, 7, day) for day in (1, 2, 3, 4)]
    assert [row["close"] for day, row in bars.items() if day.day < 4] == pytest.approx([due[date(2026, 7, day)] for day in (1, 2, 3)])
    assert bars[date(2026, 7, 4)]["close"] != pytest.approx(due[date(2026, 7, 4)])
    listed = truth.liquidations().filter(asset="BTC").filter(pl.col("venue").is_in(EXCHANGES.lower().split(",")))
    sums: dict[Any, float] = defaultdict(float)
    for row in listed.to_dicts():
        sums[row["date"], row["side"]] += row["liquidated_usd"]
    for row in held(seeded, "coinglass", "aggregated_liquidations")[:3]:
        day = datetime.fromtimestamp(row["time"] / 1000, UTC).date()
        assert row["aggregated_long_liquidation_usd"] == pytest.approx(sums[day, "long"])
        assert row["aggregated_short_liquidation_usd"] == pytest.approx(sums[day, "short"])
