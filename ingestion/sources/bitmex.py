"""BitMEX, closed on 2026-09-23 at 04:00 UTC: history only. The archive of trades; instruments and funding, if REST still answers.

From the shared venue reference, recorded payloads and users of the archive; [V] recorded, [C] ccxt, [M] remembered, [A] assumed.

- Archive: `public.bitmex.com/data/trade/YYYYMMDD.csv.gz` in S3, all symbols of a UTC day in one file, since 2014-11-22 [M]. Columns
  timestamp (2019-01-01D00:00:02.138718000), symbol, side, size, price, tickDirection, trdMatchID, grossValue, homeNotional,
  foreignNotional, later trdType [C]. Raw keeps the sums of an hour, landing the file. Whether it outlives the venue is unknown [A].
- A day the archive lacks is asked of /trade/bucketed?binSize=1h: ≤ 1000 rows, all symbols; `timestamp` is the bar's CLOSE [V], `open`
  is the close before it, not the first trade [M].
- /funding: ≤ 500, ascending, all symbols; the rate is for its own interval, written as an instant of 2000-01-01 (T08 = 8 h), at 04, 12
  and 20 UTC; positive: longs pay [V]. /instrument: ≤ 500, also what ended; the only place of open interest and mark, for the moment
  alone. Pages by `start`, a number of rows. Keyless 30 requests a minute; `{"error": {"message", "name"}}` [V].
- size and volume are CONTRACTS. homeNotional is base, foreignNotional is quote, on every kind of contract: of quantos (ETHUSD, worth
  multiplier × price satoshi) it is the dollar value, recorded 24 h figures agree with turnover × XBTUSD to 0.3 % [V].
- openInterest is contracts, one-sided [V]: inverse 1 USD each, linear 1/underlyingToPositionMultiplier of base; openValue and
  turnover are in 1e-8 XBT (settlCurrency XBt) or 1e-6 USDT (USDt) [V].
- typ FFWCSX is a perpetual, FFWCSF one on a currency; dated futures end in digits, spot has an underscore, indices begin with a dot [V].
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
from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day
from ingestion.venue.parsing import fields, instant, iso
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload
from ingestion.wire.zips import gunzipped

BARS, ROWS = 1000, 500
HOUR_MS = 3_600_000
TRADE_SUMS = ("size", "grossValue", "homeNotional", "foreignNotional")

INSTRUMENTS = Entity.of(
    "instruments",
    "*symbol *observed_on:day root_symbol? state typ listing:instant? expiry:instant? underlying quote_currency settl_currency? "
    "is_inverse:bool is_quanto:bool multiplier:float? underlying_to_position_multiplier:float? underlying_to_settle_multiplier:float? "
    "funding_interval:instant?",
    event=day("observed_on"),
    is_snapshot=True,
)
INSTRUMENT_STATES = Entity.of(
    "instrument_states",
    "*symbol *timestamp:instant typ is_inverse:bool is_quanto:bool multiplier:float? underlying_to_position_multiplier:float? "
    "underlying_to_settle_multiplier:float? settl_currency? quote_currency? open_interest:float? open_value:float? mark_price:float? "
    "indicative_settle_price:float? funding_rate:float? volume_24h:float? turnover_24h:float? home_notional_24h:float? "
    "foreign_notional_24h:float?",
    event=pl.col("timestamp"),
    is_snapshot=True,
)
TRADE_HOURS = Entity.of(
    "trade_hours",
    "*symbol *hour:instant open:float high:float low:float close:float size:float gross_value:float home_notional:float? "
    "foreign_notional:float? trades:int",
    event=pl.col("hour"),
)
TRADE_BINS = Entity.of(
    "trade_bins",
    "*symbol *bin_size *timestamp:instant open:float? high:float? low:float? close:float? trades:int volume:float turnover:float? "
    "home_notional:float? foreign_notional:float?",
    event=pl.col("timestamp") - pl.duration(hours=1),  # stamped at its close: the bar belongs to the month it opened in
)
FUNDING_RATES = Entity.of(
    "funding_rates",
    "*symbol *timestamp:instant funding_interval:instant? funding_rate:float funding_rate_daily:float?",
    event=pl.col("timestamp"),
)
TERMS = ("isInverse", "isQuanto", "multiplier", "underlyingToPositionMultiplier", "underlyingToSettleMultiplier")
STATE = (
    "settlCurrency", "quoteCurrency", "openInterest", "openValue", "markPrice", "indicativeSettlePrice", "fundingRate", "volume24h",
    "turnover24h", "homeNotional24h", "foreignNotional24h",
)  # fmt: skip


def _at(item: dict[str, Any], name: str) -> Any:
    return instant(item[name]) if item.get(name) else None


def _parse_instruments(payload: Payload) -> Parsed:
    items = payload.json if isinstance(payload.json, list) else [payload.json]
    today = payload.fetched_at.date()
    names = ("underlying", "quoteCurrency", "settlCurrency")
    return {
        "instruments": [
            (*fields(one, "symbol"), today, *fields(one, "rootSymbol", "state", "typ"), _at(one, "listing"), _at(one, "expiry"),
             *fields(one, *names, *TERMS), _at(one, "fundingInterval"))
            for one in items
        ],
        "instrument_states": [(one["symbol"], _at(one, "timestamp"), *fields(one, "typ", *TERMS, *STATE)) for one in items],
    }  # fmt: skip


def _parse_funding(payload: Payload) -> Parsed:
    rows = [(one["symbol"], _at(one, "timestamp"), _at(one, "fundingInterval"), one["fundingRate"], one.get("fundingRateDaily"))
            for one in payload.json]  # fmt: skip
    return {"funding_rates": rows}


def _parse_bins(payload: Payload) -> Parsed:
    names = ("open", "high", "low", "close", "trades", "volume", "turnover", "homeNotional", "foreignNotional")
    return {"trade_bins": [(one["symbol"], payload.param("binSize"), _at(one, "timestamp"), *fields(one, *names)) for one in payload.json]}


def _parse_trades(payload: Payload) -> Parsed:
    """The hours of a day's trades; sums are exact whatever the order, so that a file read twice is the same rows."""
    names = ["timestamp", "symbol", "price", *TRADE_SUMS]
    try:
        trades = pl.read_csv(io.BytesIO(gunzipped(payload)), columns=names, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise BadAnswer(payload.source, payload.endpoint, f"not the CSV of trades: {str(error).splitlines()[0]}") from None
    hourly = (
        trades.filter(~pl.col("symbol").str.starts_with("."))
        .with_columns(pl.col("price", *TRADE_SUMS).cast(pl.Float64), hour=pl.col("timestamp").str.slice(0, 13))
        .sort("timestamp", maintain_order=True)
        .group_by("symbol", "hour", maintain_order=True)
        .agg(pl.col("price"), pl.col(*TRADE_SUMS).drop_nulls())
    )
    rows = []
    for symbol, hour, prices, *sums in hourly.iter_rows():
        totals = [math.fsum(values) if values else None for values in sums]
        opened = instant(hour.replace("D", "T") + ":00:00Z")
        rows.append((symbol, opened, prices[0], max(prices), min(prices), prices[-1], *totals, len(prices)))
    return {"trade_hours": rows}


class Bitmex(Adapter):
    """See the module docstring."""

    name = "bitmex"
    closed_on = date(2026, 9, 23)
    no_public_api = {
        "open_interest": "no history: only the instrument list of the moment had it, and trading ended on 2026-09-23",
        "liquidations": "only the orders open at the moment were listed, and trading ended on 2026-09-23",
    }
    unknown_codes = frozenset({"no file"})
    hosts = {"api": "https://www.bitmex.com/api/v1", "archive": "https://s3-eu-west-1.amazonaws.com/public.bitmex.com"}
    limits = {"api": Limit(30, 60), "archive": Limit(5, 1)}  # the archive publishes no budget: a polite rate
    entities = (INSTRUMENTS, INSTRUMENT_STATES, TRADE_HOURS, TRADE_BINS, FUNDING_RATES)
    endpoints = (
        Endpoint("instrument", "api", "/instrument", ("instruments", "instrument_states"), _parse_instruments),
        Endpoint("instrument_active", "api", "/instrument/active", ("instruments", "instrument_states"), _parse_instruments),
        Endpoint("funding", "api", "/funding", ("funding_rates",), _parse_funding),
        Endpoint("trade_bucketed", "api", "/trade/bucketed", ("trade_bins",), _parse_bins),
        Endpoint("trades", "archive", "/data/trade/{day}.csv.gz", ("trade_hours",), _parse_trades, is_json=False),
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
    start = 0
    while True:
        rows = (await session.get(endpoint, params=params | {"count": full, "start": start})).json
        if not isinstance(rows, list) or len(rows) < full:
            return
        start += full
