"""The dashboard's file: a tab per page, rows of charts of at most twelve columns, choices at the side.

Belongs here: where things lie. Does not: what they are (charts.yml, drawn.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bi.superset.drawn import Chart

COLUMNS, NARROW, HEIGHT, LOW, TALL = 12, 3, 50, 26, 62
Identity = Callable[[str, str], str]
Position = dict[str, Any]


def dashboard(title: str, listed: Mapping[str, Any], identity: Identity) -> dict[str, Any]:
    return {
        "dashboard_title": title,
        "description": "What the perpetual-futures warehouse published. Metrics: docs/metrics.md.",
        "css": "",
        "slug": "perps",
        "published": True,
        "uuid": identity("dashboard", title),
        "position": _position(title, listed["pages"], identity),
        "metadata": {
            "native_filter_configuration": [_time(identity), *(_choice(name, of, identity) for name, of in listed["filters"].items())],
            "cross_filters_enabled": True,
            "color_scheme": "supersetColors",
            "refresh_frequency": 0,
        },
        "version": "1.0.0",
    }


def _position(title: str, pages: Sequence[Mapping[str, Any]], identity: Identity) -> Position:
    placed: Position = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": ["TABS"], "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": title}},
    }
    tabs = [_tab(number, page, identity, placed) for number, page in enumerate(pages)]
    placed["TABS"] = {"type": "TABS", "id": "TABS", "children": tabs, "parents": ["ROOT_ID", "GRID_ID"], "meta": {}}
    return placed


def _tab(number: int, page: Mapping[str, Any], identity: Identity, placed: Position) -> str:
    name, parents = f"TAB-{number}", ["ROOT_ID", "GRID_ID", "TABS"]
    rows = [_row(f"ROW-{number}-{place}", row, [*parents, name], identity, placed) for place, row in enumerate(_rows(page["charts"]))]
    placed[name] = {"type": "TAB", "id": name, "children": rows, "parents": parents, "meta": {"text": page["name"]}}
    return name


def _rows(listed: Sequence[Mapping[str, Any]]) -> list[list[Chart]]:
    rows: list[list[Chart]] = []
    for one in listed:
        chart = Chart(**one)
        if not rows or sum(held.width for held in rows[-1]) + chart.width > COLUMNS:
            rows.append([])
        rows[-1].append(chart)
    return rows


def _row(name: str, row: Sequence[Chart], parents: Sequence[str], identity: Identity, placed: Position) -> str:
    children = []
    for chart in row:
        place = f"CHART-{identity('chart', chart.title)[:8]}"
        height = LOW if chart.width <= NARROW else TALL if chart.kind in ("heat", "ranking") else HEIGHT
        meta = {"width": chart.width, "height": height, "uuid": identity("chart", chart.title), "sliceName": chart.title, "chartId": 0}
        placed[place] = {"type": "CHART", "id": place, "children": [], "parents": [*parents, name], "meta": meta}
        children.append(place)
    meta = {"background": "BACKGROUND_TRANSPARENT"}
    placed[name] = {"type": "ROW", "id": name, "children": children, "parents": list(parents), "meta": meta}
    return name


def _time(identity: Identity) -> dict[str, Any]:
    return {**_filter("Days", identity), "filterType": "filter_time", "targets": [{}]}


def _choice(name: str, of: str, identity: Identity) -> dict[str, Any]:
    dataset, column = of.split(".")
    control = {"multiSelect": True, "enableEmptyFilter": False, "defaultToFirstItem": False, "inverseSelection": False}
    target = {"column": {"name": column}, "datasetUuid": identity("dataset", dataset)}
    return {**_filter(name, identity), "filterType": "filter_select", "targets": [target], "controlValues": control}


def _filter(name: str, identity: Identity) -> dict[str, Any]:
    empty: dict[str, Any] = {"extraFormData": {}, "filterState": {}, "ownState": {}}
    return {
        "id": f"NATIVE_FILTER-{identity('filter', name)[:8]}",
        "name": name,
        "type": "NATIVE_FILTER",
        "description": "",
        "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
        "defaultDataMask": empty,
        "controlValues": {},
        "cascadeParentIds": [],
    }
