"""KuCoin Futures: the classic API for contracts with their state, candles and funding; the unified one for open interest history.

[V] recorded answers or the vendor's SDK, [C] ccxt, [T] a third party's live clients, [A] assumed.

- GET without key, envelope `{"code": "200000", "data"}`; an error is another code with `msg`, also inside HTTP 200 [V]. A public pool of
  2000 weight per 30 s and address: contracts 3, candles 3, funding 5 [C]; two hosts, so half of it each. 429000: too many; 1015: blocked
  for 30 s by Cloudflare.
- contracts/active: terms, prices, open interest and 24 h volume of everything in one call, without a stamp of its own; one contract may
  come without its list [V]. type FFWCSX is a perpetual, FFICSX dated. XBT is BTC. `isQuanto` is true for plain USDT contracts: not read.
  `multiplier` is base per lot, −1 on inverse ones (1 lot = 1 USD) [V]. marketType CRYPTO or something else [V].
  currentFundingRateGranularity is the interval that holds now, in ms; fundingRateGranularity the one to come [T].
  nextFundingRateTime counts down. openInterest is LOTS, text, one-sided (odd values); volumeOf24h is base [V].
- kline/query: granularity in minutes, from/to in ms, oldest first, ≤ 200 rows, cut without a word [C]; [t, o, h, l, c, lots] and in newer
  answers a seventh value, turnover in quote [C]. Whether bounds belong to a range is not said: pages reach beyond
  their hours, and the parser keeps what lies between [A]. No trade counts.
- contract/funding-rates: both bounds required, newest first, ≤ 100, `timepoint` in ms [V, C]. Bitcoin was paid at 04, 12 and 20 h before
  2025-06-17 [V]. The interval is not in the row.
- ua market/open-interest: with `interval` the history of one symbol, in lots, newest first, ≤ 200, bounds in ms; rows do not name the
  symbol [V]; without it the present of up to ten, which do. Liquidations are nowhere public.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import polars as pl

from ingestion import pages
from ingestion.entity import Entity, day, ms
from ingestion.parsing import fields
from ingestion.session import Session
from ingestion.source import Endpoint, Limit, Market, Parsed, Payload, Source, Window

CANDLE_PAGE = timedelta(hours=198)  # 200 rows with one more hour on both sides
FUNDING_LIMIT, HISTORY_LIMIT = 100, 200
PERPETUAL = "FFWCSX"
TRADING = {"Open", "Paused", "CancelOnly"}  # what is paused comes back
DISTANT_FUTURE_MS = 1 << 50
NOW = "now"  # the interval of an answer that is no history

INSTRUMENTS = Entity.of(
    "instruments",
    "*symbol *observed_on:day type base_currency quote_currency settle_currency multiplier:float is_inverse:bool status? market_type? "
    "first_open_date:int? expire_date:int? current_funding_rate_granularity:int? funding_rate_granularity:int?",
    event=day("observed_on"),
    is_snapshot=True,
)
CONTRACT_STATES = Entity.of(
    "contract_states",
    "*symbol *observed_at:instant mark_price:float? index_price:float? last_trade_price:float? open_interest:float? volume_of_24h:float? "
    "turnover_of_24h:float? funding_fee_rate:float?",
    event=pl.col("observed_at"),
    is_snapshot=True,
)
CANDLES = Entity.of(
    "candles",
    "*symbol *granularity:int *time:int open:float high:float low:float close:float volume:float turnover:float?",
    event=ms("time"),
    look_back_days=1,
)
FUNDING_RATES = Entity.of("funding_rates", "*symbol *timepoint:int funding_rate:float", event=ms("timepoint"), look_back_days=1)
OPEN_INTEREST = Entity.of("open_interest", "*symbol *interval *ts:int open_interest:float", event=ms("ts"), look_back_days=1)


def _parse_contracts(payload: Payload) -> Parsed:
    data, at, today = payload.json["data"], payload.fetched_at, payload.fetched_at.date()
    terms = (
        "type", "baseCurrency", "quoteCurrency", "settleCurrency", "multiplier", "isInverse", "status", "marketType", "firstOpenDate",
        "expireDate", "currentFundingRateGranularity", "fundingRateGranularity",
    )  # fmt: skip
    state = ("markPrice", "indexPrice", "lastTradePrice", "openInterest", "volumeOf24h", "turnoverOf24h", "fundingFeeRate")
    rows = [data] if isinstance(data, dict) else data
    return {
        "instruments": [(row["symbol"], today, *fields(row, *terms)) for row in rows],
        "contract_states": [(row["symbol"], at, *fields(row, *state)) for row in rows],
    }


def _parse_candles(payload: Payload) -> Parsed:
    """The rows between the bounds that were asked, both exclusive."""
    head, (start, end) = (payload.param("symbol"), payload.param("granularity")), (payload.params.get(name) for name in ("from", "to"))
    rows = [row for row in payload.json["data"] or [] if int(start or 0) < row[0] < int(end or DISTANT_FUTURE_MS)]
    return {"candles": [(*head, *row[:6], row[6] if len(row) > 6 else None) for row in rows]}


def _parse_funding_rates(payload: Payload) -> Parsed:
    return {"funding_rates": [fields(row, "symbol", "timepoint", "fundingRate") for row in payload.json["data"] or []]}


def _parse_open_interest(payload: Payload) -> Parsed:
    rows, interval = payload.json["data"] or [], payload.params.get("interval", NOW)
    return {"open_interest": [(row.get("symbol") or payload.param("symbol"), interval, row["ts"], row["openInterest"]) for row in rows]}


def _endpoint(name: str, host: str, path: str, entities: tuple[str, ...], parse: Any, weight: float) -> Endpoint:
    return Endpoint(name, host, path, entities, parse, weight=lambda params: weight)


class Kucoin(Source):
    """See the module docstring."""

    name = "kucoin"
    unknown_codes = frozenset({"100003", "not exist"})
    busy_codes = frozenset({"429000", "1015", "200002", "500000"})
    hosts = {"classic": "https://api-futures.kucoin.com", "unified": "https://api.kucoin.com"}
    limits = {"classic": Limit(1000, 30), "unified": Limit(1000, 30)}
    entities = (INSTRUMENTS, CONTRACT_STATES, CANDLES, FUNDING_RATES, OPEN_INTEREST)
    endpoints = (
        _endpoint("contracts", "classic", "/api/v1/contracts/active", ("instruments", "contract_states"), _parse_contracts, 3),
        _endpoint("kline", "classic", "/api/v1/kline/query", ("candles",), _parse_candles, 3),
        _endpoint("funding_rates", "classic", "/api/v1/contract/funding-rates", ("funding_rates",), _parse_funding_rates, 5),
        _endpoint("open_interest", "unified", "/api/ua/v1/market/open-interest", ("open_interest",), _parse_open_interest, 5),
    )
    no_public_api = {"liquidations": "in no public channel"}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Errors are `{"code": not "200000", "msg"}`, whatever the status; a missing contract is also told in words."""
        if payload.status in (403, 451) or payload.body.lstrip()[:1] != b"{":
            return None if payload.status >= 400 else ("none", "an answer without an envelope")
        code, message = str(payload.json.get("code", "none")), str(payload.json.get("msg", ""))
        if code == "200000":
            return None
        return "not exist" if "not exist" in message.lower() else code, f"error {code}: {message}"

    async def snapshot(self, session: Session) -> list[Market]:
        """Everything that only exists now is in one answer."""
        rows = (await session.get("contracts")).json["data"]
        return session.select(
            Market(row["symbol"], _volume_usd(row), row.get("firstOpenDate"))
            for row in rows
            if row["type"] == PERPETUAL and row.get("status") in TRADING
        )

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        markets = list(markets)
        candles, funding, interest = (session.window_for(name, window) for name in ("candles", "funding_rates", "open_interest"))
        await asyncio.gather(
            session.each("kline", markets, lambda market: self._candles(session, candles, market)),
            session.each("funding_rates", markets, lambda market: self._funding(session, funding, market)),
            session.each("open_interest", markets, lambda market: self._open_interest(session, interest, market)),
        )

    async def _candles(self, session: Session, window: Window, market: Market) -> None:
        for start, end in window.pages(CANDLE_PAGE):
            if end > (market.listed_ms or 0):
                params = {"symbol": market.symbol, "granularity": 60, "from": start - 1, "to": end}
                await session.get("kline", params=params, market=market.symbol)

    async def _funding(self, session: Session, window: Window, market: Market) -> None:
        async def ask(start: int, end: int) -> list[int]:
            params = {"symbol": market.symbol, "from": start, "to": end - 1}
            rows = (await session.get("funding_rates", params=params, market=market.symbol)).json["data"] or []
            return [int(row["timepoint"]) for row in rows]

        await pages.back(max(window.start_ms, market.listed_ms or 0), window.end_ms, ask, FUNDING_LIMIT)

    async def _open_interest(self, session: Session, window: Window, market: Market) -> None:
        async def ask(start: int, end: int) -> list[int]:
            params = {"symbol": market.symbol, "interval": "1hour", "startAt": start, "endAt": end - 1, "pageSize": HISTORY_LIMIT}
            rows = (await session.get("open_interest", params=params, market=market.symbol)).json["data"] or []
            return [int(row["ts"]) for row in rows]

        await pages.back(max(window.start_ms, market.listed_ms or 0), window.end_ms, ask, HISTORY_LIMIT)


def _volume_usd(row: dict[str, Any]) -> float:
    """Inverse contracts count lots of one USD, or coins: whichever is larger."""
    volume, turnover = float(row.get("volumeOf24h") or 0), float(row.get("turnoverOf24h") or 0)
    return max(volume, turnover) if row.get("isInverse") else turnover
