"""dYdX's chain: the split as answered, what is left of it, and answers that cannot be one."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from ingestion.run.ingest import ingest
from ingestion.venue.registry import all_sources

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
