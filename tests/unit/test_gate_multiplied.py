"""A market's USD, base volume and price fit each other through its multiplier of that day, whatever its name looks like."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from expectations.suites.volume_daily import SUITE

DAYS = {"history_day": date(2026, 2, 15), "first_day": date(2026, 3, 1), "end_day": date(2026, 3, 3)}
MARKETS = {  # by hand: base volume, USD, close, whether it is off its price
    "SHIB1000USDT": (1e12, 1.2e7, 1.2e-2, 0),  # multiplied, and its name begins with a letter: 1e12 coins at 0.000012
    "1000PEPEUSDT": (1e12, 4e6, 4e-3, 0),
    "1INCHUSDT": (1e6, 3e8, 0.3, 1),  # not multiplied: USD are a thousand times too many
    "WASMULTIPLIED": (1e9, 4e6, 4.0, 0),  # by 1000 until the day before, not any more on the day after
}
MULTIPLIERS = [
    ("SHIB1000USDT", 1000, "2020-01-01"), ("1000PEPEUSDT", 1000, "2020-01-01"), ("1INCHUSDT", 1, "2020-01-01"),
    ("WASMULTIPLIED", 1, "2020-01-01"), ("WASMULTIPLIED", 1000, "2026-03-02"), ("WASMULTIPLIED", 1, "2026-03-03"),
]  # fmt: skip


@pytest.mark.parametrize("symbol", MARKETS)
def test_usd_and_base_fit_the_price_through_the_multiplier_of_the_day(symbol: str) -> None:
    base, usd, close, is_off = MARKETS[symbol]
    with duckdb.connect() as database:
        database.execute("set TimeZone = 'UTC'; create schema facts")
        database.execute("create table facts.dim_venue_halts (venue varchar, halted_from timestamptz, halted_to timestamptz)")
        rows = ", ".join(f"('bybit:{name}', {by}, timestamptz '{since}')" for name, by, since in MULTIPLIERS)
        database.execute(f"create table facts.dim_markets as from (values {rows}) as v (market_id, asset_multiplier, valid_from)")
        database.execute(
            f"""create table facts.fct_volume_daily as select 'bybit' as venue, 'bybit:{symbol}' as market_id, 'X' as asset, 24 as hours,
            date '2026-03-02' as date, {base}::double as volume_base, {usd}::double as volume_usd, {close}::double as close,
            {close * 1.05}::double as high, {close * 0.95}::double as low, null::double as contract_size_ratio"""
        )
        columns = [name for name, *_ in database.execute(SUITE.profile, DAYS).description]
        [row] = database.fetchall()
    assert dict(zip(columns, row, strict=True))["off_price_markets"] == is_off
