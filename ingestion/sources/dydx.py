"""dYdX v4 indexer: markets with their state (one call), hourly candles with open interest, funding.

From v4-chain's swagger and its comlink controllers (vendor), and recorded answers. dYdX v3
(api.dydx.exchange, ended) is another product and is not claimed here.

- `/perpetualMarkets`: all markets in one object keyed by ticker. `openInterest` is the sum of the longs: base
  units, one-sided; `baseOpenInterest` is the chain's own figure and differs. `oraclePrice` (USD, can be null)
  is what positions are margined and marked at: there is no other mark price, so no premium. No contract
  sizes, no prefixes; the rate is per hour.
- `status`: ACTIVE, PAUSED, CANCEL_ONLY, POST_ONLY, INITIALIZING, FINAL_SETTLEMENT; settled markets stay in
  the list (MATIC-USD).
- Candles: newest first, ≤ 1000 rows, `fromISO` inclusive, `toISO` exclusive. `usdVolume` is USD;
  `startingOpenInterest` is base, one-sided, at the candle's START: the only history of open interest. Quiet
  hours can be missing; mid prices can be null.
- Funding: newest first, ≤ 1000 rows, only an upper bound (`effectiveBeforeOrAt`), so the last page asks for
  the hours that are left; hourly, `effectiveAt` some hundred ms after the hour, `price` is the oracle price
  then.
- Numbers are strings, times ISO-8601 with Z. 100 requests per 10 s and address, candles 1000 per 10 s;
  Retry-After in MILLISECONDS.
- Errors: `{"errors": [{"msg": …}]}` with 400, 403 (region) or 404. Permissionless markets are named after a
  pool, BAZINGA,RAYDIUM,C3JX…-USD; an unknown ticker is a 400 "ticker must be a valid ticker".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.venue.paging import Back, Cut, Page
from ingestion.venue.parsing import iso, number
from ingestion.venue.series import Series
from ingestion.venue.table import CamelTable, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

ROWS = 1000
FIRST_MS = 1_698_278_400_000  # 2023-10-26: the chain's first day; nothing is older
SETTLED = "FINAL_SETTLEMENT"
UNKNOWN_TICKER = "valid ticker"
LONGEST_ERROR = 2000  # bytes; an error is one short object

INSTRUMENTS = CamelTable.snapshot("""
    instruments: *ticker *observed_on:day=~ clob_pair_id? status market_type? atomic_resolution:int? tick_size:float? step_size:float?
""")
MARKET_STATES = CamelTable.snapshot("""
    market_states: *ticker *observed_at:instant=~ status oracle_price:float? open_interest:float base_open_interest:float?
    volume_24h:float?=volume24H trades_24h:int?=trades24H next_funding_rate:float?
""")
CANDLES = CamelTable.history("""
    candles: *ticker *resolution *started_at:instant open:float high:float low:float close:float base_token_volume:float usd_volume:float
    trades:int starting_open_interest:float? orderbook_mid_price_open:float? orderbook_mid_price_close:float?
""")
FUNDING_RATES = CamelTable.history("funding_rates: *ticker *effective_at:instant effective_at_height:int rate:float price:float?")


def _markets(payload: Payload) -> list[Any]:
    return list(payload.json["markets"].values())


def _candles(market: Market, page: Page) -> Mapping[str, Any]:
    bounds = {"fromISO": iso(page.start), "toISO": iso(page.end), "limit": ROWS}
    return {"path": {"ticker": market.symbol}, "params": {"resolution": "1HOUR", **bounds}}


def _funding(market: Market, page: Page) -> Mapping[str, Any]:
    bounds = {"effectiveBeforeOrAt": iso(page.last), "limit": min(ROWS, page.hours)}
    return {"path": {"ticker": market.symbol}, "params": bounds}


class Dydx(Venue):
    name = "dydx"
    market_parameters = ("ticker",)
    unknown_codes = frozenset({UNKNOWN_TICKER})
    hosts = {"api": "https://indexer.dydx.trade/v4", "candles": "https://indexer.dydx.trade/v4"}
    limits = {"api": Limit(100, 10, retry_after_ms=True), "candles": Limit(1000, 10, retry_after_ms=True)}
    skips_ended = True  # but for what traded in the last 24 h
    tables = (INSTRUMENTS, MARKET_STATES, CANDLES, FUNDING_RATES)
    endpoints = (
        serves("perpetual_markets", "api", "/perpetualMarkets", INSTRUMENTS.at(rows=_markets), MARKET_STATES.at(rows=_markets)),
        serves("candles", "candles", "/candles/perpetualMarkets/{ticker}", CANDLES.at("candles")),
        serves("historical_funding", "api", "/historicalFunding/{ticker}", FUNDING_RATES.at("historicalFunding")),
    )
    series = (
        Series("candles", CANDLES, Cut.hours(ROWS), _candles, market="ticker"),
        Series("historical_funding", FUNDING_RATES, Back(ROWS, is_open=True), _funding, market="ticker"),
    )

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Errors are `{"errors": [{"msg"}]}`, whatever the status."""
        if len(payload.body) > LONGEST_ERROR or not payload.body.lstrip()[:10].startswith((b'{"errors"', b'{ "errors"')):
            return None
        text = f"HTTP {payload.status}: {_message(payload)}"
        return UNKNOWN_TICKER if payload.status == 404 or UNKNOWN_TICKER in text else "", text

    async def snapshot(self, session: Session) -> list[Market]:
        """Everything that only exists now is in one answer."""
        states = [(row, number(row["volume_24h"])) for row in (await session.get("perpetual_markets")).rows("market_states")]
        return session.select(
            Market(row["ticker"], volume, FIRST_MS, is_listed=row["status"] != SETTLED or volume > 0) for row, volume in states
        )


def _message(payload: Payload) -> str:
    errors = payload.json["errors"]
    listed: list[Any] = errors if isinstance(errors, list) else [errors]
    return "; ".join(str(error.get("msg", error)) if isinstance(error, dict) else str(error) for error in listed)
