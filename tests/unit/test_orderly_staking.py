"""Orderly's staking pool: the rate as answered, rates that are none, refusals, and what the dialect says of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import httpx
import orjson
import pytest

from ingestion.run.ingest import ingest
from ingestion.venue.registry import all_sources
from simulator import Truth
from simulator.dialect import Query
from simulator.switchboard import Switchboard

STAKING = all_sources()["orderly_staking"]
PATH = STAKING.endpoint("pool_info").path
# The vendor's own example.
POOL = {
    "revenue_rate": 0.6, "valor_price_esorder": 0.018128737338881, "treasury_pool_value": 741510.854264, "est_treasury_inflow": 1502.490346,
    "order_price_usdc": 0.2, "total_redeemed_amount": 1594502.182669, "current_batch_id": 13, "next_settlement_date": "2025-10-06",
}  # fmt: skip


def answer(**more: Any) -> dict[str, Any]:
    return {"success": True, "timestamp": 1702989203989, "data": POOL | more}


def run(settings: Any, line: Any) -> Any:
    (result,) = ingest(settings, [STAKING], None, transports={"orderly_staking": line.transport})
    return result


def test_a_snapshot_is_one_request(settings: Any, wire: Any, held: Any) -> None:
    line = wire(lambda request: answer())
    assert run(settings, line).problem is None
    assert [request.url.path for request in line.asked] == [PATH]
    columns = ["revenue_rate", "est_treasury_inflow", "current_batch_id", "next_settlement_date"]
    assert [tuple(row.values()) for row in held(settings, "orderly_staking", "pools", columns)] == [(0.6, 1502.490346, 13, "2025-10-06")]


@pytest.mark.parametrize("rate", [None, 60, -0.1, 1.01])
def test_a_rate_that_is_no_fraction_is_none(rate: Any, settings: Any, wire: Any, held: Any) -> None:
    result = run(settings, wire(lambda request: answer(revenue_rate=rate)))
    assert "is no fraction" in (result.problem or "")
    assert held(settings, "orderly_staking", "pools") == []


@pytest.mark.parametrize("body", [
    {"success": False, "code": -1000, "message": "An unknown error occurred"}, {"data": POOL},
    httpx.Response(404, json={"success": False, "code": -1006, "message": "not found"}),
])  # fmt: skip
def test_an_answer_that_is_no_success_is_a_failure(body: Any, settings: Any, wire: Any, held: Any) -> None:
    assert run(settings, wire(lambda request: body)).status == "failed"
    assert held(settings, "orderly_staking", "pools") == []


def test_the_dialect_has_the_fields_and_the_batch_of_the_vendors_example() -> None:
    board = Switchboard(Truth(start=date(2025, 9, 20), days=14, venues=[]), datetime(2025, 9, 30, 12, tzinfo=UTC))
    told = orjson.loads(board.respond("orderly_staking", Query("GET", PATH)).content)
    assert told["success"]
    assert told["data"].keys() == POOL.keys()
    assert (told["data"]["revenue_rate"], told["data"]["current_batch_id"], told["data"]["next_settlement_date"]) == (0.6, 13, "2025-10-06")
    assert board.respond("orderly_staking", Query("GET", "/v1/public/info")).status == 404
