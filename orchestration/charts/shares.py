"""Who trades and who holds: the largest venues of the span one by one, the others together; levels above, shares below."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
from matplotlib.figure import Figure

from orchestration.charts.page import GREY, PALETTE, Span, daily, footer, frame, page

LARGEST = 8
QUERY = """
    select date, venue, volume_usd, open_interest_usd, venues_reported from mart_venue_share_daily
    where date between $first and $last order by date, venue
"""


def volume(connection: duckdb.DuckDBPyConnection, span: Span) -> Figure:
    return _draw(connection, span, "volume_usd", "Who trades: volume of crypto perpetuals", "USD bn a day")


def open_interest(connection: duckdb.DuckDBPyConnection, span: Span) -> Figure:
    return _draw(
        connection, span, "open_interest_usd", "Who holds: open interest of crypto perpetuals, one side", "USD bn at the day's end"
    )


def _draw(connection: duckdb.DuckDBPyConnection, span: Span, column: str, title: str, unit: str) -> Figure:
    rows = frame(connection, QUERY, span, "mart_venue_share_daily").drop_nulls(column)
    sizes = rows.group_by("venue").agg(pl.col(column).sum()).sort(column, "venue", descending=[True, False])
    named = sizes["venue"].to_list()[:LARGEST]
    wide = rows.with_columns(pl.when(pl.col("venue").is_in(named)).then("venue").otherwise(pl.lit("others")).alias("venue"))
    wide = daily(wide.pivot(on="venue", index="date", values=column, aggregate_function="sum"), span)
    names = [*named, *(["others"] if "others" in wide.columns else [])]
    levels = np.nan_to_num(np.array([wide[name].cast(pl.Float64).to_numpy() for name in names])) / 1e9
    totals = levels.sum(axis=0)
    shares = 100 * levels / np.where(totals > 0, totals, np.nan)
    figure, (level, share) = page(title, f"above: {unit}   ·   below: share of all venues that passed the checks", span, (1, 1), 7.5)
    colours = [*PALETTE[: len(named)], GREY]
    areas = level.stackplot(wide["at"], levels, colors=colours, linewidth=0)
    share.stackplot(wide["at"], shares, colors=colours, linewidth=0)
    level.set_ylabel(unit)
    share.set_ylabel("share, %")
    share.set_ylim(0, 100)
    newest = int(np.flatnonzero(totals > 0)[-1])
    labels = [f"{name}  {100 * one[newest] / totals[newest]:.1f} %" for name, one in zip(names, levels, strict=True)]
    told = f"share on {wide['date'][newest]}"
    level.legend(areas[::-1], labels[::-1], loc="center left", bbox_to_anchor=(1.005, 0.5), frameon=False, title=told)
    counts = sorted(rows.group_by("date").agg(pl.col("venue").n_unique())["venue"].to_list())
    many = f"{counts[0]} venues every day" if counts[0] == counts[-1] else f"{counts[0]} to {counts[-1]} venues a day"
    footer(
        figure, connection,
        f"Perpetuals on coins, {many}; a venue-day that was held back or not told is missing. "
        "Table mart_venue_share_daily.",
    )  # fmt: skip
    return figure
