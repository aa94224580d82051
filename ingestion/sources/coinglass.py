"""CoinGlass: what all venues together held, paid and lost, by asset and day, as an aggregator adds it up.

From the vendor's documentation (vendor) and answers that others kept (recorded).

- No free plan: COINGLASS_API_KEY, in the header CG-API-KEY. The smallest plan has 30 requests a minute and
  intervals of 4 h and more; bars of a day are in every plan, back to the listing there (vendor). So only
  these are asked for.
- HTTP 200 also on failure: `{"code": "30001", "msg": "secret invalid"}` (recorded); `code` is text and "0" is
  well.
- `time` is the start of the bar, Unix ms, UTC. limit ≤ 1000; start_time and end_time in ms (vendor). A bar
  that is not over moves (recorded): an answer before its end is not the day's. Which end a longer range would
  lose is not said: none longer is asked for.
- Bars are corrected for months: two liquidation bars in five by more than 0.1 %, the last of them after 179
  days; one in ten of open interest, by 3.5 % at most (recorded). One answer holds 1000, so half a year is
  read again.
- liquidation/aggregated-history: USD by side, numbers, for the exchanges it is told (a list is required;
  vendor). EXCHANGES is every one in the vendor's own table of liquidations by exchange (recorded) that its list
  of exchanges of 2026-10-20 still has (vendor): CoinEx and Bitmex are gone. What is not in it is in no total.
  It understates Binance and Bybit before 2025-02, when they published at most one liquidation a second (third
  party).
- supported-exchanges and supported-coins: lists of names (vendor). Whether an unknown name is passed over or
  fails the request is not said: both lists are asked once a run, and what they lack is left out and told.
- open-interest/aggregated-history: USD, open to close, strings or numbers (recorded), CME and dated futures
  included (vendor).
- open-interest/exchange-history-chart: USD by exchange, CME among them: `{time_list, price_list, data_map: {exchange:
  […]}}`, nulls before an exchange was listed; `range` is the step (vendor), 4 h in every plan; the last point is of
  now (recorded). How far it reaches back is not told. Asked for the coins of BY_EXCHANGE: those that the CFTC's
  reports have, too.
- funding-rate/oi-weight-history: PERCENT per 8 h, weighted by open interest (vendor).
- Coins that venues list by the thousand (PEPE, SHIB, BONK) may be split over two names (assumed): none of
  them is in the seed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ingestion.errors import UnknownName
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue import names, seeds
from ingestion.venue.paging import Cut, Page
from ingestion.venue.series import Series, read
from ingestion.venue.table import Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

LIMIT = 1000
BY_EXCHANGE = ("BTC", "ETH")
EXCHANGES = ("Binance", "OKX", "Bybit", "Hyperliquid", "HTX", "Gate", "Bitfinex")
RESTATED_DAYS = 180  # the last change seen was 179 days late
BAR = "*symbol=@symbol *interval=@interval *time:ms "
OPEN_TO_CLOSE = "open:float? high:float? low:float? close:float"

LIQUIDATIONS = Table.of(
    "aggregated_liquidations",
    f"*exchange_list=@exchange_list {BAR} aggregated_long_liquidation_usd:float aggregated_short_liquidation_usd:float",
    look_back_days=RESTATED_DAYS,
)
OPEN_INTEREST = Table.of("aggregated_open_interest", BAR + OPEN_TO_CLOSE, look_back_days=RESTATED_DAYS)
SUPPORTED_EXCHANGES = Table.of("supported_exchanges", "*exchange *observed_on:day=~")
SUPPORTED_COINS = Table.of("supported_coins", "*symbol *observed_on:day=~")
CHARTED = Table.of("open_interest_by_exchange", "*symbol=@symbol *exchange *time:ms open_interest:float")
FUNDING = Table.of("oi_weighted_funding", BAR + OPEN_TO_CLOSE, look_back_days=RESTATED_DAYS)


def _asks(**more: str) -> Callable[[Market, Page], Mapping[str, Any]]:
    """Bars of a day, and what this series wants told beside."""

    def ask(market: Market, page: Page) -> Mapping[str, Any]:
        bounds = {"limit": LIMIT, "start_time": page.start, "end_time": page.last}
        return {"params": {"symbol": market.symbol, "interval": "1d", **bounds, **more}}

    return ask


def _named(column: str) -> Callable[[Payload], list[Any]]:
    """A list of names as rows of one column."""
    return lambda payload: [{column: one} if isinstance(one, str) else one for one in payload.json["data"]]


def _charted(payload: Payload) -> list[dict[str, Any]]:
    """A chart as rows; an exchange with more or fewer points than times is a row of nothing, one without a figure yet is none."""
    data = payload.json["data"]
    times, rows = data["time_list"], []
    for exchange, values in data["data_map"].items():
        points = values if isinstance(values, list) and len(values) == len(times) else None
        told = zip(times, points, strict=True) if points is not None else [(None, 0)]
        rows += [{"exchange": exchange, "time": time, "open_interest": value} for time, value in told if value is not None]
    return rows


class Coinglass(Venue):
    name = "coinglass"
    key_variable = "COINGLASS_API_KEY"
    hosts = {"api": "https://open-api-v4.coinglass.com"}
    limits = {"api": Limit(30, 60)}
    refused_codes = frozenset({"401", "403", "30001"})
    busy_codes = frozenset({"408", "500"})
    throttle_codes = frozenset({"429"})
    tables = (LIQUIDATIONS, OPEN_INTEREST, FUNDING, SUPPORTED_EXCHANGES, SUPPORTED_COINS, CHARTED)
    endpoints = (
        serves("supported_exchanges", "api", "/api/futures/supported-exchanges", SUPPORTED_EXCHANGES.at(rows=_named("exchange"))),
        serves("supported_coins", "api", "/api/futures/supported-coins", SUPPORTED_COINS.at(rows=_named("symbol"))),
        serves("aggregated_liquidations", "api", "/api/futures/liquidation/aggregated-history", LIQUIDATIONS.at("data")),
        serves("aggregated_open_interest", "api", "/api/futures/open-interest/aggregated-history", OPEN_INTEREST.at("data")),
        serves("oi_weighted_funding", "api", "/api/futures/funding-rate/oi-weight-history", FUNDING.at("data")),
        serves("exchange_history_chart", "api", "/api/futures/open-interest/exchange-history-chart", CHARTED.at(rows=_charted)),
    )
    series = (
        Series("aggregated_liquidations", LIQUIDATIONS, Cut(timedelta(days=LIMIT)), _asks(exchange_list=",".join(EXCHANGES))),
        Series("aggregated_open_interest", OPEN_INTEREST, Cut(timedelta(days=LIMIT)), _asks(unit="usd")),
        Series("oi_weighted_funding", FUNDING, Cut(timedelta(days=LIMIT)), _asks()),
    )

    def key_headers(self, key: str) -> Mapping[str, str]:
        return {"CG-API-KEY": key}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Any code but "0", whatever the status."""
        if not payload.body.lstrip().startswith(b"{"):
            return None
        code = str(payload.json.get("code", "none"))
        return None if code == "0" else (code, f"HTTP {payload.status}: {code}: {payload.json.get('msg')}")

    async def snapshot(self, session: Session) -> list[Market]:
        """Nothing exists only now. The markets are the assets of the seed, whatever PERPS_MARKETS says of perpetuals."""
        return [Market(asset) for asset in seeds.of_assets(session.settings, "asset")]

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """Of the exchanges and assets that it has; those of ours that it does not have fail, and the others are asked for."""
        assets = [market.symbol for market in markets]
        exchanges = await self._listed(session, "supported_exchanges", "exchange", EXCHANGES)
        for name in [name for name in EXCHANGES if name not in exchanges]:
            told = "not in the list of exchanges any more: mend EXCHANGES in ingestion/sources/coinglass.py"
            session.note("aggregated_liquidations", UnknownName(self.name, "aggregated_liquidations", told, market=name))
        known = await self._listed(session, "supported_coins", "symbol", assets)
        unknown = [asset for asset in assets if asset not in known]
        names.tell_unknown(session, [one.endpoint for one in self.series], "asset", unknown, "not in the list of coins any more")
        liquidations, *others = self.series
        ours = [replace(liquidations, ask=_asks(exchange_list=",".join(exchanges)))] if exchanges else []
        charted = [asset for asset in known if asset in BY_EXCHANGE]
        await asyncio.gather(
            read(session, [*ours, *others], window, [Market(asset) for asset in known]),
            session.each("exchange_history_chart", charted, lambda symbol: session.get("exchange_history_chart", params=_chart_of(symbol))),
        )

    async def _listed(self, session: Session, endpoint: str, column: str, ours: Collection[str]) -> list[str]:
        """Those of our names that are in a list of the source's. Without the list, or with an empty one, all are asked for."""
        found: set[str] = set()

        async def one(name: str) -> None:
            answer = await session.get(name)
            found.update(row[column] for row in answer.rows(name) if isinstance(row[column], str))

        await session.each(endpoint, [endpoint], one)
        if not found:
            session.limit(endpoint, "no name in the list: all of ours are asked for")
        return [name for name in ours if name in found or not found]


def _chart_of(symbol: str) -> Mapping[str, Any]:
    return {"symbol": symbol, "range": "4h", "unit": "usd"}
