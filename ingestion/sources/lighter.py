"""Lighter (zkLighter) REST: perpetuals, hourly candles, funding, daily open interest and liquidations.

From the vendor's OpenAPI and recorded answers; third party: others' code and captures.

- All GET, keyless; 60 requests a minute and address, whatever they ask. Errors are `{"code", "message"}`: 200
  is success, also inside HTTP 200 anything else is not; 23000 (and HTTP 405 from the address filter: third
  party) means too many requests.
- orderBookDetails: terms and state of every perpetual in one answer. open_interest is base and ONE side
  (recorded); mark and index prices since 2026 only. Inactive markets stay in it with their last open interest.
  A ticker listed again has a new id (third party). created_at is a text of milliseconds (assumed).
- tokenlist: asset_type CRYPTO or RWA and categories (STOCK, ETF, COMMODITIES, FX, …); markets named 1000PEPE
  are kPEPE there, with `backend_symbol` (third party).
- candles: ≤ 500, by market_id; v = base, V = USD; zeros are LEFT OUT, `c` may be null. The end is exclusive
  (third party); a page asks back its hours from an end inside: right if it counts and if not. No trade counts.
- fundings (third party): hourly; `rate` is an UNSIGNED PERCENT per hour and `direction` who pays (0.792276
  USDC a BTC at 79,227 is 0.001 %); the newest 750 of a range; stamps in seconds. /funding-rates are fractions
  per 8 h of several venues: not used.
- exchangeMetrics by market: one point per UTC day, stamped at its start, of a week or longer. open_interest is
  USD of BOTH sides (third party); liquidation_volume USD of longs and shorts together (assumed). Without a market
  it is of the whole exchange (vendor): active_account_count, the accounts that traded that day (assumed).
- Single liquidations need an account, or are among the newest 100 trades of a market: not taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import polars as pl

from ingestion.run.held import By
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.envelope import Envelope
from ingestion.venue.paging import Cut, Page, Whole
from ingestion.venue.parsing import joined, number, objects, unix_ms, whole
from ingestion.venue.series import DAY_MS, Series, read_days
from ingestion.venue.table import Each, Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

BACK = "market_id=@product resolution=1h count_back=@hours"
HOURS = Cut.hours(500)
PERIODS = {"w": 6, "m": 27, "q": 88, "y": 360}  # exchangeMetrics: how many days back each surely reaches; older: all

INSTRUMENTS = Table.snapshot("""
    instruments: *market_id:int *observed_on:day=~ symbol market_type? status created_at:int? size_decimals:int? price_decimals:int?
""")
TOKENS = Table.snapshot("tokens: *market *symbol *observed_on:day=~ backend_symbol? name? asset_type? categories?")
MARKET_STATES = Table.snapshot("""
    market_states: *market_id:int *observed_at:instant=~ symbol status open_interest:float mark_price:float? index_price:float?
    last_trade_price:float? daily_base_token_volume:float? daily_quote_token_volume:float? daily_trades_count:int?
""")
CANDLES = Table.history("""
    candles: *market_id:int=@market_id *resolution *timestamp:ms=t open:float=o high:float=h low:float=l close:float=c base_volume:float=v
    quote_volume:float=V last_trade_id:int?=i
""")
FUNDINGS = Table.history("fundings: *market_id:int=@market_id *resolution *timestamp:s value:float? rate:float direction?")
EXCHANGE_METRICS = Table.history("exchange_metrics: *kind=@kind *symbol=@value *timestamp:s data:float")
EXCHANGE_TOTALS = Table.history("exchange_totals: *kind=@kind *timestamp:s data:float")
OPEN_INTEREST = By("exchange_metrics", "symbol", pl.col("kind") == "open_interest")
USERS = "active_account_count"


def _with_zeros(payload: Payload) -> list[Any]:
    """Volumes that are zero are left out; prices never are."""
    return [{"v": 0.0, "V": 0.0} | candle for candle in objects(payload.json["c"])]


def _period(now_ms: int, start_ms: int) -> str:
    """The shortest one that reaches back to the start."""
    age = (now_ms - start_ms) // DAY_MS
    return next((name for name, days in PERIODS.items() if age <= days), "all")


def _metric(kind: str, now_ms: int, market: Market, page: Page) -> Mapping[str, Any]:
    return {"params": {"period": _period(now_ms, page.start), "kind": kind, "filter": "byMarket", "value": market.symbol}}


def _metrics(session: Session, kind: str) -> Series:
    return Series("exchange_metrics", EXCHANGE_METRICS, Whole(), partial(_metric, kind, unix_ms(session.now())))


def _is_of_a_market(request: Mapping[str, Any]) -> bool:
    return "value" in request


def _id(market: Market) -> str:
    return market.product


class Lighter(Venue):
    name = "lighter"  # a market's product is its id
    market_parameters = ("value", "market_id")
    unknown_codes = frozenset({"21602", "21621"})  # invalid market index
    busy_codes = frozenset({"405"})
    throttle_codes = frozenset({"23000"})
    hosts = {"api": "https://mainnet.zklighter.elliot.ai/api/v1"}
    limits = {"api": Limit(60, 60)}
    skips_ended = True  # but for what traded in the last 24 h
    envelope = Envelope("200", messages=("message",))
    tables = (INSTRUMENTS, TOKENS, MARKET_STATES, CANDLES, FUNDINGS, EXCHANGE_METRICS, EXCHANGE_TOTALS)
    endpoints = (
        serves("order_book_details", "api", "/orderBookDetails", *(one.at("order_book_details") for one in (INSTRUMENTS, MARKET_STATES))),
        serves("token_list", "api", "/tokenlist", TOKENS.at("tokens", categories=Each(lambda row: joined(row.get("categories"))))),
        serves("candles", "api", "/candles", CANDLES.at(rows=_with_zeros, resolution=lambda payload: payload.json.get("r"))),
        serves("fundings", "api", "/fundings", FUNDINGS.at("fundings", resolution=lambda payload: payload.json.get("resolution"))),
        serves("exchange_metrics", "api", "/exchangeMetrics", EXCHANGE_METRICS.at("metrics"), when=_is_of_a_market),
        serves("exchange_totals", "api", "/exchangeMetrics", EXCHANGE_TOTALS.at("metrics"), when=lambda one: not _is_of_a_market(one)),
    )  # fmt: skip
    series = (
        Series("candles", CANDLES, HOURS, f"{BACK} start_timestamp=@start end_timestamp=@last", market="market_id", called=_id),
        Series("fundings", FUNDINGS, HOURS, f"{BACK} start_timestamp=@start_s end_timestamp=@last_s", market="market_id", called=_id),
    )

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """405 is the address filter, which speaks no JSON."""
        if payload.status == 405:
            return "405", "HTTP 405: too many requests from this address"
        return super().complaint(payload)

    async def snapshot(self, session: Session) -> list[Market]:
        """Two calls: all markets with their state, and what they are of."""
        answer = await session.get("order_book_details", params={"filter": "perp"})
        await session.each("token_list", ["all"], lambda _: session.get("token_list"))
        both = zip(answer.rows("instruments"), answer.rows("market_states"), strict=True)
        listed = [(one, number(state["daily_quote_token_volume"])) for one, state in both if whole(one["market_id"]) is not None]
        return session.select(
            Market(one["symbol"], volume, whole(one["created_at"]), str(one["market_id"]), one["status"] == "active" or volume > 0)
            for one, volume in listed
        )

    def history_of(self, session: Session, window: Window) -> Sequence[Series]:
        """Metrics are of a whole period up to now; open interest is asked for where no snapshot was taken."""
        kinds = ("liquidation_volume", "open_interest") if window.is_backfill else ("liquidation_volume",)
        return (*self.series, *(_metrics(session, kind) for kind in kinds))

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """The series of the markets, what is of the whole exchange, and open interest of the days of an outage."""
        chosen = list(markets)
        missed = session.missed(window, [one.symbol for one in chosen], By("market_states", "symbol"), OPEN_INTEREST)
        days = [(one, Window(missed[one.symbol][0], window.last)) for one in chosen if one.symbol in missed]
        wanted = session.window_for("exchange_totals", window)
        period = _period(unix_ms(session.now()), wanted.start_ms)

        async def total(kind: str) -> None:
            await session.get("exchange_totals", params={"period": period, "kind": kind}, asked=(wanted.start_ms, wanted.end_ms))

        await asyncio.gather(
            super().history(session, window, chosen),
            session.each("exchange_totals", [USERS], total),
            read_days(session, _metrics(session, "open_interest"), days),
        )
