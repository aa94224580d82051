"""Binance's archive: which symbols exist is asked of the bucket's listing, page by page, and only when it must be."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.session import Session
from ingestion.venue.registry import all_sources
from ingestion.wire.client import HttpClient

ARCHIVE = all_sources()["binance_archive"]
PREFIX = "data/futures/um/daily/klines/"  # daily: a symbol too new for a monthly file is there too
XML = '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{}</ListBucketResult>'


def page(prefix: str, symbols: list[str], is_truncated: bool) -> httpx.Response:
    folders = "".join(f"<CommonPrefixes><Prefix>{prefix}{symbol}/</Prefix></CommonPrefixes>" for symbol in symbols)
    head = f"<Name>data.binance.vision</Name><Prefix>{prefix}</Prefix><IsTruncated>{str(is_truncated).lower()}</IsTruncated>"
    return httpx.Response(200, text=XML.format(head + folders))


def bucket(symbols: list[str], size: int) -> Any:
    """S3's listing: the folders after the marker, `size` at a time."""

    def answer(request: httpx.Request) -> httpx.Response:
        if "s3" not in request.url.host:
            return httpx.Response(404)
        prefix, marker = request.url.params["prefix"], request.url.params["marker"]
        mine = sorted(symbols) if prefix == PREFIX else ["BTCUSD_PERP", "BTCUSD_260327"]
        left = [symbol for symbol in mine if f"{prefix}{symbol}/" > marker]
        return page(prefix, left[:size], len(left) > size)

    return answer


def run(settings: Any, line: Any) -> SourceResult:
    (result,) = ingest(settings, [ARCHIVE], None, transports={"binance_archive": line.transport})
    return result


async def chosen(session: Any) -> list[str]:
    return [market.symbol for market in await ARCHIVE.snapshot(session)]


def test_every_page_is_read_with_the_last_folder_as_marker(make_settings: Any, wire: Any) -> None:
    line = wire(bucket(["AUSDT", "BUSDT", "CUSDT", "DUSDT", "EUSDT"], 2))
    assert run(make_settings(), line).status == "ok"
    markers = [request.url.params["marker"] for request in line.asked if request.url.params["prefix"] == PREFIX]
    assert markers == ["", f"{PREFIX}BUSDT/", f"{PREFIX}DUSDT/"]
    assert {str(request.url).split("?")[0] for request in line.asked} == {"https://s3-ap-northeast-1.amazonaws.com/data.binance.vision/"}


@pytest.mark.parametrize(
    ("markets", "expected"),
    [("*", ["ABUSDT", "AUSDT", "BUSDT", "BTCUSD_PERP"]), ("A*", ["ABUSDT", "AUSDT"]), ("binance_archive:B*", ["BUSDT", "BTCUSD_PERP"])],
)
def test_perpetuals_are_chosen_from_the_listing(markets: str, expected: list[str], make_settings: Any, wire: Any) -> None:
    line, settings = wire(bucket(["AUSDT", "BUSDT", "ABUSDT", "BTCUSDT_260327"], 9)), make_settings(markets=markets)

    async def go() -> list[str]:
        async with HttpClient(ARCHIVE, settings, "run", transport=line.transport) as client:
            return await chosen(Session(ARCHIVE, settings, "run", client))

    assert asyncio.run(go()) == expected


@pytest.mark.parametrize("markets", ["BTCUSDT, binance_archive:BTCUSD_PERP", "币安人生USDT,1000PEPEUSDT"])
def test_exact_names_need_no_listing(markets: str, make_settings: Any, wire: Any) -> None:
    line = wire(lambda request: httpx.Response(500))
    assert run(make_settings(markets=markets), line).status == "ok"
    assert line.asked == []


def test_a_listing_that_heeds_no_marker_is_named_and_not_asked_for_ever(make_settings: Any, wire: Any) -> None:
    line = wire(lambda request: page(request.url.params["prefix"], ["AUSDT", "BUSDT"], is_truncated=True))
    result = run(make_settings(), line)
    assert "binance_archive listing: a page that ends at" in (result.problem or "")
    assert len(line.asked) == 2


def test_an_address_without_a_listing_says_what_to_do(make_settings: Any, wire: Any) -> None:
    line = wire(lambda request: httpx.Response(200, text="<html><br></html>"))
    result = run(make_settings(), line)
    assert result.status == "failed"
    assert "name the symbols in PERPS_MARKETS" in (result.problem or "")
