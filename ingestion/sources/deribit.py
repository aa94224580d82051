"""Deribit v2 (JSON-RPC over GET): inverse perpetuals (BTC-PERPETUAL) and linear ones in USDC (SOL_USDC-PERPETUAL).

Learnt from the vendor's pages and recorded payloads [V], a probe of the live host by others on 2026-09-22 [L], ccxt [C], memory [M].

- Public methods without key. A request costs 500 credits, 10,000 a second come back: 20 a second; get_instruments has a budget of its
  own, 1 a second [V]. Errors: `{"error": {code, message, data}}` with HTTP 400 or 429; 10028 is too many requests, -32602 with
  param instrument_name and 13020 an unknown instrument [C].
- get_instruments with currency=any and kind=future: all perpetuals (settlement_period perpetual) among dated ones. underlying_type is
  crypto, crypto_index, equity, equity_etf, preipo or commodity; lists before 2026 lack it [L]. Bases can count thousands: 1000PEPE [L].
- get_book_summary_by_currency: by settlement currency, "any" is refused [L]. `open_interest` is USD for inverse (not contracts), base for
  linear, one side; `estimated_delivery_price` is the index of a perpetual [L]. There is no history of open interest: what is not
  read cannot be had later.
- get_tradingview_chart_data: columns, ascending, 5001 bars at most, of which the newest are kept [L]. `volume` is base, `cost` USD or
  USDC [V]. Hours without trades are flat bars. No count of trades.
- get_funding_rate_history: hourly, 744 rows at most [C]. `interest_1h` is what the hour before the timestamp cost; interest_8h is the
  sum of eight such hours [L]: it is kept and not used. Positive: longs pay. current_funding of tickers is per 8 hours [L].
- Since 2026-09-09 Coinbase International trades in these books, at drb.coinbase.com under the same names [V]. That host is not asked,
  so that the books count once; what Coinbase was before is the source `coinbase`.
- Liquidations are flags on single trades; get_last_settlements of type bankruptcy is session accounting [C].
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day, ms
from ingestion.venue.parsing import fields
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

HOST, PUBLIC = "https://www.deribit.com", "/api/v2/public"
CHART_HOURS, FUNDING_HOURS = 5000, 744
BAD_PARAMETER = -32602  # of everything, an unknown instrument among them: the data tells

INSTRUMENTS = Entity.of(
    "instruments",
    "*instrument_name *observed_on:day kind instrument_type? settlement_period? base_currency quote_currency? counter_currency? "
    "settlement_currency? contract_size:float creation_timestamp:int? expiration_timestamp:int? is_active:bool state? underlying_type?",
    event=day("observed_on"),
    is_snapshot=True,
)
BOOK_SUMMARIES = Entity.of(
    "book_summaries",
    "*instrument_name *creation_timestamp:int last:float? mark_price:float? estimated_delivery_price:float? open_interest:float? "
    "volume:float? volume_usd:float? volume_notional:float? current_funding:float? funding_8h:float?",
    event=ms("creation_timestamp"),
    is_snapshot=True,
)
CHARTS = Entity.of(
    "charts",
    "*instrument_name *resolution *tick:int open:float high:float low:float close:float volume:float cost:float",
    event=ms("tick"),
    look_back_days=1,
)
FUNDING_RATES = Entity.of(
    "funding_rates",
    "*instrument_name *timestamp:int interest_1h:float interest_8h:float? index_price:float? prev_index_price:float?",
    event=ms("timestamp"),
    look_back_days=1,
)


def _parse_instruments(payload: Payload) -> Parsed:
    today = payload.fetched_at.date()
    names = ("kind", "instrument_type", "settlement_period", "base_currency", "quote_currency", "counter_currency", "settlement_currency")
    more = ("contract_size", "creation_timestamp", "expiration_timestamp", "is_active", "state", "underlying_type")
    return {"instruments": [(row["instrument_name"], today, *fields(row, *names, *more)) for row in payload.json["result"]]}


def _parse_book_summaries(payload: Payload) -> Parsed:
    names = ("creation_timestamp", "last", "mark_price", "estimated_delivery_price", "open_interest", "volume", "volume_usd")
    more = ("volume_notional", "current_funding", "funding_8h")
    return {"book_summaries": [(row["instrument_name"], *fields(row, *names, *more)) for row in payload.json["result"]]}


def _parse_chart(payload: Payload) -> Parsed:
    """An answer without data has no columns."""
    result, head = payload.json["result"], (payload.param("instrument_name"), payload.param("resolution"))
    if result["status"] == "no_data":
        return {"charts": []}
    columns = [result[name] for name in ("ticks", "open", "high", "low", "close", "volume", "cost")]
    return {"charts": [(*head, *row) for row in zip(*columns, strict=True)]}


def _parse_funding_rates(payload: Payload) -> Parsed:
    name, names = payload.param("instrument_name"), ("timestamp", "interest_1h", "interest_8h", "index_price", "prev_index_price")
    return {"funding_rates": [(name, *fields(row, *names)) for row in payload.json["result"]]}


class Deribit(Adapter):
    """See the module docstring."""

    name = "deribit"
    market_parameters = ("instrument_name",)
    unknown_codes = frozenset({"13020", f"{BAD_PARAMETER} (instrument_name)"})
    busy_codes = frozenset({"10028", "10041", "10047", "10066", "11051", "13028", "13888"})  # limits, settlement, maintenance, time out
    hosts = {"api": HOST, "instruments": HOST}
    limits = {"api": Limit(20, 1), "instruments": Limit(1, 1)}
    no_public_api = {"liquidations": "flags on single trades only, and no list of them"}
    entities = (INSTRUMENTS, BOOK_SUMMARIES, CHARTS, FUNDING_RATES)
    endpoints = (
        Endpoint("instruments", "instruments", f"{PUBLIC}/get_instruments", ("instruments",), _parse_instruments),
        Endpoint("book_summary", "api", f"{PUBLIC}/get_book_summary_by_currency", ("book_summaries",), _parse_book_summaries),
        Endpoint("chart", "api", f"{PUBLIC}/get_tradingview_chart_data", ("charts",), _parse_chart),
        Endpoint("funding_rate_history", "api", f"{PUBLIC}/get_funding_rate_history", ("funding_rates",), _parse_funding_rates),
    )

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """`error` of the envelope, whatever the status; a body that is no object is left to its status."""
        if payload.body.lstrip()[:1] != b"{":
            return None if payload.status >= 400 else ("none", "an answer without an envelope")
        error = payload.json.get("error")
        if error is None:
            return None if payload.status >= 400 or "result" in payload.json else ("none", "an answer without a result")
        data = error.get("data") or {}
        named = f" ({data['param']})" if isinstance(data, dict) and data.get("param") else ""
        return f"{error.get('code')}{named}", f"error {error.get('code')}: {error.get('message')}{named}"

    async def snapshot(self, session: Session) -> list[Market]:
        """One list, then one summary for each currency that settles a perpetual."""
        answer = await session.get("instruments", params={"currency": "any", "kind": "future", "expired": "false"})
        listed = [row for row in answer.json["result"] if row.get("settlement_period") == "perpetual" and row["is_active"]]
        volumes: dict[str, float] = {}

        async def summary(currency: str) -> None:
            found = await session.get("book_summary", params={"currency": currency, "kind": "future"})
            volumes.update({row["instrument_name"]: float(row.get("volume_usd") or 0) for row in found.json["result"]})

        await session.each("book_summary", sorted({row["settlement_currency"] for row in listed}), summary)
        names = [(row["instrument_name"], row.get("creation_timestamp")) for row in listed]
        return session.select(Market(name, volumes.get(name, 0.0), created) for name, created in names)

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        markets = list(markets)
        charts, funding = session.window_for("charts", window), session.window_for("funding_rates", window)
        hourly = {"resolution": "60"}
        await asyncio.gather(
            session.each("chart", markets, lambda one: self._pages(session, "chart", charts, CHART_HOURS, one, hourly)),
            session.each(
                "funding_rate_history", markets, lambda one: self._pages(session, "funding_rate_history", funding, FUNDING_HOURS, one, {})
            ),
        )

    async def _pages(self, session: Session, endpoint: str, window: Window, hours: int, market: Market, fixed: dict[str, Any]) -> None:
        """Pages of exactly as many hours as an answer holds, so that it does not matter which rows a longer one would lose."""
        for start, end in window.pages(timedelta(hours=hours)):
            if end > (market.listed_ms or 0):
                params = {"instrument_name": market.symbol, "start_timestamp": start, "end_timestamp": end - 1, **fixed}
                await session.get(endpoint, params=params, market=market.symbol)
