"""A published file made by hand: every table with the columns and types that its contract names, empty until a test says what is in it.

Belongs here: the empty file, and a small market that fills it. Does not: what is asserted of it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
import yaml

MODELS = Path(__file__).resolve().parents[2] / "dbt_project" / "models"
LEDGER = {
    "fact": "varchar", "venue_or_protocol": "varchar", "date": "date", "suite": "varchar", "is_passed": "boolean", "evaluated": "bigint",
    "failed_expectations": "varchar", "row_count": "bigint", "run_id": "varchar", "judged_at": "timestamptz",
}  # fmt: skip
# A market of ninety days: 22 venues, 14 assets, 11 protocols; every figure follows from the number of its row.
DAYS = "(select date '2025-09-01' + cast(n as integer) as date, n from range(90) as days (n))"
VENUES = "(select 'venue_' || v as venue, v from range(22) as venues (v))"
ASSETS = "(select upper(chr(cast(97 + a as integer))) || 'COIN' as asset, a from range(14) as assets (a))"
PROTOCOLS = "(select 'protocol_' || p as protocol, p from range(11) as protocols (p))"
MARKET = {
    "mart_market_overview_daily": f"""
        select
            date, 9e10 + 1e9 * n as volume_usd, 4e10 + 1e8 * n as open_interest_usd, 9e10 as volume_usd_7d_avg,
            0.01 as volume_usd_change_1d, 0.1 + n / 1e3 as dex_volume_share,
            0.6 as top3_volume_share, 0.3 as top1_volume_share, 0.2 as volume_hhi,
            4.5 as perp_to_spot_ratio, 0.1 as funding_rate_apr, 4e7 as liquidations_usd, 20 as venues_reported, 22 as venues_expected,
            20 as volume_venues_reported
        from {DAYS}""",
    "mart_venue_share_daily": f"""
        select
            venue, date, 'cex' as kind, 1e9 * (v + 1) + 1e6 * n as volume_usd, (v + 1) / 253 as volume_share,
            5e8 * (v + 1) as open_interest_usd, (v + 1) / 253 as open_interest_share, 2.0 as turnover, 3 as markets
        from {DAYS}, {VENUES}""",
    "mart_storm_odds_daily": f"""
        select asset, date, 'usual' as state, 0.1 + n / 900 as odds, 0.15 as base_rate from {DAYS}, {ASSETS} where n >= 30""",
    "mart_storm_outcomes_daily": f"select asset, date, n % 20 < 5 as is_storm from {DAYS}, {ASSETS} where n < 83",
    "mart_venue_asset_daily": f"""
        select venue, asset, date, 1e8 * (v + a) as volume_usd, 1e7 * (a + 1) as open_interest_usd, sin(n + v) / 5 as funding_rate_apr,
            'reported' as volume_status, 'missing' as open_interest_status, 1.0 as close from {DAYS}, {VENUES}, {ASSETS}""",
    "mart_asset_daily": f"""
        select
            asset, date, 100 + n as close, 1e9 * (a + 1) as volume_usd, 1e9 * (a + 1) as open_interest_usd,
            cos(n) / 5 as funding_rate_apr, 0.4 as realised_volatility_7d, 0.0001 as basis, 1e6 as long_liquidations_usd,
            2e6 as short_liquidations_usd, 22 as venues
        from {DAYS}, {ASSETS}""",
    "mart_liquidation_cascades": f"""
        select asset, timestamptz '2025-10-10 15:00:00+00' as started_at, timestamptz '2025-10-10 21:00:00+00' as ended_at,
            -0.2 as price_move from {ASSETS}""",
    "mart_asset_hourly": f"""
        select
            asset, timestamptz '2025-10-09 00:00:00+00' + to_hours(cast(h as integer)) as opened_at, 100 - h as close,
            -0.01 as open_interest_change_1h, 1e6 * h as long_liquidations_usd, 1e5 as short_liquidations_usd, 0.0001 as funding_rate_1h
        from {ASSETS}, range(96) as hours (h)""",
    "mart_market_regime_daily": f"select asset, date, case when n > 60 then 'stress' end as regime from {DAYS}, {ASSETS}",
    "mart_leverage_daily": f"select asset, date, 0.02 as leverage from {DAYS}, {ASSETS}",
    "mart_funding_spreads_daily": f"""
        select asset, longs.venue as long_venue, shorts.venue as short_venue, date '2025-11-29' as date, (longs.v + a) / 100 as spread_apr,
            20 as persistence_30d, 1e7 * (shorts.v + 1) as thinner_leg_open_interest_usd, 4.0 as round_trip_cost_bps, 3.0 as breakeven_days
        from {ASSETS}, {VENUES} as longs, {VENUES} as shorts where longs.v <> shorts.v""",
    "mart_protocol_scorecard_daily": f"""
        select
            protocol, date, 1e8 * (p + 1) as volume_usd, 1e5 * (p + 1) as fees_usd, 5e4 as holders_accrued_usd,
            0.5 as holders_accrued_share, 0.25 as holders_accrued_share_low, 0.75 as holders_accrued_share_high,
            4e4 as holders_reported_usd, 0.05 as holder_yield, false as is_part
        from {DAYS}, {PROTOCOLS}""",
    "mart_token_narratives_daily": f"select 'ai' as category, date, 100 + n as return_index from {DAYS}",
    "fct_fee_allocations_daily": f"select protocol, date, 'stakers' as recipient, 1e5 as amount_usd from {DAYS}, {PROTOCOLS}",
    "mart_reconciliation_daily": f"select 'volume' as metric, 'x' as subject, date, 'other' as other_source, 1.0 as ratio from {DAYS}",
    "mart_freshness": "select 'somewhere' as source, 'candles' as entity, 'ok' as status",
    "gate_results": f"""
        select 'fct_volume_daily' as fact, venue as venue_or_protocol, date, n <> 7 as is_passed, '[]' as failed_expectations
        from {DAYS}, {VENUES}""",
}  # fmt: skip


@cache
def contracts() -> dict[str, dict[str, str]]:
    """By table, its columns and their types, as the dbt project promises them to readers."""
    found = {}
    for file in sorted(MODELS.glob("*/[!_]*.yml")):
        if file.parent.name in ("facts", "marts"):
            for model in yaml.safe_load(file.read_text())["models"]:
                found[model["name"]] = {column["name"]: column["data_type"] for column in model["columns"]}
    return found


def schema_of(table: str) -> str:
    return "quality" if table == "gate_results" else "marts" if table.startswith("mart_") else "facts"


def publish_by_hand(path: Path, tables: dict[str, str], version: str = "000007", is_simulated: bool = True) -> Path:
    """The file, with the rows of a query for each table named; columns that a query does not give are empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        for schema in ("marts", "facts", "quality"):
            connection.execute(f"create schema {schema}")
        stamp = f"'{version}' as version, timestamptz '2025-11-30 01:02:03+00' as published_at, {is_simulated} as is_simulated"
        connection.execute(f"create table quality.publication as select {stamp}")
        for table, columns in (contracts() | {"gate_results": LEDGER}).items():
            typed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
            connection.execute(f"create table {schema_of(table)}.{table} ({typed})")
        connection.execute("comment on column marts.mart_market_overview_daily.volume_usd is 'Volume of all venues,\n one side, USD.'")
        for table, query in tables.items():
            connection.execute(f"insert into {schema_of(table)}.{table} by name {query}")
    return path
