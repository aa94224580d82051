"""Bad data of every kind a suite knows: what is done to the healthy facts, and which expectation must say so.

Belongs here: the corruptions, days apart. Does not: what they must lead to (test_gate_corruptions.py).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Corruption:
    fact: str
    subject: str
    day: str
    expectation: str
    change: str


def _on(fact: str, subject: str, day: str, expectation: str, change: str, column: str = "venue", time: str = "date") -> Corruption:
    where = f"{column} = '{subject}' and cast({time} as date) = date '{day}'"
    return Corruption(fact, subject, day, expectation, change.format(fact=f"facts.{fact}", where=where))


CANDLES, VOLUME, OI = "fct_candles_hourly", "fct_volume_daily", "fct_open_interest_daily"
FUNDING, PREMIUMS = "fct_funding_rates", "fct_premiums_hourly"
OI_HOURS, LIQUIDATION_HOURS = "fct_open_interest_hourly", "fct_liquidations_hourly"
LIQUIDATIONS, SPOT = "fct_liquidations_daily", "fct_spot_volume_daily"
ALLOCATIONS, HOLDERS = "fct_fee_allocations_daily", "fct_tokenholder_fee_share_daily"
METRICS, FEES, TOKENS = "fct_protocol_metrics_daily", "fct_protocol_fees_daily", "fct_token_prices_daily"
UNLOCKS, AI_TOKENS = "fct_token_unlocks_daily", "fct_ai_tokens_daily"
TIMES_1000 = "update {fact} set open_interest_usd = open_interest_usd * 1000, open_interest_base = open_interest_base * 1000 where {where}"

CORRUPTIONS = {
    "open interest x 1000": _on(OI, "binance", "2025-10-01", "open_interest_jump_is_possible", TIMES_1000),
    "open interest x 1000 contradicts volume": _on(OI, "hyperliquid", "2025-09-03", "turnover_is_possible", TIMES_1000),
    "one market's open interest x 1000": _on(
        OI, "hyperliquid", "2025-10-03", "market_jump_is_possible", TIMES_1000 + " and asset = 'SOL'"
    ),
    "open interest of another day": _on(
        OI, "binance", "2025-10-05", "no_misdated_rows", "update {fact} set observed_at = observed_at - interval 30 hour where {where}"
    ),
    "a market that trades on holds nothing": _on(
        OI, "binance", "2025-10-15", "markets_do_not_vanish",
        "update {fact} set open_interest_usd = 0, open_interest_base = 0 where {where} and asset = 'SOL'",
    ),
    "open interest in contracts of another size": _on(
        OI, "hyperliquid", "2025-10-17", "contract_sizes_fit_turnover",
        "update {fact} set open_interest_usd = open_interest_usd * 10, open_interest_base = open_interest_base * 10,"
        " contract_size_ratio = 0.1 where {where} and asset = 'SOL'",
    ),
    "volume in contracts of another size": _on(
        VOLUME, "binance", "2025-10-19", "contract_sizes_fit_turnover",
        "update {fact} set contract_size_ratio = 2 where {where} and asset = 'SOL'",
    ),
    "half of the hours gone": _on(
        CANDLES, "hyperliquid", "2025-10-07", "hours_are_complete",
        "delete from {fact} where {where} and extract(hour from opened_at) >= 12", time="opened_at",
    ),
    "every other hour gone": _on(
        CANDLES, "binance", "2025-10-09", "hours_are_complete",
        "delete from {fact} where {where} and extract(hour from opened_at) % 2 = 1", time="opened_at",
    ),
    "the main market stops at noon": _on(
        CANDLES, "hyperliquid", "2025-10-11", "hours_are_complete",
        "delete from {fact} where {where} and asset = 'BTC' and extract(hour from opened_at) >= 12", time="opened_at",
    ),
    "one negative hour": _on(
        CANDLES, "binance", "2025-10-13", "no_negative_rows",
        "update {fact} set volume_base = -1 where {where} and asset = 'SOL' and extract(hour from opened_at) = 7", time="opened_at",
    ),
    "high below low": _on(
        CANDLES, "hyperliquid", "2025-10-15", "no_price_order_rows",
        "update {fact} set high = low, low = high where {where} and asset = 'BTC' and extract(hour from opened_at) = 7", time="opened_at",
    ),
    "a candle without a price": _on(
        CANDLES, "binance", "2025-10-17", "no_null_rows",
        "update {fact} set close = null where {where} and asset = 'SOL' and extract(hour from opened_at) = 7", time="opened_at",
    ),
    "the main market is absent": _on(
        VOLUME, "binance", "2025-09-20", "markets_are_complete", "delete from {fact} where {where} and asset = 'BTC'"
    ),
    "one negative volume": _on(
        VOLUME, "hyperliquid", "2025-09-22", "no_negative_rows", "update {fact} set volume_usd = -1 where {where} and asset = 'SOL'"
    ),
    "volume x 1000": _on(
        VOLUME, "binance", "2025-09-24", "volume_jump_is_possible",
        "update {fact} set volume_usd = volume_usd * 1000, volume_base = volume_base * 1000 where {where}",
    ),
    "contracts taken for coins": _on(
        VOLUME, "hyperliquid", "2025-09-26", "volume_fits_price", "update {fact} set volume_base = volume_base * 100 where {where}"
    ),
    "prices x 10": _on(
        VOLUME, "binance", "2025-09-28", "prices_are_explained",
        "update {fact} set open = open * 10, high = high * 10, low = low * 10, close = close * 10, volume_base = volume_base / 10"
        " where {where}",
    ),
    "funding in percent": _on(
        FUNDING, "hyperliquid", "2025-10-01", "scale_fits_other_venues",
        "update {fact} set funding_rate = funding_rate * 100, funding_rate_8h = funding_rate_8h * 100 where {where}", time="settled_at",
    ),
    "funding beyond any cap": _on(
        FUNDING, "binance", "2025-10-03", "rates_are_possible",
        "update {fact} set funding_rate = 0.5 where {where} and asset = 'SOL' and extract(hour from settled_at) = 8", time="settled_at",
    ),
    "settlements gone": _on(
        FUNDING, "binance", "2025-10-07", "settlements_are_complete",
        "delete from {fact} where {where} and extract(hour from settled_at) > 0", time="settled_at",
    ),
    "a mark price of zero": _on(
        PREMIUMS, "binance", "2025-10-11", "no_non_positive_price_rows",
        "update {fact} set mark_price = 0 where {where} and asset = 'SOL' and extract(hour from observed_at) = 8", time="observed_at",
    ),
    "premiums in percent": _on(
        PREMIUMS, "hyperliquid", "2025-10-13", "median_premium_is_possible",
        "update {fact} set premium = 0.4 where {where}", time="observed_at",
    ),
    "liquidations x 1000": _on(
        LIQUIDATIONS, "binance", "2025-10-01", "liquidations_fit_volume",
        "update {fact} set liquidated_usd = liquidated_usd * 1000 where {where}",
    ),
    "coins taken for dollars": _on(
        LIQUIDATIONS, "hyperliquid", "2025-10-03", "liquidations_are_possible",
        "update {fact} set liquidated_usd = 2e11 where {where} and asset = 'BTC'",
    ),
    "a negative liquidation": _on(
        LIQUIDATIONS, "binance", "2025-10-05", "no_negative_rows",
        "update {fact} set liquidated_usd = -1 where {where} and side = 'long' and asset = 'SOL'",
    ),
    "a side of the order, not of the position": _on(
        LIQUIDATIONS, "hyperliquid", "2025-10-07", "no_sideless_rows",
        "update {fact} set side = 'sell' where {where} and side = 'long' and asset = 'SOL'",
    ),
    "liquidations without a volume x 1000": _on(
        LIQUIDATIONS, "hyperliquid", "2025-10-09", "liquidations_fit_open_interest",
        "delete from facts.fct_volume_daily where venue = 'hyperliquid' and asset = 'SOL' and date = '2025-10-09';"
        "update {fact} set liquidated_usd = case asset when 'SOL' then 9e9 end where {where};"
        "delete from {fact} where {where} and liquidated_usd is null",
    ),
    "one hour in another unit": _on(
        OI_HOURS, "binance", "2025-09-02", "hours_do_not_leap",
        "update {fact} set open_interest_base = open_interest_base * 1000 where {where} and asset = 'SOL'"
        " and extract(hour from opened_at) = 7", time="opened_at",
    ),
    "one hour in thousands": _on(
        OI_HOURS, "hyperliquid", "2025-09-04", "hours_do_not_vanish",
        "update {fact} set open_interest_base = open_interest_base / 1000 where {where} and asset = 'SOL'"
        " and extract(hour from opened_at) = 7", time="opened_at",
    ),
    "a look of another hour": _on(
        OI_HOURS, "binance", "2025-09-06", "no_misdated_rows",
        "update {fact} set observed_at = observed_at - interval 1 hour where {where} and extract(hour from opened_at) = 7",
        time="opened_at",
    ),
    "an hour of negative open interest": _on(
        OI_HOURS, "hyperliquid", "2025-09-08", "no_negative_rows",
        "update {fact} set open_interest_usd = -1 where {where} and extract(hour from opened_at) = 7", time="opened_at",
    ),
    "an hour of coins taken for dollars": _on(
        LIQUIDATION_HOURS, "binance", "2025-09-10", "liquidations_are_possible",
        "update {fact} set liquidated_usd = 2e11 where {where} and asset = 'BTC' and extract(hour from opened_at) = 7", time="opened_at",
    ),
    "an hour with the side of the order": _on(
        LIQUIDATION_HOURS, "hyperliquid", "2025-09-12", "no_sideless_rows",
        "update {fact} set side = 'sell' where {where} and side = 'long' and asset = 'SOL'", time="opened_at",
    ),
    "half of the spot day gone": _on(SPOT, "binance", "2025-10-01", "hours_are_complete", "update {fact} set hours = 12 where {where}"),
    "spot x 1000": _on(
        SPOT, "hyperliquid", "2025-10-03", "volume_jump_is_possible",
        "update {fact} set spot_volume_usd = spot_volume_usd * 1000 where {where}",
    ),
    "another coin's spot": _on(SPOT, "binance", "2025-10-05", "prices_fit_perpetuals", "update {fact} set close = close / 3 where {where}"),
    "fees in cents": _on(
        METRICS, "gmx", "2025-10-01", "jump_is_possible",
        "update {fact} set value_usd = value_usd * 100 where {where} and metric = 'fees'", column="protocol",
    ),
    "a negative protocol volume": _on(
        METRICS, "hyperliquid", "2025-10-03", "no_negative_rows",
        "update {fact} set value_usd = -1 where {where} and metric = 'volume'", column="protocol",
    ),
    "ok without a value": _on(
        FEES, "gmx", "2025-10-05", "no_null_rows", "update {fact} set fees_usd = null where {where}", column="protocol"
    ),
    "the suppliers' part counted as revenue too": _on(
        FEES, "hyperliquid", "2025-10-07", "fees_are_supply_side_plus_revenue",
        "update {fact} set revenue_usd = fees_usd where {where}", column="protocol",
    ),
    "five percent of the fees nowhere": _on(
        FEES, "gmx", "2025-10-21", "fees_are_supply_side_plus_revenue",
        "update {fact} set supply_side_revenue_usd = fees_usd * 0.45, revenue_usd = fees_usd * 0.5 where {where}", column="protocol",
    ),
    "a buyback booked under two recipients": _on(
        ALLOCATIONS, "hyperliquid", "2025-10-01", "allocations_add_up_to_fees",
        "insert into {fact} by name select * replace ('treasury' as recipient) from {fact} where {where} and recipient = 'stakers'",
        column="protocol",
    ),
    "a part of the fees lost": _on(
        ALLOCATIONS, "gmx", "2025-10-03", "allocations_add_up_to_fees", "delete from {fact} where {where} and recipient = 'lp'",
        column="protocol",
    ),
    "fees that nobody gets": _on(
        ALLOCATIONS, "gmx", "2025-10-07", "allocations_add_up_to_fees", "delete from {fact} where {where}", column="protocol"
    ),
    "one gets more than all": _on(
        ALLOCATIONS, "gmx", "2025-10-09", "no_share_out_of_range_rows",
        "update {fact} set share = case recipient when 'lp' then -0.2 else 1.2 end,"
        " amount_usd = case recipient when 'lp' then -40000 else 240000 end where {where}", column="protocol",
    ),
    "two policies of one day": _on(
        ALLOCATIONS, "gmx", "2025-10-11", "one_policy_in_force",
        "update {fact} set policy_id = 'other' where {where} and recipient = 'lp'", column="protocol",
    ),
    "holders are due more than all": _on(
        HOLDERS, "gmx", "2025-10-13", "no_share_out_of_range_rows",
        "update {fact} set holders_accrued_share = 1.25, holders_accrued_share_high = 1.25 where {where}", column="protocol",
    ),
    "a band that leaves out the chosen": _on(
        HOLDERS, "gmx", "2025-10-15", "no_band_rows", "update {fact} set holders_accrued_share_low = 0.85 where {where}", column="protocol"
    ),
    "ok without fees for holders": _on(
        HOLDERS, "gmx", "2025-10-17", "no_status_rows", "update {fact} set fees_usd = null where {where}", column="protocol"
    ),
    "a payout of tokens taken for dollars": _on(
        HOLDERS, "hyperliquid", "2025-10-19", "payouts_are_explained",
        "update {fact} set holders_reported_usd = holders_reported_usd * 100 where {where}", column="protocol",
    ),
    "a token for nothing": _on(
        TOKENS, "HYPE", "2025-10-05", "no_non_positive_price_rows", "update {fact} set price_usd = 0 where {where}", column="token"
    ),
    "a schedule that takes tokens back": _on(
        UNLOCKS, "GMX", "2025-09-11", "no_negative_rows", "update {fact} set tokens_next_30d = -1 where {where}", column="token"
    ),
    "another coin's price in a category": _on(
        AI_TOKENS, "ai-rig-complex", "2025-10-09", "price_jump_is_possible",
        "update {fact} set price_usd = price_usd * 1000, market_cap_usd = market_cap_usd * 1000 where {where}", column="coingecko_id",
    ),
    "another coin's cap in a category": _on(
        AI_TOKENS, "bittensor", "2025-10-09", "supply_jump_is_possible",
        "update {fact} set market_cap_usd = market_cap_usd * 1000 where {where}", column="coingecko_id",
    ),
    "another coin's price": _on(
        TOKENS, "GMX", "2025-10-07", "price_jump_is_possible",
        "update {fact} set price_usd = price_usd * 1000 where {where}", column="token",
    ),
    "another coin's market cap": _on(
        TOKENS, "GMX", "2025-10-03", "supply_jump_is_possible",
        "update {fact} set market_cap_usd = market_cap_usd / 1000 where {where}", column="token",
    ),
    "a cap in tokens": _on(
        TOKENS, "HYPE", "2025-10-03", "market_cap_fits_price",
        "update {fact} set market_cap_usd = circulating_supply where {where}", column="token",
    ),
    "a negative diluted value": _on(
        TOKENS, "HYPE", "2025-10-01", "no_negative_rows", "update {fact} set fdv_usd = -1 where {where}", column="token"
    ),
}  # fmt: skip
