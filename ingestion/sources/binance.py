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
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from ingestion.errors import SourceError
from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day, ms
from ingestion.venue.table import Table
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

OPEN_INTEREST_PATH = "/futures/data/openInterestHist"  # the same on both hosts: the parameters tell the product
PERPETUALS = {"PERPETUAL", "TRADIFI_PERPETUAL"}
KLINE_LIMIT, FUNDING_LIMIT, HISTORY_LIMIT = 499, 1000, 500
HISTORY_DAYS = 29  # openInterestHist answers "latest 30 days"; the oldest of them may already be refused
LONGEST_ERROR = 2000  # bytes; an error is one short object
UNKNOWN_SYMBOL, BAD_STATUS = "-1121", "-1122"

INSTRUMENTS = Entity.of(
    "instruments",
    "*product *symbol *observed_on:day pair? contract_type? underlying_type? base_asset quote_asset margin_asset? contract_size:float? "
    "status? onboard_date:int? delivery_date:int?",
    event=day("observed_on"),
    is_snapshot=True,
)
FUNDING_INFO = Entity.of(
    "funding_info",
    "*product *symbol *observed_on:day funding_interval_hours:int funding_rate_cap:float? funding_rate_floor:float?",
    event=day("observed_on"),
    is_snapshot=True,
)
KLINES = Table.of(
    "klines",
    "*product *symbol=@symbol *interval=@interval *open_time:int=0 open:float=1 high:float=2 low:float=3 close:float=4 volume:float=5 "
    "close_time:int=6 quote_volume:float=7 trades:int=8 taker_buy_volume:float=9 taker_buy_quote_volume:float=10",
    event=ms("open_time"),
    look_back_days=1,
)
FUNDING_RATES = Table.of(
    "funding_rates",
    "*product *symbol *funding_time:int=fundingTime funding_rate:float=fundingRate mark_price:float?=markPrice rate_type?=rateType",
    event=ms("funding_time"),
    look_back_days=1,
)
OPEN_INTEREST = Entity.of("open_interest", "*product *symbol *time:int open_interest:float", event=ms("time"), is_snapshot=True)
OPEN_INTEREST_HISTORY = Table.of(
    "open_interest_history",
    "*product *symbol *contract_type?=contractType *period=@period *timestamp:int sum_open_interest:float=sumOpenInterest "
    "sum_open_interest_value:float=sumOpenInterestValue",
    event=ms("timestamp"),
    look_back_days=1,
)
PREMIUM_INDEX = Entity.of(
    "premium_index",
    "*product *symbol *time:int mark_price:float? index_price:float? estimated_settle_price:float? last_funding_rate:float? "
    "interest_rate:float? next_funding_time:int?",
    event=ms("time"),
    is_snapshot=True,
)
TICKERS = Entity.of(
    "tickers",
    "*product *symbol *close_time:int open_time:int? last_price:float volume:float quote_volume:float? base_volume:float? trades:int?",
    event=ms("close_time"),
    is_snapshot=True,
)


def _product(payload: Payload) -> str:
    return "um" if payload.endpoint.startswith("um_") else "cm"


def _rows(payload: Payload, items: list[dict[str, Any]], *fields: str) -> list[tuple[Any, ...]]:
    """The product, then these fields of each item; a field an item lacks is null."""
    return [(_product(payload), *(item.get(field) for field in fields)) for item in items]


def _items(payload: Payload) -> list[dict[str, Any]]:
    """One symbol gives an object, all symbols a list."""
    body = payload.json
    return body if isinstance(body, list) else [body]


def _parse_instruments(payload: Payload) -> Parsed:
    today = payload.fetched_at.date()
    items = [{**row, "observedOn": today, "anyStatus": row.get("status", row.get("contractStatus"))} for row in payload.json["symbols"]]
    fields = ("symbol", "observedOn", "pair", "contractType", "underlyingType", "baseAsset", "quoteAsset", "marginAsset", "contractSize")
    return {"instruments": _rows(payload, items, *fields, "anyStatus", "onboardDate", "deliveryDate")}


def _parse_funding_info(payload: Payload) -> Parsed:
    """Aster names cap and floor otherwise."""
    renamed = {"fundingFeeCap": "adjustedFundingRateCap", "fundingFeeFloor": "adjustedFundingRateFloor"}
    today = payload.fetched_at.date()
    items = [{"observedOn": today} | {renamed.get(name, name): value for name, value in row.items()} for row in payload.json]
    fields = ("symbol", "observedOn", "fundingIntervalHours", "adjustedFundingRateCap", "adjustedFundingRateFloor")
    return {"funding_info": _rows(payload, items, *fields)}


def _parse_klines(payload: Payload) -> Parsed:
    if payload.body == b"[]":
        return {"klines": []}
    return KLINES.read_body(payload, product=_product(payload))


def _parse_funding_rates(payload: Payload) -> Parsed:
    return FUNDING_RATES.read(payload.json, payload, product=_product(payload))


def _parse_open_interest(payload: Payload) -> Parsed:
    return {"open_interest": _rows(payload, _items(payload), "symbol", "time", "openInterest")}


def _parse_open_interest_history(payload: Payload) -> Parsed:
    """COIN-M names the pair."""
    names = [row.get("symbol", row.get("pair")) for row in payload.json]
    return OPEN_INTEREST_HISTORY.read(payload.json, payload, product=_product(payload), symbol=names)


def _parse_premium_index(payload: Payload) -> Parsed:
    fields = ("markPrice", "indexPrice", "estimatedSettlePrice", "lastFundingRate", "interestRate", "nextFundingTime")
    return {"premium_index": _rows(payload, _items(payload), "symbol", "time", *fields)}


def _parse_tickers(payload: Payload) -> Parsed:
    fields = ("openTime", "lastPrice", "volume", "quoteVolume", "baseVolume", "count")
    return {"tickers": _rows(payload, _items(payload), "symbol", "closeTime", *fields)}


def _kline_weight(params: Mapping[str, Any]) -> float:
    limit = int(params.get("limit", 500))
    return 1 if limit < 100 else 2 if limit < 500 else 5 if limit <= 1000 else 10


def _ticker_weight(params: Mapping[str, Any]) -> float:
    return 1 if params.get("symbol") else 40


def _premium_weight(params: Mapping[str, Any]) -> float:
    return 1 if params.get("symbol") else 10


def endpoints_of(product: str, prefix: str) -> tuple[Endpoint, ...]:
    """A product's endpoints; exchanges that speak this dialect have the same."""

    def is_mine(request: Mapping[str, Any]) -> bool:
        return ("pair" in request) == (product == "cm")

    def endpoint(name: str, path: str, entity: str, parse: Callable[[Payload], Parsed], budget: str = "", **more: Any) -> Endpoint:
        return Endpoint(f"{product}_{name}", product + budget, path, (entity,), parse, **more)

    return (
        endpoint("exchange_info", f"{prefix}/exchangeInfo", "instruments", _parse_instruments),
        endpoint("funding_info", f"{prefix}/fundingInfo", "funding_info", _parse_funding_info, "_funding"),
        endpoint("klines", f"{prefix}/klines", "klines", _parse_klines, weight=_kline_weight),
        endpoint("funding_rate", f"{prefix}/fundingRate", "funding_rates", _parse_funding_rates, "_funding"),
        endpoint("open_interest", f"{prefix}/openInterest", "open_interest", _parse_open_interest),
        endpoint("open_interest_history", OPEN_INTEREST_PATH, "open_interest_history", _parse_open_interest_history, "_data", when=is_mine),
        endpoint("premium_index", f"{prefix}/premiumIndex", "premium_index", _parse_premium_index, weight=_premium_weight),
        endpoint("ticker", f"{prefix}/ticker/24hr", "tickers", _parse_tickers, weight=_ticker_weight),
    )


class Binance(Adapter):
    """See the module docstring."""

    name = "binance"
    market_parameters = ("symbol", "pair")
    unknown_codes = frozenset({UNKNOWN_SYMBOL, BAD_STATUS})
    refusals = frozenset({403, 451})
    hosts = {
        "um": "https://fapi.binance.com", "um_funding": "https://fapi.binance.com", "um_data": "https://fapi.binance.com",
        "cm": "https://dapi.binance.com", "cm_funding": "https://dapi.binance.com", "cm_data": "https://dapi.binance.com",
    }  # fmt: skip
    limits = {
        "um": Limit(2400, 60), "um_funding": Limit(500, 300), "um_data": Limit(1000, 300),
        "cm": Limit(2400, 60), "cm_funding": Limit(2400, 60), "cm_data": Limit(1000, 300),
    }  # fmt: skip
    entities: tuple[Entity, ...] = (
        INSTRUMENTS, FUNDING_INFO, KLINES.entity, FUNDING_RATES.entity, OPEN_INTEREST, OPEN_INTEREST_HISTORY.entity, PREMIUM_INDEX,
        TICKERS,
    )  # fmt: skip
    endpoints = (*endpoints_of("um", "/fapi/v1"), *endpoints_of("cm", "/dapi/v1"))
    products: tuple[str, ...] = ("um", "cm")

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Errors are `{"code": negative, "msg"}`, with HTTP 400 or inside 200."""
        if len(payload.body) > LONGEST_ERROR or payload.body.lstrip()[:1] != b"{":
            return None
        code = payload.json.get("code")
        return (str(code), f"error {code}: {payload.json.get('msg')}") if isinstance(code, int) and code < 0 else None

    async def snapshot(self, session: Session) -> list[Market]:
        products = await asyncio.gather(*(self._product_snapshot(session, product) for product in self.products), return_exceptions=True)
        for product, found in zip(self.products, products, strict=True):
            if isinstance(found, SourceError):
                for endpoint in self.endpoints:
                    if endpoint.name.startswith(f"{product}_"):
                        session.note(endpoint.name, found)
            elif isinstance(found, BaseException):
                raise found
        markets = session.select([market for found in products if isinstance(found, list) for market in found])
        for product in self.products:
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
        has_interest_history = any(entity.name == "open_interest_history" for entity in self.entities)
        for product in self.products:
            listed = [market for market in markets if market.product == product]
            with_interest = listed if has_interest_history else []
            await asyncio.gather(
                session.each(
                    f"{product}_klines", listed, lambda market: self._klines(session, session.window_for("klines", window), market)
                ),
                session.each(
                    f"{product}_funding_rate",
                    listed,
                    lambda market: self._funding(session, session.window_for("funding_rates", window), market),
                ),
                session.each(
                    f"{product}_open_interest_history", with_interest, lambda market: self._open_interest(session, window, market)
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
                params = {**name, "period": "1h", "startTime": max(start, earliest), "endTime": end - 1, "limit": HISTORY_LIMIT}
                await session.get(f"{market.product}_open_interest_history", params=params, market=market.symbol)
