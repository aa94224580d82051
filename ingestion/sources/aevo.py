"""Aevo REST: perpetuals with their prices (one call), open interest (one call), public trades, hourly funding.

From the shared source reference, the vendor's OpenAPI pages and recorded payloads; [V] recorded, [H] vendor's page or DefiLlama's adapter,
[M] remembered, [A] assumed.

- GET without key; limits per address are unpublished (429, X-RETRY-AFTER in ns) [H]: 5 requests a second. Errors are
  `{"error": "ERR_…"}` with their status [H]. Numbers are strings, times NANOSECONDS [V].
- /markets?instrument_type=PERPETUAL: terms, mark and index of all; options and spot share the path. market_type tells coins from
  equity, commodity, fx, etf, compute and pre_ipo [V]. A market that ended is inactive, later gone.
- /coingecko-statistics: all perpetuals; open_interest is base, one-sided, target_volume USD of 24 h, funding_rate a fraction per
  hour; the next settlement is ABSENT on halted markets [V]. There is no history of open interest.
- There are no candles. /instrument/{name}/trade-history has the public trades, bounds inclusive, `count` the rows of the query, page
  size unpublished [H], newest first as elsewhere here [A]. So pages end where nothing new comes, and fewer than `count` is an error.
  amount is base in decimals, as open_interest is [A]; the page's example 1000000 is the fixed-point format of signed orders.
- /funding-history: [name, time, rate, mark] newest first, ≤ 50 rows, hourly [H].
- No liquidations and no fees are public [H].
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import polars as pl

from ingestion.errors import BadAnswer
from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day
from ingestion.venue import pages
from ingestion.venue.parsing import fields
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

FUNDING_LIMIT = 50
NS = 1_000_000  # in a millisecond


def _ns(column: str) -> pl.Expr:
    """Event instant of a column of Unix nanoseconds."""
    return pl.from_epoch(pl.col(column) // 1000, time_unit="us").dt.replace_time_zone("UTC")


INSTRUMENTS = Entity.of(
    "instruments",
    "*instrument_name *observed_on:day instrument_id instrument_type underlying_asset quote_asset? is_active:bool is_rwa:bool? "
    "market_type? max_leverage:float? price_step:float? amount_step:float?",
    event=day("observed_on"),
    is_snapshot=True,
)
PRICES = Entity.of(
    "prices",
    "*instrument_name *observed_at:instant instrument_type mark_price:float? index_price:float?",
    event=pl.col("observed_at"),
    is_snapshot=True,
)
STATISTICS = Entity.of(
    "statistics",
    "*ticker_id *observed_at:instant open_interest:float? target_volume:float? index_price:float? funding_rate:float? "
    "next_funding_rate_timestamp:int?",
    event=pl.col("observed_at"),
    is_snapshot=True,
)
TRADES = Entity.of(
    "trades",
    "*instrument_name *trade_id *created_timestamp:int side price:float amount:float",
    event=_ns("created_timestamp"),
    look_back_days=1,
)
FUNDING_RATES = Entity.of(
    "funding_rates", "*instrument_name *timestamp:int funding_rate:float mark_price:float?", event=_ns("timestamp"), look_back_days=1
)


def _parse_markets(payload: Payload) -> Parsed:
    at, today = payload.fetched_at, payload.fetched_at.date()
    names = ("instrument_id", "instrument_type", "underlying_asset", "quote_asset", "is_active", "is_rwa", "market_type", "max_leverage")
    terms = (*names, "price_step", "amount_step")
    return {
        "instruments": [(one["instrument_name"], today, *fields(one, *terms)) for one in payload.json],
        "prices": [(one["instrument_name"], at, *fields(one, "instrument_type", "mark_price", "index_price")) for one in payload.json],
    }


def _parse_statistics(payload: Payload) -> Parsed:
    names = ("open_interest", "target_volume", "index_price", "funding_rate", "next_funding_rate_timestamp")
    return {"statistics": [(one["ticker_id"], payload.fetched_at, *fields(one, *names)) for one in payload.json]}


def _parse_trades(payload: Payload) -> Parsed:
    names = ("instrument_name", "trade_id", "created_timestamp", "side", "price", "amount")
    return {"trades": [fields(one, *names) for one in _trades(payload)]}


def _parse_funding(payload: Payload) -> Parsed:
    return {"funding_rates": [tuple(row) for row in payload.json["funding_history"]]}


def _trades(payload: Payload) -> list[dict[str, Any]]:
    return payload.json.get("trade_history") or []


class Aevo(Adapter):
    """See the module docstring."""

    name = "aevo"
    market_parameters = ("instrument_name",)
    unknown_codes = frozenset({"INSTRUMENT_NOT_FOUND", "ERR_INSTRUMENT_NOT_FOUND"})  # [M]
    no_public_api = {"liquidations": "only the account's own are answered"}
    hosts = {"api": "https://api.aevo.xyz"}
    limits = {"api": Limit(5, 1)}
    entities = (INSTRUMENTS, PRICES, STATISTICS, TRADES, FUNDING_RATES)
    endpoints = (
        Endpoint("markets", "api", "/markets", ("instruments", "prices"), _parse_markets),
        Endpoint("coingecko_statistics", "api", "/coingecko-statistics", ("statistics",), _parse_statistics),
        Endpoint("trade_history", "api", "/instrument/{instrument_name}/trade-history", ("trades",), _parse_trades),
        Endpoint("funding_history", "api", "/funding-history", ("funding_rates",), _parse_funding),
    )

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Errors are `{"error": text}`, whatever the status."""
        if not payload.body.lstrip().startswith(b'{"error"'):
            return None
        text = str(payload.json["error"])
        return text, f"HTTP {payload.status}: {text}"

    async def snapshot(self, session: Session) -> list[Market]:
        """Two calls for all markets."""
        listed = (await session.get("markets", params={"instrument_type": "PERPETUAL"})).json
        volumes: dict[str, float] = {}

        async def statistics(_: object) -> None:
            rows = (await session.get("coingecko_statistics")).json
            volumes.update({row["ticker_id"]: float(row.get("target_volume") or 0) for row in rows})

        await session.each("coingecko_statistics", [None], statistics)
        return session.select(
            Market(one["instrument_name"], volumes.get(one["instrument_name"], 0.0))
            for one in listed
            if one["instrument_type"] == "PERPETUAL" and one["is_active"]
        )

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        markets = list(markets)
        trades, funding = session.window_for("trades", window), session.window_for("funding_rates", window)
        await asyncio.gather(
            session.each("trade_history", markets, lambda market: self._trades(session, trades, market.symbol)),
            session.each("funding_history", markets, lambda market: self._funding(session, funding, market.symbol)),
        )

    async def _trades(self, session: Session, window: Window, name: str) -> None:
        """Backwards; the oldest instant of a page is asked for again, for its other trades may have been cut off."""
        start, end, total = window.start_ms * NS, window.end_ms * NS - 1, 0
        known: set[str] = set()
        while start <= end:
            params = {"start_time": start, "end_time": end}
            payload = await session.get("trade_history", path={"instrument_name": name}, params=params, market=name)
            total = max(total, int(payload.json.get("count") or 0))
            fresh = {row["trade_id"] for row in _trades(payload)} - known
            if not fresh:
                break
            known |= fresh
            end = min(end - 1, *(int(row["created_timestamp"]) for row in _trades(payload)))
        if len(known) < total:
            raise BadAnswer(self.name, "trade_history", f"{len(known)} of {total} trades came", market=name, advice="the paging changed")

    async def _funding(self, session: Session, window: Window, name: str) -> None:
        async def ask(start: int, end: int) -> list[int]:
            params = {"instrument_name": name, "start_time": start * NS, "end_time": end * NS - 1, "limit": FUNDING_LIMIT}
            payload = await session.get("funding_history", params=params, market=name)
            return [int(row[1]) // NS for row in payload.json["funding_history"]]

        await pages.back(window.start_ms, window.end_ms, ask, FUNDING_LIMIT)
