"""Binance USDⓈ-M (`um`, fapi) and COIN-M (`cm`, dapi) REST: instruments, klines, funding, open interest, premium, tickers.

Learnt from the vendor's pages and recorded payloads; marks as in the venue reference: [V] read there, [M] remembered.

- Klines: 12-column arrays, UTC, one-sided. um: volume = base, quote_volume = quote. cm: volume = contracts, quote_volume = base [V].
  dapi gives the newest `limit` rows before endTime and at most 200 days [V], fapi counts from startTime [M]: a page of exactly
  `limit` hours with both bounds is the same on both. Weight 1 below 100 rows, 2 below 500, 5 up to 1000, 10 above [V]: 499 rows
  give the most rows per weight.
- Funding: ≤ 1000 rows ascending; stamps some ms late; fapi shares 500 requests per 5 min with fundingInfo [V]. The interval changes
  (8/4/2/1 h) and is not in the row; fundingInfo lists only symbols ever adjusted [V].
- Open interest: now, one symbol a call: um base, cm contracts [V]. History: 30 days, ≤ 500 rows, by symbol (um) or by pair and
  contract type (cm) [V]; cm's sumOpenInterestValue is in the base asset [V].
- 2400 weight a minute and host [V]; openInterestHist 1000 requests per 5 min [V]; 429 and 418 with Retry-After in seconds.
- Errors: `{"code": -1121, "msg": …}` with HTTP 400, also inside 200 [V].
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from ingestion.errors import NotAvailable, NotFound, Rejected, SourceError
from ingestion.session import Session
from ingestion.source import (
    DAY,
    FLOAT,
    INT,
    TEXT,
    Endpoint,
    Entity,
    Limit,
    Market,
    Parsed,
    Payload,
    Source,
    Window,
    day,
    ms,
)

PERPETUALS = {"PERPETUAL", "TRADIFI_PERPETUAL"}
KLINE_LIMIT, FUNDING_LIMIT, HISTORY_LIMIT = 499, 1000, 500
HISTORY_DAYS = 29  # openInterestHist answers "latest 30 days"; the oldest of them may already be refused
UNKNOWN_SYMBOL, BAD_STATUS, BAD_PARAMETER = -1121, -1122, -1130

INSTRUMENTS = Entity(
    "instruments",
    {
        "product": TEXT, "symbol": TEXT, "observed_on": DAY, "pair": TEXT, "contract_type": TEXT, "underlying_type": TEXT, "base_asset": TEXT,
        "quote_asset": TEXT, "margin_asset": TEXT, "contract_size": FLOAT, "status": TEXT, "onboard_date": INT, "delivery_date": INT,
    },
    key=("product", "symbol", "observed_on"),
    event=day("observed_on"),
    optional=frozenset({"pair", "contract_type", "underlying_type", "margin_asset", "contract_size", "status", "onboard_date", "delivery_date"}),
    is_snapshot=True,
)  # fmt: skip
FUNDING_INFO = Entity(
    "funding_info",
    {
        "product": TEXT,
        "symbol": TEXT,
        "observed_on": DAY,
        "funding_interval_hours": INT,
        "funding_rate_cap": FLOAT,
        "funding_rate_floor": FLOAT,
    },
    key=("product", "symbol", "observed_on"),
    event=day("observed_on"),
    optional=frozenset({"funding_rate_cap", "funding_rate_floor"}),
    is_snapshot=True,
)
KLINES = Entity(
    "klines",
    {
        "product": TEXT, "symbol": TEXT, "interval": TEXT, "open_time": INT, "open": FLOAT, "high": FLOAT, "low": FLOAT, "close": FLOAT,
        "volume": FLOAT, "close_time": INT, "quote_volume": FLOAT, "trades": INT, "taker_buy_volume": FLOAT, "taker_buy_quote_volume": FLOAT,
    },
    key=("product", "symbol", "interval", "open_time"),
    event=ms("open_time"),
    look_back_days=1,
)  # fmt: skip
FUNDING_RATES = Entity(
    "funding_rates",
    {
        "product": TEXT,
        "symbol": TEXT,
        "funding_time": INT,
        "funding_rate": FLOAT,
        "mark_price": FLOAT,
        "rate_type": TEXT,
    },
    key=("product", "symbol", "funding_time"),
    event=ms("funding_time"),
    optional=frozenset({"mark_price", "rate_type"}),
    look_back_days=1,
)
OPEN_INTEREST = Entity(
    "open_interest",
    {"product": TEXT, "symbol": TEXT, "time": INT, "open_interest": FLOAT},
    key=("product", "symbol", "time"),
    event=ms("time"),
    is_snapshot=True,
)
OPEN_INTEREST_HISTORY = Entity(
    "open_interest_history",
    {
        "product": TEXT, "symbol": TEXT, "contract_type": TEXT, "period": TEXT, "timestamp": INT, "sum_open_interest": FLOAT,
        "sum_open_interest_value": FLOAT,
    },
    key=("product", "symbol", "contract_type", "period", "timestamp"),
    event=ms("timestamp"),
    optional=frozenset({"contract_type"}),
    look_back_days=1,
)  # fmt: skip
PREMIUM_INDEX = Entity(
    "premium_index",
    {
        "product": TEXT, "symbol": TEXT, "time": INT, "mark_price": FLOAT, "index_price": FLOAT, "estimated_settle_price": FLOAT,
        "last_funding_rate": FLOAT, "interest_rate": FLOAT, "next_funding_time": INT,
    },
    key=("product", "symbol", "time"),
    event=ms("time"),
    optional=frozenset({"mark_price", "index_price", "estimated_settle_price", "last_funding_rate", "interest_rate", "next_funding_time"}),
    is_snapshot=True,
)  # fmt: skip
TICKERS = Entity(
    "tickers",
    {
        "product": TEXT, "symbol": TEXT, "close_time": INT, "open_time": INT, "last_price": FLOAT, "volume": FLOAT, "quote_volume": FLOAT,
        "base_volume": FLOAT, "trades": INT,
    },
    key=("product", "symbol", "close_time"),
    event=ms("close_time"),
    optional=frozenset({"open_time", "quote_volume", "base_volume", "trades"}),
    is_snapshot=True,
)  # fmt: skip


def _product(payload: Payload) -> str:
    return "um" if payload.endpoint.startswith("um_") else "cm"


def _items(payload: Payload) -> list[dict[str, Any]]:
    """One symbol gives an object, all symbols a list."""
    body = payload.json
    return body if isinstance(body, list) else [body]


def _parse_instruments(payload: Payload) -> Parsed:
    today = payload.fetched_at.date()
    rows = [
        (
            _product(payload), row["symbol"], today, row.get("pair"), row.get("contractType"), row.get("underlyingType"), row["baseAsset"],
            row["quoteAsset"], row.get("marginAsset"), row.get("contractSize"), row.get("status", row.get("contractStatus")),
            row.get("onboardDate"), row.get("deliveryDate"),
        )
        for row in payload.json["symbols"]
    ]  # fmt: skip
    return {"instruments": rows}


def _parse_funding_info(payload: Payload) -> Parsed:
    product, today = _product(payload), payload.fetched_at.date()
    return {
        "funding_info": [
            (
                product,
                row["symbol"],
                today,
                row["fundingIntervalHours"],
                row.get("adjustedFundingRateCap"),
                row.get("adjustedFundingRateFloor"),
            )
            for row in payload.json
        ]
    }


def _parse_klines(payload: Payload) -> Parsed:
    head = (_product(payload), payload.param("symbol"), payload.param("interval"))
    return {"klines": [(*head, *row[:11]) for row in payload.json]} if payload.json else {"klines": []}


def _parse_funding_rates(payload: Payload) -> Parsed:
    product = _product(payload)
    return {
        "funding_rates": [
            (product, row["symbol"], row["fundingTime"], row["fundingRate"], row.get("markPrice"), row.get("rateType"))
            for row in payload.json
        ]
    }


def _parse_open_interest(payload: Payload) -> Parsed:
    return {"open_interest": [(_product(payload), row["symbol"], row["time"], row["openInterest"]) for row in _items(payload)]}


def _parse_open_interest_history(payload: Payload) -> Parsed:
    product, period = _product(payload), payload.param("period")
    return {
        "open_interest_history": [
            (
                product, row["symbol"] if product == "um" else row["pair"], row.get("contractType"), period, row["timestamp"],
                row["sumOpenInterest"], row["sumOpenInterestValue"],
            )
            for row in payload.json
        ]
    }  # fmt: skip


def _parse_premium_index(payload: Payload) -> Parsed:
    fields = ("markPrice", "indexPrice", "estimatedSettlePrice", "lastFundingRate", "interestRate", "nextFundingTime")
    return {
        "premium_index": [(_product(payload), row["symbol"], row["time"], *(row.get(name) for name in fields)) for row in _items(payload)]
    }


def _parse_tickers(payload: Payload) -> Parsed:
    fields = ("openTime", "lastPrice", "volume", "quoteVolume", "baseVolume", "count")
    return {
        "tickers": [(_product(payload), row["symbol"], row["closeTime"], *(row.get(name) for name in fields)) for row in _items(payload)]
    }


def _kline_weight(params: Mapping[str, Any]) -> float:
    limit = int(params.get("limit", 500))
    return 1 if limit < 100 else 2 if limit < 500 else 5 if limit <= 1000 else 10


def _ticker_weight(params: Mapping[str, Any]) -> float:
    return 1 if params.get("symbol") else 40


def _premium_weight(params: Mapping[str, Any]) -> float:
    return 1 if params.get("symbol") else 10


def _endpoints(product: str, host: str, prefix: str) -> tuple[Endpoint, ...]:
    def is_mine(request: Mapping[str, Any]) -> bool:
        return ("pair" in request) == (product == "cm")

    return (
        Endpoint(f"{product}_exchange_info", host, f"{prefix}/exchangeInfo", ("instruments",), _parse_instruments),
        Endpoint(f"{product}_funding_info", f"{product}_funding", f"{prefix}/fundingInfo", ("funding_info",), _parse_funding_info),
        Endpoint(f"{product}_klines", host, f"{prefix}/klines", ("klines",), _parse_klines, weight=_kline_weight),
        Endpoint(f"{product}_funding_rate", f"{product}_funding", f"{prefix}/fundingRate", ("funding_rates",), _parse_funding_rates),
        Endpoint(f"{product}_open_interest", host, f"{prefix}/openInterest", ("open_interest",), _parse_open_interest),
        Endpoint(
            f"{product}_open_interest_history", f"{product}_data", "/futures/data/openInterestHist", ("open_interest_history",),
            _parse_open_interest_history, when=is_mine,
        ),
        Endpoint(f"{product}_premium_index", host, f"{prefix}/premiumIndex", ("premium_index",), _parse_premium_index, weight=_premium_weight),
        Endpoint(f"{product}_ticker", host, f"{prefix}/ticker/24hr", ("tickers",), _parse_tickers, weight=_ticker_weight),
    )  # fmt: skip


class Binance(Source):
    """See the module docstring."""

    name = "binance"
    hosts = {
        "um": "https://fapi.binance.com", "um_funding": "https://fapi.binance.com", "um_data": "https://fapi.binance.com",
        "cm": "https://dapi.binance.com", "cm_funding": "https://dapi.binance.com", "cm_data": "https://dapi.binance.com",
    }  # fmt: skip
    limits = {
        "um": Limit(2400, 60), "um_funding": Limit(500, 300), "um_data": Limit(1000, 300),
        "cm": Limit(2400, 60), "cm_funding": Limit(2400, 60), "cm_data": Limit(1000, 300),
    }  # fmt: skip
    entities = (
        INSTRUMENTS,
        FUNDING_INFO,
        KLINES,
        FUNDING_RATES,
        OPEN_INTEREST,
        OPEN_INTEREST_HISTORY,
        PREMIUM_INDEX,
        TICKERS,
    )
    endpoints = (*_endpoints("um", "um", "/fapi/v1"), *_endpoints("cm", "cm", "/dapi/v1"))

    def check(self, payload: Payload) -> None:
        """Errors are `{"code": negative, "msg"}`, with HTTP 400 or inside 200."""
        is_suspect = payload.status >= 400 or payload.body[:8].lstrip().startswith(b'{"code"')
        body = payload.json if is_suspect and payload.body[:1] == b"{" else {}
        code = body.get("code", 0) if isinstance(body, dict) else 0
        market = str(payload.params.get("symbol", payload.params.get("pair", ""))) or None
        detail = f"error {code}: {body.get('msg')}" if code else f"HTTP {payload.status}"
        if code in (UNKNOWN_SYMBOL, BAD_STATUS):
            raise NotFound(self.name, payload.endpoint, detail, market=market, advice="not listed there, or delisted")
        if payload.status in (403, 451):
            raise NotAvailable(
                self.name,
                payload.endpoint,
                detail,
                market=market,
                advice="this network or region is refused; use a mirror",
            )
        if code < 0 or payload.status >= 400:
            raise Rejected(
                self.name,
                payload.endpoint,
                detail,
                market=market,
                advice="check the parameters against the venue's page",
            )

    async def snapshot(self, session: Session) -> list[Market]:
        products = await asyncio.gather(*(self._product_snapshot(session, product) for product in ("um", "cm")), return_exceptions=True)
        for product, found in zip(("um", "cm"), products, strict=True):
            if isinstance(found, SourceError):
                session.note(f"{product}_exchange_info", found)
            elif isinstance(found, BaseException):
                raise found
        markets = session.select([market for found in products if isinstance(found, list) for market in found])
        for product in ("um", "cm"):
            listed = [market for market in markets if market.product == product]
            await session.each(
                f"{product}_open_interest",
                listed,
                lambda m: session.get(f"{m.product}_open_interest", params={"symbol": m.symbol}, market=m.symbol),
            )
        return markets

    async def _product_snapshot(self, session: Session, product: str) -> list[Market]:
        """Instruments, tickers, premium index and funding intervals of one product; its perpetuals that trade."""
        info = await session.get(f"{product}_exchange_info")
        tickers = await session.get(f"{product}_ticker")
        await session.each(f"{product}_premium_index", [product], lambda p: session.get(f"{p}_premium_index"))
        await session.each(f"{product}_funding_info", [product], lambda p: session.get(f"{p}_funding_info"))
        contract_sizes = {row["symbol"]: float(row.get("contractSize") or 0) for row in info.json["symbols"]}
        volumes = {
            row["symbol"]: float(row.get("quoteVolume") or float(row["volume"]) * contract_sizes.get(row["symbol"], 0))
            for row in _items(tickers)
        }
        return [
            Market(row["symbol"], volumes.get(row["symbol"], 0.0), row.get("onboardDate"), product)
            for row in info.json["symbols"]
            if row.get("contractType") in PERPETUALS and row.get("status", row.get("contractStatus")) == "TRADING"
        ]

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        for product in ("um", "cm"):
            listed = [market for market in markets if market.product == product]
            await asyncio.gather(
                session.each(
                    f"{product}_klines",
                    listed,
                    lambda market: self._klines(session, session.window_for("klines", window), market),
                ),
                session.each(
                    f"{product}_funding_rate",
                    listed,
                    lambda market: self._funding(session, session.window_for("funding_rates", window), market),
                ),
                session.each(
                    f"{product}_open_interest_history",
                    listed,
                    lambda market: self._open_interest(session, window, market),
                ),
            )

    async def _klines(self, session: Session, window: Window, market: Market) -> None:
        hours = timedelta(hours=KLINE_LIMIT)
        pages = [page for page in window.pages(hours) if page[1] > (market.listed_ms or 0)]
        for start, end in pages:
            limit = min(KLINE_LIMIT, (end - start) // 3_600_000)
            params = {"symbol": market.symbol, "interval": "1h", "startTime": start, "endTime": end - 1, "limit": limit}
            await session.get(f"{market.product}_klines", params=params, market=market.symbol)

    async def _funding(self, session: Session, window: Window, market: Market) -> None:
        start = max(window.start_ms, market.listed_ms or 0)
        while start < window.end_ms:
            params = {"symbol": market.symbol, "startTime": start, "endTime": window.end_ms - 1, "limit": FUNDING_LIMIT}
            rows = (await session.get(f"{market.product}_funding_rate", params=params, market=market.symbol)).json
            if len(rows) < FUNDING_LIMIT:
                return
            start = int(rows[-1]["fundingTime"]) + 1

    async def _open_interest(self, session: Session, window: Window, market: Market) -> None:
        """Hourly history, as far as the venue still has it."""
        earliest = int((session.now() - timedelta(days=HISTORY_DAYS)).timestamp() * 1000)
        name = (
            {"symbol": market.symbol}
            if market.product == "um"
            else {"pair": market.symbol.removesuffix("_PERP"), "contractType": "PERPETUAL"}
        )
        for start, end in session.window_for("open_interest_history", window).pages(timedelta(hours=HISTORY_LIMIT)):
            if end > earliest:
                params = {
                    **name,
                    "period": "1h",
                    "startTime": max(start, earliest),
                    "endTime": end - 1,
                    "limit": HISTORY_LIMIT,
                }
                await session.get(f"{market.product}_open_interest_history", params=params, market=market.symbol)
