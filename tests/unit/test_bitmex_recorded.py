"""BitMEX: a recorded list of all instruments; volume and open interest in USD by hand for each contract type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.recorded


@pytest.fixture
def listed(shared: Path, payload: Any, typed: Any) -> dict[str, dict[str, Any]]:
    """States of the instrument list of 2021-07-22, by symbol."""
    rows = json.loads((shared / "fixtures/markets/bitmex.json").read_text())["info"]
    return {row["symbol"]: row for row in typed(payload("bitmex", "instrument_active", rows))["instrument_states"]}


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
