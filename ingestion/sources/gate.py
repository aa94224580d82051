"""Gate perpetual futures, settled in USDT and in BTC: contracts, candles, funding, open interest, liquidations.

Learnt from the vendor's API documentation, recorded payloads, ccxt and published measurements; [V] recorded or vendor's text,
[P] measured by third parties in 2026, [C] ccxt, [M] remembered, [A] assumed.

- Bare JSON arrays, times in SECONDS, numbers partly as text; sizes can have decimals ("35521.4") [V]. Errors: HTTP 400 or 404 with
  {label, message} [V]. 200 requests per 10 s and address for each endpoint [M, P].
- contracts: all in one call without limit [C]. position_size is one side; mark and index price, funding_interval (s) and contract_type
  ("" coins, stocks, metals …) stand beside it [V]. base = contracts × quanto_multiplier, which is no flag of a quanto; a contract of
  type inverse (BTC_USD) has multiplier 0 and is 1 USD [V]. tickers.total_size is long + short [V]: not used.
- candlesticks: from, to, both included, without limit, ≤ 2000 rows, oldest first; v contracts, sum quote currency. UTC days [V].
  Nothing older than 10000 bars: a 400 otherwise [P]. No trade counts.
- contract_stats: open_interest counted one side in Jan 2023 (odd) and both in 2026 (all even) [V]; staging tells which. From `from` on,
  oldest first, limit ≤ 2000, a row or two more than asked for; `to` is ignored [P].
- funding_rate: from, to, limit ≤ 1000, newest first; t is the settlement plus some two seconds [V].
- liq_orders: of all contracts; from, to at most an hour apart, both included, limit ≤ 1000, newest first, about 90 days [V, P].
  size is the position: > 0 a long; order_size − left was closed, at fill_price [V]. Rows have no number of their own.
- A quanto of the BTC book (type direct there) has no USD figure [M].
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import product
from typing import Any

import polars as pl

from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day, seconds
from ingestion.venue import pages
from ingestion.venue.parsing import fields
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

SETTLES = ("usdt", "btc")
CANDLE_LIMIT, STATS_LIMIT, FUNDING_LIMIT, LIQUIDATION_LIMIT = 2000, 2000, 1000, 1000
KEPT = timedelta(hours=9990)
LIQUIDATIONS_KEPT = timedelta(days=90)
OVER = {"prelaunch", "delisted"}

CONTRACTS = Entity.of(
    "contracts",
    "*settle *name *observed_on:day type quanto_multiplier:float status? in_delisting:bool? position_size:float? create_time:int? "
    "launch_time:int? funding_interval:int? contract_type? enable_decimal:bool?",
    event=day("observed_on"),
    is_snapshot=True,
)
CONTRACT_STATES = Entity.of(
    "contract_states",
    "*settle *name *observed_at:instant type quanto_multiplier:float position_size:float mark_price:float? index_price:float? "
    "last_price:float? funding_rate:float?",
    event=pl.col("observed_at"),
    is_snapshot=True,
)
CANDLES = Entity.of(
    "candles", "*settle *contract *interval *t:int o:float h:float l:float c:float v:float sum:float?", event=seconds("t"), look_back_days=1
)
CONTRACT_STATS = Entity.of(
    "contract_stats",
    "*settle *contract *interval *time:int open_interest:float open_interest_usd:float? mark_price:float? long_liq_usd:float? "
    "short_liq_usd:float?",
    event=seconds("time"),
    look_back_days=1,
)
FUNDING_RATES = Entity.of("funding_rates", "*settle *contract *t:int r:float", event=seconds("t"), look_back_days=1)
LIQUIDATIONS = Entity.of(
    "liquidations",
    "*settle *contract *time:int *size:float *fill_price:float *order_price:float order_size:float? left:float?",
    event=seconds("time"),
)


def _parse_contracts(payload: Payload) -> Parsed:
    settle, at, today = payload.param("settle"), payload.fetched_at, payload.fetched_at.date()
    terms = ("type", "quanto_multiplier", "status", "in_delisting", "position_size")
    more = ("create_time", "launch_time", "funding_interval", "contract_type", "enable_decimal")
    prices = ("type", "quanto_multiplier", "position_size", "mark_price", "index_price", "last_price", "funding_rate")
    rows = payload.json
    return {  # an empty contract_type is an answer: a coin
        "contracts": [(settle, row["name"], today, *fields(row, *terms), *map(row.get, more)) for row in rows],
        "contract_states": [(settle, row["name"], at, *fields(row, *prices)) for row in rows],
    }


def _rows(entity: str, *names: str, asked: tuple[str, ...] = ("contract",)) -> Callable[[Payload], Parsed]:
    """Rows of objects: the book, what was asked for, then these fields."""

    def parse(payload: Payload) -> Parsed:
        if not payload.json:
            return {entity: []}
        lead = [payload.param(name) for name in ("settle", *asked)]
        return {entity: [(*lead, *fields(row, *names)) for row in payload.json]}

    return parse


def _endpoint(name: str, path: str, feeds: tuple[str, ...], parse: Callable[[Payload], Parsed]) -> Endpoint:
    """Every endpoint has a budget of its own."""
    return Endpoint(name, name, f"/futures/{{settle}}/{path}", feeds, parse)


STATS = ("time", "open_interest", "open_interest_usd", "mark_price", "long_liq_usd", "short_liq_usd")
ORDERS = ("contract", "time", "size", "fill_price", "order_price", "order_size", "left")
NAMES = ("contracts", "tickers", "candlesticks", "contract_stats", "funding_rate", "liq_orders")
SERIES = ("contract", "interval")


class Gate(Adapter):
    """See the module docstring."""

    name = "gate"
    market_parameters = ("contract",)
    unknown_codes = frozenset({"CONTRACT_NOT_FOUND"})
    busy_codes = frozenset({"TOO_MANY_REQUESTS", "TOO_BUSY", "SERVER_ERROR"})
    hosts = dict.fromkeys(NAMES, "https://api.gateio.ws/api/v4")
    limits = dict.fromkeys(NAMES, Limit(200, 10))
    entities = (CONTRACTS, CONTRACT_STATES, CANDLES, CONTRACT_STATS, FUNDING_RATES, LIQUIDATIONS)
    endpoints = (
        _endpoint("contracts", "contracts", ("contracts", "contract_states"), _parse_contracts),
        _endpoint("tickers", "tickers", (), lambda payload: {}),
        _endpoint("candlesticks", "candlesticks", ("candles",), _rows("candles", "t", "o", "h", "l", "c", "v", "sum", asked=SERIES)),
        _endpoint("contract_stats", "contract_stats", ("contract_stats",), _rows("contract_stats", *STATS, asked=SERIES)),
        _endpoint("funding_rate", "funding_rate", ("funding_rates",), _rows("funding_rates", "t", "r")),
        _endpoint("liq_orders", "liq_orders", ("liquidations",), _rows("liquidations", *ORDERS, asked=())),
    )

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Errors are {label, message}, answers bare arrays."""
        if payload.status in (403, 451) or payload.body.lstrip()[:1] != b"{":
            return None
        body = payload.json
        return (str(body["label"]), f"{body['label']}: {body.get('message', '')}") if "label" in body else None

    async def snapshot(self, session: Session) -> list[Market]:
        """One call for each book; volumes are asked for only where they rank."""
        found: list[Market] = []
        await session.each("contracts", SETTLES, lambda settle: self._listed(session, settle, found))
        return session.select(found)

    async def _listed(self, session: Session, settle: str, found: list[Market]) -> None:
        listed = (await session.get("contracts", path={"settle": settle}, market=f"all {settle}")).json
        volumes: dict[str, float] = {}
        if session.settings.top_markets is not None:
            tickers = (await session.fetch("tickers", path={"settle": settle}, market=f"all {settle}")).json
            volumes = {row["contract"]: float(row.get("volume_24h_quote") or 0) for row in tickers}
        found += [
            Market(
                row["name"],
                volumes.get(row["name"], 0.0),
                (row.get("launch_time") or row.get("create_time") or 0) // 3600 * 3_600_000,
                settle,
            )
            for row in listed
            if row.get("status") not in OVER and not (row.get("in_delisting") and float(row.get("position_size") or 0) == 0)
        ]

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        markets = list(markets)
        candles, funding = session.window_for("candles", window), session.window_for("funding_rates", window)
        stats, closings = session.window_for("contract_stats", window), session.window_for("liquidations", window)
        settles = sorted({market.product for market in markets})
        hours = closings.whole_days_of(session.now(), LIQUIDATIONS_KEPT).pages(timedelta(hours=1))
        await asyncio.gather(
            session.each("candlesticks", markets, lambda market: _candles(session, candles, market)),
            session.each("contract_stats", markets, lambda market: _stats(session, stats, market)),
            session.each("funding_rate", markets, lambda market: _funding(session, funding, market)),
            session.each("liq_orders", product(settles, hours), lambda one: _liquidations(session, one[0], *one[1])),
        )


async def _ask(session: Session, endpoint: str, market: Market, **params: Any) -> list[dict[str, Any]]:
    path, asked = {"settle": market.product}, {"contract": market.symbol, **params}
    rows: list[dict[str, Any]] = (await session.get(endpoint, path=path, params=asked, market=market.symbol)).json
    return rows


async def _candles(session: Session, window: Window, market: Market) -> None:
    earliest = max(market.listed_ms or 0, int((session.now() - KEPT).timestamp() * 1000))
    for start, end in window.pages(timedelta(hours=CANDLE_LIMIT)):
        if end > earliest:
            bounds = {"from": max(start, earliest) // 1000, "to": end // 1000 - 1}
            await _ask(session, "candlesticks", market, interval="1h", **bounds)


async def _stats(session: Session, window: Window, market: Market) -> None:
    async def ask(start: int, end: int) -> list[int]:
        limit = min(STATS_LIMIT, -((start - end) // 3_600_000))
        bounds = {"from": start // 1000, "limit": limit}
        rows = await _ask(session, "contract_stats", market, interval="1h", **bounds)
        return [int(row["time"]) * 1000 for row in rows]

    await pages.on(max(window.start_ms, market.listed_ms or 0), window.end_ms, ask, STATS_LIMIT)


async def _funding(session: Session, window: Window, market: Market) -> None:
    async def ask(start: int, end: int) -> list[int]:
        bounds = {"from": start // 1000, "to": end // 1000 - 1, "limit": FUNDING_LIMIT}
        return [int(row["t"]) * 1000 for row in await _ask(session, "funding_rate", market, **bounds)]

    await pages.back(max(window.start_ms, market.listed_ms or 0), window.end_ms, ask, FUNDING_LIMIT)


async def _liquidations(session: Session, settle: str, start: int, end: int) -> None:
    """One hour of all contracts; a full page may have cut the second it ends in, which is asked for again."""

    async def ask(start: int, end: int) -> list[int]:
        params = {"from": start // 1000, "to": end // 1000 - 1, "limit": LIQUIDATION_LIMIT}
        rows = (await session.get("liq_orders", path={"settle": settle}, params=params, market=f"all {settle}")).json
        return [int(row["time"]) * 1000 + 1000 for row in rows]

    await pages.back(start, end, ask, LIQUIDATION_LIMIT)
