"""Hyperliquid: `POST /info`: instruments, contexts, candles, funding of the main dex and of builders' (HIP-3).

From the vendor's pages and its SDK, and recorded answers, unless it says third party.

- One path; the JSON `type` says what is asked. Weight 20 for the types used here, plus 1 per 20 rows of
  funding and per 60 candles; 1200 weight a minute and address. Errors: 422 plain text for a bad body, 500
  `null` for an unknown coin (third party), 429.
- Time-ranged answers hold 500 rows: go on from the last time + 1; candles may come up to 5000 at once (third
  party), and are paid for as if they did. Only the newest 5000 candles per interval exist.
- Contexts belong to the universe BY POSITION. `openInterest` is in base units, one-sided; `funding` is the
  current estimate per hour; prices can be null on delisted coins. There is no history of open interest here: take
  snapshots.
- Candle volume is in base units. Names are case-sensitive: `kPEPE` is 1000 PEPE; builder markets are
  `dex:COIN` and are absent from the main dex's answers. The list of dexes begins with a null: the main one.
  Delisted coins stay in the universe with `isDelisted`.
- Funding: paid every 8 h until 2023-06-08 00:00 UTC, hourly since; stamps some ms late; single hours are
  missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.venue.paging import HOUR_MS, Onward, Page
from ingestion.venue.parsing import number, objects
from ingestion.venue.series import Series
from ingestion.venue.table import Reading, Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

ROWS, CANDLES_KEPT = 500, 5000

DEXS = Table.snapshot("dexs: *name *observed_on:day=~ full_name?=fullName")
INSTRUMENTS = Table.snapshot("""
    instruments: *name *observed_on:day=~ dex size_decimals:int=szDecimals max_leverage:int?=maxLeverage is_delisted:bool=isDelisted
    collateral_token:int?=collateralToken
""")
ASSET_CONTEXTS = Table.snapshot("""
    asset_contexts: *name *observed_at:instant=~ dex funding:float? open_interest:float=openInterest previous_day_price:float?=prevDayPx
    day_notional_volume:float?=dayNtlVlm day_base_volume:float?=dayBaseVlm premium:float? oracle_price:float?=oraclePx
    mark_price:float?=markPx mid_price:float?=midPx
""")
CANDLES = Table.history("""
    candles: *coin=s *interval=i *open_time:ms=t close_time:ms=T open:float=o high:float=h low:float=l close:float=c volume:float=v
    trades:int=n
""")
FUNDING_RATES = Table.history("funding_rates: *coin *time:ms funding_rate:float=fundingRate premium:float?")


def _coins(payload: Payload) -> list[dict[str, Any]]:
    """Of one universe, of several, or of one that stands before its contexts; each with what its universe says of all."""
    body = payload.json
    metas = objects([body] if isinstance(body, dict) else [one for one in body if not isinstance(one, list)])
    return [
        coin | {"isDelisted": coin.get("isDelisted") or False, "collateralToken": meta.get("collateralToken")}
        for meta in metas
        for coin in objects(meta.get("universe", [None]))
    ]


def _contexts(payload: Payload) -> list[dict[str, Any]]:
    coins, contexts = _coins(payload), objects(payload.json[1])
    if len(coins) != len(contexts):
        raise ValueError(f"{len(coins)} coins but {len(contexts)} contexts: they belong together by position")
    return [context | {"name": coin.get("name")} for coin, context in zip(coins, contexts, strict=True)]


def _dexs(payload: Payload) -> list[str]:
    """The dex of each coin; the main one has no name."""
    names = [coin.get("name") for coin in _coins(payload)]
    return [name.split(":", 1)[0] if isinstance(name, str) and ":" in name else "" for name in names]


def _info(kind: str, *readings: Table | Reading, most_rows: int = 0, rows_a_weight: int = 1) -> Endpoint:
    def weight(request: Mapping[str, Any]) -> float:
        asked = request.get("req", request)
        return 20 + min(most_rows, (asked["endTime"] - asked["startTime"]) / HOUR_MS if most_rows else 0) / rows_a_weight

    mine = {"when": lambda request: request.get("type") == kind, "may_be_null": bool(most_rows)}  # a coin without a series
    return serves(kind, "api", "/info", *readings, method="POST", weight=weight, **mine)


def _candles(market: Market, page: Page) -> Mapping[str, Any]:
    asked = {"coin": market.symbol, "interval": "1h", "startTime": page.start, "endTime": page.last}
    return {"json": {"type": "candleSnapshot", "req": asked}}


def _funding(market: Market, page: Page) -> Mapping[str, Any]:
    return {"json": {"type": "fundingHistory", "coin": market.symbol, "startTime": page.start, "endTime": page.last}}


LISTED = INSTRUMENTS.at(rows=_coins, dex=_dexs)


class Hyperliquid(Venue):
    name = "hyperliquid"
    hosts = {"api": "https://api.hyperliquid.xyz"}
    limits = {"api": Limit(1200, 60)}
    skips_ended = True  # but for what traded in the last 24 h
    tables = (DEXS, INSTRUMENTS, ASSET_CONTEXTS, CANDLES, FUNDING_RATES)
    endpoints = (
        _info("perpDexs", DEXS.at(rows=lambda payload: [dex for dex in payload.json if dex is not None])),
        _info("meta", LISTED),
        _info("allPerpMetas", LISTED),
        _info("metaAndAssetCtxs", LISTED, ASSET_CONTEXTS.at(rows=_contexts, dex=_dexs)),
        _info("candleSnapshot", CANDLES, most_rows=CANDLES_KEPT, rows_a_weight=60),
        _info("fundingHistory", FUNDING_RATES, most_rows=ROWS, rows_a_weight=20),
    )
    series = (
        Series("candleSnapshot", CANDLES, Onward(ROWS), _candles, market="coin", kept=timedelta(hours=CANDLES_KEPT)),
        Series("fundingHistory", FUNDING_RATES, Onward(ROWS), _funding, market="coin"),
    )

    async def snapshot(self, session: Session) -> list[Market]:
        """Contexts of the main dex and of each builder dex, one call a dex."""
        known = (await session.get("perpDexs", json={"type": "perpDexs"})).rows("dexs")
        markets: list[Market] = []

        async def contexts(dex: str) -> None:
            body = {"type": "metaAndAssetCtxs"} | ({"dex": dex} if dex else {})
            answer = await session.get("metaAndAssetCtxs", json=body, market=dex or "main dex")
            for coin, context in zip(answer.rows("instruments"), answer.rows("asset_contexts"), strict=True):
                volume = number(context["day_notional_volume"])
                markets.append(Market(coin["name"], volume, is_listed=not coin["is_delisted"] or volume > 0))

        await session.each("metaAndAssetCtxs", ["", *(dex["name"] for dex in known if isinstance(dex["name"], str))], contexts)
        return sorted(session.select(markets), key=lambda market: market.symbol)
