"""From a published figure down: the rows it is made of, their raw versions, and the bodies received, with their hashes.

Belongs here: the walk along the plan, down to `Traced`. Does not: how it is shown (tracing.py). Where a table adds many rows up, all are
counted and the first ones followed. Raw rows are found by what they name (a market's symbol, a protocol's slug) and by their day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from ingestion.errors import SettingsError
from ingestion.settings import Settings
from orchestration import compiled
from orchestration.plan import Node, Plan
from orchestration.publication.relations import MOMENTS
from orchestration.published import connected, published_file
from orchestration.received import FOLLOWED, Row, bodies, versions
from orchestration.warehouse import literal

TERMS = ("int_markets", "int_asset_names", "int_protocols", "int_protocol_slugs")  # what is named and converted by: none adds up
SUBJECTS = ("coingecko_id", "market_id", "venue", "asset", "protocol", "token", "metric", "side", "category", "symbol")
NAMES = ("symbol", "defillama_slug", "coingecko_id", "asset", "token")


@dataclass(frozen=True)
class Traced:
    """Rows of one table on the way down: how many there are, and the first of them. `depth` is how far below the figure."""

    depth: int
    kind: str  # published, raw, landing
    table: str
    count: int
    rows: Sequence[Row]


def trace(settings: Settings, table: str, values: Sequence[str]) -> Iterator[Traced]:
    """Walk down from the rows of a published table that these values name. Raises SettingsError where there is none."""
    plan = compiled.plan(settings)
    node = next((one for one in plan.of_layers("facts", "marts") if one.name == table), None)
    if node is None:
        names = ", ".join(sorted(one.name for one in plan.of_layers("facts", "marts") if not one.name.startswith("dim_")))
        raise SettingsError(f"{table} is no published fact or mart; choose from {names}")
    with connected(published_file(settings)) as connection:
        count, rows = _rows(connection, node, _asked(connection, node, values))
        if not count:
            raise SettingsError(f"{table} has no row of {' '.join(values)}; give the parts of its key, such as binance:BTCUSDT 2026-03-01")
        yield Traced(0, "published", table, count, rows)
        yield from _below(settings, plan, connection, node, rows[0], 1, set())


def _below(
    settings: Settings, plan: Plan, connection: duckdb.DuckDBPyConnection, node: Node, row: Row, depth: int, seen: set[str]
) -> Iterator[Traced]:
    """The published tables that this one reads, with the rows of the same key, each once; raw for those that read staging."""
    reads = [one for one in _inputs(plan, node) if one.layer in ("facts", "marts")]
    for one in reads:
        count, rows = _rows(connection, one, _same_key(connection, one, row)) if one.name not in seen else (0, [])
        if count:
            seen.add(one.name)
            yield Traced(depth, "published", one.name, count, rows)
            yield from _below(settings, plan, connection, one, rows[0], depth + 1, seen)
    if not any(one.name.startswith("fct_") for one in reads):
        yield from _raw(settings, plan, connection, node, row, depth, seen)


def _inputs(plan: Plan, node: Node) -> list[Node]:
    """What a relation adds up: through views, without lists, seeds and terms."""
    found: dict[str, Node] = {}
    open_ = [plan.by_id[name] for name in node.needs]
    while open_:
        one = open_.pop(0)
        if one.name in TERMS or one.name.startswith("dim_") or one.layer == "seeds" or one.schema == "quality":
            continue
        found[one.id] = one
        if one.layer not in ("facts", "marts"):
            open_ += [plan.by_id[name] for name in one.needs]
    return list(found.values())


def _asked(connection: duckdb.DuckDBPyConnection, node: Node, values: Sequence[str]) -> list[str]:
    """Predicates: `column=value`, a day or an instant for the column that dates the rows, else the first column that knows the value."""
    columns, found = _columns(connection, node), []
    for value in values:
        name, is_named, told = value.partition("=")
        if is_named and name in columns:
            found.append(f'"{name}" = {literal(told)}')
        elif (dated := next((one for one in MOMENTS if one in columns), None)) and _is_day(value):
            is_whole_day = len(value) == len("2026-03-01")
            found.append(
                f'cast("{dated}" as date) = date {literal(value)}' if is_whole_day else f'"{dated}" = timestamptz {literal(value)}'
            )
        else:
            known = [one for one in SUBJECTS if one in columns]
            held = [
                one for one in known if connection.execute(f'select 1 from {_of(node)} where "{one}" = {literal(value)} limit 1').fetchone()
            ]
            if not held:
                raise SettingsError(f"{node.name} knows no {value!r} ({', '.join(known)}); another column is named as column=value")
            found.append(f'"{held[0]}" = {literal(value)}')
    return found


def _same_key(connection: duckdb.DuckDBPyConnection, node: Node, row: Row) -> list[str]:
    """Predicates on what the row's key says of another table: its subject and its day."""
    columns = _columns(connection, node)
    told = [f'"{name}" = {literal(str(row[name]))}' for name in SUBJECTS if name in columns and row.get(name) is not None]
    day, dated = _day(row), next((one for one in MOMENTS if one in columns), None)
    return told + ([f"cast(\"{dated}\" as date) = date '{day}'"] if day and dated else [])


def _rows(connection: duckdb.DuckDBPyConnection, node: Node, predicates: Sequence[str]) -> tuple[int, list[Row]]:
    if not predicates:
        return 0, []
    where = " and ".join(predicates)
    counted = connection.execute(f"select count(*) from {_of(node)} where {where}").fetchone()
    cursor = connection.execute(f"select * from {_of(node)} where {where} order by all limit {FOLLOWED}")
    names = [one[0] for one in cursor.description or []]
    return (counted[0] if counted else 0), [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _raw(
    settings: Settings, plan: Plan, connection: duckdb.DuckDBPyConnection, node: Node, row: Row, depth: int, seen: set[str]
) -> Iterator[Traced]:
    """The raw versions of a fact's row, of the source that it believes, and the bodies that they came in."""
    names, day = _names(connection, row), _day(row)
    instant = next((row[name] for name in MOMENTS[1:] if isinstance(row.get(name), datetime)), None) if depth == 1 else None
    for one in _inputs(plan, node):
        zone, *place = one.sql.split("/")
        if one.layer != "source" or zone != "raw" or day is None or row.get("source") not in (None, place[0], "defillama"):
            continue
        rows = versions(settings, place[0], place[1], names, day, instant)
        if not rows.is_empty() and one.id not in seen:
            seen.add(one.id)
            yield Traced(depth, "raw", "/".join(place), len(rows), rows.head(FOLLOWED).to_dicts())
            count, found = bodies(settings, place[0], rows)
            yield Traced(depth + 1, "landing", place[0], count, found)


def _names(connection: duckdb.DuckDBPyConnection, row: Row) -> set[str]:
    """What raw may call the subject of a row, in small letters."""
    rows: list[Row] = [row]
    for table, key, other in (("dim_protocols", "protocol", "parent_protocol"), ("dim_markets", "market_id", "market_id")):
        if row.get(key) is not None:  # a parent's figures are of its parts
            told = literal(str(row[key]))
            rows += _found(connection, f'select * from {table} where "{key}" = {told} or "{other}" = {told}')
    if row.get("market_id") is None and row.get("venue") and row.get("asset"):
        told = f"venue = {literal(row['venue'])} and asset = {literal(row['asset'])}"
        rows += _found(connection, f"select distinct symbol from dim_markets where {told}")
    names = {str(one[name]).lower() for one in rows for name in NAMES if one.get(name)}
    return names | {f"coingecko:{one['coingecko_id']}" for one in rows if one.get("coingecko_id")}


def _found(connection: duckdb.DuckDBPyConnection, query: str) -> Iterable[Row]:
    cursor = connection.execute(query)
    names = [one[0] for one in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _columns(connection: duckdb.DuckDBPyConnection, node: Node) -> set[str]:
    return {name for (name, *_) in connection.execute(f"describe {_of(node)}").fetchall()}


def _of(node: Node) -> str:
    return f'"{node.schema}"."{node.name}"'


def _day(row: Row) -> date | None:
    value = next((row[name] for name in MOMENTS if row.get(name) is not None), None)
    return value.date() if isinstance(value, datetime) else value


def _is_day(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
