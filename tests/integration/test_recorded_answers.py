"""Recorded answers of the sources go through `perps replay`: rows, or a named reason; their own figures come out of the marts."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from house import House
from real_funding import histories

from ingestion.run.replay import Replayed, Report, replay
from ingestion.venue.registry import all_sources
from orchestration.replayed import markdown

pytestmark = pytest.mark.recorded
RECORDINGS = "fixtures"
REASONS = (
    "error -1121", "the request has no", "does not use", "no source claims", "without rows", "unexpected shape", "no request beside",
    "is a placeholder of",
)  # fmt: skip
EIGHT_DECIMALS = 5e-9
NO_SETTLEMENT = {  # a rate that was still running, and client libraries' samples
    ("binance:BTCUSDT", "2021-05-17 16"),
    ("binance:BTCUSD_PERP", "2023-10-31 16"),
    ("binance:BTCUSD_PERP", "2023-11-01 00"),
    ("bybit:BTCUSDT", "2024-03-08 00"),
    ("bybit:BTCUSDT", "2024-03-08 08"),
    ("okx:BTC-USDT-SWAP", "2023-12-31 16"),
    ("okx:BTC-USDT-SWAP", "2024-01-01 00"),
}
SERIES = {  # raw answers without their request, as the folder's README names it: file → (path, data type, day of capture)
    "gmx_Fees": ("summary/fees/gmx", "dailyFees", "2025-05-24"),
    "gmx_Revenue": ("summary/fees/gmx", "dailyRevenue", "2025-05-24"),
    "hyperliquid_Fees": ("summary/fees/hyperliquid", "dailyFees", "2025-05-24"),
    "hyperliquid_Revenue": ("summary/fees/hyperliquid", "dailyRevenue", "2025-05-24"),
    "jupiter_Fees": ("summary/fees/jupiter", "dailyFees", "2025-05-24"),
    "jupiter_Revenue": ("summary/fees/jupiter", "dailyRevenue", "2025-05-24"),
    "hyperliquid-spot-volumes": ("summary/dexs/hyperliquid", "dailyVolume", "2025-05-12"),
    "HLP": ("protocol/Hyperliquid HLP", None, "2025-05-12"),
    "vintages/hyperliquid_fees_20250505": ("summary/fees/hyperliquid", "dailyFees", "2025-05-05T12:00"),
    "vintages/hyperliquid_fees_20250512": ("summary/fees/hyperliquid", "dailyFees", "2025-05-12T13:44"),
}


@pytest.fixture(scope="module")
def wrapped(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The raw series as recorded responses."""
    return wrap(shared, tmp_path_factory.mktemp("series"), SERIES)


def wrap(shared: Path, folder: Path, names: Iterable[str]) -> Path:
    for name in names:
        path, data_type, captured_at = SERIES[name]
        body = json.loads(gzip.decompress((shared / "data/defillama_raw" / f"{name}.json.gz").read_bytes()))
        request = {"method": "GET", "url": f"https://api.llama.fi/{path}", "params": {"dataType": data_type} if data_type else {}}
        record = {"source": "defillama", "request": request, "response": body, "captured_at": captured_at}
        (folder / f"{name.replace('/', '_')}.json").write_text(json.dumps(record))
    return folder


@pytest.fixture(scope="module")
def replayed(house: Callable[..., House], shared: Path, wrapped: Path) -> tuple[House, dict[str, Report]]:
    one = house({})
    settings = one.enter()
    reports = {
        RECORDINGS: replay(settings, shared / RECORDINGS, all_sources().values()),
        "series": replay(settings, wrapped, all_sources().values()),
    }
    outcome = one.build()
    assert outcome.is_success, outcome.problems
    return one, reports


def lines(replayed: tuple[House, dict[str, Report]]) -> list[Replayed]:
    return [line for report in replayed[1].values() for line in report.lines]


def test_every_file_gives_rows_or_a_reason(replayed: tuple[House, dict[str, Report]], shared: Path) -> None:
    files = len(list((shared / RECORDINGS).rglob("*.json*"))) + len(SERIES)
    assert len(lines(replayed)) == files
    for line in lines(replayed):
        assert line.rows > 0 or any(reason in (line.reason or "") for reason in REASONS), line
    assert sum(line.rows > 0 for line in lines(replayed)) >= 150


def test_the_table_in_the_docs_is_what_the_replay_gives(replayed: tuple[House, dict[str, Report]], repository: Path) -> None:
    """Written by `perps replay FOLDER --table docs/recorded_payloads.md`."""
    assert (repository / "docs/recorded_payloads.md").read_text() == markdown(replayed[1][RECORDINGS])


def test_no_row_is_dropped_silently(replayed: tuple[House, dict[str, Report]]) -> None:
    for report in replayed[1].values():
        parsed = sum(line.rows for line in report.lines)
        counted = sum(outcome.rows_parsed for session in report.sessions.values() for outcome in session.outcomes.values())
        assert parsed == counted
    sessions = [session for report in replayed[1].values() for session in report.sessions.values()]
    aside = {(one.source.name, name): outcome.rows_quarantined for one in sessions for name, outcome in one.outcomes.items()}
    assert {entity: rows for entity, rows in aside.items() if rows} == {("kucoin", "instruments"): 6}
    told = pl.read_parquet(replayed[0].folder / "raw/_quarantine/kucoin/instruments/*.parquet")
    assert told["reason"].to_list() == ["quote_currency is missing; settle_currency is missing"] * 6  # cut by those who recorded it


def test_the_real_fee_series_lose_one_day_and_none_by_the_identity_of_fees(replayed: tuple[House, dict[str, Report]]) -> None:
    """1,356, 149 and 598 days of fees before the newest; GMX's of 2025-04-07, 61 times its usual, are a defect of the source's V1.
    Parts are judged beside them."""
    passed = (
        "select venue_or_protocol, count(*) from gate_results inner join facts_all.fct_protocol_fees_daily as fees"
        " on fees.protocol = venue_or_protocol and fees.date = gate_results.date"
        " where fact = 'fct_protocol_fees_daily' and is_passed and fees_usd is not null and fees.date < '2025-05-23' group by 1 order by 1"
    )
    assert replayed[0].query(passed) == [
        ("gmx", 1356), ("gmx_solana", 103), ("gmx_v1", 1356), ("gmx_v2", 669), ("hyperliquid", 149), ("jupiter", 595), ("jupiter_all", 598)
    ]  # fmt: skip
    held_back = "select fact, venue_or_protocol, date from gate_results where not is_passed and fact like '%_protocol_%' order by 2"
    assert replayed[0].query(held_back) == [("fct_protocol_metrics_daily", name, date(2025, 4, 7)) for name in ("gmx", "gmx_v1")]


@pytest.mark.parametrize(("month", "expected"), [("2025-01", 49.7), ("2025-02", 45.4), ("2025-03", 39.6), ("2025-04", 43.4)])
def test_hyperliquid_fees_of_a_month(replayed: tuple[House, dict[str, Report]], month: str, expected: float) -> None:
    query = f"select round(sum(fees_usd) / 1e6, 1) from fct_protocol_fees_daily where protocol = 'hyperliquid' and month = '{month}'"
    assert replayed[0].query(query) == [(expected,)]
    scorecard = (
        "select round(sum(fees_usd) / 1e6, 1) from mart_protocol_scorecard_daily"
        f" where protocol = 'hyperliquid' and strftime(date, '%Y-%m') = '{month}'"
    )
    assert replayed[0].query(scorecard) == [(expected,)]


def test_a_point_the_source_deleted_is_missing_not_stale(replayed: tuple[House, dict[str, Report]]) -> None:
    """2025-01-16 was there on 2025-05-12 and gone on 2025-05-23."""
    query = (
        "select value_usd, status from fct_protocol_metrics_daily"
        " where protocol = 'hyperliquid' and metric = 'fees' and date = '2025-01-16'"
    )
    assert replayed[0].query(query) == [(None, "missing")]


def test_the_newest_vintage_counts(replayed: tuple[House, dict[str, Report]]) -> None:
    """2025-05-05 said 1,011,288 while the day ran; later captures 1,464,695."""
    query = "select value_usd from fct_protocol_metrics_daily where protocol = 'hyperliquid' and metric = 'fees' and date = '2025-05-05'"
    assert replayed[0].query(query) == [(1464695.0,)]


def test_funding_before_and_with_the_markets_own_numbers(replayed: tuple[House, dict[str, Report]]) -> None:
    query = "select funding_rate, funding_interval_hours, mark_price from fct_funding_rates where market_id = '{}' and settled_at = '{}'"
    assert replayed[0].query(query.format("binance:BTCUSDT", "2026-09-12 08:00:00+00")) == [(0.00004334, 8, 77236.9)]
    assert replayed[0].query(query.format("hyperliquid:BTC", "2023-05-12 00:00:00+00"))[0][:2] == (-0.00061334, 8)


def test_funding_agrees_with_histories_collected_by_others(replayed: tuple[House, dict[str, Report]], shared: Path) -> None:
    """As docs/funding_comparison.md says: everywhere but in samples that were never a settlement."""
    query = "select market_id, settled_at, funding_rate as ours from intermediate.int_funding_rates"
    with duckdb.connect(str(replayed[0].folder / "warehouse.duckdb"), read_only=True) as connection:
        ours = connection.execute(query).pl().with_columns(pl.col("settled_at").dt.convert_time_zone("UTC").dt.round("1m"))
    both = ours.join(histories(shared / "data"), on=["market_id", "settled_at"])
    differ = both.filter((pl.col("ours") - pl.col("funding_rate")).abs() > EIGHT_DECIMALS)
    assert {(market, f"{at:%Y-%m-%d %H}") for market, at in differ.select("market_id", "settled_at").iter_rows()} == NO_SETTLEMENT
    counts = dict(both.join(differ, on=["market_id", "settled_at"], how="anti").group_by("market_id").agg(pl.len()).iter_rows())
    assert counts["hyperliquid:BTC"] == 34
    assert counts["binance:BTCUSDT"] >= 2 * 109  # in two collections


def test_open_interest_of_a_recorded_answer(replayed: tuple[House, dict[str, Report]]) -> None:
    """Recorded while the day ran, so no fact may hold it yet; the observation keeps the venue's own numbers."""
    query = "select open_interest_base, open_interest_usd from intermediate.int_open_interest_observations where {}"
    with duckdb.connect(str(replayed[0].folder / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute(query.format("market_id = 'binance:BTCUSDT' and date = '2020-10-18'")).fetchall()
    assert found == [(36316.877, 413220015.26744573)]
    assert replayed[0].query("select count(*) from fct_open_interest_daily where date = '2020-10-18'") == [(0,)]
