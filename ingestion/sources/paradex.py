"""Paradex REST: perpetuals, summaries, hourly candles, samples of the funding that accrues by the second.

From the vendor's OpenAPI and pages and recorded answers; third party: others' code.

- All GET, keyless; 1500 requests a minute and address. Errors are `{"error", "message"}` with HTTP 400, or 429.
- markets: perpetuals, options of both kinds and spot in one list, asset_kind tells; funding_period_hours is 8 for
  most, 0 for options. Stocks and metals are told by tags only (third party); what ended leaves the list.
- markets/summary: `market=ALL` in one answer, options among them with "" for prices. open_interest is base,
  one side; volume_24h and total_volume USD; underlying_price is the index. With `start` and `end` the history
  of one market: asked for the last minute of each day of a backfill.
- markets/klines: [ms, o, h, l, c, volume in base], minutes up to 60; 720 rows came in one answer (third party).
- funding/data: a row every second or few, newest first, ≤ 5000 a page. funding_index is the USDC that one unit
  of base has paid since listing, still while the market is paused; funding_premium = funding_rate × price, per
  period. Nothing is settled: the index is sampled at the ends of periods; what lies between was paid.
- Liquidations are trades of type LIQUIDATION among all others, 1000 a page: not taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import polars as pl

from ingestion.run.held import By
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.entity import unix
from ingestion.venue.paging import HOUR_MS, Cut
from ingestion.venue.parsing import by_name, joined, number, objects, unix_ms, whole
from ingestion.venue.series import Series
from ingestion.venue.table import Each, Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

SAMPLED_MS = 300_000  # how long before the end of a period its last row is looked for
LAST_MINUTE_MS = 60_000
PERPETUAL = "PERP"

INSTRUMENTS = Table.snapshot("""
    instruments: *symbol *observed_on:day=~ asset_kind base_currency quote_currency? settlement_currency? open_at:ms? expiry_at:ms?
    funding_period_hours:int? max_funding_rate:float? tags?
""")
SUMMARIES = Table.snapshot("""
    market_summaries: *symbol *created_at:ms mark_price:float? underlying_price:float? last_traded_price:float? open_interest:float?
    volume_24h:float? total_volume:float? funding_rate:float?
""")
KLINES = Table.history("""
    klines: *symbol=@symbol *resolution=@resolution *price_kind *time:ms=0
    open:float=1 high:float=2 low:float=3 close:float=4 volume:float=5
""")
FUNDING_DATA = Table.of(
    "funding_data",
    "*market *created_at:ms funding_index:float funding_premium:float? funding_rate:float funding_rate_8h:float? funding_period_hours:int?",
    event=unix("created_at", "ms") + pl.duration(milliseconds=SAMPLED_MS),  # the period it ends may end in the next month
)


def _perpetuals(payload: Payload) -> list[dict[str, Any]]:
    """Without the markets of another kind."""
    return [row for row in objects(payload.json["results"]) if row.get("asset_kind") in (PERPETUAL, None)]


def _summaries(payload: Payload) -> list[Any]:
    """Without options, which are told by their name alone."""
    return [row for row in objects(payload.json["results"]) if row.get("symbol") is None or str(row["symbol"]).endswith(f"-{PERPETUAL}")]


def _kind(payload: Payload) -> str:
    return str(payload.params.get("price_kind", "last"))


class Paradex(Venue):
    name = "paradex"  # a market's product is its funding period in hours
    market_parameters = ("symbol", "market")
    unknown_codes = frozenset({"INVALID_SYMBOL", "NOT_FOUND", "MARKET_NOT_FOUND"})
    refused_codes = frozenset({"GEO_IP_BLOCKED"})
    busy_codes = frozenset({"INTERNAL_ERROR", "SERVICE_UNAVAILABLE"})
    throttle_codes = frozenset({"RATE_LIMIT_EXCEEDED"})
    hosts = {"api": "https://api.prod.paradex.trade/v1"}
    limits = {"api": Limit(1500, 60)}
    tables = (INSTRUMENTS, SUMMARIES, KLINES, FUNDING_DATA)
    endpoints = (
        serves("markets", "api", "/markets", INSTRUMENTS.at(rows=_perpetuals, tags=Each(lambda row: joined(row.get("tags"))))),
        serves("summary", "api", "/markets/summary", SUMMARIES.at(rows=_summaries)),
        serves(
            "klines", "api", "/markets/klines", KLINES.at("results", price_kind=lambda payload: payload.params.get("price_kind", "last"))
        ),
        serves("funding_data", "api", "/funding/data", FUNDING_DATA.at("results")),
    )
    series = (Series("klines", KLINES, Cut.hours(500), "symbol=@symbol resolution=60 price_kind=last start_at=@start end_at=@last"),)
    no_public_api = {"liquidations": "public only as trades among all others"}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Errors are `{"error": "CODE", "message"}`; answers have `results`."""
        if payload.body.lstrip()[:1] != b"{":
            return None if payload.status >= 400 else ("none", "an answer without results")
        body = payload.json
        if "error" not in body and "results" in body:
            return None
        return str(body.get("error", "none")), f"HTTP {payload.status}: error {body.get('error', 'none')}: {body.get('message')}"

    async def snapshot(self, session: Session) -> list[Market]:
        """Two calls: all markets, and the state of all."""
        listed = by_name((await session.get("markets")).rows("instruments"), "symbol")
        states = await self.beside(session, "summary", "market_summaries", "symbol", params={"market": "ALL"})
        return session.select(
            Market(name, number(states.get(name, {}).get("volume_24h")), whole(row["open_at"]), _period(row["funding_period_hours"]))
            for name, row in listed.items()
            if row["asset_kind"] == PERPETUAL
        )

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """Candles are a series; funding is sampled at instants, and so are days without a snapshot: of a backfill, of an outage."""
        chosen, now = list(markets), unix_ms(session.now())
        since = {one.symbol: self.series[0].since(one, session.now()) for one in chosen}
        samples = [(one.symbol, at) for one in chosen for at in _period_ends(session, window, one) if since[one.symbol] < at <= now]
        lacking = session.missed(window, list(since), By(SUMMARIES.name, "symbol"))
        if window.is_backfill:
            lacking = dict.fromkeys(since, window.days())
        nights = [(name, Window(day, day).end_ms) for name, days in lacking.items() for day in days]
        evenings = [(name, at) for name, at in nights if since[name] < at <= now]
        await asyncio.gather(
            super().history(session, window, chosen),
            session.each("funding_data", samples, lambda item: _funding(session, *item)),
            session.each("summary", evenings, lambda item: _evening(session, *item)),
        )


async def _funding(session: Session, name: str, at: int) -> None:
    await session.get("funding_data", params={"market": name, "start_at": at - SAMPLED_MS, "end_at": at, "page_size": 1}, market=name)


async def _evening(session: Session, name: str, at: int) -> None:
    await session.get("summary", params={"market": name, "start": at - LAST_MINUTE_MS, "end": at - 1}, market=name)


def _period(hours: Any) -> str:
    return str(max(whole(hours) or 0, 0) or 8)


def _period_ends(session: Session, window: Window, market: Market) -> range:
    """The ends of the market's funding periods in the days to ask for, and the one before, to measure from."""
    asked = session.window_for("funding_data", window, ("market", market.symbol))
    width = int(market.product) * HOUR_MS
    return range(-(-asked.start_ms // width) * width - width, asked.end_ms, width)
