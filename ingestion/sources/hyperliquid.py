"""Hyperliquid: `POST /info` — the main perp dex and every builder dex (HIP-3): instruments, contexts, candles, funding.

From the vendor's pages, its SDK and recorded payloads; [H] primary source, [M] third party.

- One path; the JSON `type` says what is asked. Weight 20 for the types used here, plus 1 per 20 rows of funding and per 60 candles;
  1200 weight a minute and address [H]. Errors: 422 plain text for a bad body, 500 `null` for an unknown coin [M], 429.
- Time-ranged answers hold ≤ 500 rows: go on from the last time + 1 [H]. Only the newest 5000 candles per interval exist [H].
- Contexts belong to the universe BY POSITION. `openInterest` is in base units, one-sided; `funding` is the current estimate per
  hour; prices can be null on delisted coins [H]. There is no history of open interest: take snapshots.
- Candle volume is in base units [H]. Names are case-sensitive: `kPEPE` is 1000 PEPE; builder markets are `dex:COIN` and are absent
  from the main dex's answers [H]. Delisted coins stay in the universe with `isDelisted` [H].
- Funding: paid every 8 h until 2023-06-08 00:00 UTC, hourly since; stamps some ms late; single hours are missing [H].
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day, ms
from ingestion.venue import pages
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

PAGE = 500
HOUR_MS = 3_600_000
DAYS_OF_A_BACKFILL = 7  # longer ranges also ask for coins delisted since; shorter ones only for those that traded in the last 24 h

DEXS = Entity.of("dexs", "*name *observed_on:day full_name?", event=day("observed_on"), is_snapshot=True)
INSTRUMENTS = Entity.of(
    "instruments",
    "*name *observed_on:day dex size_decimals:int max_leverage:int? is_delisted:bool collateral_token:int?",
    event=day("observed_on"),
    is_snapshot=True,
)
CONTEXT_FIELDS = ("funding", "openInterest", "prevDayPx", "dayNtlVlm", "dayBaseVlm", "premium", "oraclePx", "markPx", "midPx")
ASSET_CONTEXTS = Entity.of(
    "asset_contexts",
    "*name *observed_at:instant dex funding:float? open_interest:float previous_day_price:float? day_notional_volume:float? "
    "day_base_volume:float? premium:float? oracle_price:float? mark_price:float? mid_price:float?",
    event=pl.col("observed_at"),
    is_snapshot=True,
)
CANDLES = Entity.of(
    "candles",
    "*coin *interval *open_time:int close_time:int open:float high:float low:float close:float volume:float trades:int",
    event=ms("open_time"),
    look_back_days=1,
)
FUNDING_RATES = Entity.of("funding_rates", "*coin *time:int funding_rate:float premium:float?", event=ms("time"), look_back_days=1)


def _instruments(payload: Payload, meta: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    today = payload.fetched_at.date()
    return [
        (
            coin["name"], today, _dex(coin["name"]), coin["szDecimals"], coin.get("maxLeverage"), bool(coin.get("isDelisted", False)),
            meta.get("collateralToken"),
        )
        for coin in meta["universe"]
    ]  # fmt: skip


def _dex(name: str) -> str:
    return name.split(":", 1)[0] if ":" in name else ""


def _parse_dexs(payload: Payload) -> Parsed:
    today = payload.fetched_at.date()
    return {"dexs": [(dex["name"], today, dex.get("fullName")) for dex in payload.json if dex]}


def _parse_meta(payload: Payload) -> Parsed:
    return {"instruments": _instruments(payload, payload.json)}


def _parse_all_metas(payload: Payload) -> Parsed:
    return {"instruments": [row for meta in payload.json for row in _instruments(payload, meta)]}


def _parse_contexts(payload: Payload) -> Parsed:
    meta, contexts = payload.json
    coins = meta["universe"]
    if len(coins) != len(contexts):
        raise ValueError(f"{len(coins)} coins but {len(contexts)} contexts: they belong together by position")
    rows = [
        (coin["name"], payload.fetched_at, _dex(coin["name"]), *(context.get(field) for field in CONTEXT_FIELDS))
        for coin, context in zip(coins, contexts, strict=True)
    ]
    return {"instruments": _instruments(payload, meta), "asset_contexts": rows}


def _parse_candles(payload: Payload) -> Parsed:
    rows = [(c["s"], c["i"], c["t"], c["T"], c["o"], c["h"], c["l"], c["c"], c["v"], c["n"]) for c in payload.json or []]
    return {"candles": rows}


def _parse_funding(payload: Payload) -> Parsed:
    return {"funding_rates": [(row["coin"], row["time"], row["fundingRate"], row.get("premium")) for row in payload.json or []]}


def _span_hours(request: Mapping[str, Any]) -> float:
    return float(request["endTime"] - request["startTime"]) / HOUR_MS


def _info(kind: str, feeds: tuple[str, ...], parse: Any, extra_rows_per_weight: int = 0) -> Endpoint:
    def weight(request: Mapping[str, Any]) -> float:
        if not extra_rows_per_weight:
            return 20.0
        return 20.0 + min(PAGE, _span_hours(request.get("req", request))) / extra_rows_per_weight

    return Endpoint(kind, "api", "/info", feeds, parse, method="POST", weight=weight, when=lambda request: request.get("type") == kind)


class Hyperliquid(Adapter):
    """See the module docstring."""

    name = "hyperliquid"
    hosts = {"api": "https://api.hyperliquid.xyz"}
    limits = {"api": Limit(1200, 60)}
    entities = (DEXS, INSTRUMENTS, ASSET_CONTEXTS, CANDLES, FUNDING_RATES)
    endpoints = (
        _info("perpDexs", ("dexs",), _parse_dexs),
        _info("meta", ("instruments",), _parse_meta),
        _info("allPerpMetas", ("instruments",), _parse_all_metas),
        _info("metaAndAssetCtxs", ("instruments", "asset_contexts"), _parse_contexts),
        _info("candleSnapshot", ("candles",), _parse_candles, extra_rows_per_weight=60),
        _info("fundingHistory", ("funding_rates",), _parse_funding, extra_rows_per_weight=20),
    )

    async def snapshot(self, session: Session) -> list[Market]:
        """Contexts of the main dex and of each builder dex, one call a dex."""
        dexs = ["", *(dex["name"] for dex in (await session.get("perpDexs", json={"type": "perpDexs"})).json if dex)]
        markets: list[Market] = []

        async def contexts(dex: str) -> None:
            body = {"type": "metaAndAssetCtxs"} | ({"dex": dex} if dex else {})
            meta, found = (await session.get("metaAndAssetCtxs", json=body, market=dex or "main dex")).json
            volumes = [(coin, float(context.get("dayNtlVlm") or 0)) for coin, context in zip(meta["universe"], found, strict=True)]
            markets.extend(Market(coin["name"], volume, is_listed=not coin.get("isDelisted") or volume > 0) for coin, volume in volumes)

        await session.each("metaAndAssetCtxs", dexs, contexts)
        return session.select(sorted(markets, key=lambda market: market.symbol))

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        is_backfill = len(window.days()) > DAYS_OF_A_BACKFILL
        markets = [market for market in markets if market.is_listed or is_backfill]
        candles, funding = session.window_for("candles", window), session.window_for("funding_rates", window)
        await asyncio.gather(
            session.each("candleSnapshot", markets, lambda market: self._candles(session, candles, market.symbol)),
            session.each("fundingHistory", markets, lambda market: self._funding(session, funding, market.symbol)),
        )

    async def _candles(self, session: Session, window: Window, coin: str) -> None:
        async def ask(start: int, end: int) -> list[int]:
            asked = {"coin": coin, "interval": "1h", "startTime": start, "endTime": end - 1}
            payload = await session.get("candleSnapshot", json={"type": "candleSnapshot", "req": asked}, market=coin)
            return [int(row["t"]) for row in payload.json or []]

        await pages.on(window.start_ms, window.end_ms, ask, PAGE)

    async def _funding(self, session: Session, window: Window, coin: str) -> None:
        async def ask(start: int, end: int) -> list[int]:
            asked = {"type": "fundingHistory", "coin": coin, "startTime": start, "endTime": end - 1}
            payload = await session.get("fundingHistory", json=asked, market=coin)
            return [int(row["time"]) for row in payload.json or []]

        await pages.on(window.start_ms, window.end_ms, ask, PAGE)
