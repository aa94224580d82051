"""HTX (Huobi) swaps, margined in USDT (linear-swap) or in the coin (swap): all but mark prices.

Facts are the vendor's (its pages, as third parties keep them), recorded (an answer), third party (ccxt) or
assumed. The two products answer alike below /linear-swap-… and /swap-….

- `vol`, `amount`, `trade_turnover` of klines and the trade_… of open interest are the SUM OF BUYS AND SELLS
  (vendor): twice the volume of other venues, every recorded one is even. `count` is not: recorded counts are
  odd. Open interest and liquidations are one-sided (vendor).
- Klines: from, to in seconds, both included, ≤ 2000 rows, oldest first, about two years; `size` makes from
  and to ignored (vendor). vol is contracts, amount base; only USDT-M has trade_turnover (USDT), COIN-M's USD
  is contracts × contract_size. 1day begins at 16:00 UTC (UTC+8), so only 60min is asked (vendor).
- Open interest now: all contracts in a call; value is amount × last price (recorded). History: the newest ≤
  200 hours, newest first, no bounds; amount_type 1 contracts, 2 base (vendor).
- contract_info of USDT-M: labels and tradfi_labels say what is traded, in that order of trust from the second
  on (XOM has labels alone), settlement_period the hours between settlements as a text (recorded 2026-09).
  COIN-M and answers before 2026 have neither: then it was a coin. 235 of 342 swaps are none (third party).
- Funding: page_index, page_size 100 (vendor says 50; a third party was given 100), newest first, since 2020;
  the page says how many there are. realized_rate is null mostly (recorded).
- Liquidations: v3, one contract, at most 2 h a request, 90 days; next from_id = the largest query_id. The
  page's size is not told, so an empty page ends it. direction is the order's: sell closed a long. price is
  the bankruptcy price (vendor).
- The old API was announced to end on 2026-07-13, market data excepted (vendor). v1 still answered in Sep 2026
  (recorded), while ccxt had moved USDT-M to /v5/market: that gives funding, open interest (one contract a
  call) and liquidations where the old path is refused or gone. Its amount of a liquidation is in contracts,
  not in base (a recorded order: 2 × 0.001 × 62,978.5 = 125.957), and is left out; its id is taken to be the
  query_id (assumed). The list of contracts and the history of open interest have no second way.
- 240 requests per 3 s and address; klines and open interest history 800 per s (vendor). Errors inside HTTP
  200: v1 status, err_code or err-code; v3 and v5 code (recorded); 1013, 1014, 1332 unknown contract, 1032 too
  many (assumed).
- create_date is a day of UTC+8. contract_status 1 trades, 3, 5, 7, 9 pause, 0 and 8 are over (assumed).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.errors import NotFound, Rejected
from ingestion.run.answer import Answer
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.paging import HOUR_MS, Ask, Cut, Numbered, Onward, Page
from ingestion.venue.parsing import by_name, joined, number, whole
from ingestion.venue.series import Series
from ingestion.venue.table import Each, Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

LINEAR = "linear-swap"
TRADING = {1, 3, 5, 7, 9}
SPAN_MS = 2 * HOUR_MS
V1 = "/{product}-api/v1"
CODE = "{product}=@product contract_code=@symbol"
FUNDING_ROWS = 100
FUNDING = f"{CODE} page_index=@number page_size={FUNDING_ROWS}"
NEWER_FUNDING = "contract_code=@symbol start_time=@start end_time=@last limit=100"

INSTRUMENTS = Table.snapshot("""
    instruments: *contract_code *observed_on:day=~ symbol contract_size:float price_tick:float? create_date? contract_status:int
    business_type? contract_type? labels? tradfi_labels? settlement_period:int?
""")
OPEN_INTEREST = Table.snapshot("""
    open_interest: *contract_code *ts:ms volume:float amount:float? value:float? trade_volume:float? trade_amount:float?
    trade_turnover:float?
""")
KLINES = Table.history("""
    klines: *contract_code *period *id:s open:float high:float low:float close:float vol:float amount:float trade_turnover:float? count:int?
""")
FUNDING_RATES = Table.history("""
    funding_rates: *contract_code *funding_time:ms funding_rate:float realized_rate:float? avg_premium_index:float?
""")
OPEN_INTEREST_HISTORY = Table.history("""
    open_interest_history: *contract_code *period=@period *amount_type:int *ts:ms volume:float value:float?
""")
LIQUIDATIONS = Table.of(
    "liquidations",
    "*contract_code *created_at:ms *query_id:int direction offset? volume:float amount:float? price:float trade_turnover:float?",
)


def _labels(name: str) -> Each:
    return Each(lambda row: joined(row.get(name)))


def _spelt(name: str) -> Each:
    return Each(lambda row: row.get(name))


LISTED = INSTRUMENTS.at("data", labels=_labels("labels"), tradfi_labels=_labels("tradfi_labels"))
TOLD_NOW = OPEN_INTEREST.at("data", ts=lambda payload: payload.json["ts"])
CLOSED_V5 = LIQUIDATIONS.at(
    "data", created_at=_spelt("liquidation_time"), query_id=_spelt("id"), direction=_spelt("side"), price=_spelt("bankrupt_price"),
    amount=None,
)  # fmt: skip
OF_A_CHANNEL = KLINES.at(
    "data", contract_code=lambda payload: payload.json["ch"].split(".")[1], period=lambda payload: payload.json["ch"].split(".")[3]
)
HISTORY = OPEN_INTEREST_HISTORY.at("data", "tick", contract_code=lambda payload: payload.json["data"]["contract_code"])


def _rates(payload: Payload) -> Any:
    """v1 wraps the rows in a page."""
    data = payload.json["data"]
    return data["data"] if isinstance(data, dict) else data


def _is_last(answer: Answer) -> bool:
    """A page says which of how many it is; one that does not is the last when it is short."""
    page = answer.json["data"]
    at, of = (whole(page.get(name)) for name in ("current_page", "total_page")) if isinstance(page, dict) else (None, None)
    return at >= of if at and of else answer.height("funding_rates") < FUNDING_ROWS


class ById:
    """Spans of two hours, each from its oldest row on by the largest id that came, until none larger comes."""

    async def follow(self, ask: Ask, start: int, end: int, since: int) -> None:
        for first in range(start, end, SPAN_MS):
            newest, largest = -1, 0 if first + SPAN_MS > since else -1
            while largest > newest:
                newest = largest
                came = await ask(Page(max(first, since), min(first + SPAN_MS, end), after=newest))
                largest = max([whole(row["query_id"]) or 0 for row in came.answer.rows("liquidations")], default=newest)


def _is_linear(market: Market) -> bool:
    return market.product == LINEAR


def _liquidations(market: Market, page: Page) -> Mapping[str, Any]:
    params = {"contract": market.symbol, "trade_type": 0, "start_time": page.start, "end_time": page.last, "direct": "next"}
    return {"path": {"product": market.product}, "params": params | ({"from_id": page.after} if page.after else {})}


def _liquidations_v5(market: Market, page: Page) -> Mapping[str, Any]:
    params = {"contract_code": market.symbol, "start_time": page.start, "end_time": page.last, "direct": "next", "limit": 100}
    return {"params": params | ({"from": page.after} if page.after else {})}


class Htx(Venue):
    name = "htx"
    market_parameters = ("contract_code", "contract")
    unknown_codes = frozenset({"1013", "1014", "1332", "symbol"})
    busy_codes = frozenset({"1000", "1001", "1002", "1004", "1030", "none"})
    throttle_codes = frozenset({"1032"})
    hosts = dict.fromkeys(("api", "market"), "https://api.hbdm.com")
    limits = {"api": Limit(240, 3), "market": Limit(800, 1)}
    tables = (INSTRUMENTS, OPEN_INTEREST, KLINES, FUNDING_RATES, OPEN_INTEREST_HISTORY, LIQUIDATIONS)
    endpoints = (
        serves("contract_info", "api", f"{V1}/swap_contract_info", LISTED),
        serves("open_interest", "api", f"{V1}/swap_open_interest", TOLD_NOW),
        serves("open_interest_v5", "api", "/v5/market/open_interest", TOLD_NOW),
        serves("kline", "market", "/{product}-ex/market/history/kline", OF_A_CHANNEL),
        serves("funding_history", "api", f"{V1}/swap_historical_funding_rate", FUNDING_RATES.at(rows=_rates)),
        serves("funding_history_v5", "api", "/v5/market/funding_rate_history", FUNDING_RATES.at(rows=_rates)),
        serves("his_open_interest", "market", f"{V1}/swap_his_open_interest", HISTORY),
        serves("liquidation_orders", "api", "/{product}-api/v3/swap_liquidation_orders", LIQUIDATIONS.at("data")),
        serves("liquidation_orders_v5", "api", "/v5/market/liquidation_orders", CLOSED_V5),
    )
    no_public_api = {"premiums": "mark prices come as candles of one contract, not as a price of all"}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """v1 says status, v3 and v5 say code; both inside HTTP 200."""
        if payload.status in (403, 451) or payload.body.lstrip()[:1] != b"{":
            return None if payload.status >= 400 else ("none", "an answer without status")
        body = payload.json
        if body.get("status") == "ok" or body.get("code") == 200:
            return None
        code = next((str(body[name]) for name in ("err_code", "err-code", "code") if name in body), "none")
        message = next((str(body[name]) for name in ("err_msg", "err-msg", "msg", "message") if body.get(name)), "no message")
        return "symbol" if "invalid symbol" in message.lower() else code, f"error {code}: {message}"

    async def snapshot(self, session: Session) -> list[Market]:
        """Two calls for each product."""
        found: list[Market] = []
        await session.each("contract_info", (LINEAR, "swap"), lambda product: self._listed(session, product, found))
        return session.select(found)

    async def _listed(self, session: Session, product: str, found: list[Market]) -> None:
        listed = await session.get("contract_info", path={"product": product}, market=f"all {product}")
        states: dict[str, dict[str, Any]] = {}

        contracts = [
            Market(name, listed_ms=_midnight(row["create_date"]), product=product)
            for name, row in by_name(listed.rows("instruments"), "contract_code").items()
            if whole(row["contract_status"]) in TRADING and row["business_type"] in (None, "swap")
        ]

        async def interest(name: str) -> None:
            states.update(await self._interest(session, name, contracts))

        await session.each("open_interest", [product], interest)
        found += [replace(market, volume_usd=number(states.get(market.symbol, {}).get("trade_turnover")) / 2) for market in contracts]

    async def _interest(self, session: Session, product: str, contracts: Sequence[Market]) -> dict[str, dict[str, Any]]:
        """Of all contracts in one call; where that is refused, of each that is wanted by the newer API."""
        try:
            answer = await session.get("open_interest", path={"product": product}, market=f"all {product}")
            return by_name(answer.rows("open_interest"), "contract_code")
        except (NotFound, Rejected):
            if product != LINEAR:
                raise
        found: dict[str, dict[str, Any]] = {}

        async def one(market: Market) -> None:
            told = await session.get("open_interest_v5", params={"contract_code": market.symbol}, market=market.symbol)
            found.update(by_name(told.rows("open_interest"), "contract_code"))

        wanted = [market for market in contracts if session.settings.wants_market(self.name, market.symbol)]
        await session.each("open_interest_v5", wanted, one)
        return found

    def history_of(self, session: Session, window: Window) -> Sequence[Series]:
        """Open interest has no bounds: one answer of the hours since the range began, in base or in contracts of USD."""

        def interest(market: Market, page: Page) -> Mapping[str, Any]:
            hours = (int(session.now().timestamp() * 1000) - page.start) // HOUR_MS + 1
            params = {"period": "60min", "size": min(hours, 200), "amount_type": 2 if _is_linear(market) else 1}
            return {"path": {"product": market.product}, "params": {"contract_code": market.symbol, **params}}

        name, kept = "contract_code", timedelta(days=90)
        newer = Series("funding_history_v5", FUNDING_RATES, Cut.hours(100), NEWER_FUNDING, name, where=_is_linear)
        orders = Series("liquidation_orders_v5", LIQUIDATIONS, ById(), _liquidations_v5, name, where=_is_linear)
        return (
            Series("kline", KLINES, Cut.hours(2000), f"{CODE} period=60min from=@start_s to=@last_s", name),
            Series("funding_history", FUNDING_RATES, Numbered(1, most=1000, is_last=_is_last), FUNDING, name, instead=newer),
            Series("his_open_interest", OPEN_INTEREST_HISTORY, Onward(201), interest, name, kept=timedelta(hours=200)),
            Series("liquidation_orders", LIQUIDATIONS, ById(), _liquidations, name, kept=kept, is_kept_whole=True, instead=orders),
        )


def _midnight(create_date: Any) -> int | None:
    """A day of UTC+8 as Unix milliseconds; None where it is none."""
    try:
        return int(datetime.strptime(str(create_date), "%Y%m%d").replace(tzinfo=UTC).timestamp() * 1000) - 8 * HOUR_MS
    except ValueError:
        return None
