"""The market of 2025 as CoinGlass had it: open interest over the crash, Binance's liquidations as Binance's, bitcoin's cap.

Expected figures are those of the data's README, and of the bars themselves, read here without our code.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from house import House
from real_market import closes_of_bitcoin, load_aggregates, load_caps

pytestmark = pytest.mark.recorded
MIDNIGHT_BAR = 20  # hour of the four-hour bar that ends a day


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data/coinglass_snapshots"


@pytest.fixture(scope="module")
def loaded(house: Callable[..., House], shared: Path) -> House:
    one = house({})
    load_aggregates(one, shared / "data")
    load_caps(one, shared / "data", "BTC", closes_of_bitcoin(shared / "data"))
    outcome = one.build()
    assert outcome.is_success, outcome.problems
    return one


def newest(folder: Path, file: str, asset: str) -> dict[datetime, dict[str, float]]:
    """Per start of a bar its row of the last vintage."""
    rows = pl.read_parquet(folder / f"{file}.parquet").filter(pl.col("symbol") == asset).sort("last_snapshot").to_dicts()
    return {datetime.fromtimestamp(row["time_ms"] / 1000, UTC): row for row in rows}


def aggregates(house: House, asset: str) -> dict[date, tuple[float, float]]:
    query = f"select date, aggregator_open_interest_usd, funding_rate_8h from fct_asset_aggregates_daily where asset = '{asset}'"
    return {day: (interest, rate) for day, interest, rate in house.query(query)}


def test_the_peak_and_the_fall_of_bitcoins_open_interest(loaded: House) -> None:
    """94.1 bn at the close of 2025-10-06; from 90.2 to 70.5 bn on the day of the crash, 69.8 a day later."""
    found = aggregates(loaded, "BTC")
    billions = {day: round(found[date(2025, 10, day)][0] / 1e9, 1) for day in (6, 9, 10, 11)}
    assert billions == {6: 94.1, 9: 90.2, 10: 70.5, 11: 69.8}


@pytest.mark.parametrize("asset", ["BTC", "SOL"])
def test_every_day_is_the_close_of_its_last_bar(loaded: House, folder: Path, asset: str) -> None:
    interest, funding = (newest(folder, file, asset) for file in ("oi_all_exchanges_4h", "funding_oi_weighted_4h"))
    found = aggregates(loaded, asset)
    due = [at for at in interest if at.hour == MIDNIGHT_BAR]
    assert len(due) > 350
    assert sorted(found)[-1] == date(2025, 11, 13)  # the last vintage is of the 14th, which was not over
    for at in due:
        usd, rate = found[at.date()]
        assert usd == interest[at]["close"], at
        assert rate == funding[at]["close"] / 100, at


def test_funding_is_a_fraction_and_positive_before_the_crash(loaded: House) -> None:
    found = aggregates(loaded, "BTC")
    week = [found[date(2025, 10, 9) - timedelta(days=back)][1] for back in range(7)]
    assert all(0 < rate < 0.0003 for rate in week), week
    assert all(abs(rate) < 0.0012 for _, rate in found.values())
    assert loaded.query("select count(*) from gate_results where fact = 'fct_asset_aggregates_daily' and not is_passed") == [(0,)]


def test_liquidations_of_one_exchange_are_that_venues(loaded: House) -> None:
    """286.4 and 117.3 M of some 19 bn that all venues closed that day."""
    query = (
        "select venue, asset, side, round(liquidated_usd / 1e6, 1), rows_added_up, source, coverage from fct_liquidations_daily"
        " where date = '2025-10-10' order by asset, side"
    )
    bars = (6, "coinglass", "venue")
    assert loaded.query(query) == [
        ("binance", "BTC", "long", 286.4, *bars), ("binance", "BTC", "short", 117.3, *bars),
        ("binance", "SOL", "long", 129.9, *bars), ("binance", "SOL", "short", 136.2, *bars),
    ]  # fmt: skip
    assert loaded.query("select distinct venue, coverage from fct_liquidations_daily") == [("binance", "venue")]


def test_days_without_all_their_bars_have_no_liquidations(loaded: House, folder: Path) -> None:
    bars = newest(folder, "liquidation_binance_4h", "SOL")
    by_day: dict[date, list[float]] = {}
    for at, row in bars.items():
        by_day.setdefault(at.date(), []).append(row["aggregated_long_liquidation_usd"])
    whole = {day: sum(usd) for day, usd in by_day.items() if len(usd) == 6}
    assert len(by_day) - len(whole) == 2  # the first and the last day of the file
    query = "select date, liquidated_usd from fct_liquidations_daily where asset = 'SOL' and side = 'long'"
    found = dict(loaded.query(query))
    assert set(found) == set(whole)
    assert all(found[day] == pytest.approx(whole[day], rel=1e-12) for day in whole)


def test_bitcoin_has_a_cap_and_no_narrative(loaded: House) -> None:
    """About 19.93 million coins circulated at 112,715 USD: 2.25 trillion. Months without a known supply have a price and no cap."""
    query = "select price_usd, market_cap_usd, market_cap_source from fct_token_prices_daily where token = 'BTC' and date = '{}'"
    ((price, cap, source),) = loaded.query(query.format("2025-10-10"))
    assert (round(price, 1), round(cap / 1e12, 2), source) == (112714.9, 2.25, "coingecko")
    ((price, cap, source),) = loaded.query(query.format("2024-12-15"))
    assert (price > 100_000, cap) == (True, None)
    assert loaded.query("select count(*) from mart_token_narratives_daily") == [(0,)]
    ((interest, cap),) = loaded.query(
        "select a.aggregator_open_interest_usd, p.market_cap_usd from fct_asset_aggregates_daily as a"
        " inner join fct_token_prices_daily as p"
        " on a.asset = p.token and a.date = p.date where a.asset = 'BTC' and a.date = '2025-10-06'"
    )
    assert round(interest / cap, 3) == 0.038
