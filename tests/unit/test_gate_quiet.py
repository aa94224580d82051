"""Markets that list no candle without a trade: their days are true with fewer hours, and a hole is still a hole.

Belongs here: absent hours that are quiet ones, and absent hours that look like them. Does not: halts, listings (test_gate_innocence.py).
"""

import pytest
from gate_facts import Facts, failed_names

FACT = "fct_candles_hourly"
# hyperliquid trades in 5 to 8 hours a day, other ones each day; binance always gives the twelve even hours, as a page cut short would.
SELDOM = """
delete from facts.fct_candles_hourly where venue = 'hyperliquid' and opened_at < '2025-10-15'
    and (extract(hour from opened_at) * 7 + extract(day from opened_at) * 5) % (3 + extract(day from opened_at) % 2) > 0;
delete from facts.fct_candles_hourly where venue = 'binance' and opened_at < '2025-10-15' and extract(hour from opened_at) % 2 = 1;
"""
# Of the last days, one by one: hours of one price, three of four gone; the same gone where prices moved; and where empty hours are listed.
SINGLE = """
delete from facts.fct_candles_hourly where venue = 'binance' and opened_at >= '2025-10-20' and opened_at < '2025-10-23'
    and extract(hour from opened_at) % 4 > 0;
update facts.fct_candles_hourly set open = close, high = close, low = close, trades = 1
    where venue = 'binance' and opened_at::date in ('2025-10-20', '2025-10-22');
update facts.fct_candles_hourly set volume_base = 0, volume_usd = 0, trades = 0
    where market_id = 'binance:SOLUSDT' and opened_at = '2025-10-22 08:00:00+00';
update facts.fct_candles_hourly set open = close, high = close, low = close
    where venue = 'hyperliquid' and opened_at >= '2025-10-20' and opened_at < '2025-10-21';
delete from facts.fct_candles_hourly where venue = 'hyperliquid' and opened_at::date = '2025-10-20'
    and extract(hour from opened_at) % 4 > 0;
"""


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    facts = Facts(tmp_path_factory.mktemp("quiet"))
    facts.execute(SELDOM)
    facts.execute(SINGLE)
    facts.judge(["2025-10"])
    return facts


@pytest.mark.parametrize("day", range(1, 15))
def test_a_venue_that_trades_seldom_passes_and_a_page_cut_short_never_does(judged: Facts, day: int) -> None:
    assert failed_names(judged.verdict(FACT, "hyperliquid", f"2025-10-{day:02d}")) == set()
    assert failed_names(judged.verdict(FACT, "binance", f"2025-10-{day:02d}")) == {"hours_are_complete"}


@pytest.mark.parametrize(
    ("venue", "day", "failed"),
    [
        ("binance", "2025-10-20", set()),  # a single trade in each hour that has one
        ("binance", "2025-10-21", {"hours_are_complete"}),
        ("binance", "2025-10-22", {"hours_are_complete"}),  # the venue lists hours without a trade
        ("hyperliquid", "2025-10-20", {"hours_are_complete"}),  # a thousand trades at one price
    ],
)
def test_hours_of_a_single_trade_have_empty_ones_beside_them(judged: Facts, venue: str, day: str, failed: set[str]) -> None:
    assert failed_names(judged.verdict(FACT, venue, day)) == failed
