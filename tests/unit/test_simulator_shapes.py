"""The dialects against recorded payloads: every key a source was seen to send, unless named here as one we leave out."""

from __future__ import annotations

import csv
import io
import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from simulator import Simulator, Truth
from simulator.dialect import Query
from simulator.switchboard import Switchboard

SHARED = Path(os.environ.get("PERPS_SHARED_DIR") or Path(__file__).resolve().parents[2].parent / "shared")
pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not (SHARED / "fixtures").is_dir(), reason=f"no recorded payloads at {SHARED} (PERPS_SHARED_DIR)"),
]
BOARD = Switchboard(Truth(days=40), datetime(2026, 8, 5, 12, 30, tzinfo=UTC))
# Keys that carry nothing the warehouse reads: venue decoration, prose, links.
LEFT_OUT = {
    "address", "audits", "audit_links", "audit_note", "forkedFrom", "github", "governanceID", "oracles", "previousNames", "referralUrl",
    "treasury", "versionKey", "module", "otherProtocols", "misrepresentedTokens", "change_1h", "change_7d", "tokenBreakdowns",
    "total1y", "total7DaysAgo", "total30DaysAgo", "change_1m", "change_7dover7d", "change_30dover30d", "listedAt",
}  # fmt: skip


def recorded(path: str) -> Any:
    return json.loads((SHARED / "fixtures" / path).read_text())["response"]


def served(source: str, path: str, body: Any = None, **params: str) -> Any:
    reply = BOARD.respond(source, Query("POST" if body else "GET", path, params, body))
    assert reply.status == 200, reply.content
    return orjson.loads(reply.content)


def first(value: Any) -> Any:
    return value[0] if isinstance(value, list) else value


BINANCE = [
    ("funding_current__gct_um_premiumindex_0", "/fapi/v1/premiumIndex", {"symbol": "BTCUSDT"}),
    ("funding_current__gct_cm_premiumindex_1", "/dapi/v1/premiumIndex", {"symbol": "BTCUSD_PERP"}),
    ("funding_history__air_btc", "/fapi/v1/fundingRate", {"symbol": "BTCUSDT", "limit": "4"}),
    ("funding_info__air_tradfi", "/fapi/v1/fundingInfo", {}),
    ("open_interest__gct_um_openinterest_0", "/fapi/v1/openInterest", {"symbol": "BTCUSDT"}),
    ("open_interest_history__gct_um_openinteresthist_1", "/futures/data/openInterestHist", {"symbol": "BTCUSDT", "period": "1h"}),
    (
        "open_interest_history__cx_fetch_open_interest_history_cm",
        "/futures/data/openInterestHist",
        {"pair": "BTCUSD", "contractType": "PERPETUAL", "period": "1h"},
    ),
    ("tickers__gct_um_24hr_1", "/fapi/v1/ticker/24hr", {"symbol": "BTCUSDT"}),
    ("tickers__gct_um_24hr_2", "/fapi/v1/ticker/24hr", {}),
    ("tickers__gct_cm_24hr_1", "/dapi/v1/ticker/24hr", {"symbol": "BTCUSD_PERP"}),
]


@pytest.mark.parametrize(("name", "path", "params"), BINANCE)
def test_binance_keys_and_types(name: str, path: str, params: dict[str, str]) -> None:
    real, ours = recorded(f"venues/binance/{name}.json"), served("binance", path, **params)
    assert isinstance(ours, list) == isinstance(real, list)
    real, ours = first(real), first(ours)
    assert {key: type(value) for key, value in real.items()}.items() <= {key: type(value) for key, value in ours.items()}.items()


@pytest.mark.parametrize(("name", "path", "symbol"), [("air_btcusdt_5m", "fapi", "BTCUSDT"), ("gct_cm_klines_1", "dapi", "BTCUSD_PERP")])
def test_binance_klines(name: str, path: str, symbol: str) -> None:
    real = recorded(f"venues/binance/klines__{name}.json")[0]
    ours = served("binance", f"/{path}/v1/klines", symbol=symbol, interval="1h", limit="3")[0]
    assert [type(value) for value in ours] == [type(value) for value in real]
    assert ("." in real[5], "." in real[7]) == ("." in ours[5], "." in ours[7])


def test_binance_instruments() -> None:
    real = recorded("venues/binance/instruments__acb_air_tradfi_a.json")["symbols"][0]
    assert set(real) <= set(served("binance", "/fapi/v1/exchangeInfo")["symbols"][0])
    listed = json.loads((SHARED / "fixtures/markets/binance_coinm.json").read_text())["info"][0]
    read = {"symbol", "pair", "contractType", "contractStatus", "contractSize", "onboardDate", "baseAsset", "marginAsset", "underlyingType"}
    ours = served("binance", "/dapi/v1/exchangeInfo")["symbols"][0]
    assert read <= set(listed) & set(ours)
    assert all(type(ours[key]) is type(listed[key]) for key in read)


def test_hyperliquid_contexts() -> None:
    real, ours = (
        recorded("sources/hyperliquid/metaAndAssetCtxs__main-20260911.json"),
        served("hyperliquid", "/info", {"type": "metaAndAssetCtxs"}),
    )
    assert set(real[0]) == set(ours[0])
    assert set(real[0]["universe"][0]) <= set(ours[0]["universe"][0])
    assert {key: type(value) for key, value in real[1][0].items()} == {key: type(value) for key, value in ours[1][0].items()}
    delisted = next(context for market, context in zip(*(ours[0]["universe"], ours[1]), strict=True) if market.get("isDelisted"))
    assert {key for key, value in real[1][2].items() if value is None} == {key for key, value in delisted.items() if value is None}


def test_hyperliquid_funding_and_dexs() -> None:
    real = recorded("sources/hyperliquid/fundingHistory__BTC-bounded-202305.json")[0]
    ours = served("hyperliquid", "/info", {"type": "fundingHistory", "coin": "BTC", "startTime": 0})[0]
    assert {key: type(value) for key, value in real.items()} == {key: type(value) for key, value in ours.items()}
    real_dexs, dexs = recorded("sources/hyperliquid/perpDexs__20260911.json"), served("hyperliquid", "/info", {"type": "perpDexs"})
    assert real_dexs[0] is dexs[0] is None
    assert set(real_dexs[1]) <= set(dexs[1])


DEFILLAMA = [
    ("summary_fees__gmx-dailyFees", "/summary/fees/gmx", {}),
    ("summary_fees__hyperliquid-dailyRevenue", "/summary/fees/hyperliquid", {"dataType": "dailyRevenue"}),
    ("protocol__hyperliquid-hlp-20250512", "/protocol/hyperliquid", {}),
    ("protocol__aevo-perps-head", "/protocol/aevo-perps", {}),
    ("protocols__trimmed-lido-okx", "/protocols", {}),
    ("overview_fees__dailyHoldersRevenue-2026-trimmed", "/overview/fees", {"dataType": "dailyHoldersRevenue"}),
]


@pytest.mark.parametrize(("name", "path", "params"), DEFILLAMA)
def test_defillama_keys(name: str, path: str, params: dict[str, str]) -> None:
    real, ours = first(recorded(f"sources/defillama/{name}.json")), first(served("defillama", path, **params))
    assert set(real) - LEFT_OUT <= set(ours)
    for key in ("totalDataChart", "tvl"):
        if isinstance(real.get(key), list) and real[key]:
            assert type(ours[key][0]) is type(real[key][0])


def test_defillama_prices() -> None:
    name = "coins_prices_current__current-coingecko-arbitrum-coingecko-chainlink-7"
    real = recorded(f"sources/defillama/{name}.json")["coins"]["coingecko:chainlink"]
    ours = served("defillama", "/prices/current/coingecko:chainlink")["coins"]["coingecko:chainlink"]
    assert set(real) - {"decimals"} == set(ours)  # decimals are left out for coins that CoinGecko prices


@pytest.mark.parametrize("feed", ["klines", "markPriceKlines", "premiumIndexKlines", "fundingRate"])
def test_archive_headers_are_the_real_ones(feed: str) -> None:
    stem = "BTCUSDT/BTCUSDT-fundingRate" if feed == "fundingRate" else "BTCUSDT/1h/BTCUSDT-1h"
    path = f"futures/um/monthly/{feed}/{stem}"
    real = (SHARED / "data/binance_vision_um_raw" / f"{path}-2025-07.zip").read_bytes()
    reply = BOARD.respond("binance_archive", Query("GET", f"/data/{path}-2026-07.zip"))
    real_rows, rows = _rows(real), _rows(reply.content)
    assert rows[0] == real_rows[0]
    assert len(rows[1]) == len(real_rows[1])


def _rows(content: bytes) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (name,) = archive.namelist()
        return list(csv.reader(io.TextIOWrapper(archive.open(name))))


def test_recorded_folders_are_served_as_the_internet() -> None:
    with Simulator(recordings=SHARED / "fixtures") as sim:
        sources = sim.base_urls()
        query = Query("GET", "/fapi/v1/fundingRate", {"symbol": "BTCUSDT", "limit": "4"})
        assert orjson.loads(sim.board.respond("binance", query).content) == recorded("venues/binance/funding_history__air_btc.json")
    assert {"binance", "hyperliquid", "defillama"} <= set(sources)


def test_the_real_archive_is_served_from_its_folder() -> None:
    with Simulator(static={"binance_archive": SHARED / "data/binance_vision_um_raw"}) as sim:
        path = "futures/um/monthly/fundingRate/BTCUSDT/BTCUSDT-fundingRate-2025-01.zip"
        reply = sim.board.respond("binance_archive", Query("GET", f"/{path}"))
    assert reply.content == (SHARED / "data/binance_vision_um_raw" / path).read_bytes()
