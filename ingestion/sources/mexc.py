"""MEXC contract v1: perpetuals in USDT, USDC and USD1, and inverse ones — instruments, tickers, hourly candles, funding.

[V] recorded answers or the vendor's pages, [C] ccxt, [T] a third party's readings of Sep 2026, [A] assumed.

- GET without key, `{"success": true, "code": 0, "data"}`, JSON numbers (7.3e-05). Errors come inside HTTP 200: 510 too many, 1001 no such
  contract, 600 bad parameter [C]; bursts meet a firewall: 403 [C]. 20 requests in 2 s per path, detail 1 in 5 s [C]. The same paths
  answer at api.mexc.com, which ccxt prefers [C]: set it as this source's base URL where the host below does not answer.
- detail: everything in one call; state 0 enabled, 4 paused, else gone; futureType 1 is a perpetual. contractSize is base per contract,
  USD on inverse ones (100 for BTC, 10 else) [C]. conceptPlate tells stocks (Stock, stockindex), Forex, metals, Commodities, OIL and all
  of them (tradfi) from coins [V, T]; most shares are named AALSTOCK. Units like 1000BONK. openingTime is 0 for old contracts [V].
- ticker: one call for all; volume24 and holdVol count CONTRACTS, amount24 quote, base on inverse ones [V, C]; rolling 24 h, while the
  rates of change are since midnight UTC+8 [V]. holdVol is one side (odd values) and has no history anywhere. fairPrice is the mark.
- kline: columns, oldest first, start/end in SECONDS, ≤ 2000 rows, the newest kept [V]; vol contracts, amount as amount24. `open` is the
  close before, realOpen the first trade [V]. Day1 is cut at 16:00 UTC [A]: only Min60 is asked. No trade counts. Whether bounds belong
  to a range is not said: pages reach beyond their hours, and the parser keeps what lies between [A].
- funding_rate/history: pages from 1, newest first, ≤ 1000 [C], totalPage given; settleTime in ms with collectCycle, the interval of that
  settlement in hours; some 1.5 years are kept [V]. It knows no bounds: they are sent for the parser, and taken to be ignored [A].
- Volumes are widely held to be inflated (contracts without fees) [M]. Liquidations: none.
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
from ingestion.store.entity import Entity, day, ms, seconds
from ingestion.venue.parsing import fields
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

KLINE_PAGE = timedelta(hours=1998)  # 2000 rows with one more hour on both sides
SHORT_WINDOW, SMALL_PAGE, LARGE_PAGE = timedelta(hours=100), 100, 1000  # settlements are an hour apart at least
MOST_FUNDING_PAGES = 100
DISTANT_FUTURE = 1 << 50
ENABLED, PAUSED = 0, 4

INSTRUMENTS = Entity.of(
    "instruments",
    "*symbol *observed_on:day base_coin quote_coin settle_coin contract_size:float future_type:int? state:int? is_hidden:bool? "
    "concept_plate? create_time:int? opening_time:int?",
    event=day("observed_on"),
    is_snapshot=True,
)
TICKERS = Entity.of(
    "tickers",
    "*symbol *timestamp:int last_price:float? fair_price:float? index_price:float? hold_vol:float? volume24:float? amount24:float? "
    "funding_rate:float?",
    event=ms("timestamp"),
    is_snapshot=True,
)
KLINES = Entity.of(
    "klines",
    "*symbol *interval *time:int open:float high:float low:float close:float vol:float amount:float",
    event=seconds("time"),
    look_back_days=1,
)
FUNDING_RATES = Entity.of(
    "funding_rates", "*symbol *settle_time:int funding_rate:float collect_cycle:int?", event=ms("settle_time"), look_back_days=1
)


def _rows(payload: Payload) -> list[Any]:
    """One item comes without its list."""
    data = payload.json["data"]
    return [data] if isinstance(data, dict) else data


def _between(payload: Payload, newer: str, older: str) -> tuple[int, int]:
    """The bounds that were asked, both exclusive."""
    return int(payload.params.get(newer, 0)), int(payload.params.get(older, DISTANT_FUTURE))


def _parse_detail(payload: Payload) -> Parsed:
    today, rows = payload.fetched_at.date(), []
    for item in _rows(payload):
        head = fields(item, "baseCoin", "quoteCoin", "settleCoin", "contractSize", "futureType", "state", "isHidden")
        plates = ",".join(item.get("conceptPlate") or [])
        rows.append((item["symbol"], today, *head, plates, *fields(item, "createTime", "openingTime")))
    return {"instruments": rows}


def _parse_tickers(payload: Payload) -> Parsed:
    names = ("lastPrice", "fairPrice", "indexPrice", "holdVol", "volume24", "amount24", "fundingRate")
    return {"tickers": [(item["symbol"], item["timestamp"], *fields(item, *names)) for item in _rows(payload)]}


def _parse_klines(payload: Payload) -> Parsed:
    data, head = payload.json["data"], (payload.param("symbol"), payload.param("interval"))
    start, end = _between(payload, "start", "end")
    columns = [data[name] for name in ("time", "open", "high", "low", "close", "vol", "amount")]
    return {"klines": [(*head, *row) for row in zip(*columns, strict=True) if start < row[0] < end]}


def _parse_funding_rates(payload: Payload) -> Parsed:
    start, end = _between(payload, "start_time", "end_time")
    rows = [fields(item, "symbol", "settleTime", "fundingRate", "collectCycle") for item in payload.json["data"]["resultList"]]
    return {"funding_rates": [row for row in rows if start < row[1] < end]}


PATHS = {
    "detail": ("detail", "instruments", _parse_detail),
    "ticker": ("ticker", "tickers", _parse_tickers),
    "kline": ("kline/{symbol}", "klines", _parse_klines),
    "funding_history": ("funding_rate/history", "funding_rates", _parse_funding_rates),
}  # limits are per path: every endpoint has a budget of its own


class Mexc(Adapter):
    """See the module docstring."""

    name = "mexc"
    refusals = frozenset({403})
    unknown_codes = frozenset({"1001"})
    busy_codes = frozenset({"510", "500", "501"})
    hosts = dict.fromkeys(PATHS, "https://contract.mexc.com/api/v1/contract")
    limits = {name: Limit(20, 2) for name in PATHS} | {"detail": Limit(1, 5)}
    entities = (INSTRUMENTS, TICKERS, KLINES, FUNDING_RATES)
    endpoints = tuple(Endpoint(name, name, f"/{path}", (entity,), parse) for name, (path, entity, parse) in PATHS.items())
    no_public_api = {"liquidations": "in no public channel"}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Errors are `{"success": false, "code": not 0, "message"}`, inside HTTP 200 too."""
        if payload.status in (403, 451) or payload.body.lstrip()[:1] != b"{":
            return None if payload.status >= 400 else ("none", "an answer without an envelope")
        code = str(payload.json.get("code", "none"))
        return None if code == "0" else (code, f"error {code}: {payload.json.get('message', payload.json.get('msg'))}")

    async def snapshot(self, session: Session) -> list[Market]:
        """Instruments and tickers, one call each for all."""
        listed = _rows(await session.get("detail"))
        volumes: dict[str, float] = {}

        async def tickers(_: str) -> None:
            volumes.update({row["symbol"]: _volume_usd(row) for row in _rows(await session.get("ticker"))})

        await session.each("ticker", ["all"], tickers)
        return session.select(
            Market(row["symbol"], volumes.get(row["symbol"], 0.0), row.get("openingTime") or row.get("createTime"))
            for row in listed
            if row.get("futureType", 1) == 1 and row.get("state") in (ENABLED, PAUSED) and not row.get("isHidden")
        )

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        markets = list(markets)
        klines, funding = session.window_for("klines", window), session.window_for("funding_rates", window)
        await asyncio.gather(
            session.each("kline", markets, lambda market: self._klines(session, klines, market)),
            session.each("funding_history", markets, lambda market: self._funding(session, funding, market)),
        )

    async def _klines(self, session: Session, window: Window, market: Market) -> None:
        for start, end in window.pages(KLINE_PAGE):
            if end > (market.listed_ms or 0):
                params = {"interval": "Min60", "start": start // 1000 - 1, "end": end // 1000}
                await session.get("kline", path={"symbol": market.symbol}, params=params, market=market.symbol)

    async def _funding(self, session: Session, window: Window, market: Market) -> None:
        """Pages from now backwards, until one reaches the window's start or is the last."""
        size = SMALL_PAGE if session.now() - window.start <= SHORT_WINDOW else LARGE_PAGE
        bounds = {"start_time": window.start_ms - 1, "end_time": window.end_ms}
        name = {"symbol": market.symbol, "page_size": size} | bounds
        for page in range(1, MOST_FUNDING_PAGES + 1):
            data = (await session.get("funding_history", params=name | {"page_num": page}, market=market.symbol)).json["data"]
            stamps = [row["settleTime"] for row in data["resultList"]]
            if not stamps or page >= data["totalPage"] or min(stamps) <= window.start_ms:
                return


def _volume_usd(row: dict[str, Any]) -> float:
    """amount24 is base on inverse contracts."""
    price = float(row.get("lastPrice") or 0) if row["symbol"].endswith("_USD") else 1.0
    return float(row.get("amount24") or 0) * price
