"""KuCoin: recorded answers value by value, in their own units; a volume and an open interest in USD by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ingestion.errors import Rejected, Unroutable
from ingestion.venue.registry import all_sources

FOLDER = "venues/kucoinfutures"
TODAY = date(2026, 3, 1)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.recorded
def test_recorded_contracts_with_their_state(recorded: Any, typed: Any) -> None:
    """20,308,707 lots × 0.001 BTC × 80,689.98 = 1,638,709,162 USD of one side; 440,861,284 USD are 5549.818 BTC at 79,437."""
    one, _ = recorded(f"{FOLDER}/instruments__acb_active_a.json", "kucoin", "contracts")
    found = typed(one)
    assert [list(row.values()) for row in found["instruments"]] == [
        ["XBTUSDTM", TODAY, "FFWCSX", "XBT", "USDT", "USDT", 0.001, False, "Open", "CRYPTO", None, 1585555200000, None, 28800000, 28800000],
        [
            "PEPEUSDTM", TODAY, "FFWCSX", "PEPE", "USDT", "USDT", 520000, False, "Open", "CRYPTO", None, 1683304200000, None,
            28800000, 28800000,
        ],
    ]  # fmt: skip
    bitcoin, pepe = found["contract_states"]
    assert list(bitcoin.values()) == ["XBTUSDTM", NOON, 80689.98, 80732.29, 80675.4, 20308707, 5549.818, 440861284.1368, -0.000021]
    assert bitcoin["open_interest"] * 0.001 * bitcoin["mark_price"] == pytest.approx(1_638_709_162, abs=1)
    assert bitcoin["turnover_of_24h"] / bitcoin["volume_of_24h"] == pytest.approx(79_437.1, abs=0.1)
    assert pepe["volume_of_24h"] % 520000 == 0  # base: whole lots of 520,000
    assert pepe["open_interest"] * 520000 * pepe["mark_price"] == pytest.approx(37_648_851, abs=1)


@pytest.mark.recorded
def test_recorded_contracts_of_other_years(recorded: Any, typed: Any) -> None:
    """One came without its list; older ones say neither class nor granularity."""
    for name, symbol, lots in (
        ("cx_fetch_contract_markets_active", "ETHUSDTM", 8724443),
        ("jk_futures_getopencontracts", "XBTUSDTM", 5191275),
    ):
        one, _ = recorded(f"{FOLDER}/instruments__{name}.json", "kucoin", "contracts")
        (terms,), (state,) = typed(one).values()
        assert (terms["symbol"], terms["market_type"], terms["current_funding_rate_granularity"]) == (symbol, None, None)
        assert state["open_interest"] == lots


@pytest.mark.recorded
def test_recorded_classes_tell_metals_and_oil_that_the_market_type_calls_crypto(recorded: Any) -> None:
    """The recording lacks other fields of a row, so its rows are read, and fit no table."""
    one, _ = recorded(f"{FOLDER}/instruments__air_active_asset_class_a.json", "kucoin", "contracts")
    found = all_sources()["kucoin"].endpoint("contracts").parse(one)["instruments"]
    assert list(zip(*(found.values[name] for name in ("symbol", "asset_class", "market_type")), strict=True)) == [
        ("BBUSDTM", "CRYPTO", "CRYPTO"), ("QNTUSDTM", "CRYPTO", "CRYPTO"), ("BBXUSDTM", "STOCK", "NASDAQ"),
        ("XAUTUSDTM", "METAL", "CRYPTO"), ("XAGUSDTM", "METAL", "CRYPTO"), ("CLUSDTM", "COMMODITY", "CRYPTO"),
    ]  # fmt: skip


@pytest.mark.recorded
def test_recorded_klines_are_oldest_first_open_high_low_close_lots(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/klines__ks_get_klines.json", "kucoin", "kline", params={"symbol": "XBTUSDTM", "granularity": "480"})
    rows = typed(one)["candles"]
    assert list(rows[0].values()) == ["XBTUSDTM", 480, 1728576000000, 60791.1, 61035, 58940, 60300, 5501167, None]
    assert [row["time"] for row in rows] == [1728576000000 + 28_800_000 * n for n in range(3)]
    assert all(row["low"] <= min(row["open"], row["close"]) and row["high"] >= max(row["open"], row["close"]) for row in rows)
    # 5,501,167 lots of 0.001 BTC at the close: 331,720,370 USD
    assert rows[0]["volume"] * 0.001 * rows[0]["close"] == pytest.approx(331_720_370, abs=1)
    without, _ = recorded(f"{FOLDER}/klines__cx_fetch_contract_ohlcv_kline.json", "kucoin", "kline")
    with pytest.raises(Unroutable, match="no 'symbol'"):
        typed(without)


@pytest.mark.recorded
def test_recorded_funding_is_newest_first(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/funding_history__ks_get_public_funding_history.json", "kucoin", "funding_rates")
    rows = typed(one)["funding_rates"]
    assert [list(row.values()) for row in rows[:2]] == [["XBTUSDTM", 1702296000000, 0.00021], ["XBTUSDTM", 1702267200000, 0.000347]]
    assert [row["timepoint"] for row in rows] == [1702296000000 - 28_800_000 * n for n in range(69)]


@pytest.mark.recorded
def test_recorded_open_interest_is_lots(recorded: Any, typed: Any) -> None:
    name = f"{FOLDER}/open_interest_history__jk_unified_getfuturesopeninterest.json"
    history, _ = recorded(name, "kucoin", "open_interest", params={"symbol": "XBTUSDTM", "interval": "30min"})
    assert [list(row.values()) for row in typed(history)["open_interest"]] == [
        ["XBTUSDTM", "30min", 1767004200000, 4615535], ["XBTUSDTM", "30min", 1767002400000, 4568791],
    ]  # fmt: skip
    now, _ = recorded(f"{FOLDER}/open_interest__cx_fetch_open_interests_uta.json", "kucoin", "open_interest")
    assert [list(row.values()) for row in typed(now)["open_interest"]] == [["ETHUSDTM", "now", 1774007467050, 8053960]]
    nameless, _ = recorded(name, "kucoin", "open_interest")
    with pytest.raises(Unroutable, match="no 'symbol'"):
        typed(nameless)


@pytest.mark.recorded
def test_a_recorded_error_is_one(recorded: Any) -> None:
    one, _ = recorded(f"{FOLDER}/errors__cx_handle_errors_err.json", "kucoin", "contracts")
    with pytest.raises(Rejected, match=r"error 400100: validation\.createOrder"):
        all_sources()["kucoin"].check(one)


def test_an_inverse_contract_is_one_usd_a_lot(payload: Any, typed: Any) -> None:
    """4,000,001 lots are as many USD of one side, 50.0000125 BTC at 80,000."""
    row = {"symbol": "XBTUSDM", "type": "FFWCSX", "baseCurrency": "XBT", "quoteCurrency": "USD", "settleCurrency": "XBT"}
    row |= {"multiplier": -1.0, "isInverse": True, "openInterest": "4000001", "markPrice": 80000.0}
    found = typed(payload("kucoin", "contracts", {"code": "200000", "data": [row]}))
    (terms,), (state,) = found["instruments"], found["contract_states"]
    assert (terms["multiplier"], terms["is_inverse"]) == (-1, True)
    assert state["open_interest"] * abs(terms["multiplier"]) / state["mark_price"] == 50.0000125
