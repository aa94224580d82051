"""Gate perpetual futures in USDT and in BTC: contracts, candles, funding, open interest, liquidations.

Facts are the vendor's (its pages), recorded (an answer), third party (ccxt, collectors) or assumed.

- Bare JSON arrays, times in SECONDS, numbers partly as text; sizes can have decimals: "35521.4" (recorded).
  Errors are HTTP 400 or 404 with {label, message} (vendor). 200 requests per 10 s and address for each
  endpoint (third party).
- contracts: a book in one call. position_size is one side; mark and index price, funding_interval (s) and
  contract_type ("" coins, stocks, metals …) stand beside it (recorded). base = contracts × quanto_multiplier,
  which is no flag of a quanto; a contract of type inverse (BTC_USD) has multiplier 0 and is 1 USD (vendor).
  tickers.total_size is long + short (recorded): not used.
- candlesticks: from, to, both included, without limit, ≤ 2000 rows, oldest first; v contracts, sum quote
  currency. UTC days (vendor). Nothing older than 10000 bars: a 400 otherwise (third party). No trade counts.
- contract_stats: open_interest counted one side in Jan 2023 (odd) and both in 2026 (all even) (recorded);
  staging tells which. From `from` on, oldest first, limit ≤ 2000, a row or two more than asked for; `to` is
  ignored (third party).
- funding_rate: from, to, limit ≤ 1000, newest first; t is the settlement plus some two seconds (recorded).
- liq_orders: of all contracts; from, to at most an hour apart, both included, limit ≤ 1000, newest first,
  about 90 days (vendor). One third party saw both bounds ignored, 58 minutes in 173 rows: so an hour that
  brings none of its own rows fails, and each snapshot takes the newest hour. size is the position: > 0 a long;
  order_size − left was closed, at fill_price (vendor). Rows have no number of their own.
- A quanto of the BTC book (type direct there) has no USD figure (assumed).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.venue.paging import Back, Cut, Onward, Page
from ingestion.venue.parsing import by_name, number, whole
from ingestion.venue.series import Series, read, read_recent
from ingestion.venue.table import Reading, Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

SETTLES = ("usdt", "btc")
OVER = {"prelaunch", "delisted"}
NAMES = ("contracts", "tickers", "candlesticks", "contract_stats", "funding_rate", "liq_orders")  # each has a budget of its own

CONTRACTS = Table.snapshot("""
    contracts: *settle=@settle *name *observed_on:day=~ type quanto_multiplier:float status? in_delisting:bool? position_size:float?
    create_time:s? launch_time:s? funding_interval:int? contract_type? enable_decimal:bool?
""")
CONTRACT_STATES = Table.snapshot("""
    contract_states: *settle=@settle *name *observed_at:instant=~ type quanto_multiplier:float position_size:float mark_price:float?
    index_price:float? last_price:float? funding_rate:float?
""")
CANDLES = Table.history("""
    candles: *settle=@settle *contract=@contract *interval=@interval *t:s o:float h:float l:float c:float v:float sum:float?
""")
CONTRACT_STATS = Table.history("""
    contract_stats: *settle=@settle *contract=@contract *interval=@interval *time:s open_interest:float open_interest_usd:float?
    mark_price:float? long_liq_usd:float? short_liq_usd:float?
""")
FUNDING_RATES = Table.history("funding_rates: *settle=@settle *contract=@contract *t:s r:float")
LIQUIDATIONS = Table.of(
    "liquidations", "*settle=@settle *contract *time:s *size:float *fill_price:float *order_price:float order_size:float? left:float?"
)

NAME, BOUNDS = "{settle}=@product contract=@symbol", "from=@start_s to=@last_s"


def _stats(market: Market, page: Page) -> Mapping[str, Any]:
    params = {"contract": market.symbol, "interval": "1h", "from": page.start_s, "limit": min(2000, page.hours)}
    return {"path": {"settle": market.product}, "params": params}


def _serves(name: str, *readings: Table | Reading) -> Endpoint:
    return serves(name, name, f"/futures/{{settle}}/{name}", *readings)


def _classes(payload: Payload) -> list[Any]:
    """An empty contract_type is an answer: a coin."""
    return [row.get("contract_type") if isinstance(row, dict) else None for row in payload.json]


HOUR = timedelta(hours=1)
CLOSINGS = Series(
    "liq_orders", LIQUIDATIONS, Back(1000, shared_ms=1000), f"{{settle}}=@product {BOUNDS} limit=1000", market="settle",
    kept=timedelta(days=90), is_kept_whole=True, apart=HOUR,
)  # fmt: skip


def _books(markets: Iterable[Market]) -> list[Market]:
    """Each as one market: liquidations come of all contracts at once."""
    return [Market(settle, product=settle) for settle in sorted({market.product for market in markets})]


class Gate(Venue):
    name = "gate"
    market_parameters = ("contract",)
    unknown_codes = frozenset({"CONTRACT_NOT_FOUND"})
    busy_codes = frozenset({"TOO_BUSY", "SERVER_ERROR"})
    throttle_codes = frozenset({"TOO_MANY_REQUESTS"})
    hosts = dict.fromkeys(NAMES, "https://api.gateio.ws/api/v4")
    limits = dict.fromkeys(NAMES, Limit(200, 10))
    tables = (CONTRACTS, CONTRACT_STATES, CANDLES, CONTRACT_STATS, FUNDING_RATES, LIQUIDATIONS)
    endpoints = (
        _serves("contracts", CONTRACTS.at(contract_type=_classes), CONTRACT_STATES),
        _serves("tickers"),
        _serves("candlesticks", CANDLES),
        _serves("contract_stats", CONTRACT_STATS),
        _serves("funding_rate", FUNDING_RATES),
        _serves("liq_orders", LIQUIDATIONS),
    )
    series = (
        Series("candlesticks", CANDLES, Cut.hours(2000), f"{NAME} interval=1h {BOUNDS}", market="contract", kept=timedelta(hours=9990)),
        Series("contract_stats", CONTRACT_STATS, Onward(2000), _stats, market="contract"),
        Series("funding_rate", FUNDING_RATES, Back(1000), f"{NAME} {BOUNDS} limit=1000", market="contract"),
    )

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """Errors are {label, message}, answers bare arrays."""
        if payload.status in (403, 451) or payload.body.lstrip()[:1] != b"{":
            return None
        body = payload.json
        return (str(body["label"]), f"{body['label']}: {body.get('message', '')}") if "label" in body else None

    async def snapshot(self, session: Session) -> list[Market]:
        """Contracts and the newest liquidations of each book; volumes are asked for only where they rank."""
        found: list[Market] = []
        await session.each("contracts", SETTLES, lambda settle: self._listed(session, settle, found))
        chosen = session.select(found)
        await read_recent(session, CLOSINGS, HOUR, _books(chosen))
        return chosen

    async def _listed(self, session: Session, settle: str, found: list[Market]) -> None:
        listed = await session.get("contracts", path={"settle": settle}, market=f"all {settle}")
        tickers: dict[str, dict[str, Any]] = {}
        if session.settings.top_markets is not None:
            answer = await session.fetch("tickers", path={"settle": settle}, market=f"all {settle}")
            tickers = by_name(answer.json, "contract")
        for name, row in by_name(listed.rows("contracts"), "name").items():
            if row["status"] not in OVER and not (row["in_delisting"] and number(row["position_size"]) == 0):
                listed_ms = 1000 * (whole(row["launch_time"]) or whole(row["create_time"]) or 0)
                found.append(Market(name, number(tickers.get(name, {}).get("volume_24h_quote")), listed_ms, settle))

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """The series of each contract, and liquidations of each book of which a contract is wanted."""
        chosen = list(markets)
        await asyncio.gather(read(session, self.series, window, chosen), read(session, [CLOSINGS], window, _books(chosen)))
