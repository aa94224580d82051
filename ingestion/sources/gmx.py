"""GMX v2 on Arbitrum: its keeper's REST (markets, tokens, oracle candles) and its squid (GraphQL).

From recorded lists, GMX's interface (vendor: gmx-io/gmx-interface, the squid's generated types) and third
parties who measured it in 2026: a collector, a liquidation alert, two funding studies.

- A market is a pool: an index token with a long and a short token; several pools share one index token (BTC
  has three). It is named by its address, the only name both hosts agree on; REST calls the same pool BTC/USD
  [WBTC.b-USDC] or [BTC-USDC]. Pools whose index token is the zero address only swap (recorded).
- `/prices/candles`: [[s, o, h, l, c]] of the ORACLE in USD, NEWEST FIRST and from now back, without volume,
  by token symbol (vendor); ≤ 10,000 rows (assumed). `since` of the newer REST has no effect (third party), so
  a window far back costs its age.
- The squid is one POST path: ≤ 1000 rows, `limit`, `offset`, `orderBy`, `where: {x_gte}`; times in Unix
  seconds; errors are `errors[]` inside HTTP 200 (vendor). Every USD figure is an integer × 1e30, tokens ×
  10^decimals, prices × 10^(30 − decimals).
- `positionChanges` are the fills of positions, liquidations among them, and no swaps: a day's sum of
  sizeDeltaUsd was marginVolumeUsd to the digit, 2026-09-01 (third party); each names its `account` (vendor: the
  generated types of 2026-08), the trader's or that of who was liquidated. `tradeActions` with orderType 7 are
  liquidations; OrderCreated and OrderExecuted are two rows of the same one (third party). A day of fills is
  kept only whole: its pages are fetched, then all taken.
- `fundingRateSnapshots` and `fundingBalanceOiSnapshots`: one row a pool and hour (third party). Factors are
  per SECOND × 1e30 and NEGATIVE for the side that pays; what longs pay is not what shorts get. Borrowing fees
  are another thing (vendor).
- `marketInfos` gives both sides' open interest now, at what positions were opened for, not at mark (vendor);
  `positionsVolume` 24 h.
- No limits are published; 5 requests a second are well within what was answered (third party). Other chains
  are not read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ingestion.errors import BadAnswer
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.entity import unix
from ingestion.venue.paging import Numbered, Page
from ingestion.venue.parsing import number, unix_ms
from ingestion.venue.series import Series, read
from ingestion.venue.table import CamelTable, Reading, Table, camel_case, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

PAGE = 1000
MOST_CANDLES = 10_000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NO_TOKEN = "0x" + "0" * 40
SQUID = "/gmx-synthetics-arbitrum:prod/api/graphql"
SIDES = "long_open_interest_usd short_open_interest_usd long_open_interest_in_tokens short_open_interest_in_tokens"

MARKETS = CamelTable.snapshot("""
    markets: *market_token *observed_on:day=~ name index_token long_token short_token is_listed:bool listing_date:instant?
""")
TOKENS = Table.snapshot("tokens: *address *observed_on:day=~ symbol decimals:int synthetic:bool?")
MARKET_STATES = CamelTable.of(
    "market_states", f"*market_token_address *observed_at:instant=~ is_disabled:bool {SIDES} volume_1d?=volume", is_snapshot=True
)
CANDLES = Table.history("candles: *token_symbol=@tokenSymbol *period *time:s=0 open:float=1 high:float=2 low:float=3 close:float=4")
_by_day = partial(CamelTable.of, look_back_days=1)
POSITION_CHANGES = _by_day(
    "position_changes", "*id timestamp:s market type is_long:bool size_delta_usd size_delta_in_tokens account?", unix("timestamp", "s")
)
LIQUIDATIONS = _by_day(
    "liquidations",
    "*id timestamp:s market_address event_name order_type:int is_long:bool size_delta_usd execution_price?",
    unix("timestamp", "s"),
)
FUNDING_RATES = _by_day(
    "funding_rates", "*market_address *snapshot_timestamp:s funding_factor_per_second_long funding_factor_per_second_short"
)
OPEN_INTEREST = _by_day("open_interest", f"*market_address *snapshot_timestamp:s {SIDES}")
LISTS = {
    "positionChanges": POSITION_CHANGES, "tradeActions": LIQUIDATIONS, "fundingRateSnapshots": FUNDING_RATES,
    "fundingBalanceOiSnapshots": OPEN_INTEREST,
}  # fmt: skip
CONDITIONS = {"tradeActions": 'eventName_eq: "OrderExecuted", orderType_eq: 7, '}


STATES = (
    f"query marketInfos {{ marketInfos(limit: {PAGE}) {{ marketTokenAddress isDisabled {' '.join(map(camel_case, SIDES.split()))} }} "
    'positionsVolume(where: {period: "1d"}) { market volume } }'
)


def _query(root: str) -> str:
    """A list between two times, with the fields of its table."""
    fields, (column,) = LISTS[root].fields, LISTS[root].entity.times
    (stamp,) = fields[column]
    where = f"{{{CONDITIONS.get(root, '')}{stamp}_gte: $from, {stamp}_lt: $to}}"
    names = " ".join(path[0] for path in fields.values())
    rows = f"{root}(limit: $limit, offset: $offset, orderBy: [{stamp}_ASC, id_ASC], where: {where}) {{ {names} }}"
    return f"query {root}($from: Int!, $to: Int!, $limit: Int!, $offset: Int!) {{ {rows} }}"


def _volumes(payload: Payload) -> dict[str, Any]:
    """Of the last 24 h, USD × 1e30, by the pool's address in small letters."""
    rows = payload.json["data"].get("positionsVolume") or []
    return {str(row.get("market")).lower(): row.get("volume") for row in rows if isinstance(row, dict)}


def _states(payload: Payload) -> list[Any]:
    """Every pool with its volume, which stands in a list of its own."""
    volumes = _volumes(payload)
    pools = payload.json["data"]["marketInfos"]
    return [{**row, "volume": volumes.get(str(row.get("marketTokenAddress")).lower())} if isinstance(row, dict) else row for row in pools]


def _squid(root: str, reading: Reading) -> Endpoint:
    return serves(root, "squid", SQUID, reading, method="POST", when=lambda body: body.get("operationName") == root)


def _candles(now: datetime, market: Market, page: Page) -> Mapping[str, Any]:
    hours = Page(page.start, unix_ms(now)).hours + 1
    return {"params": {"tokenSymbol": market.symbol, "period": "1h", "limit": min(MOST_CANDLES, hours)}}


class Gmx(Venue):
    name = "gmx"
    market_parameters = ("tokenSymbol",)
    hosts = {"rest": "https://arbitrum-api.gmxinfra.io", "squid": "https://gmx.squids.live"}
    limits = {"rest": Limit(5, 1), "squid": Limit(5, 1)}
    tables = (MARKETS, TOKENS, MARKET_STATES, CANDLES, POSITION_CHANGES, LIQUIDATIONS, FUNDING_RATES, OPEN_INTEREST)
    endpoints = (
        serves("markets", "rest", "/markets", MARKETS.at("markets")),
        serves("tokens", "rest", "/tokens", TOKENS.at("tokens")),
        serves("candles", "rest", "/prices/candles", CANDLES.at("candles", period=lambda payload: payload.json.get("period"))),
        _squid("marketInfos", MARKET_STATES.at(rows=_states)),
        *(_squid(root, table.at("data", root)) for root, table in LISTS.items()),
    )
    no_public_api = {"premiums": "positions open and close at the oracle's price: there is no mark of the venue's own"}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """The squid's errors are `{"errors": [{"message"}]}`, whatever the status."""
        if payload.method != "POST" or payload.body.lstrip()[:1] != b"{" or not payload.json.get("errors"):
            return None
        return "", "; ".join(str(error.get("message", error)) for error in payload.json["errors"])

    async def snapshot(self, session: Session) -> list[Market]:
        """Three calls, each for all pools; `top:N` ranks by the volume of the last 24 h."""
        pools = (await session.get("markets")).rows("markets")
        tokens = (await session.get("tokens")).rows("tokens")
        symbols = {str(row["address"]).lower(): row["symbol"] for row in tokens if isinstance(row["symbol"], str)}
        volumes: dict[str, Any] = {}

        async def states(operation: str) -> None:
            answer = await session.get(operation, json={"operationName": operation, "query": STATES})
            volumes.update(_volumes(answer.payload))

        await session.each("marketInfos", ["marketInfos"], states)
        traded = [row for row in pools if row["is_listed"] and row["index_token"] != NO_TOKEN]
        known = [(row, symbols[token]) for row in traded if (token := str(row["index_token"]).lower()) in symbols]
        return session.select(
            Market(row["name"], number(volumes.get(str(row["market_token"]).lower())), product=symbol) for row, symbol in known
        )

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """Fills, liquidations, funding and open interest of all pools at once, by the day; candles by index token."""
        tokens = [Market(token) for token in sorted({market.product for market in markets})]
        ask, one_answer = partial(_candles, session.now()), Numbered(MOST_CANDLES + 1, most=1)  # from now back: all there is
        candles = Series("candles", CANDLES, one_answer, ask, market="token_symbol", kept=MOST_CANDLES * HOUR)

        async def by_day(root: str, entity: str) -> None:
            days = session.window_for(entity, window).pages(DAY)
            await session.each(root, days, lambda bounds: self._day(session, root, *bounds))

        await asyncio.gather(read(session, [candles], window, tokens), *(by_day(root, table.name) for root, table in LISTS.items()))

    async def _day(self, session: Session, root: str, start_ms: int, end_ms: int) -> None:
        """All pages of a day, taken only when the last of them came."""
        pages: list[Payload] = []
        rows = 0
        while rows == PAGE * len(pages):
            variables = {"from": start_ms // 1000, "to": end_ms // 1000, "limit": PAGE, "offset": rows}
            pages.append(await session.fetch(root, json={"operationName": root, "query": _query(root), "variables": variables}))
            if len(pages) > 1 and pages[-1].sha256 == pages[-2].sha256:
                raise BadAnswer(self.name, root, f"the page from row {rows} on is the one before it", advice="look at the answers")
            rows += len(pages[-1].json["data"][root])
        for page in pages:
            session.take(page)
