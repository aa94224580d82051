"""The server: headers, faults, rate limits, orders at run time, and the process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from simulator import Simulator, Truth
from simulator.dialect import Query
from simulator.switchboard import Switchboard

TRUTH = Truth(days=5, assets=["BTC"])
NOW = datetime(2026, 7, 4, 6, 30, tzinfo=UTC)
TIME = "/binance/fapi/v1/time"


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator(TRUTH, now=NOW) as running:
        yield running


@pytest.fixture
def client(sim: Simulator) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sim.url, trust_env=False) as http:
        yield http


def test_every_answer_says_it_is_simulated_and_when(sim: Simulator, client: httpx.Client) -> None:
    for path in (TIME, "/hyperliquid/nope", "/defillama/tvl/nope", "/binance_archive/nope.zip"):
        headers = client.get(path).headers
        assert headers["X-Perps-Simulated"] == "1"
        assert headers["Date"].startswith("Sat, 04 Jul 2026 06:")
    assert set(sim.base_urls()) >= {"binance", "binance_archive", "defillama", "hyperliquid"}
    assert client.get("/nope/x").status_code == 404


def test_a_hosts_clock_goes_on_while_the_world_stands_still() -> None:
    """Who asks for an hour finds it an hour later there too, until somebody sets that clock."""
    seconds = [5.0]
    board = Switchboard(TRUTH, NOW, clock=lambda: seconds[0])
    seconds[0] += 3600
    assert (board.shown, board.now) == (NOW + timedelta(hours=1), NOW)
    board.set_now(NOW)
    assert board.shown == NOW


def test_the_log_of_requests(sim: Simulator, client: httpx.Client) -> None:
    client.post("/hyperliquid/info", json={"type": "meta"})
    (seen,) = sim.requests
    assert (seen.source, seen.method, seen.path, seen.body, seen.status) == ("hyperliquid", "POST", "/info", {"type": "meta"}, 200)


def test_faults_strike_every_nth_and_heal(sim: Simulator, client: httpx.Client) -> None:
    sim.fail("binance", "500", every_nth=3)
    assert [client.get(TIME).status_code for _ in range(6)] == [200, 200, 500, 200, 200, 500]
    sim.heal("binance")
    assert client.get(TIME).status_code == 200


def test_faults_of_the_body(sim: Simulator, client: httpx.Client) -> None:
    whole = client.get("/defillama/protocols").content
    sim.fail("defillama", "garbage")
    assert client.get("/defillama/protocols").content.startswith(b"<html>")
    sim.fail("defillama", "truncated")
    assert client.get("/defillama/protocols").content == whole[: len(whole) // 2]
    sim.fail("defillama", "ratelimit")
    limited = client.get("/defillama/protocols")
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "1")


def test_a_source_that_moved_or_refuses_the_region(sim: Simulator, client: httpx.Client) -> None:
    sim.fail("binance", "moved")
    moved = client.get(TIME)
    assert (moved.status_code, moved.headers["Location"]) == (301, "https://moved.invalid")
    sim.fail("binance", "451")
    assert client.get(TIME).status_code == 451


def test_drifts_change_what_is_answered_until_it_heals(sim: Simulator, client: httpx.Client) -> None:
    path = "/binance/fapi/v1/exchangeInfo"
    before = client.get(path).json()["symbols"]
    sim.drift("binance", "renamed", "baseAsset", to="base", path="exchangeInfo")
    sim.drift("binance", "revalued", "status", to="HALTED", path="exchangeInfo")
    sim.drift("binance", "scaled", "onboardDate", to="-1000")
    after = client.get(path).json()["symbols"]
    assert [(one["base"], "baseAsset" in one) for one in after] == [(one["baseAsset"], False) for one in before]
    assert [one["status"] for one in after] == ["HALTED", *(one["status"] for one in before[1:])]
    assert [one["onboardDate"] for one in after] == [one["onboardDate"] // 1000 for one in before]
    sim.drift("binance", "emptied", "symbols")
    assert client.get(path).json()["symbols"] == []
    assert client.get("/hyperliquid/nope").status_code == 404
    sim.heal("binance")
    assert client.get(path).json()["symbols"] == before


def test_a_bound_that_is_not_heeded(sim: Simulator, client: httpx.Client) -> None:
    params = {"symbol": "BTCUSDT", "interval": "1h", "startTime": int(datetime(2026, 7, 3, tzinfo=UTC).timestamp() * 1000), "limit": 2}
    first = client.get("/binance/fapi/v1/klines", params=params).json()[0][0]
    sim.drift("binance", "unheeded", "startTime")
    assert first == params["startTime"]
    assert client.get("/binance/fapi/v1/klines", params=params).json()[0][0] != first
    with pytest.raises(ValueError, match="unknown drift"):
        sim.drift("binance", "nonsense")


def test_faults_of_the_connection(sim: Simulator, client: httpx.Client) -> None:
    sim.fail("defillama", "refuse")
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/defillama/protocols")
    sim.fail("defillama", "cut")
    with pytest.raises(httpx.RemoteProtocolError, match="complete"):
        client.get("/defillama/protocols")
    sim.fail("defillama", "slow", seconds=10)
    with pytest.raises(httpx.ReadTimeout):
        client.get("/defillama/protocols", timeout=httpx.Timeout(60, read=0.2))
    assert client.get(TIME).status_code == 200


def test_orders_over_http(client: httpx.Client) -> None:
    assert client.post("/_control", json={"action": "set_now", "now": "2026-07-02T00:30:00+00:00"}).json()["now"].startswith("2026-07-02")
    client.post("/_control", json={"action": "fail", "source": "binance", "kind": "500"})
    client.post("/_control", json={"action": "corrupt", "venue": "binance", "date": "2026-07-01", "kind": "oi_x1000"})
    status = client.get("/_control").json()
    assert (status["faults"], status["corruptions"]) == ({"binance": "500:1"}, ["binance 2026-07-01 oi_x1000"])
    client.post("/_control", json={"action": "heal"})
    assert client.post("/_control", json={"action": "clean"}).json()["corruptions"] == []
    for wrong in ({"action": "nope"}, {"action": "fail", "source": "binance", "kind": "nope"}, {"action": "corrupt"}):
        assert client.post("/_control", json=wrong).status_code == 400


def test_binance_says_429_then_418_and_lets_go_after_the_window() -> None:
    clock = [1000.0]
    board = Switchboard(TRUTH, NOW, rate_limits={"binance": 3}, window_seconds=60, clock=lambda: clock[0])
    query = Query("GET", "/fapi/v1/time")
    assert [board.respond("binance", query).status for _ in range(6)] == [200, 200, 200, 429, 418, 418]
    assert board.respond("binance", Query("GET", "/dapi/v1/time")).status == 200
    clock[0] += 60
    assert board.respond("binance", query).status == 200


def test_others_say_429_with_retry_after() -> None:
    board = Switchboard(TRUTH, NOW, rate_limits={"hyperliquid": 30})
    query = Query("POST", "/info", {}, {"type": "meta"})
    replies = [board.respond("hyperliquid", query) for _ in range(3)]
    assert [reply.status for reply in replies] == [200, 429, 429]
    assert 0 < int(replies[1].headers["Retry-After"]) <= 60


def test_the_process_says_where_it_is() -> None:
    command = [sys.executable, "-m", "simulator", "--days", "3", "--now", "2026-07-02T12:00:00", "--fault", "defillama=500:2"]
    command += ["--corrupt", "venue=binance,date=2026-07-01,kind=missing_hours", "--rate-limit", "binance=2400", "--assets", "BTC"]
    command += ["--drift", "source=okx,kind=renamed,field=idxPx,to=indexPx"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            status = httpx.get(f"{ready['url']}/_control", trust_env=False).json()
            assert (status["faults"], len(status["corruptions"])) == ({"defillama": "500:2"}, 1)
            assert status["drifts"] == ["okx renamed idxPx"]
            assert ready["url"] == f"http://127.0.0.1:{ready['port']}"
        finally:
            process.terminate()


def test_wrong_usage_is_exit_2() -> None:
    command = [sys.executable, "-m", "simulator", "--days", "3", "--fault", "defillama=nonsense"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2
