"""Bybit v5 REST, linear and inverse perpetuals: instruments, tickers, klines, funding, open interest history.

Vendor and recorded, but for what says assumed.

- All GET without key; the product is the parameter `category`. 600 requests per 5 s and address; a breach is
  HTTP 403 for at least ten minutes, as is a refused region. Errors come inside HTTP 200: `retCode`, `retMsg`.
- instruments-info: at most 1000 a page, by cursor, dated contracts among them. By default what trades;
  `status=PreLaunch` lists pre-market contracts of linear, which trade once curAuctionPhase is
  ContinuousTrading (and stand in tickers, too); `status=Closed` what ended, with deliveryTime as the end.
  fundingInterval is in MINUTES. symbolType tells stocks, ETFs, commodities and forex from coins, for which
  it is empty.
- tickers: one call for all. `openInterest` is the sum of BOTH sides, `singleOpenInterest` one side; base for
  linear, USD for inverse; openInterestValue of inverse is base. Before 2026-06 there is no single field: half
  of openInterest (assumed).
- kline: at most 1000, newest first; linear volume = base, turnover = quote; inverse volume = USD, turnover =
  base. No count of trades.
- open-interest: at most 200, newest first, since launch, an interval of its own; sides and units as in
  tickers, no price.
- funding/history: at most 200, newest first; startTime alone is an error. The interval changes and is not in
  the row.
- Numbers are strings; missing is "". USDC perpetuals are named BTCPERP, inverse ones BTCUSD, dated ones
  BTC-26JUN26 and BTCUSDM26.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from ingestion.errors import BadAnswer
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.paging import Back, Cut
from ingestion.venue.parsing import by_name, number, whole
from ingestion.venue.series import Series
from ingestion.venue.table import CamelTable, Each, Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

CATEGORIES = ("linear", "inverse")
PRE_MARKET = "linear"  # the category that has contracts before their launch
PERPETUALS = ("LinearPerpetual", "InversePerpetual")
KLINE_LIMIT, HISTORY_LIMIT, INSTRUMENT_LIMIT = 1000, 200, 1000
BAD_PARAMETER = 10001  # of everything, an unknown symbol among them: the message tells

INSTRUMENTS = CamelTable.snapshot("""
    instruments: *category *symbol *status *observed_on:day=~ contract_type base_coin quote_coin settle_coin? launch_time:ms?
    delivery_time:ms? funding_interval:int? symbol_type? is_pre_listing:bool? auction_phase?=preListingInfo.curAuctionPhase
""")
TICKERS = CamelTable.snapshot("""
    tickers: *category *symbol *time:ms last_price:float? mark_price:float? index_price:float? open_interest:float?
    open_interest_value:float? single_open_interest:float? single_open_interest_value:float? volume_24h:float? turnover_24h:float?
    funding_rate:float? next_funding_time:ms? funding_interval_hour:int?
""")
KLINES = Table.history("""
    klines: *category *symbol *interval=@interval *start_time:ms=0 open:float=1 high:float=2 low:float=3 close:float=4 volume:float=5
    turnover:float=6
""")
FUNDING_RATES = CamelTable.history("funding_rates: *category *symbol *funding_rate_timestamp:ms funding_rate:float")
OPEN_INTEREST = CamelTable.history("""
    open_interest: *category *symbol *timestamp:ms interval_time? open_interest:float single_open_interest:float?
""")


def _category(payload: Payload) -> Any:
    """As the answer says it; what is no text fits no table."""
    return payload.json["result"].get("category") or payload.param("category")


def _symbol(payload: Payload) -> Any:
    return payload.json["result"].get("symbol") or payload.param("symbol")


def _kind(row: Mapping[str, Any]) -> str:
    """Lists of all contracts do not say their category."""
    return "inverse" if str(row.get("contractType")).startswith("Inverse") else "linear"


def _is_traded(row: Mapping[str, Any]) -> bool:
    return (row["status"], row["auction_phase"]) == ("PreLaunch", "ContinuousTrading") or bool(row["status"] == "Trading")


LIST = ("result", "list")
LISTED = INSTRUMENTS.at(*LIST, category=Each(_kind), symbol_type=Each(lambda row: row.get("symbolType")))
NOW = TICKERS.at(*LIST, category=_category, time=lambda one: whole(one.json.get("time")) or int(one.fetched_at.timestamp() * 1000))
HELD = OPEN_INTEREST.at(*LIST, category=_category, symbol=_symbol, interval_time=lambda payload: payload.params.get("intervalTime"))

NAME = "category=@product symbol=@symbol"
HISTORY = f"{NAME} startTime=@start endTime=@last limit={HISTORY_LIMIT}"


class Bybit(Venue):
    name = "bybit"
    refusals = frozenset({403})
    unknown_codes = frozenset({"10029", f"{BAD_PARAMETER} (symbol)"})
    refused_codes = frozenset({"10024"})
    busy_codes = frozenset({"10000", "10016", "none"})  # timeout, server error, no code at all
    throttle_codes = frozenset({"10006"})
    hosts = {"api": "https://api.bybit.com"}
    limits = {"api": Limit(600, 5)}
    tables = (INSTRUMENTS, TICKERS, KLINES, FUNDING_RATES, OPEN_INTEREST)
    endpoints = (
        serves("instruments_info", "api", "/v5/market/instruments-info", LISTED),
        serves("tickers", "api", "/v5/market/tickers", NOW),
        serves("kline", "api", "/v5/market/kline", KLINES.at(*LIST, category=_category, symbol=_symbol)),
        serves("funding_history", "api", "/v5/market/funding/history", FUNDING_RATES.at(*LIST, category=_category)),
        serves("open_interest", "api", "/v5/market/open-interest", HELD),
    )
    series = (
        Series("kline", KLINES, Cut.hours(KLINE_LIMIT), f"{NAME} interval=60 start=@start end=@last limit={KLINE_LIMIT}"),
        Series("funding_history", FUNDING_RATES, Back(HISTORY_LIMIT), HISTORY),
        Series("open_interest", OPEN_INTEREST, Cut.hours(HISTORY_LIMIT), f"{HISTORY} intervalTime=1h"),
    )

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """HTTP 403 is a ban or a region; everything else is `retCode` inside HTTP 200."""
        body = payload.json if payload.status < 400 else {}
        code = body.get("retCode", "none") if isinstance(body, dict) else "none"
        text = f"error {code}: {body['retMsg']}" if isinstance(body, dict) and "retMsg" in body else "an answer without retCode"
        if code == 0 or payload.status >= 400:
            return None
        names_symbol = code == BAD_PARAMETER and "symbol" in text.lower()
        return f"{code} (symbol)" if names_symbol else str(code), text

    async def snapshot(self, session: Session) -> list[Market]:
        """Instruments and tickers of both categories, and the pre-market; one that fails stops not the other."""
        return await self.parts(session, CATEGORIES, self._listed)

    async def _listed(self, session: Session, category: str) -> list[Market]:
        """The perpetuals of a category that trade."""
        asked = {"params": {"category": category}, "market": f"all {category}"}
        tickers = await self.beside(session, "tickers", "tickers", "symbol", **asked)
        rows = [row async for row in self._contracts(session, category)]

        async def before_launch(name: str) -> None:
            rows.extend([row async for row in self._contracts(session, name, status="PreLaunch")])

        await session.each("instruments_info", [category] if category == PRE_MARKET else [], before_launch)
        volume = "turnover_24h" if category == "linear" else "volume_24h"
        return [
            Market(symbol, number(tickers.get(symbol, {}).get(volume)), whole(row["launch_time"]), category)
            for symbol, row in by_name(rows, "symbol").items()
            if row["contract_type"] in PERPETUALS and _is_traded(row)
        ]

    async def _contracts(self, session: Session, category: str, **filters: str) -> AsyncIterator[dict[str, Any]]:
        """The rows of all pages. A cursor that comes again would be followed for ever."""
        params: dict[str, Any] = {"category": category, **filters, "limit": INSTRUMENT_LIMIT}
        cursors: set[str] = set()
        while True:
            answer = await session.get("instruments_info", params=params)
            for row in answer.rows("instruments"):
                yield row
            cursor = str(answer.json["result"].get("nextPageCursor") or "")
            if not answer.height("instruments") or cursor in ("", params.get("cursor")):
                return
            if cursor in cursors:
                raise BadAnswer(self.name, "instruments_info", f"the cursor {cursor!r} comes again", advice="run again later")
            cursors.add(cursor)
            params = {**params, "cursor": cursor}

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """The listed markets, and those that ended within the window: their last days would be missing."""
        markets = [*markets]
        if session.settings.top_markets is None:
            since = min(session.window_for(table.name, window).start_ms for table in (KLINES, FUNDING_RATES, OPEN_INTEREST))
            known = {market.symbol for market in markets}
            ended: list[Market] = []

            async def closed(category: str) -> None:
                rows = [row async for row in self._contracts(session, category, status="Closed")]
                late = [row for row in rows if row["contract_type"] in PERPETUALS and number(row["delivery_time"]) >= since]
                ended.extend(
                    Market(symbol, listed_ms=whole(row["launch_time"]), product=category, is_listed=False)
                    for symbol, row in by_name(late, "symbol").items()
                )

            await session.each("instruments_info", CATEGORIES, closed)
            markets += session.select(market for market in ended if market.symbol not in known)
        await super().history(session, window, markets)
