"""What every picture shares: its span of days, colours, the frame around it, and how it is written. No figures belong here."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from string import Template
from typing import Any

import duckdb
import matplotlib as mpl
import polars as pl
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from PIL import Image  # matplotlib writes PNG with it

from ingestion.errors import SettingsError
from orchestration.warehouse import literal

DAYS = 90
EPOCH = date(1970, 1, 1)  # matplotlib counts days from it
DOTS_PER_INCH = 130
THUMBNAIL_DOTS, THUMBNAIL_COLOURS = (960, 960), 128
FORMATS = (".png", ".svg", ".pdf")
WIDTH_CHARACTERS = 165
HEAD_INCHES, FOOT_INCHES = 0.7, 0.7
INK, FAINT, UNKNOWN = "#22272e", "#8a929c", "#eceef1"
# Okabe and Ito's colours, told apart by readers who see red and green alike; then shades for the rest
PALETTE = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#7a6fb0", "#b7bec7")
NO_FIGURE: Any = {"width": 1.0, "color": "none", "edgecolor": "#d5d9de", "hatch": "////", "linewidth": 0, "zorder": 0}  # of a day
RED, BLUE, GREY = PALETTE[5], PALETTE[0], PALETTE[8]
STYLE: Any = {"svg.fonttype": "none", "svg.hashsalt": "perps", "font.size": 9, "axes.edgecolor": FAINT, "text.color": INK}


@dataclass(frozen=True)
class Span:
    """The days of a picture, both ends included, and its asset, if it is of one."""

    first: date
    last: date
    asset: str = ""

    @classmethod
    def up_to(cls, last: date, first: date | None = None, asset: str = "") -> Span:
        """The newest 90 days, unless told where to begin. Raises SettingsError when they are in the wrong order."""
        begin = first or last - timedelta(days=DAYS - 1)
        if begin > last:
            raise SettingsError(f"--from {begin} is after --to {last}")
        return cls(begin, last, asset)

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


def at(day: date) -> float:
    """The place of a day on the axis of days."""
    return float((day - EPOCH).days)


def daily(rows: pl.DataFrame, span: Span) -> pl.DataFrame:
    """One row for every day of the span, nulls where there is none, and its place on the axis as `at`."""
    days = pl.DataFrame({"date": pl.date_range(span.first, span.last, eager=True)})
    places = pl.col("date").cast(pl.Int32).cast(pl.Float64).alias("at")
    return days.join(rows, on="date", how="left", maintain_order="left").with_columns(places)


def frame(connection: duckdb.DuckDBPyConnection, query: str, span: Span, table: str) -> pl.DataFrame:
    """Rows of the span; the query names $first, $last and, where it is of an asset, $asset. Raises SettingsError when there are none."""
    filled = Template(query).substitute(first=f"date '{span.first}'", last=f"date '{span.last}'", asset=literal(span.asset))
    found = connection.execute(filled).pl()  # values bound by DuckDB would import pandas first
    if found.is_empty():
        whose = f" of asset {span.asset}" if span.asset else ""
        raise SettingsError(f"{table}: no row{whose} from {span}; `perps sql` shows which assets and days are published")
    return found


def page(title: str, subtitle: str, span: Span, rows: Iterable[float], height: float) -> tuple[Figure, list[Axes]]:
    """A figure with a headline and panels above each other, of these relative heights, over one axis of days."""
    head, foot = HEAD_INCHES / height, FOOT_INCHES / height
    margins = ConstrainedLayoutEngine(rect=(0.005, foot, 0.99, 1 - head - foot), h_pad=0.06)
    figure = Figure(figsize=(12, height), facecolor="white", layout=margins)
    figure.text(0.012, 1 - 0.33 * head, title, fontsize=14, fontweight="bold", va="center")
    figure.text(0.012, 1 - 0.72 * head, f"{span}   ·   {subtitle}", fontsize=9.5, color=FAINT, va="center")
    ratios = list(rows)
    panels = figure.subplots(len(ratios), 1, sharex=True, gridspec_kw={"height_ratios": ratios}, squeeze=False)[:, 0].tolist()
    for panel in panels:
        panel.spines[["top", "right"]].set_visible(False)
        panel.tick_params(colors=INK, length=3)
        panel.grid(axis="y", color="#e6e8eb", linewidth=0.7)
        panel.set_axisbelow(True)
    panels[-1].set_xlim(at(span.first) - 0.5, at(span.last) + 0.5)
    locator = AutoDateLocator(minticks=5, maxticks=14)  # type: ignore[no-untyped-call]
    panels[-1].xaxis.set_major_locator(locator)
    panels[-1].xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    return figure, panels


def footer(figure: Figure, connection: duckdb.DuckDBPyConnection, *lines: str) -> None:
    """Units, coverage and sources; and, across a simulated market's picture, that it is one."""
    version, is_simulated = connection.execute("select max(version), bool_or(is_simulated) from publication").fetchall()[0]
    text = "\n".join(textwrap.fill(line, WIDTH_CHARACTERS) for line in (*lines, f"Days are UTC. Published version {version}."))
    figure.text(0.012, 0.008, text, fontsize=7.5, color=FAINT, va="bottom", linespacing=1.35)
    if is_simulated:
        figure.text(0.5, 0.5, "SIMULATED MARKET", fontsize=46, color="#d0d4da", alpha=0.45, ha="center", va="center", rotation=18)


def save(figure: Figure, out: Path) -> Path:
    """Write it as its ending says. Raises SettingsError for an ending that is no picture's."""
    if out.suffix not in FORMATS:
        raise SettingsError(f"{out}: a picture ends in {', '.join(FORMATS)}")
    out.parent.mkdir(parents=True, exist_ok=True)
    metadata: dict[str, Any] = {".svg": {"Date": None}, ".png": {}, ".pdf": {"CreationDate": None}}[out.suffix]
    with mpl.rc_context(STYLE):
        _lay_out(figure)
        figure.savefig(out, dpi=DOTS_PER_INCH, metadata=metadata)
    return out


def _lay_out(figure: Figure) -> None:
    """Once a figure, whatever formats it is saved in; left to savefig, each would draw it twice."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine()


def thumbnail(picture: Path) -> bytes:
    """A saved PNG, small enough to go into an event's metadata."""
    buffer = io.BytesIO()
    with Image.open(picture) as drawn:
        small = drawn.convert("RGB")
        small.thumbnail(THUMBNAIL_DOTS)
        small.quantize(THUMBNAIL_COLOURS).save(buffer, "PNG")
    return buffer.getvalue()
