"""The hours of an asset's largest cascade: price, open interest like for like, liquidations by side, funding.

Belongs here: the hours around one cascade of the span, or around its steepest hour where there is none. Does not: what a cascade is.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

from orchestration.charts.page import BLUE, FAINT, GREY, INK, PALETTE, RED, Span, footer, frame, page

BEFORE, AFTER = timedelta(hours=24), timedelta(hours=48)
FOUND = """
    select started_at, ended_at, price_move, open_interest_change
    from mart_liquidation_cascades
    where asset = $asset and cast(started_at as date) between $first and $last
    order by price_move, started_at
"""
HOURS = """
    select
        opened_at, low, open, close, open_interest_change_1h, liquidations_usd, long_liquidations_usd, short_liquidations_usd,
        10000 * 8 * funding_rate_1h as funding_bps, open_interest_venues_reported, open_interest_venues_expected,
        liquidations_venues_reported, liquidations_venues_expected
    from mart_asset_hourly
    where asset = $asset and cast(opened_at as date) between $first and $last
    order by opened_at
"""


def draw(connection: duckdb.DuckDBPyConnection, span: Span) -> Figure:
    """From a day before it began to two days after its lowest price; an hour that is not known is a gap."""
    rows = frame(connection, HOURS, span, "mart_asset_hourly").with_columns(pl.col("opened_at").dt.convert_time_zone("UTC"))
    started, ended, told = _chosen(connection, span, rows)
    rows = rows.filter(pl.col("opened_at").is_between(started - BEFORE, ended + AFTER))
    rows = rows.with_columns((pl.col("opened_at").dt.epoch("ms") / 86_400_000).alias("at"))
    subtitle = f"{told}   ·   shaded: {started:%d %b %H:%M} to {ended + timedelta(hours=1):%d %b %H:%M} UTC"
    figure, (price, open_interest, forced, cost) = page(f"{span.asset}: a cascade by the hour", subtitle, span, (1.4, 1, 1, 0.8), 8)
    for panel in (price, open_interest, forced, cost):
        panel.axvspan(_place(started), _place(ended + timedelta(hours=1)), color=PALETTE[1], alpha=0.15, linewidth=0)
    price.plot(rows["at"], rows["close"], color=INK, linewidth=1.3)
    price.set_ylabel("close, USD")
    price.yaxis.set_major_formatter(StrMethodFormatter("{x:,.6g}"))
    open_interest.plot(rows["at"], _index(rows), color=PALETTE[2], linewidth=1.5)
    open_interest.set_ylabel("open interest,\nunits, first hour = 100")
    _forced(forced, rows)
    cost.axhline(0, color=FAINT, linewidth=0.8)
    cost.plot(rows["at"], rows["funding_bps"], color=PALETTE[3], linewidth=1.5, drawstyle="steps-post")
    cost.set_ylabel("funding,\nbps per 8 h")
    cost.set_xlim(_place(started - BEFORE), _place(ended + AFTER))
    footer(figure, connection, _coverage(rows))
    return figure


def _chosen(connection: duckdb.DuckDBPyConnection, span: Span, rows: pl.DataFrame) -> tuple[datetime, datetime, str]:
    """Where the largest cascade of the span begins and ends; without one, its steepest hour."""
    first, last = (f"date '{day}'" for day in (span.first, span.last))
    query = FOUND.replace("$first", first).replace("$last", last).replace("$asset", "'" + span.asset.replace("'", "''") + "'")
    found = connection.execute(query).fetchone()
    if found is None:
        (hour,) = rows.sort(pl.col("low") / pl.col("open"), nulls_last=True)["opened_at"].head(1).to_list()
        return hour, hour, "no cascade in these days: the hour that fell most"
    started, ended, move, change = found
    lost = "open interest not told" if change is None else f"open interest {change:+.1%}"
    return started.astimezone(UTC), ended.astimezone(UTC), f"price {move:+.1%}, {lost}"


def _index(rows: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Changes like for like, one after another; a change that is not known is a gap."""
    changes = rows["open_interest_change_1h"].cast(pl.Float64).to_numpy().copy()
    changes[:1] = 0.0
    index = 100 * np.cumprod(1 + np.nan_to_num(changes))
    return np.asarray(np.where(np.isnan(changes), np.nan, index), dtype=np.float64)


def _forced(panel: Axes, rows: pl.DataFrame) -> None:
    """Bars of longs and shorts in millions of USD, grey where no side is told."""
    longs, shorts, both = (
        np.nan_to_num(rows[name].cast(pl.Float64).to_numpy()) / 1e6
        for name in ("long_liquidations_usd", "short_liquidations_usd", "liquidations_usd")
    )
    hours, width = rows["at"].to_numpy() + 0.5 / 24, 0.85 / 24
    panel.bar(hours, longs, color=RED, width=width, label="longs closed")
    panel.bar(hours, shorts, bottom=longs, color=BLUE, width=width, label="shorts closed")
    panel.bar(hours, np.clip(both - longs - shorts, 0, None), bottom=longs + shorts, color=GREY, width=width, label="side not told")
    panel.set_ylabel("liquidations,\nM USD an hour")
    panel.legend(loc="upper left", frameon=False, fontsize=8, ncols=3)


def _coverage(rows: pl.DataFrame) -> str:
    """Of how many venues the hours are: the fewest and the most."""

    def told(quantity: str) -> str:
        reported, expected = (rows[f"{quantity}_venues_{part}"].drop_nulls().to_list() or [0] for part in ("reported", "expected"))
        few, many = min(reported), max(reported)
        return f"{few if few == many else f'{few} to {many}'} of {max(expected)} venues"

    return (
        f"Open interest: {told('open_interest')} an hour, like for like. Liquidations: of {told('liquidations')} that tell hours, "
        "a part of the market. Funding: as settled last. Tables mart_asset_hourly, mart_liquidation_cascades."
    )


def _place(moment: datetime) -> float:
    return moment.timestamp() / 86_400
