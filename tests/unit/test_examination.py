"""The doctor's look at sources: one request an endpoint, nothing kept, and what is wrong named by its kind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from ingestion.settings import Settings
from ingestion.venue.examination import MOST_CLOCK_SECONDS, Examined, examine
from ingestion.venue.registry import source_of
from simulator import Simulator, Truth

NOW = datetime(2026, 7, 4, 12, tzinfo=UTC)
LONG = Truth(start=NOW.date() - timedelta(days=102), days=104, assets=["BTC", "ETH"])  # longer than any retention that is looked at
KEY = "COINGLASS_API_KEY"


class Shelf(httpx.AsyncBaseTransport):
    """Every request gets this answer, at this hour of the host's clock."""

    def __init__(self, status: int, body: str, told: datetime = NOW, seconds: float = 0.0, **headers: str) -> None:
        self._response = (status, {"Date": format_datetime(told, usegmt=True), **headers}, body)
        self._seconds = seconds

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(self._seconds)
        status, headers, body = self._response
        return httpx.Response(status, headers=headers, text=body)


def looked(settings: Settings, source: str, transport: httpx.AsyncBaseTransport, **more: Any) -> Examined:
    (found,) = examine(settings, [source_of(source)], clock=lambda: NOW, transports={source: transport}, **more)
    return found


def kinds(found: Examined) -> set[tuple[str, str]]:
    return {(finding.endpoint, finding.kind) for finding in found.findings}


def test_every_endpoint_of_a_daily_run_is_asked_and_nothing_is_kept(make_settings: Callable[..., Settings]) -> None:
    names = ["binance", "kraken", "gmx", "okx", "bybit"]
    with Simulator(LONG, now=NOW) as simulator:
        settings = make_settings(base_url=simulator.base_urls())
        found = examine(settings, [source_of(name) for name in names], clock=lambda: NOW)
        sent = len(simulator.requests)
    assert [(one.source, one.state, one.findings) for one in found] == [(name, "ok", []) for name in names]
    assert {one.source: (one.asked, one.endpoints) for one in found} == {
        "binance": (16, 16), "kraken": (6, 6), "gmx": (8, 8), "okx": (10, 11), "bybit": (5, 5),
    }  # fmt: skip
    assert sum(one.requests for one in found) == sent < 60
    assert all(one.rows and one.clock_seconds == 0 for one in found)
    assert found[0].budget.keys() == {"x-mbx-used-weight-1m"}
    assert not settings.data_dir.exists()


@pytest.mark.parametrize(("seconds", "is_told"), [(MOST_CLOCK_SECONDS + 1, True), (-90, True), (MOST_CLOCK_SECONDS - 1, False)])
def test_a_clock_that_differs_is_told(seconds: float, is_told: bool, settings: Settings) -> None:
    found = looked(settings, "dydx_chain", Shelf(200, '{"params": {}}', NOW + timedelta(seconds=seconds)))
    assert found.clock_seconds == seconds
    assert (("", "clock") in kinds(found)) == is_told


def test_a_key_that_is_refused_is_told_and_not_shown(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "secret-of-somebody")
    found = looked(settings, "coinglass", Shelf(401, '{"code": "401", "msg": "secret-of-somebody is not valid"}'))
    assert ("", "key") in kinds(found)
    assert KEY in next(finding.advice for finding in found.findings if finding.kind == "key")
    assert "secret-of-somebody" not in repr(found)


def test_without_its_key_a_source_is_not_asked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY, raising=False)
    assert looked(settings, "coinglass", Shelf(500, "")).state == "not_configured"
    assert looked(settings, "coinbase", Shelf(500, "")).state == "closed"


def test_a_refusal_for_too_many_requests_is_a_budget(settings: Settings) -> None:
    found = looked(settings, "dydx_chain", Shelf(429, "", **{"Retry-After": "0", "X-RateLimit-Limit": "10"}))
    assert kinds(found) == {("revenue_shares", "unreachable"), ("status", "unreachable"), ("", "budget")}
    assert found.budget == {"retry-after": "0", "x-ratelimit-limit": "10"}


def test_a_path_that_is_gone_is_told_although_the_market_may_be_unknown(settings: Settings) -> None:
    assert ("instruments", "rejected") in kinds(looked(settings, "deribit", Shelf(404, "nothing here")))


def test_a_source_that_takes_too_long_is_given_up(settings: Settings) -> None:
    found = looked(settings, "kraken", Shelf(200, "{}", seconds=5.0), deadline_seconds=0.05)
    assert [(finding.kind, finding.detail) for finding in found.findings] == [("unreachable", "not done within 0.05 s")]


def test_a_history_that_is_kept_for_less_than_declared_is_told(make_settings: Callable[..., Settings]) -> None:
    """Binance's open interest is said to be there for 29 days: 2026-06-05 12:00 and a day are its first whole one."""
    with Simulator(LONG, now=NOW) as simulator:
        settings = make_settings(base_url=simulator.base_urls())
        source = source_of("binance")
        (well,) = examine(settings, [source], clock=lambda: NOW)
        simulator.drift("binance", "emptied", path="openInterestHist")
        (cut,) = examine(settings, [source], clock=lambda: NOW)
    assert well.findings == []
    assert [(finding.endpoint, finding.kind) for finding in cut.findings] == [
        ("um_open_interest_history", "retention"), ("cm_open_interest_history", "retention"),
    ]  # fmt: skip
    assert cut.findings[0].detail == "no row of 2026-06-06 for BTCUSDT: 29 days are said to be kept"


def test_one_dead_source_does_not_hide_the_others(settings: Settings) -> None:
    transports = {"kraken": Shelf(451, "no"), "dydx_chain": Shelf(200, '{"params": {"default": {"revenue_shares": []}}}')}
    found = examine(settings, [source_of(name) for name in transports], clock=lambda: NOW, transports=dict(transports))
    assert [one.source for one in found] == list(transports)
    assert {finding.kind for finding in found[0].findings} == {"refused"}
