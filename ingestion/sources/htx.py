"""HTX (Huobi) swaps, USDT-margined (linear-swap) and coin-margined (swap): instruments, klines, funding, open interest, liquidations.

Learnt from recorded payloads, the vendor's pages as third parties keep them, and ccxt; [V] recorded or vendor's text, [C] ccxt,
[M] remembered, [A] assumed. The two products answer alike below /linear-swap-… and /swap-….

- `vol`, `amount`, `trade_turnover` of klines and the trade_… of open interest are the SUM OF BUYS AND SELLS: twice the volume of other
  venues ("Sum of both buy and sell sides"; every recorded volume is even). `count` is not: recorded counts are odd [V].
  Open interest and liquidations are one-sided [V].
- Klines: from, to in seconds, both included, ≤ 2000 rows, oldest first, about two years; `size` makes from and to ignored [V]. vol is
  contracts, amount base; only USDT-M has trade_turnover (USDT), COIN-M's USD is contracts × contract_size. 1day begins at
  16:00 UTC (UTC+8), so only 60min is asked [V].
- Open interest now: all contracts in a call; value is amount × last price [V]. History: the newest ≤ 200 hours, newest first, no bounds;
  amount_type 1 contracts, 2 base [V].
- Funding: page_index, page_size ≤ 50, newest first, since 2020; realized_rate is null mostly; the interval is in no answer [V].
- Liquidations: v3, one contract, at most 2 h a request, 90 days; next from_id = the largest query_id. The page's size is not told, so
  an empty page ends it. direction is the order's: sell closed a long. price is the bankruptcy price [V].
- v1 answered in Sep 2026 [V], while ccxt had moved USDT-M to /v5/market [C]: v5 gives funding where v1 is refused or gone.
- 240 requests per 3 s and address; klines and open interest history 800 per s [V]. Errors inside HTTP 200: v1 status, err_code or
  err-code; v3 and v5 code [V]; 1013, 1014, 1332 unknown contract, 1032 too many [M].
- create_date is a day of UTC+8. contract_status 1 trades, 3, 5, 7, 9 pause, 0 and 8 are over [M]. Underlyings have no class: a seed says.
- There is no mark price of all contracts, only candles of one: no premiums.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.errors import NotFound, Rejected
from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day, ms, seconds
from ingestion.venue.parsing import fields
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

HOST = "https://api.hbdm.com"
LINEAR = "linear-swap"
PRODUCTS = (LINEAR, "swap")
KLINE_LIMIT, HISTORY_LIMIT, FUNDING_LIMIT, V5_LIMIT = 2000, 200, 50, 100
LIQUIDATION_SPAN = timedelta(hours=2)
LIQUIDATIONS_KEPT = timedelta(days=90)
HOUR_MS = 3_600_000
TRADING = {1, 3, 5, 7, 9}

INSTRUMENTS = Entity.of(
    "instruments",
    "*contract_code *observed_on:day symbol contract_size:float price_tick:float? create_date? contract_status:int business_type? "
    "contract_type?",
    event=day("observed_on"),
    is_snapshot=True,
)
OPEN_INTEREST = Entity.of(
    "open_interest",
    "*contract_code *ts:int volume:float amount:float? value:float? trade_volume:float? trade_amount:float? trade_turnover:float?",
    event=ms("ts"),
    is_snapshot=True,
)
KLINES = Entity.of(
    "klines",
    "*contract_code *period *id:int open:float high:float low:float close:float vol:float amount:float trade_turnover:float? count:int?",
    event=seconds("id"),
    look_back_days=1,
)
FUNDING_RATES = Entity.of(
    "funding_rates",
    "*contract_code *funding_time:int funding_rate:float realized_rate:float? avg_premium_index:float?",
    event=ms("funding_time"),
    look_back_days=1,
)
OPEN_INTEREST_HISTORY = Entity.of(
    "open_interest_history", "*contract_code *period *amount_type:int *ts:int volume:float value:float?", event=ms("ts"), look_back_days=1
)
LIQUIDATIONS = Entity.of(
    "liquidations",
    "*contract_code *created_at:int *query_id:int direction offset? volume:float amount:float? price:float trade_turnover:float?",
    event=ms("created_at"),
)


def _objects(entity: str, *names: str, lead: Callable[[Payload], tuple[Any, ...]] = lambda payload: ()) -> Callable[[Payload], Parsed]:
    """Rows of objects: the contract, what the answer itself says, then these fields."""

    def parse(payload: Payload) -> Parsed:
        return {entity: [(row["contract_code"], *lead(payload), *fields(row, *names)) for row in payload.json["data"]]}

    return parse


INSTRUMENT_FIELDS = ("symbol", "contract_size", "price_tick", "create_date", "contract_status", "business_type", "contract_type")
_parse_instruments = _objects("instruments", *INSTRUMENT_FIELDS, lead=lambda payload: (payload.fetched_at.date(),))
INTEREST_FIELDS = ("volume", "amount", "value", "trade_volume", "trade_amount", "trade_turnover")
_parse_open_interest = _objects("open_interest", *INTEREST_FIELDS, lead=lambda payload: (payload.json["ts"],))
LIQUIDATION_FIELDS = ("created_at", "query_id", "direction", "offset", "volume", "amount", "price", "trade_turnover")
_parse_liquidations = _objects("liquidations", *LIQUIDATION_FIELDS)


def _parse_klines(payload: Payload) -> Parsed:
    _, code, _, period = payload.json["ch"].split(".")
    names = ("id", "open", "high", "low", "close", "vol", "amount", "trade_turnover", "count")
    return {"klines": [(code, period, *fields(row, *names)) for row in payload.json["data"]]}


def _parse_funding_rates(payload: Payload) -> Parsed:
    data = payload.json["data"]  # v1 wraps the rows in a page
    names = ("contract_code", "funding_time", "funding_rate", "realized_rate", "avg_premium_index")
    return {"funding_rates": [fields(row, *names) for row in (data["data"] if isinstance(data, dict) else data)]}


def _parse_history(payload: Payload) -> Parsed:
    data, period = payload.json["data"], payload.param("period")
    rows = [(data["contract_code"], period, *fields(row, "amount_type", "ts", "volume", "value")) for row in data["tick"]]
    return {"open_interest_history": rows}


class Htx(Adapter):
    """See the module docstring."""

    name = "htx"
    market_parameters = ("contract_code", "contract")
    unknown_codes = frozenset({"1013", "1014", "1332", "symbol"})
    busy_codes = frozenset({"1000", "1001", "1002", "1004", "1030", "1032", "none"})
    hosts = {"api": HOST, "market": HOST}
    limits = {"api": Limit(240, 3), "market": Limit(800, 1)}
    entities = (INSTRUMENTS, OPEN_INTEREST, KLINES, FUNDING_RATES, OPEN_INTEREST_HISTORY, LIQUIDATIONS)
    endpoints = (
        Endpoint("contract_info", "api", "/{product}-api/v1/swap_contract_info", ("instruments",), _parse_instruments),
        Endpoint("open_interest", "api", "/{product}-api/v1/swap_open_interest", ("open_interest",), _parse_open_interest),
        Endpoint("kline", "market", "/{product}-ex/market/history/kline", ("klines",), _parse_klines),
        Endpoint("funding_history", "api", "/{product}-api/v1/swap_historical_funding_rate", ("funding_rates",), _parse_funding_rates),
        Endpoint("funding_history_v5", "api", "/v5/market/funding_rate_history", ("funding_rates",), _parse_funding_rates),
        Endpoint("his_open_interest", "market", "/{product}-api/v1/swap_his_open_interest", ("open_interest_history",), _parse_history),
        Endpoint("liquidation_orders", "api", "/{product}-api/v3/swap_liquidation_orders", ("liquidations",), _parse_liquidations),
    )  # fmt: skip
    no_public_api = {"premiums": "mark prices come as candles of one contract, not as a price of all"}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """v1 says status, v3 and v5 say code; both inside HTTP 200."""
        if payload.status in (403, 451) or payload.body.lstrip()[:1] != b"{":
            return None if payload.status >= 400 else ("none", "an answer without status")
        body = payload.json
        if body.get("status") == "ok" or body.get("code") == 200:
            return None
        code = next((str(body[name]) for name in ("err_code", "err-code", "code") if name in body), "none")
        message = next((str(body[name]) for name in ("err_msg", "err-msg", "msg", "message") if body.get(name)), "no message")
        return "symbol" if "invalid symbol" in message.lower() else code, f"error {code}: {message}"

    async def snapshot(self, session: Session) -> list[Market]:
        """Two calls for each product."""
        found: list[Market] = []
        await session.each("contract_info", PRODUCTS, lambda product: self._listed(session, product, found))
        return session.select(found)

    async def _listed(self, session: Session, product: str, found: list[Market]) -> None:
        listed = (await session.get("contract_info", path={"product": product}, market=f"all {product}")).json["data"]
        turnovers: dict[str, float] = {}
        await session.each("open_interest", [product], lambda name: self._open_interest(session, name, turnovers))
        found += [
            Market(row["contract_code"], turnovers.get(row["contract_code"], 0.0) / 2, _midnight(row.get("create_date")), product)
            for row in listed
            if row.get("contract_status") in TRADING and row.get("business_type", "swap") == "swap"
        ]

    async def _open_interest(self, session: Session, product: str, turnovers: dict[str, float]) -> None:
        rows = (await session.get("open_interest", path={"product": product}, market=f"all {product}")).json["data"]
        turnovers |= {row["contract_code"]: float(row.get("trade_turnover") or 0) for row in rows}

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        markets = list(markets)
        klines, funding = session.window_for("klines", window), session.window_for("funding_rates", window)
        interest, closings = session.window_for("open_interest_history", window), session.window_for("liquidations", window)
        hours = int((session.now() - interest.start) / timedelta(hours=1)) + 1
        held = markets if interest.end > session.now() - timedelta(hours=HISTORY_LIMIT) else []
        await asyncio.gather(
            session.each("kline", markets, lambda market: _klines(session, klines, market)),
            session.each("funding_history", markets, lambda market: _funding(session, funding, market)),
            session.each("his_open_interest", held, lambda market: _interest(session, min(hours, HISTORY_LIMIT), market)),
            session.each("liquidation_orders", markets, lambda market: _liquidations(session, closings, market)),
        )


async def _klines(session: Session, window: Window, market: Market) -> None:
    for start, end in window.pages(timedelta(hours=KLINE_LIMIT)):
        if end > (market.listed_ms or 0):
            params = {"contract_code": market.symbol, "period": "60min", "from": start // 1000, "to": end // 1000 - 1}
            await session.get("kline", path={"product": market.product}, params=params, market=market.symbol)


async def _funding(session: Session, window: Window, market: Market) -> None:
    """Pages from now back to the window's start; the new API, which has bounds, where the old one is gone."""
    page, name = 1, {"contract_code": market.symbol}
    try:
        while True:
            params = {**name, "page_index": page, "page_size": FUNDING_LIMIT}
            path = {"product": market.product}
            data = (await session.get("funding_history", path=path, params=params, market=market.symbol)).json["data"]
            stamps = [int(row["funding_time"]) for row in data["data"]]
            if len(stamps) < FUNDING_LIMIT or min(stamps) <= window.start_ms:
                return
            page += 1
    except (NotFound, Rejected):
        if market.product != LINEAR:
            raise
    for start, end in window.pages(timedelta(hours=V5_LIMIT)):
        params = {**name, "start_time": start, "end_time": end - 1, "limit": V5_LIMIT}
        await session.get("funding_history_v5", params=params, market=market.symbol)


async def _interest(session: Session, hours: int, market: Market) -> None:
    unit = 2 if market.product == LINEAR else 1  # base; whole contracts of so many USD
    params = {"contract_code": market.symbol, "period": "60min", "size": hours, "amount_type": unit}
    await session.get("his_open_interest", path={"product": market.product}, params=params, market=market.symbol)


async def _liquidations(session: Session, window: Window, market: Market) -> None:
    """Each span from its oldest on, until an answer brings no newer row."""
    for start, end in window.whole_days_of(session.now(), LIQUIDATIONS_KEPT).pages(LIQUIDATION_SPAN):
        params = {"contract": market.symbol, "trade_type": 0, "start_time": start, "end_time": end - 1, "direct": "next"}
        newest, largest = -1, 0 if end > (market.listed_ms or 0) else -1
        while largest > newest:
            newest, path = largest, {"product": market.product}
            rows = (await session.get("liquidation_orders", path=path, params=params, market=market.symbol)).json["data"]
            largest = max((int(row["query_id"]) for row in rows), default=newest)
            params = {**params, "from_id": largest}


def _midnight(create_date: str | None) -> int | None:
    """A day of UTC+8 as Unix milliseconds."""
    if not create_date:
        return None
    return int(datetime.strptime(create_date, "%Y%m%d").replace(tzinfo=UTC).timestamp() * 1000) - 8 * HOUR_MS
