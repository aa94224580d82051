"""Who trades and who holds: the largest venues of the span one by one, the others together; levels above, shares below.

A day that nobody gave is a gap, a day on which a venue is missing is hatched, where one joins stands a line.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from orchestration.charts.page import INK, NO_FIGURE, Span, at, daily, footer, frame, page
from orchestration.charts.venues import OTHERS, colours, in_words, missing

LARGEST = 8
QUERY = """
    select date, venue, volume_usd, open_interest_usd from mart_venue_share_daily
    where date between $first and $last order by date, venue
"""


def volume(connection: duckdb.DuckDBPyConnection, span: Span) -> Figure:
    return _draw(connection, span, "volume", "Who trades: volume of crypto perpetuals", "USD bn a day")


def open_interest(connection: duckdb.DuckDBPyConnection, span: Span) -> Figure:
    title = "Who holds: open interest of crypto perpetuals, one side"
    return _draw(connection, span, "open_interest", title, "USD bn at the day's end")


def _draw(connection: duckdb.DuckDBPyConnection, span: Span, quantity: str, title: str, unit: str) -> Figure:
    column = f"{quantity}_usd"
    rows = frame(connection, QUERY, span, "mart_venue_share_daily").drop_nulls(column)
    absent = missing(connection, span, quantity)
    names, wide = _by_venue(rows, column, span)
    levels = np.array([wide[name].cast(pl.Float64).to_numpy() for name in names]) / 1e9
    is_known = ~np.isnan(levels).all(axis=0)
    levels = np.where(is_known, np.nan_to_num(levels), np.nan)  # a venue that is not there adds nothing; a day without any is a gap
    totals = levels.sum(axis=0)
    shares = 100 * levels / np.where(totals > 0, totals, np.nan)
    figure, (level, share) = page(title, f"above: {unit}   ·   below: share of all venues that passed the checks", span, (1, 1), 7.5)
    of_venue = colours(connection)
    style: Any = {"colors": [of_venue[name] for name in names], "linewidth": 0, "step": "mid"}
    areas = level.stackplot(wide["at"], levels, **style)
    share.stackplot(wide["at"], shares, **style)
    _hatch((level, share), sorted({*map(at, absent), *wide["at"].to_numpy()[~is_known].tolist()}))
    joined = _joined(rows)
    for panel in (level, share):
        for day in joined:
            panel.axvline(at(day) - 0.5, color=INK, linewidth=0.8, linestyle=":")
    level.set_ylabel(unit)
    level.set_ylim(0, 1.05 * max(float(np.nanmax(totals)), 1e-9))
    share.set_ylabel("share, %")
    share.set_ylim(0, 100)
    newest = int(np.flatnonzero(totals > 0)[-1])
    labels = [f"{name}  {100 * one[newest] / totals[newest]:.1f} %" for name, one in zip(names, levels, strict=True)]
    told = f"share on {wide['date'][newest]}"
    level.legend(areas[::-1], labels[::-1], loc="center left", bbox_to_anchor=(1.005, 0.5), frameon=False, title=told)
    footer(figure, connection, _in_words(rows, len(wide), int(is_known.sum())), _who_joined(joined), in_words(absent, len(wide)))
    return figure


def _by_venue(rows: pl.DataFrame, column: str, span: Span) -> tuple[list[str], pl.DataFrame]:
    """The largest and the rest: their names, and a column for each."""
    sizes = rows.group_by("venue").agg(pl.col(column).sum()).sort(column, "venue", descending=[True, False])
    named = sizes["venue"].to_list()[:LARGEST]
    wide = rows.with_columns(pl.when(pl.col("venue").is_in(named)).then("venue").otherwise(pl.lit(OTHERS)).alias("venue"))
    wide = daily(wide.pivot(on="venue", index="date", values=column, aggregate_function="sum"), span)
    return [*named, *([OTHERS] if OTHERS in wide.columns else [])], wide


def _hatch(panels: tuple[Axes, ...], places: list[float]) -> None:
    for panel in panels:
        if places:
            panel.bar(places, 1, transform=panel.get_xaxis_transform(), **{**NO_FIGURE, "zorder": 3}, label="missing")


def _joined(rows: pl.DataFrame) -> dict[date, list[str]]:
    """By day the venues that are there for the first time, without those of the first day."""
    first = rows["date"].min()
    begun = rows.group_by("venue").agg(pl.col("date").min()).filter(pl.col("date") > first).sort("date", "venue")
    return dict(begun.group_by("date", maintain_order=True).agg("venue").iter_rows())


def _who_joined(joined: dict[date, list[str]]) -> str:
    if not joined:
        return "No venue joins in these days."
    told = [f"{', '.join(names)} on {day}" for day, names in joined.items()]
    return f"Dotted: a venue joins, and the sum is larger from there on: {'; '.join(told)}."


def _in_words(rows: pl.DataFrame, days: int, known: int) -> str:
    counts = sorted(rows.group_by("date").agg(pl.col("venue").n_unique())["venue"].to_list())
    many = f"{counts[0]} venues every day" if counts[0] == counts[-1] else f"{counts[0]} to {counts[-1]} venues a day"
    gap = f"; {days - known} of {days} days are not known at all and are gaps" if known < days else ""
    return (
        f"Perpetuals on coins, {many}{gap}. A venue that joins makes the sum larger. Tables mart_venue_share_daily, mart_venue_asset_daily."
    )
