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
- Funding: page_index, page_size ≤ 50, newest first, since 2020; realized_rate is null mostly; the interval is
  in no answer (recorded).
- Liquidations: v3, one contract, at most 2 h a request, 90 days; next from_id = the largest query_id. The
  page's size is not told, so an empty page ends it. direction is the order's: sell closed a long. price is
  the bankruptcy price (vendor).
- v1 answered in Sep 2026 (recorded), while ccxt had moved USDT-M to /v5/market: v5 gives funding where v1 is
  refused or gone.
- 240 requests per 3 s and address; klines and open interest history 800 per s (vendor). Errors inside HTTP
  200: v1 status, err_code or err-code; v3 and v5 code (recorded); 1013, 1014, 1332 unknown contract, 1032 too
  many (assumed).
- create_date is a day of UTC+8. contract_status 1 trades, 3, 5, 7, 9 pause, 0 and 8 are over (assumed).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.paging import HOUR_MS, Ask, Cut, Numbered, Onward, Page
from ingestion.venue.parsing import by_name, number, whole
from ingestion.venue.series import Series
from ingestion.venue.table import Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.payload import Payload

LINEAR = "linear-swap"
TRADING = {1, 3, 5, 7, 9}
SPAN_MS = 2 * HOUR_MS
V1 = "/{product}-api/v1"
CODE = "{product}=@product contract_code=@symbol"
FUNDING = f"{CODE} page_index=@number page_size=50"
NEWER_FUNDING = "contract_code=@symbol start_time=@start end_time=@last limit=100"

INSTRUMENTS = Table.snapshot("""
    instruments: *contract_code *observed_on:day=~ symbol contract_size:float price_tick:float? create_date? contract_status:int
    business_type? contract_type?
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
OF_A_CHANNEL = KLINES.at(
    "data", contract_code=lambda payload: payload.json["ch"].split(".")[1], period=lambda payload: payload.json["ch"].split(".")[3]
)
HISTORY = OPEN_INTEREST_HISTORY.at("data", "tick", contract_code=lambda payload: payload.json["data"]["contract_code"])


def _rates(payload: Payload) -> Any:
    """v1 wraps the rows in a page."""
    data = payload.json["data"]
    return data["data"] if isinstance(data, dict) else data


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
        serves("contract_info", "api", f"{V1}/swap_contract_info", INSTRUMENTS.at("data")),
        serves("open_interest", "api", f"{V1}/swap_open_interest", OPEN_INTEREST.at("data", ts=lambda payload: payload.json["ts"])),
        serves("kline", "market", "/{product}-ex/market/history/kline", OF_A_CHANNEL),
        serves("funding_history", "api", f"{V1}/swap_historical_funding_rate", FUNDING_RATES.at(rows=_rates)),
        serves("funding_history_v5", "api", "/v5/market/funding_rate_history", FUNDING_RATES.at(rows=_rates)),
        serves("his_open_interest", "market", f"{V1}/swap_his_open_interest", HISTORY),
        serves("liquidation_orders", "api", "/{product}-api/v3/swap_liquidation_orders", LIQUIDATIONS.at("data")),
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

        async def interest(name: str) -> None:
            answer = await session.get("open_interest", path={"product": name}, market=f"all {name}")
            states.update(by_name(answer.rows("open_interest"), "contract_code"))

        await session.each("open_interest", [product], interest)
        found += [
            Market(name, number(states.get(name, {}).get("trade_turnover")) / 2, _midnight(row["create_date"]), product)
            for name, row in by_name(listed.rows("instruments"), "contract_code").items()
            if whole(row["contract_status"]) in TRADING and row["business_type"] in (None, "swap")
        ]

    def history_of(self, session: Session, window: Window) -> Sequence[Series]:
        """Open interest has no bounds: one answer of the hours since the range began, in base or in contracts of USD."""

        def interest(market: Market, page: Page) -> Mapping[str, Any]:
            hours = (int(session.now().timestamp() * 1000) - page.start) // HOUR_MS + 1
            params = {"period": "60min", "size": min(hours, 200), "amount_type": 2 if _is_linear(market) else 1}
            return {"path": {"product": market.product}, "params": {"contract_code": market.symbol, **params}}

        name, kept = "contract_code", timedelta(days=90)
        newer = Series("funding_history_v5", FUNDING_RATES, Cut.hours(100), NEWER_FUNDING, name, where=_is_linear)
        return (
            Series("kline", KLINES, Cut.hours(2000), f"{CODE} period=60min from=@start_s to=@last_s", name),
            Series("funding_history", FUNDING_RATES, Numbered(50, most=1000), FUNDING, name, instead=newer),
            Series("his_open_interest", OPEN_INTEREST_HISTORY, Onward(201), interest, name, kept=timedelta(hours=200)),
            Series("liquidation_orders", LIQUIDATIONS, ById(), _liquidations, name, kept=kept, is_kept_whole=True),
        )


def _midnight(create_date: Any) -> int | None:
    """A day of UTC+8 as Unix milliseconds; None where it is none."""
    try:
        return int(datetime.strptime(str(create_date), "%Y%m%d").replace(tzinfo=UTC).timestamp() * 1000) - 8 * HOUR_MS
    except ValueError:
        return None
