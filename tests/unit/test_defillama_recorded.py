"""DefiLlama: recorded answers value by value; holes are rows without a value, chains are told from protocols."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest

from ingestion.errors import BadAnswer
from ingestion.run.session import Session
from ingestion.venue.registry import all_sources

FOLDER = "sources/defillama"
DAY = 86_400


def unix(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def series(rows: list[dict[str, Any]]) -> dict[int, Any]:
    return {row["day"]: row["value"] for row in rows}


@pytest.mark.recorded
@pytest.mark.parametrize(
    ("file", "adapter", "slug", "data_type", "kind"),
    [
        ("summary_fees__gmx-dailyFees", "fees", "gmx", "dailyFees", "protocol"),
        ("summary_fees__gmx-dailyRevenue", "fees", "gmx", "dailyRevenue", "protocol"),
        ("summary_fees__chain-arbitrum-dailyFees", "fees", "arbitrum", "dailyFees", "chain"),
        ("summary_dexs__hyperliquid-dailyVolume-20250512", "dexs", "hyperliquid", "dailyVolume", "protocol"),
    ],
)
def test_a_recorded_series_is_dense_and_every_point_is_its_own(
    file: str, adapter: str, slug: str, data_type: str, kind: str, recorded: Any, typed: Any
) -> None:
    payload, response = recorded(f"{FOLDER}/{file}.json", "defillama", "summary", match={"adapter_type": adapter, "slug": slug})
    rows = typed(payload)["dimension_series"]
    points = dict(response["totalDataChart"])
    found = series(rows)
    assert {day: value for day, value in found.items() if day in points} == points
    assert [row["day"] for row in rows] == list(range(min(points), max(points) + DAY, DAY))
    assert {value for day, value in found.items() if day not in points} <= {None}
    labels = {(row["adapter_type"], row["slug"], row["data_type"], row["protocol_type"]) for row in rows}
    assert labels == {(adapter, slug, data_type, kind)}


@pytest.mark.recorded
def test_days_that_gmx_misses_are_holes_not_zeros(recorded: Any, typed: Any) -> None:
    match = {"adapter_type": "fees", "slug": "GMX"}
    payload, _ = recorded(f"{FOLDER}/summary_fees__gmx-dailyFees.json", "defillama", "summary", match=match)
    found = series(typed(payload)["dimension_series"])
    assert [found[unix(day)] for day in ("2023-07-07", "2023-07-08")] == [None, None]
    assert (found[unix("2021-09-03")], found[unix("2021-09-04")], found[unix("2025-05-23")]) == (4538.0, 1071.0, 433633.0)


@pytest.mark.recorded
@pytest.mark.parametrize("file", ["gmx-dailyFees", "gmx-dailyRevenue", "jupiter-dailyFees"])
def test_the_parts_of_a_parent_add_up_to_it(file: str, recorded: Any, typed: Any) -> None:
    slug = file.partition("-")[0]
    match = {"adapter_type": "fees", "slug": slug}
    payload, response = recorded(f"{FOLDER}/summary_fees__{file}.json", "defillama", "summary", match=match)
    rows = typed(payload)["dimension_parts"]
    sums = {row["day"]: sum(part["value"] for part in orjson.loads(row["parts"])) for row in rows}
    assert sums == dict(response["totalDataChart"])


@pytest.mark.recorded
def test_a_part_keeps_its_name_as_a_slug_and_its_chain(recorded: Any, typed: Any) -> None:
    match = {"adapter_type": "fees", "slug": "gmx"}
    payload, _ = recorded(f"{FOLDER}/summary_fees__gmx-dailyFees.json", "defillama", "summary", match=match)
    (row,) = (row for row in typed(payload)["dimension_parts"] if row["day"] == unix("2025-05-22"))
    told = [(part["part"], part["chain"], part["value"]) for part in orjson.loads(row["parts"])]
    assert told == [
        ("gmx-v1", "arbitrum", 9976), ("gmx-v2-perps", "arbitrum", 177342), ("gmx-v1", "avax", 8793), ("gmx-v2-perps", "avax", 24011),
        ("gmx-v2-perps", "solana", 952),
    ]  # fmt: skip


@pytest.mark.recorded
def test_what_is_its_own_only_part_has_no_parts(recorded: Any, typed: Any) -> None:
    match = {"adapter_type": "fees", "slug": "arbitrum"}
    payload, _ = recorded(f"{FOLDER}/summary_fees__chain-arbitrum-dailyFees.json", "defillama", "summary", match=match)
    assert typed(payload)["dimension_parts"] == []


@pytest.mark.recorded
def test_a_point_deleted_upstream_becomes_a_version_without_a_value(recorded: Any, settings: Any, held: Any) -> None:
    """2025-01-16 was in the capture of 2025-05-12 and gone from that of 2025-05-23."""
    import asyncio

    captures = {"20250512": datetime(2025, 5, 12, 13, 44, 5, tzinfo=UTC), "20250523": datetime(2025, 5, 24, 3, 30, tzinfo=UTC)}
    values = []
    for name, at in captures.items():
        payload, response = recorded(
            f"{FOLDER}/summary_fees__hyperliquid-dailyFees-{name}.json", "defillama", "summary", fetched_at=at,
            match={"adapter_type": "fees", "slug": "hyperliquid"},
        )  # fmt: skip
        values.append(dict(response["totalDataChart"]).get(unix("2025-01-16")))
        session = Session(all_sources()["defillama"], settings, "run", client=None)
        session.take(payload)
        asyncio.run(session.commit())
    found = [row for row in held(settings, "defillama", "dimension_series") if row["day"] == unix("2025-01-16")]
    assert values[0] is not None
    assert [(row["value"], row["_fetched_at"]) for row in found] == [(float(values[0]), captures["20250512"]), (None, captures["20250523"])]


@pytest.mark.recorded
def test_recorded_tvl_keeps_the_last_point_off_midnight(recorded: Any, typed: Any) -> None:
    match = {"slug": "Hyperliquid HLP"}
    payload, response = recorded(f"{FOLDER}/protocol__hyperliquid-hlp-20250512.json", "defillama", "protocol", match=match)
    rows = typed(payload)["tvl"]
    points = [(one["date"], one["totalLiquidityUSD"]) for one in response["tvl"]]
    assert [(row["time"], row["total_liquidity_usd"]) for row in rows] == points
    assert (len(rows), rows[-1]) == (164, {"slug": "hyperliquid hlp", "time": 1747051955, "total_liquidity_usd": 263522404.96498})


@pytest.mark.recorded
@pytest.mark.parametrize("file", ["protocol__hyperlend", "protocol__valantis", "protocol__aevo-perps-head"])
def test_recorded_tvl_of_others(file: str, recorded: Any, typed: Any) -> None:
    payload, response = recorded(f"{FOLDER}/{file}.json", "defillama", "protocol", match={"slug": "x"})
    rows = typed(payload)["tvl"]
    assert [row["total_liquidity_usd"] for row in rows] == [one["totalLiquidityUSD"] for one in response.get("tvl") or []]


@pytest.mark.recorded
def test_recorded_list_of_protocols(recorded: Any, typed: Any) -> None:
    payload, _ = recorded(f"{FOLDER}/protocols__trimmed-lido-okx.json", "defillama", "protocols")
    okx, lido = typed(payload)["protocols"]
    assert okx == {
        "slug": "okx", "observed_on": date(2026, 3, 1), "defillama_id": "2272", "name": "OKX", "symbol": "OKB", "gecko_id": "okb",
        "category": "CEX", "parent_protocol": None, "tvl": 31973009389.87856, "mcap": 2556815505.0569243,
    }  # fmt: skip
    assert (lido["slug"], lido["symbol"], lido["defillama_id"]) == ("lido", "LDO", "182")


@pytest.mark.recorded
def test_recorded_overview_of_a_chain_is_not_a_protocols_total(recorded: Any, typed: Any) -> None:
    """What a protocol did on one chain is part of what it did: it must not share a key with the whole."""
    match = {"adapter_type": "dexs", "chain": "ethereum"}
    payload, response = recorded(f"{FOLDER}/overview_dexs_chain__ethereum-20250512.json", "defillama", "chain_overview", match=match)
    rows = typed(payload)["dimension_series"]
    assert "dexs" not in {row["adapter_type"] for row in rows}
    assert "protocol" not in {row["protocol_type"] for row in rows}
    last = {row["slug"]: row["value"] for row in rows if row["day"] == unix("2025-05-12")}
    assert (last["uniswap-v3"], last["curve-dex"], last["balancer-v2"]) == (928335335.0, 361181884.0, 24797566.0)
    assert sum(value or 0 for value in last.values()) == pytest.approx(sum(response["totalDataChartBreakdown"][-1][1].values()))


@pytest.mark.recorded
def test_recorded_overviews_without_a_chart_or_from_the_paid_host(recorded: Any, typed: Any) -> None:
    match = {"adapter_type": "fees"}
    lite, _ = recorded(f"{FOLDER}/overview_fees__dailyHoldersRevenue-2026-trimmed.json", "defillama", "overview", match=match)
    assert typed(lite) == {"dimension_series": []}
    match = {"adapter_type": "derivatives"}
    paid, _ = recorded(f"{FOLDER}/oas_example__api_overview_derivatives.json", "defillama", "pro_overview", match=match)
    rows = [(row["slug"], row["data_type"], row["day"], row["value"]) for row in typed(paid)["dimension_series"]]
    assert rows == [("dydx-v3", "dailyVolume", 1614211200, 24949.0), ("dydx-v3", "dailyVolume", 1614297600, 103833.0)]


@pytest.mark.recorded
def test_every_recorded_price(shared: Any, recorded: Any, typed: Any) -> None:
    files = sorted((shared / "fixtures" / FOLDER).glob("coins_prices_current__*.json"))
    prices = {}
    for file in files:
        payload, response = recorded(f"{FOLDER}/{file.name}", "defillama", "prices")
        rows = typed(payload)["coin_prices"]
        assert {row["coin"] for row in rows} == set(response["coins"])  # an unknown coin is absent, not an error
        prices |= {row["coin"]: (row["price"], row["time"], row["symbol"], row["confidence"]) for row in rows}
    assert len(files) == 12
    assert prices["coingecko:chainlink"] == (19.83, 1753079333, "LINK", 0.99)
    assert prices["coingecko:ethereum-classic"] == (20.0, 1741291795, "ETC", 0.99)


@pytest.mark.recorded
def test_a_recording_of_another_shape_is_a_clear_error(recorded: Any, settings: Any) -> None:
    match = {"adapter_type": "derivatives", "slug": "extended"}
    payload, _ = recorded(f"{FOLDER}/summary_derivatives_derived__extended.json", "defillama", "summary", match=match)
    with pytest.raises(BadAnswer, match="a list where an object with totalDataChart is expected"):
        Session(all_sources()["defillama"], settings, "run", client=None).take(payload)


def test_a_chart_of_prices(payload: Any, typed: Any) -> None:
    prices = [{"timestamp": 1735689600, "price": 27.5}, {"timestamp": 1735776000, "price": 28}]
    coins = {"coingecko:gmx": {"symbol": "GMX", "confidence": 0.99, "prices": prices}}
    rows = typed(payload("defillama", "price_chart", {"coins": coins}))["coin_prices"]
    assert [list(row.values()) for row in rows] == [
        ["coingecko:gmx", 1735689600, "GMX", 27.5, 0.99], ["coingecko:gmx", 1735776000, "GMX", 28.0, 0.99]
    ]  # fmt: skip


@pytest.mark.recorded
def test_the_documented_example_has_the_default_type(recorded: Any, typed: Any) -> None:
    match = {"adapter_type": "fees", "slug": "hyperliquid"}
    payload, _ = recorded(f"{FOLDER}/oas_example__summary_fees_protocol.json", "defillama", "pro_summary", match=match)
    (row,) = typed(payload)["dimension_series"]
    assert list(row.values()) == ["fees", "hyperliquid", "dailyFees", 1734912000, 1472923.0, "protocol"]
