"""Coinbase International Exchange (INTX) as it was in its own books, until 2026-09-09: history only.

From the vendor's pages and recorded payloads [V], ccxt [C], memory [M]; [A] is assumed.

- On 2026-09-09 its perpetuals moved into the books of Deribit, BTC-PERP into BTC_USDC-PERPETUAL [V]. What trades there since is the
  source `deribit`, and is counted there alone; nothing after 2026-09-08 is counted here. drb.coinbase.com is not asked by either.
- Its REST API was shut with that, and there is no archive [V]: a run asks nothing unless PERPS_BASE_URL__COINBASE names a mirror or a
  recording of it. Answers kept in landing or elsewhere are replayed.
- /instruments: an array of all, spot among them, with tickers: open_interest and qty_24hr are base, notional_24hr USDC, quote.mark_price;
  funding_interval is in NANOSECONDS [V]. One side [A]. Linear, a contract is one base unit, settled in USDC [V]. Bases can count thousands.
- candles: `aggregations` of [start, end], at most 300 [C], volume in base, no quote volume, no count of trades [V]: USD is estimated at
  the close. Hours without trades can be missing [A].
- funding: newest first, pages by result_offset of at most 100, no bounds; a fraction per hour with the mark price; positive: longs
  pay [V]. The path takes a name or an id, the row repeats the id alone [V].
- Errors: {title, status} [M]. Limits of REST are not published: a polite rate [A].
- Coinbase Advanced (api.coinbase.com) listed the same perpetuals as BTC-PERP-INTX: products with volume_24h in base, candles newest first
  in seconds [V]. Its recordings are read, it is not asked. Futures of Coinbase Derivatives (venue CDE) are another venue.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import polars as pl

from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day, seconds
from ingestion.venue.parsing import fields, instant, iso, unix_ms
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

INTX, ADVANCED = "https://api.international.coinbase.com", "https://api.coinbase.com"
INSTRUMENT, PRODUCTS = "/api/v1/instruments", "/api/v3/brokerage/market/products"
CANDLE_LIMIT, FUNDING_LIMIT = 300, 100
HOUR_MS, MOVED_MS = 3_600_000, 1_788_912_000_000  # 2026-09-09

INSTRUMENTS = Entity.of(
    "instruments",
    "*symbol *observed_on:day instrument_id type base_asset_name quote_asset_name funding_interval:int? trading_state?",
    event=day("observed_on"),
    is_snapshot=True,
)
TICKERS = Entity.of(
    "tickers",
    "*symbol *timestamp:instant type mark_price:float? index_price:float? trade_price:float? open_interest:float? qty_24hr:float? "
    "notional_24hr:float? predicted_funding:float?",
    event=pl.col("timestamp"),
    is_snapshot=True,
)
CANDLES = Entity.of(
    "candles", "*instrument *granularity *start:instant open:float high:float low:float close:float volume:float", event=pl.col("start")
)
FUNDING_RATES = Entity.of(
    "funding_rates", "*instrument_id *event_time:instant instrument funding_rate:float mark_price:float?", event=pl.col("event_time")
)
ADVANCED_PRODUCTS = Entity.of(
    "products",
    "*product_id *observed_on:day product_venue? quote_currency_id? price:float? volume_24h:float? contract_root_unit? "
    "contract_size:float? contract_expiry_type?",
    event=day("observed_on"),
    is_snapshot=True,
)
ADVANCED_CANDLES = Entity.of(
    "product_candles",
    "*product_id *granularity *start:int open:float high:float low:float close:float volume:float",
    event=seconds("start"),
)


def _parse_instruments(payload: Payload) -> Parsed:
    today = payload.fetched_at.date()
    names = ("instrument_id", "type", "base_asset_name", "quote_asset_name", "funding_interval", "trading_state")
    prices, sizes = ("mark_price", "index_price", "trade_price"), ("open_interest", "qty_24hr", "notional_24hr")
    quoted = [(row, row["quote"]) for row in payload.json if row.get("quote", {}).get("timestamp")]
    return {
        "instruments": [(row["symbol"], today, *fields(row, *names)) for row in payload.json],
        "tickers": [
            (row["symbol"], instant(quote["timestamp"]), row["type"], *fields(quote, *prices), *fields(row, *sizes),
             *fields(quote, "predicted_funding"))
            for row, quote in quoted
        ],
    }  # fmt: skip


def _parse_candles(payload: Payload) -> Parsed:
    head, names = (payload.param("instrument"), payload.param("granularity")), ("open", "high", "low", "close", "volume")
    return {"candles": [(*head, instant(row["start"]), *fields(row, *names)) for row in payload.json["aggregations"]]}


def _parse_funding(payload: Payload) -> Parsed:
    name, names = payload.param("instrument"), ("funding_rate", "mark_price")
    rows = [(row["instrument_id"], instant(row["event_time"]), name, *fields(row, *names)) for row in payload.json["results"]]
    return {"funding_rates": rows}


def _parse_products(payload: Payload) -> Parsed:
    today, rows = payload.fetched_at.date(), []
    for row in payload.json["products"]:
        details = fields(row.get("future_product_details") or {}, "contract_root_unit", "contract_size", "contract_expiry_type")
        rows.append((row["product_id"], today, *fields(row, "product_venue", "quote_currency_id", "price", "volume_24h"), *details))
    return {"products": rows}


def _parse_product_candles(payload: Payload) -> Parsed:
    head = (payload.param("product_id"), payload.params.get("granularity") or "unknown")
    names = ("start", "open", "high", "low", "close", "volume")
    return {"product_candles": [(*head, *fields(row, *names)) for row in payload.json["candles"]]}


class Coinbase(Adapter):
    """See the module docstring."""

    name = "coinbase"
    closed_on = date(2026, 9, 8)  # the last day in its own books
    market_parameters = ("instrument", "product_id")
    no_public_api = {
        "open_interest": "no history: only the instrument list of the moment had it, and the API is shut since 2026-09-09",
        "liquidations": "were never published",
    }
    unknown_codes = frozenset({"404", "not_found"})
    busy_codes = frozenset({"rate_limit_exceeded"})
    hosts = {"intx": INTX, "advanced": ADVANCED}
    limits = {"intx": Limit(10, 1), "advanced": Limit(10, 1)}
    entities = (INSTRUMENTS, TICKERS, CANDLES, FUNDING_RATES, ADVANCED_PRODUCTS, ADVANCED_CANDLES)
    endpoints = (
        Endpoint("instruments", "intx", INSTRUMENT, ("instruments", "tickers"), _parse_instruments),
        Endpoint("candles", "intx", f"{INSTRUMENT}/{{instrument}}/candles", ("candles",), _parse_candles),
        Endpoint("funding", "intx", f"{INSTRUMENT}/{{instrument}}/funding", ("funding_rates",), _parse_funding),
        Endpoint("products", "advanced", PRODUCTS, ("products",), _parse_products),
        Endpoint("product_candles", "advanced", f"{PRODUCTS}/{{product_id}}/candles", ("product_candles",), _parse_product_candles),
    )

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """INTX: `title` and `status`; Advanced: `errors` of {id, message}, `error`, or `error_response`, some inside HTTP 200."""
        if payload.body.lstrip()[:1] != b"{":
            return None
        body = payload.json
        found = {"id": body.get("title") if "status" in body else body.get("error"), "message": body.get("message")}
        found = next(iter(body.get("errors") or []), body.get("error_response") or found)
        code = str(found.get("id") or found.get("error") or "")
        if not code and payload.status < 400:
            return None
        text = ": ".join(filter(None, [f"HTTP {payload.status}", code, found.get("message")]))
        return "404" if payload.status == 404 else code, text

    async def snapshot(self, session: Session) -> list[Market]:
        """The list, from a mirror alone."""
        if not session.settings.base_url.get(self.name):
            session.limitations.add("the API is shut since 2026-09-09: set PERPS_BASE_URL__COINBASE to a mirror, or replay kept answers")
            return []
        listed = (await session.get("instruments")).json
        return session.select(Market(row["symbol"], float(row.get("notional_24hr") or 0)) for row in listed if row["type"] == "PERP")

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        markets = list(markets)
        await asyncio.gather(
            session.each("candles", markets, lambda market: self._candles(session, window, market.symbol)),
            session.each("funding", markets, lambda market: self._funding(session, window, market.symbol)),
        )

    async def _candles(self, session: Session, window: Window, name: str) -> None:
        for start, end in window.pages(timedelta(hours=CANDLE_LIMIT)):
            params = {"granularity": "ONE_HOUR", "start": iso(start), "end": iso(end - 1)}
            await session.get("candles", path={"instrument": name}, params=params, market=name)

    async def _funding(self, session: Session, window: Window, name: str) -> None:
        """Newest first without bounds: pages from the end of the venue back to the window, the last of them as long as is left."""
        offset, oldest = 0, MOVED_MS
        while oldest > window.start_ms:
            limit = min(FUNDING_LIMIT, -((window.start_ms - oldest) // HOUR_MS))
            params = {"result_offset": offset, "result_limit": limit}
            rows: list[Any] = (await session.get("funding", path={"instrument": name}, params=params, market=name)).json["results"]
            if len(rows) < limit:
                return
            offset += len(rows)
            oldest = min(unix_ms(instant(row["event_time"])) for row in rows)
