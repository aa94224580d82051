"""GMX v2 on Arbitrum: its keeper's REST (markets, tokens, oracle candles) and its squid (GraphQL: trades, funding, open interest).

[V] recorded, [G] gmx-io/gmx-interface (generated types of the squid, SDK), [D] DefiLlama's adapters, [T] third parties who measured it
in 2026 (a collector, a liquidation alert, two funding studies), [M] remembered, [A] assumed.

- A market is a pool: an index token with a long and a short token; several pools share one index token (BTC has three) [V]. It is
  named by its address, the only name both hosts agree on; REST calls the same pool BTC/USD [WBTC.b-USDC] or [BTC-USDC]. Pools whose
  index token is the zero address only swap [V].
- `/markets`, `/tokens`: lists [V]. `/prices/candles`: [[s, o, h, l, c]] of the ORACLE in USD, NEWEST FIRST and from now back, without
  volume, by token symbol [G]; ≤ 10,000 rows [M]. `since` of the newer REST has no effect [T], so a window far back costs its age.
- The squid is one POST path: ≤ 1000 rows, `limit`, `offset`, `orderBy`, `where: {x_gte}`; times in Unix seconds; errors are
  `errors[]` inside HTTP 200 [G]. Every USD figure is an integer × 1e30, tokens × 10^decimals, prices × 10^(30 − decimals) [V].
- `positionChanges` are the fills of positions, liquidations among them, and no swaps: a day's sum of sizeDeltaUsd was
  marginVolumeUsd to the digit, 2026-09-01 [T]. `tradeActions` with orderType 7 are liquidations; OrderCreated and OrderExecuted are
  two rows of the same one [T].
- `fundingRateSnapshots` and `fundingBalanceOiSnapshots`: one row a pool and hour [T]. Factors are per SECOND × 1e30 and NEGATIVE for
  the side that pays; what longs pay is not what shorts get. Funding accrues all the time; borrowing fees are another thing [G].
- `marketInfos` gives both sides' open interest now, at what positions were opened for, not at mark [D][G]; `positionsVolume` the last 24 h.
- No limits are published; 5 requests a second are well within what was answered [T]. Avalanche, Botanix and MegaETH are not read.
- A day of fills is kept only whole: pages of it are fetched, then all taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import polars as pl

from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day, seconds
from ingestion.venue.parsing import fields, instant
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

PAGE = 1000
MOST_CANDLES = 10_000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NO_TOKEN = "0x" + "0" * 40
SQUID = "/gmx-synthetics-arbitrum:prod/api/graphql"
SIDES = "longOpenInterestUsd shortOpenInterestUsd longOpenInterestInTokens shortOpenInterestInTokens"
SIDE_COLUMNS = "long_open_interest_usd short_open_interest_usd long_open_interest_in_tokens short_open_interest_in_tokens"

MARKETS = Entity.of(
    "markets",
    "*market_token *observed_on:day name index_token long_token short_token is_listed:bool listing_date:instant?",
    event=day("observed_on"),
    is_snapshot=True,
)
TOKENS = Entity.of("tokens", "*address *observed_on:day symbol decimals:int synthetic:bool?", event=day("observed_on"), is_snapshot=True)
MARKET_STATES = Entity.of(
    "market_states",
    f"*market_token_address *observed_at:instant is_disabled:bool {SIDE_COLUMNS} volume_1d?",
    event=pl.col("observed_at"),
    is_snapshot=True,
)
CANDLES = Entity.of(
    "candles", "*token_symbol *period *time:int open:float high:float low:float close:float", event=seconds("time"), look_back_days=1
)
POSITION_CHANGES = Entity.of(
    "position_changes",
    "*id timestamp:int market type is_long:bool size_delta_usd size_delta_in_tokens",
    event=seconds("timestamp"),
    look_back_days=1,
)
LIQUIDATIONS = Entity.of(
    "liquidations",
    "*id timestamp:int market_address event_name order_type:int is_long:bool size_delta_usd execution_price?",
    event=seconds("timestamp"),
    look_back_days=1,
)
FUNDING_RATES = Entity.of(
    "funding_rates",
    "*market_address *snapshot_timestamp:int funding_factor_per_second_long funding_factor_per_second_short",
    event=seconds("snapshot_timestamp"),
    look_back_days=1,
)
OPEN_INTEREST = Entity.of(
    "open_interest", f"*market_address *snapshot_timestamp:int {SIDE_COLUMNS}", event=seconds("snapshot_timestamp"), look_back_days=1
)

# Squid lists read by time: root → (the time, further conditions, the fields in the order of the entity's columns).
SERIES = {
    "positionChanges": ("timestamp", "", "id timestamp market type isLong sizeDeltaUsd sizeDeltaInTokens"),
    "tradeActions": (
        "timestamp",
        'eventName_eq: "OrderExecuted", orderType_eq: 7, ',
        "id timestamp marketAddress eventName orderType isLong sizeDeltaUsd executionPrice",
    ),
    "fundingRateSnapshots": (
        "snapshotTimestamp",
        "",
        "marketAddress snapshotTimestamp fundingFactorPerSecondLong fundingFactorPerSecondShort",
    ),
    "fundingBalanceOiSnapshots": ("snapshotTimestamp", "", f"marketAddress snapshotTimestamp {SIDES}"),
}
STATES = f'query marketInfos {{ marketInfos(limit: {PAGE}) {{ marketTokenAddress isDisabled {SIDES} }} positionsVolume(where: {{period: "1d"}}) {{ market volume }} }}'  # noqa: E501


def _query(root: str) -> str:
    stamp, conditions, names = SERIES[root]
    where = f"{{{conditions}{stamp}_gte: $from, {stamp}_lt: $to}}"
    rows = f"{root}(limit: $limit, offset: $offset, orderBy: [{stamp}_ASC, id_ASC], where: {where}) {{ {names} }}"
    return f"query {root}($from: Int!, $to: Int!, $limit: Int!, $offset: Int!) {{ {rows} }}"


def _parse_markets(payload: Payload) -> Parsed:
    today = payload.fetched_at.date()
    rows = [
        (
            row["marketToken"], today, *fields(row, "name", "indexToken", "longToken", "shortToken", "isListed"),
            instant(row["listingDate"]) if row.get("listingDate") else None,
        )
        for row in payload.json["markets"]
    ]  # fmt: skip
    return {"markets": rows}


def _parse_tokens(payload: Payload) -> Parsed:
    today = payload.fetched_at.date()
    return {"tokens": [(row["address"], today, *fields(row, "symbol", "decimals", "synthetic")) for row in payload.json["tokens"]]}


def _parse_candles(payload: Payload) -> Parsed:
    symbol, period = payload.param("tokenSymbol"), payload.json["period"]
    return {"candles": [(symbol, period, *row[:5]) for row in payload.json["candles"]]}


def _parse_states(payload: Payload) -> Parsed:
    data, at = payload.json["data"], payload.fetched_at
    volumes = {row["market"].lower(): row["volume"] for row in data.get("positionsVolume") or []}
    rows = [
        (row["marketTokenAddress"], at, *fields(row, "isDisabled", *SIDES.split()), volumes.get(row["marketTokenAddress"].lower()))
        for row in data["marketInfos"]
    ]
    return {"market_states": rows}


def _squid(root: str, entity: str) -> Endpoint:
    def parse(payload: Payload) -> Parsed:
        return {entity: [fields(row, *SERIES[root][2].split()) for row in payload.json["data"][root]]}

    return Endpoint(
        root, "squid", SQUID, (entity,), _parse_states if root == "marketInfos" else parse, method="POST",
        when=lambda body: body.get("operationName") == root,
    )  # fmt: skip


class Gmx(Adapter):
    """See the module docstring."""

    name = "gmx"
    market_parameters = ("tokenSymbol",)
    hosts = {"rest": "https://arbitrum-api.gmxinfra.io", "squid": "https://gmx.squids.live"}
    limits = {"rest": Limit(5, 1), "squid": Limit(5, 1)}
    entities = (MARKETS, TOKENS, MARKET_STATES, CANDLES, POSITION_CHANGES, LIQUIDATIONS, FUNDING_RATES, OPEN_INTEREST)
    endpoints = (
        Endpoint("markets", "rest", "/markets", ("markets",), _parse_markets),
        Endpoint("tokens", "rest", "/tokens", ("tokens",), _parse_tokens),
        Endpoint("candles", "rest", "/prices/candles", ("candles",), _parse_candles),
        _squid("marketInfos", "market_states"),
        _squid("positionChanges", "position_changes"),
        _squid("tradeActions", "liquidations"),
        _squid("fundingRateSnapshots", "funding_rates"),
        _squid("fundingBalanceOiSnapshots", "open_interest"),
    )
    no_public_api = {"premiums": "positions open and close at the oracle's price: there is no mark of the venue's own"}

    def complaint(self, payload: Payload) -> tuple[str, str] | None:
        """The squid's errors are `{"errors": [{"message"}]}`, whatever the status."""
        if payload.method != "POST" or payload.body.lstrip()[:1] != b"{" or not payload.json.get("errors"):
            return None
        return "", "; ".join(str(error.get("message", error)) for error in payload.json["errors"])

    async def snapshot(self, session: Session) -> list[Market]:
        """Three calls, each for all pools; `top:N` ranks by the volume of the last 24 h."""
        listed = (await session.get("markets")).json["markets"]
        symbols = {row["address"].lower(): row["symbol"] for row in (await session.get("tokens")).json["tokens"]}
        volumes: dict[str, float] = {}

        async def states(operation: str) -> None:
            payload = await session.get(operation, json={"operationName": operation, "query": STATES})
            volumes.update({row["market"].lower(): float(row["volume"]) / 1e30 for row in payload.json["data"]["positionsVolume"]})

        await session.each("marketInfos", ["marketInfos"], states)
        return session.select(
            Market(row["name"], volumes.get(row["marketToken"].lower(), 0.0), product=symbols[row["indexToken"].lower()])
            for row in listed
            if row["isListed"] and row["indexToken"] != NO_TOKEN and row["indexToken"].lower() in symbols
        )

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """Fills, liquidations, funding and open interest of all pools at once, by the day; candles by index token."""
        tokens = sorted({market.product for market in markets})
        candles = session.window_for("candles", window)
        if session.now() - candles.start > MOST_CANDLES * HOUR:
            session.limitations.add(f"candles: the API gives the newest {MOST_CANDLES} hours, nothing older can be had")

        async def series(root: str, entity: str) -> None:
            days = session.window_for(entity, window).pages(DAY)
            await session.each(root, days, lambda bounds: _day(session, root, *bounds))

        await asyncio.gather(
            session.each("candles", tokens if session.now() > candles.start else [], lambda token: _candles(session, candles, token)),
            *(series(one.name, one.feeds[0]) for one in self.endpoints if one.name in SERIES),
        )


async def _candles(session: Session, window: Window, token: str) -> None:
    hours = -((window.start - session.now()) // HOUR) + 1
    params = {"tokenSymbol": token, "period": "1h", "limit": min(MOST_CANDLES, hours)}
    await session.get("candles", params=params, market=token)


async def _day(session: Session, root: str, start_ms: int, end_ms: int) -> None:
    """All pages of a day, taken only when the last of them came."""
    pages: list[Payload] = []
    rows = 0
    while rows == PAGE * len(pages):
        variables = {"from": start_ms // 1000, "to": end_ms // 1000, "limit": PAGE, "offset": rows}
        pages.append(await session.fetch(root, json={"operationName": root, "query": _query(root), "variables": variables}))
        rows += len(pages[-1].json["data"][root])
    for page in pages:
        session.take(page)
