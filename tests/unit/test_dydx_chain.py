"""dYdX's chain: the split as answered, what is left of it, answers that cannot be one, and the past as far as a node keeps it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest

from ingestion.run.ingest import ingest
from ingestion.run.replay import replay
from ingestion.run.window import Window
from ingestion.settings import load_settings
from ingestion.venue.registry import all_sources
from simulator import Truth
from simulator.dialect import Query
from simulator.switchboard import Switchboard

CHAIN = all_sources()["dydx_chain"]
PATH = "/dydxprotocol/revshare/unconditional_rev_share"


def answer(*shares: int) -> dict[str, Any]:
    """As v4-chain's proto files have it: no answer was recorded."""
    return {"config": {"configs": [{"address": f"dydx1{number}", "share_ppm": ppm} for number, ppm in enumerate(shares)]}}


def run(settings: Any, line: Any) -> Any:
    (result,) = ingest(settings, [CHAIN], None, transports={"dydx_chain": line.transport})
    return result


def test_a_snapshot_is_one_request_and_the_rest_has_a_name(settings: Any, wire: Any, held: Any) -> None:
    line = wire(lambda request: answer(250_000, 100_000))
    assert run(settings, line).problem is None
    assert [request.url.path for request in line.asked] == [PATH]
    rows = held(settings, "dydx_chain", "revenue_shares", ["address", "share_ppm"])
    assert {tuple(row.values()) for row in rows} == {("dydx10", 250_000), ("dydx11", 100_000), ("fee_collector", 650_000)}


@pytest.mark.parametrize("body", [answer(), {"config": {}}])
def test_nobody_else_means_all_for_the_fee_collector(body: Any, payload: Any, typed: Any) -> None:
    (row,) = typed(payload("dydx_chain", "revenue_shares", body))["revenue_shares"]
    assert (row["address"], row["share_ppm"]) == ("fee_collector", 1_000_000)


@pytest.mark.parametrize("spoiled", [None, 7, {"share_ppm": 5}, {"address": "x"}, {"address": "x", "share_ppm": "much"},
                                     {"address": "x", "share_ppm": -5}])  # fmt: skip
def test_a_split_of_which_a_part_cannot_be_read_is_none(spoiled: Any, settings: Any, wire: Any, held: Any) -> None:
    body = answer(250_000)
    body["config"]["configs"].append(spoiled)
    result = run(settings, wire(lambda request: body))
    assert "a share that cannot be read" in (result.problem or "")
    assert held(settings, "dydx_chain", "revenue_shares") == []


def test_more_than_all_is_refused(payload: Any) -> None:
    with pytest.raises(ValueError, match="1200000 parts in a million"):
        CHAIN.endpoint("revenue_shares").parse(payload("dydx_chain", "revenue_shares", answer(700_000, 500_000)))


def test_a_node_that_does_not_know_the_path_is_a_failure(settings: Any, wire: Any) -> None:
    result = run(settings, wire(lambda request: httpx.Response(501, json={"code": 12, "message": "Not Implemented", "details": []})))
    assert result.status == "failed"
    assert "501" in (result.problem or "")


NOW = datetime(2026, 3, 10, 0, 30, tzinfo=UTC)
NEWEST, CHANGED, PACE = 9_000_000, datetime(2026, 3, 8, 12, tzinfo=UTC), 0.3
STATUS = CHAIN.endpoint("status").path
WEEK = Window(date(2026, 3, 3), date(2026, 3, 9))
DAY_BEFORE = Window(WEEK.last, WEEK.last)


class Node:
    """A block each 0.3 s; the vault's share was 50% until noon of 03-08. What is older than `kept` is refused, as the SDK words it."""

    def __init__(self, kept: timedelta, status: int = 400) -> None:
        self.kept, self.status = kept, status

    def __call__(self, request: httpx.Request) -> Any:
        height = int(request.headers.get("x-cosmos-block-height", NEWEST))
        at = NOW - timedelta(seconds=(NEWEST - height) * PACE)
        if at < NOW - self.kept:
            reason = f"failed to load state at height {height}; version does not exist (latest height: {NEWEST}): invalid request"
            return httpx.Response(self.status, json={"code": 3, "message": reason, "details": []})
        if request.url.path == STATUS:
            return {"earliest_store_height": "1", "height": str(height), "timestamp": at.isoformat().replace("+00:00", "Z")}
        return answer(500_000 if at < CHANGED else 250_000)


def week(settings: Any, line: Any, window: Window = WEEK) -> Any:
    (result,) = ingest(settings, [CHAIN], window, transports={"dydx_chain": line.transport}, clock=lambda: NOW)
    return result


def vault(settings: Any, held: Any) -> dict[date, int]:
    """By day what the vault was read to get; each of the week in its last hour."""
    rows = held(settings, "dydx_chain", "revenue_shares", ["address", "observed_at", "share_ppm"])
    assert {row["observed_at"].hour for row in rows if row["observed_at"] < NOW.replace(minute=0)} <= {23}
    return {row["observed_at"].date(): row["share_ppm"] for row in rows if row["address"] == "dydx10"}


def test_an_archive_node_gives_each_day_its_own_split(settings: Any, wire: Any, held: Any) -> None:
    line = wire(Node(timedelta(days=999)))
    assert week(settings, line).problem is None
    shares = {day: 500_000 if day < CHANGED.date() else 250_000 for day in WEEK.days()}
    assert vault(settings, held) == shares | {NOW.date(): 250_000}
    assert len(held(settings, "dydx_chain", "blocks")) == 1 + 2 + 6  # the newest, one look more for the first day, one a day
    assert len(line.asked) == 1 + 1 + 2 + 6 + 7  # with the split now, and that of each day
    assert {request.url.query for request in line.asked} == {b""}, "a height is a header"


def test_days_that_were_read_are_not_asked_for_again(settings: Any, wire: Any, held: Any) -> None:
    week(settings, wire(Node(timedelta(days=999))))
    known, line = vault(settings, held), wire(Node(timedelta(days=999)))
    assert week(settings, line).problem is None
    assert len(line.asked) == 1
    assert vault(settings, held) == known


def test_days_before_a_snapshot_of_the_outage_are_read_too(settings: Any, wire: Any, held: Any) -> None:
    """Every snapshot writes the table: its mark says nothing of the days before it."""
    node, days = Node(timedelta(days=999)), {3: Window(date(2026, 3, 2), date(2026, 3, 2)), 9: None, 10: DAY_BEFORE}
    for day, window in days.items():
        at, is_daily = NOW.replace(day=day), window is not None
        ingest(settings, [CHAIN], window, transports={"dydx_chain": wire(node).transport}, clock=lambda at=at: at, catch_up=is_daily)
    read = {row["observed_at"].date() for row in held(settings, "dydx_chain", "revenue_shares", ["observed_at"])}
    assert set(Window(date(2026, 3, 2), date(2026, 3, 10)).days()) == read


@pytest.mark.parametrize("status", [400, 500])
def test_a_pruned_node_gives_what_it_keeps_and_says_so(status: int, settings: Any, wire: Any, held: Any) -> None:
    result = week(settings, wire(Node(timedelta(days=2), status)))
    assert result.problem is None
    assert sorted(vault(settings, held)) == [date(2026, 3, 8), date(2026, 3, 9), NOW.date()]
    (limitation,) = result.limitations
    assert "an archive node has it" in limitation


def test_blocks_that_cannot_be_found_are_a_failure(settings: Any, wire: Any, held: Any) -> None:
    """A node that heeds no height says that every block is the newest."""
    stuck = {"earliest_store_height": "1", "height": str(NEWEST), "timestamp": NOW.isoformat()}
    result = week(settings, wire(lambda request: stuck if request.url.path == STATUS else answer(250_000)))
    assert "no block of 2026-03-09" in (result.problem or "")
    assert list(vault(settings, held)) == [NOW.date()]


def test_the_past_comes_again_from_landing(settings: Any, wire: Any, held: Any, tmp_path: Any) -> None:
    week(settings, wire(Node(timedelta(days=999))))
    known, again = vault(settings, held), load_settings(_env_file=None, data_dir=tmp_path / "again")
    replay(again, settings.landing_dir, [CHAIN])
    assert vault(again, held) == known


def test_the_dialect_refuses_what_its_node_no_longer_has() -> None:
    now = datetime(2026, 7, 20, 12, tzinfo=UTC)
    board = Switchboard(Truth(start=date(2026, 7, 6), days=20, venues=[]), now)
    newest = int(now.timestamp() * 1000) // 640

    def told(height: int) -> tuple[int, Any]:
        reply = board.respond("dydx_chain", Query("GET", STATUS, headers={"x-cosmos-block-height": str(height)}))
        return reply.status, orjson.loads(reply.content)

    assert told(newest - 135_000) == (200, told(newest)[1] | {"height": str(newest - 135_000), "timestamp": "2026-07-19T12:00:00.000000Z"})
    assert told(newest - 5 * 135_000)[0] == told(newest + 1)[0] == 400
