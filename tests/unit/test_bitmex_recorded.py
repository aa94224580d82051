"""BitMEX: recorded answers value by value, in their own units; volume and open interest in USD by hand for each contract type."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.recorded
FOLDER = "venues/bitmex"
TODAY = date(2026, 3, 1)


@pytest.fixture
def listed(shared: Path, payload: Any, typed: Any) -> dict[str, dict[str, Any]]:
    """States of the instrument list of 2021-07-22, by symbol."""
    rows = json.loads((shared / "fixtures/markets/bitmex.json").read_text())["info"]
    return {row["symbol"]: row for row in typed(payload("bitmex", "instrument_active", rows))["instrument_states"]}


def test_recorded_terms_and_state_of_xbtusd(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/instruments__nt_get_instrument_xbtusd.json", "bitmex", "instrument")
    found = typed(one)
    assert [list(row.values()) for row in found["instruments"]] == [[
        "XBTUSD", TODAY, "XBT", "Open", "FFWCSX", datetime(2016, 5, 13, 12, tzinfo=UTC), None, "XBT", "USD", "XBt", True, False,
        -100000000, None, -100000000, datetime(2000, 1, 1, 8, tzinfo=UTC),
    ]]  # fmt: skip
    (state,) = found["instrument_states"]
    assert state["timestamp"] == datetime(2024, 11, 24, 23, 33, 19, 34000, tzinfo=UTC)
    assert [state[name] for name in ("open_interest", "open_value", "mark_price", "indicative_settle_price", "funding_rate")] == [
        411647400, 420691293378, 97849.76, 97843.77, 0.00011,
    ]  # fmt: skip


def test_inverse_contracts_are_dollars(listed: dict[str, dict[str, Any]]) -> None:
    """574,264,600 contracts are as many USD, and 17,842.69 XBT as the venue values them; 24 h of 662,123,900 USD are 20,614.44 XBT."""
    row = listed["XBTUSD"]
    assert row["open_interest"] * abs(row["multiplier"] / row["underlying_to_settle_multiplier"]) == 574264600
    assert row["open_interest"] / row["mark_price"] == pytest.approx(row["open_value"] / 1e8, rel=1e-4)
    assert (row["volume_24h"], row["foreign_notional_24h"]) == (662123900, 662123900)
    assert row["home_notional_24h"] == pytest.approx(row["turnover_24h"] / 1e8)


def test_quantos_are_worth_bitcoin_and_their_foreign_notional_is_dollars(listed: dict[str, dict[str, Any]]) -> None:
    """ETHUSD: 1,403,475 contracts × 100 satoshi × 2003.93 are 2812.47 XBT; at 32,184.89 that is 90.52 million USD, not 1.4 million."""
    bitcoin, quantos = listed["XBTUSD"], [row for row in listed.values() if row["is_quanto"]]
    assert len(quantos) == 9
    price = bitcoin["foreign_notional_24h"] / bitcoin["home_notional_24h"]
    for row in quantos:
        assert row["open_interest"] * row["multiplier"] * row["mark_price"] == pytest.approx(row["open_value"], rel=1e-4)
        assert row["turnover_24h"] / 1e8 * price == pytest.approx(row["foreign_notional_24h"], rel=5e-3)
    ether = listed["ETHUSD"]
    assert ether["open_value"] / 1e8 * bitcoin["mark_price"] == pytest.approx(90_518_898, abs=1)
    assert (ether["home_notional_24h"], ether["foreign_notional_24h"]) == (105785.66518691278, 211413840.24424988)


def test_euros_are_no_dollars(listed: dict[str, dict[str, Any]]) -> None:
    assert (listed["XBTEUR"]["quote_currency"], listed["XBTEUR"]["foreign_notional_24h"]) == ("EUR", 3519100)


def test_recorded_samples_without_figures(recorded: Any, typed: Any) -> None:
    at = datetime(2024, 12, 13, 9, 39, 9, 928000, tzinfo=UTC)
    funding, _ = recorded(f"{FOLDER}/funding_history__jk_exchange_getfundinghistory.json", "bitmex", "funding")
    assert [list(row.values()) for row in typed(funding)["funding_rates"]] == [["string", at, at, 0, 0]]
    bars, _ = recorded(f"{FOLDER}/klines__jk_exchange_getklines.json", "bitmex", "trade_bucketed", params={"binSize": "1h"})
    stamp = datetime(2024, 12, 13, 9, 39, 10, 233000, tzinfo=UTC)
    assert [list(row.values()) for row in typed(bars)["trade_bins"]] == [["string", "1h", stamp, 0, 0, 0, 0, 0, 0, 0, 0, 0]]
