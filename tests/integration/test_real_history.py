"""Real history: 52 months of Binance's own archive, served over loopback and taken through the whole chain.

The expected figures are those of the archive's README and of hand sums over the zips, not of our own code.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from house import House
from real_funding import histories

from ingestion.settings import PROJECT_ROOT
from simulator import Simulator

pytestmark = pytest.mark.recorded
FIRST, LAST = date(2022, 1, 1), date(2026, 4, 30)


@pytest.fixture(scope="module")
def archive(shared: Path) -> Path:
    return shared / "data" / "binance_vision_um_raw"


@pytest.fixture(scope="module")
def history(house: Callable[..., House], archive: Path) -> Iterator[House]:
    with Simulator(static={"binance_archive": archive}) as server:
        one = house(server.base_urls(), PERPS_MARKETS="BTCUSDT,SOLUSDT")
        outcome = one.sync(FIRST, LAST, ["binance_archive"])
        assert outcome.exit_code == 0, outcome.problems
        yield one


def percent(house: House, symbol: str, first: str, end: str) -> float:
    days = f"cast(settled_at as date) >= '{first}' and cast(settled_at as date) < '{end}'"
    query = f"select sum(funding_rate) * 100 from fct_funding_rates where symbol = '{symbol}' and {days}"
    return float(house.query(query)[0][0])


@pytest.mark.parametrize(("year", "expected"), [(2022, 4.16), (2023, 7.87), (2024, 11.96), (2025, 5.13)])
def test_bitcoin_funding_of_a_year(history: House, year: int, expected: float) -> None:
    assert round(percent(history, "BTCUSDT", f"{year}-01-01", f"{year + 1}-01-01"), 2) == expected


@pytest.mark.parametrize(
    ("market", "origin", "at_least", "lacking"),
    [
        ("binance:BTCUSDT", "seven_venues", 2180, 0),
        ("binance:BTCUSDT", "with_ohlc", 2400, 0),
        ("binance:BTCUSDT", "api_answers", 4370, 0),
        ("binance:BTCUSDT", "eight_hourly", 1640, 0),
        ("binance:SOLUSDT", "with_ohlc", 2420, 65),  # of the settlements every two hours in November 2022
    ],
)
def test_funding_agrees_with_histories_collected_by_others(
    history: House, shared: Path, market: str, origin: str, at_least: int, lacking: int
) -> None:
    ours = history.frame(f"select settled_at, funding_rate as ours from fct_funding_rates where market_id = '{market}'")
    theirs = histories(shared / "data").filter((pl.col("market_id") == market) & (pl.col("origin") == origin))
    ours = ours.with_columns(pl.col("settled_at").dt.convert_time_zone("UTC").dt.round("1m"))
    both = ours.join(theirs, on="settled_at")
    assert len(both) >= at_least
    assert both.filter((pl.col("ours") - pl.col("funding_rate")).abs() > 1e-12).is_empty()
    same_days = ours.filter(pl.col("settled_at").is_between(theirs["settled_at"].min(), theirs["settled_at"].max()))
    assert len(same_days) - len(both) == lacking


def test_solana_funding_and_its_changing_intervals(history: House) -> None:
    assert round(percent(history, "SOLUSDT", "2024-01-01", "2025-01-01"), 2) == 13.66
    assert round(percent(history, "SOLUSDT", "2022-11-01", "2022-12-01"), 1) == -35.5
    intervals = (
        "select funding_interval_hours, count(*) from fct_funding_rates"
        " where symbol = 'SOLUSDT' and month = '2022-11' group by 1 order by 1"
    )
    assert history.query(intervals) == [(2, 99), (4, 2), (8, 64)]
    capped = "select count(*) from fct_funding_rates where symbol = 'SOLUSDT' and month = '2022-11' and funding_rate = -0.02"
    assert history.query(capped) == [(7,)]


def test_the_tenth_of_october_2025(history: House) -> None:
    query = (
        "select open, low, close, round(volume_usd / 1e9, 1), hours from fct_volume_daily"
        " where market_id = 'binance:BTCUSDT' and date = '2025-10-10'"
    )
    assert history.query(query) == [(121579.4, 101516.5, 112714.9, 45.1, 24)]
    assert history.query("select count(*) from mart_venue_share_daily where date between '2025-10-08' and '2025-10-14'") == [(7,)]


def test_every_month_of_klines_adds_up_to_the_zip(history: House, archive: Path) -> None:
    sums = dict(history.query("select month, sum(volume_usd) from fct_volume_daily where symbol = 'SOLUSDT' group by month"))
    zips = sorted((archive / "futures/um/monthly/klines/SOLUSDT/1h").glob("*.zip"))
    assert len(zips) == len(sums) == 32
    for path in zips:
        with zipfile.ZipFile(path) as packed:
            lines = packed.read(packed.namelist()[0]).decode().splitlines()
        rows = pl.read_csv(io.StringIO("\n".join(line for line in lines if line[0].isdigit())), has_header=False, infer_schema_length=None)
        assert sums[path.stem[-7:]] == pytest.approx(rows.to_series(7).sum(), rel=1e-12), path.name


def test_missing_days_are_missing_flagged_and_not_zero(history: House) -> None:
    missing = [date(2022, 2, 26), date(2022, 2, 27), date(2022, 2, 28), date(2022, 4, 1), date(2022, 4, 2)]
    days = {
        day for (day,) in history.query("select date from fct_volume_daily where symbol = 'SOLUSDT' and month in ('2022-02', '2022-04')")
    }
    assert not days & set(missing)
    assert history.query("select count(*) from fct_volume_daily where volume_usd = 0 or not is_complete") == [(0,)]
    flagged = (
        "select date, is_passed from gate_results"
        " where fact = 'fct_volume_daily' and failed_expectations like '%no_markets_missing%' order by date"
    )
    assert [(day, True) for day in missing] == [row for row in history.query(flagged) if row[0] in missing]


def test_bad_data_is_not_a_bad_day(history: House) -> None:
    assert history.query("select count(*) from gate_results where not is_passed") == [(0,)]
    judged = (
        "select count(distinct date) from gate_results where fact = 'fct_volume_daily' and date >= '2022-11-01' and date < '2022-12-01'"
    )
    assert history.query(judged) == [(30,)]
    assert history.query("select count(*) from mart_asset_daily where asset = 'SOL' and date >= '2022-11-01' and date < '2022-12-01'") == [
        (30,)
    ]


def test_basis_comes_from_the_premium_index(history: House) -> None:
    premium = history.query(
        "select count(*), min(premium), max(premium) from fct_premiums_hourly where symbol = 'BTCUSDT' and month = '2025-10'"
    )[0]
    assert premium[0] == 31 * 24
    assert -0.02 < premium[1] < 0 < premium[2] < 0.02


def test_the_largest_cascades_of_each_year_are_those_of_the_page(history: House) -> None:
    """The page's own query, asked again; 2025-10-10 and November 2022 are among them, as anyone would mark them."""
    page = (PROJECT_ROOT / "docs" / "cascades.md").read_text()
    query = page.split("```sql")[1].split("```")[0]
    rows = history.query(query)
    told = [line for line in page.splitlines() if line.startswith(("| BTC", "| SOL"))]
    assert told == [f"| {' | '.join(map(str, row))} |" for row in rows]
    assert ("BTC", "2025-10-10 15:00", "10-10 21:00", "10-10 21:00", -17.1) in [row[:5] for row in rows]
    assert ("BTC", "2022-11-08 03:00", "11-08 19:00", "11-09 22:00", -26.0) in [row[:5] for row in rows]
    known = "count(open_interest_change), count(liquidations_usd), max(open_interest_venues_reported), max(liquidations_venues_reported)"
    assert history.query(f"select count(*), {known} from mart_liquidation_cascades") == [(88, 0, 0, 0, 0)]
