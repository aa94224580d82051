"""Drift (Solana), halted since 2026-04-02: what its data API still gives of the time before. Perpetuals only.

From a recorded answer of 2026-02, its own packages (vendor: drift-labs/common) and third parties who asked it
in 2026.

- The venue was drained on 2026-04-01 and stopped; what trades under another name since is another venue.
  Nothing is asked for later days, and nothing at all by a daily run. A backfill of earlier days asks for the
  list, for nobody else names the markets.
- `/stats/markets`: all markets, spot and perp. Open interest is per side in base, SHORTS NEGATIVE;
  `fundingRate` is PERCENT an hour; volumes roll over 24 h; only the moment, and there is no history of open
  interest (recorded). `-BET` are predictions (vendor).
- `/market/{symbol}/candles/60`: `{success, records}`, NEWEST FIRST and back from `startTs`, `endTs` is the
  older bound; seconds; ≤ 1000. Prices of fills and of the oracle; baseVolume, quoteVolume in USD (vendor).
  Whether bounds belong to the range is not said: rows outside the asked hours are not kept (assumed). No
  counts of trades.
- `/market/{symbol}/fundingRates/{year}/{month}/{day}?format=csv`: one file a day, 2022-11-04 to 2026-03-31,
  later ones empty with HTTP 200; its older path `/fundingRates` answers 403 (third party). Rates are USD per
  unit of base an HOUR: over oraclePriceTwap they are a fraction; positive: longs pay (third party). The rate
  of the side that is paid can be capped, so that long and short differ (vendor).
- 429 without a number (vendor): 5 requests a second.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.paging import Back, Page
from ingestion.venue.parsing import number
from ingestion.venue.series import Series
from ingestion.venue.table import CamelTable, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

PAGE = 1000

INSTRUMENTS = CamelTable.snapshot("instruments: *symbol *observed_on:day=~ market_index:int market_type base_asset quote_asset? status?")
MARKET_STATES = CamelTable.snapshot("""
    market_states: *symbol *observed_at:instant=~ market_type oracle_price:float? mark_price:float? base_volume:float? quote_volume:float?
    open_interest_long:float=openInterest.long open_interest_short:float=openInterest.short funding_rate_long:float?=fundingRate.long
    funding_rate_short:float?=fundingRate.short funding_rate_update_ts:s?
""")
CANDLES = CamelTable.of(
    "candles",
    "*symbol=@symbol *resolution=@resolution *ts:s fill_open:float? fill_high:float? fill_low:float? fill_close:float? "
    "oracle_open:float? oracle_high:float? oracle_low:float? oracle_close:float? base_volume:float quote_volume:float",
)
FUNDING_RATES = CamelTable.of(
    "funding_rates",
    "*symbol=@symbol *ts:s funding_rate:float funding_rate_long:float? funding_rate_short:float? oracle_price_twap:float "
    "mark_price_twap:float?",
)


def _perpetuals(payload: Payload) -> list[Any]:
    """Without what is said to be of another kind."""
    kinds = [row.get("marketType") if isinstance(row, dict) else None for row in payload.json["markets"]]
    return [row for row, kind in zip(payload.json["markets"], kinds, strict=True) if kind == "perp" or not isinstance(kind, str)]


def _lines(payload: Payload) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(payload.body.decode())))


def _candles(market: Market, page: Page) -> Mapping[str, Any]:
    """Never more rows than hours are left: the answer is right whether it heeds the older bound or not."""
    bounds = {"startTs": page.last_s, "endTs": page.start_s, "limit": min(PAGE, page.hours)}
    return {"path": {"symbol": market.symbol, "resolution": "60"}, "params": bounds}


class Drift(Venue):
    name = "drift"
    hosts = {"api": "https://data.api.drift.trade"}
    limits = {"api": Limit(5, 1)}
    tables = (INSTRUMENTS, MARKET_STATES, CANDLES, FUNDING_RATES)
    endpoints = (
        serves("stats_markets", "api", "/stats/markets", INSTRUMENTS.at(rows=_perpetuals), MARKET_STATES.at(rows=_perpetuals)),
        serves("candles", "api", "/market/{symbol}/candles/{resolution}", CANDLES.at("records")),
        serves("funding_rates", "api", "/market/{symbol}/fundingRates/{year}/{month}/{day}", FUNDING_RATES.at(rows=_lines), is_json=False),
    )
    series = (Series("candles", CANDLES, Back(PAGE), _candles),)
    closed_on = date(2026, 4, 2)
    no_public_api = {"liquidations": "the data API has trades and liquidations of an account, none of the venue"}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """`{"success": false, …}`, whatever the status."""
        if payload.body.lstrip()[:1] != b"{" or payload.json.get("success") is not False:
            return None
        return "", f"HTTP {payload.status}: {payload.json.get('message') or payload.json.get('error') or 'no success'}"

    async def snapshot(self, session: Session) -> list[Market]:
        """One call; a run that asks for nothing before the halt does not come here."""
        answer = await session.get("stats_markets")
        return session.select(
            Market(row["symbol"], number(row["quote_volume"]))
            for row in answer.rows("market_states")
            if not str(row["symbol"]).endswith("-BET")
        )

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """Candles, and a file of funding a market and day."""
        asked = list(markets)
        files = [(market.symbol, day) for market in asked for day in window.days()]
        await asyncio.gather(
            super().history(session, window, asked), session.each("funding_rates", files, lambda file: _funding(session, *file))
        )


async def _funding(session: Session, symbol: str, on: date) -> None:
    path = {"symbol": symbol, "year": str(on.year), "month": str(on.month), "day": str(on.day)}
    await session.get("funding_rates", path=path, params={"format": "csv"}, market=symbol)
