"""What leverage costs: a heat map of funding, the largest assets by the days of the span."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from orchestration.charts.page import BLUE, RED, UNKNOWN, Span, at, footer, frame, page

LARGEST = 25
QUERY = """
    with sized as (
        select asset, avg(open_interest_usd) as size_usd from mart_asset_daily
        where date between $first and $last and funding_rate_apr is not null
        group by asset
    )

    select days.date, days.asset, 100 * days.funding_rate_apr as apr_pct, sized.size_usd
    from mart_asset_daily as days
    inner join sized on days.asset = sized.asset
    where days.date between $first and $last
    order by sized.size_usd desc nulls last, days.asset, days.date
"""
COLOURS = LinearSegmentedColormap.from_list("funding", [BLUE, "#ffffff", RED])


def draw(connection: duckdb.DuckDBPyConnection, span: Span) -> Figure:
    """White is nothing paid; the scale ends where 98 of 100 figures lie within it. Grey is a day that is not known."""
    rows = frame(connection, QUERY, span, "mart_asset_daily")
    assets = rows["asset"].unique(maintain_order=True).head(LARGEST).to_list()
    rows = rows.filter(pl.col("asset").is_in(assets)).drop_nulls("apr_pct")
    days = (span.last - span.first).days + 1
    grid = np.full((len(assets), days), np.nan)
    for day, asset, apr in rows.select("date", "asset", "apr_pct").iter_rows():
        grid[assets.index(asset), (day - span.first).days] = apr
    limit = max(float(np.nanquantile(np.abs(grid), 0.98)), 1.0)
    height = 2.4 + 0.24 * len(assets)
    figure, (panel,) = page(
        "What leverage costs: funding of crypto perpetuals",
        "orange: longs pay   ·   blue: shorts pay   ·   grey: not known",
        span,
        (1,),
        height,
    )
    begin = at(span.first) - 0.5
    extent = (begin, begin + days, len(assets), 0)
    image = panel.imshow(grid, aspect="auto", cmap=COLOURS, vmin=-limit, vmax=limit, interpolation="nearest", extent=extent)
    panel.set_yticks([number + 0.5 for number in range(len(assets))], assets)
    panel.grid(visible=False)
    panel.set_facecolor(UNKNOWN)
    bar = figure.colorbar(image, ax=panel, pad=0.01, extend="both")
    bar.set_label("funding, % a year")
    footer(
        figure, connection,
        f"The {len(assets)} largest by mean open interest, largest first. Funding weighted by open interest, per year of 8,760 h, not "
        "compounded. Table mart_asset_daily.",
    )  # fmt: skip
    return figure
