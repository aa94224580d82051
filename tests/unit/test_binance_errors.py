"""Binance REST: what a failing market or product leaves standing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

BINANCE = all_sources()["binance"]
DAY = date(2026, 3, 9)
DAY_MS = 1_773_014_400_000


def instrument(symbol: str) -> dict[str, Any]:
    return {"symbol": symbol, "contractType": "PERPETUAL", "status": "TRADING", "baseAsset": "B", "quoteAsset": "Q", "onboardDate": 1}


def venue(um: list[dict[str, Any]], **series: Any) -> Any:
    """A Binance of these instruments; `series` answers by the last part of the path, everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[-1]
        if name in series:
            return series[name](request)
        if name == "exchangeInfo":
            return {"symbols": um if "fapi" in request.url.host else []}
        return {"symbol": request.url.params["symbol"], "time": DAY_MS, "openInterest": "1"} if name == "openInterest" else []

    return answer


def run(settings: Any, line: Any, window: Window | None) -> SourceResult:
    at = datetime(2026, 3, 10, 12, tzinfo=UTC)
    (result,) = ingest(settings, [BINANCE], window, clock=lambda: at, transports={"binance": line.transport})
    return result


def error_reply(status: int, code: int, message: str) -> httpx.Response:
    return httpx.Response(status, content=json.dumps({"code": code, "msg": message}))


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("code", [-1121, -1122])
def test_a_market_that_is_gone_is_no_failure_and_stops_no_other(status: int, code: int, settings: Any, wire: Any, held: Any) -> None:
    def klines(request: httpx.Request) -> Any:
        if request.url.params["symbol"] == "GONEUSDT":
            return error_reply(status, code, "Invalid symbol.")
        return [[int(request.url.params["startTime"]), "1", "2", "0.5", "1.5", "10", 1, "15", 3, "4", "6", "0"]]

    line = wire(venue([instrument("GONEUSDT"), instrument("BTCUSDT")], klines=klines))
    assert run(settings, line, Window(DAY, DAY)).status == "ok"
    assert [row["symbol"] for row in held(settings, "binance", "klines")] == ["BTCUSDT"]


def test_a_market_that_is_refused_is_named_and_stops_no_other(make_settings: Any, wire: Any, held: Any) -> None:
    settings = make_settings(markets="ODDUSDT,BTCUSDT")  # by symbol, for not all are wanted

    def rates(request: httpx.Request) -> Any:
        if request.url.params["symbol"] == "ODDUSDT":
            return error_reply(400, -1130, "parameter 'startTime' is invalid.")
        return [{"symbol": "BTCUSDT", "fundingTime": DAY_MS, "fundingRate": "0.0001"}]

    result = run(settings, wire(venue([instrument("ODDUSDT"), instrument("BTCUSDT")], fundingRate=rates)), Window(DAY, DAY))
    assert result.status == "failed"
    for part in ("um_funding_rate", "-1130", "ODDUSDT"):
        assert part in (result.problem or "")
    assert [row["symbol"] for row in held(settings, "binance", "funding_rates")] == ["BTCUSDT"]
    assert [name for name, outcome in result.outcomes.items() if outcome.failures] == ["funding_rates"]


def test_one_product_down_leaves_the_other(make_settings: Any, wire: Any, held: Any) -> None:
    def answer(request: httpx.Request) -> Any:
        return httpx.Response(500) if "dapi" in request.url.host else venue([instrument("BTCUSDT")])(request)

    settings = make_settings(attempts=1)
    result = run(settings, wire(answer), Window(DAY, DAY))
    assert result.status == "failed"
    assert "cm_exchange_info" in (result.problem or "")
    assert [row["symbol"] for row in held(settings, "binance", "open_interest")] == ["BTCUSDT"]
