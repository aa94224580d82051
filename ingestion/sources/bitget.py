"""Bitget v2 mix and v3 market REST: USDT-, USDC- and coin-margined perpetuals — instruments, tickers, candles, funding.

[V] recorded answers or the vendor's pages, [C] ccxt, [T] a third party's live measurements of Sep 2026, [A] assumed.

- GET without key, envelope `{"code": "00000", "msg", "data"}`, all text; 20 requests a second per path and address [V]. Errors are
  other codes, mostly with HTTP 400: 40034 an unknown symbol, 40309 a removed one, 40054 no data for it [C]; older paths say err_code [V].
- v3 instruments, one call per category: `symbolType` crypto, stock, metal, commodity beside isRwa [T]; a delisted symbol is in no list.
  v2 contracts has the same without the class, and calls perpetual|delivery symbolType [V]. `launchTime` is mostly empty; `offTime` is
  -1 or when it will end, while status still says online [T]. fundInterval in hours. No contract sizes: amounts are base coin [V].
- Prefixes: 1000BONK, 10000NEX, 1MBABYDOGE and others; PEPE and SHIB have none [T]. Some shares end in STOCK (BBSTOCK) [T].
- tickers, one call per product: usdtVolume is USD; holdingAmount is open interest in base coin, one-sided, with the noise of doubles
  ("34447.5603999999348") [V]. There is no history of it and there are no liquidations over REST. Coin-margined: base too [C], low
  confidence.
- candles: [ts, o, h, l, c, base, quote], oldest first [V]; coin-margined ones have USD first and base second [C: ccxt #20576, where
  the fifth was not the coins of a quiet minute]. Limit 1000, hours of the last 83 days; history-candles 200, ranges below 90 days [V].
  Daily ones are cut at 16:00 UTC: only 1H is asked. Whether bounds belong to a range is not said, and startTime was seen to be ignored
  beside limit [C]: a page asks for an hour more on both sides and for as many rows as it spans. A new symbol may answer "" [C].
- history-fund-rate: newest first, ≤ 100, by page number, about 90 days; startTime and endTime are ignored, so the parser looks at them
  [V, T]. Intervals change and are not in the row [T].
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

HOUR_MS = 3_600_000
DISTANT_FUTURE_MS = 1 << 50
CATEGORIES = ("USDT-FUTURES", "USDC-FUTURES", "COIN-FUTURES")
MARGINS = {"USDT": CATEGORIES[0], "USDC": CATEGORIES[1], "USD": CATEGORIES[2]}  # v2 answers do not repeat the product
CANDLE_LIMIT, HISTORY_LIMIT, FUNDING_LIMIT = 1000, 200, 100
RECENT = timedelta(days=80)  # hours that /candles keeps: 83 days
MOST_FUNDING_PAGES = 40
NOT_TRADING = {"listed", "off", "offline"}  # "listed": announced

INSTRUMENTS = Entity.of(
    "instruments",
    "*category *symbol *observed_on:day base_coin quote_coin type? status? symbol_type? is_rwa? fund_interval:int? launch_time:int? "
    "off_time:int?",
    event=day("observed_on"),
    is_snapshot=True,
)
TICKERS = Entity.of(
    "tickers",
    "*symbol *ts:int last_pr:float? mark_price:float? index_price:float? holding_amount:float? base_volume:float? quote_volume:float? "
    "usdt_volume:float? funding_rate:float? delivery_time:int?",
    event=ms("ts"),
    is_snapshot=True,
)
CANDLES = Entity.of(
    "candles",
    "*symbol *granularity *ts:int open:float high:float low:float close:float volume:float turnover:float",
    event=ms("ts"),
    look_back_days=1,
)
FUNDING_RATES = Entity.of("funding_rates", "*symbol *funding_time:int funding_rate:float", event=ms("funding_time"), look_back_days=1)


def _parse_instruments(payload: Payload) -> Parsed:
    names = ("type", "status", "symbolType", "isRwa", "fundInterval", "launchTime", "offTime")
    today = payload.fetched_at.date()
    rows = [
        (item["category"], item["symbol"], today, item["baseCoin"], item["quoteCoin"], *fields(item, *names))
        for item in payload.json["data"]
    ]
    return {"instruments": rows}


def _parse_contracts(payload: Payload) -> Parsed:
    """The v2 list, as far as it says the same."""
    today, rows = payload.fetched_at.date(), []
    for item in payload.json["data"]:
        kind, status, *rest = fields(item, "symbolType", "symbolStatus", "isRwa", "fundInterval", "launchTime", "offTime")
        rows.append((MARGINS[item["quoteCoin"]], item["symbol"], today, item["baseCoin"], item["quoteCoin"], kind, status, None, *rest))
    return {"instruments": rows}


def _parse_tickers(payload: Payload) -> Parsed:
    names = ("lastPr", "markPrice", "indexPrice", "holdingAmount", "baseVolume", "quoteVolume", "usdtVolume", "fundingRate", "deliveryTime")
    return {"tickers": [(item["symbol"], item["ts"], *fields(item, *names)) for item in payload.json["data"]]}


def _bounds(payload: Payload) -> tuple[int, int]:
    return int(payload.params.get("startTime", 0)), int(payload.params.get("endTime", DISTANT_FUTURE_MS))


def _parse_candles(payload: Payload) -> Parsed:
    """The rows between the bounds that were asked, both exclusive; "" is the answer of a symbol that is just listed."""
    head, (start, end) = (payload.param("symbol"), payload.param("granularity")), _bounds(payload)
    return {"candles": [(*head, *row[:7]) for row in payload.json["data"] or [] if start < int(row[0]) < end]}


def _parse_funding_rates(payload: Payload) -> Parsed:
    """The rows of the range that was asked for: the venue does not look at it."""
    start, end = _bounds(payload)
    rows = [fields(item, "symbol", "fundingTime", "fundingRate") for item in payload.json["data"]]
    return {"funding_rates": [row for row in rows if start <= int(row[1]) < end]}


PATHS = {
    "instruments": ("v3/market/instruments", "instruments", _parse_instruments),
    "contracts": ("v2/mix/market/contracts", "instruments", _parse_contracts),
    "tickers": ("v2/mix/market/tickers", "tickers", _parse_tickers),
    "candles": ("v2/mix/market/candles", "candles", _parse_candles),
    "history_candles": ("v2/mix/market/history-candles", "candles", _parse_candles),
    "history_fund_rate": ("v2/mix/market/history-fund-rate", "funding_rates", _parse_funding_rates),
}  # limits are per path: every endpoint has a budget of its own


class Bitget(Adapter):
    """See the module docstring."""

    name = "bitget"
    hosts = dict.fromkeys(PATHS, "https://api.bitget.com")
    limits = {name: Limit(20, 1) for name in PATHS}
    unknown_codes = frozenset({"40034", "40309", "40054"})
    busy_codes = frozenset({"429", "1001", "30014", "30026", "50009", "40725", "45001", "01001"})
    entities = (INSTRUMENTS, TICKERS, CANDLES, FUNDING_RATES)
    endpoints = tuple(Endpoint(name, name, f"/api/{path}", (entity,), parse) for name, (path, entity, parse) in PATHS.items())
    no_public_api = {"liquidations": "only over a websocket"}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Errors are `{"code": not "00000", "msg"}`, or `{"err_code", "err_msg"}` on older paths, whatever the status."""
        if payload.status in (403, 451) or payload.body.lstrip()[:1] != b"{":
            return None if payload.status >= 400 else ("none", "an answer without an envelope")
        body = payload.json
        code = str(body.get("code", body.get("err_code", "none")))
        return None if code == "00000" else (code, f"error {code}: {body.get('msg', body.get('err_msg'))}")

    async def snapshot(self, session: Session) -> list[Market]:
        """Instruments and tickers, one call each per category; a category that fails stops no other."""
        found: list[Market] = []
        await session.each("instruments", CATEGORIES, lambda category: self._category(session, category, found))
        return session.select(found)

    async def _category(self, session: Session, category: str, found: list[Market]) -> None:
        listed = (await session.get("instruments", params={"category": category}, market=f"all {category}")).json["data"]
        volumes: dict[str, float] = {}

        async def tickers(product: str) -> None:
            rows = (await session.get("tickers", params={"productType": product}, market=f"all {product}")).json["data"]
            volumes.update({row["symbol"]: float(row.get("usdtVolume") or 0) for row in rows})

        await session.each("tickers", [category], tickers)
        found += [
            Market(row["symbol"], volumes.get(row["symbol"], 0.0), int(row["launchTime"]) if row.get("launchTime") else None, category)
            for row in listed
            if row.get("type", "perpetual") == "perpetual" and row.get("status") not in NOT_TRADING
        ]

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        markets = list(markets)
        candles, funding = session.window_for("candles", window), session.window_for("funding_rates", window)
        is_recent = candles.start >= session.now() - RECENT
        path, limit = ("candles", CANDLE_LIMIT) if is_recent else ("history_candles", HISTORY_LIMIT)
        await asyncio.gather(
            session.each(path, markets, lambda market: self._candles(session, path, limit, candles, market)),
            session.each("history_fund_rate", markets, lambda market: self._funding(session, funding, market)),
        )

    async def _candles(self, session: Session, path: str, limit: int, window: Window, market: Market) -> None:
        """Both bounds lie one hour outside the page, and the rows asked for are as many as they span."""
        name = {"symbol": market.symbol, "productType": market.product, "granularity": "1H"}
        for start, end in window.pages(timedelta(hours=limit - 2)):
            if end > (market.listed_ms or 0):
                span = {"startTime": start - HOUR_MS, "endTime": end, "limit": (end - start) // HOUR_MS + 2}
                await session.get(path, params=name | span, market=market.symbol)

    async def _funding(self, session: Session, window: Window, market: Market) -> None:
        """Pages from now backwards, until one reaches the window's start or is short."""
        span = {"startTime": window.start_ms, "endTime": window.end_ms, "pageSize": FUNDING_LIMIT}
        name: dict[str, Any] = {"symbol": market.symbol, "productType": market.product} | span
        for page in range(1, MOST_FUNDING_PAGES + 1):
            rows = (await session.get("history_fund_rate", params=name | {"pageNo": page}, market=market.symbol)).json["data"]
            if len(rows) < FUNDING_LIMIT or min(int(row["fundingTime"]) for row in rows) <= window.start_ms:
                return
