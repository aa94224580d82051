"""Drift: a venue that is halted, a file of settlements a day, candles that go back, rows that are odd; its dialect's files and sides."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import polars as pl
import pytest
from fetched import fetching
from simulated import Simulated, venue_of

from ingestion.run.replay import route
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources
from simulator import Truth
from simulator.dialects import venues

DAY = date(2026, 3, 9)
START = int(datetime(2026, 3, 9, tzinfo=UTC).timestamp())
HEADER = "ts,txSig,fundingRate,fundingRateLong,fundingRateShort,oraclePriceTwap,markPriceTwap,periodRevenue\n"
run = fetching("drift", datetime(2026, 11, 22, 1, tzinfo=UTC))


def market(symbol: str, kind: str = "perp") -> dict[str, Any]:
    interest = {"openInterest": {"long": "3", "short": "-4"}, "fundingRate": {"long": "0.001", "short": "-0.001"}}
    prices = {"oraclePrice": "10", "markPrice": "11", "baseVolume": "1", "quoteVolume": "9", "fundingRateUpdateTs": START}
    return {"symbol": symbol, "marketIndex": 0, "marketType": kind, "baseAsset": symbol[:3], "status": "active", **interest, **prices}


MARKETS = [market("BTC-PERP"), market("SOL-PERP"), market("TRUMP-WIN-2024-BET"), market("SOL", "spot")]


def candle(at: int | None) -> dict[str, Any]:
    prices = {f"{kind}{name}": 1.5 for kind in ("fill", "oracle") for name in ("Open", "High", "Low", "Close")}
    return {"ts": at, "baseVolume": 2, "quoteVolume": 3, **prices}


def api(listed: list[Any] = MARKETS, **routes: Callable[[httpx.Request], Any]) -> Callable[[httpx.Request], Any]:
    def answer(request: httpx.Request) -> Any:
        parts = request.url.path.split("/")
        kind = parts[1] if parts[1] == "stats" else parts[3]
        empty = {"stats": {"success": True, "markets": listed}, "candles": {"success": True, "records": []}}
        return routes[kind](request) if kind in routes else empty.get(kind, httpx.Response(200, text=""))

    return answer


@pytest.mark.parametrize("window", [None, Window(date(2026, 4, 3), date(2026, 4, 9)), Window(date(2026, 11, 21), date(2026, 11, 21))])
def test_nothing_is_asked_about_the_time_since_the_halt(window: Window | None, settings: Any, wire: Any) -> None:
    line = wire(api())
    result = run(settings, line, window)
    assert (result.status, result.problem, line.asked) == ("closed", None, [])
    assert "drift" not in {venue.name for venue in venues()}


def test_a_backfill_reads_the_list_then_candles_and_a_file_a_day_up_to_the_halt(settings: Any, wire: Any, held: Any) -> None:
    """Predictions and spot are no markets; a settlement some seconds late is of its file's day."""

    def funding(request: httpx.Request) -> httpx.Response:
        at = datetime(*map(int, request.url.path.split("fundingRates/")[1].split("/")), tzinfo=UTC)  # type: ignore[misc]
        return httpx.Response(200, text=HEADER + f"{int(at.timestamp()) + 10},sig,0.002,0.002,0.001,200,201,5\n" if at.day == 1 else "")

    line = wire(api(fundingRates=funding))
    assert run(settings, line, Window(date(2026, 3, 31), date(2026, 4, 30))).status == "closed"
    files = sorted(request.url.path for request in line.asked if "fundingRates" in request.url.path)
    assert files == [f"/market/{name}-PERP/fundingRates/2026/{day}" for name in ("BTC", "SOL") for day in ("3/31", "4/1", "4/2")]
    end = int(datetime(2026, 4, 3, tzinfo=UTC).timestamp())
    assert [one["startTs"] for one in line.params("/candles/60")] == [str(end - 1)] * 2
    rates = held(settings, "drift", "funding_rates", ["symbol", "ts", "funding_rate", "oracle_price_twap", "funding_rate_short"])
    assert [tuple(row.values()) for row in rates] == [(f"{name}-PERP", end - 2 * 86_400 + 10, 0.002, 200, 0.001) for name in ("BTC", "SOL")]


@pytest.mark.parametrize("heeds_the_older_bound", [True, False])
def test_candles_go_back_from_the_end_until_the_start(heeds_the_older_bound: bool, settings: Any, wire: Any, held: Any) -> None:
    def candles(request: httpx.Request) -> Any:
        asked = {name: int(value) for name, value in request.url.params.items()}
        oldest = asked["endTs"] if heeds_the_older_bound else asked["endTs"] - 500 * 3600
        return {
            "success": True,
            "records": [candle(at) for at in range(asked["startTs"] // 3600 * 3600, oldest - 1, -3600)][: asked["limit"]],
        }

    line = wire(api([market("BTC-PERP")], candles=candles))
    run(settings, line, Window(DAY - timedelta(days=49), DAY))
    first, end = START - 49 * 86_400, START + 86_400
    asked = [(int(one["startTs"]), int(one["endTs"]), int(one["limit"])) for one in line.params("/candles/60")]
    assert asked == [(end - 1, first, 1000), (end - 1000 * 3600 - 1, first, 200)]
    assert [row["ts"] for row in held(settings, "drift", "candles")] == list(range(first, end, 3600))


def test_odd_rows_cost_themselves_only(settings: Any, wire: Any, held: Any) -> None:
    """A market without a name, one without its sides, a candle without its time, a line of a file that is no figure."""
    listed = [None, market("X-PERP") | {"symbol": None}, market("Y-PERP") | {"openInterest": "none"}, *MARKETS]
    lines = f"{START + 10},sig,0.002,,,200,201,5\nsoon,sig,0.002,,,200,201,5\n"
    candles = {"success": True, "records": [candle(START), candle(None), 7]}
    funding = lambda request: httpx.Response(200, text=HEADER + lines if "BTC" in request.url.path else "")  # noqa: E731
    result = run(settings, wire(api(listed, candles=lambda request: candles, fundingRates=funding)), Window(DAY, DAY))
    assert result.error is None
    assert [row["symbol"] for row in held(settings, "drift", "candles")] == ["BTC-PERP", "SOL-PERP", "Y-PERP"]
    rates = held(settings, "drift", "funding_rates", ["symbol", "ts", "funding_rate", "funding_rate_long"])
    assert [tuple(row.values()) for row in rates] == [("BTC-PERP", START + 10, 0.002, None)]
    aside = {name: outcome.rows_quarantined for name, outcome in result.outcomes.items()}
    assert aside == {"instruments": 2, "market_states": 3, "candles": 6, "funding_rates": 1}


@pytest.mark.parametrize(
    ("url", "expected"),
    [("https://data.api.drift.trade/market/SOL-PERP/fundingRates/2025/1/9", "funding_rates"),
     ("https://data.api.drift.trade/market/1MPEPE-PERP/candles/60", "candles"),
     ("https://data.api.drift.trade/contracts", "drift does not use GET /contracts"),
     ("https://dlob.drift.trade/l2", "no source claims https://dlob.drift.trade")],
)  # fmt: skip
def test_what_is_ours_is_told_by_its_address(url: str, expected: str) -> None:
    found = route(all_sources(), "GET", url, {}, None)
    assert (found if isinstance(found, str) else found[1].name) == expected


def test_a_file_is_read_by_its_header(payload: Any, typed: Any) -> None:
    """0.002007041 USD per SOL and hour on 2025-01-09."""
    head = b"ts,txSig,slot,marketIndex,fundingRate,fundingRateLong,fundingRateShort,oraclePriceTwap,markPriceTwap\n"
    body = head + b"1736380810,abc,312968596,0,0.002007041,0.002007042,0.002007043,200.7041,200.9\n"
    (row,) = typed(payload("drift", "funding_rates", body, match={"symbol": "SOL-PERP"}))["funding_rates"]
    assert list(row.values()) == ["SOL-PERP", 1736380810, 0.002007041, 0.002007042, 0.002007043, 200.7041, 200.9]


def test_the_dialects_files_are_dollars_and_its_larger_side_is_the_truth() -> None:
    """Shorts are negative; the rate of a file over the oracle's price is the truth's."""
    truth, now = Truth(seed=3, start=date(2026, 3, 1), days=20, venues=[venue_of("drift")]), datetime(2026, 3, 15, 12, 30, tzinfo=UTC)
    simulated = Simulated("drift", truth, now)
    interest = truth.open_interest().filter(pl.col("observed_at") == now.replace(minute=0))
    bases = dict(interest.select("symbol", "open_interest_base").iter_rows())
    sides = {one["symbol"]: one["openInterest"] for one in simulated.body("/stats/markets")["markets"][:3]}
    assert {name: max(float(one["long"]), -float(one["short"])) for name, one in sides.items()} == bases
    assert {float(one["long"]) > -float(one["short"]) for one in sides.values()} == {True, False}
    file = simulated.ask("/market/ETH-PERP/fundingRates/2026/3/14", format="csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(file)))
    rates = truth.funding().filter(symbol="ETH-PERP", date=date(2026, 3, 14))["funding_rate"].to_list()
    assert [float(row["fundingRate"]) / float(row["oraclePriceTwap"]) for row in rows] == pytest.approx(rates, rel=1e-12)
    assert all(8 <= int(row["ts"]) % 3600 <= 14 for row in rows)
