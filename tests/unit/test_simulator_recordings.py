"""Recorded responses and plain folders served as if they were the internet."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest

from simulator import Simulator, Truth


def record(folder: Path, name: str, request: dict[str, Any], response: Any, **more: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps({"source": "somewhere", "request": request, "response": response} | more))


def landed(source: str, url: str, body: bytes, **more: Any) -> dict[str, Any]:
    row = {
        "source": source, "endpoint": "e", "method": "GET", "url": url, "params": "{}", "request_body": None, "status": 200, "body": body,
        "content_type": "application/json", "fetched_at": datetime(2026, 7, 1, tzinfo=UTC), "sha256": hashlib.sha256(body).hexdigest(),
    }  # fmt: skip
    return row | more


def test_json_recordings_match_by_path_and_parameters(tmp_path: Path) -> None:
    url = "https://fapi.binance.com/fapi/v1/klines"
    record(tmp_path / "binance", "a", {"method": "GET", "url": url, "params": {"symbol": "A", "limit": 5}}, [1])
    record(tmp_path / "binance", "b", {"method": "GET", "url": f"{url}?symbol=B"}, [2])
    record(
        tmp_path / "hyperliquid",
        "c",
        {"method": "POST", "url": "https://api.hyperliquid.xyz/info", "json": {"type": "meta"}},
        {"universe": []},
    )
    record(tmp_path / "defillama", "d", {"method": "GET", "url": "https://api.llama.fi/tvl/x"}, "Protocol not found", status=400)
    with Simulator(recordings=tmp_path) as sim, httpx.Client(base_url=sim.url, trust_env=False) as client:
        assert set(sim.base_urls()) == {"binance", "defillama", "hyperliquid"}
        reply = client.get("/binance/fapi/v1/klines", params={"symbol": "A", "limit": 5})
        assert (reply.json(), "X-Perps-Simulated" in reply.headers) == ([1], False)
        assert client.get("/binance/fapi/v1/klines", params={"symbol": "B"}).json() == [2]
        assert client.post("/hyperliquid/info", json={"type": "meta"}).json() == {"universe": []}
        missing = client.post("/hyperliquid/info", json={"type": "allMids"})
        assert (missing.status_code, "1 recorded for a path that ends so" in missing.text) == (404, True)
        text = client.get("/defillama/tvl/x")
        assert (text.status_code, text.text) == (400, "Protocol not found")
        assert "none recorded for this path" in client.get("/binance/fapi/v1/nothing").text
        with pytest.raises(ValueError, match="recordings have no clock"):
            sim.set_now(datetime(2026, 7, 1, tzinfo=UTC))


def test_a_landing_zone_answers_with_its_newest_body_and_ignores_the_base_path(tmp_path: Path) -> None:
    rows = [
        landed("binance", "http://127.0.0.1:1/binance/fapi/v1/klines", b"[1]", params='{"symbol": "A"}'),
        landed("binance", "https://x.com/fapi/v1/klines", b"[2]", params='{"symbol": "A"}', fetched_at=datetime(2026, 7, 2, tzinfo=UTC)),
        landed("hyperliquid", "https://x.com/info", b"{}", method="POST", request_body='{"type": "meta"}'),
        landed("other", "https://x.com/info", b"[]", method="POST", request_body='{"type": "meta"}'),
        landed("archive", "https://x.com/data/a/b.zip", b"PK", content_type="application/zip"),
    ]
    (tmp_path / "binance" / "2026-07-01").mkdir(parents=True)
    pl.DataFrame(rows).write_parquet(tmp_path / "binance" / "2026-07-01" / "run-1.parquet")
    with Simulator(recordings=tmp_path) as sim, httpx.Client(base_url=sim.url, trust_env=False) as client:
        assert client.get("/binance/fapi/v1/klines", params={"symbol": "A"}).json() == [2]
        assert client.post("/hyperliquid/info", json={"type": "meta"}).json() == {}
        assert client.post("/other/info", json={"type": "meta"}).json() == []
        archive = client.get("/archive/a/b.zip")
        assert (archive.content, archive.headers["Content-Type"]) == (b"PK", "application/zip")


def test_a_static_folder_is_files_checksums_and_a_listing(tmp_path: Path) -> None:
    folder = tmp_path / "tree" / "futures" / "um" / "BTCUSDT"
    folder.mkdir(parents=True)
    (folder / "a.zip").write_bytes(b"PKx")
    (tmp_path / "secret").write_text("no")
    with Simulator(static={"binance_archive": tmp_path / "tree"}) as sim, httpx.Client(base_url=sim.url, trust_env=False) as client:
        for lead in ("", "data/"):
            assert client.get(f"/binance_archive/{lead}futures/um/BTCUSDT/a.zip").content == b"PKx"
        checksum = client.get("/binance_archive/futures/um/BTCUSDT/a.zip.CHECKSUM").text
        assert checksum == f"{hashlib.sha256(b'PKx').hexdigest()}  a.zip\n"
        listing = client.get("/binance_archive/", params={"prefix": "data/futures/um/", "delimiter": "/"}).text
        assert "<CommonPrefixes><Prefix>data/futures/um/BTCUSDT/</Prefix></CommonPrefixes>" in listing
        assert client.get("/binance_archive/futures/um/BTCUSDT/none.zip").status_code == 404
        assert client.get("/binance_archive/..%2Fsecret").status_code == 404
        assert list(sim.base_urls()) == ["binance_archive"]


def test_a_static_folder_can_stand_beside_a_simulated_market(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK")
    with (
        Simulator(Truth(days=3, assets=["BTC"]), static={"binance_archive": tmp_path}) as sim,
        httpx.Client(base_url=sim.url, trust_env=False) as client,
    ):
        assert "X-Perps-Simulated" not in client.get("/binance_archive/a.zip").headers
        assert client.get("/binance/fapi/v1/time").headers["X-Perps-Simulated"] == "1"
