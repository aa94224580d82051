"""edgeX V2 REST: perpetuals in USDC — metadata, tickers, hourly candles, settled funding.

From the vendor's pages [H], recorded payloads [V], others' captures of 2026-09 [M]; [A] assumed. V1 (pro.edgex.exchange/api/v1) still
lists contracts, but answers every question about them with nothing since 2026-09 at the latest [M]: its history is gone, it is not asked.

- All GET, keyless, `{"code": "SUCCESS", "data", …}`; anything else is an error, inside HTTP 200 too [H]. No limit is published: 4 a second
  went well, 2 are asked [M]; a breach is 429 or 403 [M]. Numbers are strings.
- getMetaData: contracts and coins. enableTrade without enableDisplay is hidden from the venue's own list. isStock and isFx tell stocks
  and currencies; metals, oil and gas carry neither [V, M]. fundingRateIntervalMin is 240 on all [M]. No time of listing.
- getTicker: one contract a call, none and several answer nothing [M]; `data` is a list all the same [V]. openInterest is base, one side;
  size base and value USD of the last 24 h [V]. The only public open interest: the OPEN_INTEREST candles of the enum are not verified.
- getMultiContractKline: many contracts a call, ≤ 200 candles of each, newest first, from inclusive, to exclusive; size = base,
  value = USD, trades a count [H].
- getFundingRatePage: ≤ 100, newest first; a row a minute unless filterSettlementFundingRate=true [H, V]. fundingRate is what was settled
  at fundingTime, fraction per fundingRateIntervalMin; the mark price is in the row [V].
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day, ms
from ingestion.venue import pages
from ingestion.venue.parsing import fields
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

HOUR_MS = 3_600_000
KLINE_LIMIT, FUNDING_LIMIT = 200, 100
CONTRACTS_A_CALL = 25  # × 200 candles: a body of about two megabytes

INSTRUMENTS = Entity.of(
    "instruments",
    "*contract_id *observed_on:day contract_name base_coin? quote_coin? enable_trade:bool enable_display:bool? enable_open_position:bool? "
    "is_stock:bool? is_fx:bool? funding_rate_interval_min:int?",
    event=day("observed_on"),
    is_snapshot=True,
)
TICKERS = Entity.of(
    "tickers",
    "*contract_id *time:int contract_name last_price:float? mark_price:float? index_price:float? open_interest:float? size:float? "
    "value:float? trades:int? funding_rate:float? next_funding_time:int?",
    event=ms("time"),
    is_snapshot=True,
)
KLINES = Entity.of(
    "klines",
    "*contract_id *kline_type *price_type *kline_time:int contract_name open:float high:float low:float close:float size:float "
    "value:float trades:int",
    event=ms("kline_time"),
    look_back_days=1,
)
FUNDING_RATES = Entity.of(
    "funding_rates",
    "*contract_id *funding_time:int *is_settlement:bool funding_rate:float mark_price:float? index_price:float? "
    "funding_rate_interval_min:int?",
    event=ms("funding_time"),
    look_back_days=1,
)


def _parse_metadata(payload: Payload) -> Parsed:
    today, data = payload.fetched_at.date(), payload.json["data"]
    coins = {coin["coinId"]: coin["coinName"] for coin in data["coinList"]}
    flags = ("enableTrade", "enableDisplay", "enableOpenPosition", "isStock", "isFx", "fundingRateIntervalMin")
    rows = [
        (one["contractId"], today, one["contractName"], coins.get(one["baseCoinId"]), coins.get(one["quoteCoinId"]), *fields(one, *flags))
        for one in data["contractList"]
    ]
    return {"instruments": rows}


def _parse_tickers(payload: Payload) -> Parsed:
    """A ticker says when its day began; the envelope says when it was told."""
    time = payload.json["responseTime"]
    prices = ("contractName", "lastPrice", "markPrice", "indexPrice", "openInterest", "size", "value", "trades", "fundingRate")
    rows = [(row["contractId"], time, *fields(row, *prices, "nextFundingTime")) for row in payload.json["data"] or []]
    return {"tickers": rows}


def _parse_klines(payload: Payload) -> Parsed:
    names = ("klineType", "priceType", "klineTime", "contractName", "open", "high", "low", "close", "size", "value", "trades")
    found = [row for contract in payload.json["data"] or [] for row in contract["klineList"] or []]
    return {"klines": [(row["contractId"], *fields(row, *names)) for row in found]}


def _parse_funding(payload: Payload) -> Parsed:
    names = ("fundingTime", "isSettlement", "fundingRate", "markPrice", "indexPrice", "fundingRateIntervalMin")
    return {"funding_rates": [(row["contractId"], *fields(row, *names)) for row in _page(payload)]}


def _page(payload: Payload) -> list[dict[str, Any]]:
    """A contract without data answers with an empty list in place of a page."""
    data = payload.json["data"]
    found: list[dict[str, Any]] = (data.get("dataList") or []) if isinstance(data, dict) else []
    return found


class Edgex(Adapter):
    """See the module docstring."""

    name = "edgex"
    market_parameters = ("contractId", "contractIdList")
    busy_codes = frozenset({"TOO_MANY_REQUESTS", "SYSTEM_ERROR", "SYSTEM_BUSY"})
    refusals = frozenset({403})
    hosts = {"api": "https://edgex-prod-v2.edgex.exchange/api/v2/public"}
    limits = {"api": Limit(2, 1)}
    entities = (INSTRUMENTS, TICKERS, KLINES, FUNDING_RATES)
    endpoints = (
        Endpoint("metadata", "api", "/meta/getMetaData", ("instruments",), _parse_metadata),
        Endpoint("ticker", "api", "/quote/getTicker", ("tickers",), _parse_tickers),
        Endpoint("klines", "api", "/quote/getMultiContractKline", ("klines",), _parse_klines),
        Endpoint("funding_page", "api", "/funding/getFundingRatePage", ("funding_rates",), _parse_funding),
    )
    no_public_api = {"liquidations": "no public route tells them"}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Any code but SUCCESS, whatever the status."""
        if payload.body.lstrip()[:1] != b"{":
            return None if payload.status >= 400 else ("none", "an answer without a code")
        code = str(payload.json.get("code", "none"))
        return None if code == "SUCCESS" else (code, f"HTTP {payload.status}: error {code}: {payload.json.get('msg')}")

    async def snapshot(self, session: Session) -> list[Market]:
        """All contracts, and the ticker of each that is shown and trades: the only place of open interest and volume."""
        contracts = (await session.get("metadata")).json["data"]["contractList"]
        shown = [one for one in contracts if one["enableTrade"] and one.get("enableDisplay", True)]
        wanted = [one for one in shown if session.settings.wants_market(self.name, one["contractName"])]
        volumes: dict[str, float] = {}

        async def ticker(contract: dict[str, Any]) -> None:
            params = {"contractId": contract["contractId"]}
            rows = (await session.get("ticker", params=params, market=contract["contractName"])).json["data"]
            volumes.update({row["contractName"]: float(row.get("value") or 0) for row in rows or []})

        await session.each("ticker", wanted, ticker)
        return session.select(
            Market(one["contractName"], volumes.get(one["contractName"], 0.0), product=one["contractId"]) for one in wanted
        )

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        markets = list(markets)
        klines, funding = session.window_for("klines", window), session.window_for("funding_rates", window)
        groups = [markets[n : n + CONTRACTS_A_CALL] for n in range(0, len(markets), CONTRACTS_A_CALL)]
        chunks = [(group, page) for group in groups for page in klines.pages(timedelta(hours=KLINE_LIMIT))]
        await asyncio.gather(
            session.each("klines", chunks, lambda chunk: self._klines(session, *chunk)),
            session.each("funding_page", markets, lambda market: self._funding(session, funding, market)),
        )

    async def _klines(self, session: Session, group: list[Market], page: tuple[int, int]) -> None:
        start, end = page
        params = {
            "contractIdList": ",".join(market.product for market in group), "klineType": "HOUR_1", "priceType": "LAST_PRICE",
            "size": (end - start) // HOUR_MS, "filterBeginKlineTimeInclusive": start, "filterEndKlineTimeExclusive": end,
        }  # fmt: skip
        await session.get("klines", params=params, market=f"{group[0].symbol} to {group[-1].symbol}")

    async def _funding(self, session: Session, window: Window, market: Market) -> None:
        async def ask(start: int, end: int) -> list[int]:
            bounds = {"filterBeginTimeInclusive": start, "filterEndTimeExclusive": end}
            params = {"contractId": market.product, "size": FUNDING_LIMIT, "filterSettlementFundingRate": "true", **bounds}
            payload = await session.get("funding_page", params=params, market=market.symbol)
            return [int(row["fundingTime"]) for row in _page(payload)]

        await pages.back(window.start_ms, window.end_ms, ask, FUNDING_LIMIT)
