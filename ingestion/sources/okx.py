"""OKX v5, perpetual swaps (instType=SWAP), linear and inverse: instruments, candles, funding, open interest, mark and index prices.

Learnt from the vendor's pages as the venue reference quotes them, and recorded payloads; [V] recorded, [C] ccxt, [M] remembered,
[P] measured by third parties.

- Envelope `{"code": "0", "msg": "", "data": […]}`, all strings; an error is another code, also inside HTTP 200. 50xxx: try again;
  51001: not listed (any more) [M]. No Retry-After.
- Limits are per path: 20 requests in 2 s for lists, candles 40, history-candles 20, funding and open interest history 10 [C].
- `after` = older than, `before` = newer than, both exclusive, NEWEST FIRST [C]; the open interest history says `end` and `begin`.
  A longer answer than the limit loses its oldest rows, so pages go backwards from the end. Rows a page: candles 300 (history-candles
  gave 100 once), funding 100, open interest history 100 [C]. A page shorter than 100 is the last under any of these.
- Candles: [ts, o, h, l, c, vol, volCcy, volCcyQuote, confirm]: vol = contracts, volCcy = base, volCcyQuote = USDT or USD, on linear
  and on inverse swaps alike [V]. confirm "0" is a running bar. `1D` is cut at 16:00 UTC: only `1H` is asked. No trade counts.
  /candles keeps the newest 1440 bars, /history-candles years [C].
- Contract = ctVal × ctMult in ctValCcy: base on linear, USD on inverse (BTC 100, others 10) [V]. `category` says nothing;
  instCategory 1 is crypto, 3 stocks and indices, 4 commodities [V]. Dated futures that pay funding (FUTURES, ruleType xperp): not here.
- Funding: realizedRate is what was charged, fundingRate the forecast; about 3 months are kept [C]. The interval is not in the row:
  `funding-rate` with instId=ANY gives this and the next settlement of all swaps [C].
- Open interest: oi contracts, oiCcy base, oiUsd; one-sided, with float noise [V]. History: 1440 points a series [M].
- Liquidations: by family (an id alone is error 50015 [P]), `details` below their instrument, sz contracts, bkPx the bankruptcy price,
  posSide what was closed [V]; ≤ 100 a page, about 7 days [V] or less (a day, once measured [P]), and not all of them [V].
- Tickers have no index and no USD volume (volCcy24h is base); index-tickers are asked by quote currency.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

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

HOUR_MS = 3_600_000
HOST = "https://www.okx.com"
CANDLE_LIMIT, FUNDING_LIMIT, HISTORY_LIMIT = 300, 100, 100
SHORT_PAGE = 100  # fewer rows than the smallest limit the venue ever had: there is nothing older
RECENT = timedelta(hours=1400)  # /candles keeps 1440 bars
KEPT = timedelta(hours=1400)  # and the open interest history as many points
LIQUIDATIONS_KEPT = timedelta(days=7)
INDEX_QUOTES = ("USDT", "USD", "USDC")
TRADING = {"live", "suspend"}  # a suspended swap comes back, and traded before

INSTRUMENTS = Entity.of(
    "instruments",
    "*inst_id *observed_on:day inst_family? uly? ct_val:float ct_mult:float ct_val_ccy ct_type? settle_ccy? list_time:int? exp_time:int? "
    "state? inst_category? rule_type?",
    event=day("observed_on"),
    is_snapshot=True,
)
FUNDING_SCHEDULES = Entity.of(
    "funding_schedules",
    "*inst_id *observed_on:day funding_time:int next_funding_time:int? method?",
    event=day("observed_on"),
    is_snapshot=True,
)
CANDLES = Entity.of(
    "candles",
    "*inst_id *bar *ts:int open:float high:float low:float close:float vol:float vol_ccy:float vol_ccy_quote:float confirm:int",
    event=ms("ts"),
    look_back_days=1,
)
FUNDING_RATES = Entity.of(
    "funding_rates",
    "*inst_id *funding_time:int funding_rate:float realized_rate:float? method?",
    event=ms("funding_time"),
    look_back_days=1,
)
OPEN_INTEREST = Entity.of("open_interest", "*inst_id *ts:int oi:float oi_ccy:float? oi_usd:float?", event=ms("ts"), is_snapshot=True)
OPEN_INTEREST_HISTORY = Entity.of(
    "open_interest_history", "*inst_id *period *ts:int oi:float oi_ccy:float? oi_usd:float?", event=ms("ts"), look_back_days=1
)
MARK_PRICES = Entity.of("mark_prices", "*inst_id *ts:int mark_px:float", event=ms("ts"), is_snapshot=True)
INDEX_TICKERS = Entity.of("index_tickers", "*inst_id *ts:int idx_px:float", event=ms("ts"), is_snapshot=True)
LIQUIDATIONS = Entity.of("liquidations", "*inst_id *ts:int *pos_side *sz:float *bk_px:float side? bk_loss:float?", event=ms("ts"))
TICKERS = Entity.of("tickers", "*inst_id *ts:int last:float? vol_24h:float? vol_ccy_24h:float?", event=ms("ts"), is_snapshot=True)

Parser = Callable[[Payload], Parsed]


def _objects(entity: str, *names: str, is_daily: bool = False) -> Parser:
    """Rows of objects: the instrument, the day of the fetch where that is part of the key, then these fields; '' is null."""

    def parse(payload: Payload) -> Parsed:
        today = (payload.fetched_at.date(),) if is_daily else ()
        return {entity: [(row["instId"], *today, *fields(row, *names)) for row in payload.json["data"]]}

    return parse


def _arrays(entity: str, spacing: str, width: int) -> Parser:
    """Rows of arrays, which name neither their instrument nor their spacing."""

    def parse(payload: Payload) -> Parsed:
        rows = payload.json["data"]
        return {entity: [(payload.param("instId"), payload.param(spacing), *row[:width]) for row in rows]}

    return parse


def _parse_liquidations(payload: Payload) -> Parsed:
    names = ("ts", "posSide", "sz", "bkPx", "side", "bkLoss")
    return {"liquidations": [(group["instId"], *fields(row, *names)) for group in payload.json["data"] for row in group["details"]]}


def _endpoint(name: str, path: str, entity: str, parse: Parser) -> Endpoint:
    """Limits are per path: every endpoint has a budget of its own."""
    return Endpoint(name, name, f"/api/v5/{path}", (entity,), parse)


INSTRUMENT_FIELDS = (
    "instFamily", "uly", "ctVal", "ctMult", "ctValCcy", "ctType", "settleCcy", "listTime", "expTime", "state", "instCategory", "ruleType",
)  # fmt: skip
PER_TWO_SECONDS = {
    "instruments": 20, "funding_rate": 10, "tickers": 20, "mark_price": 10, "index_tickers": 20, "open_interest": 20,
    "candles": 40, "history_candles": 20, "funding_rate_history": 10, "open_interest_history": 10,
    "liquidation_orders": 40,
}  # fmt: skip


class Okx(Adapter):
    """See the module docstring."""

    name = "okx"
    market_parameters = ("instId",)
    unknown_codes = frozenset({"51001"})
    busy_codes = frozenset({"50001", "50004", "50011", "50013", "50026"})
    hosts = dict.fromkeys(PER_TWO_SECONDS, HOST)
    limits = {path: Limit(requests, 2) for path, requests in PER_TWO_SECONDS.items()}
    entities = (
        INSTRUMENTS, FUNDING_SCHEDULES, CANDLES, FUNDING_RATES, OPEN_INTEREST, OPEN_INTEREST_HISTORY, MARK_PRICES, INDEX_TICKERS, TICKERS,
        LIQUIDATIONS,
    )  # fmt: skip
    endpoints = (
        _endpoint("instruments", "public/instruments", "instruments", _objects("instruments", *INSTRUMENT_FIELDS, is_daily=True)),
        _endpoint(
            "funding_rate", "public/funding-rate", "funding_schedules",
            _objects("funding_schedules", "fundingTime", "nextFundingTime", "method", is_daily=True),
        ),
        _endpoint("tickers", "market/tickers", "tickers", _objects("tickers", "ts", "last", "vol24h", "volCcy24h")),
        _endpoint("mark_price", "public/mark-price", "mark_prices", _objects("mark_prices", "ts", "markPx")),
        _endpoint("index_tickers", "market/index-tickers", "index_tickers", _objects("index_tickers", "ts", "idxPx")),
        _endpoint("open_interest", "public/open-interest", "open_interest", _objects("open_interest", "ts", "oi", "oiCcy", "oiUsd")),
        _endpoint("candles", "market/candles", "candles", _arrays("candles", "bar", 9)),
        _endpoint("history_candles", "market/history-candles", "candles", _arrays("candles", "bar", 9)),
        _endpoint(
            "funding_rate_history", "public/funding-rate-history", "funding_rates",
            _objects("funding_rates", "fundingTime", "fundingRate", "realizedRate", "method"),
        ),
        _endpoint(
            "open_interest_history", "rubik/stat/contracts/open-interest-history", "open_interest_history",
            _arrays("open_interest_history", "period", 4),
        ),
        _endpoint("liquidation_orders", "public/liquidation-orders", "liquidations", _parse_liquidations),
    )  # fmt: skip

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Errors are `{"code": not "0", "msg"}`, inside HTTP 200 too."""
        if payload.status in (403, 451) or payload.body.lstrip()[:1] != b"{":
            return None if payload.status >= 400 else ("none", "an answer without an envelope")
        code = str(payload.json.get("code", "none"))
        return None if code == "0" else (code, f"error {code}: {payload.json.get('msg')}")

    async def snapshot(self, session: Session) -> list[Market]:
        """Eight calls, each for all swaps."""
        swaps = {"instType": "SWAP"}
        listed = (await session.get("instruments", params=swaps)).json["data"]
        tickers = (await session.get("tickers", params=swaps)).json["data"]
        volumes = {row["instId"]: float(row.get("volCcy24h") or 0) * float(row.get("last") or 0) for row in tickers}
        await asyncio.gather(
            session.each("open_interest", [swaps], lambda params: session.get("open_interest", params=params)),
            session.each("mark_price", [swaps], lambda params: session.get("mark_price", params=params)),
            session.each("index_tickers", INDEX_QUOTES, lambda quote: session.get("index_tickers", params={"quoteCcy": quote})),
            session.each("funding_rate", ["ANY"], lambda name: session.get("funding_rate", params={"instId": name})),
        )
        return session.select(
            Market(row["instId"], volumes.get(row["instId"], 0.0), int(row["listTime"]) if row.get("listTime") else None)
            for row in listed
            if row.get("state") in TRADING
        )

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        markets, now = list(markets), session.now()
        candles, funding = session.window_for("candles", window), session.window_for("funding_rates", window)
        interest, closings = session.window_for("open_interest_history", window), session.window_for("liquidations", window)
        path = "candles" if candles.start >= now - RECENT else "history_candles"
        earliest = int((now - KEPT).timestamp() * 1000)
        hourly = {"bar": "1H", "limit": CANDLE_LIMIT}

        async def series(endpoint: str, market: Market, days: Window, stamp: int | str, fixed: dict[str, Any], since: int = 0) -> None:
            listed_hour = (market.listed_ms or 0) // HOUR_MS * HOUR_MS  # the first bar opens before the listing
            await _series(session, endpoint, market, (max(days.start_ms, since, listed_hour), days.end_ms), stamp, fixed)

        await asyncio.gather(
            session.each(path, markets, lambda m: series(path, m, candles, 0, hourly)),
            session.each(
                "funding_rate_history",
                markets,
                lambda m: series("funding_rate_history", m, funding, "fundingTime", {"limit": FUNDING_LIMIT}),
            ),
            session.each(
                "open_interest_history",
                markets,
                lambda m: series("open_interest_history", m, interest, 0, {"period": "1H", "limit": HISTORY_LIMIT}, earliest),
            ),
            session.each("liquidation_orders", markets, lambda m: _liquidations(session, closings, m)),
        )


async def _series(
    session: Session, endpoint: str, market: Market, bounds: tuple[int, int], stamp: int | str, fixed: dict[str, Any]
) -> None:
    """`stamp` is where a row has its time."""
    older, newer = ("end", "begin") if endpoint == "open_interest_history" else ("after", "before")

    async def ask(start: int, end: int) -> list[int]:
        params = {"instId": market.symbol, **fixed, older: end, newer: start - 1}
        return [int(row[stamp]) for row in (await session.get(endpoint, params=params, market=market.symbol)).json["data"]]

    await pages.back(*bounds, ask, SHORT_PAGE)


async def _liquidations(session: Session, window: Window, market: Market) -> None:
    """Closings share their milliseconds: the one a page ends in is asked for again."""

    async def ask(start: int, end: int) -> list[int]:
        family = {"instType": "SWAP", "instFamily": market.symbol.removesuffix("-SWAP"), "state": "filled"}
        params = {**family, "limit": HISTORY_LIMIT, "after": end, "before": start - 1}
        groups = (await session.get("liquidation_orders", params=params, market=market.symbol)).json["data"]
        return [int(row["ts"]) + 1 for group in groups for row in group["details"]]

    window = window.whole_days_of(session.now(), LIQUIDATIONS_KEPT)
    await pages.back(max(window.start_ms, market.listed_ms or 0), window.end_ms, ask, HISTORY_LIMIT)
