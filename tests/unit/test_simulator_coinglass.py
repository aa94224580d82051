"""CoinGlass's dialect: bars of an hourly total, their running end, exchanges asked for by name, errors in HTTP 200."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import orjson
import polars as pl
import pytest

from simulator import Truth
from simulator.dialect import Query
from simulator.dialects.hyperliquid import VENUE as HYPERLIQUID
from simulator.dialects.okx import VENUE as OKX
from simulator.switchboard import Switchboard

TRUTH = Truth(seed=3, days=10, assets=["BTC", "ETH"], venues=[OKX, HYPERLIQUID])
NOW = datetime(2026, 7, 8, 12, 30, tzinfo=UTC)
ROUTES = {
    "interest": "open-interest/aggregated-history",
    "funding": "funding-rate/oi-weight-history",
    "closed": "liquidation/aggregated-history",
}


@pytest.fixture
def board() -> Switchboard:
    return Switchboard(TRUTH, NOW)


def ask(board: Switchboard, route: str, **params: Any) -> Any:
    query = {"symbol": "BTC", "interval": "1d"} | {name: str(value) for name, value in params.items()}
    return orjson.loads(board.respond("coinglass", Query("GET", f"/api/futures/{ROUTES[route]}", query)).content)


def test_a_bar_opens_where_the_last_one_closed_and_runs_as_far_as_it_has_come(board: Switchboard) -> None:
    for interval, hours in (("4h", 4), ("1d", 24)):
        bars = ask(board, "interest", interval=interval)["data"]
        assert len(bars) == 7 * 24 // hours + -(-13 // hours)
        assert [bar["open"] for bar in bars[1:]] == [bar["close"] for bar in bars[:-1]]
    held = TRUTH.open_interest().filter(pl.col("asset") == "BTC").group_by("observed_at").agg(pl.col("open_interest_usd").sum())
    hourly = dict(held.iter_rows())
    assert float(bars[-1]["close"]) == pytest.approx(hourly[datetime(2026, 7, 8, 12, tzinfo=UTC)])
    second = [value for at, value in hourly.items() if at.date() == date(2026, 7, 2)]
    assert float(bars[1]["high"]) >= max(second) * (1 - 1e-12)
    assert float(bars[1]["low"]) <= min(second) * (1 + 1e-12)


def test_funding_is_percent_per_eight_hours_weighted_by_what_is_open(board: Switchboard) -> None:
    at = datetime(2026, 7, 4, 23, tzinfo=UTC)
    rates = TRUTH.funding().filter((pl.col("asset") == "BTC") & (pl.col("settled_at") <= at)).sort("settled_at")
    last = rates.group_by("market_id").agg(pl.col("funding_rate_8h").last())
    both = last.join(TRUTH.open_interest().filter(observed_at=at), on="market_id").select("funding_rate_8h", "open_interest_usd")
    assert len(both) >= 3
    due = sum(rate * usd for rate, usd in both.iter_rows()) / both["open_interest_usd"].sum()
    assert float(ask(board, "funding")["data"][3]["close"]) / 100 == pytest.approx(due)


def test_liquidations_are_of_the_exchanges_asked_for(board: Switchboard) -> None:
    theirs = TRUTH.liquidations().filter((pl.col("asset") == "BTC") & (pl.col("date") == date(2026, 7, 3)))
    for names, venues in (("OKX", ["okx"]), ("OKX,Hyperliquid,Bitfinex", ["okx", "hyperliquid"]), ("Bitfinex", [])):
        for side in ("long", "short"):
            due = theirs.filter(pl.col("venue").is_in(venues) & (pl.col("side") == side))["liquidated_usd"].sum()
            bar = ask(board, "closed", exchange_list=names)["data"][2]
            assert bar[f"aggregated_{side}_liquidation_usd"] == pytest.approx(due)


def test_ranges_and_unknown_coins(board: Switchboard) -> None:
    start = int(datetime(2026, 7, 3, tzinfo=UTC).timestamp() * 1000)
    bars = ask(board, "interest", start_time=start, end_time=start + 2 * 86_400_000 - 1)["data"]
    assert [bar["time"] for bar in bars] == [start, start + 86_400_000]
    assert len(ask(board, "interest", limit=3)["data"]) == 3
    for route in ROUTES:
        assert ask(board, route, symbol="NOPE", exchange_list="OKX")["data"] == []


def test_errors_are_codes_inside_http_200(board: Switchboard) -> None:
    assert ask(board, "closed") == {"code": "400", "msg": "Required parameter 'exchange_list' is not present."}
    assert ask(board, "interest", interval="2h")["code"] == "400"
    assert ask(board, "interest", symbol="")["code"] == "400"
