"""A chart of charts.yml as Superset writes it down: what its page draws (`params`) and what it asks
(`query`).

Belongs here: Superset's words for kinds of charts. Does not: which charts there are (charts.yml), files and
the dashboard (assets.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ROWS, SERIES, DAYS = 1000, 25, 50_000
BY_DAY = {"line": "echarts_timeseries_line", "area": "echarts_area", "bars": "echarts_timeseries_bar"}
VIZ = {**BY_DAY, "number": "big_number", "ranking": "echarts_timeseries_bar", "heat": "heatmap_v2", "table": "table", "rows": "table"}


@dataclass(frozen=True)
class Chart:
    """One line of charts.yml, checked."""

    title: str
    kind: str
    data: str
    metrics: Sequence[str] = ()
    by: Sequence[str] = ()
    columns: Sequence[str] = ()
    where: str = ""
    sort: str = ""
    limit: int = 0
    largest_by: str = ""
    width: int = 6
    is_share: bool = False
    is_ascending: bool = False

    @property
    def viz(self) -> str:
        return VIZ[self.kind]

    def params(self, number_format: str) -> dict[str, Any]:
        """What the chart's page remembers; `number_format` is that of its first metric."""
        shared = {"viz_type": self.viz, "adhoc_filters": self._filters(), "row_limit": self.limit or ROWS, "color_scheme": "supersetColors"}
        return {**shared, **getattr(self, f"_{self.kind}")(number_format)}

    def query(self, dataset: int) -> dict[str, Any]:
        """A query context: what a chart asks of the dataset with this number, by itself."""
        asked = {
            "columns": [*self._axis(), *self.by, *self.columns],
            "orderby": [[self.sort, False]] if self.sort else [[name, self.is_ascending] for name in self.metrics[:1]],
            "row_limit": DAYS if self._axis() else self.limit or ROWS,
            "extras": {"where": f"({self.where})"} if self.where else {},
            "filters": [],
        }
        if not self.columns:
            asked["metrics"] = list(self.metrics)
        if self.by and self._axis():
            asked |= {"series_columns": list(self.by), "series_limit": self.limit or SERIES, "series_limit_metric": self.largest_by or None}
        return {"datasource": {"id": dataset, "type": "table"}, "queries": [asked], "result_format": "json", "result_type": "full"}

    def _filters(self) -> list[dict[str, Any]]:
        return [{"clause": "WHERE", "expressionType": "SQL", "sqlExpression": self.where}] if self.where else []

    def _axis(self) -> list[dict[str, str]]:
        day = {"columnType": "BASE_AXIS", "expressionType": "SQL", "label": "date", "sqlExpression": "date", "timeGrain": "P1D"}
        return [day] if self.kind in (*BY_DAY, "number") else []

    def _by_day(self, number_format: str) -> dict[str, Any]:
        return {
            "x_axis": "date",
            "time_grain_sqla": "P1D",
            "metrics": list(self.metrics),
            "groupby": list(self.by),
            "limit": self.limit or SERIES,
            "timeseries_limit_metric": self.largest_by or None,
            "row_limit": DAYS,
            "show_legend": len(self.by) + len(self.metrics) > 1,
            "legendType": "scroll",
            "legendOrientation": "top",
            "rich_tooltip": True,
            "contributionMode": "row" if self.is_share else None,
            "y_axis_format": ".0%" if self.is_share else number_format,
            "x_axis_time_format": "%d %b",
            "truncateYAxis": self.kind == "line",
        }

    def _line(self, number_format: str) -> dict[str, Any]:
        return self._by_day(number_format)

    def _area(self, number_format: str) -> dict[str, Any]:
        return {**self._by_day(number_format), "stack": "Stack", "opacity": 0.7}

    def _bars(self, number_format: str) -> dict[str, Any]:
        return {**self._by_day(number_format), "stack": "Stack" if self.by else None}

    def _number(self, number_format: str) -> dict[str, Any]:
        shown = {"y_axis_format": number_format, "header_font_size": 0.35, "subheader_font_size": 0.125, "show_trend_line": True}
        return {"metric": self.metrics[0], "x_axis": "date", "time_grain_sqla": "P1D", "aggregation": "LAST_VALUE", **shown}

    def _ranking(self, number_format: str) -> dict[str, Any]:
        sorted_by = {"x_axis_sort": self.metrics[0], "x_axis_sort_asc": True, "order_desc": not self.is_ascending}
        shown = {"orientation": "horizontal", "y_axis_format": number_format, "show_legend": False}
        return {"x_axis": self.by[0], "metrics": list(self.metrics), "groupby": [], **sorted_by, **shown}

    def _heat(self, number_format: str) -> dict[str, Any]:
        shown = {"linear_color_scheme": "superset_seq_1", "legend_type": "continuous", "show_legend": True, "show_values": True}
        sorts = {"sort_x_axis": "alpha_asc", "sort_y_axis": "alpha_desc", "normalize_across": "heatmap", "xscale_interval": -1}
        asked = {"x_axis": self.by[0], "groupby": self.by[1], "metric": self.metrics[0], "yscale_interval": -1}
        return {
            **asked,
            **shown,
            **sorts,
            "y_axis_format": number_format,
            "value_bounds": [None, None],
            "bottom_margin": 50,
            "left_margin": 140,
        }

    def _table(self, number_format: str) -> dict[str, Any]:
        order = {"timeseries_limit_metric": self.metrics[0], "order_desc": not self.is_ascending}
        return {"query_mode": "aggregate", "groupby": list(self.by), "metrics": list(self.metrics), **order, "page_length": 25}

    def _rows(self, number_format: str) -> dict[str, Any]:
        order = [f'["{self.sort}", false]'] if self.sort else []
        shown = {column: {"d3NumberFormat": ",.1~f"} for column in self.columns}
        return {"query_mode": "raw", "all_columns": list(self.columns), "order_by_cols": order, "page_length": 25, "column_config": shown}


def charts(listed: Mapping[str, Any]) -> list[Chart]:
    """All charts of charts.yml, page after page."""
    return [Chart(**chart) for page in listed["pages"] for chart in page["charts"]]
