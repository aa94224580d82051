"""The truth as polars frames, in the units of the warehouse's facts. For tests to compare with. A market is in the frames it shows.

Every market frame has venue, product, symbol, market_id, asset, asset_multiplier, underlying_class: those of the row's hour. Base
quantities are in the venue's own unit (thousands of PEPE for 1000PEPE and kPEPE); times are UTC with microseconds; `date` is the UTC day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

import polars as pl

from simulator.assets import Asset
from simulator.grid import Floats
from simulator.market import Hours, Market, Terms
from simulator.protocols import Protocol

CLOCK = pl.Datetime("us", "UTC")
KEYS = ["venue", "product", "symbol", "market_id", "asset", "asset_multiplier", "underlying_class"]


def _keys(market: Market, terms: Terms) -> dict[str, str | float]:
    names = (market.venue, market.product, market.symbol, market.market_id, terms.asset.name, terms.listing.unit, terms.asset.kind)
    return dict(zip(KEYS, names, strict=True))


def _stack(
    markets: Iterable[Market], time_column: str, columns: Mapping[str, str], hours_of: Callable[[Market], Hours] = Market.alive
) -> pl.DataFrame:
    """One row per market and hour; `columns` maps our name to the market's array. A settlement is told when it came."""
    parts = []
    for market in markets:
        hours, ends = hours_of(market), [*(terms.from_hour for terms in market.terms[1:]), len(market.open)]
        for terms, end in zip(market.terms, ends, strict=True):
            own = hours[(hours >= terms.from_hour) & (hours < end)]
            stamps = pl.Series(market.start_ms + own * 3_600_000 + (market.late_ms[own] if time_column == "settled_at" else 0))
            at = pl.from_epoch(stamps, "ms").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
            part = pl.DataFrame({time_column: at} | {ours: getattr(market, theirs)[own] for ours, theirs in columns.items()})
            parts.append(part.select(*(pl.lit(value).alias(name) for name, value in _keys(market, terms).items()), pl.all()))
    dated = pl.concat(parts or [_nothing(time_column, columns)]).with_columns(pl.col(time_column).dt.date().alias("date"))
    return dated.select(*KEYS, time_column, "date", *columns)


def _nothing(time_column: str, columns: Iterable[str]) -> pl.DataFrame:
    texts = dict.fromkeys(KEYS, pl.String) | {"asset_multiplier": pl.Float64}
    return pl.DataFrame(schema=texts | {time_column: CLOCK} | dict.fromkeys(columns, pl.Float64))


def showing(markets: Iterable[Market], what: str) -> list[Market]:
    return [market for market in markets if what in market.listing.shows]


def candles(markets: Iterable[Market]) -> pl.DataFrame:
    """opened_at, date, open, high, low, close, volume_base, volume_quote, volume_usd, trades."""
    names = ["open", "high", "low", "close", "volume_base", "volume_quote", "volume_usd", "trades"]
    return _stack(showing(markets, "candles"), "opened_at", {name: name for name in names}, _with_candle)


def _with_candle(market: Market) -> Hours:
    alive = market.alive()
    return alive[market.is_present[alive]]


def _with_interest(market: Market) -> Hours:
    alive = market.alive()
    return alive[market.open_interest_base[alive] > 0]


def daily_volume(hourly: pl.DataFrame) -> pl.DataFrame:
    """date, open, high, low, close, volume_base, volume_quote, volume_usd, trades, squared_returns, hours, is_complete."""
    sums = [pl.col(name).sum() for name in ("volume_base", "volume_quote", "volume_usd", "trades")]
    return (
        hourly.sort("market_id", "opened_at")
        .group_by(*KEYS, "date", maintain_order=True)
        .agg(
            pl.col("open").first(), pl.col("high").max(), pl.col("low").min(), pl.col("close").last(), *sums,
            ((pl.col("close") / pl.col("open")).log() ** 2).sum().alias("squared_returns"),
            pl.len().cast(pl.Int64).alias("hours"),
        )
        .with_columns((pl.col("hours") == 24).alias("is_complete"))
    )  # fmt: skip


def open_interest(markets: Iterable[Market]) -> pl.DataFrame:
    """observed_at (start of the hour it holds in), date, open_interest_base, open_interest_usd, price_used (mark)."""
    columns = {"open_interest_base": "open_interest_base", "open_interest_usd": "open_interest_usd", "price_used": "mark"}
    return _stack(showing(markets, "open_interest"), "observed_at", columns, _with_interest)


def daily_open_interest(hourly: pl.DataFrame) -> pl.DataFrame:
    """The last hour of each day: the same columns."""
    return hourly.sort("market_id", "observed_at").group_by(*KEYS, "date", maintain_order=True).last()


def premiums(markets: Iterable[Market]) -> pl.DataFrame:
    """observed_at (start of the hour it holds in), date, premium (mark / index - 1), mark_price, index_price."""
    return _stack(showing(markets, "premiums"), "observed_at", {"premium": "premium", "mark_price": "mark", "index_price": "index"})


def funding(markets: Iterable[Market]) -> pl.DataFrame:
    """settled_at, date, funding_rate, funding_interval_hours, funding_rate_8h, mark_price (null where the venue gives none)."""
    listed = showing(markets, "funding")
    with_mark = [market.market_id for market in listed if market.listing.has_funding_mark]
    columns = {"funding_rate": "funding_rate", "funding_interval_hours": "funding_hours", "mark_price": "mark"}
    rates = _stack(listed, "settled_at", columns, Market.settled)
    return rates.with_columns(
        (pl.col("funding_rate") * (8 / pl.col("funding_interval_hours"))).alias("funding_rate_8h"),
        pl.when(pl.col("market_id").is_in(with_mark)).then("mark_price").alias("mark_price"),
    ).select(*KEYS, "settled_at", "date", "funding_rate", "funding_interval_hours", "funding_rate_8h", "mark_price")


def liquidations(markets: Iterable[Market]) -> pl.DataFrame:
    """liquidated_at, date, side (the position that was closed), quantity_base, price, liquidated_usd: one row each."""
    rows = [
        (*_keys(m, m.terms_at((one.at_ms - m.start_ms) // 3_600_000)).values(), one.at_ms, one.side, one.base, one.price, one.usd)
        for m in showing(markets, "liquidations")
        for one in m.liquidations
    ]
    frame = pl.DataFrame(rows, [*KEYS, "liquidated_at", "side", "quantity_base", "price", "liquidated_usd"], orient="row")
    at = pl.from_epoch("liquidated_at", "ms").dt.replace_time_zone("UTC").cast(CLOCK)
    return frame.with_columns(at.alias("liquidated_at"), at.dt.date().alias("date"))


def instruments(markets: Iterable[Market]) -> pl.DataFrame:
    """One row per market and terms: valid_from (null: from its beginning), listed_at, delisted_at (null while it trades), contract_type,
    contract_size, funding_interval_hours.
    """
    rows = [
        {
            **_keys(market, terms),
            "valid_from": None if terms is market.terms[0] else market.start_ms + terms.from_hour * 3_600_000,
            "listed_at": market.listed_ms,
            "delisted_at": None if market.is_listed(len(market.open)) else market.ends_ms,
            "contract_type": "inverse" if market.is_inverse else "linear",
            "contract_size": terms.listing.contract_size,
            "funding_interval_hours": terms.listing.funding_interval_hours,
        }
        for market in markets
        for terms in market.terms
    ]
    times = ("valid_from", "listed_at", "delisted_at")
    clocks = [pl.from_epoch(pl.col(name).cast(pl.Int64), "ms").dt.replace_time_zone("UTC").cast(CLOCK) for name in times]
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(clocks)


def protocol_series(protocols: Iterable[Protocol], daily: Mapping[str, Mapping[str, Floats]], start: datetime) -> pl.DataFrame:
    """protocol, slug, metric, date, value_usd. What a protocol does not report has no row. The last open day is whole here."""
    parts = [
        pl.DataFrame({"value_usd": values})
        .with_row_index("day")
        .select(
            pl.lit(protocol.protocol).alias("protocol"),
            pl.lit(protocol.slug).alias("slug"),
            pl.lit(metric).alias("metric"),
            (pl.lit(start.date()) + pl.duration(days="day")).cast(pl.Date).alias("date"),
            "value_usd",
        )
        for protocol in protocols
        for metric, values in daily[protocol.slug].items()
    ]
    return pl.concat(parts)


def token_prices(assets: Iterable[Asset], prices: Mapping[str, Floats], start: datetime) -> pl.DataFrame:
    """token, coin ('coingecko:…'), observed_at (on the hour), date, price_usd."""
    parts = [
        pl.DataFrame({"price_usd": prices[asset.coin_id]}).select(
            pl.lit(asset.name).alias("token"),
            pl.lit(f"coingecko:{asset.coin_id}").alias("coin"),
            pl.datetime_range(
                start, start + timedelta(hours=len(prices[asset.coin_id]) - 1), "1h", time_unit="us", time_zone="UTC", eager=True
            ).alias("observed_at"),
            "price_usd",
        )
        for asset in assets
        if asset.coin_id
    ]
    return pl.concat(parts).with_columns(pl.col("observed_at").dt.date().alias("date"))
