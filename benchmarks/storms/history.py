"""Days of assets out of public collections: close, a week's volatility, funding and open interest, as `mart_asset_daily` and
`mart_leverage_daily` would hold them.

Belongs here: reading the files, each in its own unit. Hours of bitcoin's and solana's perpetuals and their settlements are
Binance's monthly zips; open interest is that of its coin-margined perpetual, collected by Coinalyze: USD at the end of the
day, here in units of the asset. Does not: ranks, states, odds (our own SQL), or any model.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import polars as pl

ASSETS = ("BTC", "SOL")
HOUR_MS, YEAR_HOURS = 3_600_000, 8_760
OPEN_INTEREST = "coinalyze_daily/open_interest_daily_top10_20251026.csv.gz"


def days(folder: Path) -> pl.DataFrame:
    """asset, date, close, variance (of the day, annualised), realised_volatility_7d, realised_volatility_hours, funding_rate_8h,
    open_interest_base; a figure unknown is null. Of each asset the days since the last hole: some models know no holes."""
    return pl.concat(_since_last_hole(_days_of(folder, asset)) for asset in ASSETS)


def _since_last_hole(days: pl.DataFrame) -> pl.DataFrame:
    begins = days.filter((pl.col("date").diff().dt.total_days() > 1) | (pl.int_range(pl.len()) == 0))["date"].max()
    return days.filter(pl.col("date") >= begins)


def _days_of(folder: Path, asset: str) -> pl.DataFrame:
    """Volatility rests on returns from hour to hour: one after a hole is none."""
    hours = _rows(folder, "klines", asset, {"at": 0, "close": 4})
    returns = (pl.col("close") / pl.col("close").shift(1)).log()
    follows = pl.col("hour") - pl.col("hour").shift(1) == 1
    by_hour = hours.select((pl.col("at") // HOUR_MS).alias("hour"), "close").unique("hour").sort("hour")
    by_day = (
        by_hour.with_columns(pl.when(follows).then(returns**2).alias("squared"))
        .group_by(_day(pl.col("hour") * HOUR_MS), maintain_order=True)
        .agg(close=pl.col("close").last(), squared=pl.col("squared").sum(), hours=pl.col("squared").count())
    )
    variance = (pl.col("squared") / pl.col("hours") * YEAR_HOURS).last()
    week = by_day.rolling("date", period="7d").agg(
        close=pl.col("close").last(), variance=variance, squared=pl.col("squared").sum(), realised_volatility_hours=pl.col("hours").sum()
    )
    volatility = (pl.col("squared") / pl.col("realised_volatility_hours") * YEAR_HOURS).sqrt()
    known = week.with_columns(pl.when(pl.col("realised_volatility_hours") > 0).then(volatility).alias("realised_volatility_7d"))
    joined = known.join(_funding(folder, asset), on="date", how="left").join(_open_interest(folder, asset), on="date", how="left")
    return joined.select(
        pl.lit(asset).alias("asset"), "date", "close", "variance", "realised_volatility_7d",
        pl.col("realised_volatility_hours").cast(pl.Int32), "funding_rate_8h",
        (pl.col("open_interest_usd") / pl.col("close")).alias("open_interest_base"),
    )  # fmt: skip


def _funding(folder: Path, asset: str) -> pl.DataFrame:
    rates = _rows(folder, "fundingRate", asset, {"at": 0, "interval_hours": 1, "funding_rate": 2})
    each = pl.col("funding_rate").sum() / pl.col("interval_hours").sum() * 8
    return rates.sort("at").group_by(_day((pl.col("at") + HOUR_MS // 2) // HOUR_MS * HOUR_MS)).agg(each.alias("funding_rate_8h"))


def _open_interest(folder: Path, asset: str) -> pl.DataFrame:
    """The file's last day is unfinished."""
    rows = pl.read_csv(folder / OPEN_INTEREST).filter(symbol=f"{asset}USD_PERP.A").sort("timestamp").head(-1)
    return rows.select(_day(pl.col("timestamp") * 1000), pl.col("oi_close").cast(pl.Float64).alias("open_interest_usd"))


def _rows(folder: Path, feed: str, asset: str, columns: dict[str, int]) -> pl.DataFrame:
    """These columns of all its monthly zips, with or without a header."""
    frames = []
    for path in sorted((folder / "binance_vision_um_raw/futures/um/monthly" / feed / f"{asset}USDT").rglob("*.zip")):
        with zipfile.ZipFile(path) as packed:
            lines = packed.read(packed.namelist()[0]).splitlines(keepends=True)
        text = b"".join(line for line in lines if line[:1].isdigit())
        rows = pl.read_csv(text, has_header=False, infer_schema=False)
        types = {name: pl.Int64 if name == "at" else pl.Float64 for name in columns}  # floats of milliseconds divide inexactly
        frames.append(rows.select(pl.col(rows.columns[place]).cast(types[name]).alias(name) for name, place in columns.items()))
    return pl.concat(frames)


def _day(milliseconds: pl.Expr) -> pl.Expr:
    return pl.from_epoch(milliseconds.cast(pl.Int64), time_unit="ms").dt.date().alias("date")
