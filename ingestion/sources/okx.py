"""OKX v5, perpetual swaps: instruments, candles, funding, open interest, prices, liquidations.

Shapes and units: recorded. Limits and paging: third party (ccxt). What comes from elsewhere says so.

- Envelope `{"code": "0", "msg": "", "data": […]}`, all strings; an error is another code, also inside HTTP
  200. 50xxx: try again; 51001: not listed (any more, assumed). No Retry-After.
- Limits are per path: 20 requests in 2 s for lists, candles 40, history-candles 20, funding and open interest
  history 10.
- `after` = older than, `before` = newer than, both exclusive, NEWEST FIRST; the open interest history says
  `end` and `begin`. A longer answer than the limit loses its oldest rows, so pages go backwards from the end.
  Rows a page: candles 300 (history-candles gave 100 once), funding 100, open interest history 100. A page
  shorter than 100 is the last under any.
- Candles: [ts, o, h, l, c, vol, volCcy, volCcyQuote, confirm]: vol = contracts, volCcy = base, volCcyQuote =
  USDT or USD, on linear and on inverse swaps alike. confirm "0" is a running bar. `1D` is cut at 16:00 UTC:
  only `1H` is asked. No trade counts. /candles keeps the newest 1440 bars, /history-candles years.
- Contract = ctVal × ctMult in ctValCcy: base on linear, USD on inverse (BTC 100, others 10). `category` says
  nothing; instCategory 1 is crypto, 3 stocks and indices, 4 commodities. Dated futures that pay funding
  (FUTURES, ruleType xperp): not here.
- Funding: realizedRate is what was charged, fundingRate the forecast; about 3 months are kept. The interval
  is not in the row: `funding-rate` with instId=ANY gives this and the next settlement of all swaps.
- Open interest: oi contracts, oiCcy base, oiUsd; one-sided, with float noise. History: 1440 points a series
  (assumed).
- Liquidations: by family (an id alone is error 50015, third party), `details` below their instrument, sz
  contracts, bkPx the bankruptcy price, posSide what was closed; at most 100 a page, and not all of them. Those
  "in the last day" (vendor, as three client libraries quote it): 21.6 hours in a recorded answer, published 69
  minutes late (third party). So a snapshot takes them; a day without one is lost.
- Tickers have no index and no USD volume (volCcy24h is base); index-tickers are asked by quote currency.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.envelope import Envelope
from ingestion.venue.paging import Back, Page
from ingestion.venue.parsing import by_name, number, whole
from ingestion.venue.series import Series, read_recent
from ingestion.venue.table import CamelTable, Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

CLOSINGS_SEEN = timedelta(hours=22)  # how far back liquidations were found
CLOSINGS_ASKED = timedelta(hours=25)  # a day and what comes late: asking for more than is kept costs nothing
SHORT_PAGE = 100  # fewer rows than the smallest limit the venue ever had: there is nothing older
KEPT_BARS = timedelta(hours=1400)  # by /candles, and as many points of open interest: 1440
INDEX_QUOTES = ("USDT", "USD", "USDC")
TRADING = ("live", "suspend")  # a suspended swap comes back, and traded before

INSTRUMENTS = CamelTable.snapshot("""
    instruments: *inst_id *observed_on:day=~ inst_family? uly? ct_val:float ct_mult:float ct_val_ccy ct_type? settle_ccy? list_time:ms?
    exp_time:ms? state? inst_category? rule_type?
""")
SCHEDULE = "*inst_id *observed_on:day=~ funding_time:ms next_funding_time:ms? method?"
FUNDING_SCHEDULES = CamelTable.of("funding_schedules", SCHEDULE, is_snapshot=True)
CANDLES = Table.history("""
    candles: *inst_id=@instId *bar=@bar *ts:ms=0 open:float=1 high:float=2 low:float=3 close:float=4 vol:float=5 vol_ccy:float=6
    vol_ccy_quote:float=7 confirm:int=8
""")
PAID = "*inst_id *funding_time:ms funding_rate:float realized_rate:float? method?"
FUNDING_RATES = CamelTable.of("funding_rates", PAID, look_back_days=1)
HELD = "*inst_id *ts:ms oi:float oi_ccy:float? oi_usd:float?"
OPEN_INTEREST = CamelTable.of("open_interest", HELD, is_snapshot=True)
HELD_THEN = "*inst_id=@instId *period=@period *ts:ms=0 oi:float=1 oi_ccy:float?=2 oi_usd:float?=3"
OPEN_INTEREST_HISTORY = Table.of("open_interest_history", HELD_THEN, look_back_days=1)
MARK_PRICES = CamelTable.snapshot("mark_prices: *inst_id *ts:ms mark_px:float")
INDEX_TICKERS = CamelTable.snapshot("index_tickers: *inst_id *ts:ms idx_px:float")
CLOSED = "*inst_id *ts:ms *pos_side *sz:float *bk_px:float side? bk_loss:float?"
LIQUIDATIONS = CamelTable.of("liquidations", CLOSED, is_snapshot=True)
TRADED = "*inst_id *ts:ms last:float? vol_24h:float? vol_ccy_24h:float?"
TICKERS = CamelTable.of("tickers", TRADED, is_snapshot=True)


def _closings(payload: Payload) -> list[Any]:
    """Every closing with its instrument. A group that has no list of them is a row that does not fit."""
    rows: list[Any] = []
    for group in payload.json["data"] or []:
        details = group.get("details") if isinstance(group, dict) else None
        if not isinstance(details, list):
            rows.append(group)
            continue
        rows += [{**row, "instId": group.get("instId")} if isinstance(row, dict) else row for row in details]
    return rows


def _closed(market: Market, page: Page) -> Mapping[str, Any]:
    family = {"instType": "SWAP", "instFamily": market.symbol.removesuffix("-SWAP"), "state": "filled"}
    return {"params": family | {"limit": 100, "after": page.end, "before": page.start - 1}}


CLOSINGS = Series("liquidation_orders", LIQUIDATIONS, Back(100, shared_ms=1), _closed, market=None)


def _series(endpoint: str, table: Table, ask: str, kept: timedelta | None = None) -> Series:
    return Series(endpoint, table, Back(SHORT_PAGE), ask, market="inst_id", kept=kept)


PATHS = {  # with the requests in 2 s: every path has a budget of its own
    "instruments": (20, "public/instruments", INSTRUMENTS.at("data")),
    "funding_rate": (10, "public/funding-rate", FUNDING_SCHEDULES.at("data")),
    "tickers": (20, "market/tickers", TICKERS.at("data")),
    "mark_price": (10, "public/mark-price", MARK_PRICES.at("data")),
    "index_tickers": (20, "market/index-tickers", INDEX_TICKERS.at("data")),
    "open_interest": (20, "public/open-interest", OPEN_INTEREST.at("data")),
    "candles": (40, "market/candles", CANDLES.at("data")),
    "history_candles": (20, "market/history-candles", CANDLES.at("data")),
    "funding_rate_history": (10, "public/funding-rate-history", FUNDING_RATES.at("data")),
    "open_interest_history": (10, "rubik/stat/contracts/open-interest-history", OPEN_INTEREST_HISTORY.at("data")),
    "liquidation_orders": (40, "public/liquidation-orders", LIQUIDATIONS.at(rows=_closings)),
}


class Okx(Venue):
    name = "okx"
    market_parameters = ("instId",)
    unknown_codes = frozenset({"51001"})
    busy_codes = frozenset({"50001", "50004", "50013", "50026"})
    throttle_codes = frozenset({"50011"})
    hosts = dict.fromkeys(PATHS, "https://www.okx.com")
    limits = {name: Limit(requests, 2) for name, (requests, _, _) in PATHS.items()}
    envelope = Envelope("0")
    tables = (
        INSTRUMENTS, FUNDING_SCHEDULES, CANDLES, FUNDING_RATES, OPEN_INTEREST, OPEN_INTEREST_HISTORY, MARK_PRICES, INDEX_TICKERS, TICKERS,
        LIQUIDATIONS,
    )  # fmt: skip
    endpoints = tuple(serves(name, name, f"/api/v5/{path}", reading) for name, (_, path, reading) in PATHS.items())
    series = (
        _series("funding_rate_history", FUNDING_RATES, "instId=@symbol limit=100 after=@end before=@start-1", timedelta(days=92)),
        _series("open_interest_history", OPEN_INTEREST_HISTORY, "instId=@symbol period=1H limit=100 end=@end begin=@start-1", KEPT_BARS),
    )

    async def snapshot(self, session: Session) -> list[Market]:
        """Eight calls, each for all swaps, and the newest liquidations of each swap that is wanted."""
        swaps = {"instType": "SWAP"}
        listed = await session.get("instruments", params=swaps)
        tickers = await self.beside(session, "tickers", "tickers", "inst_id", params=swaps)
        await asyncio.gather(
            session.each("open_interest", [swaps], lambda params: session.get("open_interest", params=params)),
            session.each("mark_price", [swaps], lambda params: session.get("mark_price", params=params)),
            session.each("index_tickers", INDEX_QUOTES, lambda quote: session.get("index_tickers", params={"quoteCcy": quote})),
            session.each("funding_rate", ["ANY"], lambda name: session.get("funding_rate", params={"instId": name})),
        )
        markets = session.select(
            Market(name, _volume_usd(tickers.get(name, {})), whole(row["list_time"]))
            for name, row in by_name(listed.rows("instruments"), "inst_id").items()
            if row["state"] in TRADING
        )
        await read_recent(session, CLOSINGS, CLOSINGS_ASKED, markets)
        return markets

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """All but liquidations, of which the snapshot took what there is."""
        if window.start < session.now() - CLOSINGS_SEEN:
            hours = CLOSINGS_SEEN // timedelta(hours=1)
            session.limitations.add(f"liquidations: the source keeps {hours} hours, older ones are here where a snapshot took them in time")
        await super().history(session, window, markets)

    def history_of(self, session: Session, window: Window) -> Sequence[Series]:
        """Old candles lie at a path of their own."""
        is_recent = session.window_for("candles", window).start >= session.now() - KEPT_BARS
        path = "candles" if is_recent else "history_candles"
        return (_series(path, CANDLES, "instId=@symbol bar=1H limit=300 after=@end before=@start-1"), *self.series)


def _volume_usd(ticker: Mapping[str, Any]) -> float:
    return number(ticker.get("vol_ccy_24h")) * number(ticker.get("last"))
