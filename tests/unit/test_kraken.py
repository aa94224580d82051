"""Kraken: what trades is asked for in capitals, funding without bounds, analytics of odd forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fetched import DAY, fetching
from fetched import START as START_MS

from ingestion.run.window import Window

HOUR, START = 3600, START_MS // 1000
run = fetching("kraken")


def venue(*symbols: str, **series: Callable[[], Any]) -> Callable[[httpx.Request], Any]:
    """Contracts of these names, of which one in brackets trades no more; `series` answers by the last part of the path."""
    common = {"type": "flexible_futures", "contractSize": 1}
    listed = [common | {"symbol": name.strip("()"), "tradeable": name[0] != "("} for name in symbols]

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1].replace("-", "_")
        empty = {"result": {"timestamp": [], "data": [], "more": False}, "errors": []}
        stamped = {"result": "success", "serverTime": "2026-03-10T06:00:00.123Z", "instruments": listed, "tickers": [], "rates": []}
        known = {"1h": {"candles": []}} | dict.fromkeys(("instruments", "tickers", "historicalfundingrates"), stamped)
        return series[name]() if name in series else known.get(name, empty)

    return answer


def test_perpetuals_that_trade_are_asked_for_in_capitals(settings: Any, wire: Any) -> None:
    line = wire(venue("PF_AxUSD", "PI_BUSD", "(PF_CUSD)", "FF_AUSD_261225"))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [params["symbol"] for params in line.params("/historicalfundingrates")] == ["PF_AXUSD", "PI_BUSD"]
    assert len(line.asked) == 2 + 2 * 4


@pytest.mark.parametrize("spoiled", ["1.5", 7, [1, 2], ["1", "2", "3", "4", "5"], {"open": 1}, ["a", 1, 1, 1]], ids=str)
def test_a_spoiled_bucket_costs_itself(spoiled: Any, settings: Any, wire: Any, held: Any) -> None:
    def interest() -> Any:
        stamps = [START, START + HOUR, START + 2 * HOUR]
        return {"result": {"timestamp": stamps, "data": [[1, 1, 1, 1], spoiled, [2, 2, 2, 2]], "more": False}, "errors": []}

    result = run(settings, wire(venue("PF_AUSD", open_interest=interest)), Window(DAY, DAY))
    assert [(row["timestamp"], row["close"]) for row in held(settings, "kraken", "open_interest")] == [(START, 1), (START + 2 * HOUR, 2)]
    assert result.outcomes["open_interest"].rows_quarantined == 1


def test_funding_comes_whole_and_the_running_day_is_left_for_later(settings: Any, wire: Any, held: Any) -> None:
    def rates() -> Any:
        rows = [("2025-03-11T00:00:00Z", 0), ("2026-03-09T23:00:00.000Z", -1.5e-9), ("2026-03-10T00:00:00Z", 1)]
        return {"result": "success", "rates": [{"timestamp": at, "fundingRate": rate, "relativeFundingRate": "1E-7"} for at, rate in rows]}

    assert run(settings, wire(venue("PF_AUSD", historicalfundingrates=rates)), Window(DAY, DAY)).problem is None
    rows = held(settings, "kraken", "funding_rates", ["symbol", "timestamp", "funding_rate", "relative_funding_rate"])
    assert [tuple(row.values()) for row in rows] == [
        ("PF_AUSD", datetime(2025, 3, 11, tzinfo=UTC), 0, 1e-7), ("PF_AUSD", datetime(2026, 3, 9, 23, tzinfo=UTC), -1.5e-9, 1e-7),
    ]  # fmt: skip
