"""dYdX v4 indexer: markets with their state (one call), hourly candles with open interest, funding.

Learnt from shared reference sources/dydx.md (v4-chain's swagger and comlink controllers) and recorded payloads; [H] primary source,
[M] third party. dYdX v3 (api.dydx.exchange, ended) is another product and is not claimed here.

- `/perpetualMarkets`: all markets in one object keyed by ticker. `openInterest` is the sum of the longs: base units, one-sided;
  `baseOpenInterest` is the chain's own figure and differs. `oraclePrice` (USD, can be null) is what positions are margined and marked
  at: there is no other mark price, so no premium. No contract sizes, no prefixes; the rate is per hour [H].
- `status`: ACTIVE, PAUSED, CANCEL_ONLY, POST_ONLY, INITIALIZING, FINAL_SETTLEMENT; settled markets stay in the list (MATIC-USD) [H].
- Candles: newest first, ≤ 1000 rows, `fromISO` inclusive, `toISO` exclusive. `usdVolume` is USD; `startingOpenInterest` is base,
  one-sided, at the candle's START: the only history of open interest. Quiet hours can be missing; mid prices can be null [H].
- Funding: newest first, ≤ 1000 rows, only an upper bound (`effectiveBeforeOrAt`); hourly, `effectiveAt` some hundred ms after the
  hour, `price` is the oracle price then [H].
- Numbers are strings, times ISO-8601 with Z. 100 requests per 10 s and address, candles 1000 per 10 s; Retry-After in MILLISECONDS [H].
- Errors: `{"errors": [{"msg": …}]}` with 400, 403 (region) or 404 [H]. Permissionless markets are named after a pool,
  BAZINGA,RAYDIUM,C3JX…-USD [H]; an unknown ticker is a 400 "ticker must be a valid ticker" [H].
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
from ingestion.store.entity import Entity, day
from ingestion.venue import pages
from ingestion.venue.parsing import fields, instant, iso, unix_ms
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

PAGE = 1000
HOUR = timedelta(hours=1)
FIRST_MS = 1_698_278_400_000  # 2023-10-26: the chain's first day; nothing is older
SETTLED = "FINAL_SETTLEMENT"
DAYS_OF_A_BACKFILL = 7  # longer ranges also ask for settled markets; shorter ones only for those that traded in the last 24 h
UNKNOWN_TICKER = "valid ticker"
LONGEST_ERROR = 2000  # bytes; an error is one short object

INSTRUMENTS = Entity.of(
    "instruments",
    "*ticker *observed_on:day clob_pair_id? status market_type? atomic_resolution:int? tick_size:float? step_size:float?",
    event=day("observed_on"),
    is_snapshot=True,
)
MARKET_STATES = Entity.of(
    "market_states",
    "*ticker *observed_at:instant status oracle_price:float? open_interest:float base_open_interest:float? volume_24h:float? "
    "trades_24h:int? next_funding_rate:float?",
    event=pl.col("observed_at"),
    is_snapshot=True,
)
CANDLES = Entity.of(
    "candles",
    "*ticker *resolution *started_at:instant open:float high:float low:float close:float base_token_volume:float usd_volume:float "
    "trades:int starting_open_interest:float? orderbook_mid_price_open:float? orderbook_mid_price_close:float?",
    event=pl.col("started_at"),
    look_back_days=1,
)
FUNDING_RATES = Entity.of(
    "funding_rates",
    "*ticker *effective_at:instant effective_at_height:int rate:float price:float?",
    event=pl.col("effective_at"),
    look_back_days=1,
)


def _parse_markets(payload: Payload) -> Parsed:
    at, today = payload.fetched_at, payload.fetched_at.date()
    markets = list(payload.json["markets"].values())
    terms = ("clobPairId", "status", "marketType", "atomicResolution", "tickSize", "stepSize")
    state = ("status", "oraclePrice", "openInterest", "baseOpenInterest", "volume24H", "trades24H", "nextFundingRate")
    return {
        "instruments": [(market["ticker"], today, *fields(market, *terms)) for market in markets],
        "market_states": [(market["ticker"], at, *fields(market, *state)) for market in markets],
    }


def _parse_candles(payload: Payload) -> Parsed:
    fields = ("open", "high", "low", "close", "baseTokenVolume", "usdVolume", "trades", "startingOpenInterest")
    mids = ("orderbookMidPriceOpen", "orderbookMidPriceClose")
    rows = [
        (row["ticker"], row["resolution"], instant(row["startedAt"]), *(row.get(name) for name in fields + mids))
        for row in payload.json["candles"]
    ]
    return {"candles": rows}


def _parse_funding(payload: Payload) -> Parsed:
    rows = [
        (row["ticker"], instant(row["effectiveAt"]), row["effectiveAtHeight"], row["rate"], row.get("price"))
        for row in payload.json["historicalFunding"]
    ]
    return {"funding_rates": rows}


class Dydx(Adapter):
    """See the module docstring."""

    name = "dydx"
    market_parameters = ("ticker",)
    unknown_codes = frozenset({UNKNOWN_TICKER})
    hosts = {"api": "https://indexer.dydx.trade/v4", "candles": "https://indexer.dydx.trade/v4"}
    limits = {"api": Limit(100, 10, retry_after_ms=True), "candles": Limit(1000, 10, retry_after_ms=True)}
    entities = (INSTRUMENTS, MARKET_STATES, CANDLES, FUNDING_RATES)
    endpoints = (
        Endpoint("perpetual_markets", "api", "/perpetualMarkets", ("instruments", "market_states"), _parse_markets),
        Endpoint("candles", "candles", "/candles/perpetualMarkets/{ticker}", ("candles",), _parse_candles),
        Endpoint("historical_funding", "api", "/historicalFunding/{ticker}", ("funding_rates",), _parse_funding),
    )

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Errors are `{"errors": [{"msg"}]}`, whatever the status."""
        if len(payload.body) > LONGEST_ERROR or not payload.body.lstrip()[:10].startswith((b'{"errors"', b'{ "errors"')):
            return None
        text = f"HTTP {payload.status}: {_message(payload)}"
        return UNKNOWN_TICKER if payload.status == 404 or UNKNOWN_TICKER in text else "", text

    async def snapshot(self, session: Session) -> list[Market]:
        """Everything that only exists now is in one answer."""
        markets = (await session.get("perpetual_markets")).json["markets"].values()
        volumes = [(market, float(market.get("volume24H") or 0)) for market in markets]
        return session.select(
            Market(market["ticker"], volume, is_listed=market["status"] != SETTLED or volume > 0) for market, volume in volumes
        )

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        is_backfill = len(window.days()) > DAYS_OF_A_BACKFILL
        asked = [market for market in markets if market.is_listed or is_backfill]
        candles, funding = session.window_for("candles", window), session.window_for("funding_rates", window)
        await asyncio.gather(
            session.each("candles", asked, lambda market: self._candles(session, candles, market.symbol)),
            session.each("historical_funding", asked, lambda market: self._funding(session, funding, market.symbol)),
        )

    async def _candles(self, session: Session, window: Window, ticker: str) -> None:
        """Pages of exactly as many hours as an answer holds, so that their order does not matter."""
        for start, end in window.pages(PAGE * HOUR):
            if end > FIRST_MS:
                params = {"resolution": "1HOUR", "fromISO": iso(start), "toISO": iso(end), "limit": PAGE}
                await session.get("candles", path={"ticker": ticker}, params=params, market=ticker)

    async def _funding(self, session: Session, window: Window, ticker: str) -> None:
        """There is no lower bound, so the last page asks only for the hours that are left."""

        async def ask(start: int, end: int) -> list[int]:
            params = {"effectiveBeforeOrAt": iso(end - 1), "limit": min(PAGE, -((start - end) // 3_600_000))}
            payload = await session.get("historical_funding", path={"ticker": ticker}, params=params, market=ticker)
            return [unix_ms(instant(row["effectiveAt"])) for row in payload.json["historicalFunding"]]

        await pages.back(max(window.start_ms, FIRST_MS), window.end_ms, ask, PAGE)


def _message(payload: Payload) -> str:
    errors = payload.json["errors"]
    listed: list[Any] = errors if isinstance(errors, list) else [errors]
    return "; ".join(str(error.get("msg", error)) if isinstance(error, dict) else str(error) for error in listed)
