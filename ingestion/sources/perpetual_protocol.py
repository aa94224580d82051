"""Perpetual Protocol v2 on Optimism: its subgraph on The Graph's gateway. Trades, liquidations, funding, positions; nearly dormant.

From the subgraph's own schema and mappings, and the shared source references; [H] read there, [M] remembered, [A] assumed.

- `POST https://gateway.thegraph.com/api/subgraphs/id/<ID>` with `Authorization: Bearer <THEGRAPH_API_KEY>`; 100,000 queries a month are
  free [H]. The id stands in Graph Explorer and could not be verified: PERPS_BASE_URL__PERPETUAL_PROTOCOL is the address with it. The
  keyless hosted service is gone [H]. No answer of it is recorded anywhere we know.
- HTTP 200 also on failure: `errors[].message` (auth error, subgraph not found, bad indexers: try again) [H]. ≤ 1000 rows a list; pages
  go on by id within a range of time, so that none is lost [H]. `_meta.block.timestamp` says how far the index reaches: days it has not
  passed are not over, and one without events has no rows [H].
- Markets are named by the address of their base token: the subgraph knows no names of them [H]. Two are known from the contracts'
  metadata (vBTC, vETH) and stand in asset_aliases.csv. All were coins, margined in USDC.
- positionChangeds: BigDecimals already scaled. exchangedPositionSize is + long, exchangedPositionNotional the other sign; size 0 is a
  change of liquidity, no trade. Volume is |notional|, as the protocol counts it itself [H]. Liquidations are trades too.
- positionLiquidateds have no side: the trade of the same transaction tells it [H].
- fundingUpdateds: dailyFundingRate = (markTwap − indexTwap) / indexTwap, a rate per DAY, at every trade; funding runs continuously [H].
- traderMarkets: takerPositionSize, signed: the long and the short side of now; makers are the counterparty [H]. No history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import polars as pl

from ingestion.errors import BadAnswer
from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day, seconds
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

PAGE = 1000
META = "_meta { block { number timestamp } deployment hasIndexingErrors }"
MARKET_FIELDS = "id baseToken quoteToken pool feeRatio tradingVolume tradingFee timestampAdded"
TRADER_FIELDS = "id baseToken takerPositionSize"
POSITION_FIELDS = (
    "id timestamp txHash trader baseToken exchangedPositionSize exchangedPositionNotional fee swappedPrice marketPriceAfter "
    "blockNumberLogIndex"
)
LIQUIDATION_FIELDS = "id timestamp txHash trader baseToken positionNotionalAbs positionSizeAbs liquidationFee"
FUNDING_FIELDS = "id timestamp baseToken markTwap indexTwap dailyFundingRate blockNumberLogIndex"
EVENTS = {"positionChangeds": POSITION_FIELDS, "positionLiquidateds": LIQUIDATION_FIELDS, "fundingUpdateds": FUNDING_FIELDS}


def _list(name: str, fields: str, where: str, cursor: str) -> str:
    return f"{name}(first: {PAGE}, orderBy: id, where: {{{where} id_gt: ${cursor}}}) {{ {fields} }}"


def _query(operation: str, arguments: str, lists: list[str]) -> str:
    return f"query {operation}({arguments}) {{ {META} {' '.join(lists)} }}"


QUERIES = {
    "markets": _query("markets", "$after: ID!", [_list("markets", MARKET_FIELDS, "", "after")]),
    "positions": _query("positions", "$after: ID!", [_list("traderMarkets", TRADER_FIELDS, "takerPositionSize_not: 0,", "after")]),
    "events": _query(
        "events",
        "$start: BigInt!, $end: BigInt!, " + ", ".join(f"${name}: ID!" for name in EVENTS),
        [_list(name, fields, "timestamp_gte: $start, timestamp_lt: $end,", name) for name, fields in EVENTS.items()],
    ),
}
MARKETS = Entity.of(
    "markets",
    "*id *observed_on:day base_token quote_token? pool? fee_ratio:int? trading_volume:float? trading_fee:float? timestamp_added:int?",
    event=day("observed_on"),
    is_snapshot=True,
)
TRADER_MARKETS = Entity.of(
    "trader_markets", "*id *observed_at:instant base_token taker_position_size:float", event=pl.col("observed_at"), is_snapshot=True
)
POSITION_CHANGES = Entity.of(
    "position_changes",
    "*id timestamp:int tx_hash trader base_token exchanged_position_size:float exchanged_position_notional:float fee:float? "
    "swapped_price:float? market_price_after:float? block_number_log_index:int",
    event=seconds("timestamp"),
    look_back_days=1,
)
LIQUIDATIONS = Entity.of(
    "position_liquidations",
    "*id timestamp:int tx_hash trader base_token position_notional_abs:float position_size_abs:float liquidation_fee:float?",
    event=seconds("timestamp"),
    look_back_days=1,
)
FUNDING_UPDATES = Entity.of(
    "funding_updates",
    "*id timestamp:int base_token mark_twap:float index_twap:float daily_funding_rate:float block_number_log_index:int",
    event=seconds("timestamp"),
    look_back_days=1,
)
HEADS = Entity.of(
    "heads",
    "*observed_at:instant block_number:int block_timestamp:int? deployment? has_indexing_errors:bool?",
    event=pl.col("observed_at"),
    is_snapshot=True,
)


def _rows(payload: Payload, name: str, fields: str) -> list[tuple[Any, ...]]:
    return [tuple(item.get(field) for field in fields.split()) for item in payload.json["data"][name]]


def _parse_markets(payload: Payload) -> Parsed:
    today, meta = payload.fetched_at.date(), payload.json["data"]["_meta"]
    head = (payload.fetched_at, meta["block"]["number"], meta["block"].get("timestamp"), meta.get("deployment"), meta["hasIndexingErrors"])
    return {"markets": [(row[0], today, *row[1:]) for row in _rows(payload, "markets", MARKET_FIELDS)], "heads": [head]}


def _parse_positions(payload: Payload) -> Parsed:
    rows = _rows(payload, "traderMarkets", TRADER_FIELDS)
    return {"trader_markets": [(row[0], payload.fetched_at, *row[1:]) for row in rows]}


def _parse_events(payload: Payload) -> Parsed:
    names = zip(("position_changes", "position_liquidations", "funding_updates"), EVENTS.items(), strict=True)
    return {entity: _rows(payload, name, fields) for entity, (name, fields) in names}


def _asks(operation: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda request: request.get("operationName") == operation


class PerpetualProtocol(Adapter):
    """See the module docstring."""

    name = "perpetual_protocol"
    key_variable = "THEGRAPH_API_KEY"
    hosts = {"gateway": "https://gateway.thegraph.com/api/subgraphs/id"}
    limits = {"gateway": Limit(5, 1)}  # none published: a polite rate
    refused_codes = frozenset({"auth"})
    busy_codes = frozenset({"indexers"})
    entities = (MARKETS, TRADER_MARKETS, POSITION_CHANGES, LIQUIDATIONS, FUNDING_UPDATES, HEADS)
    endpoints = (
        Endpoint("markets", "gateway", "", ("markets", "heads"), _parse_markets, "POST", when=_asks("markets")),
        Endpoint("positions", "gateway", "", ("trader_markets",), _parse_positions, "POST", when=_asks("positions")),
        Endpoint(
            "events", "gateway", "", ("position_changes", "position_liquidations", "funding_updates"), _parse_events, "POST",
            when=_asks("events"),
        ),
    )  # fmt: skip

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
        listed = [row for page in await _pages(session, "markets", "markets") for row in page]
        await session.each("positions", [None], lambda _: _pages(session, "positions", "traderMarkets"))
        return [Market(row["id"], float(row.get("tradingVolume") or 0)) for row in listed]

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """All events of all markets, three lists in one query."""
        window = session.window_for("position_changes", window)
        await session.each("events", [window], lambda only: self._events(session, only))

    async def _events(self, session: Session, window: Window) -> None:
        """Until no list is full; a list that is through is asked for beyond its end."""
        bounds = {"start": str(window.start_ms // 1000), "end": str(window.end_ms // 1000)}
        after = dict.fromkeys(EVENTS, "")
        while True:
            data = (await session.get("events", json=_body("events", bounds | after))).json["data"]
            after |= {name: data[name][-1]["id"] for name in EVENTS if data[name]}
            if all(len(data[name]) < PAGE for name in EVENTS):
                break
        head = data["_meta"]["block"].get("timestamp")
        if head is not None and int(head) < window.end_ms // 1000:
            raise BadAnswer(self.name, "events", f"the index ends at {head}, before these days do", advice="run again later")


def _body(operation: str, variables: Mapping[str, str]) -> dict[str, Any]:
    return {"operationName": operation, "query": QUERIES[operation], "variables": dict(variables)}


async def _pages(session: Session, operation: str, name: str) -> list[list[dict[str, Any]]]:
    """All pages of a list, taken together."""
    payloads: list[Payload] = []
    after = ""
    while True:
        payloads.append(await session.fetch(operation, json=_body(operation, {"after": after})))
        rows = payloads[-1].json["data"][name]
        if len(rows) < PAGE:
            break
        after = rows[-1]["id"]
    for payload in payloads:
        session.take(payload)
    return [payload.json["data"][name] for payload in payloads]
