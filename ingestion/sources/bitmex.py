"""BitMEX, closed on 2026-09-23 at 04:00 UTC: the archive of trades, instruments and funding if REST answers.

Facts are recorded (an answer), third party (ccxt, users of the archive) or assumed.

- Archive: `public.bitmex.com/data/trade/YYYYMMDD.csv.gz` in S3, all symbols of a UTC day in one file, since
  2014-11-22 (assumed). Columns timestamp (2019-01-01D00:00:02.138718000), symbol, side, size, price,
  tickDirection, trdMatchID, grossValue, homeNotional, foreignNotional, later trdType (third party). Raw keeps
  the sums of an hour, landing the file. Whether it outlives the venue is unknown.
- A day the archive lacks is asked of /trade/bucketed?binSize=1h: ≤ 1000 rows, all symbols; `timestamp` is the
  bar's CLOSE (recorded), `open` is the close before it, not the first trade (assumed).
- /funding: ≤ 500, ascending, all symbols; the rate is for its own interval, written as an instant of
  2000-01-01 (T08 = 8 h), at 04, 12 and 20 UTC; positive: longs pay. /instrument: ≤ 500, also what ended; the
  only place of open interest and mark, for the moment alone. Pages by `start`, a number of rows. Keyless 30
  requests a minute; `{"error": {"message", "name"}}` (recorded).
- size and volume are CONTRACTS. homeNotional is base, foreignNotional is quote, on every kind of contract: of
  quantos (ETHUSD, worth multiplier × price satoshi) it is the dollar value, 24 h figures agree with turnover
  × XBTUSD to 0.3 % (recorded).
- openInterest is contracts, one-sided: inverse 1 USD each, linear 1/underlyingToPositionMultiplier of base;
  openValue and turnover are in 1e-8 XBT (settlCurrency XBt) or 1e-6 USDT (USDt) (recorded).
- typ FFWCSX is a perpetual, FFWCSF one on a currency; dated futures end in digits, spot has an underscore,
  indices begin with a dot (recorded).
"""

from __future__ import annotations

import asyncio
import io
import math
from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl

from ingestion.errors import BadAnswer, NotFound
from ingestion.run.answer import Answer
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.paging import HOUR_MS, by_offset
from ingestion.venue.parsing import instants, iso
from ingestion.venue.table import CamelTable, Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload
from ingestion.wire.zips import gunzipped

BARS, ROWS = 1000, 500
TRADE_SUMS = ("size", "grossValue", "homeNotional", "foreignNotional")
FIGURES = ("price", *TRADE_SUMS)

INSTRUMENTS = CamelTable.snapshot("""
    instruments: *symbol *observed_on:day=~ root_symbol? state typ listing:instant? expiry:instant? underlying quote_currency
    settl_currency? is_inverse:bool is_quanto:bool multiplier:float? underlying_to_position_multiplier:float?
    underlying_to_settle_multiplier:float? funding_interval:instant?
""")
INSTRUMENT_STATES = CamelTable.snapshot("""
    instrument_states: *symbol *timestamp:instant typ is_inverse:bool is_quanto:bool multiplier:float?
    underlying_to_position_multiplier:float? underlying_to_settle_multiplier:float? settl_currency? quote_currency? open_interest:float?
    open_value:float? mark_price:float? indicative_settle_price:float? funding_rate:float? volume_24h:float? turnover_24h:float?
    home_notional_24h:float? foreign_notional_24h:float?
""")
TRADE_HOURS = Table.of(
    "trade_hours",
    "*symbol=0 *hour:instant=1 open:float=2 high:float=3 low:float=4 close:float=5 size:float=6 gross_value:float=7 "
    "home_notional:float?=8 foreign_notional:float?=9 trades:int=10",
)
TRADE_BINS = CamelTable.of(
    "trade_bins",
    "*symbol *bin_size=@binSize *timestamp:instant open:float? high:float? low:float? close:float? trades:int volume:float "
    "turnover:float? home_notional:float? foreign_notional:float?",
    event=pl.col("timestamp") - pl.duration(hours=1),  # stamped at its close: the bar belongs to the month it opened in,
)
FUNDING_RATES = CamelTable.of(
    "funding_rates", "*symbol *timestamp:instant funding_interval:instant? funding_rate:float funding_rate_daily:float?"
)


def _hours(payload: Payload) -> list[Any]:
    """The hours of a day's trades; sums are exact whatever the order, so that a file read twice is the same rows.

    An hour with a trade that cannot be read has no figures, and does not fit.
    """
    try:
        trades = pl.read_csv(io.BytesIO(gunzipped(payload)), columns=["timestamp", "symbol", *FIGURES], infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise BadAnswer(payload.source, payload.endpoint, f"not the CSV of trades: {str(error).splitlines()[0]}") from None
    figures = {name: pl.col(name).cast(pl.Float64, strict=False) for name in FIGURES}
    spoiled = [figures["price"].is_null(), *(figures[name].is_null() & (pl.col(name) != "") for name in TRADE_SUMS)]
    hourly = (
        trades.filter(~pl.col("symbol").str.starts_with(".").fill_null(False))
        .with_columns(**figures, hour=pl.col("timestamp").str.slice(0, 13), is_spoiled=pl.any_horizontal(spoiled))
        .sort("timestamp", maintain_order=True)
        .group_by("symbol", "hour", maintain_order=True)
        .agg(pl.col("is_spoiled").any(), pl.col("price"), pl.col(*TRADE_SUMS).drop_nulls())
    )
    rows: list[Any] = []
    for symbol, hour, is_spoiled, prices, *sums in hourly.iter_rows():
        (opened,) = instants([f"{hour}:00:00Z".replace("D", "T")])
        totals = [math.fsum(values) if values else None for values in sums]
        told = [] if is_spoiled else [prices[0], max(prices), min(prices), prices[-1], *totals, len(prices)]
        rows.append([symbol, opened, *told])
    return rows


class Bitmex(Venue):
    name = "bitmex"
    closed_on = date(2026, 9, 23)
    no_public_api = {
        "open_interest": "no history: only the instrument list of the moment had it, and trading ended on 2026-09-23",
        "liquidations": "only the orders open at the moment were listed, and trading ended on 2026-09-23",
    }
    unknown_codes = frozenset({"no file"})
    hosts = {"api": "https://www.bitmex.com/api/v1", "archive": "https://s3-eu-west-1.amazonaws.com/public.bitmex.com"}
    limits = {"api": Limit(30, 60), "archive": Limit(5, 1)}  # the archive publishes no budget: a polite rate
    tables = (INSTRUMENTS, INSTRUMENT_STATES, TRADE_HOURS, TRADE_BINS, FUNDING_RATES)
    endpoints = (
        serves("instrument", "api", "/instrument", INSTRUMENTS, INSTRUMENT_STATES),
        serves("instrument_active", "api", "/instrument/active", INSTRUMENTS, INSTRUMENT_STATES),
        serves("funding", "api", "/funding", FUNDING_RATES),
        serves("trade_bucketed", "api", "/trade/bucketed", TRADE_BINS),
        serves("trades", "archive", "/data/trade/{day}.csv.gz", TRADE_HOURS.at(rows=_hours), is_json=False),
    )

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """REST says `{"error": {"message", "name"}}`; the bucket has XML, and 403 or 404 for a file it does not hold."""
        if payload.endpoint == "trades":
            return ("no file", f"HTTP {payload.status}: no such file") if payload.status in (403, 404) else None
        if not payload.body.lstrip().startswith(b'{"error"'):
            return None
        error = payload.json["error"]
        return str(error.get("name")), f"HTTP {payload.status}: {error.get('name')}: {error.get('message')}"

    async def snapshot(self, session: Session) -> list[Market]:
        """Nothing exists now."""
        return []

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """The instrument list once, a file a day, funding of all markets in pages; what REST refuses stops not the archive."""
        span = {"startTime": iso(window.start_ms), "endTime": iso(window.end_ms - 1)}
        await asyncio.gather(
            session.each("instrument", [{}], lambda params: _all(session, "instrument", params, ROWS)),
            session.each("trades", window.days(), lambda one: self._day(session, one)),
            session.each("funding", [span], lambda params: _all(session, "funding", params, ROWS)),
        )

    async def _day(self, session: Session, one: date) -> None:
        try:
            await session.get("trades", path={"day": f"{one:%Y%m%d}"})
        except NotFound:
            await session.each("trade_bucketed", [Window(one, one)], lambda only: self._bins(session, only))

    async def _bins(self, session: Session, only: Window) -> None:
        """Bars are stamped at their close: the first of a day closes at 01:00, the last at the next midnight."""
        first, last = iso(only.start_ms + HOUR_MS), iso(only.end_ms)
        await _all(session, "trade_bucketed", {"binSize": "1h", "partial": "false", "startTime": first, "endTime": last}, BARS)


async def _all(session: Session, endpoint: str, params: dict[str, Any], full: int) -> None:
    """Every page; `start` counts rows."""

    async def ask(start: int) -> Answer:
        return await session.get(endpoint, params=params | {"count": full, "start": start})

    await by_offset(ask, session.source.endpoint(endpoint).feeds[0], full)
