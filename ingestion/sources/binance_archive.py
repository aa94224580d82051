"""Binance's public archive of zips: history REST no longer has, delisted symbols, 5-minute open interest.

`<base>/futures/{um|cm}/{monthly|daily}/{feed}/{SYMBOL}/1h/{SYMBOL}-1h-{YYYY-MM[-DD]}.zip` at
data.binance.vision; `<base>/spot/{monthly|daily}/klines/…`; funding is monthly only and has no interval
folder; metrics are daily and USDⓈ-M only (vendor).

- Daily files appear the next day, monthly ones on the first Monday of the next month (vendor). A 404 is a
  file that does not exist.
- One CSV per zip, header row only in newer files; stamps in ms, spot in µs since 2025 (recorded). A
  `.CHECKSUM` file (`<sha256>  <name>`) lies beside most files; where it exists it must match.
- Days are missing inside monthly files although the exchange traded (recorded): their own files have them.
- Files are uploaded again, with other rows or fewer (third party): what a day's candles no longer hold is
  withdrawn.
- Which symbols exist is asked of the bucket's S3 listing (assumed); with exact names in PERPS_MARKETS it is
  not asked at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from xml.etree import ElementTree

import polars as pl

from ingestion.errors import BadAnswer, NotFound, Rejected, SourceError
from ingestion.run.held import Said
from ingestion.run.session import Session
from ingestion.run.source import Market
from ingestion.run.window import Window
from ingestion.store.buffer import Parsed
from ingestion.venue.table import Table
from ingestion.venue.venue import Venue
from ingestion.wire.api import Endpoint, Limit
from ingestion.wire.cover import Cover
from ingestion.wire.payload import Payload
from ingestion.wire.zips import csv_of

DAYS_WORTH_A_MONTH = 5  # from here on the whole month is one request instead of several
MOST_DAYS_LATE = 60  # after the month: a file that is not there by then belongs to a market that did not trade
DAYS_UNTIL_MONTHLY = 10  # the first Monday, and some days of grace; before that the days are fetched one by one
ASKED_WHEN_LATE = (DAYS_UNTIL_MONTHLY, 14, 21, 28)  # days after the month on which a daily run asks for its funding
MATCHING_TRIES = 3  # of a file and its checksum file, until one is what the other says
EXACT_NAME = re.compile(r"[^\Wa-z]+")  # some are in Chinese
FIRST_MICROSECOND = 10**14  # a spot stamp from here on is in µs: as ms it would lie in the year 5138
SPOT_INSTANT = pl.from_epoch(
    pl.when(pl.col("open_time") >= FIRST_MICROSECOND).then(pl.col("open_time")).otherwise(pl.col("open_time") * 1000), time_unit="us"
).dt.replace_time_zone("UTC")
KEY, PRICES = "*symbol=@symbol *interval=@interval", "open:float high:float low:float close:float"
TRADED = "quote_volume:float trades:int taker_buy_volume:float taker_buy_quote_volume:float"
RATIOS = "toptrader_account_long_short_ratio toptrader_position_long_short_ratio account_long_short_ratio taker_long_short_volume_ratio"

KLINES = Table.of("klines", f"*market=@market {KEY} *open_time:ms {PRICES} volume:float close_time:ms {TRADED}", look_back_days=2)
SPOT_KLINES = Table.of("spot_klines", f"*market {KEY} *open_time:int {PRICES} volume:float close_time:int {TRADED}", SPOT_INSTANT)
MARK_PRICE_KLINES = Table.of("mark_price_klines", f"*market=@market {KEY} *open_time:ms {PRICES} close_time:ms")
PREMIUM_INDEX_KLINES = Table.of("premium_index_klines", f"*market=@market {KEY} *open_time:ms {PRICES} close_time:ms")
FUNDING_RATES = Table.of(
    "funding_rates", "*market=@market *symbol=@symbol *calc_time:ms funding_interval_hours:int last_funding_rate:float"
)
METRICS = Table.of(
    "metrics",
    "*symbol *create_time sum_open_interest:float sum_open_interest_value:float " + " ".join(f"{name}:float?" for name in RATIOS.split()),
    pl.col("create_time").str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", time_zone="UTC", strict=False),
)
KLINE_CSV = tuple(KLINES.fields)
METRICS_CSV = ("create_time", "symbol", *list(METRICS.fields)[2:])


def _zips(table: Table, path: str, columns: Sequence[str], **given: Any) -> Endpoint:
    """Files whose one CSV has these columns; what the table wants of them, and what the path says."""

    def parse(payload: Payload) -> Parsed:
        known = given | {column: payload.param(name) for column, name in table.asked.items()}
        frame = csv_of(payload, list(columns)).select([name for name in table.fields if name not in known])
        return {table.name: frame.with_columns([pl.lit(value).alias(name) for name, value in known.items()])}

    return Endpoint(table.name, "archive", f"/{path}/{{file}}.zip", (table.name,), parse, is_json=False, covers=_whole_days)


def _whole_days(payload: Payload) -> Cover:
    """Candles of the days of which a file has one: a month's lacks days that the exchange traded. Elsewhere a row stamped at midnight may
    stand in the file of either day.
    """
    return Cover("between" if payload.endpoint in (METRICS.name, FUNDING_RATES.name) else "days")


def _nothing(payload: Payload) -> Parsed:
    return {}


class BinanceArchive(Venue):
    name = "binance_archive"
    hosts = {"archive": "https://data.binance.vision/data", "listing": "https://s3-ap-northeast-1.amazonaws.com/data.binance.vision"}
    limits = {"archive": Limit(20, 1), "listing": Limit(5, 1)}  # no published budget: polite rates
    tables = (KLINES, SPOT_KLINES, MARK_PRICE_KLINES, PREMIUM_INDEX_KLINES, FUNDING_RATES, METRICS)
    endpoints = (
        _zips(KLINES, "futures/{market}/{period}/klines/{symbol}/{interval}", KLINE_CSV),
        _zips(MARK_PRICE_KLINES, "futures/{market}/{period}/markPriceKlines/{symbol}/{interval}", KLINE_CSV),
        _zips(PREMIUM_INDEX_KLINES, "futures/{market}/{period}/premiumIndexKlines/{symbol}/{interval}", KLINE_CSV),
        _zips(SPOT_KLINES, "spot/{period}/klines/{symbol}/{interval}", KLINE_CSV, market="spot"),
        _zips(FUNDING_RATES, "futures/{market}/{period}/fundingRate/{symbol}", tuple(FUNDING_RATES.fields)),
        _zips(METRICS, "futures/{market}/{period}/metrics/{symbol}", METRICS_CSV),
        Endpoint("checksum", "archive", "{path}.CHECKSUM", (), _nothing, is_json=False),
        Endpoint("listing", "listing", "/", (), _nothing, is_json=False),
    )

    def check(self, payload: Payload) -> None:
        """A 404 is a file the archive does not have; the S3 bucket says it as 403 or 404 with XML."""
        if payload.status == 404:
            raise NotFound(self.name, payload.endpoint, "no such file", market=payload.match.get("symbol"))
        if payload.status >= 400:
            raise Rejected(self.name, payload.endpoint, f"HTTP {payload.status} for {payload.url}", market=payload.match.get("symbol"))

    async def snapshot(self, session: Session) -> list[Market]:
        """Nothing exists only now; the markets are the archive's folders, or the names PERPS_MARKETS spells out."""
        if session.settings.top_markets is not None:
            advice = "name the symbols, such as BTCUSDT,SOLUSDT, or leave this source out with PERPS_SOURCES"
            raise Rejected(self.name, "listing", f"PERPS_MARKETS={session.settings.markets}: the archive has no ranking", advice=advice)
        named = [part.strip().removeprefix(f"{self.name}:") for part in session.settings.markets.split(",")]
        if all(map(EXACT_NAME.fullmatch, named)):
            return [Market(name, product="cm" if name.endswith("_PERP") else "um") for name in named]
        found = [Market(symbol, product=product) for product in ("um", "cm") for symbol in await self._listed(session, product)]
        return session.select(found)

    async def _listed(self, session: Session, product: str) -> list[str]:
        """Perpetuals that ever had a day of klines, also those too new for a monthly file: 1000 folders a page."""
        prefix, marker, symbols = f"data/futures/{product}/daily/klines/", "", []
        while True:
            payload = await session.fetch("listing", params={"delimiter": "/", "prefix": prefix, "marker": marker})
            try:
                tree = ElementTree.fromstring(payload.body.decode())
            except (ElementTree.ParseError, UnicodeDecodeError) as error:
                advice = "this address has no listing: name the symbols in PERPS_MARKETS, such as BTCUSDT,SOLUSDT"
                raise BadAnswer(self.name, "listing", f"not an S3 listing ({error})", advice=advice) from None
            folders = [node.text or "" for node in tree.iter() if node.tag.endswith("Prefix") and (node.text or "").startswith(prefix)]
            names = [folder.removeprefix(prefix).rstrip("/") for folder in folders]
            symbols += [name for name in names if name and ("_" not in name or name.endswith("_PERP"))]
            truncated = any(node.tag.endswith("IsTruncated") and node.text == "true" for node in tree.iter())
            if not truncated or not names:
                return symbols
            if folders[-1] <= marker:
                raise BadAnswer(self.name, "listing", f"a page that ends at {folders[-1]}, before {marker}", advice="look at the answers")
            marker = folders[-1]

    async def history(self, session: Session, window: Window, markets: Iterable[Market]) -> None:
        today = session.now().date()
        windows = [(market, _days(session, window, market)) for market in markets]
        jobs = [one for market, days in windows for one in _jobs(market, days, today)]
        for endpoint in dict.fromkeys(name for name, _ in jobs):
            mine = sorted((job for name, job in jobs if name == endpoint), key=_moment)
            await session.each(endpoint, mine, partial(self._download, session, endpoint))
        if jobs and not any(outcome.payloads or outcome.failures or outcome.unchanged for outcome in session.outcomes.values()):
            detail = f"none of {len(jobs)} files exists ({jobs[0][1][0]['symbol']} and so on, {windows[0][1].first} to {window.last})"
            raise SourceError(self.name, "klines", detail, advice="check the base address, PERPS_MARKETS and the days")

    async def _download(self, session: Session, endpoint: str, choices: Job) -> None:
        """Take the first of the files that exists. A month that is late comes by its days; so do days within it that it lacks."""
        month = next((parts for parts in choices if parts["period"] == "monthly"), None)
        days = await self._first(session, endpoint, choices)
        if month and choices[0] is month and endpoint != "funding_rates":
            held = days or set()
            missing = _missing(month, held, session.now().date())
            await session.each(endpoint, missing, lambda parts: self._first(session, endpoint, [parts]))
            await session.each(endpoint, [-1, 1] if held else [], lambda step: self._beyond(session, endpoint, month, held, step))
        elif days is None:
            raise NotFound(self.name, endpoint, "no such file", market=choices[0]["symbol"])

    async def _beyond(self, session: Session, endpoint: str, month: dict[str, str], held: set[date], step: int) -> None:
        """Days before the first of a monthly file, or after its last: on until one has no file, for there the market was not."""
        one = (min(held) if step < 0 else max(held)) + timedelta(days=step)
        while f"{one:%Y-%m}" == month["file"][-7:] and await self._first(session, endpoint, [_of_day(month, one)]) is not None:
            one += timedelta(days=step)

    async def _first(self, session: Session, endpoint: str, choices: Job) -> set[date] | None:
        """Days of the first of the files that exists, after comparing it with its checksum file where there is one."""
        for parts in choices:
            said = _said(session, endpoint, parts)
            expected = await self._checksum(session, endpoint, parts) if said else None
            if said and max(said.values()).sha256 == expected:
                session.outcomes[endpoint].unchanged += 1
                return set(said)
            try:
                payload = await self._matching(session, endpoint, parts, expected)
            except NotFound:
                continue
            return _days_of(session.take(payload).instants(endpoint))
        return None

    async def _matching(self, session: Session, endpoint: str, parts: dict[str, str], expected: str | None) -> Payload:
        """A file as its checksum file says it is, if there is one. Where they differ either may be spoiled: both are asked for again."""
        for _ in range(MATCHING_TRIES):
            payload = await session.fetch(endpoint, path=parts, market=parts["symbol"])
            expected = expected or await self._checksum(session, endpoint, parts)
            if expected in (None, payload.sha256):
                return payload
            expected = None
        detail = f"{parts['file']}.zip does not match its checksum file"
        raise BadAnswer(self.name, endpoint, detail, market=parts["symbol"], advice="fetch it again")

    async def _checksum(self, session: Session, endpoint: str, parts: dict[str, str]) -> str | None:
        """What its checksum file says of a file; None: there is none."""
        path = self.endpoint(endpoint).fill(**parts)
        try:
            told = (await session.fetch("checksum", path={"path": path}, market=parts["symbol"])).body.split()
        except NotFound:
            return None
        return told[0].decode("ascii", "replace").lower() if told else ""


def _days(session: Session, window: Window, market: Market) -> Window:
    """Since the feed that is farthest behind, of those that each market has: what raw has of the others is known by its hash."""
    feeds = (KLINES.name, METRICS.name) if market.product == "um" else (KLINES.name,)
    return min((session.window_for(feed, window, ("symbol", market.symbol)) for feed in feeds), key=lambda one: one.first)


def _said(session: Session, endpoint: str, parts: Mapping[str, str]) -> Mapping[date, Said]:
    """What raw has of a file's days. Of a month's last metrics nothing: the row of midnight lies in the next month's part of raw, and a
    run that was killed may have written the one without the other.
    """
    month = re.search(r"\d{4}-\d\d", parts["file"].removeprefix(parts["symbol"]))
    assert month, parts["file"]
    said = session.held(endpoint, "symbol").of(parts["symbol"], month[0])
    if parts["period"] == "monthly":
        return said
    day = date.fromisoformat(parts["file"][-10:])
    is_last = endpoint == METRICS.name and _following(day.replace(day=1)) == day + timedelta(days=1)
    return {day: said[day]} if day in said and not is_last else {}


def _moment(job: Job) -> str:
    """The month or day of a job's files. All symbols of a month are fetched together, so that its part of raw is written few times."""
    return job[0]["file"].removeprefix(job[0]["symbol"])


def _following(first: date) -> date:
    """The first day of the next month."""
    return (first + timedelta(days=32)).replace(day=1)


def _days_of(instants: Iterable[int]) -> set[date]:
    return {datetime.fromtimestamp(at / 1000, UTC).date() for at in instants}


def _of_day(month: Mapping[str, str], one: date) -> dict[str, str]:
    """The daily file of a day of a monthly one."""
    return {**month, "period": "daily", "file": f"{month['file'][:-7]}{one}"}


def _missing(month: Mapping[str, str], held: set[date], today: date) -> Job:
    """The daily files of days that a monthly file lacks between its first row and its last; all, where the file itself is late."""
    first = date.fromisoformat(f"{month['file'][-7:]}-01")
    days = [first + timedelta(days=n) for n in range((_following(first) - first).days)]
    if held:
        days = [one for one in days if min(held) < one < max(held) and one not in held]
    elif _following(first) + timedelta(days=MOST_DAYS_LATE) < today:
        days = []
    return [_of_day(month, one) for one in days]


def _appeared(window: Window, today: date) -> Iterable[date]:
    """Months whose files a run up to now asks for, because no other does: when they should appear, and later, for they may be late."""
    if window.last < today - timedelta(days=3):
        return
    first, following = window.first + timedelta(days=KLINES.entity.look_back_days), today.replace(day=1)
    while following + timedelta(days=ASKED_WHEN_LATE[-1]) > first:
        month = (following - timedelta(days=1)).replace(day=1)
        if any(first < following + timedelta(days=late) <= window.last + timedelta(days=1) for late in ASKED_WHEN_LATE):
            yield month
        following = month


Job = list[dict[str, str]]
"""Path parts of the files that may hold the same days, best first."""


def _jobs(market: Market, window: Window, today: date) -> list[tuple[str, Job]]:
    """Endpoint and files for every month and feed of the window."""
    jobs: list[tuple[str, Job]] = []
    for first in sorted({one.replace(day=1) for one in window.days()}):
        following = _following(first)
        days = [one for one in window.days() if first <= one < following]
        is_published = following + timedelta(days=DAYS_UNTIL_MONTHLY) <= today
        for endpoint in ("klines", "mark_price_klines", "premium_index_klines", *(("spot_klines",) if market.product == "um" else ())):
            base = {"symbol": market.symbol, "interval": "1h"} | ({} if endpoint == "spot_klines" else {"market": market.product})
            monthly = base | {"period": "monthly", "file": f"{market.symbol}-1h-{first:%Y-%m}"}
            daily = [base | {"period": "daily", "file": f"{market.symbol}-1h-{one}"} for one in days]
            if is_published and len(days) > DAYS_WORTH_A_MONTH:
                jobs.append((endpoint, [monthly]))
            else:
                jobs += [(endpoint, [parts, *([monthly] if is_published else [])]) for parts in daily]
        base = {"symbol": market.symbol, "market": market.product}
        if is_published:
            jobs.append(("funding_rates", [base | {"period": "monthly", "file": f"{market.symbol}-fundingRate-{first:%Y-%m}"}]))
        if market.product == "um":
            jobs += [("metrics", [base | {"period": "daily", "file": f"{market.symbol}-metrics-{one}"}]) for one in days]
    months = {job[0]["file"][-7:] for endpoint, job in jobs if endpoint == "funding_rates"}
    base = {"symbol": market.symbol, "market": market.product, "period": "monthly"}
    appeared = [one for one in _appeared(window, today) if f"{one:%Y-%m}" not in months]
    return jobs + [("funding_rates", [base | {"file": f"{market.symbol}-fundingRate-{one:%Y-%m}"}]) for one in appeared]
