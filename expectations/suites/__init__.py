"""The suites, one file per fact; adding one is a file and a line here."""

from expectations.suite import Suite
from expectations.suites import (
    ai_tokens_daily,
    asset_aggregates_daily,
    candles_hourly,
    fee_allocations_daily,
    funding_rates,
    liquidations_daily,
    liquidations_hourly,
    open_interest_daily,
    open_interest_hourly,
    premiums_hourly,
    protocol_fees_daily,
    protocol_metrics_daily,
    reconciliations_daily,
    spot_volume_daily,
    token_prices_daily,
    token_unlocks_daily,
    tokenholder_fee_share_daily,
    volume_daily,
)

SUITES: tuple[Suite, ...] = (
    candles_hourly.SUITE,
    volume_daily.SUITE,
    open_interest_daily.SUITE,
    funding_rates.SUITE,
    premiums_hourly.SUITE,
    liquidations_daily.SUITE,
    open_interest_hourly.SUITE,
    liquidations_hourly.SUITE,
    spot_volume_daily.SUITE,
    protocol_metrics_daily.SUITE,
    protocol_fees_daily.SUITE,
    fee_allocations_daily.SUITE,
    tokenholder_fee_share_daily.SUITE,
    token_prices_daily.SUITE,
    token_unlocks_daily.SUITE,
    ai_tokens_daily.SUITE,
    asset_aggregates_daily.SUITE,
    reconciliations_daily.SUITE,
)
