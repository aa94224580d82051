"""Coinbase International Exchange (INTX) as it was in its own books, until 2026-09-09: history only.

Facts are the vendor's (its pages), recorded (an answer), third party (ccxt) or assumed.

- On 2026-09-09 its perpetuals moved into the books of Deribit (vendor). What trades there since is the source
  `deribit`; nothing after 2026-09-08 is counted here. drb.coinbase.com is not asked by either.
- Its REST API was shut with that, and there is no archive (vendor): a run asks nothing unless
  PERPS_BASE_URL__COINBASE names a mirror or a recording of it. Kept answers are replayed.
- /instruments: an array of all, spot among them, with tickers: open_interest and qty_24hr are base,
  notional_24hr USDC, quote.mark_price; funding_interval is in NANOSECONDS (recorded). One side (assumed).
  Linear, a contract is one base unit, settled in USDC (vendor). Bases can count thousands.
- candles: `aggregations` of [start, end], at most 300 (third party), volume in base, no quote volume, no count
  of trades (vendor). Hours without trades can be missing (assumed).
- funding: newest first, pages by result_offset of at most 100, no bounds; a fraction per hour with the mark;
  positive: longs pay. The path takes a name or an id, the row repeats the id alone (recorded).
- Errors: {title, status}. Limits of REST are not published: a polite rate (assumed).
- Coinbase Advanced (api.coinbase.com) listed the same perpetuals as BTC-PERP-INTX: volume_24h in base, candles
  newest first in seconds (recorded). Its recordings are read, it is not asked. Futures of venue CDE are another.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.venue.paging import Cut, Numbered, Page
from ingestion.venue.parsing import by_name, number
from ingestion.venue.series import Series
from ingestion.venue.table import Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

INTX, ADVANCED = "https://api.international.coinbase.com", "https://api.coinbase.com"
INSTRUMENT, PRODUCTS = "/api/v1/instruments", "/api/v3/brokerage/market/products"

INSTRUMENTS = Table.snapshot("""
    instruments: *symbol *observed_on:day=~ instrument_id type base_asset_name quote_asset_name funding_interval:int? trading_state?
""")
TICKERS = Table.snapshot("""
    tickers: *symbol *timestamp:instant=quote.timestamp type mark_price:float?=quote.mark_price index_price:float?=quote.index_price
    trade_price:float?=quote.trade_price open_interest:float? qty_24hr:float? notional_24hr:float?
    predicted_funding:float?=quote.predicted_funding
""")
BAR = "open:float high:float low:float close:float volume:float"
CANDLES = Table.of("candles", f"*instrument=@instrument *granularity=@granularity *start:instant {BAR}")
FUNDING_RATES = Table.of("funding_rates", "*instrument_id *event_time:instant instrument=@instrument funding_rate:float mark_price:float?")
ADVANCED_PRODUCTS = Table.snapshot("""
    products: *product_id *observed_on:day=~ product_venue? quote_currency_id? price:float? volume_24h:float?
    contract_root_unit?=future_product_details.contract_root_unit contract_size:float?=future_product_details.contract_size
    contract_expiry_type?=future_product_details.contract_expiry_type
""")
ADVANCED_CANDLES = Table.of("product_candles", f"*product_id=@product_id *granularity *start:s {BAR}")
ASKED = "{instrument}=@symbol granularity=ONE_HOUR start=@start_iso end=@last_iso"
OF_A_PRODUCT = ADVANCED_CANDLES.at("candles", granularity=lambda payload: payload.params.get("granularity") or "unknown")


def _quoted(payload: Payload) -> list[Any]:
    """Instruments that have a quote; one without has no ticker."""
    return [row for row in payload.json if isinstance(row, dict) and isinstance(row.get("quote"), dict) and row["quote"].get("timestamp")]


def _funding(market: Market, page: Page) -> Mapping[str, Any]:
    """Pages count from the end of the venue backwards."""
    return {"path": {"instrument": market.symbol}, "params": {"result_offset": 100 * (page.number - 1), "result_limit": 100}}


class Coinbase(Venue):
    name = "coinbase"
    closed_on = date(2026, 9, 8)  # the last day in its own books
    market_parameters = ("instrument", "product_id")
    no_public_api = {
        "open_interest": "no history: only the instrument list of the moment had it, and the API is shut since 2026-09-09",
        "liquidations": "were never published",
    }
    unknown_codes = frozenset({"404", "not_found"})
    throttle_codes = frozenset({"rate_limit_exceeded"})
    hosts = {"intx": INTX, "advanced": ADVANCED}
    limits = {"intx": Limit(10, 1), "advanced": Limit(10, 1)}
    tables = (INSTRUMENTS, TICKERS, CANDLES, FUNDING_RATES, ADVANCED_PRODUCTS, ADVANCED_CANDLES)
    endpoints = (
        serves("instruments", "intx", INSTRUMENT, INSTRUMENTS, TICKERS.at(rows=_quoted)),
        serves("candles", "intx", f"{INSTRUMENT}/{{instrument}}/candles", CANDLES.at("aggregations")),
        serves("funding", "intx", f"{INSTRUMENT}/{{instrument}}/funding", FUNDING_RATES.at("results")),
        serves("products", "advanced", PRODUCTS, ADVANCED_PRODUCTS.at("products")),
        serves("product_candles", "advanced", f"{PRODUCTS}/{{product_id}}/candles", OF_A_PRODUCT),
    )
    series = (
        Series("candles", CANDLES, Cut.hours(300), ASKED, market="instrument"),
        Series("funding", FUNDING_RATES, Numbered(100, most=400), _funding, market="instrument"),
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
        answer = await session.get("instruments")
        volumes = by_name(answer.rows("tickers"), "symbol")
        return session.select(
            Market(name, number(volumes.get(name, {}).get("notional_24hr")))
            for name, row in by_name(answer.rows("instruments"), "symbol").items()
            if row["type"] == "PERP"
        )
