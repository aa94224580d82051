"""Binance REST: recorded answers, value by value, one file per endpoint and product at least."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ingestion.errors import Unroutable

pytestmark = pytest.mark.recorded
FOLDER = "venues/binance"
Recorded = Callable[..., tuple[Any, Any]]
Typed = Callable[[Any], dict[str, list[dict[str, Any]]]]
PRICES = ("open", "high", "low", "close")
KLINE = ("open_time", *PRICES, "volume", "close_time", "quote_volume", "trades", "taker_buy_volume", "taker_buy_quote_volume")
# file, endpoint, entity, rows, first row: the figures are copied from the recordings by hand
CASES = [
    ("klines__air_btcusdt_5m", "um_klines", "klines", 6, {
        "product": "um", "symbol": "BTCUSDT", "interval": "5m", "open_time": 1789658100000, "open": 76318.40, "high": 76424.30,
        "low": 76255.00, "close": 76358.70, "volume": 730.432, "close_time": 1789658399999, "quote_volume": 55778532.98020,
        "trades": 17430, "taker_buy_volume": 420.150, "taker_buy_quote_volume": 32084057.01190}),
    ("klines__gct_cm_klines_1", "cm_klines", "klines", 6, {
        "product": "cm", "symbol": "BTCUSD_PERP", "interval": "1d", "open_time": 1672531200000, "open": 16531.2, "high": 16615.9,
        "low": 16486.6, "close": 16607.9, "volume": 2067959.0, "close_time": 1672617599999, "quote_volume": 12496.62852978,
        "trades": 53963, "taker_buy_volume": 1094352.0, "taker_buy_quote_volume": 6613.94163914}),
    ("funding_history__air_btc", "um_funding_rate", "funding_rates", 4, {
        "product": "um", "symbol": "BTCUSDT", "funding_time": 1789200000003, "funding_rate": 0.00004334, "mark_price": 77236.9,
        "rate_type": "Regular"}),
    ("funding_history__jk_coinfutures_getfundingrates", "cm_funding_rate", "funding_rates", 2, {
        "product": "cm", "symbol": "BTCUSD_PERP", "funding_time": 1698768000000, "funding_rate": -0.003, "mark_price": 34651.4,
        "rate_type": None}),
    ("funding_history__cx_parse_funding_rate_history_row", "um_funding_rate", "funding_rates", 1, {
        "product": "um", "symbol": "BTCUSDT", "funding_time": 1621267200000, "funding_rate": 0.00063521, "mark_price": None,
        "rate_type": None}),
    ("funding_info__air_tradfi", "um_funding_info", "funding_info", 9, {
        "product": "um", "symbol": "CATUSDT", "observed_on": date(2026, 3, 1), "funding_interval_hours": 8, "funding_rate_cap": None,
        "funding_rate_floor": None}),
    ("instruments__acb_air_tradfi_a", "um_exchange_info", "instruments", 5, {
        "product": "um", "symbol": "CATUSDT", "observed_on": date(2026, 3, 1), "pair": None, "contract_type": "TRADIFI_PERPETUAL",
        "underlying_type": "EQUITY", "base_asset": "CAT", "quote_asset": "USDT", "margin_asset": None, "contract_size": None,
        "status": "TRADING", "onboard_date": None, "delivery_date": None}),
    ("open_interest__gct_um_openinterest_0", "um_open_interest", "open_interest", 1, {
        "product": "um", "symbol": "BTCUSDT", "time": 1702244985273, "open_interest": 83782.317}),
    ("open_interest_history__gct_um_openinteresthist_1", "um_open_interest_history", "open_interest_history", 1, {
        "product": "um", "symbol": "BTCUSDT", "contract_type": None, "period": "5m", "timestamp": 1602989400000,
        "sum_open_interest": 36316.877, "sum_open_interest_value": 413220015.26744573}),
    ("open_interest_history__gct_cm_openinteresthist_3", "cm_open_interest_history", "open_interest_history", 6, {
        "product": "cm", "symbol": "BTCUSD", "contract_type": "CURRENT_QUARTER", "period": "5m", "timestamp": 1602984600000,
        "sum_open_interest": 284391.0, "sum_open_interest_value": 2451.46068891}),
    ("funding_current__gct_um_premiumindex_0", "um_premium_index", "premium_index", 1, {
        "product": "um", "symbol": "BTCUSDT", "time": 1687244112000, "mark_price": 26780.82240476, "index_price": 26798.25197802,
        "estimated_settle_price": 26808.13173098, "last_funding_rate": 0.00001226, "interest_rate": 0.0001,
        "next_funding_time": 1687248000000}),
    ("funding_current__gct_cm_premiumindex_1", "cm_premium_index", "premium_index", 1, {
        "product": "cm", "symbol": "BTCUSD_PERP", "time": 1687244113000, "mark_price": 26780.2, "index_price": 26792.39505234,
        "estimated_settle_price": 26803.50816028, "last_funding_rate": 0.00006292, "interest_rate": 0.0001,
        "next_funding_time": 1687248000000}),
    ("funding_current__cx_fetch_funding_rate_premium_index", "um_premium_index", "premium_index", 1, {
        "product": "um", "symbol": "BTCUSDT", "time": 1621252344001, "mark_price": 45802.81129892, "index_price": 45745.47701915,
        "estimated_settle_price": 45133.91753671, "last_funding_rate": 0.00063521, "interest_rate": 0.0001,
        "next_funding_time": 1621267200000}),
    ("tickers__gct_um_24hr_1", "um_ticker", "tickers", 1, {
        "product": "um", "symbol": "BTCUSDT", "close_time": 1630042423017, "open_time": 1629955980000, "last_price": 47028.59,
        "volume": 471823.103, "quote_volume": 22175129357.20, "base_volume": None, "trades": 4084092}),
    ("tickers__gct_cm_24hr_1", "cm_ticker", "tickers", 1, {
        "product": "cm", "symbol": "BTCUSD_PERP", "close_time": 1630042418232, "open_time": 1629955980000, "last_price": 47010.2,
        "volume": 71996462.0, "quote_volume": None, "base_volume": 153291.03251537, "trades": 866761}),
]  # fmt: skip


@pytest.mark.parametrize(("file", "endpoint", "entity", "rows", "first"), CASES, ids=[case[0] for case in CASES])
def test_the_first_row_says_what_the_recording_says(
    file: str, endpoint: str, entity: str, rows: int, first: dict[str, Any], recorded: Recorded, typed: Typed
) -> None:
    payload, _ = recorded(f"{FOLDER}/{file}.json", "binance", endpoint)
    found = typed(payload)[entity]
    assert (len(found), found[0]) == (rows, first)


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


def test_coin_margined_answers_as_the_vendor_documents_them(payload: Any, typed: Any) -> None:
    """Contracts, not coins: the same fields as USD-M, one more for the contract type."""
    body = {"symbol": "BTCUSD_PERP", "pair": "BTCUSD", "openInterest": "15004", "contractType": "PERPETUAL", "time": 1591261042378}
    assert typed(payload("binance", "cm_open_interest", body))["open_interest"] == [
        {"product": "cm", "symbol": "BTCUSD_PERP", "time": 1591261042378, "open_interest": 15004.0}
    ]
    info = [{"symbol": "BTCUSD_PERP", "adjustedFundingRateCap": "0.003", "adjustedFundingRateFloor": "-0.003", "fundingIntervalHours": 8}]
    (row,) = typed(payload("binance", "cm_funding_info", info))["funding_info"]
    assert (row["product"], row["funding_interval_hours"], row["funding_rate_cap"], row["funding_rate_floor"]) == ("cm", 8, 0.003, -0.003)


def test_a_mark_price_left_empty_is_unknown(payload: Any, typed: Typed) -> None:
    row = {"symbol": "BTCUSDT", "fundingTime": 1577836800000, "fundingRate": "-0.00012359", "markPrice": ""}
    assert typed(payload("binance", "um_funding_rate", [row]))["funding_rates"][0]["mark_price"] is None


@pytest.mark.parametrize("endpoint", ["um_klines", "cm_klines"])
def test_no_klines_are_no_rows(endpoint: str, payload: Any, typed: Typed) -> None:
    assert typed(payload("binance", endpoint, [], params={"symbol": "A", "interval": "1h"})) == {"klines": []}


def test_klines_recorded_without_their_symbol_say_so(recorded: Recorded, typed: Typed) -> None:
    payload, _ = recorded(f"{FOLDER}/klines__jk_coinfutures_getklines.json", "binance", "cm_klines")
    with pytest.raises(Unroutable, match="the request has no 'symbol'"):
        typed(payload)
