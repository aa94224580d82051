"""Binance's archive: which files a window asks for, checksums, and what its CSVs become."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest

from ingestion.run.ingest import ingest
from ingestion.run.outcome import SourceResult
from ingestion.run.window import Window
from ingestion.venue.registry import all_sources

ARCHIVE = all_sources()["binance_archive"]
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
KLINE = "1577836800000,7189.43,7190.52,7170.15,7171.55,2449.049,1577840399999,17576424.44,3688,996.198,7149370.76,0"
FUTURES = "/data/futures/um"


def packed(text: str, name: str = "a.csv") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)  # the same bytes at any time
    return buffer.getvalue()


def shelf(files: Mapping[str, bytes | str]) -> Callable[[httpx.Request], httpx.Response]:
    """The archive as these files by path; every other is a 404."""

    def answer(request: httpx.Request) -> httpx.Response:
        found = files.get(request.url.path)
        return httpx.Response(404, text="<Error>NoSuchKey</Error>") if found is None else httpx.Response(200, content=found)

    return answer


def run(settings: Any, line: Any, first: date, last: date, now: datetime = NOW) -> SourceResult:
    (result,) = ingest(settings, [ARCHIVE], Window(first, last), clock=lambda: now, transports={"binance_archive": line.transport})
    return result


def asked(line: Any) -> list[str]:
    return [request.url.path for request in line.asked if not request.url.path.endswith(".CHECKSUM")]


@pytest.fixture
def settings(make_settings: Any) -> Any:
    return make_settings(markets="BTCUSDT", attempts=1)


def test_a_whole_month_long_past_is_one_file_of_each_kind(settings: Any, wire: Any) -> None:
    line = wire(shelf({}))
    run(settings, line, date(2025, 11, 3), date(2025, 11, 30))  # the look-back of two days keeps it inside November
    feeds = [f"{FUTURES}/monthly/{feed}/BTCUSDT/1h/BTCUSDT-1h-2025-11.zip" for feed in ("klines", "markPriceKlines", "premiumIndexKlines")]
    spot = "/data/spot/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2025-11.zip"
    funding = f"{FUTURES}/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2025-11.zip"
    metrics = [f"{FUTURES}/daily/metrics/BTCUSDT/BTCUSDT-metrics-2025-11-{day:02}.zip" for day in range(1, 31)]
    assert sorted(asked(line)) == sorted([*feeds, spot, funding, *metrics])


def test_the_running_month_is_fetched_day_by_day(settings: Any, wire: Any) -> None:
    line = wire(shelf({}))
    run(settings, line, date(2026, 3, 10), date(2026, 3, 18))
    klines = [path for path in asked(line) if path.startswith(f"{FUTURES}/daily/klines")]
    assert klines == [f"{FUTURES}/daily/klines/BTCUSDT/1h/BTCUSDT-1h-2026-03-{day:02}.zip" for day in range(8, 19)]
    funding = f"{FUTURES}/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2026-02.zip"  # it appears on the tenth
    assert [path for path in asked(line) if "/monthly/" in path] == [funding]


def hours(day: date) -> str:
    """A file of a day: 24 candles."""
    first = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
    stamps = range(first, first + 86_400_000, 3_600_000)
    return "".join(f"{at},1,2,0.5,1.5,10,{at + 3_599_999},15,3,4,6,0\n" for at in stamps)


def test_a_day_that_the_monthly_file_lacks_comes_from_its_own(settings: Any, wire: Any, held: Any) -> None:
    """Beside the month's first row and its last the next day is asked for, and no further: the market was not there."""
    lacking = date(2025, 11, 12)
    month = "".join(hours(date(2025, 11, day)) for day in range(5, 21) if day != lacking.day)
    path = f"{FUTURES}/{{}}/klines/BTCUSDT/1h/BTCUSDT-1h-{{}}.zip"
    line = wire(shelf({path.format("monthly", "2025-11"): packed(month), path.format("daily", lacking): packed(hours(lacking))}))
    run(settings, line, date(2025, 11, 3), date(2025, 11, 30))
    beside = [date(2025, 11, 4), date(2025, 11, 21)]
    found = [one for one in asked(line) if one.startswith(f"{FUTURES}/daily/klines")]
    assert sorted(found) == sorted(path.format("daily", day) for day in (lacking, *beside))
    assert len(held(settings, "binance_archive", "klines")) == 16 * 24


def test_days_that_the_monthly_file_lacks_at_its_ends_come_from_their_own(settings: Any, wire: Any, held: Any) -> None:
    """Of November it has the third to the twenty-ninth; the first, the second and the thirtieth have files."""
    path = f"{FUTURES}/{{}}/klines/BTCUSDT/1h/BTCUSDT-1h-{{}}.zip"
    month = "".join(hours(date(2025, 11, day)) for day in range(3, 30))
    files = {path.format("daily", date(2025, 11, day)): packed(hours(date(2025, 11, day))) for day in (1, 2, 30)}
    line = wire(shelf({path.format("monthly", "2025-11"): packed(month)} | files))
    run(settings, line, date(2025, 11, 3), date(2025, 11, 30))
    assert {one for one in asked(line) if one.startswith(f"{FUTURES}/daily/klines")} == set(files)
    rows = held(settings, "binance_archive", "klines")
    assert (len(rows), sum(row["_is_withdrawn"] for row in rows)) == (30 * 24, 0)
    again = wire(shelf({path.format("monthly", "2025-11"): packed(month)} | files))
    run(settings, again, date(2025, 11, 3), date(2025, 11, 30), NOW + timedelta(hours=1))
    assert len(held(settings, "binance_archive", "klines")) == 30 * 24, "the month takes nothing back of days that it does not have"


def test_a_file_uploaded_again_with_fewer_rows_withdraws_them(settings: Any, wire: Any, held: Any) -> None:
    """The first hour of a day and the last, which no other row stands beside."""
    path = f"{FUTURES}/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2025-11.zip"
    month = "".join(hours(date(2025, 11, day)) for day in range(1, 31))
    lines = month.splitlines(keepends=True)
    fewer = "".join([*lines[:24], *lines[25:-1]])
    for later, text in enumerate((month, fewer, fewer)):
        line, now = wire(shelf({path: packed(text)})), NOW + timedelta(hours=later)
        run(settings, line, date(2025, 11, 3), date(2025, 11, 30), now)
    gone = [row["open_time"] for row in held(settings, "binance_archive", "klines") if row["_is_withdrawn"]]
    assert gone == [int(datetime(2025, 11, day, hour, tzinfo=UTC).timestamp() * 1000) for day, hour in ((2, 0), (30, 23))]


def test_a_monthly_file_that_is_late_comes_by_its_days(settings: Any, wire: Any, held: Any) -> None:
    path = f"{FUTURES}/daily/klines/BTCUSDT/1h/BTCUSDT-1h-{{}}.zip"
    days = [date(2026, 2, day) for day in range(1, 29)]
    line = wire(shelf({path.format(day): packed(hours(day)) for day in days}))
    run(settings, line, date(2026, 2, 3), date(2026, 2, 28))
    assert [one for one in asked(line) if one.startswith(f"{FUTURES}/daily/klines")] == [path.format(day) for day in days]
    assert len(held(settings, "binance_archive", "klines")) == 28 * 24


def test_daily_runs_ask_for_each_month_of_funding_when_it_appears(make_settings: Any, wire: Any, tmp_path: Path) -> None:
    found: dict[str, int] = {}
    for number in range(92):
        now = datetime(2026, 6, 1, 6, tzinfo=UTC) + timedelta(days=number)
        yesterday = now.date() - timedelta(days=1)
        line, settings = wire(shelf({})), make_settings(markets="BTCUSDT", attempts=1, data_dir=tmp_path / str(number))
        ingest(settings, [ARCHIVE], Window(yesterday, yesterday), clock=lambda now=now: now, transports={"binance_archive": line.transport})
        for path in asked(line):
            if "fundingRate" in path:
                found[path[-11:-4]] = found.get(path[-11:-4], 0) + 1
    assert found == {"2026-05": 4, "2026-06": 4, "2026-07": 4}, "on the tenth day after it, and thrice more, for it may be late"


def test_a_few_days_of_a_month_long_past_are_daily_files_or_else_the_month(settings: Any, wire: Any) -> None:
    month = f"{FUTURES}/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2025-11.zip"
    line = wire(shelf({month: packed(KLINE)}))
    run(settings, line, date(2025, 11, 12), date(2025, 11, 12))
    mine = [path for path in asked(line) if "/klines/" in path and "futures" in path]
    daily = [f"{FUTURES}/daily/klines/BTCUSDT/1h/BTCUSDT-1h-2025-11-{day}.zip" for day in (10, 11, 12)]
    assert sorted(mine) == sorted([*daily, month, month, month])


def test_a_coin_margined_market_has_its_own_folder_and_no_spot_or_metrics(make_settings: Any, wire: Any) -> None:
    line = wire(shelf({}))
    run(make_settings(markets="BTCUSD_PERP"), line, date(2025, 11, 3), date(2025, 11, 30))
    assert len(asked(line)) == 4
    assert all(path.startswith("/data/futures/cm/monthly/") for path in asked(line))


def test_a_checksum_that_does_not_match_refuses_the_file(settings: Any, wire: Any, held: Any) -> None:
    path, body = f"{FUTURES}/daily/klines/BTCUSDT/1h/BTCUSDT-1h-2026-03-10.zip", packed(KLINE)
    wrong = wire(shelf({path: body, f"{path}.CHECKSUM": f"{'0' * 64}  BTCUSDT-1h-2026-03-10.zip\n"}))
    result = run(settings, wrong, date(2026, 3, 10), date(2026, 3, 10))
    assert "BTCUSDT-1h-2026-03-10.zip does not match its checksum file" in " ".join(str(f) for f in result.outcomes["klines"].failures)
    assert held(settings, "binance_archive", "klines") == []
    good = hashlib.sha256(body).hexdigest().upper()
    right = wire(shelf({path: body, f"{path}.CHECKSUM": f"{good}  BTCUSDT-1h-2026-03-10.zip\n"}))
    assert run(settings, right, date(2026, 3, 10), date(2026, 3, 10)).status == "ok"
    assert len(held(settings, "binance_archive", "klines")) == 1


@pytest.mark.parametrize("spoiled", ["", ".CHECKSUM"])
@pytest.mark.parametrize("by", [b"", b"<html>502</html>", b"PK"])
def test_a_file_or_a_checksum_that_was_spoiled_on_the_way_is_asked_for_again(
    spoiled: str, by: bytes, settings: Any, wire: Any, held: Any
) -> None:
    path, body = f"{FUTURES}/daily/klines/BTCUSDT/1h/BTCUSDT-1h-2026-03-10.zip", packed(KLINE)
    sound = shelf({path: body, f"{path}.CHECKSUM": f"{hashlib.sha256(body).hexdigest()}  BTCUSDT-1h-2026-03-10.zip\n"})
    asked: list[str] = []

    def once(request: httpx.Request) -> Any:
        asked.append(request.url.path)
        is_first = request.url.path == f"{path}{spoiled}" and asked.count(request.url.path) == 1
        return httpx.Response(200, content=by) if is_first else sound(request)

    result = run(settings, wire(once), date(2026, 3, 10), date(2026, 3, 10))
    assert (result.status, result.problem) == ("ok", None)
    assert len(held(settings, "binance_archive", "klines")) == 1


def test_a_file_without_a_checksum_is_taken(settings: Any, wire: Any, held: Any) -> None:
    path = f"{FUTURES}/daily/klines/BTCUSDT/1h/BTCUSDT-1h-2026-03-10.zip"
    assert run(settings, wire(shelf({path: packed(KLINE)})), date(2026, 3, 10), date(2026, 3, 10)).status == "ok"
    (row,) = held(settings, "binance_archive", "klines")
    names = ("market", "symbol", "interval", "open_time", "open", "high", "low", "close", "volume", "quote_volume", "trades")
    assert tuple(row[name] for name in names) == (
        "um", "BTCUSDT", "1h", 1577836800000, 7189.43, 7190.52, 7170.15, 7171.55, 2449.049, 17576424.44, 3688,
    )  # fmt: skip


def test_nothing_at_all_is_a_clear_failure(settings: Any, wire: Any) -> None:
    result = run(settings, wire(shelf({})), date(2026, 3, 10), date(2026, 3, 10))
    assert result.status == "failed"
    for part in ("binance_archive klines", "none of", "BTCUSDT", "2026-03-08 to 2026-03-10", "PERPS_MARKETS"):
        assert part in (result.problem or "")


def test_an_archive_out_of_reach_is_not_said_to_lack_its_files(settings: Any, wire: Any) -> None:
    result = run(settings, wire(lambda request: httpx.Response(503)), date(2026, 3, 10), date(2026, 3, 10))
    assert result.status == "failed"
    assert "HTTP 503" in (result.problem or "")
    assert "none of" not in (result.problem or "")


def test_a_damaged_file_is_named_and_stops_no_other(settings: Any, wire: Any, held: Any) -> None:
    folder = f"{FUTURES}/daily/klines/BTCUSDT/1h/BTCUSDT-1h-2026-03-"
    line = wire(shelf({f"{folder}09.zip": b"no zip", f"{folder}10.zip": packed(KLINE)}))
    result = run(settings, line, date(2026, 3, 10), date(2026, 3, 10))
    assert (result.status, len(held(settings, "binance_archive", "klines"))) == ("failed", 1)
    assert "not a readable zip" in (result.problem or "")


def csv(payload: Any, endpoint: str, text: str, **match: str) -> Any:
    return payload("binance_archive", endpoint, packed(text), match={"symbol": "BTCUSDT", "market": "um", "interval": "1h"} | match)


@pytest.mark.parametrize("stamp", ["1735693200000", "1735693200000000"], ids=["ms", "µs"])
def test_spot_stamps_in_either_unit_keep_their_value_and_mean_the_same_hour(stamp: str, payload: Any, typed: Any) -> None:
    text = KLINE.replace("1577836800000", stamp)
    (row,) = typed(csv(payload, "spot_klines", text))["spot_klines"]
    assert (row["open_time"], row["market"]) == (int(stamp), "spot")
    event = pl.DataFrame({"open_time": [row["open_time"]]}).select(ARCHIVE.entity("spot_klines").event).item()
    assert event == datetime(2025, 1, 1, 1, tzinfo=UTC)


def test_funding_of_the_archive(payload: Any, typed: Any) -> None:
    text = "calc_time,funding_interval_hours,last_funding_rate\n1735689600003,8,0.00010000\n1735718400000,4,-0.00002500\n"
    first, second = typed(csv(payload, "funding_rates", text))["funding_rates"]
    assert list(first.values()) == ["um", "BTCUSDT", 1735689600003, 8, 0.0001]
    assert (second["funding_interval_hours"], second["last_funding_rate"]) == (4, -0.000025)


def test_metrics_of_the_archive_with_ratios_left_empty(payload: Any, typed: Any) -> None:
    text = (
        "create_time,symbol,sum_open_interest,sum_open_interest_value,count_toptrader_long_short_ratio,sum_toptrader_long_short_ratio,"
        "count_long_short_ratio,sum_taker_long_short_vol_ratio\n"
        "2022-01-01 00:05:00,BTCUSDT,67512.8320,3123456789.12,1.4,1.2,1.5,0.9\n2022-01-01 00:10:00,BTCUSDT,67500.1,3123000000,,,,\n"
    )
    first, second = typed(csv(payload, "metrics", text))["metrics"]
    assert list(first.values()) == ["BTCUSDT", "2022-01-01 00:05:00", 67512.832, 3123456789.12, 1.4, 1.2, 1.5, 0.9]
    assert list(second.values()) == ["BTCUSDT", "2022-01-01 00:10:00", 67500.1, 3123000000.0, None, None, None, None]


@pytest.mark.parametrize("endpoint", ["mark_price_klines", "premium_index_klines"])
def test_prices_without_volume(endpoint: str, payload: Any, typed: Any) -> None:
    (row,) = typed(csv(payload, endpoint, "1735689600000,-0.0001,0.0002,-0.0003,0.0001,0,1735693199999,0,3600,0,0,0"))[endpoint]
    assert list(row.values()) == ["um", "BTCUSDT", "1h", 1735689600000, -0.0001, 0.0002, -0.0003, 0.0001, 1735693199999]


def test_a_symbol_that_failed_for_a_night_is_caught_up(make_settings: Any, wire: Any, held: Any) -> None:
    """The other symbol's files of that night do not hide that its own are missing."""
    settings = make_settings(markets="BTCUSDT,ETHUSDT", attempts=1)
    path = f"{FUTURES}/daily/klines/{{0}}/1h/{{0}}-1h-{{1}}.zip"
    days = [date(2026, 3, day) for day in range(10, 16)]
    for night in days[:1] + days[2:]:  # of ETH the file of the second night cannot be read, and its look-back is over later
        files: dict[str, bytes | str] = {path.format(name, day): packed(hours(day)) for name in ("BTCUSDT", "ETHUSDT") for day in days}
        if night < days[-1]:
            files |= {path.format("ETHUSDT", day): "no zip" for day in days[1:]}
        now = datetime(2026, 3, night.day + 1, 6, tzinfo=UTC)
        line = wire(shelf(files))
        ingest(
            settings,
            [ARCHIVE],
            Window(night, night),
            catch_up=True,
            clock=lambda now=now: now,
            transports={"binance_archive": line.transport},
        )
    rows = held(settings, "binance_archive", "klines")
    found = {
        name: {datetime.fromtimestamp(row["open_time"] / 1000, UTC).date() for row in rows if row["symbol"] == name}
        for name in ("BTCUSDT", "ETHUSDT")
    }
    assert found["BTCUSDT"] >= set(days)
    assert found["ETHUSDT"] >= set(days)


def test_metrics_that_failed_for_many_nights_are_caught_up(settings: Any, wire: Any, held: Any) -> None:
    """Klines came on each of them: their mark is not that of metrics."""
    head, days = "create_time,symbol,sum_open_interest,sum_open_interest_value,a,b,c,d\n", [date(2026, 3, day) for day in range(10, 16)]
    for night in (days[0], *days[3:]):
        files: dict[str, bytes | str] = {}
        for day in days:
            told = packed(f"{head}{day} 23:55:00,BTCUSDT,5,50,,,,\n") if night in (days[0], days[-1]) else "no zip"
            files[f"{FUTURES}/daily/metrics/BTCUSDT/BTCUSDT-metrics-{day}.zip"] = told if day <= night else "no zip"
            files[f"{FUTURES}/daily/klines/BTCUSDT/1h/BTCUSDT-1h-{day}.zip"] = packed(hours(day))
        now, window = datetime(2026, 3, night.day + 1, 6, tzinfo=UTC), Window(night, night)
        transports = {"binance_archive": wire(shelf(files)).transport}
        ingest(settings, [ARCHIVE], window, catch_up=True, clock=lambda now=now: now, transports=transports)
    assert {row["create_time"][:10] for row in held(settings, "binance_archive", "metrics")} == {str(day) for day in days}
