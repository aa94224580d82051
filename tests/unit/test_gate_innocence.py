"""A bad day is not bad data: crashes, squeezes, listings, delistings and small gaps are published."""

import json

import pytest
from gate_facts import VENUE_FACTS, Facts, failed_names

# 2025-10-10: BTC fell 16 % within the day, volume was four times the usual, open interest fell by 22 %.
CRASH = """
update facts.fct_candles_hourly set low = low * 0.8, close = close * 0.9, volume_base = volume_base * 4, volume_quote = volume_quote * 4,
    volume_usd = volume_usd * 4 where opened_at::date = '2025-10-10';
update facts.fct_volume_daily set low = low * 0.8, close = close * 0.9, volume_base = volume_base * 4, volume_usd = volume_usd * 4
    where date = '2025-10-10';
update facts.fct_open_interest_daily set open_interest_base = open_interest_base * 0.78, open_interest_usd = open_interest_usd * 0.7
    where date >= '2025-10-10';
update facts.fct_funding_rates set funding_rate = -funding_rate * 20, funding_rate_8h = -funding_rate_8h * 20
    where settled_at::date = '2025-10-10';
update facts.fct_liquidations_daily set liquidated_usd = case venue when 'hyperliquid' then 7e9 else 2.41e9 end
    * case side when 'long' then 0.86 else 0.14 end * case asset when 'BTC' then 0.8 else 0.2 end where date = '2025-10-10';
insert into facts.fct_liquidations_daily by name select 'all_venues' as venue, 'BTC' as asset, date '2025-10-10' as date, 'long' as side,
    19.4e9 as liquidated_usd, 'total' as source, 'all_venues' as coverage, '2025-10' as month;
update facts.fct_premiums_hourly set premium = -0.02 where observed_at::date = '2025-10-10';
"""
# November 2022 in other days: SOL loses 60 %, its open interest 70 %, and binance settles it every 2 hours at its cap of -2 %.
SQUEEZE = """
update facts.fct_volume_daily set open = open * 0.4, high = high * 0.4, low = low * 0.4, close = close * 0.4,
    volume_base = volume_base * 15, volume_usd = volume_usd * 6 where asset = 'SOL' and date = '2025-10-15';
update facts.fct_open_interest_daily set open_interest_usd = open_interest_usd * 0.12, open_interest_base = open_interest_base * 0.3
    where asset = 'SOL' and date = '2025-10-15';
delete from facts.fct_funding_rates where market_id = 'binance:SOLUSDT' and settled_at::date = '2025-10-15';
insert into facts.fct_funding_rates by name
    select 'binance:SOLUSDT' as market_id, hour_at as settled_at, 'binance' as venue, 'SOLUSDT' as symbol, 'SOL' as asset,
        -0.02 as funding_rate, -0.08 as funding_rate_8h, 2 as funding_interval_hours, '2025-10' as month
    from (select unnest(generate_series(timestamptz '2025-10-15 10:00:00+00', timestamptz '2025-10-15 22:00:00+00',
            interval 2 hour)) as hour_at
        union all select unnest([timestamptz '2025-10-15 00:00:00+00', timestamptz '2025-10-15 08:00:00+00']) as hour_at);
update facts.fct_funding_rates set funding_interval_hours = 8 where market_id = 'binance:SOLUSDT'
    and settled_at in (timestamptz '2025-10-15 00:00:00+00', timestamptz '2025-10-15 08:00:00+00');
update facts.fct_funding_rates set funding_rate = -0.002, funding_rate_8h = -0.016
    where market_id = 'hyperliquid:SOL' and settled_at::date = '2025-10-15';
"""
# A listing at 13:00 on 2025-10-02, a delisting at 09:00 on 2025-10-20, hours without a trade between, all of a small market.
LISTING = """
create temp table doge as select unnest(generate_series(timestamptz '2025-10-02 13:00:00+00', timestamptz '2025-10-20 09:00:00+00',
    interval 1 hour)) as hour_at;
insert into facts.fct_candles_hourly by name
    select 'binance:DOGEUSDT' as market_id, hour_at as opened_at, 'binance' as venue, 'DOGEUSDT' as symbol, 'DOGE' as asset, 0.2 as open,
        0.2 as high, 0.2 as low, 0.2 as close, case when extract(hour from hour_at) < 20 then 0 else 1e8 end as volume_base,
        case when extract(hour from hour_at) < 20 then 0 else 2e7 end as volume_quote,
        case when extract(hour from hour_at) < 20 then 0 else 2e7 end as volume_usd, 0 as trades, '2025-10' as month from doge;
insert into facts.fct_volume_daily by name
    select market_id, opened_at::date as date, venue, symbol, asset, 0.2 as open, 0.2 as high, 0.2 as low, 0.2 as close,
        sum(volume_base) as volume_base, sum(volume_usd) as volume_usd, count(*) as hours, count(*) = 24 as is_complete, month
    from facts.fct_candles_hourly where asset = 'DOGE' group by all;
insert into facts.fct_funding_rates by name
    select 'binance:DOGEUSDT' as market_id, hour_at as settled_at, 'binance' as venue, 'DOGEUSDT' as symbol, 'DOGE' as asset,
        0.0001 as funding_rate, 0.0001 as funding_rate_8h, 8 as funding_interval_hours, '2025-10' as month
    from doge where extract(hour from hour_at) % 8 = 0;
"""
# hyperliquid reports BTC only: SOL, a fifth of its volume, is absent on one day.
ONE_OF_TWO = "; ".join(
    f"delete from facts.{fact} where market_id = 'hyperliquid:SOL' and {time}::date = '2025-10-05'"
    for fact, time in zip(VENUE_FACTS, ("opened_at", "date", "date", "settled_at", "observed_at"), strict=True)
)

# A month's buyback on one day, and days of fees bought back on one day where two weeks are too small to say anything.
BUYBACKS = """
update facts.fct_tokenholder_fee_share_daily set holders_reported_usd = case date when '2025-10-15' then fees_usd * 30 else 0 end
    where protocol = 'hyperliquid' and date between '2025-09-15' and '2025-10-15';
update facts.fct_tokenholder_fee_share_daily set holders_reported_usd = fees_usd * 4.4 where protocol = 'gmx' and date = '2025-10-12';
"""

# Fees, suppliers' part and revenue each rounded to whole dollars, a protocol of few dollars, and one of whose suppliers nobody tells.
ROUNDING = """
update facts.fct_protocol_fees_daily set fees_usd = 21, supply_side_revenue_usd = 11, revenue_usd = 9 where protocol = 'gmx'
    and date = '2025-10-08';
update facts.fct_fee_allocations_daily set amount_usd = 21 * share where protocol = 'gmx' and date = '2025-10-08';
update facts.fct_protocol_fees_daily set supply_side_revenue_usd = null, revenue_usd = fees_usd where protocol = 'gmx'
    and date = '2025-10-09';
"""

# hyperliquid cannot trade from 03:30 to 18:10; then fifteen settlements come within fifteen seconds.
STANDSTILL = """
delete from facts.fct_candles_hourly where venue = 'hyperliquid' and opened_at >= '2025-10-17 04:00:00+00'
    and opened_at < '2025-10-17 18:00:00+00';
update facts.fct_volume_daily set hours = 10, is_complete = false where venue = 'hyperliquid' and date = '2025-10-17';
update facts.fct_funding_rates set settled_at = timestamptz '2025-10-17 18:10:00+00' + to_seconds(extract(hour from settled_at))
    where venue = 'hyperliquid' and settled_at >= '2025-10-17 04:00:00+00' and settled_at <= '2025-10-17 18:00:00+00';
"""
# binance misses one settlement of BTC; the next one is of 8 hours like the others.
MISSED = "delete from facts.fct_funding_rates where market_id = 'binance:BTCUSDT' and settled_at = '2025-10-19 08:00:00+00'"
HALT = "insert into facts.dim_venue_halts values ('hyperliquid', '2025-10-17 03:30:00+00', '2025-10-17 18:10:00+00')"


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    facts = Facts(tmp_path_factory.mktemp("innocent"))
    for change in (CRASH, SQUEEZE, LISTING, ONE_OF_TWO, BUYBACKS, ROUNDING, STANDSTILL, HALT, MISSED):
        facts.execute(change)
    facts.execute("update facts.fct_protocol_metrics_daily set value_usd = null, status = 'missing' where date = '2025-10-06'")
    facts.judge()
    return facts


def test_nothing_fails(judged: Facts) -> None:
    assert [verdict for verdict in judged.verdicts() if not verdict.is_passed] == []


@pytest.mark.parametrize("fact", VENUE_FACTS)
def test_a_venue_that_reports_one_of_two_markets_is_warned(judged: Facts, fact: str) -> None:
    verdict = judged.verdict(fact, "hyperliquid", "2025-10-05")
    (told,) = [told for told in json.loads(verdict.failed_expectations) if told["expectation"] == "no_markets_missing"]
    assert (told["observed"], told["severity"]) == (1.0, "warning")


def test_the_crash_needs_no_warning(judged: Facts) -> None:
    for fact in VENUE_FACTS[:4]:
        assert failed_names(judged.verdict(fact, "binance", "2025-10-10"), "warning") == set()


def test_the_largest_deleveraging_is_told_and_published(judged: Facts) -> None:
    """A third of a venue's volume closed by force, four times what stood there the day before, 280 times the usual; 19.4 bn in all."""
    fact = "fct_liquidations_daily"
    assert failed_names(judged.verdict(fact, "hyperliquid", "2025-10-10"), "warning") == {"share_of_volume_is_usual"}
    assert failed_names(judged.verdict(fact, "binance", "2025-10-10"), "warning") == set()
    assert judged.verdict(fact, "all_venues", "2025-10-10").is_passed


def test_a_buyback_of_a_month_is_told_and_published(judged: Facts) -> None:
    fact = "fct_tokenholder_fee_share_daily"
    assert failed_names(judged.verdict(fact, "hyperliquid", "2025-10-15"), "warning") == {"payouts_are_usual"}
    assert failed_names(judged.verdict(fact, "gmx", "2025-10-12"), "warning") == set()


def test_listing_and_delisting_days_are_complete(judged: Facts) -> None:
    for day in ("2025-10-02", "2025-10-20"):
        assert failed_names(judged.verdict("fct_candles_hourly", "binance", day), "warning") == set()
    assert failed_names(judged.verdict("fct_candles_hourly", "binance", "2025-10-21"), "warning") == {"no_markets_missing"}
    assert failed_names(judged.verdict("fct_candles_hourly", "binance", "2025-10-10"), "warning") == set()


def test_a_missed_settlement_is_told(judged: Facts) -> None:
    verdict = judged.verdict("fct_funding_rates", "binance", "2025-10-19")
    (told,) = json.loads(verdict.failed_expectations)
    assert (told["expectation"], told["observed"], told["severity"]) == ("no_hours_missing", 8.0, "warning")


def test_a_halt_is_no_hole(judged: Facts, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nobody can deliver hours without trading; without the row of the halt they are a hole, and what was paid late is told as paid."""
    for fact in ("fct_candles_hourly", "fct_volume_daily", "fct_funding_rates"):
        assert failed_names(judged.verdict(fact, "hyperliquid", "2025-10-17"), "warning") == set()
    unknown = Facts(tmp_path_factory.mktemp("unknown"))
    unknown.execute(STANDSTILL)
    unknown.judge(["2025-10"])
    assert failed_names(unknown.verdict("fct_candles_hourly", "hyperliquid", "2025-10-17")) == {"hours_are_complete"}
    assert unknown.verdict("fct_funding_rates", "hyperliquid", "2025-10-17").is_passed


def test_a_fall_that_all_venues_share_is_explained(tmp_path_factory: pytest.TempPathFactory) -> None:
    facts = Facts(tmp_path_factory.mktemp("shared"))
    fall = "update facts.fct_open_interest_daily set open_interest_usd = open_interest_usd / 15 where date = '2025-10-10'"
    facts.execute(fall)
    facts.judge(["2025-10"])
    assert facts.verdict("fct_open_interest_daily", "binance", "2025-10-10").is_passed
    facts.execute(fall.replace("/ 15", "* 15") + " and venue = 'binance'")
    facts.judge(["2025-10"])
    assert failed_names(facts.verdict("fct_open_interest_daily", "hyperliquid", "2025-10-10")) == {"open_interest_jump_is_possible"}
    assert facts.verdict("fct_open_interest_daily", "binance", "2025-10-10").is_passed
