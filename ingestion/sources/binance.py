"""Binance REST, USDⓈ-M (`um`, fapi) and COIN-M (`cm`, dapi): instruments, klines, funding, open interest.

Vendor and recorded, but for what says assumed.

- Klines: rows of 12 in UTC, one-sided. um: volume = base, quote_volume = quote. cm: volume = contracts,
  quote_volume = base. dapi gives the newest `limit` rows before endTime and at most 200 days, fapi counts
  from startTime (assumed): a page of as many rows as it has hours, with both bounds, is the same on both.
  Weight 1 below 100 rows, 2 below 500, 5 up to 1000, 10 above: 499 rows give the most rows per weight.
- Funding: at most 1000 rows, oldest first; stamps some ms late; fapi shares 500 requests per 5 min with
  fundingInfo, and without a symbol gives the rows of all, bounds included (vendor, Nov 2025); dapi wants one. So
  as many hours as surely fit are asked for of all at once, where that is fewer requests. The interval changes
  (8, 4, 2 or 1 h) and is not in the row; fundingInfo lists only symbols ever adjusted.
- Open interest: now, one symbol a call: um base, cm contracts. History: 30 days (the oldest may already be
  refused), at most 500 rows, by symbol (um) or by pair and contract type (cm); cm's sumOpenInterestValue is
  in the base asset.
- 2400 weight a minute and host; openInterestHist 1000 requests per 5 min; 429 and 418 with Retry-After in
  seconds.
- Errors: `{"code": -1121, "msg": …}` with HTTP 400, also inside 200.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.paging import Cut, Onward, Page
from ingestion.venue.parsing import by_name, number, whole
from ingestion.venue.series import Series, read
from ingestion.venue.table import CamelTable, Reading, Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

PERPETUALS = ("PERPETUAL", "TRADIFI_PERPETUAL")
FUNDING_ROWS = 1000
LONGEST_ERROR = 2000  # bytes; an error is one short object

INSTRUMENTS = CamelTable.snapshot("""
    instruments: *product *symbol *observed_on:day=~ pair? contract_type? underlying_type? base_asset quote_asset margin_asset?
    contract_size:float? status?=status|contractStatus onboard_date:ms? delivery_date:ms?
""")
FUNDING_INFO = Table.snapshot("""
    funding_info: *product *symbol *observed_on:day=~ funding_interval_hours:int=fundingIntervalHours
    funding_rate_cap:float?=adjustedFundingRateCap|fundingFeeCap funding_rate_floor:float?=adjustedFundingRateFloor|fundingFeeFloor
""")
KLINES = Table.history("""
    klines: *product *symbol=@symbol *interval=@interval *open_time:ms=0 open:float=1 high:float=2 low:float=3 close:float=4 volume:float=5
    close_time:ms=6 quote_volume:float=7 trades:int=8 taker_buy_volume:float=9 taker_buy_quote_volume:float=10
""")
PAID = "*product *symbol *funding_time:ms funding_rate:float mark_price:float? rate_type?"
FUNDING_RATES = CamelTable.of("funding_rates", PAID, look_back_days=1)
OPEN_INTEREST = CamelTable.snapshot("open_interest: *product *symbol *time:ms open_interest:float")
OPEN_INTEREST_HISTORY = CamelTable.history("""
    open_interest_history: *product *symbol=symbol|pair *contract_type? *period=@period *timestamp:ms sum_open_interest:float
    sum_open_interest_value:float
""")
PREMIUM_INDEX = CamelTable.snapshot("""
    premium_index: *product *symbol *time:ms mark_price:float? index_price:float? estimated_settle_price:float? last_funding_rate:float?
    interest_rate:float? next_funding_time:ms?
""")
TICKERS = CamelTable.snapshot("""
    tickers: *product *symbol *close_time:ms open_time:ms? last_price:float volume:float quote_volume:float? base_volume:float?
    trades:int?=count
""")


def _kline_weight(params: Mapping[str, Any]) -> float:
    limit = int(params.get("limit", 500))
    return 1 if limit < 100 else 2 if limit < 500 else 5 if limit <= 1000 else 10


def endpoints_of(product: str, prefix: str, listed: Reading | None = None) -> tuple[Endpoint, ...]:
    """A product's endpoints; exchanges that speak this dialect have the same, but for their instruments."""

    def is_mine(request: Mapping[str, Any]) -> bool:
        return ("pair" in request) == (product == "cm")

    def endpoint(name: str, path: str, reading: Table | Reading, budget: str = "", **more: Any) -> Endpoint:
        read = reading if isinstance(reading, Reading) else reading.at(product=product)
        return serves(f"{product}_{name}", product + budget, path, read, **more)

    history = "/futures/data/openInterestHist"  # the same on both hosts: the parameters tell the product
    return (
        endpoint("exchange_info", f"{prefix}/exchangeInfo", listed or INSTRUMENTS.at("symbols", product=product)),
        endpoint("funding_info", f"{prefix}/fundingInfo", FUNDING_INFO, "_funding"),
        endpoint("klines", f"{prefix}/klines", KLINES, weight=_kline_weight),
        endpoint("funding_rate", f"{prefix}/fundingRate", FUNDING_RATES, "_funding"),
        endpoint("open_interest", f"{prefix}/openInterest", OPEN_INTEREST),
        endpoint("open_interest_history", history, OPEN_INTEREST_HISTORY, "_data", when=is_mine),
        endpoint("premium_index", f"{prefix}/premiumIndex", PREMIUM_INDEX, weight=lambda params: 1 if params.get("symbol") else 10),
        endpoint("ticker", f"{prefix}/ticker/24hr", TICKERS, weight=lambda params: 1 if params.get("symbol") else 40),
    )


ASKED = "symbol=@symbol startTime=@start endTime=@last"


def _interest(market: Market, page: Page) -> Mapping[str, Any]:
    pair = {"pair": market.symbol.removesuffix("_PERP"), "contractType": "PERPETUAL"}
    name = {"symbol": market.symbol} if market.product == "um" else pair
    return {"params": name | {"period": "1h", "startTime": page.start, "endTime": page.last, "limit": 500}}


def series_of(product: str) -> tuple[Series, ...]:
    """A product's histories."""

    def is_mine(market: Market) -> bool:
        return market.product == product

    kept, piece = timedelta(days=29), Cut.hours(500)
    return (
        Series(f"{product}_klines", KLINES, Cut.hours(499), f"{ASKED} interval=1h limit=@hours", where=is_mine),
        Series(f"{product}_funding_rate", FUNDING_RATES, Onward(FUNDING_ROWS), f"{ASKED} limit={FUNDING_ROWS}", where=is_mine),
        Series(f"{product}_open_interest_history", OPEN_INTEREST_HISTORY, piece, _interest, where=is_mine, kept=kept),
    )


def _funding_of_all(markets: Sequence[Market], window: Window) -> tuple[Series, Market] | None:
    """The funding of all USD-M markets together, and what stands for them; None where one after the other takes fewer requests.

    None is settled more often than hourly, so an answer holds so many hours of so many markets, with room for some that ended.
    """
    hours = FUNDING_ROWS * 9 // 10 // max(len(markets), 1)
    days = len(window.days()) + FUNDING_RATES.entity.look_back_days
    if not hours or -(-days * 24 // hours) >= len(markets):
        return None
    first = markets[0].symbol
    pages, asked = Cut.hours(hours, full=FUNDING_ROWS), f"startTime=@start endTime=@last limit={FUNDING_ROWS}"
    return Series("um_funding_rate", FUNDING_RATES, pages, asked, called=lambda market: first), Market("all um", product="um")


class Binance(Venue):
    name = "binance"
    has_funding_of_all = True
    market_parameters = ("symbol", "pair")
    unknown_codes = frozenset({"-1121", "-1122"})  # no such symbol; its status is another
    refusals = frozenset({403, 451})
    hosts = {
        **dict.fromkeys(("um", "um_funding", "um_data"), "https://fapi.binance.com"),
        **dict.fromkeys(("cm", "cm_funding", "cm_data"), "https://dapi.binance.com"),
    }
    limits = {
        "um": Limit(2400, 60), "um_funding": Limit(500, 300), "um_data": Limit(1000, 300),
        "cm": Limit(2400, 60), "cm_funding": Limit(2400, 60), "cm_data": Limit(1000, 300),
    }  # fmt: skip
    tables: tuple[Table, ...] = (
        INSTRUMENTS, FUNDING_INFO, KLINES, FUNDING_RATES, OPEN_INTEREST, OPEN_INTEREST_HISTORY, PREMIUM_INDEX, TICKERS,
    )  # fmt: skip
    endpoints = (*endpoints_of("um", "/fapi/v1"), *endpoints_of("cm", "/dapi/v1"))
    series = (*series_of("um"), *series_of("cm"))
    products: tuple[str, ...] = ("um", "cm")

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Errors are `{"code": negative, "msg"}`, with HTTP 400 or inside 200."""
        if len(payload.body) > LONGEST_ERROR or payload.body.lstrip()[:1] != b"{":
            return None
        code = payload.json.get("code")
        return (str(code), f"error {code}: {payload.json.get('msg')}") if isinstance(code, int) and code < 0 else None

    async def snapshot(self, session: Session) -> list[Market]:
        markets = await self.parts(session, self.products, self._listed)

        async def interest(market: Market) -> None:
            await session.get(f"{market.product}_open_interest", params={"symbol": market.symbol}, market=market.symbol)

        for product in self.products:
            await session.each(f"{product}_open_interest", [one for one in markets if one.product == product], interest)
        return markets

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """USD-M funding comes of all symbols at once, if all are wanted."""
        chosen = [*markets]
        is_all = self.has_funding_of_all and session.settings.markets == "*"
        together = _funding_of_all([one for one in chosen if one.product == "um"], window) if is_all else None
        if together is None:
            await super().history(session, window, chosen)
            return
        series, everyone = together
        others = [one for one in self.series if one.endpoint != series.endpoint]
        await asyncio.gather(read(session, others, window, chosen), read(session, [series], window, [everyone]))

    async def _listed(self, session: Session, product: str) -> list[Market]:
        """A product's perpetuals that trade."""
        info = await session.get(f"{product}_exchange_info")
        volumes = await self.beside(session, f"{product}_ticker", "tickers", "symbol")
        for name in (f"{product}_premium_index", f"{product}_funding_info"):
            await session.each(name, [name], session.get)
        return [
            Market(symbol, _volume_usd(row, volumes.get(symbol, {})), whole(row["onboard_date"]), product)
            for symbol, row in by_name(info.rows("instruments"), "symbol").items()
            if row["contract_type"] in PERPETUALS and row["status"] == "TRADING"
        ]


def _volume_usd(row: Mapping[str, Any], ticker: Mapping[str, Any]) -> float:
    """COIN-M counts contracts of so many USD."""
    return number(ticker.get("quote_volume")) or number(ticker.get("volume")) * number(row.get("contract_size"))
