"""Kraken Futures: perpetuals with multi-collateral margin (PF_, linear) and coin margin (PI_, inverse).

Facts are the vendor's (its OpenAPI pages), recorded (an answer), third party (ccxt, or measured by others in
Sep 2026) or assumed.

- All GET without key. instruments and tickers answer for everything at once (vendor). Public paths are not
  costed; the charts share a limit that is not published: 0.6 s between requests (third party).
- Errors: `{"result": "error", "error": "apiLimitExceeded"}`, also inside HTTP 200 (recorded); charts give
  `errors` of {severity E or W, type, field} with HTTP 200 or 400, where W comes beside a good answer; an
  unknown symbol is HTTP 404 (third party).
- Symbols are upper case in paths; lists before 2023 wrote pi_xbtusd. XBT is BTC. Dated ones (FI_, FF_) have
  lastTradingTime. xStocks have a base that ends in x: AAPLx (recorded). A delisted contract vanishes from the
  list.
- One contract is one base unit (PF_) or one USD (PI_). Volume and open interest count contracts: base, or USD
  (recorded). One-sided (assumed).
- Candles: `from` and `to` in seconds, ascending, 2000 rows although 5000 are documented (third party); `time`
  in ms (recorded). No quote volume, no count of trades: USD of PF_ and base of PI_ are estimated at the
  close.
- Funding: `relativeFundingRate` is a fraction PER HOUR; `fundingRate` an amount, USD per base unit (PF_) or
  base per USD (PI_). A row is the rate in force from its timestamp on (vendor); rows were 4 hours apart until
  2022-09-29, the rate per hour as well (third party). Without bounds: an answer holds about a year (third
  party). The running UTC day is left out: it comes again when it is over.
- analytics, by symbol: `since` and `to` in seconds, `interval` 3600, `more`; timestamps in seconds at the
  start of the bucket. open-interest is [open, high, low, close] in contracts; liquidation-volume one number
  without a side (third party), in contracts as trade-volume is (assumed).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.paging import Cut, Onward
from ingestion.venue.parsing import by_name, instant, number, unix_ms
from ingestion.venue.series import Series
from ingestion.venue.table import CamelTable, Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

HOST, CHARTS = "https://futures.kraken.com", "/api/charts/v1"
PERPETUAL = ("PF_", "PI_")
GENTLY = Limit(10, 6)

INSTRUMENTS = CamelTable.snapshot("""
    instruments: *symbol *observed_on:day=~ type contract_size:float base? quote? pair? category? tradeable:bool opening_date:instant?
    last_trading_time:instant?
""")
TICKERS = CamelTable.snapshot("""
    tickers: *symbol *server_time:instant tag? pair? last:float? mark_price:float? index_price:float? vol24h:float? volume_quote:float?
    open_interest:float? funding_rate:float? funding_rate_prediction:float? suspended:bool?
""")
CANDLES = Table.history("""
    candles: *symbol=@symbol *resolution=@resolution *time:ms open:float high:float low:float close:float volume:float
""")
FUNDING_RATES = CamelTable.of("funding_rates", "*symbol=@symbol *timestamp:instant funding_rate:float relative_funding_rate:float?")
OPEN_INTEREST = Table.history("""
    open_interest: *symbol=@symbol *interval:int=@interval *timestamp:s=0 open:float?=1 high:float?=2 low:float?=3 close:float?=4
""")
LIQUIDATIONS = Table.history("liquidation_volumes: *symbol=@symbol *interval:int=@interval *timestamp:s=0 volume:float?=1")


def _buckets(payload: Payload) -> list[Any]:
    """Start and value of each bucket."""
    result = payload.json["result"]
    return [list(pair) for pair in zip(result["timestamp"], result["data"], strict=True)]


def _bars(payload: Payload) -> list[Any]:
    """Start and four figures of each bucket, which may have none; what has another form does not fit."""
    found: list[Any] = []
    for stamp, value in _buckets(payload):
        figures = [None] * 4 if value is None else value
        found.append([stamp, *figures] if isinstance(figures, list) and len(figures) == 4 else [stamp, [value]])
    return found


ANALYTICS = "{symbol}=@symbol since=@start_s to=@last_s interval=3600"
MORE = Onward(1, goes_on=lambda answer: bool(answer.json["result"].get("more")))  # how many buckets an answer holds is not known


class Kraken(Venue):
    name = "kraken"
    unknown_codes = frozenset({"404"})
    busy_codes = frozenset({"Server Error", "Unavailable"})
    throttle_codes = frozenset({"apiLimitExceeded"})
    hosts = {"derivatives": HOST, "charts": HOST}
    limits = {"derivatives": GENTLY, "charts": GENTLY}
    tables = (INSTRUMENTS, TICKERS, CANDLES, FUNDING_RATES, OPEN_INTEREST, LIQUIDATIONS)
    endpoints = (
        serves("instruments", "derivatives", "/derivatives/api/v3/instruments", INSTRUMENTS.at("instruments")),
        serves("tickers", "derivatives", "/derivatives/api/v3/tickers",
               TICKERS.at("tickers", server_time=lambda payload: instant(payload.json["serverTime"]))),
        serves("funding_rates", "derivatives", "/derivatives/api/v4/historicalfundingrates", FUNDING_RATES.at("rates")),
        serves("candles", "charts", f"{CHARTS}/trade/{{symbol}}/{{resolution}}", CANDLES.at("candles")),
        serves("open_interest", "charts", f"{CHARTS}/analytics/{{symbol}}/open-interest", OPEN_INTEREST.at(rows=_bars)),
        serves("liquidation_volume", "charts", f"{CHARTS}/analytics/{{symbol}}/liquidation-volume", LIQUIDATIONS.at(rows=_buckets)),
    )  # fmt: skip
    series = (
        Series("candles", CANDLES, Cut.hours(2000), "{symbol}=@symbol {resolution}=1h from=@start_s to=@last_s"),
        Series("open_interest", OPEN_INTEREST, MORE, ANALYTICS),
        Series("liquidation_volume", LIQUIDATIONS, MORE, ANALYTICS),
    )

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """`error` or `errors` of the body; warnings are none. Anything that is no object is left to its status."""
        if payload.body.lstrip()[:1] != b"{":
            return None if payload.status >= 400 else ("none", "an answer that is no object")
        listed = (payload.json.get("error"), *(payload.json.get("errors") or ()))
        found = [one for one in listed if one and (isinstance(one, str) or one.get("severity") != "W")]
        if not found and payload.json.get("result") != "error":
            return None
        first = found[0] if found else "without a reason"
        names = ("type", "code", "message", "msg", "field")
        text = first if isinstance(first, str) else ": ".join(str(first[name]) for name in names if first.get(name))
        return "404" if payload.status == 404 else text.split(":")[0], f"error {text}"

    async def snapshot(self, session: Session) -> list[Market]:
        """Two calls, each for all markets."""
        listed = await session.get("instruments")
        states = {name.upper(): row for name, row in (await self.beside(session, "tickers", "tickers", "symbol")).items()}
        terms = {name.upper(): row for name, row in by_name(listed.rows("instruments"), "symbol").items() if row["tradeable"]}
        return session.select(
            Market(name, number(states.get(name, {}).get("volume_quote")), _opened(row["opening_date"]))
            for name, row in terms.items()
            if name.startswith(PERPETUAL)
        )

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """Funding comes whole, whatever the window; what is of today still changes."""
        chosen, today = list(markets), int(session.now().timestamp()) // 86_400 * 86_400_000

        async def funding(market: Market) -> None:
            await session.get("funding_rates", params={"symbol": market.symbol}, market=market.symbol, asked=(0, today))

        await asyncio.gather(super().history(session, window, chosen), session.each("funding_rates", chosen, funding))


def _opened(opening_date: Any) -> int | None:
    return unix_ms(opening_date) if isinstance(opening_date, datetime) else None
