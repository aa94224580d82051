"""Real history: four years of Binance archives pass, the two crashes in them first of all.

Needs the folder of recorded data (PERPS_SHARED_DIR, else ../shared beside the repository); skips without it.
"""

import io
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from gate_facts import Facts, Verdict

SHARED = Path(os.environ.get("PERPS_SHARED_DIR", Path(__file__).resolve().parents[3] / "shared"))
ARCHIVE = SHARED / "data" / "binance_vision_um_raw" / "futures" / "um" / "monthly"

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not ARCHIVE.is_dir(), reason=f"no recorded archives at {ARCHIVE}: set PERPS_SHARED_DIR"),
]

KLINES = ("open_time", "open", "high", "low", "close", "volume", "close_time", "quote_volume", "trades", "taker", "taker_quote", "ignore")
FUNDING = ("calc_time", "funding_interval_hours", "last_funding_rate")
FILL = """
insert into facts.fct_candles_hourly by name
select 'binance:' || symbol as market_id, to_timestamp(open_time / 1000) as opened_at, 'binance' as venue, symbol, left(symbol, 3) as asset,
    open, high, low, close, volume as volume_base, quote_volume as volume_quote, quote_volume as volume_usd, trades,
    strftime(to_timestamp(open_time / 1000), '%Y-%m') as month
from klines;
insert into facts.fct_volume_daily by name
select market_id, opened_at::date as date, venue, symbol, asset, min_by(open, opened_at) as open, max(high) as high, min(low) as low,
    max_by(close, opened_at) as close, sum(volume_base) as volume_base, sum(volume_usd) as volume_usd, count(*) as hours,
    count(*) = 24 as is_complete, month
from facts.fct_candles_hourly group by all;
insert into facts.fct_funding_rates by name
select 'binance:' || symbol as market_id, date_trunc('minute', to_timestamp(calc_time / 1000)) as settled_at, 'binance' as venue, symbol,
    left(symbol, 3) as asset, last_funding_rate as funding_rate, funding_interval_hours,
    last_funding_rate * 8 / funding_interval_hours as funding_rate_8h, strftime(to_timestamp(calc_time / 1000), '%Y-%m') as month
from funding
"""


def archive(feed: str, columns: tuple[str, ...]) -> pl.DataFrame:
    return pl.concat(_rows(path, columns) for path in _zips(feed))


def _zips(feed: str) -> Iterator[Path]:
    return (path for symbol in ("BTCUSDT", "SOLUSDT") for path in sorted((ARCHIVE / feed / symbol).rglob("*.zip")))


def _rows(path: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    with zipfile.ZipFile(path) as archived:
        lines = archived.read(archived.namelist()[0]).splitlines(keepends=True)
    body = b"".join(lines if lines[0][:1].isdigit() else lines[1:])
    schema = {name: pl.Int64 if name.endswith(("_time", "_hours")) else pl.Float64 for name in columns}
    return pl.read_csv(io.BytesIO(body), has_header=False, schema=schema).with_columns(symbol=pl.lit(path.name.split("-")[0]))


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[Verdict]:
    facts = Facts(tmp_path_factory.mktemp("recorded"))
    klines, funding = archive("klines", KLINES), archive("fundingRate", FUNDING)
    with duckdb.connect(str(facts.warehouse)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for (name,) in connection.execute("select table_name from duckdb_tables() where schema_name = 'facts'").fetchall():
            connection.execute(f"delete from facts.{name}")
        connection.register("klines", klines)
        connection.register("funding", funding)
        connection.execute(FILL)
    assert facts.judge(now=datetime(2026, 5, 2, tzinfo=UTC)).is_open
    return facts.verdicts()


def test_four_years_of_archives_pass(judged: list[Verdict]) -> None:
    assert len(judged) == 3 * 1581  # 2022-01-01..2026-04-30
    assert [verdict for verdict in judged if not verdict.is_passed] == []


@pytest.mark.parametrize("days", ["2025-10-10", "2022-11"])
def test_bad_days_are_not_bad_data(judged: list[Verdict], days: str) -> None:
    found = [verdict for verdict in judged if str(verdict.date).startswith(days)]
    assert {verdict.fact for verdict in found} == {"fct_candles_hourly", "fct_volume_daily", "fct_funding_rates"}
    assert all(verdict.is_passed for verdict in found)


def test_a_market_missing_from_the_archive_warns_for_a_week_and_holds_nothing_back(judged: list[Verdict]) -> None:
    warned = {str(v.date) for v in judged if v.fact == "fct_volume_daily" and '"no_markets_missing"' in v.failed_expectations}
    assert {"2022-02-26", "2022-02-27", "2022-02-28", "2022-05-01", "2022-05-07"} <= warned  # holes, and months without SOL
    assert not {"2022-05-08", "2022-08-01"} & warned
