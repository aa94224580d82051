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
- `/protocols` has what each protocol holds now (`tvl`), and parents in `parentProtocol` alone. The past of it is
  `/protocol/{slug}`, `tvl` of {date, totalLiquidityUSD}, several MB each: for a backfill and the first load. Its
  last point is the current hour, off midnight (recorded).
- A chain slug answers on the same route (`protocolType: chain`) and must never be added to protocols
  (recorded).
- `/overview/{fees|dexs|derivatives|open-interest}?dataType=` holds the daily series of every protocol, by name: eight
  requests are all there is. Names are resolved by the answer's own list (name, slug, category, parentProtocol;
  recorded 2025-05), one that is off it by how slugs are made of names. Leaves only: a parent is the sum of its
  children. Kept are perpetuals (category Derivatives), their families and what the seed names; a chain never is.
  Without a key today? Not tried: 402 leads to the lite form (both `exclude…` true: totals of 24 h, a row for
  yesterday), and 402 there to `/summary` of each slug of the seed, as does a window that the lite form cannot fill.
- Into the running day an overview carries yesterday's value of what is not updated yet (vendor): that day is no row.
  Sides of open interest are mixed between protocols.
- `/summary` has what no overview names: a slug of the seed that neither the list of protocols nor a parent there has.
- Prices: `/chart/{coins}` of `coingecko:{id}`, unknown ids silently absent (vendor), as are coins without a
  price then: those are asked for once more, now. Asked for five minutes before each midnight, so that a day has
  its close and not its open.
- A slug that is renamed answers 400 on every route (third party). One whose adapter lacks a series answers 400
  there alone: that is "not reported".
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import orjson
import polars as pl

from ingestion.errors import BadAnswer, NotAvailable, NotFound, Rejected
from ingestion.run.answer import Answer
from ingestion.run.held import By
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.settings import Settings
from ingestion.store.columns import Columns, Same
from ingestion.venue import names, overview, seeds
from ingestion.venue.charts import dense
from ingestion.venue.parsing import objects, point
from ingestion.venue.table import Table, found, serves
from ingestion.venue.venue import Venue
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.cover import Cover
from ingestion.wire.payload import Payload

FEE_TYPES = ("dailyFees", "dailyRevenue", "dailyHoldersRevenue", "dailySupplySideRevenue", "dailyProtocolRevenue")
DEFAULT_TYPES = {"fees": "dailyFees", "dexs": "dailyVolume", "derivatives": "dailyVolume", "open-interest": "openInterestAtEnd"}
SERIES = (*(("fees", data_type) for data_type in FEE_TYPES), *list(DEFAULT_TYPES.items())[1:])
LITE = {"excludeTotalDataChart": "true", "excludeTotalDataChartBreakdown": "true"}
FULL = LITE | {"excludeTotalDataChartBreakdown": "false"}
PARENT = "parent"  # of a market: its series are its children's
NO_TVL = "no tvl"  # of a market: the list of protocols has no amount for it or a child
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

PART_OF = pl.col("parent_protocol").str.strip_prefix("parent#")
HAVE_TVL = (By(PROTOCOLS.name, "slug"), By(PROTOCOLS.name, PART_OF), By(TVL.name, "slug"))


def _slug(payload: Payload) -> str:
    return payload.match["slug"].lower()


def _chart(payload: Payload) -> list[list[Any]]:
    chart = found(payload, "totalDataChart")
    if not isinstance(chart, list):
        raise TypeError(f"a {type(chart).__name__} where a chart is expected")
    return [[*one, _slug(payload)] for one in dense(map(point, chart), payload.fetched_at)]


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


def _adapter(payload: Payload) -> str:
    """What a protocol did on one chain is part of what it did: it has a name of its own."""
    return "/".join([payload.match["adapter_type"], *([payload.match["chain"]] if "chain" in payload.match else [])])


def _data_type(payload: Payload) -> str:
    return str(payload.params.get("dataType") or DEFAULT_TYPES[payload.match["adapter_type"]])


def _overview(payload: Payload, ours: Collection[str] | None = ()) -> dict[str, Columns | pl.DataFrame]:
    chain = payload.match.get("chain")
    told = overview.rows(payload, None if chain else ours)
    kind = f"on {chain}" if chain else "protocol"
    given = {"adapter_type": _adapter(payload), "data_type": _data_type(payload), "protocol_type": kind}
    if isinstance(told, pl.DataFrame):
        return {DIMENSIONS.name: told.with_columns(**{name: pl.lit(value) for name, value in given.items()})}
    return {DIMENSIONS.name: Columns(told.height, {**{name: Same(value) for name, value in given.items()}, **told.values})}


def _lists(name: str, host: str, path: str) -> Endpoint:
    """An overview: too large to be decoded whole, as others are, to see whether it is JSON; `check` looks at its ends."""
    return Endpoint(name, host, path, (DIMENSIONS.name,), _overview, is_json=False, covers=_whole_charts)


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


def _whole_charts(payload: Payload) -> Cover | None:
    """Of the protocols that it tells of; one that is gone from the list may have another name now. Totals are whole for nothing."""
    return Cover("all") if overview.has_days(payload) else None


SUMMARY = DIMENSIONS.at(
    rows=_chart, adapter_type=_adapter, data_type=_data_type, protocol_type=lambda payload: payload.json.get("protocolType")
)
PARTS_OF = PARTS.at(rows=_parts, adapter_type=_adapter, data_type=_data_type)


class DefiLlama(Venue):
    name = "defillama"
    hosts = {"api": "https://api.llama.fi", "coins": "https://coins.llama.fi", "pro": "https://pro-api.llama.fi/<key>/api"}
    limits = {"api": Limit(2, 1), "coins": Limit(2, 1)}
    tables = (PROTOCOLS, DIMENSIONS, PARTS, TVL, COIN_PRICES)
    endpoints = (
        serves("protocols", "api", "/protocols", PROTOCOLS),
        serves("protocol", "api", "/protocol/{slug}", TVL.at(rows=lambda payload: payload.json.get("tvl"), slug=_slug), covers=_whole_tvl),
        serves("summary", "api", "/summary/{adapter_type}/{slug}", SUMMARY, PARTS_OF, covers=_whole_series),
        _lists("overview", "api", "/overview/{adapter_type}"),
        _lists("chain_overview", "api", "/overview/{adapter_type}/{chain}"),
        serves("pro_summary", "pro", "/summary/{adapter_type}/{slug}", SUMMARY, PARTS_OF, covers=_whole_series),
        _lists("pro_overview", "pro", "/overview/{adapter_type}"),
        serves("prices", "coins", "/prices/current/{coins}", COIN_PRICES.at(rows=_prices)),
        serves("price_chart", "coins", "/chart/{coins}", COIN_PRICES.at(rows=_prices)),
    )

    def check(self, payload: Payload) -> None:
        """Errors are plain text, told apart by the status alone."""
        if payload.status < 400:
            if "overview" in payload.endpoint and not (payload.body.strip()[:1] == b"{" and payload.body.strip()[-1:] == b"}"):
                begins = payload.body[:80].decode("utf-8", "replace")
                raise BadAnswer(self.name, payload.endpoint, f"not JSON, or cut; it begins {begins!r}", advice="try again later")
            return
        text = f"HTTP {payload.status}: {payload.body[:160].decode('utf-8', 'replace')}"
        kind = {402: NotAvailable, 400: NotFound, 404: NotFound}.get(payload.status, Rejected)
        advice = "needs a paid key: not available, not zero" if kind is NotAvailable else ""
        raise kind(self.name, payload.endpoint, text, market=payload.match.get("slug") or payload.match.get("coins"), advice=advice)

    def read(self, endpoint: Endpoint, payload: Payload, settings: Settings) -> Mapping[str, Any]:
        """Of the thousands in an overview, perpetuals and what the seed names."""
        if endpoint.parse is _overview:
            return _overview(payload, seeds.of_protocols(settings, "defillama_slug"))
        return endpoint.parse(payload)

    async def snapshot(self, session: Session) -> list[Market]:
        """The list of protocols; the markets are the slugs of the seed, whatever PERPS_MARKETS says of perpetuals."""
        listed = objects((await session.get("protocols")).json)
        parents = {overview.parent_slug(row.get("parentProtocol")) for row in listed}
        holding = [row for row in listed if row.get("tvl")]
        with_tvl = {row.get("slug") for row in holding} | {overview.parent_slug(row.get("parentProtocol")) for row in holding}
        slugs, leaves = seeds.of_protocols(session.settings, "defillama_slug"), {row.get("slug") for row in listed}

        def product(slug: str) -> str:
            return ", ".join([PARENT] * (slug in parents) + [NO_TVL] * (slug not in with_tvl))

        return [Market(slug, product=product(slug), is_listed=slug in leaves | parents) for slug in slugs]

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        """Whole series: the API knows no range. Cost: eight requests for all protocols, and prices."""
        ours = list(markets)
        await asyncio.gather(self._all(session, window, ours), self._tvl(session, window, ours), self._prices(session, window))

    async def _all(self, session: Session, window: Window, markets: list[Market]) -> None:
        """Every series of every protocol. One overview after the other: of two, both bodies would be held."""
        told: set[tuple[str, str, str]] = set()
        whole: list[tuple[str, str]] = []
        lacking: list[tuple[str, str]] = []

        async def one(series: tuple[str, str]) -> None:
            try:
                answer = await self._overview(session, *series)
            except NotAvailable as error:
                session.limit(
                    "overview", f"{' '.join(series)}: the lite form is refused too, each slug of ours is asked for: {error.detail}"
                )
                lacking.append(series)
                return
            told.update((slug, *series) for rows in answer.parsed.values() for slug in overview.slugs_of(rows))
            if overview.has_days(answer.payload):
                whole.append(series)
            elif answer.height(DIMENSIONS.name) and window.first < session.now().date() - timedelta(days=1):
                lacking.append(series)

        for series in SERIES:
            await session.each("overview", [series], one)
        slugs, asked = [market.symbol for market in markets], names.Asked()
        named = {slug for slug, *_ in told}
        unknown = [market.symbol for market in markets if not market.is_listed and market.symbol not in named]
        for series in SERIES:
            await self._series(session, *series, slugs if series in lacking else unknown, asked)
        refused = [slug for slug in asked.unknown() if slug in unknown]
        names.tell_unknown(session, ("summary", "protocol"), "defillama_slug", refused, "every series of this slug is refused")
        given = session.lately(DIMENSIONS.name, "slug", "adapter_type", "data_type")
        lost = {one for one in given - told if one[1:] in whole} - {(slug, *series) for slug in unknown for series in SERIES}
        self._tell_lost(session, [*lost, *asked.lost(given)], {market.symbol: market.product for market in markets})

    async def _overview(self, session: Session, adapter: str, data_type: str) -> Answer:
        """In full, or where that is refused, lite. Raises NotAvailable where both are."""
        path, of = {"adapter_type": adapter}, {"dataType": data_type}
        try:
            try:
                answer = await session.get("overview", path=path, params=of | FULL)
            except NotAvailable as error:
                answer = await session.get("overview", path=path, params=of | LITE)
                why = error.detail
            else:
                why = "it came without its days"
        except NotFound as error:  # a route that is gone is not a market off a list
            raise Rejected(self.name, "overview", f"{adapter} {data_type}: {error.detail}") from None
        if answer.height(DIMENSIONS.name) and not overview.has_days(answer.payload):
            session.limit("overview", f"{adapter} {data_type}: of the full form only yesterday's totals are had: {why}")
        return answer

    def _tell_lost(self, session: Session, lost: Iterable[tuple[str, ...]], ours: Mapping[str, str]) -> None:
        """What was given until lately: of ours a fault to mend, of others said. A parent's own series are asked for no more."""
        others: dict[str, list[str]] = {}
        for slug, adapter, data_type in sorted(lost):
            if slug not in ours:
                others.setdefault(f"{adapter} {data_type}", []).append(slug)
            elif PARENT not in ours[slug]:
                told = f"{adapter} {data_type} is refused, and was given before: look whether it has another slug now"
                session.note("summary", NotFound(self.name, "summary", told, market=slug))
        for series, slugs in others.items():
            session.limit("overview", f"{series}: given before, and not now: {', '.join(slugs)}")

    async def _tvl(self, session: Session, window: Window, markets: list[Market]) -> None:
        """What the protocols of the seed held in the past, once, and after an outage; the list of protocols says what all hold now.

        Each is looked up by itself: a first load that was cut short, or a protocol that came later, has only some of them.
        """
        had = set() if window.is_backfill else session.whole(TVL.name, "slug")
        had -= set(session.missed(window, [market.symbol for market in markets], *HAVE_TVL))
        listed = [market for market in markets if market.is_listed and market.symbol not in had]
        slugs = [market.symbol for market in listed if window.is_backfill or NO_TVL not in market.product]
        await session.each("protocol", slugs, lambda slug: session.get("protocol", path={"slug": slug}, market=slug))

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
        """Of the window and of what was missed. What has none is asked for now: so a coin without a price is told from an unknown one."""
        asked = [f"coingecko:{coin}" for coin in seeds.coins(session.settings)]
        since = {coin: session.window_for(COIN_PRICES.name, window, ("coin", coin)).first for coin in asked}
        chunks = [(coins, min(map(since.__getitem__, coins))) for coins in _chunks(asked)]
        without: list[str] = []
        absent: list[str] = []

        async def then(chunk: tuple[list[str], date]) -> None:
            coins, days = chunk[0], Window(chunk[1], window.last)
            params = {"start": int((days.start + PRICE_AT).timestamp()), "span": len(days.days()), "period": "1d", "searchWidth": "4h"}
            answer = await session.get("price_chart", path={"coins": ",".join(coins)}, params=params)
            without.extend(coin for coin in coins if coin not in answer.json["coins"])

        async def now(coins: list[str]) -> None:
            try:
                found = (await session.get("prices", path={"coins": ",".join(coins)})).json["coins"]
            except NotFound:
                found = {}
            absent.extend(coin.removeprefix("coingecko:") for coin in coins if coin not in found)

        await session.each("price_chart", chunks, then)
        await session.each("prices", _chunks(without), now)
        names.tell_absent(session, "prices", "coingecko_id", asked, absent)


def _chunks(items: list[str]) -> list[list[str]]:
    return [items[start : start + COINS_PER_CALL] for start in range(0, len(items), COINS_PER_CALL)]
