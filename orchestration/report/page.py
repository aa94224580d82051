"""What a page of the report is made of. A page declares its tiles, charts and tables; each is one query over the published file.

Belongs here: the words in which pages are written. Does not: queries (pages/), how a chart is drawn (drawing.py), HTML (document.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# How a figure is written; the functions of these names are in shell/figures.js.
UNITS = ("usd", "share", "apr", "rate", "ratio", "bps", "count", "days", "price", "index", "exact", "text", "day", "moment", "hours")


@dataclass(frozen=True)
class Column:
    """A column of a query as readers see it: its label and its unit."""

    name: str
    label: str
    unit: str


@dataclass(frozen=True)
class Choice:
    """What the reader may choose on a page. It filters every block whose query has this column."""

    column: str
    label: str
    options: str  # a query: names in the order in which they are offered
    are_many: bool = False  # the first few of them are chosen at first; else the first one


@dataclass(frozen=True)
class Drawing:
    """A Vega-Lite specification over the query's rows, and what the pointer tells: `columns` of a day, or what is `told` of a mark."""

    spec: Mapping[str, Any]
    unit: str
    columns: Sequence[Column] = ()
    told: Sequence[Column] = ()
    by: str = ""  # one line or bar for each name in this column
    coloured_by: str = ""  # the column of a map
    rows: str = ""  # as high as there are names in this column
    height: int = 240
    is_hourly: bool = False  # the column `date` has hours, as 2025-10-10T21:00Z
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_over_time(self) -> bool:
        return bool(self.columns or self.by)


@dataclass(frozen=True)
class Block:
    """One query and what it says. `defines` names the columns whose descriptions readers may open, as `table.column`."""

    name: str
    title: str
    says: str
    sql: str
    defines: Sequence[str]
    ignores: Sequence[str] = ()  # choices and the range of days (`date`) that do not filter it
    is_wide: bool = False
    empty: str = "Nothing is published for this choice."


@dataclass(frozen=True)
class Tiles(Block):
    """The first row as large figures; `<name>_change` beside a column is shown as its change."""

    columns: Sequence[Column] = ()


@dataclass(frozen=True)
class Chart(Block):
    drawing: Drawing = field(kw_only=True)


@dataclass(frozen=True)
class Table(Block):
    columns: Sequence[Column] = ()


@dataclass(frozen=True)
class Section:
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Page:
    """One page: the question that it answers, what can be chosen, and its sections."""

    name: str
    title: str
    question: str
    sections: Sequence[Section]
    choices: Sequence[Choice] = ()
    dated_by: str = "mart_market_overview_daily"  # the table whose newest day is the page's

    @property
    def blocks(self) -> list[Block]:
        return [block for section in self.sections for block in section.blocks]
