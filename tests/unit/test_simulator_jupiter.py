"""Jupiter's dialect: two sides of which the larger is the truth, the price of the pool, rolling volume; a truth of open interest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import polars as pl
import pytest
from simulated import Simulated

from simulator import Truth
from simulator.dialect import Query
from simulator.dialects import venues
from simulator.dialects.jupiter import VENUE, list_asset
from simulator.venue import EVERYTHING, Venue

TRUTH = Truth(seed=3, days=10, venues=[VENUE])
NOW = datetime(2026, 7, 8, 12, 30, tzinfo=UTC)
SIMULATED = Simulated("jupiter", TRUTH, NOW)
get = SIMULATED.body


def test_the_truth_has_its_open_interest_and_nothing_else() -> None:
    assert "jupiter" in {venue.name for venue in venues()}
    assert [market.symbol for market in TRUTH.markets] == ["WBTC", "ETH", "SOL"]
    assert set(TRUTH.open_interest()["symbol"]) == {"WBTC", "ETH", "SOL"}
    for frame in (TRUTH.candles(), TRUTH.daily_volume(), TRUTH.funding(), TRUTH.premiums(), TRUTH.liquidations()):
        assert frame.is_empty()


def test_the_larger_side_is_the_truth_and_the_pool_says_the_price() -> None:
    custodies = {row["symbol"]: row for row in get("/jlp-info")["custodies"]}
    assert list(custodies) == ["WBTC", "ETH", "SOL", "USDC"]
    hour = TRUTH.open_interest().filter(pl.col("observed_at").dt.epoch("s") == int(NOW.timestamp()) // 3600 * 3600)
    larger = set()
    for truth in hour.to_dicts():
        row = custodies[truth["symbol"]]
        scale = Fraction(row["aumTokenAmount"]) / int(row["aumTokenAmountFormatted"].replace(",", "").removesuffix(".00"))
        price = Fraction(row["aumUsd"]) / 10**6 / (Fraction(row["aumTokenAmount"]) / scale)
        assert price == Fraction(truth["price_used"])
        longs, shorts = Fraction(row["locked"]) / scale * price, Fraction(row["globalShortSizes"]) / 10**6
        assert float(max(longs, shorts)) == pytest.approx(truth["open_interest_usd"], rel=1e-12)
        assert float(min(longs, shorts)) == pytest.approx(truth["open_interest_usd"] / 2, rel=1e-12)
        larger.add(longs > shorts)
    assert larger == {True, False}


def test_figures_of_a_market_roll_over_24_hours() -> None:
    mint = get("/jlp-info")["custodies"][0]["mint"]
    stats = get("/market-stats", mint=mint)
    traded = Truth(seed=3, days=10, venues=[Venue("jupiter", lambda asset: [replace(one, shows=EVERYTHING) for one in list_asset(asset)])])
    hours = (
        traded.candles()
        .filter(symbol="WBTC")
        .filter(pl.col("opened_at").is_between(datetime(2026, 7, 7, 13, tzinfo=UTC), NOW, closed="left"))
    )
    whole = hours.head(23)
    assert whole["volume_usd"].sum() < float(stats["volume"]) < hours["volume_usd"].sum()
    assert float(stats["priceHigh24H"]) >= whole["high"].max()
    assert float(stats["priceLow24H"]) <= whole["low"].min()
    assert SIMULATED.board.respond("jupiter", Query("GET", "/market-stats", {"mint": "none"})).status == 400
    assert SIMULATED.board.respond("jupiter", Query("GET", "/positions", {})).status == 404
