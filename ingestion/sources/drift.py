"""Drift (Solana), halted since 2026-04-02: what its data API still gives of the time before. Perpetuals only.

[V] recorded (2026-02), [D] its own packages (drift-labs/common), [T] third parties who asked it in 2026, [A] assumed.

- The venue was drained on 2026-04-01 and stopped; what trades under another name since is another venue. Nothing is asked for later
  days, and nothing at all by a daily run. A backfill of earlier days asks for the list first, for nobody else names the markets.
- `/stats/markets`: all markets, spot and perp [V]. `-BET` are predictions [D]. Open interest is per side in base, SHORTS NEGATIVE;
  `fundingRate` is PERCENT an hour; volumes roll over 24 h; only the moment, and there is no history of open interest [V].
- `/market/{symbol}/candles/60`: `{success, records}`, NEWEST FIRST and back from `startTs`, `endTs` is the older bound; seconds;
  ≤ 1000 [D][T]. Prices of fills and of the oracle; baseVolume, quoteVolume in USD [D]. Whether bounds are inclusive is not known [A].
- `/market/{symbol}/fundingRates/{year}/{month}/{day}?format=csv`: one file a day, 2022-11-04 to 2026-03-31, later ones empty with
  HTTP 200 [T]. Rates are USD per unit of base an HOUR: over oraclePriceTwap they are a fraction; positive: longs pay [T]. The rate of
  the side that is paid can be capped, so that long and short differ [D]. Its older path `/fundingRates` answers 403 [T].
- 429 without a number [D]: 5 requests a second. Candles give no counts of trades.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterable
from datetime import date, timedelta

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

PAGE = 1000
CLOSED = date(2026, 4, 2)
HOUR_MS, DAY = 3_600_000, timedelta(days=1)

INSTRUMENTS = Entity.of(
    "instruments",
    "*symbol *observed_on:day market_index:int market_type base_asset quote_asset? status?",
    event=day("observed_on"),
    is_snapshot=True,
)
MARKET_STATES = Entity.of(
    "market_states",
    "*symbol *observed_at:instant market_type oracle_price:float? mark_price:float? base_volume:float? quote_volume:float? "
    "open_interest_long:float open_interest_short:float funding_rate_long:float? funding_rate_short:float? funding_rate_update_ts:int?",
    event=pl.col("observed_at"),
    is_snapshot=True,
)
PRICES = tuple(f"{kind}{name}" for kind in ("fill", "oracle") for name in ("Open", "High", "Low", "Close"))
CANDLES = Entity.of(
    "candles",
    "*symbol *resolution *ts:int fill_open:float? fill_high:float? fill_low:float? fill_close:float? oracle_open:float? "
    "oracle_high:float? oracle_low:float? oracle_close:float? base_volume:float quote_volume:float",
    event=seconds("ts"),
)
FUNDING_RATES = Entity.of(
    "funding_rates",
    "*symbol *ts:int funding_rate:float funding_rate_long:float? funding_rate_short:float? oracle_price_twap:float mark_price_twap:float?",
    event=seconds("ts"),
)


def _parse_markets(payload: Payload) -> Parsed:
    at, today = payload.fetched_at, payload.fetched_at.date()
    markets = [market for market in payload.json["markets"] if market["marketType"] == "perp"]
    terms = ("marketIndex", "marketType", "baseAsset", "quoteAsset", "status")
    prices = ("marketType", "oraclePrice", "markPrice", "baseVolume", "quoteVolume")
    states = [
        (
            market["symbol"], at, *fields(market, *prices), *fields(market["openInterest"], "long", "short"),
            *fields(market.get("fundingRate") or {}, "long", "short"), market.get("fundingRateUpdateTs"),
        )
        for market in markets
    ]  # fmt: skip
    return {"instruments": [(market["symbol"], today, *fields(market, *terms)) for market in markets], "market_states": states}


def _parse_candles(payload: Payload) -> Parsed:
    symbol, resolution = payload.param("symbol"), payload.param("resolution")
    names = ("ts", *PRICES, "baseVolume", "quoteVolume")
    return {"candles": [(symbol, resolution, *fields(row, *names)) for row in payload.json["records"]]}


def _parse_funding(payload: Payload) -> Parsed:
    names = ("ts", "fundingRate", "fundingRateLong", "fundingRateShort", "oraclePriceTwap", "markPriceTwap")
    rows = csv.DictReader(io.StringIO(payload.body.decode()))
    return {"funding_rates": [(payload.param("symbol"), *fields(row, *names)) for row in rows]}


class Drift(Adapter):
    """See the module docstring."""

    name = "drift"
    hosts = {"api": "https://data.api.drift.trade"}
    limits = {"api": Limit(5, 1)}
    entities = (INSTRUMENTS, MARKET_STATES, CANDLES, FUNDING_RATES)
    endpoints = (
        Endpoint("stats_markets", "api", "/stats/markets", ("instruments", "market_states"), _parse_markets),
        Endpoint("candles", "api", "/market/{symbol}/candles/{resolution}", ("candles",), _parse_candles),
        Endpoint(
            "funding_rates", "api", "/market/{symbol}/fundingRates/{year}/{month}/{day}", ("funding_rates",), _parse_funding, is_json=False
        ),
    )
    closed_on = CLOSED
    no_public_api = {"liquidations": "the data API has trades and liquidations of an account, none of the venue"}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """`{"success": false, …}`, whatever the status."""
        if payload.body.lstrip()[:1] != b"{" or payload.json.get("success") is not False:
            return None
        return "", f"HTTP {payload.status}: {payload.json.get('message') or payload.json.get('error') or 'no success'}"

    async def snapshot(self, session: Session) -> list[Market]:
        """One call, as long as the venue ran: nothing that exists now is worth asking for."""
        return await self._markets(session) if session.now().date() <= CLOSED else []

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        if window.first > CLOSED:
            return
        days = Window(window.first, min(window.last, CLOSED))
        asked = list(markets) if session.now().date() <= CLOSED else await self._markets(session)
        files = [(market.symbol, one) for market in asked for one in days.days()]
        await asyncio.gather(
            session.each("candles", asked, lambda market: _candles(session, days, market.symbol)),
            session.each("funding_rates", files, lambda file: _funding(session, *file)),
        )

    async def _markets(self, session: Session) -> list[Market]:
        listed = (await session.get("stats_markets")).json["markets"]
        return session.select(
            Market(market["symbol"], float(market.get("quoteVolume") or 0))
            for market in listed
            if market["marketType"] == "perp" and not market["symbol"].endswith("-BET")
        )


async def _candles(session: Session, window: Window, symbol: str) -> None:
    """Never more rows than hours are left: the answer is right whether it heeds the older bound or not."""

    async def ask(start: int, end: int) -> list[int]:
        params = {"startTs": (end - 1) // 1000, "endTs": start // 1000, "limit": min(PAGE, -((start - end) // HOUR_MS))}
        path = {"symbol": symbol, "resolution": "60"}
        payload = await session.get("candles", path=path, params=params, market=symbol)
        return [int(row["ts"]) * 1000 for row in payload.json["records"]]

    await pages.back(window.start_ms, window.end_ms, ask, PAGE)


async def _funding(session: Session, symbol: str, on: date) -> None:
    path = {"symbol": symbol, "year": str(on.year), "month": str(on.month), "day": str(on.day)}
    await session.get("funding_rates", path=path, params={"format": "csv"}, market=symbol)
