"""The ninety-day picture of an asset: bars of liquidations, a line of seven-day volatility, dashes of funding; behind them the regime."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

import duckdb
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import StrMethodFormatter

from orchestration.charts.page import BLUE, FAINT, GREY, INK, NO_FIGURE, PALETTE, RED, UNKNOWN, Span, daily, footer, frame, page

SHADES = {"build_up": "#f6d88a", "stress": "#f4b8a0", "deleveraging": "#e58d85", "calm": "#ffffff", None: UNKNOWN}
QUERY = """
    select
        days.date, assets.close, days.regime, days.liquidations_usd, days.liquidations_coverage,
        assets.long_liquidations_usd, assets.short_liquidations_usd,
        100 * days.realised_volatility_7d as volatility_pct, 100 * days.funding_rate_8h as funding_pct, days.funding_source, assets.venues
    from mart_market_regime_daily as days
    left join mart_asset_daily as assets on days.asset = assets.asset and days.date = assets.date
    where days.asset = $asset and days.date between $first and $last
    order by days.date
"""


def draw(connection: duckdb.DuckDBPyConnection, span: Span) -> Figure:
    """Price and regime above, liquidations and volatility in the middle, funding below; a day that is not known is a gap."""
    rows = daily(frame(connection, QUERY, span, "mart_market_regime_daily"), span)
    title, subtitle = (
        f"{span.asset}: who was forced out, and what came before",
        "bars: liquidations   ·   line: volatility   ·   dashed: funding",
    )
    figure, (price, forced, cost) = page(title, subtitle, span, (1.1, 2, 1), 8)
    for panel in (price, forced, cost):
        _shade(panel, rows)
    price.plot(rows["at"], rows["close"], color=INK, linewidth=1.3)
    price.set_ylabel("close, USD")
    price.yaxis.set_major_formatter(StrMethodFormatter("{x:,.6g}"))
    _legend_of_shades(price, rows)
    _forced(forced, rows)
    cost.axhline(0, color=FAINT, linewidth=0.8)
    cost.plot(rows["at"], rows["funding_pct"], color=PALETTE[2], linewidth=1.5, linestyle=(0, (4, 2)))
    cost.set_ylabel("funding,\n% of notional per 8 h", color=PALETTE[2])
    footer(figure, connection, _coverage(rows), _sources(rows))
    return figure


def _forced(panel: Axes, rows: pl.DataFrame) -> None:
    """Bars of longs and shorts in millions of USD, grey where no side is told; volatility on the right."""
    days = rows["at"].to_numpy()
    longs, shorts, both = (
        np.nan_to_num(rows[name].cast(pl.Float64).to_numpy()) / 1e6
        for name in ("long_liquidations_usd", "short_liquidations_usd", "liquidations_usd")
    )
    untold = np.clip(both - longs - shorts, 0, None)
    panel.bar(days, longs, color=RED, width=0.85, label="longs closed")
    panel.bar(days, shorts, bottom=longs, color=BLUE, width=0.85, label="shorts closed")
    if untold.sum() > 1e-6 * both.sum():
        panel.bar(days, untold, bottom=longs + shorts, color=GREY, width=0.85, label="side not told")
    unknown = days[rows["liquidations_usd"].is_null().to_numpy()]
    if len(unknown):
        panel.bar(unknown, 1, transform=panel.get_xaxis_transform(), **NO_FIGURE, label="no figure")
    panel.set_ylabel("liquidations, M USD a day")
    panel.yaxis.set_major_formatter(StrMethodFormatter("{x:,.6g}"))
    panel.set_ylim(0, 1.2 * max(both.max(), 1e-6))
    right = panel.twinx()
    right.spines[["top", "left"]].set_visible(False)
    right.plot(days, rows["volatility_pct"], color=INK, linewidth=1.8, label="7-day realised volatility (right)")
    right.set_ylim(0, 1.2 * (np.nanmax(np.append(rows["volatility_pct"].cast(pl.Float64).to_numpy(), 1.0))))
    right.set_ylabel("volatility, % a year")
    handles = [*panel.get_legend_handles_labels()[0], *right.get_legend_handles_labels()[0]]
    right.legend(handles=handles, loc="upper left", frameon=False, fontsize=8, ncols=5)


def _shade(panel: Axes, rows: pl.DataFrame) -> None:
    """Behind the days their regime, one patch for neighbours of one regime."""
    for regime, days in groupby(rows.select("at", "regime").iter_rows(), key=itemgetter(1)):
        places = [place for place, _ in days]
        if regime != "calm":
            panel.axvspan(places[0] - 0.5, places[-1] + 0.5, color=SHADES[regime], alpha=0.55, linewidth=0)


def _legend_of_shades(panel: Axes, rows: pl.DataFrame) -> None:
    counts = dict(rows["regime"].value_counts().iter_rows())
    patches = [
        Patch(
            facecolor=shade,
            edgecolor=FAINT,
            linewidth=0.5,
            label=f"{(name or 'not known, or too little history').replace('_', '-')} ({counts[name]} d)",
        )
        for name, shade in SHADES.items()
        if counts.get(name)
    ]
    panel.legend(handles=patches, loc="lower left", bbox_to_anchor=(0, 1.0), frameon=False, fontsize=8, ncols=5)


def _coverage(rows: pl.DataFrame) -> str:
    """Whose liquidations these are: a figure of some venues is never the market's."""
    counts = rows.drop_nulls("liquidations_usd")["liquidations_coverage"].value_counts(sort=True)
    if counts.is_empty():
        return "Liquidations: no source of these days is loaded."
    told = []
    for coverage, days in counts.head(3).iter_rows():
        whose = (
            "all venues, by an aggregator"
            if coverage == "all_venues"
            else ", ".join(str(coverage).split(",")) + " only, not the whole market"
        )
        told.append(whose + (f" ({days} of {len(rows)} days)" if days < len(rows) else ""))
    more = f"; and {len(counts) - 3} other sets of venues" if len(counts) > 3 else ""
    return f"Liquidations: {'; '.join(told)}{more}."


def _sources(rows: pl.DataFrame) -> str:
    known: list[int] = sorted(rows["venues"].drop_nulls().to_list()) or [0]
    venues = f"{known[-1]} venue{'s' if known[-1] > 1 else ''}" if known[0] == known[-1] else f"{known[0]} to {known[-1]} venues a day"
    told = sorted(set(rows["funding_source"].drop_nulls()))
    funding = " and ".join("the same venues" if name == "venues" else f"{name}, an aggregator" for name in told) or "nobody"
    return (
        f"Close and volatility: the most traded market of {venues} here; volatility from hourly returns, annualised with 8,760 h. "
        f"Funding: weighted by open interest, of {funding}. Tables mart_market_regime_daily, mart_asset_daily."
    )
