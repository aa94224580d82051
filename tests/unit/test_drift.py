"""Drift: nothing is asked for after the halt, the list only for a backfill, candles back from the end, a file of funding a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from ingestion.errors import NotAvailable, NotFound, Rejected
from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

DRIFT = all_sources()["drift"]
TODAY = datetime(2026, 11, 22, 1, tzinfo=UTC)
DAY = date(2026, 3, 9)
START = int(datetime(2026, 3, 9, tzinfo=UTC).timestamp())
HEADER = "ts,txSig,fundingRate,fundingRateLong,fundingRateShort,oraclePriceTwap,markPriceTwap,periodRevenue\n"


def market(symbol: str, kind: str = "perp", volume: str = "1") -> dict[str, Any]:
    interest = {"openInterest": {"long": "3", "short": "-4"}, "fundingRate": {"long": "0.001", "short": "-0.001"}}
    prices = {"oraclePrice": "10", "markPrice": "11", "baseVolume": "1", "quoteVolume": volume, "fundingRateUpdateTs": START}
    return {"symbol": symbol, "marketIndex": 0, "marketType": kind, "baseAsset": symbol[:3], "status": "active", **interest, **prices}


MARKETS = [market("BTC-PERP", volume="9"), market("SOL-PERP"), market("TRUMP-WIN-2024-BET"), market("SOL", "spot")]


def candle(at: int) -> dict[str, Any]:
    prices = {f"{kind}{name}": 1.5 for kind in ("fill", "oracle") for name in ("Open", "High", "Low", "Close")}
    return {"ts": at, "baseVolume": 2, "quoteVolume": 3, **prices}


def api(**routes: Callable[[httpx.Request], Any]) -> Callable[[httpx.Request], Any]:
    def answer(request: httpx.Request) -> Any:
        parts = request.url.path.split("/")
        kind = parts[1] if parts[1] == "stats" else parts[3]
        if kind in routes:
            return routes[kind](request)
        empty = {"stats": {"success": True, "markets": MARKETS}, "candles": {"success": True, "records": []}}
        return empty.get(kind, httpx.Response(200, text=""))

    return answer


def run(settings: Any, line: Any, window: Window | None = None, now: datetime = TODAY) -> SourceResult:
    (result,) = ingest(settings, [DRIFT], window, transports={"drift": line.transport}, clock=lambda: now)
    return result


@pytest.mark.parametrize("window", [None, Window(date(2026, 4, 3), date(2026, 4, 9)), Window(date(2026, 11, 21), date(2026, 11, 21))])
def test_nothing_is_asked_about_the_time_since_the_halt(window: Window | None, settings: Any, wire: Any) -> None:
    line = wire(api())
    result = run(settings, line, window)
    assert (result.status, result.problem, line.asked) == ("closed", None, [])


def test_a_snapshot_was_one_request(settings: Any, wire: Any, held: Any) -> None:
    line = wire(api())
    run(settings, line, Window(DAY, DAY), now=datetime(2026, 3, 9, 12, tzinfo=UTC))
    assert [request.url.path for request in line.asked].count("/stats/markets") == 1
    states = held(settings, "drift", "market_states", ["symbol", "oracle_price", "open_interest_long", "open_interest_short"])
    assert [tuple(row.values()) for row in states] == [(name, 10.0, 3.0, -4.0) for name in ("BTC-PERP", "SOL-PERP", "TRUMP-WIN-2024-BET")]
    assert len(held(settings, "drift", "instruments")) == 3


def test_a_backfill_reads_the_list_then_candles_and_a_file_a_day(settings: Any, wire: Any, held: Any) -> None:
    def funding(request: httpx.Request) -> httpx.Response:
        day = int(request.url.path.rsplit("/", 1)[1])
        lines = f"{START + (day - 9) * 86400 + 10},sig,0.002,0.002,0.001,200,201,5\n"
        return httpx.Response(200, text=HEADER + lines if day == 9 else "")

    line = wire(api(fundingRates=funding, candles=lambda request: {"success": True, "records": [candle(START)]}))
    result = run(settings, line, Window(DAY, DAY + timedelta(days=1)))
    assert (result.status, result.problem) == ("closed", None)
    files = sorted(request.url.path for request in line.asked if "fundingRates" in request.url.path)
    assert files == [f"/market/{name}-PERP/fundingRates/2026/3/{day}" for name in ("BTC", "SOL") for day in (10, 9)]
    assert line.params("/candles/60") == [{"startTs": str(START + 172_799), "endTs": str(START), "limit": "48"}] * 2
    assert len(line.asked) == 1 + 2 + 4
    rates = held(settings, "drift", "funding_rates")
    assert [(row["symbol"], row["ts"], row["funding_rate"], row["oracle_price_twap"], row["funding_rate_short"]) for row in rates] == [
        ("BTC-PERP", START + 10, 0.002, 200.0, 0.001), ("SOL-PERP", START + 10, 0.002, 200.0, 0.001),
    ]  # fmt: skip


def test_a_window_across_the_halt_ends_with_it(settings: Any, wire: Any) -> None:
    line = wire(api(stats=lambda request: {"success": True, "markets": [market("BTC-PERP")]}))
    run(settings, line, Window(date(2026, 3, 31), date(2026, 4, 30)))
    files = sorted(request.url.path.split("fundingRates/")[1] for request in line.asked if "fundingRates" in request.url.path)
    assert files == ["2026/3/31", "2026/4/1", "2026/4/2"]
    end = int(datetime(2026, 4, 3, tzinfo=UTC).timestamp())
    assert [one["startTs"] for one in line.params("/candles/60")] == [str(end - 1)]


@pytest.mark.parametrize("heeds_the_older_bound", [True, False])
def test_candles_go_back_from_the_end_until_the_start(heeds_the_older_bound: bool, settings: Any, wire: Any, held: Any) -> None:
    def candles(request: httpx.Request) -> Any:
        asked = {name: int(value) for name, value in request.url.params.items()}
        newest = asked["startTs"] // 3600 * 3600
        oldest = asked["endTs"] if heeds_the_older_bound else 0
        return {"success": True, "records": [candle(at) for at in range(newest, oldest - 1, -3600)][: asked["limit"]]}

    line = wire(api(candles=candles, stats=lambda request: {"success": True, "markets": [market("BTC-PERP")]}))
    run(settings, line, Window(DAY - timedelta(days=49), DAY))
    first, end = START - 49 * 86_400, START + 86_400
    asked = [(int(one["startTs"]), int(one["endTs"]), int(one["limit"])) for one in line.params("/candles/60")]
    assert asked == [(end - 1, first, 1000), (end - 1000 * 3600 - 1, first, 200)]
    assert [row["ts"] for row in held(settings, "drift", "candles")] == list(range(first, end, 3600))


def test_odd_rows_cost_themselves_only(settings: Any, wire: Any, held: Any) -> None:
    """A market without a name, one without its sides, a candle without its time, a line of a file that is no figure."""
    listed = [None, market("X-PERP") | {"symbol": None}, market("Y-PERP") | {"openInterest": "none"}, *MARKETS]
    lines = f"{START + 10},sig,0.002,,,200,201,5\nsoon,sig,0.002,,,200,201,5\n"
    line = wire(
        api(
            stats=lambda request: {"success": True, "markets": listed},
            candles=lambda request: {"success": True, "records": [candle(START), candle(START) | {"ts": None}, 7]},
            fundingRates=lambda request: httpx.Response(200, text=HEADER + lines if "BTC" in request.url.path else ""),
        )
    )
    result = run(settings, line, Window(DAY, DAY))
    assert result.error is None
    assert [row["symbol"] for row in held(settings, "drift", "candles")] == ["BTC-PERP", "SOL-PERP", "Y-PERP"]
    rates = held(settings, "drift", "funding_rates", ["symbol", "ts", "funding_rate", "funding_rate_long"])
    assert [tuple(row.values()) for row in rates] == [("BTC-PERP", START + 10, 0.002, None)]
    aside = {name: outcome.rows_quarantined for name, outcome in result.outcomes.items()}
    assert aside == {"instruments": 2, "market_states": 3, "candles": 6, "funding_rates": 1}


@pytest.mark.parametrize(("markets", "names"), [("top:1", {"BTC"}), ("SOL-*", {"SOL"}), ("NONE", set())])
def test_markets_are_chosen(markets: str, names: set[str], make_settings: Any, wire: Any) -> None:
    line = wire(api())
    run(make_settings(markets=markets), line, Window(DAY, DAY))
    assert {request.url.path.split("/")[2].removesuffix("-PERP") for request in line.asked if "candles" in request.url.path} == names


@pytest.mark.parametrize(
    ("endpoint", "status", "body", "kind", "words"),
    [("candles", 200, {"success": False, "message": "odd"}, Rejected, "HTTP 200: odd"),
     ("candles", 404, {"message": "Not Found"}, NotFound, "BTC-PERP"),
     ("funding_rates", 403, {"message": "Forbidden"}, NotAvailable, "Forbidden"),
     ("stats_markets", 400, b"<html>", Rejected, "<html>")],
)  # fmt: skip
def test_errors_are_told(endpoint: str, status: int, body: Any, kind: type[Exception], words: str, payload: Any) -> None:
    with pytest.raises(kind, match=words):
        DRIFT.check(payload("drift", endpoint, body, status=status, match={"symbol": "BTC-PERP"}))


def test_an_empty_file_is_a_day_without_settlements(payload: Any, typed: Any) -> None:
    one = payload("drift", "funding_rates", b"", match={"symbol": "BTC-PERP"})
    DRIFT.check(one)
    assert typed(one)["funding_rates"] == []
