"""The truth: deterministic, exact in any order, with the crash, the listing and the delisting it promises."""

from __future__ import annotations

import math
import random
import time
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import simulator
from simulator import Truth


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth(seed=11, days=60)


def test_same_seed_same_truth_and_another_seed_another(truth: Truth) -> None:
    assert Truth(seed=11, days=60).candles().equals(truth.candles())
    assert not Truth(seed=12, days=60).candles().equals(truth.candles())


def test_a_narrower_truth_has_the_same_markets(truth: Truth) -> None:
    some = Truth(seed=11, days=60, assets=["ETH"]).candles()
    assert some.equals(truth.candles().filter(asset="ETH"))


@pytest.mark.parametrize("column", ["volume_base", "volume_quote", "volume_usd"])
def test_daily_sums_are_exact_in_any_order(truth: Truth, column: str) -> None:
    for (_, day), hours in truth.candles().group_by("market_id", "date"):
        values = hours[column].to_list()
        exact = math.fsum(values)
        random.Random(str(day)).shuffle(values)
        assert sum(values) == exact


def test_totals_of_a_venue_and_day_are_exact(truth: Truth) -> None:
    daily = truth.daily_volume()
    for _, rows in daily.group_by("venue", "date"):
        values = rows["volume_usd"].to_list()
        assert sum(values) == math.fsum(values) == sum(reversed(values))


def test_candles_are_candles(truth: Truth) -> None:
    hours = truth.candles().sort("market_id", "opened_at")
    assert hours.filter(pl.col("high") < pl.max_horizontal("open", "close")).is_empty()
    assert hours.filter(pl.col("low") > pl.min_horizontal("open", "close")).is_empty()
    assert hours.filter((pl.col("low") <= 0) | (pl.col("volume_usd") <= 0)).is_empty()
    chained = hours.with_columns(pl.col("close").shift(1).over("market_id").alias("before"))
    assert chained.drop_nulls("before").filter(pl.col("before") != pl.col("open")).is_empty()


def test_hyperliquid_volume_usd_is_base_times_close_to_the_last_digit(truth: Truth) -> None:
    rows = truth.candles().filter(venue="hyperliquid")
    assert (rows["volume_usd"] == rows["volume_base"] * rows["close"]).all()


def test_coin_margined_volume_is_whole_contracts(truth: Truth) -> None:
    rows = truth.candles().filter(symbol="BTCUSD_PERP")
    assert (rows["volume_usd"] % 100 == 0).all()


def test_the_crash_takes_an_eighth_of_the_price_and_a_fifth_of_open_interest(truth: Truth) -> None:
    assert truth.crash_date == date(2026, 8, 10)
    volume = truth.daily_volume().filter(venue="binance", symbol="BTCUSDT").sort("date")
    crash = volume.row(by_predicate=pl.col("date") == truth.crash_date, named=True)
    assert crash["close"] / crash["open"] - 1 == pytest.approx(-0.12, abs=0.015)
    assert crash["volume_usd"] > 2.5 * volume["volume_usd"].median()
    held = truth.daily_open_interest().filter(venue="binance", symbol="BTCUSDT").sort("date")["open_interest_usd"].to_list()
    day = (truth.crash_date - date(2026, 7, 1)).days
    assert held[day] / held[day - 1] - 1 == pytest.approx(-0.2, abs=0.06)


def test_one_market_lists_at_noon_and_one_ends_at_nine(truth: Truth) -> None:
    daily = truth.daily_volume().filter(venue="binance", product="um")
    first = daily.filter(asset="ASTER").sort("date").row(0, named=True)
    last = daily.filter(asset="MATIC").sort("date").row(-1, named=True)
    assert (first["date"], first["hours"], first["is_complete"]) == (date(2026, 7, 28), 12, False)
    assert (last["date"], last["hours"], last["is_complete"]) == (date(2026, 8, 18), 9, False)


def test_funding_intervals(truth: Truth) -> None:
    counted = truth.funding().group_by("market_id").agg(pl.len(), pl.col("funding_interval_hours").unique().first())
    found = {row[0]: row[1:] for row in counted.iter_rows()}
    assert found["binance:BTCUSDT"] == (180, 8)
    assert found["binance:HYPEUSDT"] == (360, 4)
    assert found["hyperliquid:BTC"] == (1440, 1)


def test_liquidations_are_a_few_a_day_of_both_sides_and_exact(truth: Truth) -> None:
    found = truth.liquidations()
    assert set(found["side"]) == {"long", "short"}
    daily = found.group_by("market_id", "date").agg(pl.len(), pl.col("side").n_unique().alias("sides"))
    whole = daily.join(truth.daily_volume().filter("is_complete"), on=["market_id", "date"])
    assert (whole["len"].min(), whole["len"].max()) == (3, 7)
    assert (whole["sides"] == 2).mean() > 0.8
    linear = found.join(truth.instruments().filter(contract_type="linear"), on="market_id", how="semi")
    assert (linear["quantity_base"] * linear["price"] == linear["liquidated_usd"]).all()
    assert not found.select("market_id", "liquidated_at").is_duplicated().any()
    for _, rows in found.group_by("market_id"):
        values = rows["liquidated_usd"].to_list()
        assert sum(values) == math.fsum(values) == sum(reversed(values))


def test_liquidations_trade_within_their_hour_and_only_where_something_is_held(truth: Truth) -> None:
    found = truth.liquidations().with_columns(pl.col("liquidated_at").dt.truncate("1h").alias("opened_at"))
    hours = truth.candles().select("market_id", "opened_at", "low", "high", "volume_usd")
    joined = found.join(hours, on=["market_id", "opened_at"])
    assert len(joined) == len(found) > 0
    assert (joined["price"].is_between(joined["low"], joined["high"])).all()
    assert (joined["liquidated_usd"] < joined["volume_usd"]).all()
    assert not any(market.liquidations for market in truth.markets if market.listing.funding_interval_hours is None)


def test_premium_is_what_division_gives(truth: Truth) -> None:
    rows = truth.premiums()
    assert (rows["premium"] == rows["mark_price"] / rows["index_price"] - 1).all()
    assert rows["premium"].abs().max() < 0.01


def test_protocol_identities_hold_to_the_last_digit(truth: Truth) -> None:
    wide = truth.protocol_series().pivot("metric", index=["slug", "date"], values="value_usd")
    reported = wide.drop_nulls("fees")
    assert (reported["fees"] == reported["supply_side_revenue"] + reported["revenue"]).all()
    split = reported.drop_nulls("holders_revenue")
    assert (split["revenue"] == split["protocol_revenue"] + split["holders_revenue"]).all()
    assert wide.filter(slug="aevo-perps")["fees"].null_count() == 60


def test_defillama_volume_of_hyperliquid_is_its_markets(truth: Truth) -> None:
    own = truth.daily_volume().filter(venue="hyperliquid").group_by("date").agg(pl.col("volume_usd").sum())
    other = truth.protocol_series().filter(slug="hyperliquid", metric="volume")
    joined = own.join(other, on="date")
    assert joined.height == 60
    assert (joined["volume_usd"] - joined["value_usd"]).abs().max() <= 0.125


def test_ninety_days_take_about_a_second_of_work() -> None:
    began = time.process_time()
    Truth(days=90).candles()
    assert time.process_time() - began < 5


def test_the_simulator_knows_nothing_of_the_warehouse() -> None:
    for file in Path(simulator.__path__[0]).rglob("*.py"):
        text = file.read_text()
        assert not any(f"{verb} {name}" in text for verb in ("import", "from") for name in ("ingestion", "dagster", "orchestration")), file
