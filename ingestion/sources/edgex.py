"""edgeX V2 REST: perpetuals in USDC, metadata, tickers, hourly candles, settled funding.

From the vendor's pages and recorded answers; third party: other people's captures of 2026-09. V1
(pro.edgex.exchange/api/v1) still lists contracts, but answers every question about them with nothing since
2026-09 at the latest (third party): its history is gone, it is not asked.

- All GET, keyless, `{"code": "SUCCESS", "data", …}`; anything else is an error, inside HTTP 200 too. No limit
  is published: 4 a second went well, 2 are asked; a breach is 429 or 403 (third party). Numbers are strings.
- getMetaData: contracts and coins. enableTrade without enableDisplay is hidden from the venue's own list.
  isStock and isFx tell stocks and currencies; metals, oil and gas carry neither. fundingRateIntervalMin is
  240 on all (third party). No time of listing.
- contract-labels: the tabs of the venue's own list, a contract under each; undocumented. productCategory
  PrepV2 is this exchange's set (AppTradFi, another app's, files a bank under commodities), its tab
  tabs.commodities the metals, oil and gas (recorded 2026-09).
- getTicker: one contract a call, none and several answer nothing (third party); `data` is a list all the
  same. It says when its day began; the envelope says when it was told. openInterest is base, one side; size
  base and value USD of the last 24 h. The only public open interest: the OPEN_INTEREST candles of the enum
  are not verified.
- getMultiContractKline: many contracts a call, ≤ 200 candles of each, newest first, from inclusive, to
  exclusive; size = base, value = USD, trades a count. A contract without candles has null for a list.
- getFundingRatePage: ≤ 100, newest first; a row a minute unless filterSettlementFundingRate=true. fundingRate
  is what was settled at fundingTime, fraction per fundingRateIntervalMin; the mark price is in the row. A
  contract without data answers with an empty list in place of a page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.envelope import Envelope
from ingestion.venue.paging import Back, Cut
from ingestion.venue.parsing import number, objects
from ingestion.venue.series import Series, read
from ingestion.venue.table import CamelTable, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

CONTRACTS_A_CALL = 25  # × 200 candles: a body of about two megabytes
FUNDING_ROWS = 100

INSTRUMENTS = CamelTable.snapshot("""
    instruments: *contract_id *observed_on:day=~ contract_name base_coin? quote_coin? enable_trade:bool enable_display:bool?
    enable_open_position:bool? is_stock:bool? is_fx:bool? funding_rate_interval_min:int?
""")
LABELS = CamelTable.snapshot("labels: *product_category *tab *contract_id *observed_on:day=~ contract_name?")
TICKERS = CamelTable.snapshot("""
    tickers: *contract_id *time:ms contract_name last_price:float? mark_price:float? index_price:float? open_interest:float? size:float?
    value:float? trades:int? funding_rate:float? next_funding_time:ms?
""")
KLINES = CamelTable.history("""
    klines: *contract_id *kline_type *price_type *kline_time:ms contract_name open:float high:float low:float close:float size:float
    value:float trades:int
""")
FUNDING_RATES = CamelTable.history("""
    funding_rates: *contract_id *funding_time:ms *is_settlement:bool funding_rate:float mark_price:float? index_price:float?
    funding_rate_interval_min:int?
""")


def _contracts(payload: Payload) -> list[Any]:
    """With the names of their coins."""
    data = payload.json["data"]
    coins = {str(coin.get("coinId")): coin.get("coinName") for coin in objects(data["coinList"])}
    return [
        one | {"baseCoin": coins.get(str(one.get("baseCoinId"))), "quoteCoin": coins.get(str(one.get("quoteCoinId")))}
        for one in objects(data["contractList"])
    ]


def _labels(payload: Payload) -> list[Any]:
    """A row for each contract of each tab; a tab of another shape is a row of nothing."""
    tabs = [(tab, tab.get("contracts", [None])) for tab in objects(payload.json["data"])]
    return [
        one | {"productCategory": tab.get("productCategory"), "tab": tab.get("multiLanguageKey")}
        for tab, contracts in tabs
        for one in objects(contracts if isinstance(contracts, list | None) else [None])
    ]


def _candles(payload: Payload) -> list[Any]:
    """Of all contracts; one that is not of this shape is a row of nothing."""
    lists = [contract.get("klineList", [None]) for contract in objects(payload.json["data"])]
    return [row for one in lists for row in (one or [] if isinstance(one, list | None) else [None])]


def _funding_page(payload: Payload) -> Any:
    data = payload.json["data"]
    return data["dataList"] if isinstance(data, dict) else data


def _ids(group: Market) -> list[str]:
    """What a market, or each of a group of them, is called in the tables."""
    return group.product.split(",")


KLINES_ASKED = "contractIdList=@product klineType=HOUR_1 priceType=LAST_PRICE size=@hours"
KLINES_ASKED += " filterBeginKlineTimeInclusive=@start filterEndKlineTimeExclusive=@end"
FUNDING_ASKED = f"contractId=@product size={FUNDING_ROWS} filterSettlementFundingRate=true"
FUNDING_ASKED += " filterBeginTimeInclusive=@start filterEndTimeExclusive=@end"
OF_GROUPS = (Series("klines", KLINES, Cut.hours(200), KLINES_ASKED, market="contract_id", called=_ids),)


class Edgex(Venue):
    """See the module docstring. A market's product is its contract's id."""

    name = "edgex"
    market_parameters = ("contractId", "contractIdList")
    busy_codes = frozenset({"SYSTEM_ERROR", "SYSTEM_BUSY"})
    throttle_codes = frozenset({"TOO_MANY_REQUESTS"})
    refusals = frozenset({403})
    hosts = {"api": "https://edgex-prod-v2.edgex.exchange/api/v2/public"}
    limits = {"api": Limit(2, 1)}
    envelope = Envelope("SUCCESS")
    tables = (INSTRUMENTS, LABELS, TICKERS, KLINES, FUNDING_RATES)
    endpoints = (
        serves("metadata", "api", "/meta/getMetaData", INSTRUMENTS.at(rows=_contracts)),
        serves("labels", "api", "/contract-labels", LABELS.at(rows=_labels)),
        serves("ticker", "api", "/quote/getTicker", TICKERS.at("data", time=lambda payload: payload.json.get("responseTime"))),
        serves("klines", "api", "/quote/getMultiContractKline", KLINES.at(rows=_candles)),
        serves("funding_page", "api", "/funding/getFundingRatePage", FUNDING_RATES.at(rows=_funding_page)),
    )
    series = (Series("funding_page", FUNDING_RATES, Back(FUNDING_ROWS), FUNDING_ASKED, market="contract_id", called=_ids),)
    no_public_api = {"liquidations": "no public route tells them"}

    async def snapshot(self, session: Session) -> list[Market]:
        """All contracts, their tabs, and the ticker of each that is shown and trades: the only place of open interest and volume."""
        shown = [
            Market(row["contract_name"], product=row["contract_id"])
            for row in (await session.get("metadata")).rows("instruments")
            if isinstance(row["contract_name"], str) and isinstance(row["contract_id"], str)
            if row["enable_trade"] and row["enable_display"] is not False
        ]
        await session.each("labels", ["labels"], session.get)
        wanted = [market for market in shown if session.settings.wants_market(self.name, market.symbol)]
        volumes: dict[str, float] = {}

        async def ticker(market: Market) -> None:
            answer = await session.get("ticker", params={"contractId": market.product}, market=market.symbol)
            volumes[market.product] = max((number(row["value"]) for row in answer.rows("tickers")), default=0.0)

        await session.each("ticker", wanted, ticker)
        return session.select(replace(market, volume_usd=volumes.get(market.product, 0.0)) for market in wanted)

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """Candles are asked for of many contracts at once: each group is as one market."""
        chosen = list(markets)
        groups = [chosen[n : n + CONTRACTS_A_CALL] for n in range(0, len(chosen), CONTRACTS_A_CALL)]
        as_markets = [Market(f"{one[0].symbol} to {one[-1].symbol}", product=",".join(market.product for market in one)) for one in groups]
        await asyncio.gather(read(session, OF_GROUPS, window, as_markets), super().history(session, window, chosen))
