"""Perpetual Protocol v2 on Optimism: its subgraph on The Graph's gateway. Nearly dormant.

From the subgraph's own schema and mappings (vendor), where nothing else is said; no answer of it is recorded
anywhere we know.

- `POST https://gateway.thegraph.com/api/subgraphs/id/<ID>` with `Authorization: Bearer <THEGRAPH_API_KEY>`;
  100,000 queries a month are free. The id stands in Graph Explorer and could not be verified:
  PERPS_BASE_URL__PERPETUAL_PROTOCOL is the address with it. The keyless hosted service is gone.
- HTTP 200 also on failure: `errors[].message` (auth error, subgraph not found, bad indexers: try again). ≤
  1000 rows a list; pages go on by id within a range of time, so that none is lost. `_meta.block.timestamp`
  says how far the index reaches: days it has not passed are not over, and one without events has no rows.
- Markets are named by the address of their base token: the subgraph knows no names of them. Two are known
  from the contracts' metadata (vBTC, vETH) and stand in asset_aliases.csv. All were coins, margined in USDC.
- positionChangeds: BigDecimals already scaled. exchangedPositionSize is + long, exchangedPositionNotional the
  other sign; size 0 is a change of liquidity, no trade. Volume is |notional|, as the protocol counts it
  itself. Liquidations are trades too.
- positionLiquidateds have no side: the trade of the same transaction tells it.
- fundingUpdateds: dailyFundingRate = (markTwap − indexTwap) / indexTwap, a rate per DAY, at every trade;
  funding runs continuously.
- traderMarkets: takerPositionSize, signed: the long and the short side of now; makers are the counterparty.
  No history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from ingestion.errors import BadAnswer
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.entity import unix
from ingestion.venue.parsing import number, whole
from ingestion.venue.table import CamelTable, Reading, Table, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

PAGE = 1000
META = "_meta { block { number timestamp } deployment hasIndexingErrors }"

MARKETS = CamelTable.snapshot("""
    markets: *id *observed_on:day=~ base_token quote_token? pool? fee_ratio:int? trading_volume:float? trading_fee:float? timestamp_added:s?
""")
TRADER_MARKETS = CamelTable.snapshot("trader_markets: *id *observed_at:instant=~ base_token taker_position_size:float")
HEADS = CamelTable.snapshot("""
    heads: *observed_at:instant=~ block_number:int=block.number block_timestamp:s?=block.timestamp deployment? has_indexing_errors:bool?
""")
_events = partial(CamelTable.of, event=unix("timestamp", "s"), look_back_days=1)
POSITION_CHANGES = _events(
    "position_changes",
    "*id timestamp:s tx_hash trader base_token exchanged_position_size:float exchanged_position_notional:float fee:float? "
    "swapped_price:float? market_price_after:float? block_number_log_index:int",
)
LIQUIDATIONS = _events(
    "position_liquidations",
    "*id timestamp:s tx_hash trader base_token position_notional_abs:float position_size_abs:float liquidation_fee:float?",
)
FUNDING_UPDATES = _events(
    "funding_updates", "*id timestamp:s base_token mark_twap:float index_twap:float daily_funding_rate:float block_number_log_index:int"
)
EVENTS = {"positionChangeds": POSITION_CHANGES, "positionLiquidateds": LIQUIDATIONS, "fundingUpdateds": FUNDING_UPDATES}


def _list(name: str, table: Table, where: str, cursor: str) -> str:
    fields = " ".join(path[0] for path in table.fields.values())
    return f"{name}(first: {PAGE}, orderBy: id, where: {{{where} id_gt: ${cursor}}}) {{ {fields} }}"


def _query(operation: str, arguments: str, lists: list[str]) -> str:
    return f"query {operation}({arguments}) {{ {META} {' '.join(lists)} }}"


QUERIES = {
    "markets": _query("markets", "$after: ID!", [_list("markets", MARKETS, "", "after")]),
    "positions": _query("positions", "$after: ID!", [_list("traderMarkets", TRADER_MARKETS, "takerPositionSize_not: 0,", "after")]),
    "events": _query(
        "events",
        "$start: BigInt!, $end: BigInt!, " + ", ".join(f"${name}: ID!" for name in EVENTS),
        [_list(name, table, "timestamp_gte: $start, timestamp_lt: $end,", name) for name, table in EVENTS.items()],
    ),
}


def _asks(operation: str, *readings: Reading) -> Endpoint:
    return serves(operation, "gateway", "", *readings, method="POST", when=lambda request: request.get("operationName") == operation)


class PerpetualProtocol(Venue):
    name = "perpetual_protocol"
    key_variable = "THEGRAPH_API_KEY"
    hosts = {"gateway": "https://gateway.thegraph.com/api/subgraphs/id"}
    limits = {"gateway": Limit(5, 1)}  # none published: a polite rate
    refused_codes = frozenset({"auth"})
    busy_codes = frozenset({"indexers"})
    tables = (MARKETS, TRADER_MARKETS, POSITION_CHANGES, LIQUIDATIONS, FUNDING_UPDATES, HEADS)
    endpoints = (
        _asks("markets", MARKETS.at("data", "markets"), HEADS.at("data", "_meta")),
        _asks("positions", TRADER_MARKETS.at("data", "traderMarkets")),
        _asks("events", *(table.at("data", name) for name, table in EVENTS.items())),
    )

    def key_headers(self, key: str) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {key}"}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """GraphQL reports `errors`, inside HTTP 200 too."""
        body = payload.json if payload.body.lstrip().startswith(b"{") else {}
        if not body.get("errors"):
            return None
        text = "; ".join(str(error.get("message", error)) for error in body["errors"])
        if "subgraph not found" in text:
            text += " (PERPS_BASE_URL__PERPETUAL_PROTOCOL is the gateway's address with the id of Graph Explorer)"
        code = "auth" if "auth error" in text else "indexers" if "bad indexers" in text or "indexing_error" in text else "other"
        return code, text

    async def snapshot(self, session: Session) -> list[Market]:
        """Markets with the index's head, and the positions of now: taken whole or not at all, for they are added up."""
        pages = await self._whole(session, "markets", "markets")
        listed = [row for page in pages for row in session.take(page).rows("markets")]
        await session.each("positions", ["traderMarkets"], lambda name: self._positions(session, name))
        return [Market(row["id"], number(row["trading_volume"])) for row in listed]

    async def _positions(self, session: Session, name: str) -> None:
        for page in await self._whole(session, "positions", name):
            session.take(page)

    async def _whole(self, session: Session, operation: str, name: str) -> list[Payload]:
        """All pages of a list, none of them taken yet."""
        pages: list[Payload] = []
        after: dict[str, str] | None = {name: ""}
        while after:
            pages.append(await session.fetch(operation, json=_body(operation, {"after": after[name]})))
            after = self._next(pages[-1], after)
        return pages

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """All events of all markets, three lists in one query."""
        window = session.window_for("position_changes", window)
        await session.each("events", [window], lambda only: self._of_days(session, only))

    async def _of_days(self, session: Session, window: Window) -> None:
        """Until no list is full; a list that is through is asked for beyond its end."""
        bounds = {"start": str(window.start_ms // 1000), "end": str(window.end_ms // 1000)}
        after: dict[str, str] | None = dict.fromkeys(EVENTS, "")
        while after:
            payload = (await session.get("events", json=_body("events", bounds | after))).payload
            after = self._next(payload, after)
        head = whole(payload.json["data"]["_meta"]["block"].get("timestamp"))
        if head is not None and head < window.end_ms // 1000:
            raise BadAnswer(self.name, "events", f"the index ends at {head}, before these days do", advice="run again later")

    def _next(self, payload: Payload, after: Mapping[str, str]) -> dict[str, str] | None:
        """The id from which each list goes on; None when none is full. Raises BadAnswer when a full one does not lead on."""
        lists = {name: payload.json["data"][name] for name in after}
        ids = {
            name: [row["id"] for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)] for name, rows in lists.items()
        }
        last = {name: max([*ids[name][-1:], after[name]]) for name in after}
        full = [name for name, rows in lists.items() if len(rows) >= PAGE]
        for name in full:
            if last[name] == after[name]:
                raise BadAnswer(self.name, payload.endpoint, f"a full page of {name} that leads nowhere", advice="look at the answers")
        return last if full else None


def _body(operation: str, variables: Mapping[str, str]) -> dict[str, Any]:
    return {"operationName": operation, "query": QUERIES[operation], "variables": dict(variables)}
