"""Kraken: recorded answers value by value, in their own units; volume, open interest and funding by hand for each contract type."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

FOLDER = "venues/krakenfutures"
TODAY = date(2026, 3, 1)
LATER = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.mark.recorded
def test_recorded_instruments(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/instruments__nt_futures_instruments.json", "kraken", "instruments")
    rows = typed(one)["instruments"]
    assert list(rows[0].values()) == [
        "PI_XBTUSD", TODAY, "futures_inverse", 1, "BTC", "USD", "BTC:USD", None, True, datetime(2018, 8, 31, tzinfo=UTC), None,
    ]  # fmt: skip
    assert [(row["symbol"], row["type"], row["base"]) for row in rows[1:]] == [
        ("PF_ETHUSD", "flexible_futures", "ETH"), ("PF_PEPEUSD", "flexible_futures", "PEPE"), ("PF_AAPLxUSD", "flexible_futures", "AAPLx"),
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_tickers_count_base_or_usd(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/tickers__acb_a.json", "kraken", "tickers")
    rows = {row["symbol"]: row for row in typed(one)["tickers"]}
    assert list(rows["PI_XBTUSD"].values()) == [
        "PI_XBTUSD", datetime(2026, 8, 27, 17, 21, 56, 554000, tzinfo=UTC), "perpetual", "XBT:USD", 80684, 80659.63239729471, 80749.32,
        186251, 186251, 3441100, 1.092753425e-09, -3.705556608e-09, False,
    ]  # fmt: skip
    linear = rows["PF_SOLUSD"]  # volume in SOL and in USD, at the average price of the day
    assert linear["volume_quote"] / linear["vol24h"] == pytest.approx(103.1869253, rel=1e-5)
    # 294,052.54 SOL at 109.3662515156 are 32,159,424 USD; 3,441,100 contracts of one USD are 42.66 BTC
    assert linear["open_interest"] * linear["mark_price"] == pytest.approx(32_159_424, abs=1)
    assert rows["PI_XBTUSD"]["open_interest"] / rows["PI_XBTUSD"]["mark_price"] == pytest.approx(42.6620, abs=1e-4)
    assert rows["PF_PEPEUSD"]["funding_rate"] == 3.51191939e-10


@pytest.mark.recorded
def test_recorded_old_tickers_are_lower_case_text(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/tickers__cx_fetch_tickers_doc.json", "kraken", "tickers")
    rows = typed(one)["tickers"]
    assert [(row["symbol"], row["mark_price"], row["open_interest"]) for row in rows] == [
        ("fi_ethusd_220624", 2925.72, 3023363), ("in_xbtusd", None, None),
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_funding_is_an_amount_and_a_fraction_per_hour(recorded: Any, typed: Any) -> None:
    """0.977 USD an hour on a BTC of 79,470 USD is 0.0000123, that is 0.0000984 for eight hours."""
    one, _ = recorded(f"{FOLDER}/funding_history__acb_pf_xbtusd_a.json", "kraken", "funding_rates", fetched_at=LATER)
    rows = typed(one)["funding_rates"]
    assert [list(row.values()) for row in rows] == [
        ["PF_XBTUSD", datetime(2026, 8, 27, 12, tzinfo=UTC), 0.9772210194610151, 1.2296720833333e-05],
        ["PF_XBTUSD", datetime(2026, 8, 27, 14, tzinfo=UTC), 1.63270808949775, 2.05299625e-05],
        ["PF_XBTUSD", datetime(2026, 8, 27, 16, tzinfo=UTC), 0.29537508270231844, 3.677554166667e-06],
    ]
    assert rows[0]["funding_rate"] / rows[0]["relative_funding_rate"] == pytest.approx(79470.05, abs=0.01)
    assert rows[0]["relative_funding_rate"] * 8 == pytest.approx(0.0000983737666)
    name = f"{FOLDER}/funding_history__cx_fetch_funding_rate_history_doc.json"
    old, _ = recorded(name, "kraken", "funding_rates", params={"symbol": "PI_XBTUSD"})
    assert [list(row.values()) for row in typed(old)["funding_rates"]] == [
        ["PI_XBTUSD", datetime(2018, 8, 31, 16, tzinfo=UTC), 2.18900669884e-07, 0.00006077996]
    ]


@pytest.mark.recorded
def test_recorded_candles_are_stamped_in_milliseconds(recorded: Any, typed: Any) -> None:
    match = {"symbol": "PI_BCHUSD", "resolution": "5m"}
    one, _ = recorded(f"{FOLDER}/klines__cx_fetch_ohlcv_doc.json", "kraken", "candles", match=match)
    assert [list(row.values()) for row in typed(one)["candles"]] == [["PI_BCHUSD", "5m", 1645198500000, 309.15, 309.15, 308.7, 308.85, 0]]
