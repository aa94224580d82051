"""Kraken: what a run asks for, `more` of the analytics, funding without bounds, rows that are odd."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from fetched import DAY, fetching

from ingestion.errors import Unroutable
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

KRAKEN = all_sources()["kraken"]
HOUR = 3600
START = int(datetime(2026, 3, 8, tzinfo=UTC).timestamp())  # with the look-back of a day
END = START + 48 * HOUR
CHARTS = "/api/charts/v1"
run = fetching("kraken")


def contract(symbol: str, **more: Any) -> dict[str, Any]:
    return {"symbol": symbol, "type": "flexible_futures", "contractSize": 1, "tradeable": True} | more


def venue(contracts: list[Any], tickers: list[Any] | None = None, **series: Callable[[dict[str, str]], Any]) -> Any:
    """These contracts; `series` answers by the last part of the path, everything else is empty."""

    def answer(request: httpx.Request) -> Any:
        name = request.url.path.rsplit("/", 1)[1].replace("-", "_")
        if name == "instruments":
            return {"result": "success", "instruments": contracts}
        if name == "tickers":
            return {"result": "success", "serverTime": "2026-03-10T06:00:00.123Z", "tickers": tickers or []}
        if name in series:
            return series[name](dict(request.url.params))
        empty = {"result": {"timestamp": [], "data": [], "more": False}, "errors": []}
        return {"1h": {"candles": []}, "historicalfundingrates": {"result": "success", "rates": []}}.get(name, empty)

    return answer


def test_a_snapshot_is_two_requests_for_all_markets(settings: Any, wire: Any, held: Any) -> None:
    ticker = {"symbol": "PF_AUSD", "tag": "perpetual", "markPrice": 1.5e-9, "indexPrice": "2", "openInterest": 3, "suspended": False}
    line = wire(venue([contract("PF_AUSD"), contract("PI_BUSD")], [ticker, {"symbol": "in_xbtusd", "last": 7}]))
    assert run(settings, line).status == "ok"
    assert [request.url.path for request in line.asked] == ["/derivatives/api/v3/instruments", "/derivatives/api/v3/tickers"]
    rows = held(settings, "kraken", "tickers", ["symbol", "server_time", "mark_price", "index_price", "open_interest", "suspended"])
    at = datetime(2026, 3, 10, 6, 0, 0, 123000, tzinfo=UTC)
    assert [tuple(row.values()) for row in rows] == [("PF_AUSD", at, 1.5e-9, 2, 3, False), ("in_xbtusd", at, None, None, None, None)]


def test_a_day_is_four_requests_for_each_perpetual_that_trades(settings: Any, wire: Any) -> None:
    dated = contract("FF_AUSD_261225", lastTradingTime="2026-12-25T08:00:00.000Z")
    line = wire(venue([contract("PF_AxUSD"), contract("PI_BUSD"), contract("PF_CUSD", tradeable=False), dated]))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert len(line.asked) == 2 + 2 * 4
    bounds = {"to": str(END - 1)}
    for name in ("PF_AXUSD", "PI_BUSD"):  # paths are upper case
        assert line.params(f"{CHARTS}/trade/{name}/1h") == [{"from": str(START)} | bounds]
        for endpoint in ("open_interest", "liquidation_volume"):
            assert line.params(KRAKEN.endpoint(endpoint).fill(symbol=name)) == [{"since": str(START), "interval": "3600"} | bounds]
    assert line.params("/derivatives/api/v4/historicalfundingrates") == [{"symbol": "PF_AXUSD"}, {"symbol": "PI_BUSD"}]


def test_long_candle_windows_are_pages_of_2000_hours(settings: Any, wire: Any) -> None:
    line = wire(venue([contract("PF_AUSD", openingDate="2025-04-01T08:30:00Z")]))
    run(settings, line, Window(date(2025, 1, 2), date(2025, 12, 31)))
    start = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())
    asked = [(int(params["from"]) - start, int(params["to"]) - start) for params in line.params("/trade/PF_AUSD/1h")]
    hours = [(first // HOUR, (last + 1) // HOUR) for first, last in asked]
    assert hours == [(90 * 24 + 8, 4000), (4000, 6000), (6000, 8000), (8000, 8760)]  # from the hour it listed in


def test_analytics_go_on_while_there_is_more(settings: Any, wire: Any, held: Any) -> None:
    """How many buckets an answer holds is not known: the answer says whether there are more."""

    def interest(params: dict[str, str]) -> Any:
        since = int(params["since"])
        stamps = [stamp for stamp in range(START, END, HOUR) if stamp >= since][:20]
        data = [["1.5", 4, "1", str(stamp - START)] if stamp > START else None for stamp in stamps]
        return {"result": {"timestamp": stamps, "data": data, "more": stamps[-1] < END - HOUR}, "errors": []}

    line = wire(venue([contract("PF_AUSD")], open_interest=interest))
    assert run(settings, line, Window(DAY, DAY)).problem is None
    assert [int(params["since"]) - START for params in line.params("/open-interest")] == [0, 19 * HOUR + 1, 39 * HOUR + 1]
    rows = held(settings, "kraken", "open_interest", ["symbol", "interval", "timestamp", "open", "high", "low", "close"])
    assert [tuple(row.values()) for row in rows[:2]] == [
        ("PF_AUSD", 3600, START, None, None, None, None), ("PF_AUSD", 3600, START + HOUR, 1.5, 4, 1, 3600),
    ]  # fmt: skip
    assert [row["timestamp"] for row in rows] == list(range(START, END, HOUR))


@pytest.mark.parametrize("spoiled", ["1.5", 7, [1, 2], ["1", "2", "3", "4", "5"], {"open": 1}, ["a", 1, 1, 1]], ids=str)
def test_a_spoiled_bucket_costs_itself(spoiled: Any, settings: Any, wire: Any, held: Any) -> None:
    def interest(params: dict[str, str]) -> Any:
        stamps = [START, START + HOUR, START + 2 * HOUR]
        return {"result": {"timestamp": stamps, "data": [[1, 1, 1, 1], spoiled, [2, 2, 2, 2]], "more": False}, "errors": []}

    result = run(settings, wire(venue([contract("PF_AUSD")], open_interest=interest)), Window(DAY, DAY))
    assert [(row["timestamp"], row["close"]) for row in held(settings, "kraken", "open_interest")] == [(START, 1), (START + 2 * HOUR, 2)]
    assert result.outcomes["open_interest"].rows_quarantined == 1


@pytest.mark.parametrize(
    "spoiled",
    [None, 7, {"type": "flexible_futures"}, contract("PF_OUSD") | {"symbol": 7}, contract("PF_OUSD", contractSize="big"),
     contract("PF_OUSD", openingDate="soon")],
    ids=str,
)  # fmt: skip
def test_a_spoiled_contract_or_ticker_costs_itself(spoiled: Any, make_settings: Any, wire: Any, held: Any) -> None:
    settings = make_settings(markets="top:9")
    line = wire(venue([contract("PF_AUSD"), spoiled], [{"symbol": "PF_AUSD", "volumeQuote": "much"}, spoiled, {"symbol": "PF_B"}]))
    result = run(settings, line, Window(DAY, DAY))
    assert [row["symbol"] for row in held(settings, "kraken", "instruments")] == ["PF_AUSD"]
    assert "PF_B" in [row["symbol"] for row in held(settings, "kraken", "tickers")]
    assert result.outcomes["instruments"].rows_quarantined == 1
    assert len(line.params("/trade/PF_AUSD/1h")) == 1


def test_liquidation_volume_is_a_number_for_each_hour(settings: Any, wire: Any, held: Any) -> None:
    def volumes(params: dict[str, str]) -> Any:
        return {"result": {"timestamp": [START, START + HOUR], "data": ["2.5", 0], "more": False}, "errors": []}

    assert run(settings, wire(venue([contract("PI_AUSD")], liquidation_volume=volumes)), Window(DAY, DAY)).problem is None
    rows = held(settings, "kraken", "liquidation_volumes", ["symbol", "interval", "timestamp", "volume"])
    assert [tuple(row.values()) for row in rows] == [("PI_AUSD", 3600, START, 2.5), ("PI_AUSD", 3600, START + HOUR, 0)]


def test_funding_comes_whole_and_the_running_day_is_left_for_later(settings: Any, wire: Any, held: Any) -> None:
    def rates(params: dict[str, str]) -> Any:
        rows = [("2025-03-11T00:00:00Z", 0), ("2026-03-09T23:00:00.000Z", -1.5e-9), ("2026-03-10T00:00:00Z", 1)]
        return {"result": "success", "rates": [{"timestamp": at, "fundingRate": rate, "relativeFundingRate": "1E-7"} for at, rate in rows]}

    assert run(settings, wire(venue([contract("PF_AUSD")], historicalfundingrates=rates)), Window(DAY, DAY)).problem is None
    rows = held(settings, "kraken", "funding_rates", ["symbol", "timestamp", "funding_rate", "relative_funding_rate"])
    assert [tuple(row.values()) for row in rows] == [
        ("PF_AUSD", datetime(2025, 3, 11, tzinfo=UTC), 0, 1e-7), ("PF_AUSD", datetime(2026, 3, 9, 23, tzinfo=UTC), -1.5e-9, 1e-7),
    ]  # fmt: skip


def test_a_market_that_left_meanwhile_stops_no_other(settings: Any, wire: Any, held: Any) -> None:
    candle = {"time": START * 1000, "open": "1", "high": "2", "low": "1", "close": "1.5", "volume": 1e-3}
    serve = venue([contract("PF_OLDUSD"), contract("PF_AUSD")], **{"1h": lambda params: {"candles": [candle], "more_candles": False}})

    def answer(request: httpx.Request) -> Any:
        is_gone = "OLD" in str(request.url)
        return httpx.Response(404, json={"result": "error", "error": "NOT_FOUND"}) if is_gone else serve(request)

    assert run(settings, wire(answer), Window(DAY, DAY)).status == "ok"
    rows = held(settings, "kraken", "candles", ["symbol", "resolution", "time", "open", "high", "low", "close", "volume"])
    assert [tuple(row.values()) for row in rows] == [("PF_AUSD", "1h", START * 1000, 1, 2, 1, 1.5, 0.001)]


def test_a_busy_venue_is_asked_again(settings: Any, wire: Any) -> None:
    left = [{"result": "error", "error": "apiLimitExceeded"}]
    serve = venue([contract("PF_AUSD")])
    line = wire(lambda request: left.pop() if left else serve(request))
    assert run(settings, line).status == "ok"
    assert len(line.asked) == 3


def test_a_recording_that_names_no_symbol_belongs_to_no_market(payload: Any) -> None:
    with pytest.raises(Unroutable, match="no 'symbol'"):
        KRAKEN.endpoint("candles").parse(payload("kraken", "candles", {"candles": [{}]}, match={"symbol": "{symbol}", "resolution": "5m"}))
