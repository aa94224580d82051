"""Aster (once ApolloX): perpetuals in the dialect of Binance's fapi — instruments, klines, funding, open interest now, premium, tickers.

From the vendor's V1 and V3 pages [H], recorded payloads [V], others' code and captures [M]. Whatever is not said here is as in binance.py.

- /fapi/v1 and /fapi/v3 answer alike [H]; v1 is asked because it is what was recorded. 2400 weight a minute and address, funding with
  the rest; klines weigh as Binance's; 429, then 418; 403 is the firewall [H].
- exchangeInfo: underlyingType is COIN for all, stocks included; underlyingSubType tells them: STOCK, ETF, Semiconductor, Commodities,
  USD1-RWA, pre-launch [M, census of 592 contracts in 2026-10]. Quotes are USDT, USD1, USD …; a ticker is quoted in several.
- fundingInfo lists every symbol, with 1, 2, 4 or 8 h, caps as `fundingFeeCap` [V]. fundingRate: ascending from startTime, ≤ 1000,
  without a mark price [H].
- openInterest is on no page and answers all the same: base, one side [M: many use it]. The site's own all-market list (bapi …/ticker/pair)
  has twice that in USD and sits behind a firewall for browsers [M]: not used. There is no history (404) [M].
- Liquidations: signed or by websocket only [H]. Volumes are widely taken to be inflated [M].
"""

from __future__ import annotations

from dataclasses import replace

from ingestion.sources.binance import FUNDING_INFO, FUNDING_RATES, KLINES, OPEN_INTEREST, PREMIUM_INDEX, TICKERS, Binance, endpoints_of
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day
from ingestion.venue.parsing import fields
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

HOST = "https://fapi.asterdex.com"
INSTRUMENTS = Entity.of(
    "instruments",
    "*product *symbol *observed_on:day contract_type? underlying_type? underlying_sub_type? base_asset quote_asset margin_asset? status? "
    "onboard_date:int?",
    event=day("observed_on"),
    is_snapshot=True,
)


def _parse_instruments(payload: Payload) -> Parsed:
    today = payload.fetched_at.date()
    rows = [
        (
            "um", row["symbol"], today, *fields(row, "contractType", "underlyingType"), ",".join(row.get("underlyingSubType") or []),
            *fields(row, "baseAsset", "quoteAsset", "marginAsset", "status", "onboardDate"),
        )
        for row in payload.json["symbols"]
    ]  # fmt: skip
    return {"instruments": rows}


class Aster(Binance):
    """See the module docstring."""

    name = "aster"
    products = ("um",)
    hosts = {"um": HOST, "um_funding": HOST}
    limits = {"um": Limit(1600, 60), "um_funding": Limit(800, 60)}  # together what an address may spend
    entities = (INSTRUMENTS, FUNDING_INFO, KLINES.entity, FUNDING_RATES.entity, OPEN_INTEREST, PREMIUM_INDEX, TICKERS)
    endpoints = tuple(
        replace(endpoint, parse=_parse_instruments) if endpoint.name == "um_exchange_info" else endpoint
        for endpoint in endpoints_of("um", "/fapi/v1")
        if endpoint.name != "um_open_interest_history"
    )
    no_public_api = {"liquidations": "signed by an account, or by websocket only"}
