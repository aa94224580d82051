"""Open interest is a stock: what ends, is small, or is seen early is told, and takes no true day away.

Belongs here: what passes, and what is told of it; two venues as in gate_facts.py, BTC with four fifths of each. Does not: what must be held
back (gate_corruptions.py).
"""

import pytest
from gate_facts import Facts, failed_names

OI, VOLUME = "fct_open_interest_daily", "fct_volume_daily"

# SOL is delisted at hyperliquid at 10:00 on 2025-10-20: a fifth of the venue truly ends at zero.
DELISTED = """
delete from facts.fct_candles_hourly where market_id = 'hyperliquid:SOL' and opened_at >= '2025-10-20 10:00:00+00';
update facts.fct_volume_daily set hours = 10, volume_base = volume_base / 2.4, volume_usd = volume_usd / 2.4
    where market_id = 'hyperliquid:SOL' and date = '2025-10-20';
delete from facts.fct_funding_rates where market_id = 'hyperliquid:SOL' and settled_at >= '2025-10-20 10:00:00+00';
update facts.fct_open_interest_daily set open_interest_base = 0, open_interest_usd = 0
    where market_id = 'hyperliquid:SOL' and date = '2025-10-20';
delete from facts.fct_open_interest_daily where market_id = 'hyperliquid:SOL' and date > '2025-10-20';
delete from facts.fct_volume_daily where market_id = 'hyperliquid:SOL' and date > '2025-10-20';
"""
# The last snapshot of binance on 2025-10-05 is of 21:59, on 2025-10-07 of 22:00; on 2025-10-09 it is a report as the CFTC's.
EARLY = """
update facts.fct_open_interest_daily set observed_at = timestamptz '2025-10-05 21:59:00+00' where venue = 'binance' and date = '2025-10-05';
update facts.fct_open_interest_daily set observed_at = timestamptz '2025-10-07 22:00:00+00' where venue = 'binance' and date = '2025-10-07';
update facts.fct_open_interest_daily set observed_at = timestamptz '2025-10-09 21:00:00+00', price_kind = 'asset_close'
    where venue = 'binance' and date = '2025-10-09';
"""
# A market of 2 M USD, less than a thousandth of the 3.3 bn of binance, in contracts of a tenth of their size; one of a few hundred dollars.
SMALL = """
insert into facts.fct_open_interest_daily by name
    select * replace ('binance:TINYUSDT' as market_id, 'TINY' as asset, 2e6 as open_interest_usd, 1e6 as open_interest_base,
        0.1 as contract_size_ratio)
    from facts.fct_open_interest_daily where market_id = 'binance:SOLUSDT' and date = '2025-10-11';
insert into facts.fct_open_interest_daily by name
    select * replace ('binance:DUSTUSDT' as market_id, 'DUST' as asset, 300 as open_interest_usd, 1e6 as open_interest_base,
        10 as contract_size_ratio)
    from facts.fct_open_interest_daily where market_id = 'binance:SOLUSDT' and date = '2025-10-13';
"""
# A day's turnover may be a third off the price at its end.
CRASH = "update facts.fct_open_interest_daily set contract_size_ratio = 1.5 where venue = 'binance' and date = '2025-10-10'"


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    facts = Facts(tmp_path_factory.mktemp("stock"))
    for change in (DELISTED, EARLY, SMALL, CRASH):
        facts.execute(change)
    facts.judge(["2025-10"])
    return facts


@pytest.mark.parametrize(
    ("venue", "day", "told"),
    [
        ("hyperliquid", "2025-10-20", {"no_zero_markets", "no_vanished_markets"}),
        ("hyperliquid", "2025-10-21", {"no_markets_missing"}),
        ("binance", "2025-10-05", {"no_early_markets"}),
        ("binance", "2025-10-07", set()),
        ("binance", "2025-10-09", set()),
        ("binance", "2025-10-10", set()),
        ("binance", "2025-10-11", {"no_off_size_markets"}),
        ("binance", "2025-10-13", {"no_markets_missing"}),  # of TINYUSDT
    ],
)
def test_a_true_day_is_told_and_published(judged: Facts, venue: str, day: str, told: set[str]) -> None:
    verdict = judged.verdict(OI, venue, day)
    assert verdict.is_passed
    assert failed_names(verdict, "warning") == told


@pytest.mark.parametrize("fact", ["fct_candles_hourly", VOLUME, "fct_funding_rates"])
def test_the_end_of_a_market_takes_no_fact_of_its_day(judged: Facts, fact: str) -> None:
    assert judged.verdict(fact, "hyperliquid", "2025-10-20").is_passed
