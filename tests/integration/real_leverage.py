"""Bitcoin's leverage of 2022 to 2025 as raw rows of the sources it would come from.

Open interest is that of Binance's coin-margined perpetual, collected by Coinalyze; supplies and prices, on the first of each month, are
Messari's and CoinMarketCap's.

Belongs here: reading those files and putting them into raw. Does not: what comes out; what CoinGlass has (real_market.py).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
from house import House

from ingestion.store.fitting import raw_schema
from ingestion.store.raw import RawTable
from ingestion.venue.registry import all_sources

READ_AT = datetime(2026, 5, 1, tzinfo=UTC)
FIRST = date(2022, 1, 1)
CONTRACT_USD = 100  # one BTCUSD contract
Row = tuple[object, ...]


def load_leverage(house: House, data: Path) -> None:
    """Open interest and supplies, into a house whose candles and funding are still to come."""
    put(house, "binance", "open_interest_history", coin_margined(data))
    perpetual = ("BTCUSD", "PERPETUAL", "COIN", "BTC", "USD", "BTC", float(CONTRACT_USD), "TRADING", None, None)
    put(house, "binance", "instruments", [("cm", "BTCUSD_PERP", FIRST, *perpetual)])
    seen = [(datetime(day.year, day.month, day.day, 23, 55, tzinfo=UTC), supply, price) for day, supply, price in supplies_of_months(data)]
    coins = [("bitcoin", at, "btc", "Bitcoin", price, None, None, None, supply, None, None, None) for at, supply, price in seen]
    put(house, "coingecko", "coins_markets", coins)
    put(house, "defillama", "coin_prices", [("coingecko:bitcoin", int(at.timestamp()), "BTC", price, 0.99) for at, _, price in seen])


def put(house: House, source: str, entity_name: str, rows: Sequence[Row]) -> None:
    entity = next(one for one in all_sources()[source].entities if one.name == entity_name)
    stamped = [(*row, READ_AT, "0" * 64, "recorded", False) for row in rows]
    table = RawTable(house.folder / "raw", source, entity)
    frame = pl.DataFrame(stamped, schema=raw_schema(entity), orient="row", strict=False)
    assert not frame.is_empty()
    table.add(table.new_versions(frame))


def coin_margined(data: Path) -> list[Row]:
    """Open interest of BTCUSD_PERP at the last second of each day, in contracts; the file's last day is unfinished."""
    lines = pl.read_csv(data / "coinalyze_daily" / "open_interest_daily_top10_20251026.csv.gz").filter(pl.col("symbol") == "BTCUSD_PERP.A")
    days = lines.select("timestamp", "oi_close").sort("timestamp").head(-1).rows()
    ends = [(int(start) * 1000 + 86_399_000, usd) for start, usd in days if datetime.fromtimestamp(start, UTC).date() >= FIRST]
    return [("cm", "BTCUSD", "PERPETUAL", "1d", at, usd / CONTRACT_USD, None) for at, usd in ends]


def supplies_of_months(data: Path) -> list[tuple[date, float, float]]:
    """Day, coins in circulation, price: on the first of each month."""
    folder = data / "token_market"
    closes = {at: price for at, _, _, _, price, _ in points(folder / "messari" / "bitcoin_price.json.gz")}
    known = points(folder / "messari" / "bitcoin_supply.json.gz")
    early = [(datetime.fromtimestamp(at, UTC).date(), float(supply), closes[at]) for at, supply, _ in known]
    lists = pl.read_csv(folder / "coinmarketcap_monthly_top200.csv.gz", infer_schema_length=None).filter(pl.col("Symbol") == "BTC")
    day = pl.col("snapshot_date").cast(pl.String).str.to_date("%Y%m%d")
    days = lists.select(day, pl.col("Circulating Supply", "Price").cast(pl.Float64))
    late = [(day, supply, price) for day, supply, price in days.rows() if day > early[-1][0]]
    return sorted(row for row in (*early, *late) if row[0].day == 1 and row[0] >= FIRST)


def points(path: Path) -> list[list[float]]:
    found: list[list[float]] = json.loads(gzip.decompress(path.read_bytes()))["data"]["points"]
    return found
