"""Extended: recorded answers value by value, in their own units; volumes and open interest by hand."""

from __future__ import annotations

from typing import Any

import pytest

FOLDER = "sources/extended"


@pytest.mark.recorded
def test_recorded_markets(recorded: Any, typed: Any) -> None:
    """Announced markets and spot pairs stand in the same list; old ones have the moment of the move."""
    one, response = recorded(f"{FOLDER}/info_markets__20260913.json", "extended", "markets")
    names = ("name", "type", "status", "category", "sub_category", "asset_name", "created_at")
    rows = typed(one)["instruments"]
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("BTC-USD", "PERPETUAL", "ACTIVE", "Crypto", "L1", "BTC", 1752829532673),
        ("ETH-USD", "PERPETUAL", "ACTIVE", "Crypto", "L1", "ETH", 1752829532673),
        ("1000PEPE-USD", "PERPETUAL", "ACTIVE", "Crypto", "Meme", "1000PEPE", 1752829532673),
        ("XAU-USD", "PERPETUAL", "ACTIVE", "RWA", "Commodity", "XAU", 1752829532673),
        ("GILD-USD", "PERPETUAL", "PRELISTED", "RWA", "Equity", "GILD", 1789121423460),
        ("BTCSPOT-USD", "SPOT", "ACTIVE", "Crypto", "L1", "BTCSPOT", 1778084398595),
    ]
    assert rows[2]["ui_name"] == "kPEPE-USD"
    assert {row["collateral_asset_name"] for row in rows} == {"USD"}
    assert all(row["active"] for row in response["data"])  # so it tells nothing


@pytest.mark.recorded
def test_recorded_amounts_are_usd_and_base(recorded: Any, typed: Any) -> None:
    """72,466,662 / 940.68 = 77,036; 579.7751 BTC at the mark of 77,060.43 are 44,677,717 USD, and 44,808,705 a moment before."""
    one, _ = recorded(f"{FOLDER}/info_markets__20260913.json", "extended", "markets")
    rows = {row["name"]: row for row in typed(one)["market_stats"]}
    bitcoin, gold, spot = rows["BTC-USD"], rows["XAU-USD"], rows["BTCSPOT-USD"]
    assert list(bitcoin.values())[2:] == [
        "PERPETUAL", "ACTIVE", 77060.427881750001, 77100.406683774985, 77091, 0.000013, 44808704.907173, 579.7751, 72466662.2649, 940.68192,
    ]  # fmt: skip
    assert bitcoin["daily_volume"] / bitcoin["daily_volume_base"] == pytest.approx(77_036, abs=1)
    assert bitcoin["open_interest_base"] * bitcoin["mark_price"] == pytest.approx(44_677_717, abs=1)
    assert bitcoin["open_interest"] / bitcoin["open_interest_base"] / bitcoin["mark_price"] == pytest.approx(1.0029, abs=0.0001)
    assert (gold["daily_volume_base"], gold["open_interest_base"]) == (2442.258, 2323.466)
    assert (spot["mark_price"], spot["funding_rate"]) == (0, 0)


@pytest.mark.recorded
def test_recorded_funding_is_hourly_newest_first_and_late(recorded: Any, typed: Any) -> None:
    one, _ = recorded(f"{FOLDER}/info_funding__BTC-USD-20260913.json", "extended", "funding")
    rows = typed(one)["funding_rates"]
    assert [list(row.values()) for row in rows] == [
        ["BTC-USD", 1789336801693, 0.000013], ["BTC-USD", 1789333200772, 0.000013], ["BTC-USD", 1789329600932, 0.000013],
    ]  # fmt: skip
    assert [row["time"] % 3_600_000 for row in rows] == [1693, 772, 932]


def test_candles_and_open_interest_as_the_vendor_shows_them(payload: Any, typed: Any) -> None:
    """Neither repeats its market; an hour without trades is flat, and `i` and `I` are two amounts."""
    bars = [{"o": "65206.2", "l": "65206.2", "h": "65206.2", "c": "65206.2", "v": "0.0", "T": 1715797320000}]
    asked = {"params": {"interval": "PT1H"}, "match": {"market": "BTC-USD"}}
    found = typed(payload("extended", "candles", {"status": "OK", "data": bars}, **asked))
    assert [list(row.values()) for row in found["candles"]] == [
        ["BTC-USD", "PT1H", 1715797320000, 65206.2, 65206.2, 65206.2, 65206.2, 0],
    ]  # fmt: skip
    held = [{"i": "151193.8952300000000000", "I": "430530.0000000000000000", "t": 1749513600000}]
    asked = {"params": {"interval": "P1H"}, "match": {"market": "A-USD"}}
    found = typed(payload("extended", "open_interests", {"status": "OK", "data": held}, **asked))
    assert [list(row.values()) for row in found["open_interest"]] == [["A-USD", "P1H", 1749513600000, 151193.89523, 430530]]
