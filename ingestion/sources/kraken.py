"""Kraken Futures: perpetuals with multi-collateral margin (PF_, linear) and coin margin (PI_, inverse), in one list with dated ones.

Learnt from the vendor's OpenAPI pages and recorded payloads [V], figures others measured against the live host in Sep 2026 [L], ccxt
[C], memory [M]; [A] is assumed.

- All GET without key. instruments and tickers answer for everything at once [V]. Public paths are not costed; the charts share a
  limit that is not published: 0.6 s between requests, as ccxt does [C].
- Errors: `{"result": "error", "error": "apiLimitExceeded"}`, also inside HTTP 200 [V]; charts give `errors` of {severity E or W, type,
  field} with HTTP 200 or 400, where W comes beside a good answer [L]; an unknown symbol is HTTP 404 [L].
- Symbols are upper case in paths; lists before 2023 wrote pi_xbtusd [V]. XBT is BTC. Dated ones (FI_, FF_) have lastTradingTime [V].
  xStocks have a base that ends in x: AAPLx [V]. A delisted contract vanishes from the list.
- One contract is one base unit (PF_) or one USD (PI_). Volume and open interest count contracts: base, or USD [V]. One-sided [A].
- Candles: `from` and `to` in seconds, ascending, 2000 rows although 5000 are documented [L]; `time` in ms [V]. No quote volume, no
  count of trades: USD of PF_ and base of PI_ are estimated at the close.
- Funding: `relativeFundingRate` is a fraction PER HOUR; `fundingRate` an amount, USD per base unit (PF_) or base per USD (PI_) [V]. A
  row is the rate in force from its timestamp on [V]; rows were 4 hours apart until 2022-09-29, the rate per hour as well [C]. Without
  bounds: an answer holds about a year (8786 rows [L]). The running UTC day is left out: it comes again when it is over.
- analytics, by symbol: `since` and `to` in seconds, `interval` 3600, `more`; timestamps in seconds at the start of the bucket.
  open-interest is [open, high, low, close] in contracts; liquidation-volume one number without a side [L], in contracts as
  trade-volume is [A].
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import polars as pl

from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day, ms, seconds
from ingestion.venue import pages
from ingestion.venue.parsing import fields, instant, unix_ms
from ingestion.venue.table import Table
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

HOST, CHARTS = "https://futures.kraken.com", "/api/charts/v1"
PERPETUAL = ("PF_", "PI_")
CANDLE_LIMIT, HOUR_SECONDS = 2000, 3600
GENTLY = Limit(10, 6)

INSTRUMENTS = Entity.of(
    "instruments",
    "*symbol *observed_on:day type contract_size:float base? quote? pair? category? tradeable:bool opening_date:instant? "
    "last_trading_time:instant?",
    event=day("observed_on"), is_snapshot=True,
)  # fmt: skip
TICKERS = Entity.of(
    "tickers",
    "*symbol *server_time:instant tag? pair? last:float? mark_price:float? index_price:float? vol24h:float? volume_quote:float? "
    "open_interest:float? funding_rate:float? funding_rate_prediction:float? suspended:bool?",
    event=pl.col("server_time"), is_snapshot=True,
)  # fmt: skip
CANDLES = Table.of(
    "candles",
    "*symbol=@symbol *resolution=@resolution *time:int open:float high:float low:float close:float volume:float",
    event=ms("time"), look_back_days=1,
)  # fmt: skip
FUNDING_RATES = Table.of(
    "funding_rates",
    "*symbol=@symbol *timestamp:instant funding_rate:float=fundingRate relative_funding_rate:float?=relativeFundingRate",
    event=pl.col("timestamp"),
)
OPEN_INTEREST = Entity.of(
    "open_interest",
    "*symbol *interval:int *timestamp:int open:float? high:float? low:float? close:float?",
    event=seconds("timestamp"), look_back_days=1,
)  # fmt: skip
LIQUIDATIONS = Entity.of(
    "liquidation_volumes", "*symbol *interval:int *timestamp:int volume:float?", event=seconds("timestamp"), look_back_days=1
)


def _parse_instruments(payload: Payload) -> Parsed:
    today, names = payload.fetched_at.date(), ("type", "contractSize", "base", "quote", "pair", "category", "tradeable")
    rows = [
        (row["symbol"], today, *fields(row, *names), _instant(row.get("openingDate")), _instant(row.get("lastTradingTime")))
        for row in payload.json["instruments"]
    ]
    return {"instruments": rows}


def _instant(text: str | None) -> Any:
    return instant(text) if text else None


def _parse_tickers(payload: Payload) -> Parsed:
    at = instant(payload.json["serverTime"])
    names = ("tag", "pair", "last", "markPrice", "indexPrice", "vol24h", "volumeQuote", "openInterest")
    more = ("fundingRate", "fundingRatePrediction", "suspended")
    return {"tickers": [(row["symbol"], at, *fields(row, *names, *more)) for row in payload.json["tickers"]]}


def _parse_candles(payload: Payload) -> Parsed:
    return CANDLES.read(payload.json["candles"], payload)


def _parse_funding_rates(payload: Payload) -> Parsed:
    """Without the running day, which still changes."""
    rates = payload.json["rates"]
    stamps = pl.Series([row["timestamp"] for row in rates], dtype=pl.String()).str.to_datetime(
        "%+", time_unit="us", time_zone="UTC", strict=False
    )
    closed = (stamps.dt.date() < payload.fetched_at.date()).fill_null(True).to_list()
    rows = [row for row, is_closed in zip(rates, closed, strict=True) if is_closed]
    return FUNDING_RATES.read(rows, payload, timestamp=[stamp for stamp, is_closed in zip(stamps, closed, strict=True) if is_closed])


def _buckets(payload: Payload) -> list[tuple[Any, ...]]:
    """Symbol, interval, start and value of each bucket."""
    result, head = payload.json["result"], (payload.param("symbol"), payload.param("interval"))
    return [(*head, stamp, value) for stamp, value in zip(result["timestamp"], result["data"], strict=True)]


def _parse_open_interest(payload: Payload) -> Parsed:
    empty = (None, None, None, None)
    return {"open_interest": [(*head, *(empty if value is None else value)) for *head, value in _buckets(payload)]}


class Kraken(Adapter):
    """See the module docstring."""

    name = "kraken"
    unknown_codes = frozenset({"404"})
    busy_codes = frozenset({"apiLimitExceeded", "Server Error", "Unavailable"})
    hosts = {"derivatives": HOST, "charts": HOST}
    limits = {"derivatives": GENTLY, "charts": GENTLY}
    entities = (INSTRUMENTS, TICKERS, CANDLES.entity, FUNDING_RATES.entity, OPEN_INTEREST, LIQUIDATIONS)
    endpoints = (
        Endpoint("instruments", "derivatives", "/derivatives/api/v3/instruments", ("instruments",), _parse_instruments),
        Endpoint("tickers", "derivatives", "/derivatives/api/v3/tickers", ("tickers",), _parse_tickers),
        Endpoint("funding_rates", "derivatives", "/derivatives/api/v4/historicalfundingrates", ("funding_rates",), _parse_funding_rates),
        Endpoint("candles", "charts", f"{CHARTS}/trade/{{symbol}}/{{resolution}}", ("candles",), _parse_candles),
        Endpoint("open_interest", "charts", f"{CHARTS}/analytics/{{symbol}}/open-interest", ("open_interest",), _parse_open_interest),
        Endpoint(
            "liquidation_volume", "charts", f"{CHARTS}/analytics/{{symbol}}/liquidation-volume", ("liquidation_volumes",),
            lambda payload: {"liquidation_volumes": _buckets(payload)},
        ),
    )  # fmt: skip

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
        listed = (await session.get("instruments")).json["instruments"]
        tickers = (await session.get("tickers")).json["tickers"]
        volumes = {row["symbol"].upper(): float(row.get("volumeQuote") or 0) for row in tickers}
        openings = {row["symbol"].upper(): row.get("openingDate") for row in listed if row["tradeable"]}
        return session.select(
            Market(name, volumes.get(name, 0.0), unix_ms(instant(opening)) if opening else None)
            for name, opening in openings.items()
            if name.startswith(PERPETUAL)
        )

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        markets = list(markets)
        candles = session.window_for("candles", window)
        interest, liquidations = (session.window_for(name, window) for name in ("open_interest", "liquidation_volumes"))
        await asyncio.gather(
            session.each("candles", markets, lambda market: self._candles(session, candles, market)),
            session.each(
                "funding_rates", markets, lambda one: session.get("funding_rates", params={"symbol": one.symbol}, market=one.symbol)
            ),
            session.each("open_interest", markets, lambda market: self._analytics(session, "open_interest", interest, market)),
            session.each(
                "liquidation_volume", markets, lambda market: self._analytics(session, "liquidation_volume", liquidations, market)
            ),
        )

    async def _candles(self, session: Session, window: Window, market: Market) -> None:
        for start, end in window.pages(timedelta(hours=CANDLE_LIMIT)):
            if end > (market.listed_ms or 0):
                path, params = {"symbol": market.symbol, "resolution": "1h"}, {"from": start // 1000, "to": end // 1000 - 1}
                await session.get("candles", path=path, params=params, market=market.symbol)

    async def _analytics(self, session: Session, endpoint: str, window: Window, market: Market) -> None:
        """The answer itself says whether there is `more`; how many buckets it holds is not known."""

        async def ask(start: int, end: int) -> list[int]:
            params = {"since": -(-start // 1000), "to": end // 1000 - 1, "interval": HOUR_SECONDS}
            answer = await session.get(endpoint, path={"symbol": market.symbol}, params=params, market=market.symbol)
            result = answer.json["result"]
            return [stamp * 1000 for stamp in result["timestamp"]] if result.get("more") else []

        listed_hour = (market.listed_ms or 0) // 3_600_000 * 3_600_000  # the first bucket opens before the listing
        await pages.on(max(window.start_ms, listed_hour), window.end_ms, ask, full=1)
