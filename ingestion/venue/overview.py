"""An answer with the daily series of many protocols, by name: which of them are kept, under which slug, and what a lite one says.

Belongs here: DefiLlama's overview form. Does not: reading a large body (charts), or which overviews are asked for (sources/defillama).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import polars as pl

from ingestion.store.buffer import Rows
from ingestion.store.columns import Columns, Same
from ingestion.venue.charts import DAY_SECONDS, Chart, by_item, day_of
from ingestion.venue.parsing import objects, point
from ingestion.wire.payload import Payload

BREAKDOWN = "totalDataChartBreakdown"
HAS_ITEMS = re.compile(rb'"totalDataChartBreakdown"\s*:\s*\[\s*[^\]\s]')
PERPETUALS = "Derivatives"  # DefiLlama's category
OF_PERPETUALS = ("derivatives", "open-interest")  # series that hardly anything else has


def has_days(payload: Payload) -> bool:
    """Whether it is of the full form: with series by day, and not with totals alone."""
    return HAS_ITEMS.search(payload.body) is not None


def parent_slug(parent: Any) -> str:
    """`gmx` of `parent#gmx`."""
    return parent.removeprefix("parent#") if isinstance(parent, str) else ""


def rows(payload: Payload, ours: Collection[str] | None) -> Columns | pl.DataFrame:
    """slug, day and value of each protocol that is kept, over its closed days; of a lite answer yesterday's total.

    Kept are perpetuals, their families, and the slugs that are ours, with their families; all where `ours` is None, and of what only
    perpetuals have. A day inside a chart's range without a point is a row without a value. The day that runs is none: it carries what
    the day before it had.
    """
    try:
        told, items = by_item(payload.body, BREAKDOWN)
        return _rows(payload, told, items, ours)
    except ValueError:  # small, or odd: it is decoded whole
        days = payload.json.get(BREAKDOWN) or []
        if not isinstance(days, list):
            raise TypeError(f"a {type(days).__name__} where a list of days is expected") from None
        return _rows(payload, payload.json, days, ours)


def slugs_of(rows: Rows) -> set[str]:
    """Whose rows these are."""
    slugs: Iterable[Any] = ()
    if isinstance(rows, pl.DataFrame):
        slugs = rows["slug"].unique()
    elif isinstance(rows, Columns) and not isinstance(told := rows.values["slug"], Same):
        slugs = told
    return {slug for slug in slugs if isinstance(slug, str)}


def _rows(payload: Payload, told: Mapping[str, Any], items: Iterable[Any], ours: Collection[str] | None) -> Columns | pl.DataFrame:
    listed = [row for row in objects(told["protocols"]) if isinstance(row.get("slug"), str)]
    if payload.match["adapter_type"] in OF_PERPETUALS:
        ours = None
    slugs = _kept(listed, ours)
    if has_days(payload):
        charts, odd = _charts(payload, items, slugs, {str(row.get("name")) for row in listed}, ours)
        if not odd and all(chart.is_plain for chart in charts.values()):
            return _frame(charts)
        return _of([*odd, *((slug, day, value) for slug, chart in charts.items() for day, value in zip(*chart.dense(), strict=True))])
    day = _running_day(payload) - DAY_SECONDS
    totals = [(slugs.get(row.get("name")), day, row.get("total24h")) for row in listed]
    return _of([row for row in totals if row[0] and row[2] is not None])


def _of(rows: list[tuple[Any, Any, Any]]) -> Columns:
    slugs, days, values = zip(*rows, strict=True) if rows else ((), (), ())
    return Columns(len(rows), {"slug": slugs, "day": days, "value": values})


def _frame(charts: dict[str, Chart]) -> pl.DataFrame:
    """Typed at once, chart by chart: as Python's objects they would take three times as much."""
    schema = {"slug": pl.String(), "day": pl.Int64(), "value": pl.Float64()}
    parts = [pl.DataFrame(schema=schema)]
    for slug in list(charts):
        days, values = charts.pop(slug).dense()
        known = pl.DataFrame([days, values], schema={name: schema[name] for name in ("day", "value")})
        parts.append(known.select(pl.lit(slug).alias("slug"), "day", "value"))
    return pl.concat(parts)


def _kept(listed: list[dict[str, Any]], ours: Collection[str] | None) -> dict[Any, str]:
    """Slug by name. A chain has fees of its own under a name that a protocol may have too."""
    families = {row.get("parentProtocol") for row in listed if row.get("category") == PERPETUALS} - {None}
    found: dict[Any, str] = {}
    for row in listed:
        parent = row.get("parentProtocol")
        is_ours = ours is None or row["slug"] in ours or parent_slug(parent) in ours
        if row.get("protocolType") != "chain" and (is_ours or row.get("category") == PERPETUALS or parent in families):
            found |= {name: row["slug"] for name in (row.get("displayName"), row.get("name")) if isinstance(name, str)}
    return found


def _charts(
    payload: Payload, items: Iterable[Any], slugs: Mapping[Any, str], listed: Collection[str], ours: Collection[str] | None
) -> tuple[dict[str, Chart], list[tuple[Any, Any, Any]]]:
    """By slug, and what is no point. Names off the list (it has those of today) are kept by the slug that the name makes."""
    charts: dict[str, Chart] = {}
    odd: list[tuple[Any, Any, Any]] = []
    running, by_name = _running_day(payload), dict(slugs)
    for stamp, values in map(point, items):
        day = day_of(stamp, payload.fetched_at)
        if not isinstance(values, dict):
            odd.append((None, stamp, None))
            continue
        for name, value in values.items():
            if name not in by_name:
                made = name.lower().replace(" ", "-").replace("'", "")
                by_name[name] = made if name not in listed and (ours is None or made in ours) else ""
            slug = by_name[name]
            if slug and day is None:
                odd.append((slug, stamp, value))
            elif slug and day is not None and day < running:
                charts.setdefault(slug, Chart()).add(day, value)
    return charts, odd


def _running_day(payload: Payload) -> int:
    return int(payload.fetched_at.timestamp()) // DAY_SECONDS * DAY_SECONDS
