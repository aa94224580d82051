"""Rows of every wrong kind in every list of every answer: they are set aside, and all that is sound arrives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import polars as pl
import pytest

from ingestion.run.adapter import Adapter
from ingestion.run.ingest import ingest
from ingestion.run.window import Window
from ingestion.store.fitting import META
from ingestion.venue.registry import all_sources
from simulator import Truth
from simulator.dialect import Query
from simulator.switchboard import Switchboard

NOW = datetime(2026, 7, 3, 12, 30, tzinfo=UTC)
DAY = date(2026, 7, 2)
START, FEW = date(2026, 7, 1), ["BTC", "PEPE"]
ASSETS = {"binance": None, "hyperliquid": [*FEW, "AAPL"]}  # one whose list is of few intervals, and one that lists stocks apart
VENUES = [
    "aevo", "aster", "binance", "bingx", "bitget", "bybit", "deribit", "dydx", "edgex", "extended", "gate", "gmx", "htx", "hyperliquid",
    "jupiter", "kraken", "kucoin", "lighter", "mexc", "okx", "paradex",
]  # fmt: skip
NO_LIST = {  # answers that are one object, or columns
    ("aster", "open_interest"), ("binance", "open_interest"), ("bingx", "open_interest"), ("deribit", "charts"),
    ("jupiter", "market_stats"), ("kraken", "liquidation_volumes"), ("kraken", "open_interest"), ("mexc", "klines"),
}  # fmt: skip
ODD: tuple[Any, ...] = (None, "x", [], {}, 5)
AS_MANY = 130  # in every list, for there are lists that belong together by position


def odd_rows(row: Any) -> list[Any]:
    """What may stand in place of a row: something else, and rows in which one field or all are lost or something else."""
    if isinstance(row, dict):
        found = [dict.fromkeys(row, odd) for odd in ODD] + [{**row, name: odd} for name in row for odd in ODD[:3]]
        found = [*ODD, *found, *({name: row[name] for name in row if name != lost} for lost in row)]
    else:
        found = [[odd] * len(row) for odd in ODD] + [[*row[:place], odd, *row[place + 1 :]] for place in range(len(row)) for odd in ODD[:3]]
        found = [*ODD, *found, *(row[:width] for width in range(len(row)))]
    assert len(found) <= AS_MANY
    return found + [None] * (AS_MANY - len(found))


def are_columns(value: dict[str, Any]) -> bool:
    """Whether lists belong together by position, one of plain values among them: a row more in one would shift the others."""
    lists = [one for one in value.values() if isinstance(one, list) and one]
    return len({len(one) for one in lists}) == 1 < len(lists) and any(not isinstance(one[0], dict | list) for one in lists)


def spoiled(value: Any) -> Any:
    """With odd rows at the head of every list of rows, and among objects by name: what is told of a key last is what counts."""
    if isinstance(value, dict) and are_columns(value):
        return value
    if isinstance(value, dict):
        same = len({tuple(one) if isinstance(one, dict) else None for one in value.values()} - {None}) == 1 < len(value)
        odd = odd_rows(next(iter(value.values()))) if same and all(isinstance(one, dict) for one in value.values()) else []
        return {f"odd {number}": row for number, row in enumerate(odd)} | {name: spoiled(one) for name, one in value.items()}
    rows = [row for row in value if row is not None] if isinstance(value, list) else []
    if not rows or not isinstance(rows[0], dict | list):
        return value
    are_alike = len(set(map(type, rows))) == 1
    return [*(odd_rows(rows[0]) if are_alike else ()), *(spoiled(row) for row in value)]


def transport(source: Adapter, spoil: Callable[[Any], Any]) -> httpx.MockTransport:
    truth = Truth(seed=3, start=START, days=3, assets=ASSETS.get(source.name, FEW))
    board = Switchboard(truth, NOW)
    bases = sorted(set(source.hosts.values()), key=len, reverse=True)

    def serve(request: httpx.Request) -> httpx.Response:
        url = str(request.url.copy_with(query=None))
        path = next(url.removeprefix(base) for base in bases if url.startswith(base))
        asked = orjson.loads(request.content) if request.content else None
        reply = board.respond(source.name, Query(request.method, path, dict(request.url.params), asked))
        if reply.status != 200:  # an odd name is unknown there; that a host which fails is left alone is not at issue
            return httpx.Response(min(reply.status, 422), content=reply.content)
        return httpx.Response(200, content=orjson.dumps(spoil(orjson.loads(reply.content))))

    return httpx.MockTransport(serve)


def fetched(
    make_settings: Any, folder: Path, source: Adapter, spoil: Callable[[Any], Any]
) -> tuple[dict[str, set[tuple[Any, ...]]], dict[str, int]]:
    """The rows of every table, but for where they came from, and how many were set aside."""
    settings = make_settings(data_dir=folder, attempts=1)
    wire = {source.name: transport(source, spoil)}
    (result,) = ingest(settings, [source], Window(DAY, DAY), clock=lambda: NOW, transports=wire)
    assert result.error is None
    found = {}
    for entity in source.entities:
        parts = sorted((settings.raw_dir / source.name / entity.name).rglob("*.parquet"))
        frames = [pl.read_parquet(part, hive_partitioning=False).drop(list(META)) for part in parts]
        found[entity.name] = {row for frame in frames for row in frame.rows()}
    return found, {name: outcome.rows_quarantined for name, outcome in result.outcomes.items()}


@pytest.mark.parametrize("name", VENUES)
def test_rows_of_every_wrong_kind_cost_themselves_only(name: str, make_settings: Any, tmp_path: Path) -> None:
    source = all_sources()[name]
    sound, none = fetched(make_settings, tmp_path / "sound", source, lambda body: body)
    rest, set_aside = fetched(make_settings, tmp_path / "rest", source, spoiled)
    assert all(sound.values())
    assert set(none.values()) == {0}
    assert {(name, table) for table, rows in set_aside.items() if not rows} == {one for one in NO_LIST if one[0] == name}
    assert {table: rows - rest[table] for table, rows in sound.items()} == {table: set() for table in sound}
