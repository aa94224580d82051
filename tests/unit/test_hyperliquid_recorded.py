"""Hyperliquid: recorded answers value by value, and candles in their own units."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

HOUR = 3_600_000
START = 1_772_928_000_000  # 2026-03-08
FOLDER = "sources/hyperliquid"


@pytest.mark.recorded
def test_recorded_contexts(recorded: Any, typed: Any, payload: Any) -> None:
    one, _ = recorded(f"{FOLDER}/metaAndAssetCtxs__main-20260911.json", "hyperliquid", "metaAndAssetCtxs")
    found = typed(one)
    assert [list(row.values()) for row in found["asset_contexts"]] == [
        ["BTC", one.fetched_at, "", 0.0000083651, 35818.6831799999, 77158.0, 3571973656.4438381195, 46015.39688, -0.0001015642, 77783.3,
         77748.0, 77748.5],
        ["ETH", one.fetched_at, "", 0.0000125, 1025206.9310000007, 2452.2, 2409398606.7730545998, 954429.3260999997, 0.0, 2574.42,
         2573.22, 2573.85],
        ["MATIC", one.fetched_at, "", 0.0, 0.0, 0.37621, 0.0, 0.0, None, 0.3754, 0.37621, None],
    ]  # fmt: skip
    assert [list(row.values()) for row in found["instruments"]] == [
        ["BTC", date(2026, 3, 1), "", 5, 40, False, 0], ["ETH", date(2026, 3, 1), "", 4, 25, False, 0],
        ["MATIC", date(2026, 3, 1), "", 1, 20, True, 0],
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_builder_dexes_and_their_coins(recorded: Any, typed: Any) -> None:
    dexs, _ = recorded(f"{FOLDER}/perpDexs__20260911.json", "hyperliquid", "perpDexs")
    assert [(row["name"], row["full_name"]) for row in typed(dexs)["dexs"]] == [("xyz", "XYZ"), ("flx", "Felix Exchange")]
    metas, _ = recorded(f"{FOLDER}/allPerpMetas__non-usdc-collateral.json", "hyperliquid", "allPerpMetas")
    found = [(row["name"], row["dex"], row["size_decimals"], row["collateral_token"]) for row in typed(metas)["instruments"]]
    assert found == [("BTC", "", 5, 0), ("km:US500", "km", 3, 360), ("hyna:BTC", "hyna", 5, 235)]


@pytest.mark.recorded
def test_recorded_annotations_and_tokens(recorded: Any, typed: Any) -> None:
    said, _ = recorded(f"{FOLDER}/perpConciseAnnotations__202609-a.json", "hyperliquid", "perpConciseAnnotations")
    assert [(row["name"], row["category"], row["display_name"]) for row in typed(said)["annotations"]] == [
        ("flx:BTC", "crypto", None), ("io:ANTH", "preipo", "ANTH"), ("km:EUR", "FX", None), ("para:10Y", "rates", None),
        ("para:AAOI", "stock", None), ("xyz:AAPL", "stocks", "AAPL"), ("xyz:GOLD", "commodities", "GOLD"),
        ("xyz:SP500", "indices", "S&P500"), ("xyz:XYZ100", "indices", "XYZ100"),
    ]  # fmt: skip
    tokens, _ = recorded(f"{FOLDER}/spotMeta__202609-a.json", "hyperliquid", "spotMeta")
    assert [(row["token"], row["name"], row["full_name"]) for row in typed(tokens)["tokens"]] == [
        (0, "USDC", None), (1, "PURR", None), (478, "FUNT", "Funtoken"), (235, "USDE", "USDe"), (360, "USDH", "USDH"),
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_instruments_and_funding(recorded: Any, typed: Any) -> None:
    meta, response = recorded(f"{FOLDER}/meta__20230717.json", "hyperliquid", "meta")
    found = typed(meta)["instruments"]
    assert [(row["name"], row["size_decimals"], row["max_leverage"]) for row in found] == [
        (coin["name"], coin["szDecimals"], coin["maxLeverage"]) for coin in response["universe"]
    ]
    assert [row["name"] for row in found[:5]] == ["BTC", "ETH", "ATOM", "MATIC", "DYDX"]
    rates, response = recorded(f"{FOLDER}/fundingHistory__BTC-bounded-202305.json", "hyperliquid", "fundingHistory")
    rows = typed(rates)["funding_rates"]
    assert rows[0] == {"coin": "BTC", "time": 1683849600048, "funding_rate": -0.00061334, "premium": -0.00091334}
    assert [(row["time"], row["funding_rate"]) for row in rows] == [(one["time"], float(one["fundingRate"])) for one in response]


def test_candles_keep_their_units(payload: Any, typed: Any) -> None:
    prices = {"o": "0.01", "c": "0.012", "h": "0.013", "l": "0.009"}
    one = {"t": START, "T": START + HOUR - 1, "s": "kPEPE", "i": "1h", "v": "1500.5", "n": 7} | prices
    assert typed(payload("hyperliquid", "candleSnapshot", [one]))["candles"] == [
        {"coin": "kPEPE", "interval": "1h", "open_time": START, "close_time": START + HOUR - 1, "open": 0.01, "high": 0.013, "low": 0.009,
         "close": 0.012, "volume": 1500.5, "trades": 7}
    ]  # fmt: skip
