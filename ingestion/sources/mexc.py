"""MEXC contract v1, perpetuals in USDT, USDC, USD1 and inverse: instruments, tickers, klines, funding.

Vendor and recorded, but for what says assumed, or third party: ccxt, or somebody else's readings of Sep 2026.

- GET without key, `{"success": true, "code": 0, "data"}`; one item comes without its list. Errors come inside
  HTTP 200: 510 too many, 1001 no such contract, 600 bad parameter; bursts meet a firewall: 403. 20 requests in
  2 s per path, detail 1 in 5 s. api.mexc.com has the same paths, where this host fails (all third party).
- detail: everything in one call; state 0 enabled, 4 paused, else gone; futureType 1 is a perpetual.
  contractSize is base per contract, USD on inverse ones (100 for BTC, 10 else; third party). conceptPlate
  tells stocks (Stock, stockindex), Forex, metals, Commodities, OIL and all of them (tradfi) from coins; most
  shares are named AALSTOCK. Units like 1000BONK. openingTime is 0 for old contracts.
- ticker: one call for all; volume24 and holdVol count CONTRACTS, amount24 quote, base on inverse ones;
  rolling 24 h, while the rates of change are since midnight UTC+8. holdVol is one side (odd values) and has
  no history anywhere. fairPrice is the mark.
- kline: columns, oldest first, start/end in SECONDS, at most 2000 rows, the newest kept; vol contracts, amount
  as amount24. `open` is the close before. Day1 is cut at 16:00 UTC (assumed): only Min60 is asked. No trade
  counts. Whether bounds belong to a range is not said: pages reach beyond their hours.
- funding_rate/history: pages from 1, newest first, at most 1000 (third party), totalPage given, no bounds;
  settleTime in ms with collectCycle, the interval of that settlement in hours; some 1.5 years are kept.
- Volumes are widely held to be inflated (assumed). Liquidations: none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from ingestion.run.answer import Answer
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.envelope import Envelope
from ingestion.venue.paging import Cut, Numbered
from ingestion.venue.parsing import by_name, joined, number, whole
from ingestion.venue.series import Series
from ingestion.venue.table import CamelTable, Each, Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

KLINE_SPAN = timedelta(hours=1998)  # 2000 rows with one more hour on both sides
SHORT_WINDOW, SMALL_PAGE, LARGE_PAGE = timedelta(hours=100), 100, 1000  # settlements are an hour apart at least

INSTRUMENTS = CamelTable.snapshot("""
    instruments: *symbol *observed_on:day=~ base_coin quote_coin settle_coin contract_size:float future_type:int? state:int? is_hidden:bool?
    concept_plate? create_time:ms? opening_time:ms?
""")
TICKERS = CamelTable.snapshot("""
    tickers: *symbol *timestamp:ms last_price:float? fair_price:float? index_price:float? hold_vol:float? volume24:float? amount24:float?
    funding_rate:float?
""")
KLINES = Table.history("""
    klines: *symbol=@symbol *interval=@interval *time:s=0 open:float=1 high:float=2 low:float=3 close:float=4 vol:float=5 amount:float=6
""")
FUNDING_RATES = CamelTable.history("funding_rates: *symbol *settle_time:ms funding_rate:float collect_cycle:int?")


def _bars(payload: Payload) -> list[list[Any]]:
    """Raises ValueError when the columns are of different lengths: which value is whose cannot be said then."""
    data = payload.json["data"]
    columns = [data[name] for name in ("time", "open", "high", "low", "close", "vol", "amount")]
    return [list(row) for row in zip(*columns, strict=True)]


LISTED = INSTRUMENTS.at("data", concept_plate=Each(lambda row: joined(row.get("conceptPlate"))))
PATHS = {  # limits are per path: every endpoint has a budget of its own
    "detail": ("detail", LISTED),
    "ticker": ("ticker", TICKERS.at("data")),
    "kline": ("kline/{symbol}", KLINES.at(rows=_bars)),
    "funding_history": ("funding_rate/history", FUNDING_RATES.at("data", "resultList")),
}


def _is_last(answer: Answer) -> bool:
    total = whole(answer.json["data"].get("totalPage"))
    return total is not None and int(answer.payload.params["page_num"]) >= total


class Mexc(Venue):
    name = "mexc"
    refusals = frozenset({403})
    unknown_codes = frozenset({"1001"})
    busy_codes = frozenset({"500", "501"})
    throttle_codes = frozenset({"510"})
    hosts = dict.fromkeys(PATHS, "https://contract.mexc.com/api/v1/contract")
    limits = {name: Limit(20, 2) for name in PATHS} | {"detail": Limit(1, 5)}
    envelope = Envelope("0", messages=("message", "msg"))
    tables = (INSTRUMENTS, TICKERS, KLINES, FUNDING_RATES)
    endpoints = tuple(serves(name, name, f"/{path}", reading) for name, (path, reading) in PATHS.items())
    no_public_api = {"liquidations": "in no public channel"}

    async def snapshot(self, session: Session) -> list[Market]:
        """Instruments and tickers, one call each for all."""
        listed = await session.get("detail")
        tickers = await self.beside(session, "ticker", "tickers", "symbol")
        return session.select(
            Market(symbol, _volume_usd(symbol, tickers.get(symbol, {})), whole(row["opening_time"]) or whole(row["create_time"]))
            for symbol, row in by_name(listed.rows("instruments"), "symbol").items()
            if row["future_type"] in (1, None) and row["state"] in (0, 4) and not row["is_hidden"]
        )

    def history_of(self, session: Session, window: Window) -> Sequence[Series]:
        """Funding in pages as large as the window needs: they are counted from now backwards, and may be short."""
        is_short = session.now() - session.window_for("funding_rates", window).start <= SHORT_WINDOW
        ask = f"symbol=@symbol page_size={SMALL_PAGE if is_short else LARGE_PAGE} page_num=@number"
        return (
            Series("kline", KLINES, Cut(KLINE_SPAN), "{symbol}=@symbol interval=Min60 start=@start_s-1 end=@last_s+1"),
            Series("funding_history", FUNDING_RATES, Numbered(full=1, most=100, is_last=_is_last), ask),
        )


def _volume_usd(symbol: str, ticker: Mapping[str, Any]) -> float:
    """amount24 is base on inverse contracts."""
    price = number(ticker.get("last_price")) if symbol.endswith("_USD") else 1.0
    return number(ticker.get("amount24")) * price
