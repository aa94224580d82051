"""Binance REST: long recordings, every row of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.recorded
FOLDER = "venues/binance"
Recorded = Callable[..., tuple[Any, Any]]
Typed = Callable[[Any], dict[str, list[dict[str, Any]]]]
PRICES = ("open", "high", "low", "close")
KLINE = ("open_time", *PRICES, "volume", "close_time", "quote_volume", "trades", "taker_buy_volume", "taker_buy_quote_volume")


@pytest.mark.parametrize(
    ("file", "endpoint"),
    [("klines__gct_um_klines_0", "um_klines"), ("klines__gct_um_klines_2", "um_klines"), ("klines__gct_cm_klines_2", "cm_klines")],
)
def test_every_kline_of_a_long_recording(file: str, endpoint: str, recorded: Recorded, typed: Typed) -> None:
    payload, response = recorded(f"{FOLDER}/{file}.json", "binance", endpoint)
    found = typed(payload)["klines"]
    assert len(found) == len(response) > 2
    for row, original in zip(found, response, strict=True):
        assert [row[name] for name in KLINE] == [float(value) for value in original[:11]]


def test_every_funding_rate_of_a_long_recording(recorded: Recorded, typed: Typed) -> None:
    payload, response = recorded(f"{FOLDER}/funding_history__gct_um_fundingrate_3.json", "binance", "um_funding_rate")
    found = typed(payload)["funding_rates"]
    expected = [(one["fundingTime"], float(one["fundingRate"])) for one in response]
    assert [(row["funding_time"], row["funding_rate"]) for row in found] == expected
    assert len(found) > 50


@pytest.mark.parametrize(
    ("file", "product", "first"),
    [
        ("binance_usdm", "um", {"symbol": "1000SHIBUSDT", "base_asset": "1000SHIB", "margin_asset": "USDT", "onboard_date": 1620630000000,
                                "status": "TRADING", "contract_size": None}),
        ("binance_coinm", "cm", {"symbol": "ADAUSD_PERP", "base_asset": "ADA", "margin_asset": "ADA", "onboard_date": 1598425200000,
                                 "status": "TRADING", "contract_size": 10.0}),
    ],
)  # fmt: skip
def test_recorded_instrument_lists(file: str, product: str, first: dict[str, Any], shared: Any, payload: Any, typed: Typed) -> None:
    rows = json.loads((shared / f"fixtures/markets/{file}.json").read_text())["info"]
    found = typed(payload("binance", f"{product}_exchange_info", {"symbols": rows}))["instruments"]
    assert {name: found[0][name] for name in first} == first
    expected = [(row["symbol"], row["pair"], row["contractType"], row["deliveryDate"]) for row in rows]
    assert [(row["symbol"], row["pair"], row["contract_type"], row["delivery_date"]) for row in found] == expected
    assert {row["product"] for row in found} == {product}


@pytest.mark.parametrize("endpoint", ["um_klines", "cm_klines"])
def test_no_klines_are_no_rows(endpoint: str, payload: Any, typed: Typed) -> None:
    assert typed(payload("binance", endpoint, [], params={"symbol": "A", "interval": "1h"})) == {"klines": []}
