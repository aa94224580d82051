"""Gate: recorded answers value by value, in their own units; a volume and an open interest in USD by hand for each contract type."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ingestion.errors import Rejected, Unroutable
from ingestion.venue.registry import all_sources

FOLDER = "venues/gate"
TODAY, NOW = date(2026, 3, 1), datetime(2026, 3, 1, 12, tzinfo=UTC)
USDT = {"settle": "usdt"}


@pytest.mark.recorded
def test_recorded_contracts(recorded: Any, typed: Any) -> None:
    """0G: 1,805,407 contracts of 1 at 0.1637 are 295,545 USD of open interest; the ticker of that moment says twice as many."""
    one, _ = recorded(f"{FOLDER}/instruments__acb_usdt_a.json", "gate", "contracts", match=USDT)
    rows = typed(one)
    first = rows["contracts"][0]
    assert list(first.values()) == [
        "usdt", "0G_USDT", TODAY, "direct", 1, "trading", False, 1805407, 1758124392, 1758124392, 28800, "", False,
    ]  # fmt: skip
    assert list(rows["contract_states"][0].values()) == [
        "usdt", "0G_USDT", NOW, "direct", 1, 1805407, 0.1637, 0.1641, 0.1637, 0.0001,
    ]  # fmt: skip
    assert first["position_size"] * 0.1637 == pytest.approx(295_545, abs=1)
    _, tickers = recorded(f"{FOLDER}/tickers__acb_usdt_a.json", "gate", "tickers", match=USDT)
    both = {row["contract"]: float(row["total_size"]) for row in tickers}
    listed = {row["name"]: row["position_size"] for row in rows["contracts"]}
    assert {name: both[name] / size for name, size in listed.items() if name in both} == {"0G_USDT": 2.0, "AAVE_USDT": 2.0}


@pytest.mark.recorded
def test_recorded_contracts_of_other_times(recorded: Any, typed: Any) -> None:
    fractions, _ = recorded(f"{FOLDER}/instruments__jk_perpetualfutures_getcontracts.json", "gate", "contracts", match=USDT)
    (row,) = typed(fractions)["contracts"]
    assert (row["position_size"], row["enable_decimal"], row["quanto_multiplier"], row["status"]) == (40177.8, True, 100, None)
    item, _ = recorded(f"{FOLDER}/instruments__cx_parse_contract_market_swap_item.json", "gate", "contracts", match=USDT)
    assert [(row["name"], row["position_size"]) for row in typed(item)["contracts"]] == [("0G_USDT", 783779)]


@pytest.mark.recorded
def test_recorded_volume_is_contracts_times_multiplier(recorded: Any, typed: Any) -> None:
    """BTC: 491,316,167 contracts × 0.0001 = 49,131.6 BTC; 3,904,379,785 USDT is 79,468 a coin, between the day's low and high."""
    tickers, body = recorded(f"{FOLDER}/tickers__acb_usdt_a.json", "gate", "tickers", match=USDT)
    assert typed(tickers) == {}
    row = next(row for row in body if row["contract"] == "BTC_USDT")
    base = float(row["volume_24h"]) * float(row["quanto_multiplier"])
    assert base == pytest.approx(49131.6167, abs=1e-4)
    assert float(row["volume_24h_quote"]) / base == pytest.approx(79468, abs=1)
    params = {"contract": "X_USDT", "interval": "1h"}
    klines, _ = recorded(f"{FOLDER}/klines__jk_perpetualfutures_getklines.json", "gate", "candlesticks", match=USDT, params=params)
    assert [list(row.values()) for row in typed(klines)["candles"]] == [
        ["usdt", "X_USDT", "1h", 1539852480, 1.032, 1.032, 1.032, 1.032, 97151, 3580]
    ]
    without, _ = recorded(f"{FOLDER}/klines__jk_perpetualfutures_getklines.json", "gate", "candlesticks", match=USDT)
    with pytest.raises(Unroutable, match="no 'contract'"):
        typed(without)


@pytest.mark.recorded
def test_recorded_statistics_are_even_in_2026_and_were_odd_in_2023(recorded: Any, typed: Any) -> None:
    """652,621,356 contracts × 0.0001 × 76,419.9 = 4,987,325,876 USD: both sides; one is 2,493,662,938."""
    name = "open_interest_history__acb_air_btc_5m_a"
    one, _ = recorded(f"{FOLDER}/{name}.json", "gate", "contract_stats", match=USDT)
    rows = typed(one)["contract_stats"]
    assert list(rows[0].values()) == ["usdt", "BTC_USDT", "5m", 1789658100, 652621356, 4987325876.33844, 76419.9, 0, 0]
    assert rows[0]["open_interest"] * 0.0001 * rows[0]["mark_price"] == pytest.approx(rows[0]["open_interest_usd"], rel=1e-12)
    assert rows[0]["open_interest_usd"] / 2 == pytest.approx(2_493_662_938, abs=1)
    assert all(row["open_interest"] % 2 == 0 for row in rows)
    assert rows[2]["short_liq_usd"] == 497.949855
    params = {"contract": "X_USDT", "interval": "5m"}
    old, _ = recorded(
        f"{FOLDER}/open_interest_history__cx_fetch_open_interest_history_stats.json", "gate", "contract_stats", match=USDT, params=params
    )
    assert [list(row.values())[3:7] for row in typed(old)["contract_stats"]] == [[1674057000, 2851725, 9872386.7775, 0.34619]]


@pytest.mark.recorded
def test_recorded_funding(recorded: Any, typed: Any) -> None:
    params = {"contract": "BTC_USDT"}
    name = "funding_history__jk_perpetualfutures_getfundingratehistory"
    one, _ = recorded(f"{FOLDER}/{name}.json", "gate", "funding_rate", match=USDT, params=params)
    assert [list(row.values()) for row in typed(one)["funding_rates"]] == [["usdt", "BTC_USDT", 1543968000, 0.000157]]


@pytest.mark.recorded
def test_recorded_liquidations(recorded: Any, typed: Any) -> None:
    """BTC: 200 contracts × 0.0001 × 77,030.6 = 1,540.61 USD of a long. AKE closes 165 of a short of 2000; a name is Chinese."""
    one, _ = recorded(f"{FOLDER}/liquidations__acb_air_usdt_a.json", "gate", "liq_orders", match=USDT)
    rows = {row["contract"]: row for row in reversed(typed(one)["liquidations"])}
    assert list(rows["BTC_USDT"].values()) == ["usdt", "BTC_USDT", 1789242268, 200, 77030.6, 76801.9, -200, 0]
    assert rows["BTC_USDT"]["size"] * 0.0001 * rows["BTC_USDT"]["fill_price"] == pytest.approx(1540.61, abs=0.01)
    assert (rows["AKE_USDT"]["size"], rows["AKE_USDT"]["order_size"], rows["ETH_USDT"]["size"]) == (-2000, 165, 33.1)
    assert rows["龙虾_USDT"]["size"] == -1
    old, _ = recorded(f"{FOLDER}/liquidations__jk_perpetualfutures_getliquidations.json", "gate", "liq_orders", match=USDT)
    assert [list(row.values()) for row in typed(old)["liquidations"]] == [["usdt", "BTC_USDT", 1548654951, 600, 3424, 3405, None, 0]]


@pytest.mark.recorded
def test_recorded_errors_name_their_label(recorded: Any) -> None:
    for name, label in (("err0", "ORDER_NOT_FOUND"), ("err1", "INVALID_PARAM_VALUE"), ("err5", "INVALID_PROTOCOL")):
        one, _ = recorded(f"{FOLDER}/errors__cx_handle_errors_{name}.json", "gate", "contracts", match=USDT, status=400)
        with pytest.raises(Rejected, match=label):
            all_sources()["gate"].check(one)


def test_the_inverse_contract_is_one_usd(payload: Any, typed: Any) -> None:
    """4,000,001 contracts of 1 USD are 4,000,001 USD: quanto_multiplier 0 says nothing of their worth."""
    row = {"name": "BTC_USD", "type": "inverse", "quanto_multiplier": "0", "position_size": 4000001, "mark_price": "80000"}
    rows = typed(payload("gate", "contracts", [row], match={"settle": "btc"}))
    assert [(one["settle"], one["type"], one["quanto_multiplier"], one["contract_type"]) for one in rows["contracts"]] == [
        ("btc", "inverse", 0, None)
    ]
    assert [(one["position_size"], one["mark_price"]) for one in rows["contract_states"]] == [(4000001, 80000)]
