"""The kinds of charts: each function gives a Vega-Lite specification over a query's rows.

`$series`, `$diverging`, `$sequential`, `$regimes` and `$ink` stand for colours of the theme, which the page fills in.
Belongs here: marks and encodings. Does not: queries (pages/); sizes and fonts, which are the same for all charts (shell/charts.js).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orchestration.report.page import Column, Drawing

DAY: dict[str, Any] = {
    "field": "date",
    "type": "temporal",
    "scale": {"type": "utc"},
    "axis": {"title": None, "grid": False, "format": "", "formatType": "daylabel"},
}
WHOLE_DAY = DAY | {"timeUnit": "utcyearmonthdate"}
HOUR = DAY | {"axis": DAY["axis"] | {"formatType": "hourlabel"}}
WHOLE_HOUR = HOUR | {"timeUnit": "utcyearmonthdatehours"}
MIDDAY = WHOLE_DAY | {"bandPosition": 0.5}  # of a line over bars
SERIES = {"field": "series", "type": "nominal", "scale": "$series", "legend": None}


def lines(*columns: Column, is_from_zero: bool = False, is_step: bool = False, is_log: bool = False, is_hourly: bool = False) -> Drawing:
    """One line a column, all in the first one's unit; over days, or over hours."""
    unit = columns[0].unit
    mark = {"type": "line", "strokeWidth": 2, "interpolate": "step-after" if is_step else "linear"}
    spec = {
        "transform": [_folded(columns)],
        "mark": mark,
        "encoding": _over_days(HOUR if is_hourly else DAY, _value(unit, is_from_zero, is_log)),
    }
    return Drawing(spec, unit, columns, labels=_labels(columns), is_hourly=is_hourly)


def bars(*columns: Column, is_hourly: bool = False) -> Drawing:
    """Bars of the day or hour, stacked: figures below zero hang down."""
    unit, across = columns[0].unit, WHOLE_HOUR if is_hourly else WHOLE_DAY
    spec = {"transform": [_folded(columns)], "mark": {"type": "bar"}, "encoding": _over_days(across, _value(unit, True))}
    return Drawing(spec, unit, columns, labels=_labels(columns), is_hourly=is_hourly)


def bars_and_lines(bar: Column, *others: Column) -> Drawing:
    """Bars of the day, and lines over them."""
    columns = [bar, *others]
    layers = [
        {
            "transform": [_folded([bar])],
            "mark": {"type": "bar", "opacity": 0.55},
            "encoding": _over_days(WHOLE_DAY, _value(bar.unit, True)),
        },
        {
            "transform": [_folded(others)],
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": _over_days(MIDDAY, _value(bar.unit, True)),
        },
    ]
    return Drawing({"layer": layers}, bar.unit, columns, labels=_labels(columns))


def lines_by(name: str, value: Column, is_from_zero: bool = True) -> Drawing:
    """One line for each name."""
    mark = {"type": "line", "strokeWidth": 2}
    spec = {"transform": _named(name, value), "mark": mark, "encoding": _over_days(DAY, _value(value.unit, is_from_zero))}
    return Drawing(spec, value.unit, [value], by=name)


def stacked_by(name: str, value: Column) -> Drawing:
    """Bars of the day, one part for each name."""
    encoding = _over_days(WHOLE_DAY, _value(value.unit, True)) | {"order": {"field": "place", "type": "quantitative"}}
    spec = {"transform": _named(name, value), "mark": {"type": "bar"}, "encoding": encoding}
    return Drawing(spec, value.unit, [value], by=name)


def line_in_band(line: Column, low: Column, high: Column) -> Drawing:
    """A line, and around it the band between two columns."""
    y = _value(line.unit, True)
    band: dict[str, Any] = {"x": DAY, "y": y | {"field": low.name}, "y2": {"field": high.name}}
    layers = [
        {"mark": {"type": "area", "opacity": 0.22, "color": "$ink"}, "encoding": band},
        {"transform": [_folded([line])], "mark": {"type": "line", "strokeWidth": 2}, "encoding": _over_days(DAY, y)},
    ]
    return Drawing({"layer": layers}, line.unit, [line, low, high], labels=_labels([line]))


def line_over_regimes(line: Column) -> Drawing:
    """A line; behind it each day in the colour of the column `regime`, up to the column `until`."""
    shades = {
        "mark": {"type": "rect", "opacity": 0.5},
        "transform": [{"filter": "isValid(datum.regime)"}],
        "encoding": {
            "x": DAY,
            "x2": {"field": "until"},
            "color": {"field": "regime", "type": "nominal", "scale": "$regimes", "legend": None},
        },
    }
    over = {
        "transform": [_folded([line])],
        "mark": {"type": "line", "strokeWidth": 2},
        "encoding": _over_days(DAY, _value(line.unit, False)),
    }
    spec = {"layer": [shades, over], "resolve": {"scale": {"color": "independent"}}}
    return Drawing(spec, line.unit, [line, Column("regime", "Regime", "text")], labels=_labels([line]))


def lines_over_storms(*columns: Column) -> Drawing:
    """Lines; behind them the days where the column `came` says something, up to the column `until`."""
    unit = columns[0].unit
    shades = {
        "mark": {"type": "rect", "opacity": 0.25, "color": "#c8102e"},
        "transform": [{"filter": "isValid(datum.came)"}],
        "encoding": {"x": DAY, "x2": {"field": "until"}},
    }
    over = {"transform": [_folded(columns)], "mark": {"type": "line", "strokeWidth": 2}, "encoding": _over_days(DAY, _value(unit, True))}
    told = [*columns, Column("came", "The next week", "text")]
    return Drawing({"layer": [shades, over]}, unit, told, labels=_labels(columns))


def heat(rows: str, value: Column, columns: Sequence[Column], is_diverging: bool = False, across: str = "date") -> Drawing:
    """A map: a cell for each name in `rows` and day, or each name in `across`."""
    labels = {"title": None, "labelAngle": -45, "labelOverlap": False, "orient": "top"}
    named: dict[str, Any] = {"field": across, "type": "nominal", "sort": None, "axis": labels}
    colour: dict[str, Any] = {
        "field": value.name,
        "type": "quantitative",
        "scale": "$diverging" if is_diverging else "$sequential",
        "legend": {"title": value.label, "format": "", "formatType": value.unit, "orient": "bottom", "gradientLength": 160},
    }
    names: dict[str, Any] = {"field": rows, "type": "nominal", "sort": None, "axis": {"title": None, "ticks": False, "domain": False}}
    spec = {"mark": {"type": "rect"}, "encoding": {"x": WHOLE_DAY if across == "date" else named, "y": names, "color": colour}}
    return Drawing(_pointed(spec), value.unit, told=columns, rows=rows, coloured_by=value.name)


def dots(across: Column, up: Column, size: Column, columns: Sequence[Column], label: str = "", is_log: bool = False) -> Drawing:
    """A dot for each row; with `label`, its name beside it."""
    scale: dict[str, Any] = {"type": "log"} if is_log else {"zero": True}
    x = _axis(across) | {"scale": scale}
    if is_log:
        x["axis"] |= {"values": [10**power for power in range(13)]}
    radius = {"field": size.name, "type": "quantitative", "scale": {"type": "sqrt", "range": [20, 400]}, "legend": None}
    y = _axis(up) | {"scale": {"zero": True}}
    mark = {"type": "circle", "opacity": 0.65, "color": "$ink"}
    dot = _pointed({"mark": mark, "encoding": {"x": x, "y": y, "size": radius}})
    if not label:
        return Drawing(dot, up.unit, told=columns, height=300)
    names = [_names(label, x, y, is_above) for is_above in (True, False)]
    return Drawing({"layer": [dot, *names]}, up.unit, told=columns, height=320)


def _over_days(x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    return {"x": x, "y": y, "color": SERIES}


def _value(unit: str, is_from_zero: bool, is_log: bool = False) -> dict[str, Any]:
    scale: dict[str, Any] = {"type": "log"} if is_log else {"zero": is_from_zero}
    return {"field": "value", "type": "quantitative", "scale": scale, "axis": {"title": None, "format": "", "formatType": unit}}


def _axis(column: Column) -> dict[str, Any]:
    axis = {"title": column.label, "format": "", "formatType": column.unit, "tickCount": 5}
    return {"field": column.name, "type": "quantitative", "axis": axis}


def _folded(columns: Sequence[Column]) -> dict[str, Any]:
    """A row for each of these columns, instead of one with all."""
    return {"fold": [column.name for column in columns], "as": ["series", "value"]}


def _named(name: str, value: Column) -> list[dict[str, Any]]:
    return [{"calculate": f"datum['{name}']", "as": "series"}, {"calculate": f"datum['{value.name}']", "as": "value"}]


def _names(label: str, x: dict[str, Any], y: dict[str, Any], is_above: bool) -> dict[str, Any]:
    """Names above every second dot and beside the others, from left to right: neighbours do not cover each other."""
    turn = [
        {"window": [{"op": "row_number", "as": "turn"}], "sort": [{"field": x["field"]}]},
        {"filter": f"datum.turn % 2 === {int(is_above)}"},
    ]
    place: dict[str, Any] = {"dy": -14} if is_above else {"dx": 12, "align": "left"}
    mark = {"type": "text", "fontSize": 11, **place}
    return {"transform": turn, "mark": mark, "encoding": {"x": x, "y": y, "text": {"field": label}}}


def _pointed(spec: dict[str, Any]) -> dict[str, Any]:
    """Marks that say something under the pointer; what, the page writes."""
    return spec | {"encoding": spec["encoding"] | {"tooltip": {"value": "told"}}}


def _labels(columns: Sequence[Column]) -> dict[str, str]:
    return {column.name: column.label for column in columns}
