"""Facts made again from the first touched day on, against facts built whole from the same raw: the same tables, row by row.

Belongs here: rows that arrive in every order, written into raw by hand. Does not: how they are fetched (test_twice_is_once.py), what
verdicts reach (test_marts_by_month.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import duckdb
import polars as pl
import pytest
from house import House, days_from

from ingestion.run.ingest import ensure_tables
from ingestion.settings import Settings
from ingestion.store.fitting import raw_schema
from ingestion.store.raw import RawTable
from ingestion.venue.registry import all_sources
from orchestration import pending
from orchestration.records import Checked
from orchestration.steps.facts import build_facts

PRICE, VOLUME, TRADES, HELD = 100.0, 2.0, 10, 50.0  # of every hour
UNTOUCHED = date(2026, 10, 2)  # none of what follows reaches so far back
METRICS, RATES = ("binance_archive", "metrics"), ("binance_archive", "funding_rates")
BINANCE, HYPERLIQUID = ("binance_archive", "klines"), ("hyperliquid", "candles")
API, LIST = ("binance", "klines"), ("coingecko", "derivatives_exchanges")


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def candle(source: tuple[str, str], symbol: str, moment: datetime, volume: float = VOLUME) -> dict[str, Any]:
    opened = int(moment.timestamp() * 1000)
    own = {"coin": symbol} if source == HYPERLIQUID else {"product" if source == API else "market": "um", "symbol": symbol}
    prices = dict.fromkeys(("open", "high", "low", "close"), PRICE)
    return {
        **own,
        **prices,
        "interval": "1h",
        "open_time": opened,
        "close_time": opened + 3_599_999,
        "volume": volume,
        "trades": TRADES,
    } | ({} if source == HYPERLIQUID else {"quote_volume": volume * PRICE, "taker_buy_volume": 1.0, "taker_buy_quote_volume": PRICE})


def observation(symbol: str, moment: datetime) -> dict[str, Any]:
    stamp = f"{moment + timedelta(minutes=55):%Y-%m-%d %H:%M:%S}"
    return {"symbol": symbol, "create_time": stamp, "sum_open_interest": HELD, "sum_open_interest_value": HELD * PRICE}


def settlement(symbol: str, moment: datetime) -> dict[str, Any]:
    return {
        "market": "um",
        "symbol": symbol,
        "calc_time": int(moment.timestamp() * 1000),
        "funding_interval_hours": 8,
        "last_funding_rate": 1e-4,
    }


def add(settings: Settings, source: tuple[str, str], rows: Iterable[dict[str, Any]], fetched_at: datetime) -> None:
    """Give raw these rows, as an answer of that moment did."""
    entity = next(one for one in all_sources()[source[0]].entities if one.name == source[1])
    table, schema = RawTable(settings.raw_dir, source[0], entity), raw_schema(entity)
    told = {"_fetched_at": fetched_at, "_payload_sha256": hashlib.sha256(str(fetched_at).encode()).hexdigest(), "_run_id": "by hand"}
    table.add(table.new_versions(pl.DataFrame([{**dict.fromkeys(schema), **row, **told} for row in rows], schema=schema)))


def add_binance(settings: Settings, days: Iterable[date], symbols: Iterable[str], fetched_at: datetime) -> None:
    hours = [(symbol, at(day, hour)) for day in days for symbol in symbols for hour in range(24)]
    add(settings, BINANCE, [candle(BINANCE, *one) for one in hours], fetched_at)
    add(settings, METRICS, [observation(*one) for one in hours], fetched_at)
    add(settings, RATES, [settlement(*one) for one in hours if one[1].hour % 8 == 0], fetched_at)


def build(settings: Settings) -> None:
    assert [record.name for record in build_facts(settings) if isinstance(record, Checked) and record.is_error and not record.passed] == []


def query(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("set timezone = 'UTC'")
        return connection.execute(sql).fetchall()


def facts(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    names = query(settings, "select table_name from duckdb_tables() where schema_name = 'facts'")
    return {name: query(settings, f"select * from facts.{name} order by all") for (name,) in names}


@pytest.fixture(scope="module")
def settings(house: Callable[..., House]) -> Settings:
    """Two venues until the ninth of October; of Hyperliquid nothing after the noon of the fifth, and on Binance no ETH on the fourth."""
    settings = house({}, PERPS_SOURCES="binance_archive,hyperliquid").enter()
    for source in all_sources().values():
        ensure_tables(settings, source)
    for symbol in ("BTCUSDT", "ETHUSDT"):
        days = [day for day in days_from(date(2026, 9, 20), 20) if symbol == "BTCUSDT" or day != date(2026, 10, 4)]
        add_binance(settings, days, [symbol], at(date(2026, 10, 10), 6))
    hours = [at(day, hour) for day in days_from(date(2026, 9, 28), 8) for hour in range(24) if (day, hour) < (date(2026, 10, 5), 12)]
    add(settings, HYPERLIQUID, [candle(HYPERLIQUID, "BTC", hour) for hour in hours], at(date(2026, 10, 5), 12))
    build(settings)
    query(settings, f"update facts.fct_candles_hourly set trades = -1 where cast(opened_at as date) = date '{UNTOUCHED}'")
    return settings


RESTATED_HOUR = [
    ("fct_candles_hourly", "binance:BTCUSDT:2026-10-07 09:00:00+00", "volume_base", VOLUME, 5 * VOLUME),
    ("fct_candles_hourly", "binance:BTCUSDT:2026-10-07 09:00:00+00", "volume_usd", VOLUME * PRICE, 5 * VOLUME * PRICE),
]


def day_by_day(name: str, *hours: tuple[int, int]) -> list[tuple[Any, ...]]:
    """The day's sums, as so many hours were added up before and after."""
    units = {f"{name}_base": VOLUME, f"{name}_usd": VOLUME * PRICE}
    key = ("fct_volume_daily", "binance:BTCUSDT:2026-10-07")
    return [(*key, metric, before * unit, after * unit) for metric, unit in units.items() for before, after in hours]


def restatements(settings: Settings) -> list[tuple[Any, ...]]:
    columns = 'fact, "key", metric, old_value, new_value'
    return query(settings, f'select {columns} from facts.fct_restatements order by fact, "key", metric, known_at')


def days_of(settings: Settings, market: str) -> dict[date, tuple[int, float]]:
    """Hours and base volume of each closed day of a market."""
    found = query(settings, f"select date, hours, volume_base from facts.fct_volume_daily where market_id = '{market}'")
    return {day: (hours, volume) for day, hours, volume in found}


def test_what_arrives_in_any_order_is_in_the_facts_of_its_days_and_no_others_are_touched(settings: Settings) -> None:
    whole = (24, 24 * VOLUME)
    assert days_of(settings, "binance:ETHUSDT").keys() == {*days_from(date(2026, 9, 20), 20)} - {date(2026, 10, 4)}
    assert days_of(settings, "hyperliquid:BTC") == dict.fromkeys(days_from(date(2026, 9, 28), 7), whole)

    add_binance(settings, [date(2026, 10, 10)], ["BTCUSDT", "ETHUSDT"], at(date(2026, 10, 11), 6))  # one more day
    build(settings)
    assert days_of(settings, "binance:BTCUSDT")[date(2026, 10, 10)] == whole

    add_binance(settings, [date(2026, 10, 4)], ["ETHUSDT"], at(date(2026, 10, 11), 7))  # a day that was late
    build(settings)
    assert days_of(settings, "binance:ETHUSDT") == dict.fromkeys(days_from(date(2026, 9, 20), 21), whole)

    add(settings, BINANCE, [candle(BINANCE, "BTCUSDT", at(date(2026, 10, 7), 9), 5 * VOLUME)], at(date(2026, 10, 11), 8))  # restated
    build(settings)
    assert days_of(settings, "binance:BTCUSDT")[date(2026, 10, 7)] == (24, 28 * VOLUME)
    assert restatements(settings) == [*RESTATED_HOUR, *day_by_day("volume", (24, 28))]

    known = at(date(2026, 10, 11), 9)  # an hour taken back, and other figures of a settlement and of the day's last open interest
    gone = {"market": "um", "symbol": "BTCUSDT", "interval": "1h", "open_time": int(at(date(2026, 10, 7), 10).timestamp() * 1000)}
    add(settings, BINANCE, [gone | {"_is_withdrawn": True}], known)
    add(settings, METRICS, [observation("BTCUSDT", at(date(2026, 10, 7), hour)) | {"sum_open_interest": 60.0} for hour in (22, 23)], known)
    add(settings, RATES, [settlement("BTCUSDT", at(date(2026, 10, 7), 8)) | {"last_funding_rate": 3e-4}], known)
    build(settings)
    assert days_of(settings, "binance:BTCUSDT")[date(2026, 10, 7)] == (23, 27 * VOLUME)
    taken_back = [(table, key.replace("09:00", "10:00"), metric, old, None) for table, key, metric, old, _ in RESTATED_HOUR]
    close = ("fct_candles_hourly", taken_back[0][1], "close", PRICE, None)
    assert restatements(settings) == [
        *RESTATED_HOUR, close, *taken_back,
        ("fct_funding_rates", "binance:BTCUSDT:2026-10-07 08:00:00+00", "funding_rate", 1e-4, 3e-4),
        ("fct_open_interest_daily", "binance:BTCUSDT:2026-10-07", "open_interest_base", HELD, 60.0),
        *day_by_day("volume", (24, 28), (28, 27)),
    ]  # fmt: skip

    add(settings, HYPERLIQUID, [candle(HYPERLIQUID, "BTC", at(date(2026, 10, 11), hour)) for hour in range(24)], at(date(2026, 10, 12), 6))
    build(settings)  # back after a week: the day on which it fell silent ended meanwhile
    silent = days_of(settings, "hyperliquid:BTC")
    assert (silent[date(2026, 10, 5)], silent[date(2026, 10, 11)]) == ((12, 12 * VOLUME), whole)

    trades = query(
        settings, "select distinct cast(opened_at as date), trades from facts.fct_candles_hourly where trades <> 10 order by all"
    )
    assert trades == [(UNTOUCHED, -1)]
    query(settings, f"update facts.fct_candles_hourly set trades = {TRADES} where trades = -1")
    by_days = facts(settings)
    pending.forget(settings)
    build(settings)
    assert by_days == facts(settings)
    assert len(by_days["fct_open_interest_daily"]) == 42  # two markets, 21 days


def test_a_file_that_lost_or_changed_rows_makes_its_month_again(settings: Settings) -> None:
    """Replayed by other code, restored, edited: new rows do not tell what else is different."""
    part = settings.raw_dir / "binance_archive/klines/month=2026-10/part.parquet"
    rows = pl.read_parquet(part, hive_partitioning=False)
    first = int(at(date(2026, 10, 1), 0).timestamp() * 1000)
    rows.with_columns(trades=pl.when(pl.col("open_time") == first).then(77).otherwise(pl.col("trades"))).write_parquet(part)
    build(settings)
    changed = "select market_id, trades from facts.fct_candles_hourly where trades = 77 order by all"
    assert query(settings, changed) == [("binance:BTCUSDT", 77), ("binance:ETHUSDT", 77)]
    rows.filter(pl.col("open_time") != first).write_parquet(part)
    build(settings)
    assert days_of(settings, "binance:BTCUSDT")[date(2026, 10, 1)] == (23, 23 * VOLUME)


def test_what_others_say_of_a_day_comes_after_it_and_stands_beside_its_figures(settings: Settings) -> None:
    """A list read half an hour after the day; an API's hours that were late: 2.5 where the archive has 2; two markets of 4,800 USD."""
    day, read_at = date(2026, 10, 10), datetime(2026, 10, 11, 0, 30, tzinfo=UTC)
    price = {"coin": "coingecko:bitcoin", "time": int(at(day, 23).timestamp()) + 55 * 60, "symbol": "BTC", "price": PRICE}
    add(settings, ("defillama", "coin_prices"), [price], at(date(2026, 10, 11), 6))
    build(settings)
    listed = {"id": "binance_futures", "name": "Binance (Futures)", "trade_volume_24h_btc": 120.0, "open_interest_btc": 125.0}
    add(settings, LIST, [{**listed, "observed_at": read_at}], read_at)
    build(settings)
    add(settings, API, [candle(API, "BTCUSDT", at(day, hour), 1.25 * VOLUME) for hour in range(24)], at(date(2026, 10, 11), 9))
    build(settings)
    compared = "select metric, subject, date, other_source, own_value, other_value, ratio from facts.fct_reconciliations_daily order by all"
    by_days = query(settings, compared)
    assert by_days == [
        ("open_interest", "binance", day, "coingecko", 10_000, 12_500, 0.8),
        ("volume", "binance", day, "binance", 4_800, 6_000, 0.8),
        ("volume", "binance", day, "coingecko", 9_600, 12_000, 0.8),
    ]
    pending.forget(settings)
    build(settings)
    assert query(settings, compared) == by_days
