"""Replay: each recorded response finds its source, endpoint and time; what nobody claims is listed with the reason."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.errors import PerpsError
from ingestion.run.replay import replay, route
from ingestion.venue.registry import all_sources
from orchestration.status import entities

UM, CM, INFO = "https://fapi.binance.com", "https://dapi.binance.com", "https://api.hyperliquid.xyz/info"
VISION = "https://data.binance.vision/data"
LLAMA, COINS = "https://api.llama.fi", "https://coins.llama.fi"
ROUTES = [
    ("GET", f"{UM}/fapi/v1/klines", {"symbol": "BTCUSDT"}, None, "binance", "um_klines", {}),
    ("get", f"{CM}/dapi/v1/klines?symbol=BTCUSD_PERP&interval=1h", {}, None, "binance", "cm_klines", {}),
    ("GET", f"{UM}/fapi/v1/exchangeInfo", {}, None, "binance", "um_exchange_info", {}),
    ("GET", f"{UM}/futures/data/openInterestHist", {"symbol": "BTCUSDT"}, None, "binance", "um_open_interest_history", {}),
    ("GET", f"{CM}/futures/data/openInterestHist", {"pair": "BTCUSD"}, None, "binance", "cm_open_interest_history", {}),
    ("GET", f"{CM}/futures/data/openInterestHist?pair=BTCUSD", {}, None, "binance", "cm_open_interest_history", {}),
    ("POST", INFO, {}, {"type": "metaAndAssetCtxs", "dex": "xyz"}, "hyperliquid", "metaAndAssetCtxs", {}),
    ("POST", INFO, {}, {"type": "candleSnapshot", "req": {}}, "hyperliquid", "candleSnapshot", {}),
    ("GET", f"{LLAMA}/summary/fees/gmx", {}, None, "defillama", "summary", {"adapter_type": "fees", "slug": "gmx"}),
    ("GET", f"{LLAMA}/protocol/Hyperliquid%20HLP", {}, None, "defillama", "protocol", {"slug": "Hyperliquid HLP"}),
    ("GET", f"{LLAMA}/overview/dexs/ethereum", {}, None, "defillama", "chain_overview", {"adapter_type": "dexs", "chain": "ethereum"}),
    ("GET", f"{LLAMA}/overview/open-interest", {}, None, "defillama", "overview", {"adapter_type": "open-interest"}),
    ("GET", f"{COINS}/prices/current/coingecko:a,coingecko:b", {}, None, "defillama", "prices", {"coins": "coingecko:a,coingecko:b"}),
    ("GET", f"{VISION}/futures/um/daily/metrics/BTCUSDT/BTCUSDT-metrics-2022-01-01.zip", {}, None, "binance_archive", "metrics",
     {"market": "um", "period": "daily", "symbol": "BTCUSDT", "file": "BTCUSDT-metrics-2022-01-01"}),
]  # fmt: skip


NAMES = ("method", "url", "params", "body", "source", "endpoint", "parts")


@pytest.mark.parametrize(NAMES, ROUTES, ids=[f"{row[4]} {row[5]}" for row in ROUTES])
def test_a_request_finds_its_endpoint(method: str, url: str, params: Any, body: Any, source: str, endpoint: str, parts: Any) -> None:
    found = route(all_sources(), method, url, params, body)
    assert not isinstance(found, str), found
    assert (found[0].name, found[1].name, found[2]) == (source, endpoint, parts)


def test_the_query_of_the_url_and_the_parameters_are_one() -> None:
    found = route(all_sources(), "GET", f"{UM}/fapi/v1/klines?symbol=BTCUSDT&interval=1h", {"limit": 5, "interval": "5m"}, None)
    assert not isinstance(found, str)
    assert found[3] == {"symbol": "BTCUSDT", "interval": "5m", "limit": 5}


UNCLAIMED = [
    ("GET", "https://api.nobody.test/v5/market/kline", None, "no source claims https://api.nobody.test"),
    ("GET", f"{UM}/fapi/v1/depth", None, "binance does not use GET /fapi/v1/depth"),
    ("POST", f"{UM}/fapi/v1/klines", None, "binance does not use POST /fapi/v1/klines"),
    ("POST", INFO, {"type": "l2Book"}, "hyperliquid does not use POST /info type=l2Book"),
    ("GET", "https://api.llama.fi.evil.test/protocols", None, "no source claims|does not use"),
    ("GET", "", None, "no source claims"),
    ("GET", "https://api.llama.fi/summary/fees/{protocol}", None, "{protocol} is a placeholder of defillama's documentation"),
    ("GET", "https://api.llama.fi/summary/fees/%7Bprotocol%7D", None, "{protocol} is a placeholder of defillama's documentation"),
]


@pytest.mark.parametrize(("method", "url", "body", "reason"), UNCLAIMED)
def test_what_nobody_claims_has_a_reason(method: str, url: str, body: Any, reason: str) -> None:
    found = route(all_sources(), method, url, {}, body)
    assert isinstance(found, str)
    assert re.search(reason, found)


OPEN_INTEREST = {"method": "GET", "url": f"{UM}/fapi/v1/openInterest", "params": {"symbol": "BTCUSDT"}}


def write(folder: Path, name: str, record: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    content = record if isinstance(record, bytes) else json.dumps(record).encode()
    (folder / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)


def interest(**more: Any) -> dict[str, Any]:
    response = {"symbol": "BTCUSDT", "time": 1626000000273, "openInterest": "83782.317"}
    return {"source": "x", "request": OPEN_INTEREST, "response": response} | more


DATES = [
    ({"captured_at": "2025-05-12T13:44:05Z"}, datetime(2025, 5, 12, 13, 44, 5, tzinfo=UTC)),
    ({"captured_at": "2026-09-11T17:27Z"}, datetime(2026, 9, 11, 17, 27, tzinfo=UTC)),
    ({"captured_at": "2025-05-12T15:44:05+02:00"}, datetime(2025, 5, 12, 13, 44, 5, tzinfo=UTC)),
    ({"captured_at": "2025-05-23"}, datetime(2025, 5, 23, tzinfo=UTC)),
    ({"captured_at": "Mon, 17 Jul 2023 21:43:20 GMT"}, datetime(2023, 7, 17, 21, 43, 20, tzinfo=UTC)),
    ({"captured_unix": 1626916402.988238}, datetime(2021, 7, 22, 1, 13, 22, 988238, tzinfo=UTC)),
    ({"captured_at": "2026-09/10"}, datetime(2021, 7, 11, 10, 40, 0, 273000, tzinfo=UTC)),
    ({}, datetime(2021, 7, 11, 10, 40, 0, 273000, tzinfo=UTC)),
]


@pytest.mark.parametrize(("stamp", "expected"), DATES, ids=[str(stamp) for stamp, _ in DATES])
def test_the_time_of_a_recording(stamp: dict[str, Any], expected: datetime, tmp_path: Path, settings: Any, held: Any) -> None:
    """As far as the file says; without a date, the newest instant the answer speaks of."""
    write(tmp_path / "recorded", "a.json", interest(**stamp))
    replay(settings, tmp_path / "recorded", all_sources().values())
    (row,) = held(settings, "binance", "open_interest")
    assert (row["_fetched_at"], row["open_interest"]) == (expected, 83782.317)


def test_a_folder_of_all_sorts_is_read_as_far_as_it_goes(tmp_path: Path, settings: Any) -> None:
    folder = tmp_path / "recorded"
    write(folder / "deep" / "er", "good.json.gz", interest())
    write(folder, "empty.json", interest(request=OPEN_INTEREST | {"url": f"{UM}/fapi/v1/fundingRate"}, response=[]))
    write(folder, "error.json", interest(response={"code": -1121, "msg": "Invalid symbol."}, status=400))
    write(folder, "list.json", [1, 2])
    write(folder, "other.json", interest(request={"method": "GET", "url": "https://api.nobody.test/v5"}))
    write(folder, "shape.json", interest(response="no rows at all"))
    write(folder, "broken.json", b"{")
    write(folder, "notes.txt", b"not a recording")
    report = replay(settings, folder, all_sources().values())
    rows = {line.name: (line.source, line.endpoint, line.rows) for line in report.lines}
    reasons = {line.name: line.reason or "" for line in report.lines}
    assert rows.pop("deep/er/good.json.gz") == ("binance", "um_open_interest", 1)
    assert {rows for _, _, rows in rows.values()} == {0}
    assert set(reasons) == {"deep/er/good.json.gz", "empty.json", "error.json", "list.json", "other.json", "shape.json", "broken.json"}
    parts = {
        "empty": "without rows", "error": "Invalid symbol.", "list": "no request beside the response", "broken": "not a JSON file",
        "other": "no source claims https://api.nobody.test", "shape": "unexpected shape",
    }  # fmt: skip
    assert {name for name, part in parts.items() if part not in reasons[f"{name}.json"]} == set()
    assert (report.rows_added, report.months) == (1, {"2021-07"})


def test_a_folder_with_nothing_to_read_is_said(tmp_path: Path, settings: Any) -> None:
    with pytest.raises(PerpsError, match="neither a landing zone"):
        replay(settings, tmp_path, all_sources().values())


def test_a_row_that_does_not_fit_is_quarantined_in_a_replay_too(tmp_path: Path, settings: Any, held: Any) -> None:
    write(tmp_path / "recorded", "a.json", interest(response={"symbol": "BTCUSDT", "time": 1702244985273, "openInterest": "much"}))
    report = replay(settings, tmp_path / "recorded", all_sources().values())
    assert held(settings, "binance", "open_interest") == []
    assert report.sessions["binance"].outcomes["open_interest"].rows_quarantined == 1


def test_parameters_a_recorder_masked_stop_nothing(tmp_path: Path, settings: Any) -> None:
    request = {"method": "GET", "url": "https://api.nobody.test/v5", "params": "masked by the recorder"}
    write(tmp_path / "recorded", "masked.json", interest(request=request))
    (line,) = replay(settings, tmp_path / "recorded", all_sources().values()).lines
    assert line.reason == "no source claims https://api.nobody.test"


def test_a_replay_of_which_too_much_is_set_aside_says_so(tmp_path: Path, settings: Any) -> None:
    """One of ten rows is a row that does not fit; two of ten are a source that has changed."""
    folder = tmp_path / "recorded"
    for number in range(9):
        write(folder, f"{number}.json", interest(response={"symbol": "BTCUSDT", "time": 1702244985273 + number, "openInterest": "7"}))
    write(folder, "odd.json", interest(response={"symbol": "BTCUSDT", "time": 1702244985299, "openInterest": "much"}))
    assert replay(settings, folder, all_sources().values()).problems == []
    write(folder, "odder.json", interest(response={"symbol": "BTCUSDT", "time": 1702244985298, "openInterest": "more"}))
    (problem,) = replay(settings, folder, all_sources().values()).problems
    assert "binance: open_interest: 2 of 11 rows set aside" in problem
    (line,) = [line for line in entities(settings) if (line.source, line.entity) == ("binance", "open_interest")]
    assert (line.status, line.rows_quarantined) == ("failed", 2)
