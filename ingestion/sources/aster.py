"""Aster (once ApolloX), in the dialect of Binance's fapi: instruments, klines, funding, open interest.

Vendor (pages V1 and V3) and recorded, but for what says third party. What is not said here is as in
binance.py.

- /fapi/v1 and /fapi/v3 answer alike; v1 is asked because it is what was recorded. 2400 weight a minute and
  address, funding with the rest; klines weigh as Binance's; 429, then 418; 403 is the firewall.
- exchangeInfo: underlyingType is COIN for all, stocks included; underlyingSubType tells them: STOCK, ETF,
  Semiconductor, Commodities, USD1-RWA, pre-launch (third party: 592 contracts in 2026-10). Quotes are USDT,
  USD1, USD …; a ticker is quoted in several.
- fundingInfo lists every symbol, with 1, 2, 4 or 8 h. fundingRate: oldest first from startTime, at most 1000,
  without a mark price.
- openInterest is on no page and answers all the same: base, one side (third party: many use it). The site's
  own list of all markets (bapi …/ticker/pair) has twice that in USD, behind a firewall for browsers: not
  used. There is no history (404).
- Liquidations: signed or by websocket only. Volumes are widely taken to be inflated (third party).
"""

from __future__ import annotations

from ingestion.sources.binance import (
    FUNDING_INFO,
    FUNDING_RATES,
    KLINES,
    OPEN_INTEREST,
    PREMIUM_INDEX,
    TICKERS,
    Binance,
    endpoints_of,
    series_of,
)
from ingestion.venue.parsing import joined
from ingestion.venue.table import CamelTable, Each
from ingestion.wire.api import Limit

HOST = "https://fapi.asterdex.com"
NO_HISTORY = "um_open_interest_history"
INSTRUMENTS = CamelTable.of(
    "instruments",
    "*product *symbol *observed_on:day=~ contract_type? underlying_type? underlying_sub_type? base_asset quote_asset "
    "margin_asset? status? onboard_date:ms?",
    is_snapshot=True,
)
LISTED = INSTRUMENTS.at("symbols", product="um", underlying_sub_type=Each(lambda row: joined(row.get("underlyingSubType"))))


class Aster(Binance):
    """See the module docstring."""

    name = "aster"
    has_funding_of_all = False  # no page says that it can do without a symbol
    products = ("um",)
    hosts = {"um": HOST, "um_funding": HOST}
    limits = {"um": Limit(1600, 60), "um_funding": Limit(800, 60)}  # together what an address may spend
    tables = (INSTRUMENTS, FUNDING_INFO, KLINES, FUNDING_RATES, OPEN_INTEREST, PREMIUM_INDEX, TICKERS)
    endpoints = tuple(one for one in endpoints_of("um", "/fapi/v1", LISTED) if one.name != NO_HISTORY)
    series = tuple(one for one in series_of("um") if one.endpoint != NO_HISTORY)
    no_public_api = {"liquidations": "signed by an account, or by websocket only"}
