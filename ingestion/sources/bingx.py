"""BingX perpetuals in USDT and USDC: contracts, marks, tickers, open interest, klines, funding.

Recorded in September 2026, but for what says vendor, third party (others' readings) or assumed.

- GET, without a key (third party; the vendor's skill page signs every call: then 100001 or 100413). An
  envelope `{"code": 0, "msg", "data"}`; another code is an error, also inside HTTP 200: 109415 suspended,
  100204 no data, 100421 and 100503 busy (third party). `data` of an empty window is null.
- 500 requests per 10 s and address for all market data (vendor), then 429, and 418 for who goes on: a fifth
  is spent.
- contracts: all in one call, without a class: the code of `asset` tells what is no coin (NCCOGOLD2USD).
  Status 1 is listed, 25 suspended, 5 announced, 0 gone (vendor); what is closed for API orders pays funding
  on. `size` is the step of orders, nothing is counted in it. Inverse contracts are another API.
- premiumIndex: of the listed ones, without a stamp. lastFundingRate is the running estimate;
  fundingIntervalHours is 1, 4 or 8, by symbol. ticker: rolling 24 h, volume in base, quoteVolume in quote.
- openInterest: of one market a call, no list has it, no history. A VALUE in the quote currency: 287,039,550
  at 77,190.5 are 3,719 BTC; as coins it would be absurd. One side (assumed).
- klines: at most 1440 rows (vendor), the newest kept; objects, on an older page of the vendor lists (in the
  order of BAR: assumed). Volume in base (assumed), no quote, no count. Whether bounds belong to a range is
  not said: pages reach beyond their hours.
- fundingRate: at most 1000 rows, 2000 are refused (third party), newest first, with the mark. A fraction per
  interval, which the row does not say; positive: longs pay (assumed).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.venue.envelope import Envelope
from ingestion.venue.paging import Back, Cut
from ingestion.venue.parsing import by_name, number, whole
from ingestion.venue.series import Series
from ingestion.venue.table import CamelTable, Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

BAR = ("time", "open", "high", "low", "close", "volume")
KLINE_LIMIT, FUNDING_LIMIT = 1440, 1000
KLINE_SPAN = timedelta(hours=KLINE_LIMIT - 2)  # one more hour on both sides
IS_LISTED = 1

INSTRUMENTS = CamelTable.snapshot("""
    instruments: *symbol *observed_on:day=~ asset currency status:int? display_name? launch_time:ms? off_time:ms?
""")
PREMIUM_INDEX = CamelTable.snapshot("""
    premium_index: *symbol *observed_at:instant=~ mark_price:float? index_price:float? last_funding_rate:float? funding_interval_hours:int?
""")
TICKERS = CamelTable.snapshot("tickers: *symbol *close_time:ms last_price:float? volume:float? quote_volume:float?")
OPEN_INTEREST = CamelTable.snapshot("open_interest: *symbol *time:ms open_interest:float")
KLINES = Table.history("klines: *symbol=@symbol *interval=@interval *time:ms open:float high:float low:float close:float volume:float")
FUNDING_RATES = CamelTable.history("funding_rates: *symbol *funding_time:ms funding_rate:float mark_price:float?")


def _bars(payload: Payload) -> Any:
    """Rows that are lists as objects too."""
    rows = payload.json["data"]
    return [dict(zip(BAR, row, strict=False)) if isinstance(row, list) else row for row in rows] if isinstance(rows, list) else rows


class Bingx(Venue):
    name = "bingx"
    unknown_codes = frozenset({"109415", "100204"})
    refused_codes = frozenset({"100001", "100413"})
    busy_codes = frozenset({"100421", "100500", "100503"})
    hosts = {"api": "https://open-api.bingx.com/openApi/swap"}
    limits = {"api": Limit(100, 10)}
    envelope = Envelope("0")
    tables = (INSTRUMENTS, PREMIUM_INDEX, TICKERS, OPEN_INTEREST, KLINES, FUNDING_RATES)
    endpoints = (
        serves("contracts", "api", "/v2/quote/contracts", INSTRUMENTS.at("data")),
        serves("premium_index", "api", "/v2/quote/premiumIndex", PREMIUM_INDEX.at("data")),
        serves("ticker", "api", "/v2/quote/ticker", TICKERS.at("data")),
        serves("open_interest", "api", "/v2/quote/openInterest", OPEN_INTEREST.at("data")),
        serves("klines", "api", "/v3/quote/klines", KLINES.at(rows=_bars)),
        serves("funding_rate", "api", "/v2/quote/fundingRate", FUNDING_RATES.at("data")),
    )
    series = (
        Series("klines", KLINES, Cut(KLINE_SPAN), f"symbol=@symbol interval=1h startTime=@start-1 endTime=@end limit={KLINE_LIMIT}"),
        Series("funding_rate", FUNDING_RATES, Back(FUNDING_LIMIT), f"symbol=@symbol startTime=@start endTime=@last limit={FUNDING_LIMIT}"),
    )
    no_public_api = {"liquidations": "in no public channel"}

    async def snapshot(self, session: Session) -> list[Market]:
        """Three lists; then open interest, market by market."""
        listed = by_name((await session.get("contracts")).rows("instruments"), "symbol")
        await session.each("premium_index", ["premium_index"], session.get)
        traded = await self.beside(session, "ticker", "tickers", "symbol")
        markets = session.select(
            Market(symbol, number(traded.get(symbol, {}).get("quote_volume")), whole(row["launch_time"]))
            for symbol, row in listed.items()
            if row["status"] == IS_LISTED
        )
        await session.each("open_interest", markets, lambda one: session.get("open_interest", params={"symbol": one.symbol}))
        return markets
