"""Pictures of the published marts: one function a picture, each from a read-only connection to a figure. Nothing is computed here that a
mart does not hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import matplotlib as mpl
from matplotlib.figure import Figure

from ingestion.errors import SettingsError
from orchestration.charts import cascade, funding, regime, shares
from orchestration.charts.page import STYLE, Span, save, thumbnail
from orchestration.published import connected

__all__ = ["PICTURES", "Picture", "Span", "draw", "newest_day", "save", "thumbnail"]


@dataclass(frozen=True)
class Picture:
    """What a picture shows, how it is drawn, and whether it is of one asset."""

    title: str
    draw: Callable[[duckdb.DuckDBPyConnection, Span], Figure]
    is_of_asset: bool = False


PICTURES = {
    "regime": Picture("liquidations, volatility, funding and regime of an asset", regime.draw, is_of_asset=True),
    "volume": Picture("who trades: volume of crypto perpetuals by venue", shares.volume),
    "open-interest": Picture("who holds: open interest of crypto perpetuals by venue", shares.open_interest),
    "funding": Picture("what leverage costs: funding of the largest assets, day by day", funding.draw),
    "cascade": Picture("the largest cascade of an asset in these days, hour by hour", cascade.draw, is_of_asset=True),
}


def newest_day(published: Path) -> date:
    """The last published day of any asset. Raises SettingsError when nothing is published."""
    with connected(published) as connection:
        (day,) = connection.execute("select max(date) from mart_asset_daily").fetchall()[0]
    if day is None:
        raise SettingsError(f"{published}: no day of any asset is published")
    found: date = day
    return found


def draw(name: str, published: Path, span: Span) -> Figure:
    """The picture over the span's days. Raises SettingsError when it is unknown, or nothing is published for it."""
    if name not in PICTURES:
        raise SettingsError(f"no picture {name!r}; there are: {', '.join(PICTURES)}")
    with connected(published) as connection, mpl.rc_context(STYLE):
        return PICTURES[name].draw(connection, span)
