"""DefiLlama's free API: fees, revenue, holders revenue, supply side, volumes, open interest, TVL and token prices of protocols.

From its OpenAPI files, server code [H] and captures of others [M].

- Hosts api.llama.fi and coins.llama.fi, keyless; no published limit, 1–2 requests a second are safe [M]. Errors are plain text: 400 unknown
  protocol, 402 paid plan (perp volume is documented as paid, yet answered keyless in 2026-03 [M]: try, and take 402 as "not available"),
  404 no data, 500 also for a data type it does not know [H].
- `/summary/{fees|dexs|derivatives|open-interest}/{slug}?dataType=` gives the whole daily history: `totalDataChart` of [unix s at 00:00
  UTC, USD]. The last point is the running day, partial and moving until about D+1 [M]. Points can be deleted later [M]: a day inside
  the chart's range without a point becomes a row without a value, so that a withdrawal is a version like any other change.
- 200 with an empty chart: the protocol does not report this data type. That is "not reported", never zero [M].
- `/protocol/{slug}`: `tvl` of {date, totalLiquidityUSD}; the last point is the current hour, off midnight [M].
- A chain slug answers on the same route (`protocolType: chain`) and must never be added to protocols [M].
- `/overview/open-interest` holds every protocol's open interest by name and day; sides are mixed between protocols.
- Prices: `/chart/{coins}` of `coingecko:{id}`, unknown ids silently absent [H]. Asked for five minutes before each midnight, so that a day
  has its close and not its open.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from ingestion.errors import NotAvailable, NotFound, Rejected
from ingestion.run.adapter import Adapter
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.store.entity import Entity, day, seconds
from ingestion.store.fitting import EARLIEST, latest_event
from ingestion.venue import seeds
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.payload import Payload

DAY_SECONDS = 86_400
FEE_TYPES = ("dailyFees", "dailyRevenue", "dailyHoldersRevenue", "dailySupplySideRevenue", "dailyProtocolRevenue")
SERIES = (*(("fees", data_type) for data_type in FEE_TYPES), ("dexs", "dailyVolume"), ("derivatives", "dailyVolume"))
DEFAULT_TYPES = {"fees": "dailyFees", "dexs": "dailyVolume", "derivatives": "dailyVolume", "open-interest": "openInterestAtEnd"}
COINS_PER_CALL = 20
PRICE_AT = timedelta(hours=23, minutes=55)

PROTOCOLS = Entity.of(
    "protocols",
    "*slug *observed_on:day defillama_id? name symbol? gecko_id? category? parent_protocol? tvl:float? mcap:float?",
    event=day("observed_on"),
    is_snapshot=True,
)
DIMENSION_SERIES = Entity.of(
    "dimension_series", "*adapter_type *slug *data_type *day:int value:float? protocol_type?", event=seconds("day")
)
TVL = Entity.of("tvl", "*slug *time:int total_liquidity_usd:float", event=seconds("time"))
COIN_PRICES = Entity.of("coin_prices", "*coin *time:int symbol? price:float confidence:float?", event=seconds("time"))


def _second(stamp: Any) -> int | None:
    """A point's stamp as Unix seconds, or None when it is no number."""
    try:
        return None if isinstance(stamp, bool) else int(stamp)
    except (TypeError, ValueError, OverflowError):
        return None


def _dense(chart: Iterable[tuple[Any, Any]], fetched_at: datetime) -> list[tuple[Any, Any]]:
    """The chart with a (day, None) for every UTC day inside its range that has no point.

    Only stamps that a day can have span the range. Any other point stays as it is, for the schema to set aside: a single stamp in
    milliseconds must not make a row for each day until the year 58000.
    """
    oldest, newest = int(EARLIEST.timestamp()), int(latest_event(fetched_at).timestamp())
    points: dict[int, Any] = {}
    odd = []
    for stamp, value in chart:
        second = _second(stamp)
        if second is None or not oldest <= second <= newest:
            odd.append((stamp, value))
        else:
            points[second // DAY_SECONDS * DAY_SECONDS] = value
    days = range(min(points), max(points) + 1, DAY_SECONDS) if points else ()
    return [*((day, points.get(day)) for day in days), *odd]


def _parse_summary(payload: Payload) -> Parsed:
    body = payload.json
    if isinstance(body, list):
        raise ValueError("a list where an object with totalDataChart is expected")
    adapter, slug = payload.match["adapter_type"], payload.match["slug"].lower()
    data_type = str(payload.params.get("dataType") or DEFAULT_TYPES[adapter])
    points = _dense(body["totalDataChart"], payload.fetched_at)
    return {"dimension_series": [(adapter, slug, data_type, stamp, value, body.get("protocolType")) for stamp, value in points]}


def _parse_overview(payload: Payload) -> Parsed:
    """Per protocol and day, from the breakdown by name; a name the list of protocols does not resolve keeps itself."""
    body, adapter = payload.json, payload.match["adapter_type"]
    data_type = str(payload.params.get("dataType") or DEFAULT_TYPES[adapter])
    slugs = {name: row["slug"] for row in body["protocols"] if "slug" in row for name in (row.get("name"), row.get("displayName")) if name}
    series: dict[str, list[tuple[int, Any]]] = {}
    for stamp, values in body.get("totalDataChartBreakdown") or []:
        for name, value in values.items():
            series.setdefault(slugs.get(name, name), []).append((stamp, value))
    kind = "protocol" if "chain" not in payload.match else f"on {payload.match['chain']}"
    adapter = adapter if kind == "protocol" else f"{adapter}/{payload.match['chain']}"
    return {
        "dimension_series": [
            (adapter, slug, data_type, stamp, value, kind)
            for slug, chart in series.items()
            for stamp, value in _dense(chart, payload.fetched_at)
        ]
    }


def _parse_protocols(payload: Payload) -> Parsed:
    today = payload.fetched_at.date()
    fields = ("id", "name", "symbol", "gecko_id", "category", "parentProtocol", "tvl", "mcap")
    return {"protocols": [(row["slug"], today, *(row.get(field) for field in fields)) for row in payload.json]}


def _parse_protocol(payload: Payload) -> Parsed:
    body, slug = payload.json, payload.match["slug"].lower()
    return {"tvl": [(slug, point["date"], point["totalLiquidityUSD"]) for point in body.get("tvl") or []]}


def _parse_prices(payload: Payload) -> Parsed:
    coins = payload.json["coins"]
    return {
        "coin_prices": [(coin, row["timestamp"], row.get("symbol"), row["price"], row.get("confidence")) for coin, row in coins.items()]
    }


def _parse_price_chart(payload: Payload) -> Parsed:
    coins = payload.json["coins"]
    return {
        "coin_prices": [
            (coin, point["timestamp"], row.get("symbol"), point["price"], row.get("confidence"))
            for coin, row in coins.items()
            for point in row["prices"]
        ]
    }


class DefiLlama(Adapter):
    """See the module docstring."""

    name = "defillama"
    hosts = {"api": "https://api.llama.fi", "coins": "https://coins.llama.fi", "pro": "https://pro-api.llama.fi/<key>/api"}
    limits = {"api": Limit(2, 1), "coins": Limit(2, 1)}
    entities = (PROTOCOLS, DIMENSION_SERIES, TVL, COIN_PRICES)
    endpoints = (
        Endpoint("protocols", "api", "/protocols", ("protocols",), _parse_protocols),
        Endpoint("protocol", "api", "/protocol/{slug}", ("tvl",), _parse_protocol),
        Endpoint("summary", "api", "/summary/{adapter_type}/{slug}", ("dimension_series",), _parse_summary),
        Endpoint("overview", "api", "/overview/{adapter_type}", ("dimension_series",), _parse_overview),
        Endpoint("chain_overview", "api", "/overview/{adapter_type}/{chain}", ("dimension_series",), _parse_overview),
        Endpoint("pro_summary", "pro", "/summary/{adapter_type}/{slug}", ("dimension_series",), _parse_summary),
        Endpoint("pro_overview", "pro", "/overview/{adapter_type}", ("dimension_series",), _parse_overview),
        Endpoint("prices", "coins", "/prices/current/{coins}", ("coin_prices",), _parse_prices),
        Endpoint("price_chart", "coins", "/chart/{coins}", ("coin_prices",), _parse_price_chart),
    )

    def check(self, payload: Payload) -> None:
        text = payload.body[:160].decode("utf-8", "replace")
        market = payload.match.get("slug") or payload.match.get("coins")
        if payload.status == 402:
            raise NotAvailable(
                self.name, payload.endpoint, f"HTTP 402: {text}", market=market, advice="needs a paid key: not available, not zero"
            )
        if payload.status in (400, 404):
            raise NotFound(self.name, payload.endpoint, f"HTTP {payload.status}: {text}", market=market)
        if payload.status >= 400:
            raise Rejected(self.name, payload.endpoint, f"HTTP {payload.status}: {text}", market=market)

    async def snapshot(self, session: Session) -> list[Market]:
        """The list of protocols; the markets are the slugs of the seed, whatever PERPS_MARKETS says of perpetuals."""
        await session.get("protocols")
        return [Market(slug) for slug in seeds.of_protocols(session.settings, "defillama_slug")]

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """Whole series: the API knows no range. Cost: nine requests a protocol and a few for all."""
        slugs = [market.symbol for market in markets]
        asked = [(adapter, slug, data_type) for slug in slugs for adapter, data_type in SERIES]
        await asyncio.gather(
            session.each("summary", asked, lambda item: self._series(session, *item)),
            session.each("protocol", slugs, lambda slug: session.get("protocol", path={"slug": slug}, market=slug)),
            session.each("overview", ["open-interest"], lambda kind: session.get("overview", path={"adapter_type": kind})),
            session.each(
                "price_chart",
                _chunks([f"coingecko:{coin}" for coin in seeds.coins(session.settings)]),
                lambda coins: self._prices(session, window, coins),
            ),
        )

    async def _series(self, session: Session, adapter: str, slug: str, data_type: str) -> None:
        try:
            await session.get("summary", path={"adapter_type": adapter, "slug": slug}, params={"dataType": data_type}, market=slug)
        except NotAvailable as error:
            session.limitations.add(f"{adapter} {data_type}: {error.detail}")

    async def _prices(self, session: Session, window: Window, coins: list[str]) -> None:
        start = int((window.start + PRICE_AT).timestamp())
        params = {"start": start, "span": len(window.days()), "period": "1d", "searchWidth": "4h"}
        await session.get("price_chart", path={"coins": ",".join(coins)}, params=params)


def _chunks(items: list[str]) -> list[list[str]]:
    return [items[start : start + COINS_PER_CALL] for start in range(0, len(items), COINS_PER_CALL)]
