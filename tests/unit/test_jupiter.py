"""Jupiter Perps: one call for the pool, one a market, none for history; and what it keeps to itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

from ingestion.errors import NotAvailable, Rejected
from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.replay import route
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

JUPITER = all_sources()["jupiter"]
MINTS = {"SOL": "So11111111111111111111111111111111111111112", "WBTC": "3NZ9JMVBmGAqocybic2c7LQCJScmgsAZ6vQqTDzcqmJh", "USDC": "EPjF"}


def custody(symbol: str) -> dict[str, str]:
    amounts = {"owned": "176990559753", "locked": "18034732757", "guaranteedUsd": "9420000000000", "globalShortSizes": "5000000250000"}
    worth = {"aumUsd": "64000000000000", "aumTokenAmount": "100000000000", "aumTokenAmountFormatted": "1,000.00", "utilizationPct": "10.18"}
    return {"symbol": symbol, "mint": MINTS[symbol], **amounts, **worth}


def api(request: httpx.Request) -> Any:
    if request.url.path == "/v1/jlp-info":
        return {"aumUsd": "1", "custodies": [custody(symbol) for symbol in MINTS]}
    return {"price": "160.25", "priceChange24H": "-1.5", "priceHigh24H": "165", "priceLow24H": "158.5", "volume": "123456789.5"}


def run(settings: Any, line: Any, window: Window | None = None) -> SourceResult:
    (result,) = ingest(settings, [JUPITER], window, transports={"jupiter": line.transport})
    return result


@pytest.mark.parametrize("window", [None, Window(date(2026, 9, 1), date(2026, 9, 30))])
def test_a_run_is_one_request_and_one_a_market_whatever_its_days(window: Window | None, settings: Any, wire: Any, held: Any) -> None:
    line = wire(api)
    assert run(settings, line, window).problem is None
    assert [request.url.path for request in line.asked] == ["/v1/jlp-info", "/v1/market-stats", "/v1/market-stats"]
    assert line.params("/market-stats") == [{"mint": MINTS["SOL"]}, {"mint": MINTS["WBTC"]}]
    rows = {row["symbol"]: row for row in held(settings, "jupiter", "custodies")}
    assert set(rows) == set(MINTS)
    names = ("mint", "locked", "global_short_sizes", "aum_usd", "aum_token_amount", "aum_token_amount_formatted")
    assert [rows["WBTC"][name] for name in names] == [
        MINTS["WBTC"], "18034732757", "5000000250000", "64000000000000", "100000000000", "1,000.00",
    ]  # fmt: skip
    stats = held(settings, "jupiter", "market_stats", ["mint", "price", "price_high_24h", "price_low_24h", "volume"])
    assert [tuple(row.values()) for row in stats] == [(MINTS[name], 160.25, 165.0, 158.5, 123456789.5) for name in ("WBTC", "SOL")]


def test_longs_and_shorts_by_hand(payload: Any, typed: Any) -> None:
    """180.35 BTC at 64,000 are 11.54 million USD of longs, 10.2 % of what the pool owns; 5 million of shorts."""
    one = payload("jupiter", "jlp_info", {"custodies": [custody("WBTC")]})
    (row,) = typed(one)["custodies"]
    price = int(row["aum_usd"]) / 1e6 / (int(row["aum_token_amount"]) / 1e8)
    assert price == 64000
    assert int(row["locked"]) / 1e8 * price == pytest.approx(11_542_228.964)
    assert int(row["locked"]) / int(row["owned"]) == pytest.approx(0.1018, abs=1e-3)
    assert int(row["global_short_sizes"]) / 1e6 == 5_000_000.25
    assert int(row["guaranteed_usd"]) / 1e6 < int(row["locked"]) / 1e8 * price


def test_a_market_that_is_refused_stops_no_other(settings: Any, wire: Any, held: Any) -> None:
    def answer(request: httpx.Request) -> Any:
        refused = request.url.params.get("mint") == MINTS["SOL"]
        return httpx.Response(400, json={"statusCode": 400, "message": "mint is not supported"}) if refused else api(request)

    result = run(settings, wire(answer))
    assert result.status == "failed"
    assert "mint is not supported" in (result.problem or "")
    assert "SOL" in (result.problem or "")
    assert [row["mint"] for row in held(settings, "jupiter", "market_stats")] == [MINTS["WBTC"]]
    assert len(held(settings, "jupiter", "custodies")) == 3


def test_markets_are_chosen_by_symbol(make_settings: Any, wire: Any) -> None:
    line = wire(api)
    run(make_settings(markets="WBTC"), line)
    assert line.params("/market-stats") == [{"mint": MINTS["WBTC"]}]


@pytest.mark.parametrize(("status", "kind"), [(403, NotAvailable), (400, Rejected)])
def test_a_page_of_the_shield_in_front_is_told_as_what_it_is(status: int, kind: type[Exception], payload: Any) -> None:
    with pytest.raises(kind, match="Just a moment"):
        JUPITER.check(payload("jupiter", "jlp_info", b"<html>Just a moment...", status=status))


def test_what_it_keeps_to_itself_is_said() -> None:
    assert set(JUPITER.no_public_api) == {"candles", "funding_rates", "premiums", "liquidations"}
    found = route(all_sources(), "GET", "https://perps-api.jup.ag/v1/positions", {}, None)
    assert found == "jupiter does not use GET /v1/positions"


def test_statistics_need_their_market(payload: Any, typed: Any) -> None:
    body = {"price": "160.25", "volume": "5"}
    assert list(typed(payload("jupiter", "market_stats", body, params={"mint": "m"}))["market_stats"][0].values())[2:] == [
        160.25,
        None,
        None,
        5,
    ]
    with pytest.raises(Exception, match="no 'mint'"):
        typed(payload("jupiter", "market_stats", body))
