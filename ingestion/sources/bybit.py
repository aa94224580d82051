"""Bybit v5 REST: linear (USDT and USDC) and inverse perpetuals — instruments, tickers, klines, funding, open interest history.

From the vendor's pages and recorded payloads; [V] read there, [A] assumed.

- All GET without key; the product is the parameter `category`. 600 requests per 5 s and address; a breach is HTTP 403 for at least
  ten minutes, as is a refused region [V]. Errors come inside HTTP 200: `retCode`, `retMsg` [V].
- instruments-info: ≤ 1000 a page, by cursor, dated contracts among them. Default: what trades; `status=Closed` lists what ended, with
  deliveryTime as the end [V]. fundingInterval is in MINUTES. symbolType tells stocks, ETFs, commodities and forex from coins [V].
- tickers: one call for all. `openInterest` is the sum of BOTH sides, `singleOpenInterest` one side; base for linear, USD for inverse;
  openInterestValue of inverse is base [V]. Before 2026-06 there is no single field: half of openInterest [A].
- kline: ≤ 1000, newest first; linear volume = base, turnover = quote; inverse volume = USD, turnover = base [V]. No count of trades.
- open-interest: ≤ 200, newest first, since launch, an interval of its own; sides and units as in tickers, no price [V].
- funding/history: ≤ 200, newest first; startTime alone is an error [V]. The interval changes over time and is not in the row [V].
- Numbers are strings; missing is "". USDC perpetuals are named BTCPERP, inverse ones BTCUSD, dated ones BTC-26JUN26 and BTCUSDM26 [V].
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from ingestion.errors import BadAnswer, SourceError
from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day, ms
from ingestion.venue import pages
from ingestion.venue.parsing import fields
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

CATEGORIES = ("linear", "inverse")
PERPETUALS = {"LinearPerpetual", "InversePerpetual"}
KLINE_LIMIT, HISTORY_LIMIT, INSTRUMENT_LIMIT = 1000, 200, 1000
BAD_PARAMETER = 10001  # of everything, an unknown symbol among them: the message tells

INSTRUMENTS = Entity.of(
    "instruments",
    "*category *symbol *status *observed_on:day contract_type base_coin quote_coin settle_coin? launch_time:int? delivery_time:int? "
    "funding_interval:int? symbol_type? is_pre_listing:bool?",
    event=day("observed_on"),
    is_snapshot=True,
)
TICKERS = Entity.of(
    "tickers",
    "*category *symbol *time:int last_price:float? mark_price:float? index_price:float? open_interest:float? open_interest_value:float? "
    "single_open_interest:float? single_open_interest_value:float? volume_24h:float? turnover_24h:float? funding_rate:float? "
    "next_funding_time:int? funding_interval_hour:int?",
    event=ms("time"),
    is_snapshot=True,
)
KLINES = Entity.of(
    "klines",
    "*category *symbol *interval *start_time:int open:float high:float low:float close:float volume:float turnover:float",
    event=ms("start_time"),
    look_back_days=1,
)
FUNDING_RATES = Entity.of(
    "funding_rates",
    "*category *symbol *funding_rate_timestamp:int funding_rate:float",
    event=ms("funding_rate_timestamp"),
    look_back_days=1,
)
OPEN_INTEREST = Entity.of(
    "open_interest",
    "*category *symbol *timestamp:int interval_time? open_interest:float single_open_interest:float?",
    event=ms("timestamp"),
    look_back_days=1,
)


def _category(payload: Payload) -> str:
    return str(payload.json["result"].get("category") or payload.param("category"))


def _items(payload: Payload) -> list[Any]:
    found: list[Any] = payload.json["result"]["list"]
    return found


def _parse_instruments(payload: Payload) -> Parsed:
    today = payload.fetched_at.date()
    names = ("contractType", "baseCoin", "quoteCoin", "settleCoin", "launchTime", "deliveryTime", "fundingInterval")
    rows = []
    for item in _items(payload):
        category = "inverse" if item["contractType"].startswith("Inverse") else "linear"
        more = (item.get("symbolType"), item.get("isPreListing"))  # an empty symbolType is an answer: a coin
        rows.append((category, item["symbol"], item["status"], today, *fields(item, *names), *more))
    return {"instruments": rows}


def _parse_tickers(payload: Payload) -> Parsed:
    category, time = _category(payload), payload.json.get("time") or int(payload.fetched_at.timestamp() * 1000)
    names = ("lastPrice", "markPrice", "indexPrice", "openInterest", "openInterestValue", "singleOpenInterest", "singleOpenInterestValue")
    more = ("volume24h", "turnover24h", "fundingRate", "nextFundingTime", "fundingIntervalHour")
    return {"tickers": [(category, item["symbol"], time, *fields(item, *names, *more)) for item in _items(payload)]}


def _parse_klines(payload: Payload) -> Parsed:
    if not _items(payload):
        return {"klines": []}
    symbol = payload.json["result"].get("symbol") or payload.param("symbol")
    head = (_category(payload), symbol, payload.param("interval"))
    return {"klines": [(*head, *row[:7]) for row in _items(payload)]}


def _parse_funding_rates(payload: Payload) -> Parsed:
    rows = [(_category(payload), item["symbol"], *fields(item, "fundingRateTimestamp", "fundingRate")) for item in _items(payload)]
    return {"funding_rates": rows}


def _parse_open_interest(payload: Payload) -> Parsed:
    if not _items(payload):
        return {"open_interest": []}
    symbol = payload.json["result"].get("symbol") or payload.param("symbol")
    head, interval = (_category(payload), symbol), payload.params.get("intervalTime")
    rows = [(*head, item["timestamp"], interval, *fields(item, "openInterest", "singleOpenInterest")) for item in _items(payload)]
    return {"open_interest": rows}


class Bybit(Adapter):
    """See the module docstring."""

    name = "bybit"
    refusals = frozenset({403})
    unknown_codes = frozenset({"10029", f"{BAD_PARAMETER} (symbol)"})
    refused_codes = frozenset({"10024"})
    busy_codes = frozenset({"10000", "10006", "10016", "none"})  # timeout, too many visits, server error, no code at all
    hosts = {"api": "https://api.bybit.com"}
    limits = {"api": Limit(600, 5)}
    entities = (INSTRUMENTS, TICKERS, KLINES, FUNDING_RATES, OPEN_INTEREST)
    endpoints = (
        Endpoint("instruments_info", "api", "/v5/market/instruments-info", ("instruments",), _parse_instruments),
        Endpoint("tickers", "api", "/v5/market/tickers", ("tickers",), _parse_tickers),
        Endpoint("kline", "api", "/v5/market/kline", ("klines",), _parse_klines),
        Endpoint("funding_history", "api", "/v5/market/funding/history", ("funding_rates",), _parse_funding_rates),
        Endpoint("open_interest", "api", "/v5/market/open-interest", ("open_interest",), _parse_open_interest),
    )

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """HTTP 403 is a ban or a region; everything else is `retCode` inside HTTP 200."""
        body = payload.json if payload.status < 400 else {}
        code = body.get("retCode", "none") if isinstance(body, dict) else "none"
        text = f"error {code}: {body['retMsg']}" if isinstance(body, dict) and "retMsg" in body else "an answer without retCode"
        if code == 0 or payload.status >= 400:
            return None
        names_symbol = code == BAD_PARAMETER and "symbol" in text.lower()
        return f"{code} (symbol)" if names_symbol else str(code), text

    async def snapshot(self, session: Session) -> list[Market]:
        """Instruments and tickers of both categories; one that fails stops not the other."""
        found = await asyncio.gather(*(self._category_snapshot(session, category) for category in CATEGORIES), return_exceptions=True)
        for category, markets in zip(CATEGORIES, found, strict=True):
            if isinstance(markets, SourceError):
                for endpoint in self.endpoints:
                    session.note(endpoint.name, markets.of_market(f"all {category}"))
            elif isinstance(markets, BaseException):
                raise markets
        return session.select([market for markets in found if isinstance(markets, list) for market in markets])

    async def _category_snapshot(self, session: Session, category: str) -> list[Market]:
        tickers = (await session.get("tickers", params={"category": category})).json["result"]["list"]
        name = "turnover24h" if category == "linear" else "volume24h"
        volumes = {row["symbol"]: float(row.get(name) or 0) for row in tickers}
        return [
            Market(row["symbol"], volumes.get(row["symbol"], 0.0), int(row.get("launchTime") or 0), category)
            for row in await self._instruments(session, category)
            if row["contractType"] in PERPETUALS and row["status"] == "Trading"
        ]

    async def _instruments(self, session: Session, category: str, **filters: str) -> list[dict[str, Any]]:
        """All pages. A cursor that comes again would be followed for ever."""
        params: dict[str, Any] = {"category": category, **filters, "limit": INSTRUMENT_LIMIT}
        rows: list[dict[str, Any]] = []
        cursors: set[str] = set()
        while True:
            result = (await session.get("instruments_info", params=params)).json["result"]
            rows += result["list"]
            cursor = result.get("nextPageCursor")
            if not result["list"] or cursor in (None, "", params.get("cursor")):
                return rows
            if cursor in cursors:
                raise BadAnswer(self.name, "instruments_info", f"the cursor {cursor!r} comes again", advice="run again later")
            cursors.add(cursor)
            params = {**params, "cursor": cursor}

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        klines, funding, interest = (session.window_for(name, window) for name in ("klines", "funding_rates", "open_interest"))
        markets = [*markets]
        if session.settings.top_markets is None:
            since = min(klines.start_ms, funding.start_ms, interest.start_ms)
            known = {market.symbol for market in markets}
            ended: list[Market] = []
            await session.each("instruments_info", CATEGORIES, lambda category: self._ended(session, category, since, ended))
            markets += session.select(market for market in ended if market.symbol not in known)
        await asyncio.gather(
            session.each("kline", markets, lambda market: self._klines(session, klines, market)),
            session.each("funding_history", markets, lambda market: self._funding(session, funding, market)),
            session.each("open_interest", markets, lambda market: self._open_interest(session, interest, market)),
        )

    async def _ended(self, session: Session, category: str, since_ms: int, found: list[Market]) -> None:
        """Perpetuals that were taken off since: their last days would be missing."""
        found += [
            Market(row["symbol"], 0.0, int(row.get("launchTime") or 0), category, is_listed=False)
            for row in await self._instruments(session, category, status="Closed")
            if row["contractType"] in PERPETUALS and int(row.get("deliveryTime") or 0) >= since_ms
        ]

    async def _klines(self, session: Session, window: Window, market: Market) -> None:
        name = {"category": market.product, "symbol": market.symbol, "interval": "60"}
        for start, end in window.pages(timedelta(hours=KLINE_LIMIT)):
            if end > (market.listed_ms or 0):
                params = {**name, "start": start, "end": end - 1, "limit": KLINE_LIMIT}
                await session.get("kline", params=params, market=market.symbol)

    async def _funding(self, session: Session, window: Window, market: Market) -> None:
        async def ask(start: int, end: int) -> list[int]:
            params = {"category": market.product, "symbol": market.symbol, "startTime": start, "endTime": end - 1, "limit": HISTORY_LIMIT}
            rows = _items(await session.get("funding_history", params=params, market=market.symbol))
            return [int(row["fundingRateTimestamp"]) for row in rows]

        await pages.back(max(window.start_ms, market.listed_ms or 0), window.end_ms, ask, HISTORY_LIMIT)

    async def _open_interest(self, session: Session, window: Window, market: Market) -> None:
        name = {"category": market.product, "symbol": market.symbol, "intervalTime": "1h"}
        for start, end in window.pages(timedelta(hours=HISTORY_LIMIT)):
            if end > (market.listed_ms or 0):
                params = {**name, "startTime": start, "endTime": end - 1, "limit": HISTORY_LIMIT}
                await session.get("open_interest", params=params, market=market.symbol)
