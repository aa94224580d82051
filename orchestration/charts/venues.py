"""Venues in pictures: one colour for each, the same in every picture of a publication, and the days on which one is missing.

Belongs here: what pictures of venues share. Does not: the pictures.
"""

from __future__ import annotations

from colorsys import hls_to_rgb
from datetime import date

import duckdb
from matplotlib.colors import to_hex

from orchestration.charts.page import PALETTE, Span

OTHERS = "others"
GOLDEN = 0.618034  # of a turn: hues that follow one another by it lie far apart
MISSING = """
    select date, venue from mart_venue_asset_daily
    where date between date '{first}' and date '{last}'
    group by date, venue
    having count(case when {quantity}_status = 'missing' then 1 end) > 0 and count(case when {quantity}_status = 'reported' then 1 end) = 0
    order by date, venue
"""


def colours(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """By venue, oldest first: whoever is drawn beside it and however large it is, a venue keeps its own."""
    names = [name for (name,) in connection.execute("select venue from dim_venues order by launched_on nulls last, venue").fetchall()]
    found = {name: _colour(number) for number, name in enumerate(names)}
    return found | {OTHERS: PALETTE[-1]}


def _colour(number: int) -> str:
    clear = PALETTE[:-1]
    if number < len(clear):
        return clear[number]
    return to_hex(hls_to_rgb(number * GOLDEN % 1, 0.35 + 0.15 * (number % 3), 0.55))


def missing(connection: duckdb.DuckDBPyConnection, span: Span, quantity: str) -> dict[date, list[str]]:
    """By day the venues that give a quantity and did not give it."""
    found: dict[date, list[str]] = {}
    query = MISSING.format(first=span.first, last=span.last, quantity=quantity)
    for day, venue in connection.execute(query).fetchall():
        found.setdefault(day, []).append(venue)
    return found


def in_words(absent: dict[date, list[str]], days: int) -> str:
    """Who was missing, and on how many days; the most often missing first."""
    if not absent:
        return "Nobody who gives it was missing."
    counts: dict[str, int] = {}
    for venues in absent.values():
        for venue in venues:
            counts[venue] = counts.get(venue, 0) + 1
    order = sorted(counts, key=lambda name: (-counts[name], name))
    named = ", ".join(f"{name} ({counts[name]} d)" for name in order[:6])
    more = f" and {len(order) - 6} more" if len(order) > 6 else ""
    return f"Hatched: {len(absent)} of {days} days on which a venue is missing, and the sum too small for it: {named}{more}."
