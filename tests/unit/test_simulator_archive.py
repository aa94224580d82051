"""The archive's dialect: what exists when, what is in the zips, checksums and the listing."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import polars as pl
import pytest

from simulator import Truth
from simulator.dialect import Query, Reply
from simulator.switchboard import Switchboard

TRUTH = Truth(seed=3, days=60, assets=["BTC", "PEPE", "MATIC"])
NOW = datetime(2026, 8, 25, 12, 30, tzinfo=UTC)
UM = "futures/um"


@pytest.fixture
def board() -> Switchboard:
    return Switchboard(TRUTH, NOW)


def fetch(board: Switchboard, path: str, **params: str) -> Reply:
    return board.respond("binance_archive", Query("GET", f"/{path}", params))


def read(board: Switchboard, path: str) -> list[list[str]]:
    reply = fetch(board, path)
    assert reply.status == 200, reply.content
    with zipfile.ZipFile(io.BytesIO(reply.content)) as archive:
        (name,) = archive.namelist()
        return list(csv.reader(io.TextIOWrapper(archive.open(name))))


def test_a_month_of_klines_is_the_truth_with_and_without_data_in_front(board: Switchboard) -> None:
    path = f"{UM}/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2026-07.zip"
    header, *rows = read(board, path)
    hours = TRUTH.candles().filter(venue="binance", symbol="BTCUSDT", product="um").filter(pl.col("date") < date(2026, 8, 1))
    assert header[:6] == ["open_time", "open", "high", "low", "close", "volume"]
    assert [float(row[7]) for row in rows] == hours["volume_usd"].to_list()
    assert fetch(board, f"data/{path}").content == fetch(board, path).content


def test_checksum_is_of_the_same_bytes(board: Switchboard) -> None:
    path = f"{UM}/daily/klines/BTCUSDT/1h/BTCUSDT-1h-2026-08-01.zip"
    expected = f"{hashlib.sha256(fetch(board, path).content).hexdigest()}  BTCUSDT-1h-2026-08-01.zip\n"
    assert fetch(board, f"{path}.CHECKSUM").content.decode() == expected


def test_daily_files_appear_the_next_day_and_months_on_the_first_monday(board: Switchboard) -> None:
    month = f"{UM}/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2026-07.zip"
    today, yesterday = (f"{UM}/daily/klines/BTCUSDT/1h/BTCUSDT-1h-{day}.zip" for day in (NOW.date(), NOW.date() - timedelta(days=1)))
    assert (fetch(board, today).status, fetch(board, yesterday).status) == (404, 200)
    assert fetch(board, month.replace("2026-07", "2026-08")).status == 404
    board.set_now(datetime(2026, 8, 2, 23, tzinfo=UTC))
    assert fetch(board, month).status == 404
    board.set_now(datetime(2026, 8, 3, tzinfo=UTC))
    assert fetch(board, month).status == 200


def test_spot_has_no_header_and_microseconds_futures_milliseconds(board: Switchboard) -> None:
    spot = read(board, "spot/daily/klines/PEPEUSDT/1h/PEPEUSDT-1h-2026-08-01.zip")
    opened = int(datetime(2026, 8, 1, tzinfo=UTC).timestamp())
    assert (len(spot), int(spot[0][0]), int(spot[0][6])) == (24, opened * 10**6, (opened + 3600) * 10**6 - 1)
    futures = read(board, f"{UM}/daily/klines/1000PEPEUSDT/1h/1000PEPEUSDT-1h-2026-08-01.zip")
    assert int(futures[1][0]) == opened * 1000


def test_before_2025_spot_is_in_milliseconds_and_early_futures_have_no_header() -> None:
    board = Switchboard(Truth(start=date(2022, 2, 1), days=10, assets=["BTC"]), datetime(2022, 2, 9, tzinfo=UTC))
    opened = int(datetime(2022, 2, 3, tzinfo=UTC).timestamp() * 1000)
    for path in ("spot/daily/klines", f"{UM}/daily/klines", f"{UM}/daily/markPriceKlines"):
        assert int(read(board, f"{path}/BTCUSDT/1h/BTCUSDT-1h-2022-02-03.zip")[0][0]) == opened


def test_metrics_run_from_five_past_midnight_to_the_next(board: Switchboard) -> None:
    header, *rows = read(board, f"{UM}/daily/metrics/BTCUSDT/BTCUSDT-metrics-2026-08-01.zip")
    assert header[:4] == ["create_time", "symbol", "sum_open_interest", "sum_open_interest_value"]
    assert (len(rows), rows[0][0], rows[-1][0]) == (288, "2026-08-01 00:05:00", "2026-08-02 00:00:00")
    held = TRUTH.daily_open_interest().filter(venue="binance", symbol="BTCUSDT", date=date(2026, 8, 1)).row(0, named=True)
    assert (float(rows[-2][2]), float(rows[-2][3])) == (held["open_interest_base"], held["open_interest_usd"])


def test_funding_premium_and_mark_are_the_truth(board: Switchboard) -> None:
    _, *funding = read(board, f"{UM}/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2026-07.zip")
    truth = TRUTH.funding().filter(venue="binance", symbol="BTCUSDT").filter(pl.col("date") < date(2026, 8, 1))
    assert [float(row[2]) for row in funding] == truth["funding_rate"].to_list()
    assert {row[1] for row in funding} == {"8"}
    assert max(int(row[0]) % 60_000 for row in funding) <= 31
    hours = TRUTH.premiums().filter(venue="binance", symbol="BTCUSDT", date=date(2026, 8, 1))
    for feed, name in (("premiumIndexKlines", "premium"), ("markPriceKlines", "mark_price")):
        _, *rows = read(board, f"{UM}/daily/{feed}/BTCUSDT/1h/BTCUSDT-1h-2026-08-01.zip")
        assert [float(row[4]) for row in rows] == hours[name].to_list()


def listed(board: Switchboard, **params: str) -> tuple[list[str], bool, str | None]:
    tree = ElementTree.fromstring(fetch(board, "", **params).content)
    space = {"s3": "http://s3.amazonaws.com/doc/2006-03-01/"}
    found = [node.text or "" for node in tree.iterfind("s3:CommonPrefixes/s3:Prefix", space)]
    found += [node.text or "" for node in tree.iterfind("s3:Contents/s3:Key", space)]
    return found, tree.findtext("s3:IsTruncated", namespaces=space) == "true", tree.findtext("s3:NextMarker", namespaces=space)


def test_listing_of_folders_keeps_delisted_symbols(board: Switchboard) -> None:
    prefix = "data/futures/um/monthly/klines/"
    folders, is_truncated, _ = listed(board, delimiter="/", prefix=prefix)
    assert folders == [f"{prefix}{symbol}/" for symbol in ("1000PEPEUSDT", "AAPLUSDT", "BTCUSDT", "MATICUSDT") if symbol != "AAPLUSDT"]
    assert not is_truncated


def test_listing_pages_by_marker(board: Switchboard) -> None:
    whole, is_truncated, _ = listed(board, prefix="data/spot/daily/klines/BTCUSDT/1h/")
    assert (len(whole), is_truncated) == (2 * 55, False)  # each day's zip and its checksum
    first, is_truncated, _ = listed(board, **{"prefix": "data/spot/daily/klines/BTCUSDT/1h/", "max-keys": "100"})
    rest, _, _ = listed(board, prefix="data/spot/daily/klines/BTCUSDT/1h/", marker=first[-1])
    assert is_truncated
    assert first + rest == whole
    folders, is_truncated, marker = listed(board, **{"prefix": "data/", "delimiter": "/", "max-keys": "1"})
    assert (folders, is_truncated, marker) == (["data/futures/"], True, "data/futures/")
    assert listed(board, prefix="data/", delimiter="/", marker="data/futures/")[0] == ["data/spot/"]
