"""Aevo REST, from the vendor's OpenAPI pages and recorded answers: prices, open interest, trades, hourly funding.

- GET without key; limits per address are unpublished (429, X-RETRY-AFTER in ns): 5 requests a second. Errors
  are `{"error": "ERR_…"}`. Numbers are strings, times NANOSECONDS but for the next settlement's.
- /markets?instrument_type=PERPETUAL: terms, mark and index of all; options and spot share the path; market_type
  tells coins from the rest. A market that ended is inactive, later gone.
- /coingecko-statistics: all perpetuals; open_interest is base, one-sided, without history; target_volume USD of
  24 h, funding_rate a fraction per hour; the next settlement, in seconds, is ABSENT on halted markets.
- There are no candles. /instrument/{name}/trade-history has the public trades, bounds inclusive, newest first
  (assumed), `count` the rows of the query, page size unpublished: pages end where nothing new comes, and fewer
  than `count` is an error. amount is base in decimals (assumed).
- /funding-history: [name, time, rate, mark] newest first, ≤ 50 rows, hourly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from ingestion.errors import BadAnswer
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.paging import Back, Page
from ingestion.venue.parsing import number, whole
from ingestion.venue.series import Series
from ingestion.venue.table import Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

FUNDING_ROWS, NS = 50, 1_000_000  # nanoseconds in a millisecond

INSTRUMENTS = Table.snapshot("""
    instruments: *instrument_name *observed_on:day=~ instrument_id instrument_type underlying_asset quote_asset? is_active:bool is_rwa:bool?
    market_type? max_leverage:float? price_step:float? amount_step:float?
""")
PRICES = Table.snapshot("prices: *instrument_name *observed_at:instant=~ instrument_type mark_price:float? index_price:float?")
STATISTICS = Table.snapshot("""
    statistics: *ticker_id *observed_at:instant=~ open_interest:float? target_volume:float? index_price:float? funding_rate:float?
    next_funding_rate_timestamp:s?
""")
TRADES = Table.history("trades: *instrument_name *trade_id *created_timestamp:ns side price:float amount:float")
FUNDING_RATES = Table.history("funding_rates: *instrument_name=0 *timestamp:ns=1 funding_rate:float=2 mark_price:float?=3")


def _trades(payload: Payload) -> Any:
    return payload.json.get("trade_history")  # absent where none is counted


def _funding(market: Market, page: Page) -> Mapping[str, Any]:
    bounds = {"start_time": page.start * NS, "end_time": page.end * NS - 1}
    return {"params": {"instrument_name": market.symbol, **bounds, "limit": FUNDING_ROWS}}


class Aevo(Venue):
    name = "aevo"
    market_parameters = ("instrument_name",)
    unknown_codes = frozenset({"INSTRUMENT_NOT_FOUND", "ERR_INSTRUMENT_NOT_FOUND"})  # assumed
    no_public_api = {"liquidations": "only the account's own are answered"}
    hosts = {"api": "https://api.aevo.xyz"}
    limits = {"api": Limit(5, 1)}
    tables = (INSTRUMENTS, PRICES, STATISTICS, TRADES, FUNDING_RATES)
    endpoints = (
        serves("markets", "api", "/markets", INSTRUMENTS, PRICES),
        serves("coingecko_statistics", "api", "/coingecko-statistics", STATISTICS),
        serves("trade_history", "api", "/instrument/{instrument_name}/trade-history", TRADES.at(rows=_trades)),
        serves("funding_history", "api", "/funding-history", FUNDING_RATES.at("funding_history")),
    )
    series = (Series("funding_history", FUNDING_RATES, Back(FUNDING_ROWS), _funding, market="instrument_name"),)

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Errors are `{"error": text}`, whatever the status."""
        if not payload.body.lstrip().startswith(b'{"error"'):
            return None
        text = str(payload.json["error"])
        return text, f"HTTP {payload.status}: {text}"

    async def snapshot(self, session: Session) -> list[Market]:
        """Two calls for all markets."""
        listed = (await session.get("markets", params={"instrument_type": "PERPETUAL"})).rows("instruments")
        states = await self.beside(session, "coingecko_statistics", "statistics", "ticker_id")
        return session.select(
            Market(row["instrument_name"], number(states.get(str(row["instrument_name"]), {}).get("target_volume")))
            for row in listed
            if row["instrument_type"] == "PERPETUAL" and row["is_active"]
        )

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """Trades come counted, in pages of a size that is not said, and in nanoseconds: no series."""
        chosen = list(markets)
        traded = [(one.symbol, session.window_for("trades", window, ("instrument_name", one.symbol))) for one in chosen]
        await asyncio.gather(
            session.each("trade_history", traded, lambda item: self._trades(session, *item)), super().history(session, window, chosen)
        )

    async def _trades(self, session: Session, name: str, window: Window) -> None:
        """Backwards; the oldest instant of a page is asked for again, for its other trades may have been cut off."""
        start, end, total = window.start_ms * NS, window.end_ms * NS - 1, 0
        known: set[str] = set()
        while start <= end:
            params = {"start_time": start, "end_time": end}
            answer = await session.get("trade_history", path={"instrument_name": name}, params=params, market=name)
            rows = answer.rows("trades")
            total = max(total, whole(answer.json.get("count")) or 0)
            fresh = {str(row["trade_id"]) for row in rows} - known
            if not fresh:
                break
            known |= fresh
            stamps = (whole(row["created_timestamp"]) for row in rows)
            end = min([end - 1, *(stamp for stamp in stamps if stamp and start <= stamp)])
        if len(known) < total:
            raise BadAnswer(self.name, "trade_history", f"{len(known)} of {total} trades came", market=name, advice="the paging changed")
