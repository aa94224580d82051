"""CoinGlass: what all venues together held, paid and lost, by asset and day, as an aggregator adds them up. It is no venue.

From the vendor's documentation (official skills and docs), the shared source reference and answers of others; [V] recorded, [H] vendor's
documentation, [M] remembered, [A] assumed.

- No free plan: COINGLASS_API_KEY, in the header CG-API-KEY. The smallest plan has 30 requests a minute and intervals of 4 h and more; bars
  of a day are in every plan, back to the listing there [H]. So only these are asked for.
- HTTP 200 also on failure: `{"code": "30001", "msg": "secret invalid"}` [V]; `code` is text and "0" is well [H].
- `time` is the start of the bar, Unix ms, UTC. limit ≤ 1000; start_time and end_time in ms [H]. A bar that is not over moves [V]: an answer
  before its end is not the day's. Which end a longer range would lose is not said [A]: none longer is asked for.
- Bars are corrected for months: two liquidation bars in five by more than 0.1 %, the last of them after 179 days; one in ten of open
  interest, by 3.5 % at most [V]. One answer holds 1000, so half a year is read again.
- liquidation/aggregated-history: USD by side, numbers, for the exchanges it is told (a list is required) [H]. EXCHANGES is every one in the
  vendor's own table of liquidations by exchange [V]; what is not in it is in no total. It understates Binance and Bybit before 2025-02,
  when they published at most one liquidation a second [M].
- open-interest/aggregated-history: USD, open to close, strings or numbers [V], CME and dated futures included [H].
- funding-rate/oi-weight-history: PERCENT per 8 h, weighted by open interest [V][H].
- Coins that venues list by the thousand (PEPE, SHIB, BONK) may be split over two names [A]: none of them is in the seed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, ms
from ingestion.venue import seeds
from ingestion.venue.parsing import fields
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

INTERVAL = "1d"
LIMIT = 1000
EXCHANGES = ("Binance", "OKX", "Bybit", "Hyperliquid", "HTX", "Gate", "CoinEx", "Bitmex", "Bitfinex")
RESTATED_DAYS = 180  # the last change seen was 179 days late

LIQUIDATIONS = Entity.of(
    "aggregated_liquidations",
    "*exchange_list *symbol *interval *time:int aggregated_long_liquidation_usd:float aggregated_short_liquidation_usd:float",
    event=ms("time"),
    look_back_days=RESTATED_DAYS,
)
OPEN_INTEREST = Entity.of(
    "aggregated_open_interest",
    "*symbol *interval *time:int open:float? high:float? low:float? close:float",
    event=ms("time"),
    look_back_days=RESTATED_DAYS,
)
FUNDING = Entity.of(
    "oi_weighted_funding",
    "*symbol *interval *time:int open:float? high:float? low:float? close:float",
    event=ms("time"),
    look_back_days=RESTATED_DAYS,
)
MORE: Mapping[str, Mapping[str, str]] = {
    "aggregated_liquidations": {"exchange_list": ",".join(EXCHANGES)},
    "aggregated_open_interest": {"unit": "usd"},
    "oi_weighted_funding": {},
}


def _bars(payload: Payload, *names: str) -> list[tuple[Any, ...]]:
    """Symbol and interval are the request's: the body does not repeat them."""
    series = (payload.param("symbol"), payload.param("interval"))
    return [(*series, *fields(bar, "time", *names)) for bar in payload.json["data"]]


def _parse_liquidations(payload: Payload) -> Parsed:
    rows = _bars(payload, "aggregated_long_liquidation_usd", "aggregated_short_liquidation_usd")
    return {"aggregated_liquidations": [(payload.param("exchange_list"), *row) for row in rows]}


def _parse_open_interest(payload: Payload) -> Parsed:
    return {"aggregated_open_interest": _bars(payload, "open", "high", "low", "close")}


def _parse_funding(payload: Payload) -> Parsed:
    return {"oi_weighted_funding": _bars(payload, "open", "high", "low", "close")}


class Coinglass(Adapter):
    """See the module docstring."""

    name = "coinglass"
    key_variable = "COINGLASS_API_KEY"
    hosts = {"api": "https://open-api-v4.coinglass.com"}
    limits = {"api": Limit(30, 60)}
    refused_codes = frozenset({"401", "403", "30001"})
    busy_codes = frozenset({"408", "429", "500"})
    entities = (LIQUIDATIONS, OPEN_INTEREST, FUNDING)
    endpoints = (
        Endpoint(
            "aggregated_liquidations", "api", "/api/futures/liquidation/aggregated-history", ("aggregated_liquidations",),
            _parse_liquidations,
        ),
        Endpoint(
            "aggregated_open_interest", "api", "/api/futures/open-interest/aggregated-history", ("aggregated_open_interest",),
            _parse_open_interest,
        ),
        Endpoint("oi_weighted_funding", "api", "/api/futures/funding-rate/oi-weight-history", ("oi_weighted_funding",), _parse_funding),
    )  # fmt: skip

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
        """Three series an asset, a thousand days a request."""
        assets = [market.symbol for market in markets]
        await asyncio.gather(*(session.each(name, assets, partial(self._series, session, window, name)) for name in MORE))

    async def _series(self, session: Session, window: Window, name: str, asset: str) -> None:
        common = {"symbol": asset, "interval": INTERVAL, "limit": LIMIT, **MORE[name]}
        for start, end in session.window_for(name, window).pages(timedelta(days=LIMIT)):
            await session.get(name, params=common | {"start_time": start, "end_time": end - 1}, market=asset)
