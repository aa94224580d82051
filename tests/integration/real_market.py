"""Real days of the market as others collected them, put into a house's raw tables as if the adapters had fetched them.

Belongs here: aggregates of CoinGlass (4 h bars, 2024-11 to 2025-11, BTC and SOL) and prices and caps of coins. Does not: what must come of
them. `data` is ../shared/data; its READMEs say which defects the files have. After loading, `house.build()` makes the tables.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
from house import House

from ingestion.store.entity import INSTANT
from ingestion.store.fitting import raw_schema
from ingestion.store.raw import RawTable
from ingestion.venue.registry import all_sources

HOURS_4 = 4 * 3_600_000
TABLES = {
    "aggregated_open_interest": "oi_all_exchanges_4h",
    "oi_weighted_funding": "funding_oi_weighted_4h",
    "aggregated_liquidations": "liquidation_binance_4h",
}
COINS = {"BTC": "bitcoin", "SOL": "solana"}
SUPPLY_KEEPS = "45d"  # monthly snapshots; the files have none of 2023 and 2024


def load_aggregates(house: House, data: Path) -> None:
    """Open interest and funding of all venues, and liquidations of Binance alone: the file's request named no other exchange."""
    for name, file in TABLES.items():
        bars = latest_bars(data / "coinglass_snapshots" / f"{file}.parquet")
        more = {"exchange_list": pl.lit("Binance")} if name == "aggregated_liquidations" else {}
        _add(house, "coinglass", name, bars.rename({"time_ms": "time"}).with_columns(interval=pl.lit("4h"), **more))


def latest_bars(path: Path) -> pl.DataFrame:
    """The newest version of each bar, fetched at the end of the day of its last vintage. A bar that no vintage saw finished is left out."""
    newest = pl.read_parquet(path).sort("symbol", "time_ms", "last_snapshot").unique(["symbol", "time_ms"], keep="last")
    ends_at = pl.from_epoch(pl.col("time_ms") + HOURS_4, time_unit="ms")
    fetched_at = pl.col("last_snapshot").str.to_datetime("%Y-%m-%d") + pl.duration(hours=23, minutes=59)
    seen = newest.with_columns(_fetched_at=fetched_at.dt.replace_time_zone("UTC").cast(INSTANT), _ends_at=ends_at)
    last = pl.col("time_ms") == pl.col("time_ms").max().over("symbol")
    return seen.filter(~(pl.col("seen_forming") & last)).sort("symbol", "time_ms")


def closes_of_bitcoin(data: Path) -> pl.DataFrame:
    """date, price_usd: Binance's perpetual at each midnight, of days whose last bar is there."""
    bars = latest_bars(data / "coinglass_snapshots" / "price_binance_btcusdt_4h.parquet")
    at_midnight = bars.filter(pl.col("_ends_at").dt.hour() == 0)
    return at_midnight.select((pl.col("_ends_at").dt.date() - timedelta(days=1)).alias("date"), pl.col("close").alias("price_usd"))


def supplies(data: Path, asset: str) -> pl.DataFrame:
    """date, circulating_supply: CoinMarketCap's of the first of each month, and CoinGecko's of 2025-11-03."""
    folder = data / "token_market"
    monthly = pl.read_csv(folder / "coinmarketcap_monthly_top200.csv.gz").filter(pl.col("Symbol") == asset)
    coin = pl.read_csv(folder / "coingecko_markets_20251103.csv.gz").filter(pl.col("id") == COINS[asset])
    day = pl.col("snapshot_date").cast(pl.String).str.to_date("%Y%m%d").alias("date")
    return pl.concat(
        [
            monthly.select(day, pl.col("Circulating Supply").cast(pl.Float64).alias("circulating_supply")),
            coin.select(pl.lit(date(2025, 11, 3)).alias("date"), pl.col("circulating_supply").cast(pl.Float64)),
        ]
    ).sort("date")


def load_caps(house: House, data: Path, asset: str, closes: pl.DataFrame) -> None:
    """Price (date, price_usd) of each day, and as its cap that price × the supply last known; no cap where none is known that month."""
    priced = closes.sort("date").join_asof(supplies(data, asset), on="date", tolerance=SUPPLY_KEEPS)
    at = pl.col("date").cast(pl.Datetime("us")).dt.replace_time_zone("UTC") + pl.duration(hours=23, minutes=55)
    seen = priced.with_columns(_at=at, _fetched_at=(at + pl.duration(hours=1)).cast(INSTANT))
    prices = seen.select(
        pl.lit(f"coingecko:{COINS[asset]}").alias("coin"), pl.col("_at").dt.epoch("s").alias("time"), pl.lit(asset).alias("symbol"),
        pl.col("price_usd").alias("price"), pl.lit(None, pl.Float64).alias("confidence"), "_fetched_at",
    )  # fmt: skip
    charts = seen.select(
        pl.lit(COINS[asset]).alias("id"), pl.col("_at").dt.epoch("ms").alias("time"), pl.col("price_usd").alias("price"),
        (pl.col("price_usd") * pl.col("circulating_supply")).alias("market_cap"), pl.lit(None, pl.Float64).alias("total_volume"),
        "_fetched_at",
    )  # fmt: skip
    _add(house, "defillama", "coin_prices", prices)
    _add(house, "coingecko", "market_charts", charts)


def _add(house: House, source: str, name: str, rows: pl.DataFrame) -> None:
    """Through the raw table, as a commit of an adapter would; every row must fit the entity."""
    entity = all_sources()[source].entity(name)
    table = RawTable(house.enter().raw_dir, source, entity)
    table.ensure()
    typed = rows.with_columns(_payload_sha256=pl.lit("collected by others"), _run_id=pl.lit("loaded"), _is_withdrawn=False)
    table.add(table.new_versions(typed.select(raw_schema(entity).names()).cast(raw_schema(entity))))
    assert table.rows() >= len(rows) > 0
