"""A small healthy warehouse for the tests of the gate, and how it is judged: by the plain validator.

Belongs here: how its facts are made and judged. Does not: corruptions and what they must lead to (the test_gate files).
"""

import json
import shutil
import tempfile
from contextlib import closing
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from plain_validator import PlainValidator

from expectations.gate import GateReport, judge
from expectations.ledger import read_ledger

FIRST_DAY, LAST_DAY = date(2025, 9, 1), date(2025, 10, 24)
NOW = datetime(2025, 10, 25, 6, tzinfo=UTC)
VENUE_FACTS = ("fct_candles_hourly", "fct_volume_daily", "fct_open_interest_daily", "fct_funding_rates", "fct_premiums_hourly")

# Two venues, BTC with 80 % of the volume; hyperliquid settles every hour, binance every eight.
HEALTHY = """
create schema facts;
create temp table markets as select * from (values
    ('binance', 'BTCUSDT', 'BTC', 100000e0, 8e9, 8), ('binance', 'SOLUSDT', 'SOL', 200e0, 2e9, 8),
    ('hyperliquid', 'BTC', 'BTC', 100010e0, 4e9, 1), ('hyperliquid', 'SOL', 'SOL', 200.1e0, 1e9, 1)
) as m (venue, symbol, asset, price, volume_usd, funding_interval_hours);
create temp table hours as select unnest(generate_series($first_day::timestamptz, $last_day::timestamptz + interval 23 hour,
    interval 1 hour)) as hour_at;
create temp table days as select unnest(generate_series($first_day, $last_day, interval 1 day))::date as date;

create table facts.fct_candles_hourly as
select venue || ':' || symbol as market_id, hour_at as opened_at, venue, symbol, asset, price as open, price * 1.01e0 as high,
    price * 0.99e0 as low, price as close, volume_usd / 24 / price as volume_base, volume_usd / 24 as volume_quote,
    volume_usd / 24 as volume_usd, 1000 as trades, 1e0 as contract_size_ratio, strftime(hour_at, '%Y-%m') as month
from markets, hours;

create table facts.fct_volume_daily as
select market_id, opened_at::date as date, venue, symbol, asset, min_by(open, opened_at) as open, max(high) as high, min(low) as low,
    max_by(close, opened_at) as close, sum(volume_base) as volume_base, sum(volume_usd) as volume_usd, count(*) as hours,
    count(*) = 24 as is_complete, median(contract_size_ratio) as contract_size_ratio, month
from facts.fct_candles_hourly group by all;

create table facts.fct_open_interest_daily as
select venue || ':' || symbol as market_id, date, venue, symbol, asset, volume_usd / 3 / price as open_interest_base,
    volume_usd / 3 as open_interest_usd, null::double as long_usd, null::double as short_usd,
    date::timestamptz + interval 23 hour as observed_at, 'mark' as price_kind, 1e0 as contract_size_ratio, strftime(date, '%Y-%m') as month
from markets, days;

create table facts.fct_funding_rates as
select venue || ':' || symbol as market_id, hour_at as settled_at, venue, symbol, asset,
    0.0001e0 * funding_interval_hours / 8 as funding_rate,
    0.0001e0 as funding_rate_8h, funding_interval_hours, strftime(hour_at, '%Y-%m') as month
from markets, hours where extract(hour from hour_at) % funding_interval_hours = 0;

create table facts.dim_markets (market_id varchar, asset_multiplier double, valid_from timestamptz);

create table facts.dim_venue_halts (venue varchar, halted_from timestamptz, halted_to timestamptz);

create table facts.fct_premiums_hourly as
select venue || ':' || symbol as market_id, hour_at as observed_at, venue, symbol, asset, 0.0004e0 as premium,
    price * 1.0004e0 as mark_price, price as index_price, strftime(hour_at, '%Y-%m') as month
from markets, hours;

create table facts.fct_liquidations_daily as
select venue, asset, date, side, volume_usd / 400 as liquidated_usd, venue as source, 'venue' as coverage, strftime(date, '%Y-%m') as month
from markets, days, (values ('long'), ('short')) as s (side);

create table facts.fct_open_interest_hourly as
select market_id, opened_at, venue, symbol, asset, volume_base * 8 as open_interest_base, volume_usd * 8 as open_interest_usd,
    opened_at + interval 55 minute as observed_at, 300e0 as age_seconds, month
from facts.fct_candles_hourly;

create table facts.fct_liquidations_hourly as
select venue, asset, opened_at, side, volume_usd / 400 as liquidated_usd, venue as source, 'venue' as coverage, month
from facts.fct_candles_hourly, (values ('long'), ('short')) as s (side);

create table facts.fct_spot_volume_daily as
select market_id, date, venue, symbol, asset, close, volume_base / 5 as volume_base, volume_usd / 5 as spot_volume_usd, hours, month
from facts.fct_volume_daily;

create table facts.fct_protocol_metrics_daily as
select protocol, metric, date, 'defillama' as source, value_usd, cast(null as bigint) as value_count, 'ok' as status,
    strftime(date, '%Y-%m') as month
from days, (values ('hyperliquid', 'volume', 5e9), ('hyperliquid', 'fees', 2e6), ('gmx', 'volume', 2e8), ('gmx', 'fees', 2e5))
    as m (protocol, metric, value_usd);

create table facts.fct_protocol_fees_daily as
select protocol, date, status, value_usd as fees_usd, value_usd * 0.1e0 as supply_side_revenue_usd, value_usd * 0.9e0 as revenue_usd,
    value_usd * 0.8e0 as holders_revenue_usd, month
from facts.fct_protocol_metrics_daily where metric = 'fees';

create table facts.fct_fee_allocations_daily as
select protocol, date, recipient, cast(fees_usd * share as decimal(38, 6)) as amount_usd, share, fees_usd as basis_usd,
    protocol || ':chosen' as policy_id, month
from facts.fct_protocol_fees_daily, (values ('stakers', 0.8e0), ('lp', 0.2e0)) as r (recipient, share);

create table facts.fct_tokenholder_fee_share_daily as
select protocol, date, fees_usd, fees_usd * 0.8e0 as holders_accrued_usd, 0.8e0 as holders_accrued_share,
    0.5e0 as holders_accrued_share_low, 0.9e0 as holders_accrued_share_high, holders_revenue_usd as holders_reported_usd,
    'ok' as policy_status, status, month
from facts.fct_protocol_fees_daily;

create table facts.fct_token_prices_daily as
select token, date, price_usd, price_usd * 1e8 as market_cap_usd, price_usd * 2e8 as fdv_usd, 1e8 as circulating_supply,
    2e8 as total_supply, 1e7 as spot_volume_usd, strftime(date, '%Y-%m') as month
from days, (values ('HYPE', 40e0), ('GMX', 15e0)) as t (token, price_usd);

create table facts.fct_ai_tokens_daily as
select coingecko_id, date, price_usd, 'coingecko' as price_source, price_usd * 1e8 as market_cap_usd, 1e7 as spot_volume_usd,
    12 as commits_4w, 3 as contributors, 'ok' as status, strftime(date, '%Y-%m') as month
from days, (values ('bittensor', 340e0), ('ai-rig-complex', 0.02e0)) as t (coingecko_id, price_usd);

create table facts.fct_token_unlocks_daily as
select token, 'team' as section, date, 'schedule' as source, 1e5 as tokens, price_usd * 1e5 as usd, false as is_incentive,
    true as is_insider, 3e6 as tokens_next_30d, 9e6 as tokens_next_90d, 0e0 as undated_tokens, month
from facts.fct_token_prices_daily;

create table facts.fct_asset_aggregates_daily as
select asset, date, 'coinglass' as source, sum(open_interest_usd) * 2 as aggregator_open_interest_usd, 0.00012e0 as funding_rate_8h,
    'all_venues' as coverage, month
from facts.fct_open_interest_daily group by all;

create table facts.fct_reconciliations_daily as
select metric, venue as subject, date, 'coingecko' as other_source, true as is_within_tolerance, null::varchar as known_reason,
    strftime(date, '%Y-%m') as month
from days, (values ('binance'), ('hyperliquid')) as v (venue), (values ('volume'), ('open_interest')) as m (metric);
"""


class Verdict(NamedTuple):
    """One row of the ledger."""

    fact: str
    venue_or_protocol: str
    date: date
    suite: str
    is_passed: bool
    evaluated: int
    failed_expectations: str
    row_count: int
    run_id: str
    judged_at: datetime


class Facts:
    """A warehouse file and its ledger; every statement opens and closes the file, as the builds do."""

    def __init__(self, folder: Path, first_day: date = FIRST_DAY, last_day: date = LAST_DAY) -> None:
        self.warehouse, self.ledger = folder / "warehouse.duckdb", folder / "quality" / "gate_results"
        shutil.copyfile(_healthy(first_day, last_day), self.warehouse)

    def execute(self, statements: str) -> None:
        _execute(self.warehouse, statements)

    def judge(self, months: list[str] | None = None, run_id: str = "run-1", now: datetime = NOW, **more: Any) -> GateReport:
        return judge(self.warehouse, self.ledger, months, run_id, now, **({"validator": PlainValidator()} | more))

    def verdicts(self) -> list[Verdict]:
        return [Verdict(*row) for row in read_ledger(self.ledger).rows()]

    def verdict(self, fact: str, subject: str, day: str) -> Verdict:
        (found,) = [v for v in self.verdicts() if (v.fact, v.venue_or_protocol, str(v.date)) == (fact, subject, day)]
        return found


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="healthy-")


@cache
def _healthy(first_day: date, last_day: date) -> Path:
    """Made once a process; every test gets its copy."""
    path = Path(_folder().name) / f"{first_day}-{last_day}.duckdb"
    _execute(path, HEALTHY.replace("$first_day", f"date '{first_day}'").replace("$last_day", f"date '{last_day}'"))
    return path


def _execute(warehouse: Path, statements: str) -> None:
    with closing(duckdb.connect(str(warehouse))) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(statements)


def failed_names(verdict: Verdict, severity: str = "critical") -> set[str]:
    return {told["expectation"] for told in json.loads(verdict.failed_expectations) if told["severity"] == severity}
