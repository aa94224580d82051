"""Funding histories collected by others, as one frame: origin, market_id, settled_at (UTC, to the minute), funding_rate (a fraction).

Their zones are undeclared in the files; the folders' READMEs say which they are.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import polars as pl

SEVEN_VENUES = {"binance": ("BTCUSDT", 3), "bybit": ("BTCUSDT", 3), "gate": ("BTC_USDT", 0)}  # symbol, hours ahead of UTC
WITH_OHLC = {
    "binance_BTCUSDT": "binance:BTCUSDT", "binance_SOLUSDT": "binance:SOLUSDT", "bitmex_XBTUSD": "bitmex:XBTUSD",
    "bitmex_XBTUSDT": "bitmex:XBTUSDT", "bitmex_SOLUSDT": "bitmex:SOLUSDT", "drift_SOL-PERP": "drift:SOL-PERP",
}  # fmt: skip
EIGHT_HOURLY = {
    ("binance", "BTCUSDT"): "binance:BTCUSDT", ("binance", "BTCUSDCM"): "binance:BTCUSD_PERP", ("bybit", "BTCUSDT"): "bybit:BTCUSDT",
    ("bybit", "BTCUSDCM"): "bybit:BTCUSD", ("okx", "BTCUSDT"): "okx:BTC-USDT-SWAP", ("okx", "BTCUSDCM"): "okx:BTC-USD-SWAP",
}  # fmt: skip


def histories(data: Path) -> pl.DataFrame:
    """All of them, below ../shared/data."""
    folder = data / "funding_multi_venue"
    frames = [
        *(_seven(folder / "seven_venues_2020_2023", venue, symbol, ahead) for venue, (symbol, ahead) in SEVEN_VENUES.items()),
        *(_with_ohlc(folder / "four_venues_with_ohlc" / f"{name}.csv.gz", market) for name, market in WITH_OHLC.items()),
        _api(folder / "api_json_2022_2025" / "binance_BTC_funding_rates.json.gz", "binance:BTCUSDT"),
        _api(folder / "api_json_2022_2025" / "hl_BTC_funding_rates.json.gz", "hyperliquid:BTC"),
        _eight_hourly(data / "cex_8h_ohlcv_funding" / "all_exchanges_8h.csv.gz"),
        _hyperliquid(data / "hyperliquid" / "funding_1h.parquet"),
    ]
    return pl.concat(frames).with_columns(pl.col("settled_at").dt.round("1m").dt.cast_time_unit("us"))


def _frame(origin: str, market_id: pl.Expr, settled_at: pl.Expr, rate: str) -> list[pl.Expr]:
    return [
        pl.lit(origin).alias("origin"), market_id.alias("market_id"), settled_at.alias("settled_at"),
        pl.col(rate).cast(pl.Float64).alias("funding_rate"),
    ]  # fmt: skip


def _seven(folder: Path, venue: str, symbol: str, ahead: int) -> pl.DataFrame:
    (path,) = folder.glob(f"BTC-USDT_{venue}_*.csv.gz")
    at = pl.col("Date").str.slice(0, 19).str.to_datetime("%Y-%m-%d %H:%M:%S", time_zone="UTC") - pl.duration(hours=ahead)
    return pl.read_csv(path, infer_schema=False).select(_frame("seven_venues", pl.lit(f"{venue}:{symbol}"), at, "Funding Rate"))


def _with_ohlc(path: Path, market: str) -> pl.DataFrame:
    at = (pl.col("timestamp").cast(pl.Float64) * 1e6).round().cast(pl.Int64).cast(pl.Datetime("us", "UTC"))
    return pl.read_csv(path, infer_schema=False).select(_frame("with_ohlc", pl.lit(market), at, "funding_rate"))


def _api(path: Path, market: str) -> pl.DataFrame:
    rows = pl.DataFrame(json.loads(gzip.decompress(path.read_bytes())))
    at = pl.from_epoch("time", time_unit="ms").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return rows.select(_frame("api_answers", pl.lit(market), at, "funding_rate"))


def _eight_hourly(path: Path) -> pl.DataFrame:
    names = pl.DataFrame([(*key, market) for key, market in EIGHT_HOURLY.items()], schema=["exchange", "pair", "market"], orient="row")
    local = pl.col("time").str.to_datetime("%Y-%m-%d %H:%M:%S")
    at = local.dt.replace_time_zone("Europe/London", ambiguous="earliest").dt.convert_time_zone("UTC").cast(pl.Datetime("us", "UTC"))
    rows = pl.read_csv(path, infer_schema=False).join(names, on=["exchange", "pair"])
    return rows.filter(pl.col("funding rate") != "").select(_frame("eight_hourly", pl.col("market"), at, "funding rate"))


def _hyperliquid(path: Path) -> pl.DataFrame:
    at = pl.from_epoch("time_ms", time_unit="ms").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    rows = pl.read_parquet(path)
    return rows.select(_frame("hyperliquid", "hyperliquid:" + pl.col("coin"), at, "funding_rate"))
