"""DefiLlama's dialect: daily series, the open day, what is not reported, prices, plain-text errors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from ingestion.venue import seeds
from simulator import Truth
from simulator.dialect import Query, Reply
from simulator.switchboard import Switchboard

DAY_S = 86_400
TRUTH = Truth(seed=3, days=40)
NOW = datetime(2026, 8, 5, 12, tzinfo=UTC)
START_S = TRUTH.start_ms // 1000


@pytest.fixture
def board() -> Switchboard:
    return Switchboard(TRUTH, NOW)


def ask(board: Switchboard, path: str, **params: object) -> Reply:
    return board.respond("defillama", Query("GET", path, {name: str(value) for name, value in params.items()}))


def read(board: Switchboard, path: str, **params: object) -> Any:
    reply = ask(board, path, **params)
    assert reply.status == 200, reply.content
    return orjson.loads(reply.content)


def series(slug: str, metric: str) -> list[float]:
    return TRUTH.protocol_series().filter(slug=slug, metric=metric).sort("date")["value_usd"].to_list()


@pytest.mark.parametrize(
    ("kind", "data_type", "metric"),
    [
        ("fees", "dailyFees", "fees"),
        ("fees", "dailyRevenue", "revenue"),
        ("fees", "dailyHoldersRevenue", "holders_revenue"),
        ("fees", "dailySupplySideRevenue", "supply_side_revenue"),
        ("derivatives", "dailyVolume", "volume"),
        ("open-interest", "openInterestAtEnd", "open_interest"),
    ],
)
def test_closed_days_are_the_truth(board: Switchboard, kind: str, data_type: str, metric: str) -> None:
    body = read(board, f"/summary/{kind}/gmx", dataType=data_type)
    closed = body["totalDataChart"][:-1]
    assert closed == [[START_S + day * DAY_S, value] for day, value in enumerate(series("gmx", metric)[:35])]
    assert body["total24h"] == closed[-1][1]


def test_a_parent_is_told_by_its_parts_which_split_their_fees_their_own_way(board: Switchboard) -> None:
    parts: dict[str, list[float]] = {}
    for day, chains in read(board, "/summary/fees/gmx", dataType="dailyFees")["totalDataChartBreakdown"][:-1]:
        assert sorted(chains) == ["arbitrum", "solana"], day
        for names in chains.values():
            for name, value in names.items():
                parts.setdefault(name, []).append(value)
    assert parts == {"GMX V2 Perps": series("gmx-v2-perps", "fees")[:35], "GMX Solana": series("gmx-solana", "fees")[:35]}
    whole = {metric: sum(series("gmx", metric)) for metric in ("fees", "supply_side_revenue", "holders_revenue")}
    assert whole["fees"] == sum(series("gmx-v2-perps", "fees")) + sum(series("gmx-solana", "fees"))
    assert whole["holders_revenue"] == sum(series("gmx-v2-perps", "holders_revenue"))
    assert series("gmx-solana", "holders_revenue") == []
    suppliers = {slug: sum(series(slug, "supply_side_revenue")) / sum(series(slug, "fees")) for slug in ("gmx-v2-perps", "gmx-solana")}
    assert suppliers == pytest.approx({"gmx-v2-perps": 0.63, "gmx-solana": 0.75}, rel=1e-4)


def test_the_open_day_is_partial_and_there(board: Switchboard) -> None:
    day, value = read(board, "/summary/fees/gmx")["totalDataChart"][-1]
    assert day == START_S + 35 * DAY_S
    assert value == pytest.approx(series("gmx", "fees")[35] / 2, abs=1)


def test_not_reported_is_200_with_nothing_in_it(board: Switchboard) -> None:
    body = read(board, "/summary/fees/aster", dataType="dailyHoldersRevenue")
    assert (body["totalDataChart"], body["totalDataChartBreakdown"], body["total24h"], body["totalAllTime"]) == ([], [], None, None)


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/summary/fees/aevo-perps", 400, "Fees for aevo-perps not found, please visit /overview/fees to see available protocols"),
        ("/summary/fees/nope", 400, "Fees for nope not found, please visit /overview/fees to see available protocols"),
        ("/protocol/nope", 400, "Protocol not found"),
        ("/chart/coingecko:bitcoin?period=x", 200, ""),
    ],
)
def test_errors_are_plain_text(board: Switchboard, path: str, status: int, text: str) -> None:
    reply = ask(board, path.split("?")[0])
    assert reply.status == status
    if text:
        assert (reply.content.decode(), reply.content_type.split(";")[0]) == (text, "text/plain")


def test_a_bad_data_type_is_500(board: Switchboard) -> None:
    assert ask(board, "/summary/fees/gmx", dataType="dailyNonsense").status == 500


def test_derivatives_can_be_made_to_need_a_key(board: Switchboard) -> None:
    assert ask(board, "/summary/derivatives/gmx").status == 200
    board.option("defillama.derivatives", "402")
    assert ask(board, "/summary/derivatives/gmx").status == 402
    assert ask(board, "/summary/fees/gmx").status == 200


def test_overview_lists_leaves_and_adds_them_up(board: Switchboard) -> None:
    body = read(board, "/overview/open-interest")
    slugs = {row["slug"] for row in body["protocols"]}
    assert {"hyperliquid-perps", "gmx-v2-perps", "gmx-solana", "aevo-perps"} <= slugs
    assert "hyperliquid" not in slugs
    for (day, total), (same_day, by_name) in zip(body["totalDataChart"], body["totalDataChartBreakdown"], strict=True):
        assert day == same_day
        assert total == sum(by_name.values())
    lite = read(board, "/overview/fees", excludeTotalDataChart="true", excludeTotalDataChartBreakdown="true")
    assert (lite["totalDataChart"], lite["totalDataChartBreakdown"]) == ([], [])


def test_tvl_is_midnights_and_the_current_hour(board: Switchboard) -> None:
    points = read(board, "/protocol/gmx")["tvl"]
    assert [point["totalLiquidityUSD"] for point in points[:-1]] == series("gmx", "tvl")[:35]
    assert points[-1]["date"] == START_S + 35 * DAY_S + 12 * 3600
    assert read(board, "/tvl/gmx") == points[-1]["totalLiquidityUSD"]
    assert {"hyperliquid", "gmx", "dydx", "jupiter-perpetual-exchange", "aevo-perps"} <= {row["slug"] for row in read(board, "/protocols")}


def test_prices_at_midnight_are_the_truth_and_unknown_coins_are_absent(board: Switchboard) -> None:
    body = read(board, "/chart/coingecko:gmx,coingecko:nope", start=START_S, span=36, period="1d", searchWidth="4h")
    truth = TRUTH.token_prices().filter(coin="coingecko:gmx")
    midnights = truth.filter(truth["observed_at"].dt.hour() == 0)["price_usd"].to_list()
    assert list(body["coins"]) == ["coingecko:gmx"]
    assert [point["price"] for point in body["coins"]["coingecko:gmx"]["prices"]] == midnights[:36]
    past = read(board, f"/prices/historical/{START_S + DAY_S}/coingecko:gmx")["coins"]["coingecko:gmx"]
    assert (past["price"], past["timestamp"]) == (midnights[1], START_S + DAY_S)
    assert read(board, f"/prices/historical/{START_S - 1}/coingecko:gmx")["coins"] == {}
    assert read(board, "/prices/current/coingecko:gmx")["coins"]["coingecko:gmx"]["timestamp"] == int(NOW.timestamp())


def test_every_name_of_our_seeds_is_known(board: Switchboard, make_settings: Any) -> None:
    """Else a run in this world would rightly fail; what reports nothing in it is known all the same."""
    settings = make_settings()
    for slug in seeds.of_protocols(settings, "defillama_slug"):
        statuses = [ask(board, f"/summary/{kind}/{slug}").status for kind in ("fees", "derivatives")]
        assert 200 in [*statuses, ask(board, f"/protocol/{slug}").status], slug
    coins = [f"coingecko:{coin}" for coin in seeds.coins(settings)]
    assert set(read(board, f"/prices/current/{','.join(coins)}")["coins"]) == set(coins)
    assert read(board, "/summary/fees/vertex-protocol")["totalDataChart"] == []
    assert read(board, "/protocol/vertex-protocol")["tvl"] == []
    parents = {row["slug"]: row["parentProtocol"] for row in read(board, "/protocols")}
    assert (parents["gmx-v1"], parents["synthetix"]) == ("parent#gmx", None)


def test_corrupted_fees_leave_the_truth_alone(board: Switchboard) -> None:
    board.corrupt("gmx", "2026-07-03", "fees_x1000")
    board.corrupt("gmx", "2026-07-04", "fees_missing")
    chart = dict(read(board, "/summary/fees/gmx")["totalDataChart"])
    assert chart[START_S + 2 * DAY_S] == 1000 * series("gmx", "fees")[2]
    assert START_S + 3 * DAY_S not in chart
