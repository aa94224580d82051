"""Binance's public archive (data.binance.vision): zips of CSV made on the fly, their .CHECKSUM files, and the bucket's listing.

Learnt from the vendor's pages and real zips. Keys begin with `data/`; the same paths answer
without it. Daily files appear the next day, a month's file on the first Monday after it. Futures files have a header row since
2022-04, spot files never. Spot times are microseconds since 2025, futures stay in milliseconds. `metrics` rows are every 5
minutes from 00:05 to the next midnight. Delisted symbols stay. Only 1h bars are kept here; cm has no metrics.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from simulator.candles import HOUR_MS
from simulator.dialect import Dialect, Query, Reply, number
from simulator.dialects.binance_rows import kline
from simulator.grid import Floats
from simulator.history import History
from simulator.market import Market
from simulator.s3_listing import list_objects, no_such_key
from simulator.world import World

DIALECT = Dialect("binance_archive")
BUCKET = "data.binance.vision"
ARCHIVED = {"BTC", "ETH", "SOL", "PEPE", "MATIC"}  # few, for speed: the real archive has every symbol that ever traded
CALC_JITTER_MS = (0, 31)
FIRST_WITH_HEADER = date(2022, 4, 1)
FIRST_SPOT_IN_MICROSECONDS = date(2025, 1, 1)
KLINE_HEADER = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore"
FUNDING_HEADER = "calc_time,funding_interval_hours,last_funding_rate"
METRICS_HEADER = (
    "create_time,symbol,sum_open_interest,sum_open_interest_value,count_toptrader_long_short_ratio,"
    "sum_toptrader_long_short_ratio,count_long_short_ratio,sum_taker_long_short_vol_ratio"
)


class File(NamedTuple):
    """What one key of the archive holds: rows of one feed of one market in [from_day, to_day)."""

    product: str
    symbol: str
    feed: str
    from_day: date
    to_day: date


Rows = Callable[[World, Market, int, int], Iterator[str]]


def _kline_rows(world: World, market: Market, start_ms: int, end_ms: int) -> Iterator[str]:
    in_microseconds = market.product == "spot" and _day(start_ms) >= FIRST_SPOT_IN_MICROSECONDS
    for candle in world.candles(market, start_ms, end_ms - 1):
        row = kline(market, candle)
        if in_microseconds:
            row[0], row[6] = row[0] * 1000, row[6] * 1000 + 999
        yield ",".join(map(str, row))


def _price_rows(values: Callable[[Market], Floats], count: int) -> Rows:
    """Bars of a price that is no trade: each opens where the last one closed; volumes are 0."""

    def rows(world: World, market: Market, start_ms: int, end_ms: int) -> Iterator[str]:
        closes = values(market)
        for hour in _hours(market, start_ms, end_ms):
            opened, close = float(closes[max(hour - 1, market.first)]), float(closes[hour])
            at = market.start_ms + hour * HOUR_MS
            prices = ",".join(number(price) for price in (opened, max(opened, close), min(opened, close), close))
            yield f"{at},{prices},0,{at + HOUR_MS - 1},0,{count},0,0,0"

    return rows


def _funding_rows(world: World, market: Market, start_ms: int, end_ms: int) -> Iterator[str]:
    for row in world.settlements(market, start_ms, end_ms - 1, CALC_JITTER_MS):
        yield f"{row.settled_ms},{row.hours},{row.rate:.8f}"


def _metrics_rows(world: World, market: Market, start_ms: int, end_ms: int) -> Iterator[str]:
    for at in world.stamps(market, start_ms + 300_000, end_ms, 300_000):
        hour = world.hour_of(market, at)
        base, usd = float(market.open_interest_base[hour]), float(market.open_interest_usd[hour])
        stamp = f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S}"
        yield f"{stamp},{market.symbol},{number(base)},{number(usd)},1.5,1.25,1.75,1.0"


def _hours(market: Market, start_ms: int, end_ms: int) -> list[int]:
    first, last = (start_ms - market.start_ms) // HOUR_MS, (end_ms - market.start_ms) // HOUR_MS
    return [hour for hour in range(max(first, market.first), min(last, market.end)) if market.is_open[hour]]


FEEDS: dict[str, tuple[str, Rows]] = {
    "klines": (KLINE_HEADER, _kline_rows),
    "markPriceKlines": (KLINE_HEADER, _price_rows(lambda market: market.mark, 3600)),
    "indexPriceKlines": (KLINE_HEADER, _price_rows(lambda market: market.index, 3600)),
    "premiumIndexKlines": (KLINE_HEADER, _price_rows(lambda market: market.premium, 720)),
    "fundingRate": (FUNDING_HEADER, _funding_rows),
    "metrics": (METRICS_HEADER, _metrics_rows),
}


def feeds_of(product: str) -> Iterator[tuple[str, str]]:
    """(monthly or daily, feed) that the archive keeps for this product."""
    if product == "spot":
        yield from (("monthly", "klines"), ("daily", "klines"))
        return
    for feed in ("klines", "markPriceKlines", "indexPriceKlines", "premiumIndexKlines"):
        yield from (("monthly", feed), ("daily", feed))
    yield "monthly", "fundingRate"
    if product == "um":
        yield "daily", "metrics"


@lru_cache(maxsize=4)
def files(history: History, today: date) -> dict[str, File]:
    """Every key there is on this day, sorted."""
    months, days = list(_months(history, today)), list(_days(history, today))
    found = {}
    for market in history.markets:
        if market.venue != "binance" or market.asset.name not in ARCHIVED:
            continue
        life = (_day(market.start_ms + market.first * HOUR_MS), _day(market.ends_ms - 1))
        for frequency, feed in feeds_of(market.product):
            for label, start, end in months if frequency == "monthly" else days:
                if start <= life[1] and end > life[0]:
                    found[_key(market, frequency, feed, label)] = File(market.product, market.symbol, feed, start, end)
    return dict(sorted(found.items()))


def _key(market: Market, frequency: str, feed: str, label: str) -> str:
    root = "spot" if market.product == "spot" else f"futures/{market.product}"
    folder, stem = (
        (f"{market.symbol}/1h", f"{market.symbol}-1h") if feed.lower().endswith("klines") else (market.symbol, f"{market.symbol}-{feed}")
    )
    return f"data/{root}/{frequency}/{feed}/{folder}/{stem}-{label}.zip"


def _months(history: History, today: date) -> Iterator[tuple[str, date, date]]:
    start = history.start.date().replace(day=1)
    while True:
        end = (start + timedelta(days=32)).replace(day=1)
        if end + timedelta(days=(7 - end.weekday()) % 7) > today:
            return
        yield f"{start:%Y-%m}", start, end
        start = end


def _days(history: History, today: date) -> Iterator[tuple[str, date, date]]:
    day = history.start.date()
    while day < today:
        yield f"{day}", day, day + timedelta(days=1)
        day += timedelta(days=1)


def _day(at_ms: int) -> date:
    return datetime.fromtimestamp(at_ms / 1000, UTC).date()


def _midnight_ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000


def zipped(world: World, key: str, file: File) -> bytes:
    """The same bytes for the same rows: the time stamp inside is fixed."""
    header, rows = FEEDS[file.feed]
    market = world.find("binance", file.symbol, file.product)
    assert market is not None, key
    lines = list(rows(world, market, _midnight_ms(file.from_day), _midnight_ms(file.to_day)))
    is_kline = header is KLINE_HEADER
    if not is_kline or (file.product != "spot" and file.from_day >= FIRST_WITH_HEADER):
        lines.insert(0, header)
    name = key.rsplit("/", 1)[-1]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        member = zipfile.ZipInfo(name.replace(".zip", ".csv"), (2026, 1, 1, 0, 0, 0))
        archive.writestr(member, "".join(f"{line}\n" for line in lines), zipfile.ZIP_DEFLATED, compresslevel=1)
    return buffer.getvalue()


def checksum(name: str, content: bytes) -> bytes:
    return f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode()


@DIALECT.get("/{key:path}")
def object_or_listing(world: World, query: Query) -> Reply:
    key = query.slots["key"].strip("/")
    known = files(world.history, world.now.date())
    if key in ("", BUCKET):
        return list_objects(BUCKET, sorted(name for key in known for name in (key, f"{key}.CHECKSUM")), query.params)
    key = key if key.startswith("data/") else f"data/{key}"
    zip_key = key.removesuffix(".CHECKSUM")
    if zip_key not in known:
        return no_such_key(key)
    content = zipped(world, zip_key, known[zip_key])
    if key == zip_key:
        return Reply(content, content_type="application/zip")
    return Reply(checksum(zip_key.rsplit("/", 1)[-1], content), content_type="text/plain")
