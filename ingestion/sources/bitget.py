"""Bitget v2 mix and v3 market REST, perpetuals of every margin: instruments, tickers, candles, funding.

Vendor and recorded, but for what says third party: ccxt, or somebody else's measurements of Sep 2026.

- GET without key, envelope `{"code": "00000", "msg", "data"}`, all text; 20 requests a second per path and
  address. Errors are other codes, mostly with HTTP 400: 40034 an unknown symbol, 40309 a removed one, 40054
  no data for it (third party); older paths say err_code.
- v3 instruments, one call per category: `symbolType` crypto, stock, metal, commodity beside isRwa (third
  party); a delisted symbol is in no list. v2 contracts has the same without the class, and calls
  perpetual|delivery symbolType. `launchTime` is mostly empty; `offTime` is -1 or when it will end, while
  status still says online (third party). fundInterval in hours. No contract sizes: amounts are base coin.
- Prefixes: 1000BONK, 10000NEX, 1MBABYDOGE and others; PEPE and SHIB have none; some shares end in STOCK
  (BBSTOCK; third party).
- tickers, one call per product: usdtVolume is USD; holdingAmount is open interest in base coin, one-sided,
  with the noise of doubles ("34447.5603999999348"). There is no history of it and there are no liquidations
  over REST. Coin-margined: base too (third party, low confidence).
- candles: [ts, o, h, l, c, base, quote], oldest first; coin-margined ones have USD first and base second
  (third party: ccxt #20576, where the fifth was not the coins of a quiet minute). Limit 1000, hours of the
  last 83 days; history-candles 200, ranges below 90 days. Daily ones are cut at 16:00 UTC: only 1H is asked.
  Whether bounds belong to a range is not said, and startTime was seen to be ignored beside limit (third
  party): a page asks for an hour more on both sides and for as many rows as it spans. A new symbol may answer
  "" (third party).
- history-fund-rate: newest first, at most 100, by page number, about 90 days; it knows no bounds. Intervals
  change and are not in the row (third party).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.envelope import Envelope
from ingestion.venue.paging import HOUR_MS, Cut, Numbered
from ingestion.venue.parsing import by_name, number, whole
from ingestion.venue.series import Series
from ingestion.venue.table import CamelTable, Each, Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit

MARGINS = {"USDT": "USDT-FUTURES", "USDC": "USDC-FUTURES", "USD": "COIN-FUTURES"}  # v2 answers do not repeat the product
RECENT = timedelta(days=80)  # hours that /candles keeps: 83 days
NOT_TRADING = ("listed", "off", "offline")  # "listed": announced

INSTRUMENTS = CamelTable.snapshot("""
    instruments: *category *symbol *observed_on:day=~ base_coin quote_coin type? status?=status|symbolStatus symbol_type? is_rwa?
    fund_interval:int? launch_time:ms? off_time:ms?
""")
TICKERS = CamelTable.snapshot("""
    tickers: *symbol *ts:ms last_pr:float? mark_price:float? index_price:float? holding_amount:float? base_volume:float? quote_volume:float?
    usdt_volume:float? funding_rate:float? delivery_time:ms?
""")
CANDLES = Table.history("""
    candles: *symbol=@symbol *granularity=@granularity *ts:ms=0 open:float=1 high:float=2 low:float=3 close:float=4 volume:float=5
    turnover:float=6
""")
FUNDING_RATES = CamelTable.history("funding_rates: *symbol *funding_time:ms funding_rate:float")

CONTRACTS = INSTRUMENTS.at(
    "data",
    category=Each(lambda row: MARGINS.get(str(row.get("quoteCoin")))),
    type=Each(lambda row: row.get("symbolType")),
    symbol_type=None,
)
BARS = CANDLES.at(rows=lambda payload: payload.json["data"] or [])
PATHS = {  # limits are per path: every endpoint has a budget of its own
    "instruments": ("v3/market/instruments", INSTRUMENTS.at("data")),
    "contracts": ("v2/mix/market/contracts", CONTRACTS),
    "tickers": ("v2/mix/market/tickers", TICKERS.at("data")),
    "candles": ("v2/mix/market/candles", BARS),
    "history_candles": ("v2/mix/market/history-candles", BARS),
    "history_fund_rate": ("v2/mix/market/history-fund-rate", FUNDING_RATES.at("data")),
}

NAME = "symbol=@symbol productType=@product"
FUNDING = f"{NAME} pageSize=100 pageNo=@number"


class Bitget(Venue):
    name = "bitget"
    hosts = dict.fromkeys(PATHS, "https://api.bitget.com")
    limits = {name: Limit(20, 1) for name in PATHS}
    unknown_codes = frozenset({"40034", "40309", "40054"})
    busy_codes = frozenset({"1001", "30026", "50009", "40725", "45001", "01001"})
    throttle_codes = frozenset({"429", "30014"})
    envelope = Envelope("00000", ("code", "err_code"), ("msg", "err_msg"))  # the second names on older paths
    tables = (INSTRUMENTS, TICKERS, CANDLES, FUNDING_RATES)
    endpoints = tuple(serves(name, name, f"/api/{path}", reading) for name, (path, reading) in PATHS.items())
    no_public_api = {"liquidations": "only over a websocket"}

    async def snapshot(self, session: Session) -> list[Market]:
        """Instruments and tickers, one call each per category."""
        return await self.parts(session, MARGINS.values(), self._listed)

    async def _listed(self, session: Session, category: str) -> list[Market]:
        listed = await session.get("instruments", params={"category": category}, market=f"all {category}")
        asked = {"params": {"productType": category}, "market": f"all {category}"}
        tickers = await self.beside(session, "tickers", "tickers", "symbol", **asked)
        return [
            Market(symbol, number(tickers.get(symbol, {}).get("usdt_volume")), whole(row["launch_time"]), category)
            for symbol, row in by_name(listed.rows("instruments"), "symbol").items()
            if row["type"] in ("perpetual", None) and row["status"] not in NOT_TRADING
        ]

    def history_of(self, session: Session, window: Window) -> Sequence[Series]:
        """Old candles lie at a path of their own."""
        is_recent = session.window_for("candles", window).start >= session.now() - RECENT
        path, hours = ("candles", 998) if is_recent else ("history_candles", 198)  # 1000 or 200 rows, one more on both sides
        return (
            Series(path, CANDLES, Cut.hours(hours), f"{NAME} granularity=1H startTime=@start-{HOUR_MS} endTime=@end limit=@hours+2"),
            Series("history_fund_rate", FUNDING_RATES, Numbered(100, most=40), FUNDING, kept=timedelta(days=90)),
        )
