"""DefiLlama's free API: fees, revenue, holders revenue, supply side, volumes, open interest, TVL, prices.

From its OpenAPI files and server code (vendor), recorded answers (recorded) and captures of others (third
party).

- Hosts api.llama.fi and coins.llama.fi, keyless; no published limit, 1–2 requests a second are safe (third
  party). Errors are plain text: 400 unknown protocol, 402 paid plan (perp volume is documented as paid, yet
  answered keyless in 2026-03: try, and take 402 as "not available"), 404 no data, 500 also for a data type it
  does not know (vendor).
- `/summary/{fees|dexs|derivatives|open-interest}/{slug}?dataType=` gives the whole daily history:
  `totalDataChart` of [unix s at 00:00 UTC, USD]. The last point is the running day, partial and moving until
  about D+1 (third party). Points can be deleted later (recorded): a day inside the chart's range without a
  point becomes a row without a value, one that the range no longer reaches is withdrawn.
- Days that it passes over for good (recorded, years later too): dydx 2024-11-04 and 11-22 to 24, gmx 2023-07-07
  and 08, drift 2025-01-16, apex 2024-10-22, hyperliquid 2025-01-13 and 16.
- 200 with an empty chart: the protocol does not report this data type. That is "not reported", never zero.
- `/protocol/{slug}`: `tvl` of {date, totalLiquidityUSD}; the last point is the current hour, off midnight
  (recorded).
- A chain slug answers on the same route (`protocolType: chain`) and must never be added to protocols
  (recorded).
- `/overview/open-interest` holds every protocol's open interest by name and day; sides are mixed between
  protocols.
- Prices: `/chart/{coins}` of `coingecko:{id}`, unknown ids silently absent (vendor), as are coins without a
  price then: those are asked for once more, now. Asked for five minutes before each midnight, so that a day has
  its close and not its open.
- A slug that is renamed answers 400 on every route (third party). One whose adapter lacks a series answers 400
  there alone: that is "not reported".
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import orjson

from ingestion.errors import NotAvailable, NotFound, Rejected
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.fitting import EARLIEST, latest_event
from ingestion.venue import names, seeds
from ingestion.venue.parsing import point, whole
from ingestion.venue.table import Table, found, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Limit
from ingestion.wire.cover import Cover
from ingestion.wire.payload import Payload

DAY_SECONDS = 86_400
FEE_TYPES = ("dailyFees", "dailyRevenue", "dailyHoldersRevenue", "dailySupplySideRevenue", "dailyProtocolRevenue")
SERIES = (*(("fees", data_type) for data_type in FEE_TYPES), ("dexs", "dailyVolume"), ("derivatives", "dailyVolume"))
DEFAULT_TYPES = {"fees": "dailyFees", "dexs": "dailyVolume", "derivatives": "dailyVolume", "open-interest": "openInterestAtEnd"}
COINS_PER_CALL = 20
PRICE_AT = timedelta(hours=23, minutes=55)

PROTOCOLS = Table.snapshot("""
    protocols: *slug *observed_on:day=~ defillama_id?=id name symbol? gecko_id? category? parent_protocol?=parentProtocol tvl:float?
    mcap:float?
""")
DIMENSIONS = Table.of("dimension_series", "*adapter_type *slug=2 *data_type *day:s=0 value:float?=1 protocol_type?")
TVL = Table.of("tvl", "*slug *time:s=date total_liquidity_usd:float=totalLiquidityUSD")
PARTS = Table.of("dimension_parts", "*adapter_type *slug=2 *data_type *day:s=0 parts=1")
COIN_PRICES = Table.of("coin_prices", "*coin *time:s=timestamp symbol? price:float confidence:float?")


def _dense(chart: Iterable[tuple[Any, Any]], slug: str, fetched_at: datetime) -> list[list[Any]]:
    """The points as [day, value, slug], with a row without a value for every UTC day inside their range that has no point.

    Only stamps that a day can have span the range. Any other point stays as it is, for the table to set aside: a single stamp in
    milliseconds must not make a row for each day until the year 58000.
    """
    oldest, newest = int(EARLIEST.timestamp()), int(latest_event(fetched_at).timestamp())
    points: dict[int, Any] = {}
    odd: list[list[Any]] = []
    for stamp, value in chart:
        second = whole(stamp)
        if second is None or not oldest <= second <= newest:
            odd.append([stamp, value, slug])
        else:
            points[second // DAY_SECONDS * DAY_SECONDS] = value
    days = range(min(points), max(points) + 1, DAY_SECONDS) if points else ()
    return [*([day, points.get(day), slug] for day in days), *odd]


def _slug(payload: Payload) -> str:
    return payload.match["slug"].lower()


def _chart(payload: Payload) -> list[list[Any]]:
    chart = found(payload, "totalDataChart")
    if not isinstance(chart, list):
        raise TypeError(f"a {type(chart).__name__} where a chart is expected")
    return _dense(map(point, chart), _slug(payload), payload.fetched_at)


def _parts(payload: Payload) -> list[list[Any]]:
    """What a parent's parts gave, a row a day as [day, parts, slug]; none of a protocol that is its own only part."""
    slug = _slug(payload)
    days = [(stamp, _told(chains)) for stamp, chains in map(point, payload.json.get("totalDataChartBreakdown") or [])]
    is_parent = any(part["part"] != slug for _, told in days for part in told or [])
    return [[stamp, told and orjson.dumps(told).decode(), slug] for stamp, told in days if is_parent and told != []]


def _told(chains: Any) -> list[dict[str, Any]] | None:
    """The parts of a day by chain, names as DefiLlama makes slugs of them. None where it is no breakdown."""
    if not isinstance(chains, dict) or not all(isinstance(names, dict) for names in chains.values()):
        return None
    return [
        {"part": name.lower().replace(" ", "-").replace("'", ""), "chain": chain, "value": value}
        for chain, names in sorted(chains.items())
        for name, value in sorted(names.items())
    ]


def _charts(payload: Payload) -> list[list[Any]]:
    """Of every protocol, from the breakdown by name; a name the list of protocols does not resolve keeps itself."""
    listed = [row for row in payload.json["protocols"] if isinstance(row, dict) and isinstance(row.get("slug"), str)]
    slugs = {name: row["slug"] for row in listed for name in (row.get("name"), row.get("displayName")) if isinstance(name, str)}
    charts: dict[str, list[tuple[Any, Any]]] = {}
    odd: list[list[Any]] = []
    for stamp, values in map(point, payload.json.get("totalDataChartBreakdown") or []):
        if not isinstance(values, dict):
            odd.append([stamp, None, None])
            continue
        for name, value in values.items():
            charts.setdefault(str(slugs.get(name, name)), []).append((stamp, value))
    return [row for slug, chart in charts.items() for row in _dense(chart, slug, payload.fetched_at)] + odd


def _adapter(payload: Payload) -> str:
    """What a protocol did on one chain is part of what it did: it has a name of its own."""
    return "/".join([payload.match["adapter_type"], *([payload.match["chain"]] if "chain" in payload.match else [])])


def _data_type(payload: Payload) -> str:
    return str(payload.params.get("dataType") or DEFAULT_TYPES[payload.match["adapter_type"]])


def _kind(payload: Payload) -> str:
    return f"on {payload.match['chain']}" if "chain" in payload.match else "protocol"


def _prices(payload: Payload) -> list[Any]:
    """Of now: a price a coin. Of a range: as many as the coin has, with what is said of it once."""
    rows: list[Any] = []
    for coin, told in payload.json["coins"].items():
        known = told if isinstance(told, dict) else {}
        points = known["prices"] if isinstance(known.get("prices"), list) else [known]
        rows += [{**known, **one, "coin": coin} if isinstance(one, dict) else None for one in points]
    return rows


def _whole_series(payload: Payload) -> Cover:
    """The API knows no range: what a chart does not have is no longer there, also when nothing is left of it."""
    return Cover("all", {"adapter_type": _adapter(payload), "slug": _slug(payload), "data_type": _data_type(payload)})


def _whole_tvl(payload: Payload) -> Cover:
    """As above, of an answer that has the list at all."""
    return Cover("all", {"slug": _slug(payload)} if isinstance(payload.json.get("tvl"), list) else None)


def _whole_charts(payload: Payload) -> Cover:
    """Of the protocols that it tells of; one that is gone from the list may have another name now."""
    return Cover("all")


SUMMARY = DIMENSIONS.at(
    rows=_chart, adapter_type=_adapter, data_type=_data_type, protocol_type=lambda payload: payload.json.get("protocolType")
)
PARTS_OF = PARTS.at(rows=_parts, adapter_type=_adapter, data_type=_data_type)
OVERVIEW = DIMENSIONS.at(rows=_charts, adapter_type=_adapter, data_type=_data_type, protocol_type=_kind)


class DefiLlama(Venue):
    name = "defillama"
    hosts = {"api": "https://api.llama.fi", "coins": "https://coins.llama.fi", "pro": "https://pro-api.llama.fi/<key>/api"}
    limits = {"api": Limit(2, 1), "coins": Limit(2, 1)}
    tables = (PROTOCOLS, DIMENSIONS, PARTS, TVL, COIN_PRICES)
    endpoints = (
        serves("protocols", "api", "/protocols", PROTOCOLS),
        serves("protocol", "api", "/protocol/{slug}", TVL.at(rows=lambda payload: payload.json.get("tvl"), slug=_slug), covers=_whole_tvl),
        serves("summary", "api", "/summary/{adapter_type}/{slug}", SUMMARY, PARTS_OF, covers=_whole_series),
        serves("overview", "api", "/overview/{adapter_type}", OVERVIEW, covers=_whole_charts),
        serves("chain_overview", "api", "/overview/{adapter_type}/{chain}", OVERVIEW, covers=_whole_charts),
        serves("pro_summary", "pro", "/summary/{adapter_type}/{slug}", SUMMARY, PARTS_OF, covers=_whole_series),
        serves("pro_overview", "pro", "/overview/{adapter_type}", OVERVIEW, covers=_whole_charts),
        serves("prices", "coins", "/prices/current/{coins}", COIN_PRICES.at(rows=_prices)),
        serves("price_chart", "coins", "/chart/{coins}", COIN_PRICES.at(rows=_prices)),
    )

    def check(self, payload: Payload) -> None:
        """Errors are plain text, told apart by the status alone."""
        if payload.status < 400:
            return
        text = f"HTTP {payload.status}: {payload.body[:160].decode('utf-8', 'replace')}"
        kind = {402: NotAvailable, 400: NotFound, 404: NotFound}.get(payload.status, Rejected)
        advice = "needs a paid key: not available, not zero" if kind is NotAvailable else ""
        raise kind(self.name, payload.endpoint, text, market=payload.match.get("slug") or payload.match.get("coins"), advice=advice)

    async def snapshot(self, session: Session) -> list[Market]:
        """The list of protocols; the markets are the slugs of the seed, whatever PERPS_MARKETS says of perpetuals."""
        await session.get("protocols")
        return [Market(slug) for slug in seeds.of_protocols(session.settings, "defillama_slug")]

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """Whole series: the API knows no range. Cost: eight requests a protocol and a few for all."""
        slugs, asked = [market.symbol for market in markets], names.Asked()
        await asyncio.gather(
            *(self._series(session, adapter, data_type, slugs, asked) for adapter, data_type in SERIES),
            session.each("protocol", slugs, lambda slug: asked.about(slug, session.get("protocol", path={"slug": slug}, market=slug))),
            session.each("overview", ["open-interest"], lambda kind: session.get("overview", path={"adapter_type": kind})),
            self._prices(session, window),
        )
        names.tell_unknown(session, ("summary", "protocol"), "defillama_slug", asked.unknown(), "every series of this slug is refused")
        for slug, adapter, data_type in asked.lost(session.lately("dimension_series", "slug", "adapter_type", "data_type")):
            told = f"{adapter} {data_type} is refused, and was given before: look whether it has another slug now"
            session.note("summary", NotFound(self.name, "summary", told, market=slug))

    async def _series(self, session: Session, adapter: str, data_type: str, slugs: Iterable[str], asked: names.Asked) -> None:
        """One protocol after the other, and none any more once it is clear that the series is not for us."""
        paid: list[NotAvailable] = []

        async def one(slug: str) -> None:
            path = {"adapter_type": adapter, "slug": slug}
            try:
                answer = session.get("summary", path=path, params={"dataType": data_type}, market=slug)
                await asked.about(slug, answer, adapter, data_type)
            except NotAvailable as error:
                paid.append(error)

        for slug in slugs:
            await session.each("summary", [slug], one)
            if paid:
                session.limit("summary", f"{adapter} {data_type}: {paid[0].detail}")
                break

    async def _prices(self, session: Session, window: Window) -> None:
        """Of the window; what has none is asked for now, so that a coin without a price then is told from one that is not known."""
        asked = [f"coingecko:{coin}" for coin in seeds.coins(session.settings)]
        params = {"start": int((window.start + PRICE_AT).timestamp()), "span": len(window.days()), "period": "1d", "searchWidth": "4h"}
        without: list[str] = []
        absent: list[str] = []

        async def then(coins: list[str]) -> None:
            answer = await session.get("price_chart", path={"coins": ",".join(coins)}, params=params)
            without.extend(coin for coin in coins if coin not in answer.json["coins"])

        async def now(coins: list[str]) -> None:
            try:
                found = (await session.get("prices", path={"coins": ",".join(coins)})).json["coins"]
            except NotFound:
                found = {}
            absent.extend(coin.removeprefix("coingecko:") for coin in coins if coin not in found)

        await session.each("price_chart", _chunks(asked), then)
        await session.each("prices", _chunks(without), now)
        names.tell_absent(session, "prices", "coingecko_id", asked, absent)


def _chunks(items: list[str]) -> list[list[str]]:
    return [items[start : start + COINS_PER_CALL] for start in range(0, len(items), COINS_PER_CALL)]
