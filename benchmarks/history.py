"""Raw data of any size, written by the warehouse's own store: candles, funding and open interest of the archive's entities.

Belongs here: rows. Does not: how they are kept (store.raw decides the layout).
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from benchmarks.days import midnight_ms
from benchmarks.exchange.series import HOUR_MS, PRICE_DIGITS, QUANTITY_DIGITS, QUOTE_DIGITS, RATE_DIGITS, SETTLEMENT_HOURS, Series, series
from ingestion.run.ingest import ensure_tables
from ingestion.settings import Settings
from ingestion.store.fitting import raw_schema
from ingestion.store.landing import SIMULATED_MARK
from ingestion.store.raw import RawTable
from ingestion.venue.registry import all_sources

SOURCE = "binance_archive"
MINUTE_OF_INTEREST = 55  # the last of an hour: metrics are written every five minutes


def write(settings: Settings, markets: int, first: date, last: date) -> None:
    """Add these days of so many markets, both included, month by month."""
    source = all_sources()[SOURCE]
    ensure_tables(settings, source)
    (settings.data_dir / SIMULATED_MARK).touch()
    entities = {entity.name: entity for entity in source.entities}
    for begin, end in _months(first, last):
        hours = _hours(markets, begin, end)
        for name, rows in (("klines", _candles(hours)), ("funding_rates", _funding(hours)), ("metrics", _interest(hours))):
            schema, table = raw_schema(entities[name]), RawTable(settings.raw_dir, SOURCE, entities[name])
            missing = [pl.lit(None, dtype=kind).alias(column) for column, kind in schema.items() if column not in rows.columns]
            table.add(table.new_versions(rows.with_columns(missing).select(schema.names()).cast(schema)))


def month_bytes(settings: Settings, day: date) -> int:
    """Size of the raw files of the day's month."""
    parts = (settings.raw_dir / SOURCE).glob(f"*/month={day:%Y-%m}/part.parquet")
    return sum(path.stat().st_size for path in parts)


def _months(first: date, last: date) -> list[tuple[date, date]]:
    """Pieces of the range that lie in one month each, the ends excluded."""
    pieces = []
    while first <= last:
        end = min((first.replace(day=1) + timedelta(days=32)).replace(day=1), last + timedelta(days=1))
        pieces.append((first, end))
        first = end
    return pieces


def _hours(markets: int, begin: date, end: date) -> pl.DataFrame:
    """Every hour of every market, in the digits the exchange shows."""
    fetched = datetime.combine(end, time(6), UTC)
    first_hour, end_hour = midnight_ms(begin) // HOUR_MS, midnight_ms(end) // HOUR_MS
    frame = pl.concat([_frame(series(market, first_hour, end_hour), begin) for market in range(markets)])
    provenance = {"_fetched_at": pl.lit(fetched).cast(pl.Datetime("us", "UTC")), "_run_id": pl.lit("generated")}
    names = {"market": pl.lit("um"), "interval": pl.lit("1h"), "open_time": pl.col("hour") * HOUR_MS}
    return frame.with_columns(**provenance, **names)


def _frame(one: Series, begin: date) -> pl.DataFrame:
    price, quantity, quote = (10**digits for digits in (PRICE_DIGITS, QUANTITY_DIGITS, QUOTE_DIGITS))
    columns = {
        "hour": one.hours, "open": one.open / price, "high": one.high / price, "low": one.low / price, "close": one.close / price,
        "volume": one.volume / quantity, "quote_volume": one.quote_volume / quote, "trades": one.trades,
        "taker_buy_volume": one.taker_volume / quantity, "taker_buy_quote_volume": one.taker_quote_volume / quote,
        "rate": one.funding_rate / 10**RATE_DIGITS, "held": one.open_interest / quantity,
    }  # fmt: skip
    answer = hashlib.sha256(f"{one.symbol} {begin}".encode()).hexdigest()
    return pl.DataFrame(columns).with_columns(symbol=pl.lit(one.symbol), _payload_sha256=pl.lit(answer))


def _candles(hours: pl.DataFrame) -> pl.DataFrame:
    return hours.with_columns(close_time=pl.col("open_time") + HOUR_MS - 1)


def _funding(hours: pl.DataFrame) -> pl.DataFrame:
    settled = hours.filter(pl.col("hour") % SETTLEMENT_HOURS == 0)
    return settled.with_columns(calc_time=pl.col("open_time") + 3, funding_interval_hours=SETTLEMENT_HOURS, last_funding_rate="rate")


def _interest(hours: pl.DataFrame) -> pl.DataFrame:
    at = pl.from_epoch(pl.col("open_time") + MINUTE_OF_INTEREST * 60_000, time_unit="ms").dt.strftime("%Y-%m-%d %H:%M:%S")
    held = pl.col("held")
    return hours.with_columns(create_time=at, sum_open_interest=held, sum_open_interest_value=held * pl.col("close"))
