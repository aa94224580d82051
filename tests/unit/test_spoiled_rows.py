"""Rows of another shape in every list of every answer: each costs itself, and every other row of the source arrives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import orjson
import pytest

from ingestion.run.adapter import Adapter
from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.window import Window
from ingestion.settings import Settings
from ingestion.venue.registry import all_sources
from simulator import Truth
from simulator.dialect import Query
from simulator.switchboard import Switchboard

SOURCES = ["hyperliquid", "hyperliquid_stats", "dydx", "aevo", "edgex", "lighter", "paradex"]
NOW = datetime(2026, 7, 5, 12, 30, tzinfo=UTC)
DAY = date(2026, 7, 4)
TRUTH = Truth(start=date(2026, 7, 1), days=6, assets=["BTC", "PEPE"])


def transport(source: Adapter, spoil: Callable[[Any], Any]) -> httpx.MockTransport:
    """The source's own dialect in process; what it says is spoiled on the way."""
    board = Switchboard(TRUTH, NOW)
    bases = sorted(set(source.hosts.values()), key=len, reverse=True)

    def serve(request: httpx.Request) -> httpx.Response:
        url = str(request.url.copy_with(query=None))
        path = next(url.removeprefix(base) for base in bases if url.startswith(base))
        body = orjson.loads(request.content) if request.content else None
        reply = board.respond(source.name, Query(request.method, path, dict(request.url.params), body))
        content = orjson.dumps(spoil(orjson.loads(reply.content))) if reply.status == 200 else reply.content
        return httpx.Response(reply.status, content=content, headers={"Content-Type": reply.content_type, **reply.headers})

    return httpx.MockTransport(serve)


def is_figure(name: str, value: Any) -> bool:
    """But for what names a market: an odd name is another market."""
    return not name.lower().endswith("id") and str(value).replace(".", "").replace("-", "").replace("e", "").isdigit()


def odd_ones(row: Any) -> list[Any]:
    """Nothing, a number, a row of nothing, and a row with a text in place of each figure."""
    if isinstance(row, list):
        return [None, 7, [None] * len(row), [], ["odd"] * len(row)]
    return [None, 7, dict.fromkeys(row), {}, {name: "odd" if is_figure(name, value) else value for name, value in row.items()}]


def with_odd_rows(node: Any) -> Any:
    """The same answer, with odd rows at the end of each list of rows, and beside objects of one form."""
    if isinstance(node, list):
        rows = [row for row in node if row is not None]
        is_table = bool(rows) and (all(isinstance(row, dict) for row in rows) or all(isinstance(row, list) for row in rows))
        return [with_odd_rows(row) for row in node] + (odd_ones(rows[-1]) if is_table else [])
    if isinstance(node, dict):
        found = {name: with_odd_rows(value) for name, value in node.items()}
        kinds = {tuple(value) if isinstance(value, dict) else None for value in node.values()}
        is_table = len(node) > 1 and len(kinds) == 1 and None not in kinds
        return found | ({f"odd {number}": row for number, row in enumerate(odd_ones(list(node.values())[-1]))} if is_table else {})
    return node


def run(settings: Settings, source: Adapter, spoil: Callable[[Any], Any]) -> SourceResult:
    transports = {source.name: transport(source, spoil)}
    (result,) = ingest(settings, [source], Window(DAY, DAY), transports=transports, clock=lambda: NOW)
    return result


@pytest.mark.parametrize("name", SOURCES)
def test_every_other_row_arrives(name: str, make_settings: Any, held: Any, tmp_path: Any) -> None:
    source = all_sources()[name]
    tables: list[dict[str, list[dict[str, Any]]]] = []
    for spoil in (lambda body: body, with_odd_rows):
        settings = make_settings(data_dir=tmp_path / str(len(tables)))
        result = run(settings, source, spoil)
        assert result.error is None
        rows = {entity.name: held(settings, name, entity.name) for entity in source.entities}
        tables.append({table: [said(row) for row in found] for table, found in rows.items()})
    clean, spoiled = tables
    assert spoiled == clean
    assert any(clean.values())
    assert sum(outcome.rows_quarantined for outcome in result.outcomes.values()) > 0


def said(row: dict[str, Any]) -> dict[str, Any]:
    """Without what says of which answer it is."""
    return {column: value for column, value in row.items() if not column.startswith("_")}
