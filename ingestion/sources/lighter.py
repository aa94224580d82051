"""Lighter (zkLighter) REST: perpetuals, hourly candles, funding, daily open interest and liquidations.

From the vendor's OpenAPI [H], recorded payloads [V], others' code and captures [M]; [A] assumed.

- All GET, keyless; 60 requests a minute and address, whatever they ask [H]. Errors are `{"code", "message"}`: 200 is success, also
  inside HTTP 200 anything else is not; 23000 (and HTTP 405 from the address filter [M]) means too many requests.
- orderBookDetails: terms and state of every perpetual in one answer. open_interest is base and ONE side [V: BTC 2092.8]; mark and index
  prices since 2026 only. Inactive markets stay in it with their last open interest [V]. A ticker listed again has a new id [M].
- tokenlist: asset_type CRYPTO or RWA and categories (STOCK, ETF, COMMODITIES, FX, …); markets named 1000PEPE are kPEPE there, with
  `backend_symbol` [M].
- candles: ≤ 500, by market_id; v = base, V = USD; zeros are LEFT OUT, `c` may be null [H]. The end is exclusive, count_back 0
  gives ten [M]. No count of trades.
- fundings: hourly; `rate` is an UNSIGNED PERCENT per hour and `direction` who pays [M: 0.792276 USDC a BTC at 79,227 is 0.001 %];
  the newest 750 of a range; stamps in seconds [M]. /funding-rates are fractions per 8 h of several venues: not used.
- exchangeMetrics by market: one point per UTC day, stamped at its start; the period must be a week or longer [M]. open_interest is USD and
  counts BOTH sides (twice orderBookDetails) [M]; liquidation_volume is USD, of longs and shorts together [A].
- Single liquidations need an account, or are among the newest 100 trades of a market: not taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import polars as pl

from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day, ms, seconds
from ingestion.venue.parsing import fields
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

PAGE = 500
HOUR_MS = 3_600_000
DAYS_OF_A_BACKFILL = 7  # longer ranges also ask for inactive markets and for days on which no snapshot was taken
PERIODS = {"w": 6, "m": 27, "q": 88, "y": 360}  # exchangeMetrics: how many days back each surely reaches; older: all
DETAILS = {"filter": "perp"}

INSTRUMENTS = Entity.of(
    "instruments",
    "*market_id:int *observed_on:day symbol market_type? status created_at:int? size_decimals:int? price_decimals:int?",
    event=day("observed_on"),
    is_snapshot=True,
)
TOKENS = Entity.of(
    "tokens", "*market *symbol *observed_on:day backend_symbol? name? asset_type? categories?", event=day("observed_on"), is_snapshot=True
)
MARKET_STATES = Entity.of(
    "market_states",
    "*market_id:int *observed_at:instant symbol status open_interest:float mark_price:float? index_price:float? last_trade_price:float? "
    "daily_base_token_volume:float? daily_quote_token_volume:float? daily_trades_count:int?",
    event=pl.col("observed_at"),
    is_snapshot=True,
)
CANDLES = Entity.of(
    "candles",
    "*market_id:int *resolution *timestamp:int open:float high:float low:float close:float base_volume:float quote_volume:float "
    "last_trade_id:int?",
    event=ms("timestamp"),
    look_back_days=1,
)
FUNDINGS = Entity.of(
    "fundings", "*market_id:int *resolution *timestamp:int value:float? rate:float direction?", event=seconds("timestamp"), look_back_days=1
)
EXCHANGE_METRICS = Entity.of("exchange_metrics", "*kind *symbol *timestamp:int data:float", event=seconds("timestamp"), look_back_days=1)


def _parse_details(payload: Payload) -> Parsed:
    at, items = payload.fetched_at, payload.json["order_book_details"]
    terms = ("symbol", "market_type", "status", "created_at", "size_decimals", "price_decimals")
    state = ("symbol", "status", "open_interest", "mark_price", "index_price", "last_trade_price")
    daily = ("daily_base_token_volume", "daily_quote_token_volume", "daily_trades_count")
    return {
        "instruments": [(item["market_id"], at.date(), *fields(item, *terms)) for item in items],
        "market_states": [(item["market_id"], at, *fields(item, *state, *daily)) for item in items],
    }


def _parse_tokens(payload: Payload) -> Parsed:
    today = payload.fetched_at.date()
    return {
        "tokens": [
            (one["market"], one["symbol"], today, *fields(one, "backend_symbol", "name", "asset_type"), ",".join(one["categories"] or []))
            for one in payload.json["tokens"]
        ]
    }


def _parse_candles(payload: Payload) -> Parsed:
    """What is zero is left out; prices never are."""
    items = payload.json["c"] or []
    head = (payload.param("market_id"), payload.json["r"]) if items else ()
    rows = [(*head, *(item[name] for name in "tohlc"), item.get("v", 0.0), item.get("V", 0.0), item.get("i")) for item in items]
    return {"candles": rows}


def _parse_fundings(payload: Payload) -> Parsed:
    items = payload.json["fundings"] or []
    head = (payload.param("market_id"), payload.json["resolution"]) if items else ()
    return {"fundings": [(*head, *fields(item, "timestamp", "value", "rate", "direction")) for item in items]}


def _parse_metrics(payload: Payload) -> Parsed:
    head = (payload.param("kind"), payload.param("value"))
    return {"exchange_metrics": [(*head, *fields(item, "timestamp", "data")) for item in payload.json["metrics"] or []]}


class Lighter(Adapter):
    """See the module docstring."""

    name = "lighter"
    market_parameters = ("value", "market_id")
    unknown_codes = frozenset({"21602", "21621"})  # invalid market index
    busy_codes = frozenset({"23000", "405"})
    hosts = {"api": "https://mainnet.zklighter.elliot.ai/api/v1"}
    limits = {"api": Limit(60, 60)}
    entities = (INSTRUMENTS, TOKENS, MARKET_STATES, CANDLES, FUNDINGS, EXCHANGE_METRICS)
    endpoints = (
        Endpoint("order_book_details", "api", "/orderBookDetails", ("instruments", "market_states"), _parse_details),
        Endpoint("token_list", "api", "/tokenlist", ("tokens",), _parse_tokens),
        Endpoint("candles", "api", "/candles", ("candles",), _parse_candles),
        Endpoint("fundings", "api", "/fundings", ("fundings",), _parse_fundings),
        Endpoint("exchange_metrics", "api", "/exchangeMetrics", ("exchange_metrics",), _parse_metrics),
    )

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """`code` is 200 or an error, whatever the status; 405 is the address filter, which speaks no JSON."""
        if payload.status == 405:
            return "405", "HTTP 405: too many requests from this address"
        if payload.body.lstrip()[:1] != b"{":
            return None if payload.status >= 400 else ("none", "an answer without a code")
        code = str(payload.json.get("code", "none"))
        return None if code == "200" else (code, f"error {code}: {payload.json.get('message')}")

    async def snapshot(self, session: Session) -> list[Market]:
        """Two calls: all markets with their state, and what they are of."""
        items = (await session.get("order_book_details", params=DETAILS)).json["order_book_details"]
        await session.each("token_list", ["all"], lambda _: session.get("token_list"))
        volumes = [(item, float(item.get("daily_quote_token_volume") or 0)) for item in items]
        return session.select(
            Market(
                item["symbol"], volume, int(item["created_at"]) if item.get("created_at") else None, str(item["market_id"]),
                is_listed=item["status"] == "active" or volume > 0,
            )
            for item, volume in volumes
        )  # fmt: skip

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        is_backfill = len(window.days()) > DAYS_OF_A_BACKFILL
        asked = [market for market in markets if market.is_listed or is_backfill]
        candles, fundings = session.window_for("candles", window), session.window_for("fundings", window)
        metrics = session.window_for("exchange_metrics", window)
        kinds = ("liquidation_volume", "open_interest") if is_backfill else ("liquidation_volume",)
        daily = [(kind, symbol) for symbol in dict.fromkeys(market.symbol for market in asked) for kind in kinds]
        await asyncio.gather(
            session.each("candles", asked, lambda market: self._series(session, "candles", candles, market, 1)),
            session.each("fundings", asked, lambda market: self._series(session, "fundings", fundings, market, 1000)),
            session.each("exchange_metrics", daily, lambda item: self._metric(session, metrics, *item)),
        )

    async def _series(self, session: Session, endpoint: str, window: Window, market: Market, unit_ms: int) -> None:
        """Pages of exactly as many hours as are asked back from their end, which is inside the page: right if it counts and if not."""
        for start, end in window.pages(timedelta(hours=PAGE)):
            if end > (market.listed_ms or 0):
                params: dict[str, Any] = {"market_id": market.product, "resolution": "1h", "count_back": (end - start) // HOUR_MS}
                params |= {"start_timestamp": start // unit_ms, "end_timestamp": end // unit_ms - 1}
                await session.get(endpoint, params=params, market=market.symbol)

    async def _metric(self, session: Session, window: Window, kind: str, symbol: str) -> None:
        age = (session.now() - window.start).days
        period = next((name for name, days in PERIODS.items() if age <= days), "all")
        params = {"period": period, "kind": kind, "filter": "byMarket", "value": symbol}
        await session.get("exchange_metrics", params=params, market=symbol)
