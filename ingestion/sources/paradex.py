"""Paradex REST: perpetuals — markets, summaries, hourly candles, samples of the funding that accrues by the second.

From the vendor's OpenAPI and pages [H], recorded payloads [V], others' code [M]; [A] assumed.

- All GET, keyless; 1500 requests a minute and address. Errors are `{"error": "CODE", "message"}` with HTTP 400, or 429 [H].
- markets: perpetuals, perpetual options, dated options and spot in one list; asset_kind tells [V]. funding_period_hours is 8 for most,
  other for some, 0 for options. Stocks and metals are told by tags only [M]; what ended leaves the list.
- markets/summary: `market=ALL` in one answer, options among them with "" for prices [V]. open_interest is base, one side; volume_24h and
  total_volume USD; underlying_price is the index [V]. With `start` and `end` the history of one market [H]: asked for the last minute of
  each day of a backfill.
- markets/klines: [ms, o, h, l, c, volume in base], whole minutes up to 60 as resolution, no quote volume and no count; 720 rows came in
  one answer [M].
- funding/data: a row every second or few, newest first, ≤ 5000 a page [H]. funding_index is what one unit of base has paid since
  listing, USDC; funding_premium = funding_rate × price, per funding period [H]. Nothing is settled: the index is sampled at the ends
  of the periods, and what lies between two samples was paid. It stands still while the market is paused [H].
- Liquidations are trades of type LIQUIDATION among all others, 1000 a page: not taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import polars as pl

from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day, ms
from ingestion.venue.parsing import fields
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

PAGE = timedelta(hours=500)
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
SAMPLED_MS = 300_000  # how long before the end of a period its last row is looked for
LAST_MINUTE_MS = 60_000
DAYS_OF_A_BACKFILL = 7  # longer ranges have days on which no summary was taken
DEFAULT_PERIOD_HOURS = 8

INSTRUMENTS = Entity.of(
    "instruments",
    "*symbol *observed_on:day asset_kind base_currency quote_currency? settlement_currency? open_at:int? expiry_at:int? "
    "funding_period_hours:int? max_funding_rate:float? tags?",
    event=day("observed_on"),
    is_snapshot=True,
)
SUMMARIES = Entity.of(
    "market_summaries",
    "*symbol *created_at:int mark_price:float? underlying_price:float? last_traded_price:float? open_interest:float? volume_24h:float? "
    "total_volume:float? funding_rate:float?",
    event=ms("created_at"),
    is_snapshot=True,
)
KLINES = Entity.of(
    "klines",
    "*symbol *resolution *price_kind *time:int open:float high:float low:float close:float volume:float",
    event=ms("time"),
    look_back_days=1,
)
FUNDING_DATA = Entity.of(
    "funding_data",
    "*market *created_at:int funding_index:float funding_premium:float? funding_rate:float funding_rate_8h:float? "
    "funding_period_hours:int?",
    event=ms("created_at") + pl.duration(milliseconds=SAMPLED_MS),  # the period it ends may end in the next month
)


def _parse_markets(payload: Payload) -> Parsed:
    today = payload.fetched_at.date()
    names = ("asset_kind", "base_currency", "quote_currency", "settlement_currency", "open_at", "expiry_at", "funding_period_hours")
    perpetuals = [row for row in payload.json["results"] if row["asset_kind"] == "PERP"]
    return {
        "instruments": [
            (row["symbol"], today, *fields(row, *names, "max_funding_rate"), ",".join(row.get("tags") or [])) for row in perpetuals
        ]
    }


def _parse_summaries(payload: Payload) -> Parsed:
    names = ("created_at", "mark_price", "underlying_price", "last_traded_price", "open_interest", "volume_24h", "total_volume")
    perpetuals = [row for row in payload.json["results"] or [] if row["symbol"].endswith("-PERP")]
    return {"market_summaries": [(row["symbol"], *fields(row, *names, "funding_rate")) for row in perpetuals]}


def _parse_klines(payload: Payload) -> Parsed:
    rows = payload.json["results"] or []
    head = (payload.param("symbol"), payload.param("resolution"), payload.params.get("price_kind", "last")) if rows else ()
    return {"klines": [(*head, *row[:6]) for row in rows]}


def _parse_funding(payload: Payload) -> Parsed:
    names = ("created_at", "funding_index", "funding_premium", "funding_rate", "funding_rate_8h", "funding_period_hours")
    return {"funding_data": [(row["market"], *fields(row, *names)) for row in payload.json["results"] or []]}


class Paradex(Adapter):
    """See the module docstring."""

    name = "paradex"
    market_parameters = ("symbol", "market")
    unknown_codes = frozenset({"INVALID_SYMBOL", "NOT_FOUND", "MARKET_NOT_FOUND"})
    refused_codes = frozenset({"GEO_IP_BLOCKED"})
    busy_codes = frozenset({"INTERNAL_ERROR", "SERVICE_UNAVAILABLE", "RATE_LIMIT_EXCEEDED"})
    hosts = {"api": "https://api.prod.paradex.trade/v1"}
    limits = {"api": Limit(1500, 60)}
    entities = (INSTRUMENTS, SUMMARIES, KLINES, FUNDING_DATA)
    endpoints = (
        Endpoint("markets", "api", "/markets", ("instruments",), _parse_markets),
        Endpoint("summary", "api", "/markets/summary", ("market_summaries",), _parse_summaries),
        Endpoint("klines", "api", "/markets/klines", ("klines",), _parse_klines),
        Endpoint("funding_data", "api", "/funding/data", ("funding_data",), _parse_funding),
    )
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
        listed = (await session.get("markets")).json["results"]
        states = (await session.get("summary", params={"market": "ALL"})).json["results"]
        volumes = {row["symbol"]: float(row.get("volume_24h") or 0) for row in states}
        return session.select(
            Market(
                row["symbol"], volumes.get(row["symbol"], 0.0), int(row.get("open_at") or 0),
                str(row.get("funding_period_hours") or DEFAULT_PERIOD_HOURS),
            )
            for row in listed
            if row["asset_kind"] == "PERP"
        )  # fmt: skip

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        markets, now = list(markets), int(session.now().timestamp() * 1000)
        klines, funding = session.window_for("klines", window), session.window_for("funding_data", window)
        samples = [(market, at) for market in markets for at in _period_ends(funding, market) if (market.listed_ms or 0) < at <= now]
        nights = range(window.start_ms + DAY_MS, min(window.end_ms, now) + 1, DAY_MS) if len(window.days()) > DAYS_OF_A_BACKFILL else ()
        evenings = [(market, at) for market in markets for at in nights if at > (market.listed_ms or 0)]
        await asyncio.gather(
            session.each("klines", markets, lambda market: self._klines(session, klines, market)),
            session.each("funding_data", samples, lambda item: self._funding(session, *item)),
            session.each("summary", evenings, lambda item: self._evening(session, *item)),
        )

    async def _klines(self, session: Session, window: Window, market: Market) -> None:
        for start, end in window.pages(PAGE):
            if end > (market.listed_ms or 0):
                params = {"symbol": market.symbol, "resolution": "60", "price_kind": "last", "start_at": start, "end_at": end - 1}
                await session.get("klines", params=params, market=market.symbol)

    async def _funding(self, session: Session, market: Market, at: int) -> None:
        params = {"market": market.symbol, "start_at": at - SAMPLED_MS, "end_at": at, "page_size": 1}
        await session.get("funding_data", params=params, market=market.symbol)

    async def _evening(self, session: Session, market: Market, at: int) -> None:
        params = {"market": market.symbol, "start": at - LAST_MINUTE_MS, "end": at - 1}
        await session.get("summary", params=params, market=market.symbol)


def _period_ends(window: Window, market: Market) -> range:
    """The ends of the market's funding periods in the window, and the one before, from which the first is measured."""
    width = int(market.product) * HOUR_MS
    return range(-(-window.start_ms // width) * width - width, window.end_ms, width)
