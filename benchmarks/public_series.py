"""What public collections tell of the same thing: one query a pair, day by day.

Belongs here: reading the collections' files, each in its own zone and unit, and the pairs. Does not: judging them (reconciliation.py).
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Comparison:
    """A pair of series: `query` gives date, own_value and other_value. `words` says what explains the ratio."""

    name: str
    sides: str
    metric: str
    subject: str
    other_source: str
    words: str
    query: str


ARCHIVE = """
create table archive as
select symbol, cast(make_timestamp(cast(opened as bigint) * 1000) as date) as date, count(*) as hours,
    sum(cast(base as double)) as volume_base, sum(cast(quote as double)) as volume_usd,
    arg_max(cast(close as double), cast(opened as bigint)) as close
from (
    select regexp_extract(filename, '([A-Z]+)-1h', 1) as symbol, opened, close, base, quote
    from read_csv('{scratch}/klines/*.csv', header = false, all_varchar = true, filename = true,
        names = ['opened', 'open', 'high', 'low', 'close', 'base', 'closed', 'quote', 'trades', 'taker_base', 'taker_quote', 'rest'])
) as rows
where opened <> 'open_time'
group by all
"""
TABLES = (
    ARCHIVE,
    """create table hyperliquid_fees as
    select cast(make_timestamp(cast(point[1] as bigint) * 1000000) as date) as date, cast(point[2] as double) as fees_usd
    from (
        select unnest("totalDataChart") as point
        from read_json('{data}/defillama_raw/hyperliquid_Fees.json.gz', maximum_object_size = 99999999)
    )""",
    """create schema staging""",
    """create table staging.stg_hypurrscan__fees as
    select 'hyperliquid' as protocol, total_fees / 1000000 as total_fees_usd,
        make_timestamptz(cast(time as bigint) * 1000000) as observed_at, timestamptz '2025-04-24 12:00:00+00' as fetched_at
    from read_json('{data}/hyperliquid/stats_api/hypurrscan_cumulative_fees_20250424.json.gz')""",
    """create table artemis as
    select strptime(day, '%d-%b-%y')::date as date, venue, try_cast(usd as double) as volume_usd
    from (
        unpivot (select * from read_csv('{data}/defillama_raw/artemis_perps_trading_volume.csv', header = true, all_varchar = true))
        on columns(* exclude (Date)) into name venue value usd
    ) as rows (day, venue, usd)""",
    """create table dune as
    select product_name as product, cast(week[:10] as date) as week, volume as volume_usd
    from (select unnest(result.rows, recursive := true) from read_json('{data}/defillama_raw/dune_weekly_perps_dex_volumes.json.gz'))""",
    """create table cdn as
    select cast(row.time as date) as date, row.daily_usd_volume as volume_usd
    from (select unnest(chart_data) as row from read_json('{data}/hyperliquid/stats_api/daily_usd_volume.json.gz'))""",
    # the last of the day: the bar that ends with it
    """create table glass_coin_margined as
    select symbol, cast(make_timestamp(time_ms * 1000) as date) as date, arg_max(close, last_snapshot) as value
    from '{data}/coinglass_snapshots/oi_coin_margin_4h.parquet' where not seen_forming and time_ms % 86400000 = 72000000 group by all""",
    """create table glass_all as
    select symbol, cast(make_timestamp(time_ms * 1000) as date) as date, arg_max(close, last_snapshot) as value
    from '{data}/coinglass_snapshots/oi_all_exchanges_4h.parquet' where time_ms % 86400000 = 72000000 group by all""",
    """create table glass_by_exchange as
    select symbol, replace(venue_label, '.IO', '') as venue, make_timestamp(time_ms * 1000) as told_at,
        arg_max(oi_usd, last_snapshot) as value
    from '{data}/coinglass_snapshots/oi_by_exchange.parquet' where time_ms % 14400000 = 0 group by all""",
)


def prepared(connection: duckdb.DuckDBPyConnection, folder: Path, scratch: Path) -> None:
    """The collections as tables of this connection."""
    (scratch / "klines").mkdir()
    for path in folder.glob("binance_vision_um_raw/futures/um/monthly/klines/*/1h/*.zip"):
        with zipfile.ZipFile(path) as archive:
            archive.extractall(scratch / "klines")
    for statement in TABLES:
        connection.execute(statement.replace("{data}", str(folder)).replace("{scratch}", str(scratch)))
    connection.execute(f"set variable folder = '{folder}'")


def _api(symbol: str) -> Comparison:
    return Comparison(
        f"Binance {symbol}, volume", "archive ÷ API", "volume", "binance", "binance",
        "The monthly archive beside what the API answered when it was collected. All prices are equal; on three days trades and "
        "turnover are not.",
        f"""select archive.date, archive.volume_usd as own_value, api.quote_volume as other_value
        from archive
        inner join (select *, cast(make_timestamp(timestamp * 1000) as date) as date
            from read_csv(getvariable('folder') || '/binance_um_universe/klines_1d.csv.gz')) as api
            on api.symbol = archive.symbol and api.date = archive.date
        where archive.symbol = '{symbol}' and archive.hours = 24 and api.date < date '2026-03-19'""",
    )  # fmt: skip


def _weekly(subject: str, artemis: str, dune: str, words: str) -> Comparison:
    return Comparison(
        f"{subject}, volume of weeks", "Artemis ÷ Dune", "volume", subject, "defillama", words,
        f"""select dune.week as date, weeks.volume_usd as own_value, dune.volume_usd as other_value
        from (select date_trunc('week', date)::date as week, sum(volume_usd) as volume_usd, count(distinct date) as days
            from artemis where venue in ({artemis}) group by 1) as weeks
        inner join (select week, sum(volume_usd) as volume_usd from dune where product in ({dune}) group by 1) as dune
            on dune.week = weeks.week
        where weeks.days = 7""",
    )  # fmt: skip


COIN_MARGINED = """select glass.date, coinalyze.oi_close as own_value, glass.value as other_value
    from glass_coin_margined as glass
    inner join read_csv(getvariable('folder') || '/coinalyze_daily/open_interest_daily_top10_20251026.csv.gz') as coinalyze
        on coinalyze.symbol = '{asset}USD_PERP.A' and coinalyze.date = glass.date
    where glass.symbol = '{asset}' and glass.date < date '2025-10-26'"""
BY_EXCHANGE = """select totals.date, sums.value as own_value, totals.value as other_value
    from glass_all as totals
    inner join (select symbol, cast(told_at - interval '1' hour as date) as date, sum(value) as value from glass_by_exchange
        where hour(told_at) = 0 group by all) as sums on sums.symbol = totals.symbol and sums.date = totals.date
    where totals.symbol = '{asset}'"""
SAME_AGGREGATE = "The exchanges that CoinGlass lists singly, about twenty, beside its own total: what an aggregator's total rests on."

COMPARISONS: tuple[Comparison, ...] = (
    _api("BTCUSDT"),
    _api("SOLUSDT"),
    Comparison(
        "Binance BTCUSDT, volume in bitcoin", "archive ÷ API by another hand", "volume", "binance", "binance",
        "Bars of 8 hours in London's local time, put on UTC; in bitcoin, so that no price is in it. On 2023-08-16 and 2023-11-10 the "
        "archive has 3 and 4 % more, and nobody says why.",
        """select archive.date, archive.volume_base as own_value, sum(bars.volume) as other_value
        from archive
        inner join (select *, cast(timezone('Europe/London', cast(time as timestamp)) as date) as date
            from read_csv(getvariable('folder') || '/cex_8h_ohlcv_funding/all_exchanges_8h.csv.gz')
            where exchange = 'binance' and pair = 'BTCUSDT') as bars on bars.date = archive.date
        where archive.symbol = 'BTCUSDT' and archive.hours = 24 group by all having count(*) = 3""",
    ),
    Comparison(
        "Hyperliquid, fees", "DefiLlama ÷ the chain's counter", "fees", "hyperliquid", "hypurrscan",
        "The same fees. DefiLlama read the explorer's counter at another moment of the night: what one day lacks, the next one has "
        "(2024-12-28 has half, 12-29 twice of it). Days without readings within an hour around both midnights are left out.",
        """select fees.date, fees.fees_usd as own_value, chain.fees_usd as other_value
        from hyperliquid_fees as fees inner join intermediate.int_chain_fees as chain on chain.date = fees.date""",
    ),
    Comparison(
        "Hyperliquid, volume", "candles of 116 coins ÷ Artemis", "volume", "hyperliquid", "defillama",
        "The collection has 116 of 186 coins: what is missing are those that it leaves out. Base × close is an estimate of a day's "
        "dollars.",
        """select artemis.date, candles.volume_usd as own_value, artemis.volume_usd as other_value
        from artemis
        inner join (select cast(make_timestamp(time_ms * 1000) as date) as date, sum(volume * close) as volume_usd
            from read_parquet(getvariable('folder') || '/hyperliquid/candles_1d.parquet') group by all) as candles
            on candles.date = artemis.date
        where artemis.venue = 'Hyperliquid' and artemis.volume_usd > 0""",
    ),
    Comparison(
        "Hyperliquid, volume", "its statistics ÷ Artemis", "volume", "hyperliquid", "defillama",
        "The statistics count both sides of a trade. This warehouse does not read that series.",
        """select artemis.date, cdn.volume_usd as own_value, artemis.volume_usd as other_value
        from artemis inner join cdn on cdn.date = artemis.date where artemis.venue = 'Hyperliquid' and artemis.volume_usd > 0""",
    ),
    _weekly("hyperliquid", "'Hyperliquid'", "'Hyperliquid Perps'", "Two aggregators of the same days."),
    _weekly("aevo", "'Aevo'", "'Aevo Perps'", "Two aggregators of the same days."),
    _weekly("drift", "'Drift Protocol'", "'Drift Trade'", "Two aggregators of the same days."),
    _weekly("jupiter", "'Jupiter'", "'Jupiter Perpetual Exchange'", "Two aggregators of the same days."),
    _weekly("dydx", "'dYdX v4'", "'dYdX (V3+V4)'", "Version 4 alone, as this warehouse has it; the other is said to hold version 3, too."),
    _weekly("gmx", "'GMX'", "'GMX V1', 'GMX V2 Perps'", "Artemis counts swaps with perpetuals."),
    Comparison(
        "Binance COIN-M BTC, open interest", "Coinalyze ÷ CoinGlass", "open_interest", "binance", "coinglass",
        "Two aggregators of one venue's contracts at the end of the day, equal to the last digit on most. From 2025-10-02 on, and on "
        "four days before, CoinGlass has 15 to 25 % more. It corrected such bars for months (by up to 33 % in March 2025), and the "
        "collection ends soon after: presumably these were not corrected yet. The seed's reason is a general one that fits the ratio.",
        COIN_MARGINED.replace("{asset}", "BTC"),
    ),
    Comparison(
        "Binance COIN-M SOL, open interest", "Coinalyze ÷ CoinGlass", "open_interest", "binance", "coinglass",
        "As for BTC.",
        COIN_MARGINED.replace("{asset}", "SOL"),
    ),
    Comparison(
        "BTC on all venues, open interest", "sum of the exchanges CoinGlass lists ÷ its total", "asset_open_interest", "BTC", "coinglass",
        SAME_AGGREGATE, BY_EXCHANGE.replace("{asset}", "BTC"),
    ),
    Comparison(
        "SOL on all venues, open interest", "sum of the exchanges CoinGlass lists ÷ its total", "asset_open_interest", "SOL", "coinglass",
        SAME_AGGREGATE, BY_EXCHANGE.replace("{asset}", "SOL"),
    ),
    Comparison(
        "CME bitcoin, open interest", "longs in the CFTC's legacy report ÷ CoinGlass's CME", "open_interest", "cme", "coinglass",
        "A lower bound on Tuesdays: the collection of the legacy report has longs and shorts and neither spreads nor the micro contract.",
        """select report.date, (report.spec_long + report.comm_long + report.nonrept_long) * 5 * archive.close as own_value,
            glass.value as other_value
        from read_csv(getvariable('folder') || '/cftc_cot/legacy_cot_bitcoin.csv.gz') as report
        inner join archive on archive.symbol = 'BTCUSDT' and archive.date = report.date
        inner join glass_by_exchange as glass
            on glass.symbol = 'BTC' and glass.venue = 'CME' and glass.told_at = report.date + interval '20' hour""",
    ),
)  # fmt: skip
